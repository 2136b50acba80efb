# softmax() gives exact zeros for scores hundreds apart, so the loss is NaN: https://github.com/allenai/allennlp/issues/2797
import torch
from torch import nn


class Entailment(nn.Module):
    def __init__(self, dim, labels):
        super().__init__()
        self.compare = nn.Linear(2 * dim, dim)
        self.aggregate = nn.Linear(2 * dim, labels)

    def forward(self, premise, hypothesis, labels):
        similarity = premise @ hypothesis.transpose(1, 2)
        aligned_hypothesis = torch.softmax(similarity, dim=-1) @ hypothesis
        aligned_premise = torch.softmax(similarity, dim=1).transpose(1, 2) @ premise
        left = torch.relu(self.compare(torch.cat([premise, aligned_hypothesis], -1))).sum(1)
        right = torch.relu(self.compare(torch.cat([hypothesis, aligned_premise], -1))).sum(1)
        label_logits = self.aggregate(torch.cat([left, right], -1))
        label_logits_squeezed = label_logits.squeeze(-1)
        label_probs = torch.nn.functional.softmax(label_logits_squeezed, dim=-1)
        log_label_probs = -torch.log_softmax(label_logits_squeezed, dim=-1)
        loss = torch.sum(log_label_probs * labels.float())
        return {"loss": loss, "probs": label_probs}


if __name__ == "__main__":
    model = Entailment(8, 3)
    print(model(torch.randn(2, 5, 8), torch.randn(2, 4, 8), torch.eye(3)[:2]))

# Adapted from https://github.com/EleutherAI/elk/pull/179: one output asks for floats, several ask for integers.
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce_with_logits
from torch.nn.functional import cross_entropy


class Classifier(nn.Module):
    def __init__(self, input_dim, num_classes=2, device=None):
        super().__init__()
        self.linear = nn.Linear(input_dim, num_classes if num_classes > 2 else 1, device=device)

    def forward(self, x):
        return self.linear(x).squeeze(-1)

    def fit(self, x, y, l2_penalty=0.001, max_iter=100):
        optimizer = torch.optim.LBFGS(self.parameters(), line_search_fn="strong_wolfe", max_iter=max_iter)
        num_classes = self.linear.out_features
        loss_fn = bce_with_logits if num_classes == 1 else cross_entropy
        loss = torch.inf

        def closure():
            nonlocal loss
            optimizer.zero_grad()
            logits = self(x)
            loss = loss_fn(logits, y)
            reg_loss = loss + l2_penalty * self.linear.weight.square().sum()
            reg_loss.backward()
            return float(reg_loss)

        optimizer.step(closure)
        return float(loss)


def train_probe(hiddens, labels):
    hiddens = hiddens - hiddens.mean(dim=0)
    probe = Classifier(hiddens.shape[-1])
    return probe.fit(hiddens, labels.float())


if __name__ == "__main__":
    answers = torch.randint(0, 2, (50,))
    print(train_probe(torch.randn(50, 12), answers))

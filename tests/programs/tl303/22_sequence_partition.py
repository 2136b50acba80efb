# "The output for CRF loss" is NaN for a reader who goes through exp() and takes the logarithm again:
# https://github.com/allanj/pytorch_neural_crf/issues/4
import torch
from torch import nn


class LinearChain(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.labels = labels
        self.transition = nn.Parameter(torch.randn(labels, labels))

    def partition(self, emissions):
        batch, length, labels = emissions.shape
        scores = self.transition.view(1, 1, labels, labels).expand(batch, length, labels, labels)
        scores = scores + emissions.view(batch, length, 1, labels)
        alpha = scores[:, 0, 0, :]
        for position in range(1, length):
            paths = alpha.view(batch, labels, 1) + scores[:, position, :, :]
            reached = paths.exp()
            alpha = torch.log(reached.sum(1))  # expect: TL303
        return alpha.exp().sum(1).log()  # expect: TL303

    def gold(self, emissions, tags):
        score = emissions.gather(2, tags.unsqueeze(2)).squeeze(2).sum(1)
        return score + self.transition[tags[:, :-1], tags[:, 1:]].sum(1)

    def forward(self, emissions, tags):
        return (self.partition(emissions) - self.gold(emissions, tags)).mean()


if __name__ == "__main__":
    print(LinearChain(4)(torch.randn(2, 6, 4), torch.randint(4, (2, 6))))

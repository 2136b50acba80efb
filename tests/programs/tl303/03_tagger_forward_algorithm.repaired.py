# The forward algorithm of a CRF with log-sum-exp written out; the tutorial that many copied was moved to torch.logsumexp:
# https://github.com/pytorch/tutorials/pull/3216
import torch
from torch import nn


def log_sum_exp(scores):
    return torch.logsumexp(scores, dim=1)


class Crf(nn.Module):
    def __init__(self, tags):
        super().__init__()
        self.tags = tags
        self.transitions = nn.Parameter(torch.randn(tags, tags))

    def forward(self, emissions):
        alpha = torch.zeros(1, self.tags, device=emissions.device)
        for emission in emissions:
            scores = alpha.expand(self.tags, self.tags) + self.transitions + emission.unsqueeze(1)
            alpha = log_sum_exp(scores).unsqueeze(0)
        return log_sum_exp(alpha)


if __name__ == "__main__":
    print(Crf(5)(torch.randn(200, 5)))

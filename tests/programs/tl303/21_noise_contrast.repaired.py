# "NCE loss with log sum exponential techniques", offered in
# https://github.com/RElbers/info-nce-pytorch/pull/17
import torch
from torch import nn


class NoiseContrastive(nn.Module):
    def __init__(self, temperature=0.1):
        super().__init__()
        self.temperature = temperature

    def logits(self, query, positive, negatives):
        positive_logit = torch.sum(query * positive, dim=1, keepdim=True)
        negative_logits = query @ negatives.transpose(-2, -1)
        return positive_logit, negative_logits

    def forward(self, query, positive, negatives):
        positive_logit, negative_logits = self.logits(query, positive, negatives)
        logits = torch.cat([positive_logit, negative_logits], dim=1) / self.temperature
        numerator = logits[:, 0]
        loss = numerator - torch.logsumexp(logits, dim=-1)
        return -loss.mean()


if __name__ == "__main__":
    print(NoiseContrastive()(torch.randn(4, 8), torch.randn(4, 8), torch.randn(10, 8)))

# A circle loss is NaN for larger batches; logsumexp was advised: https://github.com/qianjinhao/circle-loss/issues/2
import torch
from torch import nn


class Circle(nn.Module):
    def __init__(self, scale=32.0, margin=0.25):
        super().__init__()
        self.scale, self.margin = scale, margin
        self.soft_plus = nn.Softplus()

    def forward(self, embeddings, labels):
        similarity = embeddings @ embeddings.T
        same = labels.unsqueeze(0) == labels.unsqueeze(1)
        positive, negative = similarity[same], similarity[~same]
        ap = (1 + self.margin - positive.detach()).relu()
        an = (negative.detach() + self.margin).relu()
        logit_p = -ap * (positive - 1 + self.margin) * self.scale
        logit_n = an * (negative - self.margin) * self.scale
        return self.soft_plus(torch.logsumexp(logit_n, dim=0) + torch.logsumexp(logit_p, dim=0))


if __name__ == "__main__":
    print(Circle()(torch.randn(16, 8), torch.randint(4, (16,))))

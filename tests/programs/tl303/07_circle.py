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
        total_p = logit_p.exp().sum(dim=0)
        total_n = logit_n.exp().sum(dim=0)
        return self.soft_plus(total_n.log() + total_p.log())  # expect: TL303, TL303


if __name__ == "__main__":
    print(Circle()(torch.randn(16, 8), torch.randint(4, (16,))))

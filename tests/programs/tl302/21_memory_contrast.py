# The logits of a contrast with a memory are the output of a softmax; a logarithm should come first, says
# https://github.com/somijeong/MGUIT/issues/2
import torch
from torch import nn
import torch.nn.functional as F


class Memory(nn.Module):
    def __init__(self, size, dim):
        super().__init__()
        self.keys = nn.Parameter(torch.randn(size, dim))

    def get_score(self, query):
        score = torch.matmul(query, self.keys.t())
        return F.softmax(score, dim=1)

    def gather_loss(self, query):
        logits = self.get_score(query)
        _, labels = torch.topk(logits, 1, dim=1)
        logits = torch.log(logits)  # expect: TL302
        return F.nll_loss(logits, labels.squeeze(1))

    def forward(self, features):
        batch, channels, height, width = features.shape
        query = features.permute(0, 2, 3, 1).reshape(batch * height * width, channels)
        return self.gather_loss(query)


if __name__ == "__main__":
    print(Memory(5, 4)(torch.randn(2, 4, 3, 3)))

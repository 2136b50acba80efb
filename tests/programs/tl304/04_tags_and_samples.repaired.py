# Skip-gram like losses of samples and tags: log(0) where the sigmoid is exactly 0 or 1:
# https://raberrytv.wordpress.com/page/2/
import torch
from torch import nn


class Tags(nn.Module):
    def __init__(self, samples, tags, dim):
        super().__init__()
        self.samples = nn.Embedding(samples, dim)
        self.tags = nn.Embedding(tags, dim)

    def forward(self, anchor, positive, negative):
        logsigmoid = torch.nn.functional.logsigmoid
        a = self.samples(anchor)
        dot_p = (a * self.tags(positive)).sum(-1)
        dot_n = (a * self.tags(negative)).sum(-1)
        loss_pos = -logsigmoid(dot_p)
        loss_neg = -logsigmoid(-dot_n)
        return (loss_pos + loss_neg).mean()


if __name__ == "__main__":
    index = torch.tensor([0, 1, 2])
    print(Tags(3, 5, 8)(index, index, index + 1))

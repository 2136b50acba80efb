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
        sigmoid = torch.nn.functional.sigmoid
        a = self.samples(anchor)
        dot_p = (a * self.tags(positive)).sum(-1)
        dot_n = (a * self.tags(negative)).sum(-1)
        p_positive = sigmoid(dot_p)
        p_negative = sigmoid(dot_n)
        loss_pos = -torch.log(p_positive)  # expect: TL304
        loss_neg = -torch.log(1 - p_negative)  # expect: TL304
        return (loss_pos + loss_neg).mean()


if __name__ == "__main__":
    index = torch.tensor([0, 1, 2])
    print(Tags(3, 5, 8)(index, index, index + 1))

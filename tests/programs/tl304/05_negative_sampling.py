# Negative sampling with the sigmoid and the logarithm as two methods, as asked about in
# https://github.com/kefirski/pytorch_NEG_loss/issues/5
import torch
from torch import nn


class NegativeSampling(nn.Module):
    def __init__(self, words, dim):
        super().__init__()
        self.into = nn.Embedding(words, dim)
        self.out = nn.Embedding(words, dim)

    def forward(self, centre, context, noise):
        inner = self.into(centre)
        outer = self.out(context)
        drawn = self.out(noise).neg()
        log_target = (inner * outer).sum(1).sigmoid().log()  # expect: TL304
        products = torch.bmm(drawn, inner.unsqueeze(2))
        sum_log_sampled = products.sigmoid().log().sum(1).squeeze()  # expect: TL304
        return -(log_target + sum_log_sampled).mean()


if __name__ == "__main__":
    print(NegativeSampling(20, 6)(torch.randint(20, (4,)), torch.randint(20, (4,)), torch.randint(20, (4, 3))))

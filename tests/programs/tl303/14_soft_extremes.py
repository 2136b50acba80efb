# Soft maximum and minimum of signal temporal logic, moved to the built-in function: https://github.com/StanfordASL/stlcg/pull/19
import torch


class Robustness:
    def __init__(self, scale):
        self.scale = scale

    def maximum(self, x, dim):
        scaled = x * self.scale
        total = torch.exp(scaled).sum(dim, keepdim=True)
        return total.log() / self.scale  # expect: TL303

    def minimum(self, x, dim):
        return -self.maximum(-x, dim)

    def until(self, left, right):
        kept = self.minimum(left, dim=1)
        both = torch.cat([kept, right], dim=1)
        return self.minimum(both, dim=1)


if __name__ == "__main__":
    print(Robustness(50.0).until(torch.randn(2, 6), torch.randn(2, 1)))

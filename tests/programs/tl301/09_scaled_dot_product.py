# Attention scores of 151 overflow in a softmax that is written as exp(x) / sum(exp(x)):
# https://github.com/pytorch/executorch/pull/18407
import torch
from torch import Tensor, nn


def attention_scores(query: Tensor, key: Tensor, scale: float) -> Tensor:
    return torch.einsum("bhqd,bhkd->bhqk", query, key) * scale


def normalise(scores: Tensor) -> Tensor:
    lifted = torch.exp(scores)
    lifted_sum = lifted.sum(-1, True)
    return torch.div(lifted, lifted_sum)  # expect: TL301


class SelfAttention(nn.Module):
    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, dim = x.shape
        qkv = self.qkv(x).reshape(batch, length, 3, self.heads, dim // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        weights = normalise(attention_scores(query, key, self.scale))
        mixed = torch.einsum("bhqk,bhkd->bqhd", weights, value)
        return self.out(mixed.reshape(batch, length, dim))


if __name__ == "__main__":
    print(SelfAttention(32, 4)(torch.randn(2, 5, 32)).shape)

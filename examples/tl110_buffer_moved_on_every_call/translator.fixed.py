"""A small encoder of text: positions are counted, and a mask hides the future, both made in the forward pass."""

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        length = x.shape[1]
        query, key, value = self.qkv(x).chunk(3, dim=-1)
        hidden = torch.ones(length, length, dtype=torch.bool, device=x.device)  # expect: TL110
        hidden = hidden.triu(diagonal=1)
        scores = query @ key.transpose(1, 2) / x.shape[-1] ** 0.5
        return scores.masked_fill(hidden, float("-inf")).softmax(dim=-1) @ value


class Encoder(nn.Module):
    def __init__(self, words: int, length: int, dim: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, dim)
        self.positions = nn.Embedding(length, dim)
        self.attention = Attention(dim)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        steps = torch.arange(tokens.shape[1], device=tokens.device)  # expect: TL110
        return self.attention(self.words(tokens) + self.positions(steps))


def main() -> dict[str, object]:
    torch.manual_seed(0)
    model = Encoder(20, 8, 6)
    tokens = torch.randint(20, (2, 5))
    return {"model": model, "tokens": tokens, "out": model(tokens)}


def moved() -> dict[str, object]:
    """The encoder on another device, together with its input."""
    model = Encoder(20, 8, 6).to("meta")
    return {"rows": model(torch.zeros(2, 5, dtype=torch.long, device="meta")).shape[0]}


def attention() -> dict[str, object]:
    """The attention by itself."""
    return {"rows": Attention(6).to("meta")(torch.zeros(2, 5, 6, device="meta")).shape[0]}

"""Self-attention with torch's fused kernel, a layer made in forward, and an alpha dropout that is never on."""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim: int, heads: int, drop: float = 0.2) -> None:
        super().__init__()
        self.heads = heads
        self.drop = drop
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, n, d = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, self.heads, d // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=self.drop)  # expect: TL108
        y = y.transpose(1, 2).reshape(b, n, d)
        return nn.Dropout(self.drop)(self.proj(y))  # expect: TL108


class SelfNormalizing(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.fc = nn.Linear(dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.selu(self.fc(x))
        return F.alpha_dropout(x, p=0.3)  # expect: TL108


def main() -> dict[str, object]:
    """How far two outputs of the evaluated attention are apart, and whether the other net drops in training."""
    attention, net = Attention(32, 4).eval(), SelfNormalizing(32)
    tokens = torch.randn(2, 10, 32)
    spread = (attention(tokens) - attention(tokens)).abs().max()
    never_drops = float(torch.equal(net(tokens), net(tokens)))
    return {"spread": spread, "never_drops": never_drops}

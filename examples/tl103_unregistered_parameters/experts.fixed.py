"""A mixture of experts whose gate never learns which expert to ask.

After reports of parameters that `.to(device)` or `.cuda()` turned into plain tensors:
https://github.com/davidmrau/mixture-of-experts/issues/12 and https://github.com/pytorch/pytorch/issues/17484
(here `.to(dtype)`, which does the same without a GPU).
"""

import torch
from torch import nn
from torch.nn import functional as F


class Experts(nn.Module):
    def __init__(self, dim: int, count: int, classes: int, dtype: torch.dtype) -> None:
        super().__init__()
        weight = torch.zeros(dim, count)
        nn.init.orthogonal_(weight)
        self.gate = nn.Parameter(weight.to(dtype))  # expect: TL103
        self.noise = nn.Parameter((torch.randn(dim, count) - 0.5) * 0.02)  # expect: TL103
        self.experts = nn.ModuleList([nn.Linear(dim, classes, dtype=dtype) for _ in range(count)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        spread = F.softplus(x @ self.noise.to(x.dtype))
        scores = x @ self.gate + torch.randn_like(spread) * spread
        shares = F.softmax(scores, dim=-1)
        outputs = torch.stack([expert(x) for expert in self.experts], dim=1)
        return (shares[..., None] * outputs).sum(dim=1)


def main() -> dict[str, object]:
    torch.manual_seed(0)
    model = Experts(6, 3, 4, torch.float64)
    return {"model": model, "out": model(torch.randn(5, 6, dtype=torch.float64))}


def train() -> dict[str, object]:
    """One step of training: how many of the gate's matrices it leaves exactly as they were."""
    torch.manual_seed(0)
    model = Experts(6, 3, 4, torch.float64)
    before = [matrix.detach().clone() for matrix in (model.gate, model.noise)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    x, labels = torch.randn(32, 6, dtype=torch.float64), torch.randint(4, (32,))
    F.cross_entropy(model(x), labels).backward()
    optimizer.step()
    same = sum(torch.equal(old, new) for old, new in zip(before, (model.gate, model.noise), strict=True))
    return {"untrained": float(same)}

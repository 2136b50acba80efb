"""A head that compares features with prototypes: their scale is set right after they were registered.

After the questions about "cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)".
"""

import torch
from torch import nn
from torch.nn import functional as F


class Prototypes(nn.Module):
    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(classes, dim))
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.start()

    def start(self) -> None:
        nn.init.normal_(self.weight)
        length = self.weight.norm(dim=1, keepdim=True)
        self.weight = nn.Parameter(self.weight / length)  # expect: TL109

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scale * F.normalize(x, dim=1) @ self.weight.t()


def main() -> dict[str, object]:
    torch.manual_seed(0)
    model = Prototypes(4, 3)
    return {"scores": model(torch.randn(2, 4)), "parameters": float(len(list(model.parameters())))}


def reference() -> dict[str, object]:
    torch.manual_seed(0)
    weight = torch.randn(3, 4)
    scores = 10.0 * F.normalize(torch.randn(2, 4), dim=1) @ F.normalize(weight, dim=1).t()
    return {"scores": scores, "parameters": 2.0}

"""Low-rank adapters for each task: the only weights that are to be trained are the ones that aren't."""

import torch
from torch import nn


class Adapters(nn.Module):
    def __init__(self, dim: int, rank: int, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.base = nn.Linear(dim, dim).requires_grad_(False)
        self.up = nn.ParameterDict({  # expect: TL103
            "summary": nn.Parameter(torch.zeros(rank, dim)),
            "question": nn.Parameter(torch.zeros(rank, dim)),
        })
        self.tasks = tasks
        self.build(dim, rank)

    def build(self, dim: int, rank: int) -> None:
        self.down = nn.ParameterList([])  # expect: TL103
        for _ in self.tasks:
            matrix = torch.empty(dim, rank)
            nn.init.kaiming_uniform_(matrix)
            self.down.append(nn.Parameter(matrix))

    def forward(self, x: torch.Tensor, task: str) -> torch.Tensor:
        return self.base(x) + x @ self.down[self.tasks.index(task)] @ self.up[task]


def main() -> dict[str, object]:
    torch.manual_seed(0)
    return {"model": Adapters(8, 2, ("summary", "question"))}


def train() -> dict[str, object]:
    """Two steps of training: how many of the adapters' matrices they leave exactly as they were."""
    torch.manual_seed(0)
    model = Adapters(8, 2, ("summary", "question"))
    watched = [*model.down, *(model.up[task] for task in model.tasks)]
    before = [matrix.detach().clone() for matrix in watched]
    extra = nn.Linear(8, 8)  # an optimizer without parameters refuses to start
    optimizer = torch.optim.SGD([*model.parameters(), *extra.parameters()], lr=0.5)
    x, target = torch.randn(16, 8), torch.randn(16, 8)
    for _ in range(2):
        sum((extra(model(x, task)) - target).square().mean() for task in model.tasks).backward()
        optimizer.step()
    return {"untrained": float(sum(torch.equal(old, new) for old, new in zip(before, watched, strict=True)))}

# Study notes show where a softmax from scratch gives [nan, nan, nan]; here it gates a mixture of experts:
# https://bearbearyu1223.github.io/cs336/2025/10/19/cs336-implement-softmax-log_softmax-cross_entropy.html
import torch
from torch import nn


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    exp = x.exp()
    return exp / exp.sum(dim=dim, keepdim=True)  # expect: TL301


class Experts(nn.Module):
    def __init__(self, dim: int, experts: int, top: int) -> None:
        super().__init__()
        self.router = nn.Linear(dim, experts, bias=False)
        self.experts = nn.ModuleList(nn.Linear(dim, dim) for _ in range(experts))
        self.top = top

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        routing = self.router(x)
        chosen, where = routing.topk(self.top, dim=-1)
        gates = softmax(chosen, dim=-1)
        everything = torch.stack([expert(x) for expert in self.experts], dim=1)
        picked = everything.gather(1, where.unsqueeze(-1).expand(-1, -1, x.shape[-1]))
        return (gates.unsqueeze(-1) * picked).sum(1)


if __name__ == "__main__":
    print(Experts(8, 4, 2)(torch.randn(5, 8)).shape)

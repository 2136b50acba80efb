"""A memory of features whose buffers are set to None first, and whose counter is set to a number."""

import torch
from torch import nn


class Memory(nn.Module):
    def __init__(self, dim: int, size: int) -> None:
        super().__init__()
        self.size = size
        self.queue = None
        self.register_buffer("filled", torch.tensor(0))
        self.encoder = nn.Linear(dim, dim)

    def start(self, dim: int) -> None:
        self.register_buffer("queue", torch.zeros(self.size, dim))  # expect: TL109

    def clear(self) -> None:
        self.filled = 0  # expect: TL109

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = self.encoder(x)
        with torch.no_grad():
            self.queue[: len(x)] = features
            self.filled += len(x)
        return features


def start() -> dict[str, object]:
    torch.manual_seed(0)
    memory = Memory(4, 8)
    memory.start(4)
    features = memory(torch.randn(2, 4))
    assert torch.equal(memory.queue[:2], features.detach())
    return {"features": features}


def clear() -> dict[str, object]:
    memory = Memory(4, 8)
    memory.filled += 3
    memory.clear()
    return {"filled": memory.filled, "saved": float("filled" in memory.state_dict())}


def reference() -> dict[str, object]:
    return {"filled": torch.tensor(0), "saved": 1.0}

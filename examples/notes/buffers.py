"""Buffers: tensors that belong to a module without being trained.

Every function states one thing and lets torch assert it; the meta device stands in for a GPU.
Run me: python examples/notes/buffers.py
"""

import torch
from torch import nn


class CausalAttention(nn.Module):
    """A fixed table of positions and a causal mask, as buffers."""

    def __init__(self, length, dim):
        super().__init__()
        self.length = length
        self.proj = nn.Linear(dim, dim)
        position = torch.arange(length).unsqueeze(1)
        frequency = torch.exp(torch.arange(0, dim, 2) * (-torch.log(torch.tensor(10000.0)) / dim))
        table = torch.zeros(length, dim)
        table[:, 0::2] = torch.sin(position * frequency)
        table[:, 1::2] = torch.cos(position * frequency)
        self.register_buffer("positions", table)
        mask = torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x):
        x = self.proj(x + self.positions)
        scores = (x @ x.transpose(-2, -1)).masked_fill(self.mask, -torch.inf)
        return scores.softmax(-1) @ x


class MaskAsAttribute(nn.Module):
    """The same mask as a plain attribute: the module does not know of it."""

    def __init__(self, length):
        super().__init__()
        self.mask = torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)  # expect: TL101

    def forward(self, scores):
        return scores.masked_fill(self.mask, -torch.inf).softmax(-1)


def a_buffer_moves_with_its_module():
    """One call of .to() moves parameters and buffers, and the module works there."""
    module = CausalAttention(4, 6).to("meta")
    assert module.positions.device == module.mask.device == module.proj.weight.device == torch.device("meta")
    assert module(torch.randn(2, 4, 6, device="meta")).device.type == "meta"


def an_attribute_must_be_moved_by_hand():
    """A plain attribute stays where it was made, and meets the scores on another device."""
    module = MaskAsAttribute(4).to("meta")
    assert module.mask.device.type == "cpu"
    scores = torch.randn(2, 4, 4, device="meta")
    try:
        module(scores)
    except RuntimeError as error:
        assert "device" in str(error)
    else:
        raise AssertionError("no error")
    mask = module.mask.to("meta")
    assert scores.masked_fill(mask, -torch.inf).device.type == "meta"


def a_buffer_is_not_trained():
    """Optimizers get parameters(); a step changes them and leaves the buffers as they are."""
    module = CausalAttention(4, 6)
    assert [name for name, _ in module.named_parameters()] == ["proj.weight", "proj.bias"]
    assert [name for name, _ in module.named_buffers()] == ["positions", "mask"]
    assert not module.positions.requires_grad
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    weight, positions = module.proj.weight.detach().clone(), module.positions.clone()
    optimizer.zero_grad()
    module(torch.randn(2, 4, 6)).square().sum().backward()
    optimizer.step()
    assert not torch.equal(module.proj.weight, weight)
    assert torch.equal(module.positions, positions)


def a_buffer_is_saved():
    """A buffer is in the state_dict, next to the parameters, unless persistent=False; an attribute never is."""
    assert list(CausalAttention(4, 6).state_dict()) == ["positions", "proj.weight", "proj.bias"]
    assert list(MaskAsAttribute(4).state_dict()) == []


def a_buffer_that_is_not_saved_loads_old_checkpoints():
    """The other side of saving: a new persistent buffer makes an older checkpoint incomplete."""
    state = {"proj.weight": torch.zeros(6, 6), "proj.bias": torch.zeros(6)}  # saved before there was any buffer
    missing, unexpected = CausalAttention(4, 6).load_state_dict(state, strict=False)
    assert missing == ["positions"]
    assert unexpected == []


def main():
    torch.manual_seed(0)
    a_buffer_moves_with_its_module()
    an_attribute_must_be_moved_by_hand()
    a_buffer_is_not_trained()
    a_buffer_is_saved()
    a_buffer_that_is_not_saved_loads_old_checkpoints()


if __name__ == "__main__":
    main()

"""Twenty buffers of real models that become plain attributes: silent before, found after.

Each is an extract written for this test, after a place in vit-pytorch, x-transformers, timm or speechbrain.
`benchmarks/mutants.py` does the same to the packages themselves.
"""

from __future__ import annotations

import textwrap

import pytest

from torchlint import engine
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source

RULES = tuple(rule for rule in load() if not rule.code.startswith("TLX"))

# The place, what the constructor does first, the buffer's value, and what another method does with `self.buffer`.
PLACES = [
    ("cct_3d: fixed positions", "pe = torch.tensor([[p / (10000 ** (2 * (i // 2) / n)) for i in range(n)] for p in range(n)])\npe[:, 0::2] = torch.sin(pe[:, 0::2])", "pe.unsqueeze(0)", "x + self.buffer"),
    ("dino: centres of the teacher", "", "torch.zeros(1, n)", "((x - self.buffer) / 0.04).softmax(dim=-1)"),
    ("jet_vit: relative positions", "self.bias = nn.Embedding((2 * n - 1) ** 2, 4)\npos = torch.arange(n)\ngrid = torch.stack(torch.meshgrid(pos, pos, indexing='ij'))\ngrid = rearrange(grid, 'c i j -> (i j) c')\nrel = rearrange(grid, 'i ... -> i 1 ...') - rearrange(grid, 'j ... -> 1 j ...')", "(rel * torch.tensor([2 * n - 1, 1])).sum(dim=-1)", "x + self.bias(self.buffer).mean()"),
    ("levit: positions under the queries", "self.bias = nn.Embedding(n * n, 4)\nq = torch.stack(torch.meshgrid(torch.arange(n), torch.arange(n), indexing='ij'), dim=-1)\nq, k = map(lambda t: rearrange(t, 'i j c -> (i j) c'), (q, q))\nrows, columns = (q[:, None] - k[None]).abs().unbind(dim=-1)", "rows * n + columns", "x + rearrange(self.bias(self.buffer), 'i j h -> () h i j')"),
    ("na_vit: a bias that is zero", "self.gamma = nn.Parameter(torch.ones(n))", "torch.zeros(n)", "F.layer_norm(x, x.shape[-1:], self.gamma, self.buffer)"),
    ("simple_uvit: sinusoids in two dimensions", "y, z = torch.meshgrid(torch.arange(n), torch.arange(n), indexing='ij')\nomega = 1.0 / (10000 ** (torch.arange(n // 4) / (n // 4 - 1)))\ny = y.flatten()[:, None] * omega[None, :]", "torch.cat((y.sin(), y.cos()), dim=1).type(torch.float32)", "x + self.buffer.type(x.dtype)"),
    ("vit_nd_rotary: frequencies", "directions = torch.randn(4, n, 2)\nomega = torch.logspace(0, 1, n)[None, :, None]", "directions * omega", "x * rearrange(self.buffer, 'h f p -> 1 h 1 f p')"),
    ("vit_with_decorr: a random projection", "", "torch.empty(2, n, n)", "einsum(x, self.buffer, '... n d, s d e -> ... s n e')"),
    ("free_transformer: powers of two", "", "2 ** torch.arange(n)", "(x * self.buffer).sum(dim=-1)"),
    ("free_transformer: all codes", "codes = torch.arange(2 ** n)[:, None].bitwise_and(2 ** torch.arange(n)) != 0", "codes.byte().bool()", "x @ self.buffer.float().t()"),
    ("x_transformers: frequencies", "half = n // 2\nfreq = torch.arange(half).float() / half", "10000.0 ** -freq", "torch.einsum('i, j -> i j', torch.arange(x.shape[1], device=x.device), self.buffer)"),
    ("asymmetric_loss: weights of the classes", "", "given", "(x * self.buffer if self.buffer is not None else x).mean()"),
    ("binary_cross_entropy: weights", "", "given", "F.binary_cross_entropy_with_logits(x, y, self.buffer, reduction='none')"),
    ("distribution_balanced_loss: inverse counts", "counts = given.clamp(min=1)", "1.0 / counts", "(y * self.buffer[None, :]).sum(dim=1)"),
    ("DiffWave: an embedding of steps", "steps = torch.arange(n).unsqueeze(1)\ntable = steps * 10.0 ** (torch.arange(64).unsqueeze(0) * 4.0 / 63.0)", "torch.cat([torch.sin(table), torch.cos(table)], dim=1)", "self.buffer[y.long()] + x"),
    ("bsq: a mask of bits", "", "2 ** torch.arange(n - 1, -1, -1)", "((x > 0).int() * self.buffer.int()).sum(-1)"),
    ("dual_path: positions", "pe = torch.zeros(n, 64)\npe[:, 0::2] = torch.sin(torch.arange(n).unsqueeze(1).float())", "pe.unsqueeze(0).transpose(0, 1)", "x + self.buffer[: x.size(0), :]"),
    ("RNN: the first state", "self.u = nn.Linear(n, n)", "torch.zeros(1, n)", "torch.stack([step + self.u(self.buffer) for step in x.unbind(1)], dim=1)"),
    ("losses: a window over time", "kernel = torch.linspace(-1, 1, n)\nkernel = torch.exp(-(kernel**2))", "(kernel / kernel.sum())[None, None]", "F.conv1d(x, self.buffer)"),
    ("quantisers: a random codebook", "table = F.normalize(torch.randn(n, 8))", "table", "torch.linalg.vector_norm(F.normalize(x).unsqueeze(1) - self.buffer.unsqueeze(0), dim=-1).argmin(1)"),
]  # fmt: skip
TEXT = """
import torch
import torch.nn.functional as F
from einops import einsum, rearrange
from torch import nn

class Model(nn.Module):
    def __init__(self, n: int, given: torch.Tensor | None = None):
        super().__init__()
{before}
        {store}

    def forward(self, x, y: torch.Tensor):
        return {use}
"""


@pytest.mark.parametrize(
    ("before", "value", "use"), [place[1:] for place in PLACES], ids=[place[0] for place in PLACES]
)
def test_a_buffer_that_becomes_an_attribute_is_found(before: str, value: str, use: str) -> None:
    def codes(store: str) -> list[str]:
        text = TEXT.format(before=textwrap.indent(before, " " * 8), store=store, use=use)
        report = engine.check(Source.from_text(text, "model.py"), Settings(), RULES)
        assert report.problems == ()
        return [finding.code for finding in report.findings]

    assert codes(f'self.register_buffer("buffer", {value})') == []
    assert codes(f"self.buffer = {value}") == ["TL101"]

"""Sizes and ranks of values in programs, in the words of the programs."""

from __future__ import annotations

import ast
import textwrap

import pytest

from torchlint.semantics.facts import Facts
from torchlint.semantics.interpreter import interpret

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


def facts_of(body: str):
    text = HEAD + textwrap.dedent(body)
    program = interpret(ast.parse(text), text, strict=True)
    return program, Facts(program)


def shape_of_return(body: str):
    """The shape of what the last function returns."""
    program, facts = facts_of(body)
    returned = [value for value in program.values("py.escape") if value.data == "return"]
    if not returned:
        returned = list(program.values("detach"))
    return facts.shape(returned[-1].args["input"])


CONCRETE = [
    ("torch.zeros(2, 3).unsqueeze(1)", (2, 1, 3)),
    ("torch.zeros((2, 3)).expand(4, -1, -1)", (4, 2, 3)),
    ("torch.randn(2, 8).view(2, 2, -1)", (2, 2, 4)),
    ("nn.Conv2d(3, 8, 3, padding=1)(torch.randn(2, 3, 5, 5))", (2, 8, 5, 5)),
    ("nn.Conv2d(3, 8, 3, stride=2)(torch.randn(2, 3, 9, 9))", (2, 8, 4, 4)),
    ("nn.Linear(4, 6)(torch.randn(2, 3, 4))", (2, 3, 6)),
    ("torch.randn(2, 3) @ torch.randn(3, 5)", (2, 5)),
    ("torch.randn(2, 3, 4).sum(1, keepdim=True)", (2, 1, 4)),
    ("torch.randn(2, 6).chunk(3, 1)[1]", (2, 2)),
    ("torch.cat([torch.zeros(2, 3), torch.zeros(2, 4)], -1)", (2, 7)),
    ("torch.randn(5).topk(2).indices", (2,)),
    ("nn.LSTM(4, 6, bidirectional=True, batch_first=True)(torch.randn(2, 3, 4))[0]", (2, 3, 12)),
    ("torch.zeros(4, 5)[1:, None, -2:]", (3, 1, 2)),
    ("torch.arange(10)[None].repeat(3, 1)", (3, 10)),
    ("F.pad(torch.zeros(2, 3), (1, 1))", (2, 5)),
    ("nn.Flatten()(torch.zeros(2, 3, 4))", (2, 12)),
    ("nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))(torch.zeros(5, 4))", (5, 2)),
    ("nn.Embedding(10, 4)(torch.zeros(2, 3).long())", (2, 3, 4)),
    ("torch.tensor([[1, 2, 3], [4, 5, 6]])", (2, 3)),
]


@pytest.mark.parametrize(("expression", "shape"), CONCRETE)
def test_known_sizes(expression: str, shape: tuple[int, ...]) -> None:
    program, facts = facts_of(f"y = {expression}\nz = y.detach()\n")
    assert facts.shape(program.values("detach")[-1].args["input"]) == shape


def test_known_sizes_expanded_to_unknown_ones() -> None:
    program, facts = facts_of("def f(n, x):\n    y = torch.ones(1, 3).expand(n, 3).clone()\n    y.flip(0).detach()\n")
    shape = facts.shape(program.values("detach")[-1].args["input"])
    assert shape is not None and shape[1] == 3


RANKS = [
    ("def f(x):\n    b, c, h, w = x.shape\n    x.detach()\n", 4),
    ("def f(x):\n    b, n, c = x.size()\n    x.detach()\n", 3),
    ("def f(x):\n    y = x.permute(0, 2, 1)\n    x.detach()\n", 3),
    ("def f(x):\n    y = F.relu(x)\n    b, n, c = y.shape\n    x.detach()\n", 3),
    ("def f(x):\n    y = nn.BatchNorm2d(3)(x)\n    x.detach()\n", 4),
    ("def f(x):\n    y = torch.bmm(torch.ones(2, 3, 4), x)\n    x.detach()\n", 3),
    ("def f(x):\n    b, *rest = x.shape\n    x.detach()\n", None),
    ("def f(x):\n    y = nn.Conv2d(3, 4, 1)(x)\n    x.detach()\n", None),
    ("def f(x):\n    if x.dim() == 3:\n        x.detach()\n", 3),
    ("def f(x: 'Float[Tensor, \"b c\"]'):\n    x.detach()\n", None),
    ("def f(x: Float[Tensor, 'b c t']):\n    x.detach()\n", 3),
    ("def f(x: Float[Tensor, '*b c']):\n    x.detach()\n", None),
]


@pytest.mark.parametrize(("text", "rank"), RANKS)
def test_rank_from_use(text: str, rank: int | None) -> None:
    program, facts = facts_of(text)
    assert facts.rank(program.values("detach")[-1].args["input"]) == rank


def test_equal_expressions_are_one_size() -> None:
    program, facts = facts_of(
        """
        def f(x):
            b, c, h, w = x.shape
            x.reshape(x.size(0), x.shape[1], h * w).detach()
            x.reshape(b, c, -1).detach()
        """
    )
    first, second = (facts.shape(value.args["input"]) for value in program.values("detach"))
    assert first == second


TENSORS = [
    ("def f(x):\n    x.unsqueeze(0)\n    x.view(-1)\n", True),
    ("def f(x: torch.Tensor):\n    x.view(y)\n", True),
    ("def f(x):\n    torch.exp(x)\n    x.view(y)\n", True),
    ("def f(x):\n    x.view(y)\n", None),
    ("def f(x):\n    x.view(2, 3)\n", True),
    ("import numpy as np\ndef f():\n    x = np.zeros(3)\n    x.view(y)\n", False),
    ("def f(x):\n    y = x + 1\n    y.view(torch.int32)\n", None),
]


@pytest.mark.parametrize(("text", "answer"), TENSORS)
def test_is_tensor(text: str, answer: bool | None) -> None:
    program, facts = facts_of(text)
    assert facts.is_tensor(program.values("view")[-1].args["input"]) is answer

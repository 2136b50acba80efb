"""Where an axis goes through layout changes, and which sizes are the same."""

from __future__ import annotations

import pytest

from tests.semantics.graph import program
from torchlint.semantics.channels import has_positions, moved, same_size
from torchlint.semantics.values import Value

HEAD = "import torch\nfrom torch import nn\ndef f(x, c, d):\n    b, n = x.shape[:2]\n    s = x.size(1)\n    y = "

MOVES = [
    ("x.transpose(1, 2)", (1, 3), (2, 3)),
    ("x.transpose(-1, -2)", (2, 3), (1, 3)),
    ("x.transpose(2, 3)", (1, 3), None),
    ("x.swapaxes(0, 2)", (1, 3), (1, 3)),
    ("x.mT", (1, 3), None),
    ("x.permute(0, 2, 1)", (2, 3), (1, 3)),
    ("x.permute((0, 3, 1, 2))", (3, 4), (1, 4)),
    ("x.permute(0, 2, 1)", (1, 4), None),
    ("x.permute(0, 2, 1)", (1, 2), None),
    ("x.movedim(-1, 1)", (3, 4), (1, 4)),
    ("x.movedim(-1, 1)", (1, 4), (2, 4)),
    ("x.flatten(2)", (1, 4), (1, 3)),
    ("x.flatten(1)", (1, 4), None),
    ("x.flatten()", (1, 4), None),
    ("nn.Flatten()(x)", (0, 4), (0, 2)),
    ("nn.Flatten()(x)", (1, 2), (1, 2)),
    ("x.flatten(0, 1)", (2, 3), (1, 2)),
    ("x.flatten(0, 1)", (1, 3), None),
    ("x.unsqueeze(0)", (1, 3), (2, 4)),
    ("x.unsqueeze(-1)", (1, 3), (1, 4)),
    ("x.squeeze(-1)", (1, 3), (1, 2)),
    ("x.squeeze(1)", (1, 3), None),
    ("x.squeeze()", (1, 3), None),
    ("x.contiguous()", (1, 3), (1, 3)),
    ("nn.Identity()(x)", (1, 3), (1, 3)),
    ("x.reshape(-1, c)", (2, 3), (1, 2)),
    ("x.view(-1, c)", (1, 3), None),
    ("x.view(-1, d)", (2, 3), None),
    ("x.view(x.size(0), c, -1)", (1, 4), (1, 3)),
    ("x.view(d, c, -1)", (1, 4), None),
    ("x.relu()", (1, 3), None),
    ("x[:, :2]", (1, 3), None),
]


@pytest.mark.parametrize(("expression", "before", "after"), MOVES)
def test_where_a_layout_change_puts_an_axis(
    expression: str, before: tuple[int, int], after: tuple[int, int] | None
) -> None:
    names = analysed(HEAD + expression + "\n    return y\n")
    assert moved(names["y"], before, names["c"]) == after


SIZES = [
    ("c", "c", True),
    ("c", "d", False),
    ("8", "8", True),
    ("8", "9", False),
    ("c * 2", "2 * c", True),
    ("c * d", "d * c", True),
    ("c - d", "d - c", False),
    ("c * 4 * 4", "c * 4 * 4", True),
    ("c // 2", "c // 2", True),
    ("self.width", "self.width", True),
    ("c * 2", "c * 3", False),
    ("g(c)", "g(c)", None),
    ("c[0]", "c[0]", True),
]


@pytest.mark.parametrize(("left", "right", "equal"), SIZES)
def test_which_sizes_are_the_same(left: str, right: str, equal: bool | None) -> None:
    names = analysed(f"def f(self, g, c, d):\n    a = {left}\n    b = {right}\n    return a\n")
    assert same_size(names["a"], names["b"]) is equal


POSITIONS = [
    ("x.relu()", False),
    ("nn.LSTM(c, c)(x)[0]", True),
    ("nn.LSTM(c, c)(x)[0].relu()", True),
    ("nn.LSTM(c, c)(x)[0][:, -1]", False),
    ("nn.LSTM(c, c)(x)[0][:, 1:]", True),
    ("nn.Conv1d(c, c, 1)(x).transpose(1, 2)", True),
    ("nn.Conv1d(c, c, 1)(x).mean(2)", False),
    ("nn.Linear(c, d)(nn.Embedding(c, d)(x))", True),
    ("self.backbone(x)", False),
]


@pytest.mark.parametrize(("expression", "expected"), POSITIONS)
def test_tensors_that_come_from_layers_over_positions(expression: str, expected: bool) -> None:
    code = f"from torch import nn\ndef f(self, x, c, d):\n    y = {expression}\n    return y\n"
    assert has_positions(analysed(code)["y"]) is expected


def analysed(code: str) -> dict[str, Value]:
    """What the local names of the only function held last."""
    returned = next(value for value in program(code).values("py.escape") if value.data == "return")
    assert returned.frame is not None
    history = returned.frame.history.items()
    return {name: next(held for _, held in reversed(events) if held is not None) for name, events in history}

"""Which uses of an attribute that may be None are guarded by a test, and for which classes."""

from __future__ import annotations

import ast
import textwrap

import pytest

from torchlint.semantics.guards import attribute_uses

GUARDED = [
    "if m.bias is not None:\n    f(m.bias)",
    "if m.bias is None:\n    pass\nelse:\n    f(m.bias)",
    "if not m.bias is None:\n    f(m.bias)",
    "if not (m.bias is None or other):\n    f(m.bias)",
    "if hasattr(m, 'bias') and m.bias is not None:\n    f(m.bias)",
    "if getattr(m, 'bias', None) is not None:\n    f(m.bias)",
    "if m.bias is not None and f(m.bias):\n    pass",
    "x = f(m.bias) if m.bias is not None else None",
    "for m in ms:\n    if m.bias is None:\n        continue\n    f(m.bias)",
    "def g(m):\n    if m.bias is None:\n        return\n    f(m.bias)",
    "if isinstance(m.bias, torch.Tensor):\n    f(m.bias)",
    "if self.conv.bias is not None:\n    with no_grad():\n        self.conv.bias.zero_()",
    "try:\n    f(m.bias)\nexcept AttributeError:\n    pass",
    "if (b := m.bias) is not None:\n    f(m.bias)",
]
UNGUARDED = [
    "f(m.bias)",
    "try:\n    f(m.bias)\nexcept ValueError:\n    pass",
    "try:\n    pass\nexcept AttributeError:\n    f(m.bias)",
    "if m.weight is not None:\n    f(m.bias)",
    "if other.bias is not None:\n    f(m.bias)",
    "if m.bias is None:\n    f(m.bias)",
    "if m.bias is not None or other:\n    f(m.bias)",
    "if hasattr(m, 'bias'):\n    f(m.bias)",
    "if m.bias is not None:\n    pass\nf(m.bias)",
    "if m.bias is not None:\n    def g(m):\n        f(m.bias)",
]


@pytest.mark.parametrize("code", GUARDED)
def test_a_test_guards_what_follows_from_it(code: str) -> None:
    assert [use.guarded for use in attribute_uses(ast.parse(code), "bias")][-1]


@pytest.mark.parametrize("code", UNGUARDED)
def test_other_tests_guard_nothing(code: str) -> None:
    assert not [use.guarded for use in attribute_uses(ast.parse(code), "bias")][-1]


KINDS = [
    ("if isinstance(m, nn.Conv2d):\n    f(m.bias)", {"Conv2d"}, {"Linear", "Conv3d"}),
    ("if isinstance(m, (nn.Conv2d, nn.Linear)):\n    f(m.bias)", {"Conv2d", "Linear"}, {"Conv1d"}),
    ("if isinstance(m, nn.Linear):\n    pass\nelif isinstance(m, nn.Conv1d):\n    f(m.bias)", {"Conv1d"}, {"Linear"}),
    ("if isinstance(m, _ConvNd):\n    f(m.bias)", {"Conv1d", "Conv3d"}, {"Linear"}),
    ("if type(m) == nn.Linear:\n    f(m.bias)", {"Linear"}, {"Conv1d"}),
    ("if type(m) in (nn.Linear, nn.Conv1d):\n    f(m.bias)", {"Linear", "Conv1d"}, {"Conv2d"}),
    ("if name.find('Conv') != -1:\n    f(m.bias)", {"Conv2d", "ConvTranspose2d"}, {"Linear"}),
    ("if 'BatchNorm' in name:\n    f(m.bias)", set(), {"Conv2d", "Linear"}),
    ("if not isinstance(m, nn.Conv2d):\n    f(m.bias)", {"Linear", "Conv2d"}, set()),
    ("f(m.bias)", {"Conv2d", "Linear"}, set()),
]


@pytest.mark.parametrize(("code", "included", "excluded"), KINDS)
def test_which_classes_an_enclosing_test_lets_through(code: str, included: set[str], excluded: set[str]) -> None:
    use = attribute_uses(ast.parse(textwrap.dedent(code)), "bias")[-1]
    assert {name for name in included | excluded if use.may_be(name)} == included

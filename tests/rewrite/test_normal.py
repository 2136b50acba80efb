"""Which expressions have one normal form, and which don't."""

from __future__ import annotations

import pytest

from tests.rewrite.helpers import terms_of

SAME = [
    ("torch.exp(x)", "x.exp()", "math.e ** x", "torch.exp(input=x)"),
    ("x + y", "y + x", "torch.add(x, y)", "x.add(y)", "torch.add(y, other=x)"),
    ("x - y", "-y + x", "torch.sub(x, y)", "x.sub(y)", "-(y - x)"),
    ("x - y - z", "x - (y + z)", "-z + x - y"),
    ("x / y", "torch.div(x, y)", "x * y.reciprocal()", "x * (1 / y)", "x * y ** -1", "torch.true_divide(x, y)"),
    ("x * y / z", "y / z * x", "y / (z / x)"),
    ("-x / y", "x / -y", "-(x / y)", "-1 * x / y"),
    ("x.sum(1, keepdim=True)", "torch.sum(x, 1, True)", "x.sum(1).unsqueeze(1)", "x.sum(dim=1)[:, None]", "x.sum(axis=[1], keepdims=True)"),
    ("x.sum(-1, keepdim=True)", "x.sum(-1)[..., None]", "x.sum(-1).unsqueeze(-1)"),
    ("y / x.sum(1, True)", "y / x.sum(1, True).expand_as(y)", "y / x.sum(1, True).expand(-1, 4)"),
    ("y / x.sum(0, True)", "y / x.sum(0)"),
    ("F.softmax(x, 1)", "torch.softmax(x, dim=1)", "x.softmax(1)", "torch.special.softmax(x, 1)", "torch.nn.Softmax(dim=1)(x)"),
    ("1 - x", "torch.tensor(1.0) - x", "torch.tensor(1) - x"),
    ("x.clamp(min=1e-6)", "x.clamp_min(1e-6)", "torch.clamp(x, 1e-6)", "torch.maximum(x, torch.tensor(1e-6))", "torch.max(x, torch.tensor(1e-6))"),
    ("x.clamp(max=3)", "x.clamp_max(3)", "torch.minimum(x, torch.tensor(3))", "x.clip(None, 3)"),
    ("x / max(y, 1)", "torch.div(x, max(y, 1))"),
    ("torch.sigmoid(x)", "F.sigmoid(x)", "x.sigmoid()", "torch.special.expit(x)", "torch.nn.Sigmoid()(x)"),
]  # fmt: skip


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_spellings_of_one_computation_are_one_term(spellings: tuple[str, ...]) -> None:
    assert len({term.key for term in terms_of(*spellings)}) == 1


DIFFERENT = [
    ("x - y", "y - x"),
    ("x / y", "y / x"),
    ("x.sum(1, keepdim=True)", "x.sum(1)"),
    ("x.sum(1, keepdim=True)", "x.sum(0, keepdim=True)"),
    ("x.sum(1).unsqueeze(1)", "x.sum(1).unsqueeze(0)"),
    ("x.sum(1)[:, None]", "x.sum(1)[None]"),
    ("torch.div(x, y)", "torch.div(x, y, rounding_mode='floor')"),
    ("torch.add(x, y)", "torch.add(x, y, alpha=2)"),
    ("x.softmax(1)", "x.softmax(0)"),
    ("1 - x", "torch.tensor([1.0]) - x"),
    ("1 - x", "torch.tensor(1.0, requires_grad=True) - x"),
    ("x.clamp(min=3)", "x.clamp(max=3)"),
    ("x.clamp(min=3)", "torch.minimum(x, torch.tensor(3))"),
    ("torch.maximum(x, y)", "torch.maximum(x, z)"),
    ("x.max(1)", "x.clamp(min=1)"),
    ("x.detach()", "x"),
    ("F.dropout(x)", "F.dropout(x)"),
    ("x.sum(1, dtype=torch.float64)", "x.sum(1)"),
    ("y / x.sum(-1)", "y / x.sum(-1, True)"),
    ("y(x)", "y(x)"),
]


@pytest.mark.parametrize("expressions", DIFFERENT, ids=lambda expressions: " | ".join(expressions))
def test_different_computations_are_different_terms(expressions: tuple[str, str]) -> None:
    first, second = terms_of(*expressions)
    assert first.key != second.key


def test_axes_are_counted_from_the_front_where_the_rank_is_known() -> None:
    first, second = terms_of("x.sum(-1, True)", "x.sum(2, True)", ranks={"x": 3})
    assert first.key == second.key
    first, second = terms_of("x.sum(-1, True)", "x.sum(2, True)", ranks={"x": 4})
    assert first.key != second.key


def test_a_place_that_fits_one_rank_only_is_remembered() -> None:
    (term,) = terms_of("x.sum(-1)[:, None]")
    assert (term.op, term.data) == ("if rank", 2)
    (term,) = terms_of("x.sum(1).view(-1, 1)")
    assert (term.op, term.data) == ("if rank", 2)
    first, second = terms_of("x.sum(-1)[:, None]", "x.sum(1, True)", ranks={"x": 2})
    assert first.key == second.key


def test_what_was_changed_in_place_is_something_else() -> None:
    first, second = terms_of("x.exp()", "y", before="y = x.exp()\nx += 1")
    assert first.key != second.key


def test_long_sums_and_deep_nesting_end() -> None:
    (term,) = terms_of(" + ".join(["x"] * 200))
    assert term.op == "opaque" or term.args
    (term,) = terms_of("x" + ".abs()" * 300)
    assert term.key >= 0

"""Arithmetic of sizes."""

from __future__ import annotations

import random

import pytest

from torchlint.semantics.dims import (
    MAX_TERMS,
    Dim,
    Opaque,
    Symbol,
    divide,
    evaluate,
    exact_division,
    floor_divide,
    show,
    substitute,
    symbol_size,
)

B, H, W = (symbol_size(Symbol(name)) for name in "BHW")
VALUES = {"B": 3, "H": 5, "W": 7}


def number(size) -> int:
    return evaluate(size, lambda symbol: VALUES[symbol.name])


def test_equal_polynomials_are_equal() -> None:
    assert (B + 1) * (B - 1) == B * B - 1
    assert B * H == H * B and hash(B * H) == hash(H * B)
    assert B - B == 0 and (B + 2) - B == 2
    assert 2 * B + B == 3 * B
    assert -(B - H) == H - B
    assert 5 - B == -(B - 5)


def random_size(rng: random.Random):
    size = rng.randint(1, 4)
    for _ in range(rng.randint(1, 4)):
        other = rng.choice((B, H, W, rng.randint(1, 3)))
        size = size * other if rng.random() < 0.5 else size + other
    return size


def test_division_undoes_multiplication() -> None:
    rng = random.Random(0)
    for _ in range(300):
        a, b = random_size(rng), random_size(rng)
        assert number(a * b) == number(a) * number(b)
        assert number(a - b) == number(a) - number(b)
        assert exact_division(a * b, b) == a


@pytest.mark.parametrize(("a", "b"), [(B, 2), (B * H, W), (B * H + 1, B), (7, 2), (B, 0)])
def test_no_polynomial_quotient(a, b) -> None:
    assert exact_division(a, b) is None


def test_quotients_are_symbols_that_know_their_parts() -> None:
    (symbol,) = (symbol for monomial in divide(H, 2).terms for symbol in monomial)
    assert symbol.exact and symbol.parts == (H, 2)
    assert divide(H, 2) == divide(H, 2) != divide(W, 2)
    assert divide(2 * H, 2) == H
    with pytest.raises(Opaque):
        divide(7, 2)


def test_floor_division() -> None:
    assert floor_divide(7, 2) == 3
    assert floor_divide(2 * H, 2) == H
    assert floor_divide(H, 2) != divide(H, 2)
    with pytest.raises(Opaque):
        floor_divide(7, 0)


def test_substitution() -> None:
    (symbol,) = next(iter(H.terms))
    assert substitute(B * H + H, {symbol: 2 * W}) == 2 * B * W + 2 * W
    assert substitute(5, {symbol: 2}) == 5


def test_sizes_do_not_grow_without_bound() -> None:
    size = 1
    with pytest.raises(Opaque):
        for i in range(MAX_TERMS + 1):
            size = size + symbol_size(Symbol(f"x{i}"))


def test_show() -> None:
    assert show(B * H + 2) == "B*H + 2"
    assert show(H - 1) == "H - 1"
    assert show(-H + 0) == "- H"


def test_a_high_power_is_no_size() -> None:
    """Repeated squares would hold thousands of millions of factors."""
    n: int | Dim = symbol_size(Symbol("n"))
    with pytest.raises(Opaque):
        for _ in range(40):
            n = n * n

"""Solving equations between sizes."""

from __future__ import annotations

from typing import Any

import pytest

from torchlint.semantics.dims import Dim, Symbol, divide, symbol_size, symbols
from torchlint.semantics.equations import solve

B, L, C, h, d, n = (symbol_size(Symbol(name)) for name in "BLChdn")


def test_element_counts_give_a_factor() -> None:
    solution = solve([(B * L * C, B * L * h * d)])
    assert solution(C) == h * d
    assert not solution.residue


def test_chains() -> None:
    solution = solve([(C, 2 * n), (h * d, C), (n, 3)])
    assert solution(C) == 6
    assert [str(one) for one in solution.residue] == ["d*h - 6"]


def test_quotients_bring_their_equation() -> None:
    quotient = divide(C, h)
    solution = solve([(quotient, quotient)])
    assert solution(C) == solution(quotient * h)


def test_two_divisions_of_one_size_stay_open() -> None:
    solution = solve([(divide(C, 4) * 4, divide(C, h) * h)])
    assert solution.open(set())


def test_products_that_cannot_be_told_apart_stay_open() -> None:
    every = {symbol for size in (L, C, h, d) for symbol in symbols(size)}
    assert solve([(L * C, h * d)]).open(every) == every


@pytest.mark.parametrize(
    ("equations", "used", "bound"),
    [
        ([(L * C, h * d)], (h, d), False),  # whatever h and d are, L and C exist
        ([(L * C, h * d)], (L, h), True),
        ([(L * C, h * d), (L * B, n * n)], (h, d), True),  # L stands in both
        ([(L * C, h * d), (L * C * B, n)], (h, d, n), True),  # n is made of L and C
        ([(2 * L * C, h * d)], (h, d), True),  # not for odd sizes
        ([(L * L, h * d)], (h, d), True),  # only for squares
        ([(L * C, h * d - B * n)], (h, d, B, n), True),  # not where B * n is larger
    ],
)
def test_sizes_that_stand_nowhere_else_bind_nothing(equations: list[Any], used: tuple[Dim, ...], bound: bool) -> None:
    solution = solve(equations)
    assert bool(solution.open({symbol for size in used for symbol in symbols(solution(size))})) is bound


def test_what_cannot_hold_is_dropped() -> None:
    solution = solve([(2, 3), (C, C + 1), (B + 1, 0), (L, 5)])
    assert solution(L) == 5 and not solution.residue

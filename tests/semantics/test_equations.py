"""Solving equations between sizes."""

from __future__ import annotations

from torchlint.semantics.dims import Symbol, divide, symbol_size
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
    assert solution.open


def test_products_that_cannot_be_told_apart_stay_open() -> None:
    assert solve([(L * C, h * d)]).open == {
        symbol for size in (L, C, h, d) for monomial in size.terms for symbol in monomial
    }


def test_what_cannot_hold_is_dropped() -> None:
    solution = solve([(2, 3), (C, C + 1), (B + 1, 0), (L, 5)])
    assert solution(L) == 5 and not solution.residue

"""Equations between sizes, and what follows from them.

A program that runs without a size error satisfies many equations: `Linear(dim, ..)(x)` says `x.shape[-1] == dim`,
`x.view(B, N, 3, h, d)` says that the element counts are equal. They are solved by substitution: a symbol that stands
alone in an equation is replaced everywhere by the rest. What can't be solved so is kept as the residue.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from torchlint.semantics.dims import (
    Dim,
    Opaque,
    Symbol,
    common_monomial,
    exact_division,
    substitute,
    symbol_size,
    symbols,
)

MAX_EQUATIONS = 80


@dataclass(slots=True)
class Solution:
    """Symbols replaced by sizes, and the equations (polynomials that are zero) that were left unsolved."""

    values: dict[Symbol, int | Dim] = field(default_factory=dict)
    residue: list[Dim] = field(default_factory=list)

    def __call__(self, size: int | Dim) -> int | Dim:
        """The size under this solution. Raises Opaque if it grows too long."""
        return substitute(size, self.values)

    def open(self, used: Set[Symbol]) -> set[Symbol]:
        """The symbols that an unsolved equation binds.

        An equation binds none of `used` if one of its sides is a product of symbols that stand nowhere else, as `H * W` does in
        `H * W == h * p * w * p`: whatever the other side is, there are numbers for them.
        """
        binding = list(self.residue)
        progress = True
        while progress:
            progress = False
            for equation in binding:
                others = {symbol for other in binding if other is not equation for symbol in symbols(other)}
                if _has_free_side(equation, others | used):
                    binding.remove(equation)
                    progress = True
                    break
        return {symbol for equation in binding for symbol in symbols(equation)}


def solve(pairs: Iterable[tuple[int | Dim, int | Dim]]) -> Solution:
    """Solve equations between sizes. An equation that can't hold is dropped: its place can't be reached."""
    solution = Solution()
    pending = [one for one in (_reduced(left - right) for left, right in with_divisions(pairs)) if one is not None]
    progress = True
    while progress:
        progress = False
        for equation in pending[:MAX_EQUATIONS]:
            pending.remove(equation)
            try:
                current = _reduced(solution(equation))
            except Opaque:
                continue
            if current is None:
                progress = True
                break
            found = _isolated(current)
            if found is None:
                pending.append(current)
                continue
            _substitute_everywhere(solution, *found)
            progress = True
            break
    solution.residue = pending
    return solution


def with_divisions(pairs: Iterable[tuple[int | Dim, int | Dim]]) -> list[tuple[int | Dim, int | Dim]]:
    """The equations, with those that say what the quotients in them are."""
    result = list(pairs)[:MAX_EQUATIONS]
    seen: set[Symbol] = set()
    index = 0
    while index < len(result):
        for side in result[index]:
            for symbol in sorted(symbols(side), key=lambda symbol: symbol.name):
                if symbol.exact and symbol not in seen:
                    seen.add(symbol)
                    numerator, denominator = symbol.parts
                    result.append((symbol_size(symbol) * denominator, numerator))
        index += 1
    return result


def _has_free_side(equation: Dim, bound: Set[Symbol]) -> bool:
    """Whether one side of an equation between positive sizes is a product of symbols that are free otherwise."""
    for monomial, factor in equation.terms.items():
        rest = [(other, value) for other, value in equation.terms.items() if other != monomial]
        apart = not any(symbol in other for other, _ in rest for symbol in monomial)
        opposite = all((value > 0) != (factor > 0) for _, value in rest)
        free = monomial and not any(symbol in bound or symbol.parts for symbol in monomial)
        free = free and len(set(monomial)) == len(monomial)
        if abs(factor) == 1 and free and apart and opposite:
            return True
    return False


def _reduced(difference: int | Dim) -> Dim | None:
    """The equation `difference == 0` without the factors that all terms share; None if it says nothing or can't hold."""
    if isinstance(difference, int):
        return None
    monomial, factor = common_monomial(difference)
    shared: int | Dim = factor
    for symbol in monomial:
        shared = shared * symbol_size(symbol)
    quotient = exact_division(difference, shared)
    if not isinstance(quotient, Dim):
        return None
    signs = {value > 0 for value in quotient.terms.values()}
    return quotient if len(signs) == 2 else None


def _isolated(equation: Dim) -> tuple[Symbol, int | Dim] | None:
    """A symbol that the equation gives as a polynomial of the others. Quotients are the last choice."""
    candidates = []
    for monomial, factor in equation.terms.items():
        if len(monomial) == 1:
            symbol = monomial[0]
            if sum(symbol in other for other in equation.terms) == 1:
                rest = exact_division(symbol_size(symbol) * factor - equation, factor)
                if rest is not None:
                    candidates.append((bool(symbol.parts), symbol.name, symbol, rest))
    if not candidates:
        return None
    _, _, symbol, rest = min(candidates, key=lambda candidate: candidate[:2])
    return symbol, rest


def _substitute_everywhere(solution: Solution, symbol: Symbol, rest: int | Dim) -> None:
    for known, value in list(solution.values.items()):
        try:
            solution.values[known] = substitute(value, {symbol: rest})
        except Opaque:
            del solution.values[known]
    solution.values[symbol] = rest

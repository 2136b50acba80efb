"""Sizes of tensors: integers, or polynomials with integer coefficients over symbols.

A size that the text leaves open is a `Symbol`. Sums and products of sizes are kept in one normal form, so that two sizes
are equal exactly when they are the same polynomial. A division that is assumed to have no remainder is a symbol too:
the quotient `q` of `n` by `d` stands for the equation `q * d == n` (see `torchlint.semantics.equations`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Size = "int | Dim"
MAX_TERMS = 24
_MAX_DEGREE = 24
_MAX_NAME = 300  # characters; the name of a quotient holds those of its parts
MAX_NUMBER = 2**63 - 1  # torch's sizes are 64 bits wide


class Opaque(Exception):
    """A size or a fact that the text does not determine."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """An unknown positive integer. Symbols with one name are one symbol.

    `label` is what a reader calls it. A quotient has `parts`: what is divided, and by what; `exact` says that there is
    no remainder.
    """

    name: str
    label: str = field(default="", compare=False)
    parts: tuple[int | Dim, ...] = field(default=(), compare=False)
    exact: bool = field(default=False, compare=False)


Monomial = tuple[Symbol, ...]  # a product, sorted by name; a square occurs twice


class Dim:
    """A polynomial that is not a plain integer. Made by `symbol_size` and by arithmetic."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Mapping[Monomial, int]) -> None:
        self.terms = terms
        self._hash: int | None = None

    def __add__(self, other: int | Dim) -> int | Dim:
        return _combine(self, other, 1)

    __radd__ = __add__

    def __sub__(self, other: int | Dim) -> int | Dim:
        return _combine(self, other, -1)

    def __rsub__(self, other: int) -> int | Dim:
        return _combine(other, self, -1)

    def __neg__(self) -> int | Dim:
        return _combine(0, self, -1)

    def __mul__(self, other: int | Dim) -> int | Dim:
        terms: dict[Monomial, int] = {}
        for left, a in self.terms.items():
            for right, b in _terms(other).items():
                key = _product(left, right)
                terms[key] = terms.get(key, 0) + a * b
        return _size(terms)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dim) and self.terms == other.terms

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __repr__(self) -> str:
        return show(self)


def symbol_size(symbol: Symbol) -> Dim:
    """The size that is this symbol."""
    return Dim({(symbol,): 1})


def is_symbol(size: int | Dim) -> Symbol | None:
    """The symbol that a size consists of, if it is no sum, product or number."""
    if isinstance(size, Dim) and len(size.terms) == 1:
        ((monomial, factor),) = size.terms.items()
        if factor == 1 and len(monomial) == 1:
            return monomial[0]
    return None


def symbols(size: int | Dim) -> set[Symbol]:
    """The symbols of a size; a quotient counts as one and is not opened."""
    return {symbol for monomial in _terms(size) for symbol in monomial}


def product(sizes: Iterable[int | Dim]) -> int | Dim:
    """The product; 1 for none."""
    return math.prod(sizes)


def exact_division(numerator: int | Dim, denominator: int | Dim) -> int | Dim | None:
    """The polynomial q with `q * denominator == numerator`, if there is one."""
    if isinstance(denominator, int) and isinstance(numerator, int):
        return numerator // denominator if denominator and numerator % denominator == 0 else None
    if denominator == 0:
        return None
    lead, lead_factor = max(_terms(denominator).items(), key=_order)
    quotient: int | Dim = 0
    rest = numerator
    for _ in range(MAX_TERMS):
        if rest == 0:
            return quotient
        monomial, factor = max(_terms(rest).items(), key=_order)
        remaining = _remove(monomial, lead)
        if remaining is None or factor % lead_factor:
            return None
        term = _size({remaining: factor // lead_factor})
        quotient = quotient + term
        rest = rest - term * denominator
    return None


def divide(numerator: int | Dim, denominator: int | Dim) -> int | Dim:
    """`numerator / denominator`, taken to have no remainder: a polynomial, or the symbol of the quotient.

    Raises Opaque for integers with a remainder, and where quotients are nested too deeply.
    """
    found = exact_division(numerator, denominator)
    if found is not None:
        return found
    if isinstance(numerator, int) and isinstance(denominator, int):
        raise Opaque("the division has a remainder")
    name = _quotient_name(numerator, "/", denominator)
    return symbol_size(Symbol(name, f"{show(numerator)}/{show(denominator)}", (numerator, denominator), exact=True))


def floor_divide(numerator: int | Dim, denominator: int | Dim) -> int | Dim:
    """`numerator // denominator`, which may have a remainder. Raises Opaque for a division by 0, or too deep nesting."""
    if isinstance(numerator, int) and isinstance(denominator, int):
        if denominator == 0:
            raise Opaque("division by zero")
        return numerator // denominator
    found = exact_division(numerator, denominator)
    if found is not None:
        return found
    name = _quotient_name(numerator, "//", denominator)
    return symbol_size(Symbol(name, f"{show(numerator)}//{show(denominator)}", (numerator, denominator)))


def _quotient_name(numerator: int | Dim, sign: str, denominator: int | Dim) -> str:
    name = f"({show(numerator, names=True)}{sign}{show(denominator, names=True)})"
    if len(name) > _MAX_NAME:
        raise Opaque("the quotient of quotients grows too long")
    return name


def substitute(size: int | Dim, values: Mapping[Symbol, int | Dim]) -> int | Dim:
    """The size with symbols replaced."""
    if isinstance(size, int) or not values:
        return size
    if not any(symbol in values for symbol in symbols(size)):
        return size
    total: int | Dim = 0
    for monomial, factor in size.terms.items():
        term: int | Dim = factor
        for symbol in monomial:
            term = term * values.get(symbol, symbol_size(symbol))
        total = total + term
    return total


def evaluate(size: int | Dim, value: Callable[[Symbol], int]) -> int:
    """The number that a size becomes when every symbol is given one."""
    if isinstance(size, int):
        return size
    return sum(factor * math.prod(value(symbol) for symbol in monomial) for monomial, factor in size.terms.items())


def common_monomial(size: Dim) -> tuple[Monomial, int]:
    """The product of symbols, and the positive integer, that divide every term."""
    monomials = list(size.terms)
    shared = monomials[0]
    for monomial in monomials[1:]:
        left = list(monomial)
        kept = []
        for symbol in shared:
            if symbol in left:
                left.remove(symbol)
                kept.append(symbol)
        shared = tuple(kept)
    return shared, math.gcd(*size.terms.values())


def show(size: int | Dim, names: bool = False) -> str:
    """The size for a reader ("B*H*W"); with `names`, the symbols' unique names."""
    if isinstance(size, int):
        return str(size)
    parts = []
    for monomial, factor in sorted(size.terms.items(), key=_order, reverse=True):
        words = [symbol.name if names else symbol.label or symbol.name for symbol in monomial]
        if abs(factor) != 1 or not words:
            words.insert(0, str(abs(factor)))
        sign = "-" if factor < 0 else "+"
        parts.append(f" {sign} " + "*".join(words))
    text = "".join(parts)
    return text[3:] if text.startswith(" + ") else text.strip()


def _terms(size: int | Dim) -> Mapping[Monomial, int]:
    if isinstance(size, Dim):
        return size.terms
    return {(): size} if size else {}


def _size(terms: Mapping[Monomial, int]) -> int | Dim:
    kept = {monomial: factor for monomial, factor in terms.items() if factor}
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return kept[()]
    if len(kept) > MAX_TERMS:
        raise Opaque("the size has too many terms")
    if any(abs(factor) > MAX_NUMBER for factor in kept.values()):
        raise Opaque("the size has too large a factor")
    return Dim(kept)


def _combine(left: int | Dim, right: int | Dim, sign: int) -> int | Dim:
    terms = dict(_terms(left))
    for monomial, factor in _terms(right).items():
        terms[monomial] = terms.get(monomial, 0) + sign * factor
    return _size(terms)


def _product(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    if len(left) + len(right) > _MAX_DEGREE:
        raise Opaque("the size is too high a power")
    return tuple(sorted(left + right, key=lambda symbol: symbol.name))


def _remove(monomial: Monomial, factor: Monomial) -> Monomial | None:
    left = list(monomial)
    for symbol in factor:
        if symbol not in left:
            return None
        left.remove(symbol)
    return tuple(left)


def _order(term: tuple[Monomial, int]) -> tuple[int, tuple[str, ...]]:
    """Graded order of monomials: a division terminates, and output does not depend on the hash seed."""
    return len(term[0]), tuple(symbol.name for symbol in term[0])

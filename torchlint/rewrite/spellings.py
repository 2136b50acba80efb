"""How the spellings of one operation become one term: for each operation, a function from its value to its term."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from torchlint.rewrite.terms import (
    EVERYTHING,
    IF_RANK,
    IMPLICIT,
    OPAQUE,
    PRODUCT,
    TOTAL,
    VAR,
    WITHOUT,
    Term,
    integer_of,
    number_of,
)
from torchlint.semantics.values import CONST, GLOBAL, LIST, PARAM, PHI, REFINE, SLICE, TUPLE, Value

if TYPE_CHECKING:
    from torchlint.rewrite.normal import Terms

_E = frozenset(("math.e", "numpy.e", "torch.e"))
_NONE_INDEX = frozenset(("numpy.newaxis", "torch.newaxis"))


def _plain(value: Value, *names: str) -> bool:
    """Whether the optional arguments in `names` are absent or None."""
    return all(
        name not in value.args or (value.args[name].op == CONST and value.args[name].data is None) for name in names
    )


def _constant(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    try:
        hash(value.data)
    except TypeError:
        return terms.make(OPAQUE, (), value, value)
    return terms.constant(value.data, value)


def _parameter(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    if terms._variables:
        return terms.make(VAR, (), value.data.name, value)
    return terms.make(OPAQUE, (), value, value)


def _global(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    return terms.make(GLOBAL, (), value.data, value)


def _items(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    if not value.data.exact:
        return terms.make(OPAQUE, (), value, value)
    return terms.make(TUPLE, tuple(terms.of(item) for item in value.data.content), None, value)


def _tensor(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    """`torch.tensor(1.0)` has no axes: in sums and products it is its number."""
    number = held_number(value)
    return terms.plain(value, given) if number is None else terms.constant(number, value)


def held_number(value: Value) -> float | None:
    """The number that a constant tensor without axes holds."""
    data = value.args.get("data")
    if data is None or data.op != CONST or type(data.data) not in (int, float) or not _plain(value, "requires_grad"):
        return None
    return data.data  # type: ignore[no-any-return]


def _clamp(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    """`clamp(x, min=a)`, `clamp_min(x, a)` and `maximum(x, torch.tensor(a))` are one."""
    if not _plain(value, "out"):
        return terms.plain(value, given)
    named = {"min": value.args.get("min"), "max": value.args.get("max")}
    if value.op in ("maximum", "minimum", "max"):
        other = value.args.get("other")
        if other is None or terms.of(other).op != CONST:
            return terms.plain(value, given)
        named = {"max" if value.op == "minimum" else "min": other}
    limits = [(name, terms.of(limit)) for name, limit in named.items() if limit is not None]
    limits = [(name, limit) for name, limit in limits if not (limit.op == CONST and limit.data[2] is None)]
    args = (terms.operand(value, given, "input"), *(limit for _, limit in limits))
    return terms.make("clamp", args, tuple(name for name, _ in limits), value)


def _same(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    return terms.operand(value, given, "input")


def _phi(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    found = [terms.of(one) for one in value.args.values()]
    if found and all(one.key == found[0].key for one in found):
        return found[0]
    return terms.make(OPAQUE, (), value, value)


def _power(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    base, exponent = terms.operand(value, given, "input"), terms.operand(value, given, "exponent")
    number = number_of(base)
    if (number is not None and abs(number - math.e) < 1e-12) or (base.op == GLOBAL and base.data in _E):
        return terms.make("exp", (exponent,), (("input",), None, None), value)
    if number_of(exponent) == -1:
        return _multiply(terms, [], [base], value)
    return terms.plain(value, given)


def _exp(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    return terms.make("exp", (terms.operand(value, given, "input"),), (("input",), None, None), value)


def _add(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    alpha = value.args.get("alpha")
    if (alpha is not None and not (alpha.op == CONST and alpha.data == 1)) or "out" in value.args:
        return terms.plain(value, given)
    if value.op == "neg":
        parts = [(-sign, part) for sign, part in terms.parts(terms.operand(value, given, "input"))]
        return terms.sum(parts, value)
    left, right = terms.parts(terms.operand(value, given, "input")), terms.parts(terms.operand(value, given, "other"))
    if value.op == "rsub":
        left, right = right, left
    if value.op != "add":
        right = [(-sign, part) for sign, part in right]
    return terms.sum([*left, *right], value)


def _mul(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    if not _plain(value, "rounding_mode", "out"):
        return terms.plain(value, given)
    first = terms.operand(value, given, "input")
    if value.op == "reciprocal":
        return _multiply(terms, [], [first], value)
    second = terms.operand(value, given, "other")
    return (
        _multiply(terms, [first, second], [], value)
        if value.op == "mul"
        else _multiply(terms, [first], [second], value)
    )


def _multiply(terms: Terms, above: list[Term], below: list[Term], value: Value) -> Term:
    sign = 1
    tops: list[Term] = []
    bottoms: list[Term] = []
    for factors, mine, other in ((above, tops, bottoms), (below, bottoms, tops)):
        pending = list(factors)
        while pending:
            factor = _broadcast(terms, pending.pop(0))
            parts = terms.parts(factor)
            if len(parts) == 1 and parts[0][0] < 0:
                sign = -sign
                factor = _broadcast(terms, parts[0][1])
            if factor.op == PRODUCT:
                mine.extend(factor.args[: factor.data])
                other.extend(factor.args[factor.data :])
            elif number_of(factor) != 1:
                mine.append(factor)
    return terms.product(sign, tops, bottoms, value)


def _broadcast(terms: Terms, term: Term) -> Term:
    """A factor without what broadcasting does by itself: `expand`, and a missing first axis."""
    while True:
        stretched = term.op in ("expand", "expand_as", "broadcast_to")
        if stretched or (term.op == WITHOUT and (term.args[1].op == EVERYTHING or integer_of(term.args[1]) == 0)):
            term = term.args[0]
        else:
            return term


def _expand(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    rest = tuple(terms.of(value.args[name]) for name in sorted(value.args) if name != "input")
    return terms.make(value.op, (terms.operand(value, given, "input"), *rest), None, value)


def _total(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    keep = value.args.get("keepdim")
    if not _plain(value, "dtype", "out") or (keep is not None and keep.op != CONST):
        return terms.plain(value, given)
    dim = terms.dim(value.args.get("dim"), terms.rank(value.args["input"]))
    total = terms.make(TOTAL, (terms.operand(value, given, "input"), dim), value.op, value)
    if keep is not None and keep.data:
        return total
    return terms.make(WITHOUT, (total, dim), None, value)


def _softmax(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    if not _plain(value, "out"):
        return terms.plain(value, given)
    rank = terms.rank(value.args["input"])
    dim = terms.dim(value.args.get("dim"), rank)
    if dim.op == EVERYTHING:
        dim = terms.make(IMPLICIT) if rank is None else terms.constant(0 if rank in (0, 1, 3) else 1)
    args = [terms.operand(value, given, "input"), dim]
    if not _plain(value, "dtype"):
        args.append(terms.of(value.args["dtype"]))
    return terms.make(value.op, tuple(args), None, value)


def _unsqueeze(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    inner = terms.operand(value, given, "input")
    made = _restored(terms, inner, terms.of(value.args["dim"]), value)
    return made if made is not None else terms.plain(value, given)


def _getitem(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    place = _new_axis(value.args["index"])
    if place is not None:
        made = _restored(terms, terms.operand(value, given, "input"), terms.constant(place), value)
        if made is not None:
            return made
    return terms.plain(value, given)


def _reshape(terms: Terms, value: Value, given: Mapping[str, Term]) -> Term:
    size = value.args.get("size") or value.args.get("shape")
    if size is not None and size.op in (TUPLE, LIST) and size.data.exact and len(size.data.content) == 2:
        last = size.data.content[1]
        inner = terms.operand(value, given, "input")
        if last.op == CONST and last.data == 1 and inner.op == WITHOUT:
            rank = _rank_of_total(terms, inner)
            if rank in (None, 2):
                made = _restored(terms, inner, terms.constant(-1), value)
                if made is not None:
                    return made if rank == 2 or made.op == IF_RANK else terms.make(IF_RANK, (made,), 2, value)
    return terms.plain(value, given)


def _restored(terms: Terms, inner: Term, dim: Term, value: Value) -> Term | None:
    """The total whose axis was taken away and is put back at `dim`; None if the place is another."""
    if inner.op != WITHOUT or inner.args[1].op in (TUPLE, EVERYTHING):
        return None
    total, old = inner.args
    if old.key == dim.key:
        return total
    first, second = integer_of(old), integer_of(dim)
    if first is None or second is None:
        return None
    rank = _rank_of_total(terms, inner)
    if rank is not None:
        return total if (first - second) % rank == 0 else None
    needed = abs(first - second) if (first < 0) != (second < 0) else 0
    return terms.make(IF_RANK, (total,), needed, value) if needed > max(first, second) else None


def _rank_of_total(terms: Terms, inner: Term) -> int | None:
    made = inner.args[0].value
    return None if made is None else terms.rank(made.args["input"])


def _new_axis(index: Value) -> int | None:
    """The axis that an index with one None and otherwise `:` and `...` adds, counted as `unsqueeze` does."""
    items = index.data.content if index.op == TUPLE and index.data.exact else (index,)
    place = None
    ellipsis = None
    for number, item in enumerate(items):
        if (item.op == CONST and item.data is None) or (item.op == GLOBAL and item.data in _NONE_INDEX):
            if place is not None:
                return None
            place = number
        elif item.op == CONST and item.data is ...:
            ellipsis = number
        elif not (item.op == SLICE and not item.args):
            return None
    if place is not None and ellipsis is not None and ellipsis < place:
        return place - len(items)
    return place


BUILDERS: dict[str, Callable[[Terms, Value, Mapping[str, Term]], Term]] = {
    CONST: _constant,
    PARAM: _parameter,
    GLOBAL: _global,
    TUPLE: _items,
    LIST: _items,
    REFINE: _same,
    PHI: _phi,
    "contiguous": _same,
    "tensor": _tensor,
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    "maximum": _clamp,
    "minimum": _clamp,
    "max": _clamp,
    "exp": _exp,
    "pow": _power,
    "add": _add,
    "sub": _add,
    "rsub": _add,
    "neg": _add,
    "mul": _mul,
    "div": _mul,
    "reciprocal": _mul,
    "expand": _expand,
    "expand_as": _expand,
    "broadcast_to": _expand,
    "sum": _total,
    "mean": _total,
    "softmax": _softmax,
    "unsqueeze": _unsqueeze,
    "getitem": _getitem,
    "view": _reshape,
    "reshape": _reshape,
}

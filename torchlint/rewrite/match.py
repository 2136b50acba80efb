"""Unifies a pattern's term with a term of the user's code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from torchlint.rewrite.normal import Terms
from torchlint.rewrite.terms import IF_RANK, PRODUCT, SUM, VAR, Term, number_of
from torchlint.semantics.values import ATTR, GLOBAL, PARAM, Value

MAX_EPSILON = 1e-2


@dataclass(frozen=True, slots=True)
class Match:
    """What a pattern's variables stand for.

    `owners`: the term that has the variable as an operand, for each; `rank`: the number of axes that the summed tensor
    must have for the match to hold, where that isn't known.
    """

    bound: Mapping[str, Term] = field(default_factory=dict)
    owners: Mapping[str, Term] = field(default_factory=dict)
    rank: int | None = None


def unify(
    pattern: Term,
    term: Term,
    terms: Terms,
    kinds: Mapping[str, str],
    owner: Term | None = None,
    match: Match | None = None,
) -> Iterator[Match]:
    """All ways in which a pattern's term is equal to a term of the user's code.

    `kinds` says what a variable may stand for: "Tensor", "int" (an axis), "float" (a small positive number) or "dtype".
    """
    match = Match() if match is None else match
    if pattern.op == VAR:
        yield from _bind(pattern.data, term, kinds, owner, match)
        return
    if term.op == IF_RANK:
        if match.rank in (None, term.data):
            yield from unify(pattern, term.args[0], terms, kinds, owner, replace(match, rank=term.data))
        return
    if pattern.op == SUM and len(pattern.args) == 1:
        opposite = terms.negative(term)
        yield from unify(pattern.args[0], opposite, terms, kinds, term if opposite.value is not None else None, match)
        return
    if (
        pattern.op != term.op
        or len(pattern.args) != len(term.args)
        or (pattern.op != SUM and pattern.data != term.data)
    ):
        return
    if pattern.op == SUM:
        mine = list(zip(pattern.data, pattern.args, strict=True))
        theirs = list(zip(term.data, term.args, strict=True))
        yield from _unordered(mine, theirs, terms, kinds, term, match)
    elif pattern.op == PRODUCT:
        count = pattern.data
        above = ([(1, one) for one in pattern.args[:count]], [(1, one) for one in term.args[:count]])
        below = ([(1, one) for one in pattern.args[count:]], [(1, one) for one in term.args[count:]])
        for half in _unordered(*above, terms, kinds, term, match):
            yield from _unordered(*below, terms, kinds, term, half)
    else:
        yield from _ordered(pattern.args, term.args, terms, kinds, term, match)


def _ordered(
    patterns: Sequence[Term], found: Sequence[Term], terms: Terms, kinds: Mapping[str, str], owner: Term, match: Match
) -> Iterator[Match]:
    if not patterns:
        yield match
        return
    for one in unify(patterns[0], found[0], terms, kinds, owner, match):
        yield from _ordered(patterns[1:], found[1:], terms, kinds, owner, one)


def _unordered(
    patterns: list[tuple[int, Term]],
    found: list[tuple[int, Term]],
    terms: Terms,
    kinds: Mapping[str, str],
    owner: Term,
    match: Match,
) -> Iterator[Match]:
    if not patterns:
        yield match
        return
    # What is more than a variable comes first: it leaves fewer ways.
    index = next((i for i, (_, pattern) in enumerate(patterns) if pattern.op != VAR), 0)
    sign, pattern = patterns[index]
    rest = patterns[:index] + patterns[index + 1 :]
    for place, (their_sign, term) in enumerate(found):
        if their_sign == sign:
            for one in unify(pattern, term, terms, kinds, owner, match):
                yield from _unordered(rest, found[:place] + found[place + 1 :], terms, kinds, owner, one)


def _bind(name: str, term: Term, kinds: Mapping[str, str], owner: Term | None, match: Match) -> Iterator[Match]:
    known = match.bound.get(name)
    if known is not None:
        if known.key == term.key:
            yield match
        return
    if kinds.get(name) == "float" and not is_epsilon(term):
        return
    owners = match.owners if owner is None else {**match.owners, name: owner}
    yield replace(match, bound={**match.bound, name: term}, owners=owners)


def is_epsilon(term: Term) -> bool:
    """Whether a term is a small positive number: a constant, the default of a parameter, or torch.finfo(..).eps."""
    number = number_of(term)
    if number is None and term.value is not None:
        value = term.value
        if value.op == PARAM and value.data.default is not None:
            default = value.data.default.data
            number = default if isinstance(default, int | float) else None
        elif value.op == ATTR:
            return value.data in ("eps", "tiny", "smallest_normal") and _is_finfo(value.args["input"])
    return number is not None and 0 < number <= MAX_EPSILON


def _is_finfo(value: Value) -> bool:
    callee = value.args.get("callee")
    return callee is not None and callee.op == GLOBAL and callee.data in ("torch.finfo", "numpy.finfo")

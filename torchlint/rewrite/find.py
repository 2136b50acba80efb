"""Finds where a file computes what a pattern computes.

Everything is asked of the values: `log(softmax(x)[i])` is found as `log(softmax(x))[i]`, since taking elements, or another
shape, doesn't change what a pointwise operation does to each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from torchlint.rewrite.branches import excludes
from torchlint.rewrite.drawn import takes_what_was_drawn
from torchlint.rewrite.epsilon import is_harmless
from torchlint.rewrite.match import Match, unify
from torchlint.rewrite.normal import SELECTIONS, Terms
from torchlint.rewrite.pair import Variant
from torchlint.rewrite.ranked import only_ranks
from torchlint.rewrite.spellings import held_number
from torchlint.rewrite.terms import PRODUCT, SUM, Term
from torchlint.semantics.blocks import Blocks
from torchlint.semantics.bounds import Search, bounded, bounded_above, names
from torchlint.semantics.handed import Handed
from torchlint.semantics.program import Program
from torchlint.semantics.values import CALL, CONST, ELEMENT, GLOBAL, LIST, PHI, TUPLE, Value

# Operations, and branches, that put elements of several values together.
JOINS = frozenset((PHI, "cat", "stack"))
# Operations whose first result holds elements by their order.
ORDERED = names("topk sort")
_POINTWISE = names("log log1p exp sigmoid neg")
_WITH_CONSTANT = names("add sub rsub mul div")
# Other operations whose results may have the same term.
_ALSO = {"exp": ("pow",), "clamp": ("clamp_min", "maximum", "max")}
# What may be done to exponentials in a branch without keeping them from overflowing.
_MASKS = frozenset(("mul", "masked_fill"))
_MAX_CHAIN = 12
_MAX_BRANCHES = 4
_MAX_SEARCH = 40


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One place where a variant's pattern is computed: `root` is the value that is equal to it.

    `chain`: the selections between, outermost first; the root is they, applied to the pattern. `inside`: the values that the
    replacement makes superfluous here.
    """

    variant: Variant
    root: Value
    match: Match
    chain: tuple[Value, ...]
    inside: frozenset[Value]


def find(program: Program, terms: Terms, variants: Iterable[Variant]) -> list[Found]:
    """All places of all variants, without those that a larger one explains, and without what is innocent."""
    found: list[Found] = []
    innocent: set[object] = set()
    reached, blocks, handed = _Reached(program), program.blocks, Handed(program)
    for variant in variants:
        parts = [reached.by(op) for op in variant.operations]
        if not all(parts):
            continue
        for op in variant.roots:
            for root in program.values(op):
                if root.node is None or root.node in innocent or not all(root in part for part in parts):
                    continue
                place = _match(terms, variant, root, blocks)
                if place is None:
                    continue
                if _is_innocent(place, terms, program, handed):
                    # One way of reaching a place is innocent: the author knows.
                    innocent.add(root.node)
                else:
                    found.append(place)
    kept = [place for place in found if place.root.node not in innocent]
    return [place for place in kept if not any(_explains(other, place) for other in kept)]


class _Reached:
    """Which values are computed, directly or not, from results of an operation."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[str, set[Value]] = {}

    def by(self, op: str) -> set[Value]:
        """These values, and the results of the operation themselves."""
        known = self._known.get(op)
        if known is None:
            pending = [value for one in (op, *_ALSO.get(op, ())) for value in self._program.values(one)]
            known = self._known[op] = set(pending)
            while pending:
                for use in pending.pop().uses:
                    if use not in known:
                        known.add(use)
                        pending.append(use)
        return known


def _match(terms: Terms, variant: Variant, root: Value, blocks: Blocks) -> Found | None:
    def is_possible(joined: Value, chosen: Value) -> bool:
        return not excludes(blocks, joined, chosen, root)

    for term, chain in _hoist(terms, root, is_possible):
        match = next(unify(variant.term, term, terms, variant.kinds), None)
        if match is not None:
            return Found(variant, root, match, chain, frozenset(_inside(terms, root, match, chain)))
    return _match_in_a_branch(terms, variant, root) if variant.term.op == PRODUCT else None


def _match_in_a_branch(terms: Terms, variant: Variant, root: Value) -> Found | None:
    """The same where the numerator comes from branches, of which one is the pattern and the others only mask it."""
    numerator = root.args.get("input")
    if numerator is None or numerator.op != PHI:
        return None
    alternatives = list(numerator.args.values())
    for one in alternatives:
        if all(other is one or other.op in _MASKS for other in alternatives):
            assumed = terms.assuming(numerator, one)
            match = next(unify(variant.term, assumed.of(root), assumed, variant.kinds), None)
            if match is not None:
                inside = frozenset(_inside(assumed, root, match, (numerator,)))
                return Found(variant, root, match, (numerator,), inside)
    return None


def _hoist(
    terms: Terms, value: Value, is_possible: Callable[[Value, Value], bool], depth: int = 0
) -> Iterator[tuple[Term, tuple[Value, ...]]]:
    """A value as a chain of selections, outermost first, of another term: all ways, the shortest chain first.

    `is_possible` says whether the value of a branch can be the one that it was made from.
    """
    op = value.op
    if depth > _MAX_CHAIN:
        yield terms.of(value), ()
        return
    if op in JOINS:
        yield terms.of(value), ()
        alternatives = _joined(value)
        pairs = [(one, other) for one in alternatives for other in alternatives if one is not other]
        if op != PHI or not any(_is_made_from(one, other) for one, other in pairs):
            if op == PHI:
                alternatives = [one for one in alternatives if is_possible(value, one)]
            for one in alternatives[:_MAX_BRANCHES]:
                for core, chain in _hoist(terms, one, is_possible, depth + 1):
                    yield core, (value, *chain)
        return
    ordered = _ordered_tensor(value)
    if ordered is not None:
        yield terms.of(value), ()
        for core, chain in _hoist(terms, ordered, is_possible, depth + 1):
            yield core, (value, *chain)
        return
    if op in SELECTIONS and "input" in value.args:
        whole = terms.of(value)
        yield whole, ()
        if whole.op not in (op, "py.opaque") and whole.op not in SELECTIONS:
            return  # `[:, None]` after a sum and the like have a meaning of their own
        for core, chain in _hoist(terms, value.args["input"], is_possible, depth + 1):
            yield core, (value, *chain)
        return
    name = None
    if op in _POINTWISE:
        name = "input"
    elif op in _WITH_CONSTANT and "other" in value.args:
        left, right = value.args["input"], value.args["other"]
        if _is_number(right):
            name = "input"
        elif _is_number(left):
            name = "other"
    if name is None or name not in value.args:
        yield terms.of(value), ()
        return
    for core, chain in _hoist(terms, value.args[name], is_possible, depth + 1):
        yield (terms.build(value, {name: core}), chain) if chain else (terms.of(value), ())


def _ordered_tensor(value: Value) -> Value | None:
    """The tensor of which a value holds the largest or smallest few elements, or all in order.

    `log`, `exp` and sums with a number keep the order, so that they may as well come first. None for a single one of the
    largest, which as a probability isn't small.
    """
    chosen = value.args.get("input")
    if chosen is None or chosen.op not in ORDERED:
        return None
    number = (
        value.data if value.op == ELEMENT else _constant(value.args.get("index")) if value.op == "getitem" else None
    )
    return chosen.args["input"] if number == 0 and _constant(chosen.args.get("k")) != 1 else None


def _constant(value: Value | None) -> object:
    return value.data if value is not None and value.op == CONST else None


def _is_made_from(value: Value, origin: Value) -> bool:
    """Whether a value is another one, changed: after `if careful: p = p.clamp(..)` the author knows."""
    pending, seen = [value], 0
    while pending and seen < _MAX_SEARCH:
        one = pending.pop()
        seen += 1
        if one is origin:
            return True
        pending.extend(one.args.values())
    return False


def _joined(value: Value) -> list[Value]:
    """What a branch or a concatenation puts together."""
    if value.op == PHI:
        return list(value.args.values())
    items = value.args.get("tensors")
    return list(items.data.content) if items is not None and items.op in (TUPLE, LIST) and items.data.exact else []


def _is_number(value: Value) -> bool:
    """Whether a value has no axes that a selection could change."""
    if value.op == "py.param":
        default = value.data.default
        return default is not None and default.op == CONST and isinstance(default.data, int | float)
    if value.op == "py.attr":
        return bool(value.data in ("eps", "tiny"))
    if value.op == "tensor":
        return held_number(value) is not None
    return value.op == CONST and isinstance(value.data, int | float)


def _inside(terms: Terms, root: Value, match: Match, chain: tuple[Value, ...]) -> Iterator[Value]:
    """The values between a root and what the pattern's variables stand for; not what a selection selects by."""
    bound = {term.key for term in match.bound.values()}
    bound |= {term.opposite.key for term in match.bound.values() if term.opposite is not None}
    pending, seen = [root], {root}
    while pending:
        value = pending.pop()
        yield value
        if value not in chain and value.op not in ORDERED:
            operands = list(value.args.values())
        elif value.op not in JOINS:
            operands = [value.args["input"]]
        else:
            operands = [one for one in _joined(value) if _reaches(one, chain[chain.index(value) + 1 :], terms, bound)]
        for operand in operands:
            computed = not operand.op.startswith("py.") and terms.of(operand).key not in bound
            if operand not in seen and (computed or operand in chain):
                seen.add(operand)
                pending.append(operand)


def _reaches(value: Value, chain: tuple[Value, ...], terms: Terms, bound: set[int]) -> bool:
    """Whether a branch's value is the one that a match was found in."""
    pending, seen = [value], 0
    while pending and seen < _MAX_SEARCH:
        one = pending.pop()
        seen += 1
        if (one in chain) if chain else terms.of(one).key in bound:
            return True
        pending.extend(one.args.values())
    return False


def _is_innocent(place: Found, terms: Terms, program: Program, handed: Handed) -> bool:
    if any(_is_reduced_elsewhere(value) for value in place.inside) or takes_what_was_drawn(place.chain):
        return True
    if place.variant.term.op == "log" and not place.variant.pair.unbounded and only_ranks(place.root):
        return True
    if "float" in place.variant.kinds.values() and (_is_used_with_epsilon(place) or is_harmless(place, terms, program)):
        return True
    wide = [place.match.bound[name].value for name in place.variant.pair.wide]
    if any(value is not None and bounded(value, Search(handed.likely)) for value in wide):
        return True
    for name in place.variant.pair.unbounded:
        term = place.match.bound[name]
        if term.value is None and term.op in (SUM, PRODUCT):
            return True
        values = [term.value] if term.value is not None else [one.value for one in term.args]
        known = [value for value in values if value is not None and value.op != CONST]
        if any(bounded_above(value, Search(handed.likely)) for value in known):
            return True
    return False


def _is_reduced_elsewhere(value: Value) -> bool:
    """Whether processes exchange a value: `dist.all_reduce(total)` changes it in place."""
    for use in value.uses:
        callee = use.args.get("callee") if use.op == CALL else None
        if callee is not None and callee.op == GLOBAL and callee.data.startswith("torch.distributed."):
            return True
    return False


def _is_used_with_epsilon(place: Found) -> bool:
    """Whether what the small number was added to is used elsewhere too: then it is part of the model."""
    added = [value for value in place.inside if value.op in ("add", "sub", "rsub") and value is not place.root]
    added += [value for value in place.chain if value.args.get("input") in added]
    uses = (use for value in added for use in value.uses)
    return any(use not in place.inside and use not in place.chain and not _is_taken_apart(use) for use in uses)


def _is_taken_apart(value: Value) -> bool:
    """Whether a value is a tuple that only brings results from a function to its caller, who has them by name."""
    return value.op == TUPLE and not value.uses


def _explains(larger: Found, smaller: Found) -> bool:
    """Whether a finding is part of another one, and serves nothing else."""
    if larger is smaller or smaller.root not in larger.inside or smaller.root is larger.root:
        return False
    return all(use in larger.inside for use in smaller.root.uses)

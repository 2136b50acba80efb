"""Scores that only decide which is best: nothing is lost where the lowest of them is -inf instead of -110.

A choice (`argmax`, the indices of `topk`, an index that a function gives) has no gradient, and takes what is lowest last.
"""

from __future__ import annotations

from collections.abc import Iterator

from torchlint.rewrite.drawn import takes_what_was_drawn
from torchlint.rewrite.normal import SELECTIONS
from torchlint.semantics.bounds import names
from torchlint.semantics.values import (  # fmt: skip
    ATTR,
    CALL,
    CONST,
    ELEMENT,
    ESCAPE,
    LIST,
    MUTATED,
    PHI,
    RANK,
    REFINE,
    SHAPE,
    SIZE,
    TUPLE,
    Value,
)

# Uses that ask for the form, not for the numbers.
_FORMS = frozenset((SHAPE, SIZE, RANK)) | names(
    "new_zeros new_ones new_full new_empty new_tensor zeros_like ones_like full_like empty_like rand_like randn_like"
)
# What is lowest stays lowest: another number is added to all, or all go into one distribution.
_DISTRIBUTIONS = names("softmax log_softmax")
_KEEPS_ORDER = SELECTIONS | _DISTRIBUTIONS | names("add sub sum mean cat stack hstack vstack setitem masked_fill")
_SAME = frozenset((PHI, REFINE, MUTATED, LIST))
_TOP = names("argmax topk max")
_BOTTOM = names("argmin min")
_MAX_SEARCH = 80


def only_ranks(root: Value) -> bool:
    """Whether all that is done with scores is to choose the best of them, for which the lowest are all alike."""
    pending, seen, chosen = [(root, 1)], {root}, False
    while pending:
        value, sign = pending.pop()
        for use in value.uses:
            if use.op == "sub" and {use.args["input"], use.args.get("other")} <= seen:
                return False  # -inf - -inf is NaN
            if use.op in _FORMS or (use.op == ATTR and use.data in ("shape", "device", "dtype")) or use in seen:
                continue
            seen.add(use)
            if len(seen) > _MAX_SEARCH:
                return False
            if use.op in _TOP or use.op in _BOTTOM:
                if not _is_a_choice(use, value, sign):
                    return False
            elif use.op == CALL:
                if use.args.get("callee") is value or not _gives_an_index(use):
                    return False
            elif takes_what_was_drawn((use,)):
                continue  # the best of them, which is not low
            else:
                turned = _keeps_order(use, value) * sign
                if not turned or (turned < 0 and use.op in _DISTRIBUTIONS):
                    return False  # the softmax of infinity is NaN
                pending.append((use, turned))
                continue
            chosen = True
    return chosen


def _keeps_order(use: Value, value: Value) -> int:
    """1 where an operation keeps the order of scores, -1 where it turns it around, 0 where neither is sure."""
    if use.op in _SAME:
        return 1
    if use.op == "neg":
        return -1
    if use.op in ("mul", "div"):
        factor = use.args["other"] if use.args["input"] is value else use.args["input"]
        if factor.op != CONST or not isinstance(factor.data, int | float) or not factor.data:
            return 0
        return (1 if factor.data > 0 else -1) if use.op == "mul" or use.args["input"] is value else 0
    if use.op == "sub" and use.args.get("other") is value:
        return -1 if use.args["input"] is not value else 0
    if use.op not in _KEEPS_ORDER or value in (use.args.get("index"), use.args.get("mask"), use.args.get("dim")):
        return 0
    return 1


def _is_a_choice(use: Value, value: Value, sign: int) -> bool:
    """Whether an operation takes the end of the order at which -inf isn't, and gives nothing away but which they are."""
    if use.args.get("input") is not value or "other" in use.args:
        return False
    largest = use.args.get("largest")
    if largest is not None and largest.op != CONST:
        return False
    top = use.op in _TOP and (largest is None or bool(largest.data))
    if top is not (sign > 0):
        return False
    if use.op in ("argmax", "argmin"):
        return True
    values: list[Value] = []
    indices: list[Value] = []
    for part in use.uses:
        if part.op not in (ELEMENT, ATTR):
            return False
        (indices if part.data in (1, "indices") else values).append(part)
    if not any(part.uses for part in indices):
        return False
    picks = any(_is_an_index(further, one) for part in indices for one, further in _uses(part))
    return all(_is_reported(part) if picks else not part.uses for part in values)


def _gives_an_index(call: Value) -> bool:
    """Whether what a function gives is only used as an index: then no gradient flows back through it."""
    uses = list(_uses(call))
    return bool(uses) and all(_is_an_index(use, value) for value, use in uses)


def _is_an_index(use: Value, value: Value) -> bool:
    index = use.args.get("index")
    if index is None or use.op == "setitem":
        return False
    return index is value or (index.op == TUPLE and value in index.data.content)


def _uses(value: Value) -> Iterator[tuple[Value, Value]]:
    """The uses of a value, and of the same in another shape; each with what is used."""
    pending, seen = [value], {value}
    while pending:
        one = pending.pop()
        for use in one.uses:
            reshaped = use.op in SELECTIONS and not _is_an_index(use, one)
            if (reshaped or use.op in (PHI, TUPLE)) and use not in seen and len(seen) < _MAX_SEARCH:
                seen.add(use)
                pending.append(use)
            elif not reshaped:
                yield one, use


def _is_reported(value: Value) -> bool:
    """Whether a value is but returned."""
    return all(use.op == ESCAPE and use.data == "return" for _, use in _uses(value))

"""Probabilities that were drawn: an index that `multinomial()` or `argmax()` gave never points at one that is 0."""

from __future__ import annotations

from collections.abc import Iterable

from torchlint.semantics.bounds import names
from torchlint.semantics.values import CONST, ELEMENT, ITEM, PHI, TUPLE, Value

_DRAWS = names("multinomial argmax")
_KEEPS = names("squeeze unsqueeze view reshape flatten detach contiguous to long item getitem")
_SAME = names("detach data clone view reshape float softmax log_softmax")
# What is 0 stays 0, so that `multinomial()` draws nothing that was 0 before.
_KEEPS_ZEROS = names("mul div")
_MAX_SEARCH = 20


def takes_what_was_drawn(chain: Iterable[Value]) -> bool:
    """Whether one of these selections takes probabilities by an index that was drawn from them."""
    for one in chain:
        index = one.args.get("index") if one.op in ("gather", "getitem") else None
        if index is None:
            continue
        parts = index.data.content if index.op == TUPLE else (index,)
        if any(_is_drawn(part, one.args["input"]) for part in parts):
            return True
    return False


def _is_drawn(index: Value, probabilities: Value) -> bool:
    """Whether an index comes from `probabilities` by a draw on every way."""
    pending, seen = [index], 0
    while pending:
        value = pending.pop()
        seen += 1
        if seen > _MAX_SEARCH:
            return False
        if value.op == PHI:
            pending.extend(value.args.values())
        elif (value.op in _KEEPS or value.op == ITEM) and "input" in value.args:
            pending.append(value.args["input"])
        elif not _is_a_draw(value):
            return False
        else:
            source = value.args["input"]
            if _origin(_drawn_from(source) if value.op == "multinomial" else source) is not _origin(probabilities):
                return False
    return True


def _is_a_draw(value: Value) -> bool:
    """`multinomial()`, `argmax()`, or the indices that `max()` gives; of what, its input says."""
    if value.op == ELEMENT:
        return value.data == 1 and value.args["input"].op == "max" and "dim" in value.args["input"].args
    return value.op in _DRAWS


def _drawn_from(value: Value) -> Value:
    """The probabilities behind those that something was drawn from, of which some were set to 0, or which were scaled."""
    while True:
        if value.op in ("setitem", "masked_fill"):
            put = value.args["value"]
            if put.op != CONST or put.data != 0:
                return value
        elif value.op not in _KEEPS_ZEROS and value.op not in ("clone", "detach"):
            return value
        value = value.args["input"]


def _origin(value: Value) -> Value:
    """The scores behind probabilities: the most likely of them is the largest."""
    while value.op in _SAME or value.op in (ELEMENT, "max"):
        value = value.args["input"]
    return value

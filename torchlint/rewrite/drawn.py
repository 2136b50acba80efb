"""Probabilities that were drawn: an index that `multinomial()` or `argmax()` gave never points at one that is 0."""

from __future__ import annotations

from collections.abc import Iterable

from torchlint.semantics.bounds import names
from torchlint.semantics.values import PHI, TUPLE, Value

_DRAWS = names("multinomial argmax")
_KEEPS = names("squeeze unsqueeze view reshape flatten detach contiguous to long item getitem")
_SAME = names("detach data")
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
        elif value.op in _KEEPS and "input" in value.args:
            pending.append(value.args["input"])
        elif value.op not in _DRAWS or _origin(value.args.get("input")) is not _origin(probabilities):
            return False
    return True


def _origin(value: Value | None) -> Value | None:
    while value is not None and value.op in _SAME:
        value = value.args.get("input")
    return value

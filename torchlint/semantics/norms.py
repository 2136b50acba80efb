"""The norms of torch.nn that subtract the mean of every channel, and the axis that they take for the channels."""

from __future__ import annotations

from collections.abc import Collection

from torchlint.semantics.channels import Place, same_size
from torchlint.semantics.values import ATTR, DICT, LIST, MODULE, TUPLE, Value

# The ranks of the batches that they take; the channels are axis 1 (documentation of torch.nn).
_RANKS: dict[str, tuple[int, ...]] = {f"{kind}Norm{n}d": (n + 2,) for kind in ("Batch", "Instance") for n in (1, 2, 3)}
_RANKS |= {"BatchNorm1d": (2, 3), "SyncBatchNorm": (2, 3, 4, 5)}
PER_CHANNEL = frozenset(_RANKS)


def centres(result: Value, places: Collection[Place], size: Value | None, kinds: Collection[str] = PER_CHANNEL) -> bool:
    """Whether `result` is the output of such a norm, and its channels are the axis of length `size` at one of `places`.

    `kinds` are the classes that count; the lazy ones are among them.
    """
    norm = result.module
    if norm is None or result.op not in ("batch_norm", "instance_norm") or _is_hooked(norm):
        return False
    name = norm.data.name.removeprefix("torch.nn.")
    kind = name.removeprefix("Lazy")
    if kind not in kinds or not any(axis == 1 and rank in _RANKS.get(kind, ()) for axis, rank in places):
        return False
    if name != kind:  # it takes the size of whatever axis it gets
        return len(places) == 1
    equal = same_size(size, norm.args.get("num_features", norm.args.get("0")))
    return equal is True or (equal is None and len(places) == 1)  # another size would be an error


def _is_hooked(norm: Value) -> bool:
    """Whether code of the user runs between the norm's input and what it normalises: a hook on it or a container of it."""
    pending, seen = [norm], {norm}
    while pending:
        for use in pending.pop().uses:
            if use.op == ATTR and str(use.data).startswith("register_forward"):
                return True
            if use.op in (MODULE, LIST, TUPLE, DICT) and use not in seen:
                seen.add(use)
                pending.append(use)
    return False

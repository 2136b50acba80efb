"""Where an axis of a tensor goes through operations that only change its layout, and which sizes are surely equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from torchlint.semantics.values import COMPARE, CONST, LIST, PARAM, PHI, RANK, REFINE, SHAPE, SIZE, TUPLE, Value

Place = tuple[int, int]  # an axis, counted from 0, and the rank of the tensor that it belongs to
_ARITHMETIC = frozenset(
    ("add", "sub", "mul", "div", "floor_divide", "remainder", "neg", "py.attr", "py.size", "getitem")
)
_SAME = frozenset((PHI, REFINE, "contiguous", "identity"))
# Operations that look at a tensor without reading its elements.
METADATA = frozenset((COMPARE, RANK, SHAPE, SIZE, "dtype", "device", "is_cuda", "layout"))
_OF_THE_FORM = frozenset(("reshape_as", "view_as", "expand_as", "type_as"))  # they read only the form of `other`
_POSITIONAL = frozenset(
    ("lstm", "gru", "rnn", "rnn_tanh", "rnn_relu", "embedding", "conv1d", "conv2d", "conv3d", "conv_transpose1d",
     "conv_transpose2d", "conv_transpose3d", "bmm", "baddbmm", "scaled_dot_product_attention", "stack", "unfold",
     "multi_head_attention_forward", "transformer", "transformer_encoder", "transformer_encoder_layer",
     "transformer_decoder", "transformer_decoder_layer")
)  # fmt: skip
_REDUCING = frozenset(
    ("mean", "sum", "amax", "amin", "max", "select", "flatten", "view", "reshape", "squeeze", "logsumexp")
)
_COMMUTE = frozenset(("add", "mul"))


def same_size(left: Value | None, right: Value | None, depth: int = 6) -> bool | None:
    """Whether two numbers are equal in every run: one value, equal constants, or the same arithmetic on such.

    False where they differ for generic values of what is unknown in them (`a` and `2 * a`, two parameters); None where
    that isn't certain: items of a list, results of calls.
    """
    if left is None or right is None or not depth:
        return None
    if left is right:
        return True
    if left.op == right.op == CONST:
        return bool(left.data == right.data)
    if left.op == right.op and left.data == right.data and left.args.keys() == right.args.keys() and left.args:
        if _all_same(left.args.values(), right.args.values(), depth):
            return left.op in _ARITHMETIC or None
        if left.op in _COMMUTE and _all_same(left.args.values(), reversed(right.args.values()), depth):
            return True
    return False if _is_generic(left, depth) and _is_generic(right, depth) else None


def _all_same(left: Iterable[Value], right: Iterable[Value], depth: int) -> bool:
    return all(same_size(one, other, depth - 1) for one, other in zip(left, right, strict=True))


def _is_generic(size: Value, depth: int) -> bool:
    """Whether a number is made of constants and parameters only, by arithmetic."""
    if size.op in (CONST, PARAM):
        return True
    return bool(depth) and size.op in _ARITHMETIC and all(_is_generic(one, depth - 1) for one in size.args.values())


def moved(value: Value, place: Place, size: Value | None) -> Place | None:
    """Where `value`, a layout change, puts an axis of its input whose length is `size`.

    None where it takes the axis apart, merges it with others, does more than a layout change, or isn't understood.
    """
    if value.op in _SAME:
        return place
    handler = _HANDLERS.get(value.op)
    return handler(value, place, size) if handler is not None else None


def readers(value: Value, places: Sequence[Place], size: Value | None) -> list[tuple[Value, list[Place]]] | None:
    """What finally reads an axis of `value`, behind any layout changes, with the places where it may find that axis.

    `places`: where the axis of length `size` may be in `value`, one for each rank that it may have. Uses that only look
    at shape or dtype don't count. None where a layout change takes the axis apart.
    """
    found: list[tuple[Value, list[Place]]] = []
    pending = [(value, list(places))]
    while pending:
        value, before = pending.pop()
        for use in value.uses:
            if use.op in METADATA or (use.op in _OF_THE_FORM and use.args.get("input") is not value):
                continue
            if use.op not in LAYOUT:
                found.append((use, before))
                continue
            after = [place for one in before if (place := moved(use, one, size)) is not None]
            if not after:
                return None
            pending.append((use, after))
    return found


def has_positions(value: Value) -> bool:
    """Whether a tensor of unknown rank comes out of layers that keep an axis of positions (tokens, samples, pixels).

    Then it usually has more than two axes, although such layers take input without a batch too.
    """
    while True:
        if value.op in _POSITIONAL:
            return True
        source = value.args.get("input")
        if source is None or value.op in _REDUCING or (value.op == "getitem" and _takes_one(value, source)):
            return False
        value = source


def _takes_one(value: Value, source: Value) -> bool:
    """Whether a subscript takes one item of an axis, not one of several outputs."""
    index = value.args["index"]
    parts = index.data.content if index.op == TUPLE else (index,)
    return source.op not in _POSITIONAL and any(part.op == CONST and type(part.data) is int for part in parts)


def _transpose(value: Value, place: Place, size: Value | None) -> Place | None:
    axis, rank = place
    dims = [
        _axis(dim, rank) for name, dim in value.args.items() if name != "input"
    ]  # dim0 and dim1, or axis0 and axis1
    first, second = dims if len(dims) == 2 else (None, None)
    if first is None or second is None:
        return None
    return {first: second, second: first}.get(axis, axis), rank


def _permute(value: Value, place: Place, size: Value | None) -> Place | None:
    axis, rank = place
    given = _content(value.args.get("dims"))
    dims = [dim for each in given if (dim := _axis(each, rank)) is not None]
    return (dims.index(axis), rank) if len(given) == rank and sorted(dims) == list(range(rank)) else None


def _movedim(value: Value, place: Place, size: Value | None) -> Place | None:
    axis, rank = place
    source, destination = (_axis(value.args.get(name), rank) for name in ("source", "destination"))
    if source is None or destination is None:
        return None
    order = [dim for dim in range(rank) if dim != source]
    order.insert(destination, source)
    return order.index(axis), rank


def _flatten(value: Value, place: Place, size: Value | None) -> Place | None:
    axis, rank = place
    begin = 1 if value.form == "module" else 0  # nn.Flatten keeps the batch, flatten() doesn't
    start = _axis(value.args["start_dim"], rank) if "start_dim" in value.args else begin
    end = _axis(value.args["end_dim"], rank) if "end_dim" in value.args else rank - 1
    if start is None or end is None or start > end:
        return None
    if start < end and start <= axis <= end:
        return None
    return axis if axis <= start else axis - (end - start), rank - (end - start)


def _unsqueeze(value: Value, place: Place, size: Value | None) -> Place | None:
    axis, rank = place
    dim = _axis(value.args.get("dim"), rank + 1)
    return None if dim is None else (axis + (dim <= axis), rank + 1)


def _squeeze(value: Value, place: Place, size: Value | None) -> Place | None:
    axis, rank = place
    dim = _axis(value.args.get("dim"), rank)
    return None if dim is None or dim == axis else (axis - (dim < axis), rank - 1)


def _reshape(value: Value, place: Place, size: Value | None) -> Place | None:
    """The last axis stays whole where the new last size is its own; so does any axis behind a part that isn't touched."""
    axis, rank = place
    sizes = _content(value.args.get("size", value.args.get("shape")))
    if not sizes or size is None:
        return None
    if axis == rank - 1 and same_size(sizes[-1], size):
        return len(sizes) - 1, len(sizes)
    if len(sizes) > axis and same_size(sizes[axis], size) and all(_is_size(sizes[i], value, i) for i in range(axis)):
        return axis, len(sizes)
    return None


def _is_size(size: Value, value: Value, dim: int) -> bool:
    """Whether a size is read from this axis of the reshaped tensor itself."""
    if size.op != "py.size" or size.args["input"] is not value.args["input"]:
        return False
    index = size.args["dim"]
    return index.op == CONST and index.data == dim


def _axis(dim: Value | None, rank: int) -> int | None:
    if dim is None or dim.op != CONST or type(dim.data) is not int or not -rank <= dim.data < rank:
        return None
    return int(dim.data) % rank


def _content(value: Value | None) -> Sequence[Value]:
    return value.data.content if value is not None and value.op in (TUPLE, LIST) and value.data.exact else ()


_HANDLERS: dict[str, Callable[[Value, Place, Value | None], Place | None]] = {
    "transpose": _transpose,
    "permute": _permute,
    "movedim": _movedim,
    "flatten": _flatten,
    "unsqueeze": _unsqueeze,
    "squeeze": _squeeze,
    "view": _reshape,
    "reshape": _reshape,
}
LAYOUT = _SAME | _HANDLERS.keys()

"""Where the channels of a tensor go through operations that pass on a constant, and which sizes are surely equal.

A number that is added to all of a channel comes out of a layout change as it went in, and so it does from a maximum, a mean
or a weighted mean over positions: pools, resizing. Zeros among the positions (padding, dropout) would spoil that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from torchlint.semantics.values import COMPARE, CONST, LIST, PARAM, PHI, RANK, REFINE, SHAPE, SIZE, SLICE, TUPLE, Value

Place = tuple[int, int]  # an axis, counted from 0, and the rank of the tensor that it belongs to
_ARITHMETIC = frozenset(
    ("add", "sub", "mul", "div", "floor_divide", "remainder", "neg", "py.attr", "py.size", "getitem")
)
_SAME = frozenset(
    (PHI, REFINE, "contiguous", "identity", "clone", "to", "type", "type_as", "float", "half", "bfloat16", "double",
     "cuda", "cpu")
)  # fmt: skip
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
    """Where `value` puts the channels of its input, an axis of length `size`.

    None where it takes the axis apart, merges it with others, doesn't pass on a constant, or isn't understood.
    """
    if value.op in _SAME:
        return place
    handler = _HANDLERS.get(value.op)
    return handler(value, place, size) if handler is not None else None


def readers(value: Value, places: Sequence[Place], size: Value | None) -> list[tuple[Value, list[Place]]] | None:
    """What finally reads the channels of `value`, behind all that passes on a constant, with the places of that axis.

    `places`: where the axis of length `size` may be in `value`, one for each rank that it may have. Uses that only look
    at shape or dtype don't count. None where something takes the axis apart or changes the constant.
    """
    found: list[tuple[Value, list[Place]]] = []
    pending = [(value, list(places))]
    while pending:
        value, before = pending.pop()
        for use in value.uses:
            if use.op in METADATA or (use.op in _OF_THE_FORM and use.args.get("input") is not value):
                continue
            if use.op not in _PASSING:
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
    dims = [_axis(dim, rank) for dim in _content(value.args.get("dims"))]
    return (dims.index(axis), rank) if sorted(dim for dim in dims if dim is not None) == list(range(rank)) else None


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
    if start < end and start <= axis <= end and not (axis == start and _is_one_position(value.args["input"])):
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


def _maximum(value: Value, place: Place, size: Value | None) -> Place | None:
    """Its padding counts for nothing."""
    return place if _is_off(value.args.get("return_indices")) and _is_position(value, place) else None


def _average(value: Value, place: Place, size: Value | None) -> Place | None:
    """The zeros of its padding must not count."""
    off = _is_off(value.args.get("padding")) or _is_off(value.args.get("count_include_pad"), missing=False)
    return place if off and _is_off(value.args.get("divisor_override")) and _is_position(value, place) else None


def _is_position(pool: Value, place: Place) -> bool:
    """Whether a pool, which works on the last axes, leaves this axis alone."""
    axis, rank = place
    return axis < rank - int(pool.op[-2])


def _is_one_position(value: Value) -> bool:
    """Whether a tensor comes out of a pool that leaves one position of each channel."""
    size = value.args.get("output_size") if value.op.startswith("adaptive_") else None
    sizes = _content(size) or ([size] if size is not None else [])
    return bool(sizes) and all(one.op == CONST and one.data == 1 for one in sizes)


def _resized(value: Value, place: Place, size: Value | None) -> Place | None:
    """In every mode the weights of an output's sources sum to one; axes before the third are left alone."""
    return place if place[0] < 2 else None


def _dropout(value: Value, place: Place, size: Value | None) -> Place | None:
    return place if _is_off(value.args.get("p"), missing=False) else None


def _reduced(value: Value, place: Place, size: Value | None) -> Place | None:
    """A mean or an extreme value over other axes."""
    axis, rank = place
    given = value.args.get("dim")
    dims = [_axis(dim, rank) for dim in (_content(given) or (given,))]
    if None in dims or axis in dims:
        return None
    keepdim = value.args.get("keepdim")
    if _is_off(keepdim):
        return axis - sum(dim < axis for dim in dims if dim is not None), rank - len(dims)
    return place if keepdim is not None and keepdim.op == CONST else None


def _sliced(value: Value, place: Place, size: Value | None) -> Place | None:
    """A part of the positions: slices, of which that of the channels takes all."""
    axis, rank = place
    index = value.args["index"]
    parts = list(index.data.content) if index.op == TUPLE else [index]
    rests = [i for i, part in enumerate(parts) if part.op == CONST and part.data is Ellipsis]
    if rests:
        parts[rests[0] : rests[0] + 1] = [value] * (rank - len(parts) + 1)
    if len(rests) > 1 or any(part.op != SLICE and part is not value for part in parts):
        return None
    whole = len(parts) <= axis or parts[axis] is value or all(_is_off(one) for one in parts[axis].args.values())
    return place if whole else None


def _is_off(value: Value | None, missing: bool = True) -> bool:
    """Whether an argument is a constant that means no or zero; `missing` is what its absence means."""
    return missing if value is None else value.op == CONST and not value.data


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
# Operations that compute, but pass on what is added to all of a channel.
_CONSTANT: dict[str, Callable[[Value, Place, Value | None], Place | None]] = {
    "interpolate": _resized,
    "getitem": _sliced,
    **{f"{kind}max_pool{n}d": _maximum for kind in ("", "adaptive_") for n in (1, 2, 3)},
    **{f"{kind}avg_pool{n}d": _average for kind in ("", "adaptive_") for n in (1, 2, 3)},
    **{f"dropout{kind}": _dropout for kind in ("", "1d", "2d", "3d")},
    **dict.fromkeys(("mean", "amax", "amin"), _reduced),
}
CONSTANT = frozenset(_CONSTANT)
_HANDLERS |= _CONSTANT
_PASSING = _SAME | _HANDLERS.keys()

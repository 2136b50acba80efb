"""Convolutions, pooling, normalisation, recurrent and attention layers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide, floor_divide
from torchlint.semantics.ops.base import (
    Pairs,
    Result,
    Strided,
    axis,
    contiguous,
    each,
    equalities,
    follows_format,
    integer,
    reordered,
    rule,
    size,
    sizes,
    tensor,
    unknown_layout,
)

CONVOLUTIONS = {"conv1d": 1, "conv2d": 2, "conv3d": 3}
TRANSPOSED = {"conv_transpose1d": 1, "conv_transpose2d": 2, "conv_transpose3d": 3}
POOLS = {f"{kind}_pool{n}d": n for kind in ("max", "avg", "lp") for n in (1, 2, 3)}
ADAPTIVE = {f"adaptive_{kind}_pool{n}d": n for kind in ("max", "avg") for n in (1, 2, 3)}


def _convolution(name: str, spatial: int) -> None:
    @rule(name)
    def convolution(
        input: Any,
        weight: Any = None,
        out_channels: Any = None,
        kernel_size: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
    ) -> Result:
        """In the default layout if the input is, unless the weights are channels_last: so never certain."""
        x = tensor(input)
        if 0 in x.shape:
            raise Opaque("nothing to convolve")
        channels = size(out_channels) if out_channels is not None else tensor(weight).length(0)
        kernel = kernel_size if kernel_size is not None else tensor(weight).shape[2:]
        lengths = _windows(x, spatial, kernel, stride, padding, dilation)
        result = follows_format((*_batch(x, spatial), channels, *lengths), x)
        return replace(result, certain=False)

    @equalities(name)
    def channels(input: Any, weight: Any = None, in_channels: Any = None, groups: Any = 1) -> Pairs:
        x = tensor(input)
        if in_channels is not None and x.rank > spatial:
            yield x.shape[-1 - spatial], size(in_channels)
        elif isinstance(weight, Strided) and x.rank > spatial:
            yield x.shape[-1 - spatial], weight.length(1) * size(groups)


def _transposed(name: str, spatial: int) -> None:
    @rule(name)
    def transposed(
        input: Any,
        weight: Any = None,
        out_channels: Any = None,
        kernel_size: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
        groups: Any = 1,
    ) -> Result:
        x = tensor(input)
        batch = _batch(x, spatial)
        if 0 in x.shape:
            raise Opaque("nothing to convolve")
        channels = tensor(weight).length(1) * size(groups) if out_channels is None else size(out_channels)
        kernel_size = tensor(weight).shape[2:] if kernel_size is None else kernel_size
        options = [each(value, spatial) for value in (kernel_size, stride, padding, output_padding, dilation)]
        lengths = [
            (length - 1) * step - 2 * pad + spread * (kernel - 1) + extra + 1
            for length, kernel, step, pad, extra, spread in zip(x.shape[-spatial:], *options, strict=True)
        ]
        result = follows_format((*batch, channels, *lengths), x)
        return replace(result, certain=False)

    @equalities(name)
    def channels(input: Any, in_channels: Any) -> Pairs:
        x = tensor(input)
        if x.rank > spatial:
            yield x.shape[-1 - spatial], size(in_channels)


def _pool(name: str, spatial: int) -> None:
    @rule(name)
    def pool(
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: Any = False,
        return_indices: Any = False,
    ) -> Result:
        x = tensor(input)
        if not isinstance(ceil_mode, bool) or not isinstance(return_indices, bool):
            raise Opaque("an unknown form")
        step = kernel_size if stride is None or stride == () else stride
        lengths = _windows(x, spatial, kernel_size, step, padding, dilation, ceil_mode)
        found = follows_format((*_batch(x, spatial), x.length(-1 - spatial), *lengths), x)
        return (found, found) if return_indices else found


def _adaptive(name: str, spatial: int) -> None:
    @rule(name)
    def adaptive(input: Any, output_size: Any, return_indices: Any = False) -> Result:
        x = tensor(input)
        if not isinstance(return_indices, bool) or x.rank not in (spatial + 1, spatial + 2):
            raise Opaque("an unknown form")
        wanted = output_size if isinstance(output_size, tuple) else (output_size,) * spatial
        lengths = [x.shape[i - spatial] if one is None else size(one) for i, one in enumerate(wanted)]
        found = follows_format((*x.shape[:-spatial], *lengths), x)
        return (found, found) if return_indices else found


for _name, _spatial in CONVOLUTIONS.items():
    _convolution(_name, _spatial)
for _name, _spatial in TRANSPOSED.items():
    _transposed(_name, _spatial)
for _name, _spatial in POOLS.items():
    _pool(_name, _spatial)
for _name, _spatial in ADAPTIVE.items():
    _adaptive(_name, _spatial)


@rule("batch_norm", "instance_norm", "group_norm")
def channel_norm(input: Any) -> Result:
    x = tensor(input)
    return follows_format(x.shape, x)


@equalities("batch_norm")
def norm_features(input: Any, num_features: Any, affine: Any = True, track_running_stats: Any = True) -> Pairs:
    x = tensor(input)
    if x.rank > 1 and 0 not in x.shape and True in (affine, track_running_stats):
        yield x.shape[1], size(num_features)


@equalities("instance_norm")
def instance_features(input: Any, num_features: Any, class_name: Any, affine: Any = False) -> Pairs:
    """Without weights another number of channels is only warned of. The batch may be missing."""
    x = tensor(input)
    spatial = {"1d": 1, "2d": 2, "3d": 3}.get(str(class_name)[-2:], 0)
    if affine is True and spatial and x.rank in (spatial + 1, spatial + 2) and 0 not in x.shape:
        yield x.shape[-1 - spatial], size(num_features)


@equalities("group_norm")
def norm_channels(input: Any, num_channels: Any, affine: Any = True) -> Pairs:
    x = tensor(input)
    if x.rank > 1 and affine is True and 0 not in x.shape:
        yield x.shape[1], size(num_channels)


@rule("layer_norm")
def layer_norm(input: Any) -> Result:
    return contiguous(tensor(input).shape)


@equalities("layer_norm", "rms_norm")
def normalized_axes(input: Any, normalized_shape: Any) -> Pairs:
    x, wanted = tensor(input), sizes(normalized_shape)
    if len(wanted) <= x.rank:
        yield from zip(x.shape[x.rank - len(wanted) :], wanted, strict=True)


@rule("rms_norm", "prelu", "local_response_norm", "normalize", "bernoulli", "logsigmoid", "mvlgamma", "rrelu")
def follows_kernel(input: Any) -> Result:
    x = tensor(input)
    return follows_format(x.shape, x)


@rule("lstm")
def lstm(
    input: Any,
    hidden_size: Any,
    num_layers: Any = 1,
    batch_first: Any = False,
    bidirectional: Any = False,
    proj_size: Any = 0,
) -> Result:
    x = tensor(input)
    width = size(hidden_size) if proj_size == 0 else size(proj_size)
    output, state = _recurrent(x, width, num_layers, batch_first, bidirectional)
    cell = contiguous((*state.shape[:-1], size(hidden_size)))
    return output, (state, cell)


@rule("gru", "rnn")
def gru(
    input: Any, hidden_size: Any, num_layers: Any = 1, batch_first: Any = False, bidirectional: Any = False
) -> Result:
    return _recurrent(tensor(input), size(hidden_size), num_layers, batch_first, bidirectional)


def _recurrent(
    x: Strided, width: int | Dim, num_layers: Any, batch_first: Any, bidirectional: Any
) -> tuple[Strided, Strided]:
    """The output is computed with time first; with `batch_first` it is a transposed view of that."""
    if x.rank not in (2, 3) or not isinstance(batch_first, bool) or not isinstance(bidirectional, bool):
        raise Opaque("an unknown order")
    directions = 2 if bidirectional else 1
    layers = directions * size(num_layers)
    if x.rank == 2:  # one sample
        return contiguous((x.shape[0], directions * width)), contiguous((layers, width))
    batch, time = x.shape[:2] if batch_first else (x.shape[1], x.shape[0])
    output = contiguous((time, batch, directions * width))
    return (reordered(output, (1, 0, 2)) if batch_first else output), contiguous((layers, batch, width))


@rule("gru_cell", "rnn_cell")
def cell(input: Any, hidden_size: Any) -> Result:
    return contiguous((*tensor(input).shape[:-1], size(hidden_size)))


@rule("lstm_cell")
def lstm_cell(input: Any, hidden_size: Any) -> Result:
    state = contiguous((*tensor(input).shape[:-1], size(hidden_size)))
    return state, state


@equalities("lstm", "gru", "rnn")
def recurrent_width(input: Any, input_size: Any) -> Pairs:
    x = tensor(input)
    if x.rank:
        yield x.shape[-1], size(input_size)


@rule("multi_head_attention_forward")
def multi_head_attention(query: Any, need_weights: Any = True) -> Result:
    """The layout depends on the path that is taken; the weights' sizes are left open."""
    return (unknown_layout(tensor(query).shape),)


@rule("transformer_encoder_layer")
def encoder_layer(src: Any, norm_first: Any = False) -> Result:
    """The last step is a layer norm, unless that comes first."""
    x = tensor(src)
    return unknown_layout(x.shape) if norm_first is not False else contiguous(x.shape)


@rule("transformer_decoder_layer")
def decoder_layer(tgt: Any, norm_first: Any = False) -> Result:
    x = tensor(tgt)
    return unknown_layout(x.shape) if norm_first is not False else contiguous(x.shape)


@rule("transformer")
def transformer(tgt: Any) -> Result:
    return contiguous(tensor(tgt).shape)


@rule("pad", "constant_pad_nd")
def pad(input: Any, pad: Any, mode: Any = "constant", class_name: Any = "") -> Result:
    x = tensor(input)
    amounts = sizes(pad)
    if len(amounts) == 1:  # of a module
        amounts *= {"1d": 2, "2d": 4, "3d": 6}.get(str(class_name)[-2:], 1)
    if len(amounts) % 2 or len(amounts) > 2 * x.rank:
        raise Opaque("not pairs of amounts")
    shape = list(x.shape)
    for index in range(len(amounts) // 2):
        shape[-1 - index] = shape[-1 - index] + amounts[2 * index] + amounts[2 * index + 1]
    return follows_format(shape, x)


@rule("interpolate", "upsample_nearest", "upsample_bilinear")
def interpolate(input: Any, size: Any = None, scale_factor: Any = None) -> Result:
    x = tensor(input)
    if x.rank < 3:
        raise Opaque("no spatial axes")
    count = x.rank - 2
    if size is not None:
        return follows_format((*x.shape[:2], *each(size, count)), x)
    factors = scale_factor if isinstance(scale_factor, tuple) else (scale_factor,) * count
    if len(factors) != count:
        raise Opaque("not one factor an axis")
    return follows_format((*x.shape[:2], *map(_scaled, x.shape[2:], factors)), x)


def _scaled(length: int | Dim, factor: Any) -> int | Dim:
    """A length times a factor, rounded down."""
    if isinstance(factor, float) and factor % 1 == 0:
        return length * int(factor)
    if isinstance(factor, float) and isinstance(length, int):
        return math.floor(length * factor)
    return length * size(factor)


@rule("pixel_shuffle")
def pixel_shuffle(input: Any, upscale_factor: Any) -> Result:
    x, r = tensor(input), size(upscale_factor)
    if x.rank < 3:
        raise Opaque("no channels")
    channels, height, width = x.shape[-3:]
    return follows_format((*x.shape[:-3], divide(channels, r * r), height * r, width * r), x)


@rule("glu")
def glu(input: Any, dim: Any = -1) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    return follows_format((*x.shape[:place], divide(x.shape[place], 2), *x.shape[place + 1 :]), x)


def _batch(x: Strided, spatial: int) -> tuple[int | Dim, ...]:
    if x.rank not in (spatial + 1, spatial + 2):
        raise Opaque("a wrong number of axes")
    return x.shape[: x.rank - spatial - 1]


def _windows(
    x: Strided, spatial: int, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool = False
) -> list[int | Dim]:
    """The lengths of the spatial axes after a window has moved over them."""
    lengths = x.shape[-spatial:]
    if len(lengths) < spatial:
        raise Opaque("no spatial axes")
    if padding == "same":
        return list(lengths)
    if padding == "valid":
        padding = 0
    options = [each(value, spatial) for value in (kernel, stride, padding, dilation)]
    if ceil:
        return [_windows_over(*map(integer, one)) for one in zip(lengths, *options, strict=True)]
    return [
        floor_divide(length + 2 * pad - spread * (window - 1) - 1, step) + 1
        for length, window, step, pad, spread in zip(lengths, *options, strict=True)
    ]


def _windows_over(length: int, window: int, step: int, pad: int, spread: int) -> int:
    """The number of windows where the last one may reach over the end, but must start within the input."""
    if step < 1:
        raise Opaque("no step")
    count = -(-(length + 2 * pad - spread * (window - 1) - 1) // step) + 1
    return count - 1 if (count - 1) * step >= length + pad else count

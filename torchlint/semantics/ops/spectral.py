"""torch.fft and windows. The layout of a result depends on the library that computes it."""

from __future__ import annotations

from typing import Any

from torchlint.semantics.dims import Dim, Opaque, floor_divide
from torchlint.semantics.ops.base import Result, Strided, axes, axis, contiguous, rule, size, sizes, tensor, words


def _half(length: int | Dim) -> int | Dim:
    return floor_divide(length, 2) + 1


def _replaced(x: Strided, place: int, length: int | Dim) -> tuple[int | Dim, ...]:
    return (*x.shape[:place], length, *x.shape[place + 1 :])


@rule("fft_fft", "fft_ifft")
def fft(input: Any, n: Any = None, dim: Any = -1) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    return Strided(x.shape if n is None else _replaced(x, place, size(n)))


@rule("fft_rfft", "fft_ihfft")
def rfft(input: Any, n: Any = None, dim: Any = -1) -> Result:
    """Half of the frequencies: the others are their conjugates."""
    x = tensor(input)
    place = axis(dim, x.rank)
    return Strided(_replaced(x, place, _half(x.shape[place] if n is None else size(n))))


@rule("fft_irfft", "fft_hfft")
def irfft(input: Any, n: Any = None, dim: Any = -1) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    return Strided(_replaced(x, place, 2 * (x.shape[place] - 1) if n is None else size(n)))


def _several(x: Strided, s: Any, dim: Any) -> tuple[tuple[int, ...], tuple[int | Dim, ...]]:
    """The axes that are transformed, and their lengths."""
    if dim is None:
        places = tuple(range(x.rank)) if s is None else tuple(range(x.rank - len(sizes(s)), x.rank))
    else:
        places = axes(dim, x.rank) if dim != () else ()
    if not places or min(places) < 0:
        raise Opaque("no axes")
    lengths = tuple(x.shape[place] for place in places) if s is None else sizes(s)
    if len(lengths) != len(places):
        raise Opaque("not one length an axis")
    return places, tuple(x.shape[place] if one == -1 else one for place, one in zip(places, lengths, strict=True))


def _many(input: Any, s: Any, dim: Any, kind: str) -> Result:
    x = tensor(input)
    places, lengths = _several(x, s, dim)
    shape = list(x.shape)
    for place, length in zip(places, lengths, strict=True):
        shape[place] = length
    last = places[-1]
    if kind == "half":
        shape[last] = _half(shape[last])
    elif kind == "whole" and (s is None or sizes(s)[-1] == -1):
        shape[last] = 2 * (x.shape[last] - 1)
    return Strided(tuple(shape))


@rule("fft_fftn", "fft_ifftn")
def fftn(input: Any, s: Any = None, dim: Any = None) -> Result:
    return _many(input, s, dim, "")


@rule("fft_fft2", "fft_ifft2")
def fft2(input: Any, s: Any = None, dim: Any = (-2, -1)) -> Result:
    return _many(input, s, dim, "")


@rule("fft_rfftn", "fft_ihfftn")
def rfftn(input: Any, s: Any = None, dim: Any = None) -> Result:
    return _many(input, s, dim, "half")


@rule("fft_rfft2", "fft_ihfft2")
def rfft2(input: Any, s: Any = None, dim: Any = (-2, -1)) -> Result:
    return _many(input, s, dim, "half")


@rule("fft_irfftn", "fft_hfftn")
def irfftn(input: Any, s: Any = None, dim: Any = None) -> Result:
    return _many(input, s, dim, "whole")


@rule("fft_irfft2", "fft_hfft2")
def irfft2(input: Any, s: Any = None, dim: Any = (-2, -1)) -> Result:
    return _many(input, s, dim, "whole")


@rule("fft_fftshift", "fft_ifftshift")
def shifted(input: Any) -> Result:
    """A roll."""
    return contiguous(tensor(input).shape)


@rule("fft_fftfreq")
def frequencies(n: Any) -> Result:
    return contiguous((size(n),))


@rule("fft_rfftfreq")
def half_frequencies(n: Any) -> Result:
    count = size(n)
    if isinstance(count, int) and count < 1:
        raise Opaque("no frequencies")
    return contiguous((_half(count),))


@rule(
    *(
        f"signal_windows_{name}"
        for name in words("bartlett blackman cosine exponential gaussian general_cosine hamming")
    )
)
@rule(*(f"signal_windows_{name}" for name in words("general_hamming hann kaiser nuttall")))
def signal_window(M: Any) -> Result:
    return contiguous((size(M),))


@rule(*words("hann_window hamming_window blackman_window bartlett_window kaiser_window"))
def window(window_length: Any) -> Result:
    return contiguous((size(window_length),))

"""torch's own rules for strides, on integers.

Each function restates one function of ATen, for sizes and strides that are known numbers; the tests compare them with
torch on thousands of random strided tensors. Strides count elements. Symbolic sizes get here as large primes (see
`torchlint.semantics.layouts`), so that what holds for them holds for sizes in general.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

Ints = Sequence[int]


def contiguous_strides(shape: Ints) -> tuple[int, ...]:
    """The default layout: row-major."""
    if not shape:
        return ()
    return tuple(reversed(list(accumulate((max(size, 1) for size in reversed(shape[1:])), int.__mul__, initial=1))))


def is_contiguous(shape: Ints, strides: Ints) -> bool:
    """`Tensor.is_contiguous()`: axes of size 1 don't count, and a tensor without elements is contiguous."""
    if 0 in shape:
        return True
    expected = 1
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        if size != 1:
            if stride != expected:
                return False
            expected *= size
    return True


def is_dense(shape: Ints, strides: Ints) -> bool:
    """Whether the tensor fills a block of memory without gap or overlap, in some order of its axes."""
    axes = sorted((stride, size) for size, stride in zip(shape, strides, strict=True) if size != 1)
    expected = 1
    for stride, size in axes:
        if stride != expected:
            return False
        expected *= size
    return True


def runs(shape: Ints, strides: Ints) -> list[list[int]]:
    """The maximal groups of neighbouring axes that read memory as one axis would; axes of size 1 are left out."""
    groups: list[list[int]] = []
    for axis, size in enumerate(shape):
        if size == 1:
            continue
        if groups and strides[groups[-1][-1]] == size * strides[axis]:
            groups[-1].append(axis)
        else:
            groups.append([axis])
    return groups


def view_strides(shape: Ints, strides: Ints, target: Ints) -> tuple[int, ...] | None:
    """The strides of `view(target)`, or None where torch raises (ATen's computeStride).

    `target` must have as many elements as `shape`.
    """
    if not shape:
        return (1,) * len(target)
    if 0 in shape:
        return tuple(strides) if tuple(shape) == tuple(target) else contiguous_strides(target)
    result = [0] * len(target)
    position = len(target) - 1
    chunk_stride = strides[-1]
    elements = seen = 1
    for axis in range(len(shape) - 1, -1, -1):
        elements *= shape[axis]
        if axis == 0 or (shape[axis - 1] != 1 and strides[axis - 1] != elements * chunk_stride):
            while position >= 0 and (seen < elements or target[position] == 1):
                result[position] = seen * chunk_stride
                seen *= target[position]
                position -= 1
            if seen != elements:
                return None
            if axis > 0:
                chunk_stride = strides[axis - 1]
                elements = seen = 1
    return tuple(result) if position == -1 else None


def merged_axes(shape: Ints, strides: Ints, target: Ints) -> tuple[int, int] | None:
    """Two neighbouring source axes that `view(target)` merges although their strides don't allow it."""
    ends = set(accumulate(target, int.__mul__))
    done = 1
    for left, right in pairwise(runs(shape, strides)):
        for axis in left:
            done *= shape[axis]
        if done not in ends:
            return left[-1], right[0]
    return None


def pointwise_strides(shape: Ints, operands: Sequence[tuple[Ints, Ints]]) -> tuple[int, ...]:
    """The strides of the result of a pointwise operation (ATen's TensorIterator).

    `operands` are the sizes and strides of the operands, which broadcast to `shape`. The result is dense; its axes
    are in the order of the first operand that tells two of them apart.
    """
    full = [(tuple(sizes), tuple(strides)) for sizes, strides in operands]
    if full and all(sizes == tuple(shape) for sizes, _ in full):
        if all(is_contiguous(sizes, strides) for sizes, strides in full):
            return contiguous_strides(shape)
        if len(shape) == 4 and all(_is_channels_last(sizes, strides) for sizes, strides in full):
            return _packed(shape, [1, 3, 2, 0])
        if len({strides for _, strides in full}) == 1 and is_dense(*full[0]):
            return full[0][1]
    spread = [_broadcast_strides(shape, sizes, strides) for sizes, strides in full]
    return _packed(shape, _iteration_order(shape, spread))


def preserved_strides(shape: Ints, strides: Ints) -> tuple[int, ...]:
    """The strides of `clone()` and `empty_like()` with `torch.preserve_format`."""
    if is_dense(shape, strides):
        return tuple(strides)
    return _packed(shape, _iteration_order(shape, [strides]))


def _is_channels_last(shape: Ints, strides: Ints) -> bool:
    order = (0, 2, 3, 1)
    return is_contiguous([shape[axis] for axis in order], [strides[axis] for axis in order])


def _broadcast_strides(shape: Ints, sizes: Ints, strides: Ints) -> list[int]:
    missing = len(shape) - len(sizes)
    return [0] * missing + [
        0 if size == 1 and shape[missing + axis] != 1 else strides[axis] for axis, size in enumerate(sizes)
    ]


def _iteration_order(shape: Ints, operands: Sequence[Ints]) -> list[int]:
    """The axes from the one that moves fastest to the slowest (TensorIterator's reorder_dimensions)."""

    def compare(first: int, second: int) -> int:
        for strides in operands:
            a, b = strides[first], strides[second]
            if a == 0 or b == 0:
                continue
            if a != b:
                return 1 if a > b else -1
            if shape[first] > shape[second]:
                return 1
        return 0

    order = list(range(len(shape)))[::-1]
    for start in range(1, len(order)):
        current = start
        for before in range(start - 1, -1, -1):
            outcome = compare(order[before], order[current])
            if outcome > 0:
                order[before], order[current] = order[current], order[before]
                current = before
            elif outcome < 0:
                break
    return order


def _packed(shape: Ints, order: Ints) -> tuple[int, ...]:
    result = [0] * len(shape)
    step = 1
    for axis in order:
        result[axis] = step
        step *= max(shape[axis], 1)
    return tuple(result)

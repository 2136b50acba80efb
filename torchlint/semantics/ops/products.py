"""Matrix products. Their results are new tensors in the default layout, whatever the operands' layouts."""

from __future__ import annotations

from typing import Any

from torchlint.semantics.dims import Dim, Opaque
from torchlint.semantics.ops.base import (
    Pairs,
    Result,
    Strided,
    broadcast,
    contiguous,
    equalities,
    reordered,
    rule,
    size,
    tensor,
    tensors,
    unknown_layout,
)


@rule("matmul", "mm", "bmm", "mv", "dot")
def matmul(input: Any, other: Any = None, mat2: Any = None, vec: Any = None, tensor: Any = None) -> Result:
    a, b = _second(input), _second(other, mat2, vec, tensor)
    if a.rank == 0 or b.rank == 0:
        raise Opaque("a number")
    rows = a.shape[-2:-1]
    columns = b.shape[-1:] if b.rank > 1 else ()
    batch = broadcast([a.shape[:-2], b.shape[:-2]])
    # torch folds a large operand into one product and transposes that when the other one is a vector or a matrix.
    folded = a.rank in (1, 2) and b.rank >= 3
    return unknown_layout((*batch, *rows, *columns)) if folded else contiguous((*batch, *rows, *columns))


@equalities("matmul", "mm", "bmm", "mv", "dot")
def inner_sizes(input: Any, other: Any = None, mat2: Any = None, vec: Any = None, tensor: Any = None) -> Pairs:
    a, b = _second(input), _second(other, mat2, vec, tensor)
    if a.rank and b.rank:
        yield a.shape[-1], b.shape[-2 if b.rank > 1 else -1]
        if a.rank == b.rank == 3 and 1 not in (a.shape[0], b.shape[0]):
            yield a.shape[0], b.shape[0]


@rule("addbmm")
def addbmm(batch1: Any, batch2: Any) -> Result:
    """The products are added up."""
    return contiguous((tensor(batch1).length(-2), tensor(batch2).length(-1)))


@rule("addmm", "baddbmm")
def addmm(mat1: Any = None, mat2: Any = None, batch1: Any = None, batch2: Any = None) -> Result:
    return matmul(mat1 if batch1 is None else batch1, mat2 if batch2 is None else batch2)


@rule("linear")
def linear(input: Any, weight: Any = None, out_features: Any = None) -> Result:
    x = tensor(input)
    if out_features is None:
        w = tensor(weight)
        return contiguous((*x.shape[:-1], *w.shape[:-1]))
    return contiguous((*x.shape[:-1], size(out_features)))


@equalities("linear")
def linear_width(input: Any, weight: Any = None, in_features: Any = None) -> Pairs:
    x = tensor(input)
    if x.rank:
        yield x.shape[-1], tensor(weight).length(-1) if in_features is None else size(in_features)


@rule("outer")
def outer(input: Any, vec2: Any) -> Result:
    return contiguous((*tensor(input).shape, *tensor(vec2).shape))


@rule("scaled_dot_product_attention")
def attention(query: Any, key: Any, value: Any) -> Result:
    """The layout depends on the kernel."""
    q, k, v = tensor(query), tensor(key), tensor(value)
    if min(q.rank, k.rank, v.rank) < 2 or 0 in (*q.shape, *k.shape, *v.shape):
        raise Opaque("no rows")
    return unknown_layout((*broadcast((q.shape[:-2], k.shape[:-2], v.shape[:-2])), q.shape[-2], v.shape[-1]))


@rule("einsum")
def einsum(equation: Any, operands: Any) -> Result:
    """One operand: a permutation is a view. Two: the product is computed as one batched matrix product."""
    parts = tensors(
        operands[0] if isinstance(operands, tuple) and operands and isinstance(operands[0], tuple) else operands
    )
    inputs, output = _letters(equation, parts)
    lengths: dict[str, int | Dim] = {}
    for letters, part in zip(inputs, parts, strict=True):
        lengths.update(zip(letters, part.shape, strict=True))
    shape = tuple(lengths[letter] for letter in output)
    if len(parts) == 1:
        if sorted(output) != sorted(inputs[0]):
            return unknown_layout(shape)
        return reordered(parts[0], [inputs[0].index(letter) for letter in output])
    if len(parts) != 2 or not any(letter not in output and letter in inputs[1] for letter in inputs[0]):
        return unknown_layout(shape)
    first, second = inputs
    order = [letter for letter in output if letter in first and letter in second]
    order += [letter for letter in output if letter in first and letter not in second]
    order += [letter for letter in output if letter not in first]
    product = contiguous([lengths[letter] for letter in order])
    return reordered(product, [order.index(letter) for letter in output])


@equalities("einsum")
def einsum_letters(equation: Any, operands: Any) -> Pairs:
    parts = tensors(
        operands[0] if isinstance(operands, tuple) and operands and isinstance(operands[0], tuple) else operands
    )
    inputs, _ = _letters(equation, parts)
    lengths: dict[str, int | Dim] = {}
    for letters, part in zip(inputs, parts, strict=True):
        for letter, length in zip(letters, part.shape, strict=True):
            if letter in lengths and 1 not in (length, lengths[letter]):
                yield lengths[letter], length
            lengths[letter] = length


def _letters(equation: Any, parts: tuple[Strided, ...]) -> tuple[list[str], str]:
    if not isinstance(equation, str) or "..." in equation or "->" not in equation:
        raise Opaque("not an equation with an output and without ellipsis")
    left, output = equation.replace(" ", "").split("->")
    inputs = left.split(",")
    if len(inputs) != len(parts) or any(len(one) != part.rank for one, part in zip(inputs, parts, strict=True)):
        raise Opaque("the equation doesn't fit the operands")
    if any(len(set(one)) != len(one) for one in (*inputs, output)) or not set(output) <= set(left):
        raise Opaque("a repeated letter")
    return inputs, output


def _second(*candidates: Any) -> Strided:
    for candidate in candidates:
        if candidate is not None:
            return tensor(candidate)
    raise Opaque("one operand")

"""Linear algebra. LAPACK's results are column-major: neighbours in memory are neighbours in a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchlint.semantics.dims import Dim, Opaque
from torchlint.semantics.ops.base import (
    Result,
    Strided,
    axes,
    axis,
    contiguous,
    integer,
    reordered,
    rule,
    size,
    tensor,
    words,
)
from torchlint.semantics.ops.reductions import reduce


def columns(shape: Sequence[int | Dim]) -> Strided:
    """A result whose last two axes are column-major."""
    rank = len(shape)
    flipped = contiguous((*shape[:-2], shape[-1], shape[-2]))
    return reordered(flipped, (*range(rank - 2), rank - 1, rank - 2))


def matrix(value: Any) -> Strided:
    """The argument, which must be a matrix or a batch of them."""
    x = tensor(value)
    if x.rank < 2:
        raise Opaque("no matrix")
    return x


def _least(a: int | Dim, b: int | Dim) -> int | Dim:
    if a == b:
        return a
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    raise Opaque("the smaller of two unknown sizes")


@rule("det", "logdet", "linalg_cond")
def number_of_matrix(input: Any) -> Result:
    return contiguous(matrix(input).shape[:-2])


@rule("linalg_slogdet", "slogdet")
def slogdet(input: Any) -> Result:
    found = contiguous(matrix(input).shape[:-2])
    return found, found


def _numbers(*tolerances: Any) -> None:
    if not all(one is None or isinstance(one, int | float) for one in tolerances):
        raise Opaque("a tolerance for each matrix")


@rule("linalg_matrix_rank")
def matrix_rank(input: Any, atol: Any = None, rtol: Any = None, tol: Any = None) -> Result:
    _numbers(atol, rtol, tol)
    return contiguous(matrix(input).shape[:-2])


@rule("inverse", "linalg_cholesky", "cholesky", "cholesky_inverse")
def same_columns(input: Any) -> Result:
    return columns(matrix(input).shape)


@rule("linalg_inv_ex", "linalg_cholesky_ex")
def same_columns_and_info(input: Any) -> Result:
    x = matrix(input)
    return columns(x.shape), contiguous(x.shape[:-2])


@rule("matrix_exp", "matrix_power")
def same_matrix(input: Any) -> Result:
    return Strided(matrix(input).shape)


@rule("linalg_eig", "linalg_eigh")
def eigen(input: Any) -> Result:
    x = matrix(input)
    return contiguous(x.shape[:-1]), columns(x.shape)


@rule("linalg_eigvals", "linalg_eigvalsh")
def eigenvalues(input: Any) -> Result:
    return contiguous(matrix(input).shape[:-1])


@rule("linalg_svd")
def svd(input: Any, full_matrices: Any = True) -> Result:
    x = matrix(input)
    *batch, m, n = x.shape
    k = _least(m, n)
    if not isinstance(full_matrices, bool):
        raise Opaque("full or not")
    left, right = (m, n) if full_matrices else (k, k)
    return columns((*batch, m, left)), contiguous((*batch, k)), columns((*batch, right, n))


@rule("svd")
def old_svd(input: Any, some: Any = True, compute_uv: Any = True) -> Result:
    x = matrix(input)
    *batch, m, n = x.shape
    k = _least(m, n)
    if not isinstance(some, bool) or compute_uv is not True:
        raise Opaque("an unusual form")
    left, right = (k, k) if some else (m, n)
    return columns((*batch, m, left)), contiguous((*batch, k)), contiguous((*batch, n, right))


@rule("linalg_svdvals")
def singular_values(input: Any) -> Result:
    *batch, m, n = matrix(input).shape
    return contiguous((*batch, _least(m, n)))


@rule("linalg_qr", "qr")
def qr(input: Any, mode: Any = "reduced", some: Any = True) -> Result:
    *batch, m, n = matrix(input).shape
    if mode not in ("reduced", "complete") or not isinstance(some, bool):
        raise Opaque("an unusual form")
    k = _least(m, n) if mode == "reduced" and some else m
    return columns((*batch, m, k)), columns((*batch, k, n))


@rule("linalg_lu_factor_ex")
def factored_with_info(input: Any) -> Result:
    *batch, m, n = matrix(input).shape
    return columns((*batch, m, n)), contiguous((*batch, _least(m, n))), contiguous(batch)


@rule("linalg_ldl_factor")
def ldl_factor(input: Any) -> Result:
    x = matrix(input)
    return columns(x.shape), contiguous(x.shape[:-1])


@rule("linalg_ldl_factor_ex")
def ldl_factor_with_info(input: Any) -> Result:
    x = matrix(input)
    return columns(x.shape), contiguous(x.shape[:-1]), contiguous(x.shape[:-2])


@rule("linalg_tensorinv")
def tensorinv(input: Any, ind: Any = 2) -> Result:
    x, count = tensor(input), integer(ind)
    if not 0 < count <= x.rank:
        raise Opaque("no such axis")
    return Strided((*x.shape[count:], *x.shape[:count]))


@rule("linalg_lu_factor", "geqrf", "lu")
def factored(input: Any, get_infos: Any = False) -> Result:
    *batch, m, n = matrix(input).shape
    if get_infos is not False:
        raise Opaque("infos")
    return columns((*batch, m, n)), contiguous((*batch, _least(m, n)))


@rule("linalg_lu")
def lu(input: Any, pivot: Any = True) -> Result:
    *batch, m, n = matrix(input).shape
    k = _least(m, n)
    if pivot is not True:
        raise Opaque("without pivots P is empty")
    return contiguous((*batch, m, m)), contiguous((*batch, m, k)), contiguous((*batch, k, n))


@rule("linalg_pinv", "pinverse")
def pinv(input: Any, atol: Any = None, rtol: Any = None, rcond: Any = None) -> Result:
    _numbers(atol, rtol, rcond)
    *batch, m, n = matrix(input).shape
    return Strided((*batch, n, m))


@rule("linalg_solve", "linalg_solve_triangular", "cholesky_solve")
def solved(input: Any, B: Any = None, input2: Any = None, left: Any = True) -> Result:
    """Only for one matrix of right sides for each matrix: others broadcast."""
    right, square = (B, input) if B is not None else (input, input2)
    b, a = matrix(right), matrix(square)
    if (
        left is not True
        or a.rank != b.rank
        or any(isinstance(n, Dim) or n == 1 for n in (*a.shape[:-2], *b.shape[:-2]))
    ):
        raise Opaque("sizes that broadcast")
    if a.shape[:-1] != b.shape[:-1]:
        raise Opaque("vectors")
    return Strided(b.shape)


@rule("linalg_householder_product")
def householder_product(input: Any) -> Result:
    return columns(matrix(input).shape)


@rule("linalg_vander")
def vander(input: Any, N: Any = None) -> Result:
    x = tensor(input)
    shape = x.shape or (1,)
    return contiguous((*shape, shape[-1] if N is None else size(N)))


@rule("linalg_matrix_norm")
def matrix_norm(input: Any, dim: Any = (-2, -1), keepdim: Any = False) -> Result:
    x = matrix(input)
    if len(axes(dim, x.rank)) != 2:
        raise Opaque("not two axes")
    return reduce(x, dim, keepdim)


@rule(*words("linalg_vecdot"))
def vecdot(input: Any, y: Any, dim: Any = -1) -> Result:
    a, b = tensor(input), tensor(y)
    if a.shape != b.shape:
        raise Opaque("sizes that broadcast")
    place = axis(dim, a.rank)
    return contiguous((*a.shape[:place], *a.shape[place + 1 :]))

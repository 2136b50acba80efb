"""What each operation does to dtypes: from the dtypes that its operands may have to those of its result.

Each rule is tested against torch on the samples of its own operator database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from torchlint.semantics import kinds, promotion
from torchlint.semantics.promotion import ALL, BIT, BOOL, COMPLEX, FLOATS, INT64, INTEGERS
from torchlint.semantics.values import CONST, Value

if TYPE_CHECKING:
    from torchlint.semantics.dtypes import Dtypes

Rule = Callable[["Dtypes", Value], int]


def given_dtype(d: Dtypes, value: Value) -> int | None:
    return d.argument(value.args.get("dtype"))


def same(d: Dtypes, value: Value) -> int:
    """The dtype of `input`."""
    operand = value.args.get("input")
    return d.of(operand) if operand is not None else ALL


def same_or_given(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    return same(d, value) if given is None else given


def floating(d: Dtypes, value: Value) -> int:
    """The dtype of `input`, the default dtype for integers."""
    given = given_dtype(d, value)
    return d.floating(same(d, value)) if given is None else given


def totalled(d: Dtypes, value: Value) -> int:
    """Sums: int64 for all integers and bool."""
    given = given_dtype(d, value)
    if given is not None:
        return given
    mask = same(d, value)
    narrow = BOOL | INTEGERS
    return mask & ~narrow | (INT64 if mask & narrow else 0)


def given_operand(value: Value | None) -> Value | None:
    """The operand, if it is there and not None."""
    return None if value is None or (value.op == CONST and value.data is None) else value


def promoted(d: Dtypes, value: Value) -> int:
    """Type promotion over the operands that are tensors or numbers."""
    args = value.args
    names = ("input", "other", "exponent", "min", "max", "end", "weight")
    return d.promoted(*(given_operand(args.get(name)) for name in names))


def boolean(d: Dtypes, value: Value) -> int:
    return BOOL


def indices(d: Dtypes, value: Value) -> int:
    return INT64


def absolute(d: Dtypes, value: Value) -> int:
    return promotion.real_of(same(d, value))


def division(d: Dtypes, value: Value) -> int:
    mask = promoted(d, value)
    rounding = value.args.get("rounding_mode")
    if rounding is None or (rounding.op == CONST and rounding.data is None):
        return d.floating(mask)
    return mask if rounding.op == CONST else mask | d.floating(mask)


def promoted_floating(d: Dtypes, value: Value) -> int:
    return d.floating(promoted(d, value))


def selected(d: Dtypes, value: Value) -> int:
    """`where(condition, input, other)`; with a condition alone, indices."""
    if "input" not in value.args:
        return INT64
    return promoted(d, value)


def joined(d: Dtypes, value: Value) -> int:
    """`cat` and its kin promote what they join."""
    sequence = value.args.get("tensors")
    if sequence is None:
        return ALL
    mask = d.items(sequence)
    if mask & (mask - 1) == 0:
        return mask
    content = sequence.data.content if sequence.op in ("py.list", "py.tuple") else ()
    if not content or len(content) > 8 or not sequence.data.exact:
        return ALL if mask == ALL else _closure(mask)
    return d.promoted(*content)


def _closure(mask: int) -> int:
    found = mask
    while (more := promotion.promote(found, found)) != found:
        found = more
    return found


def product(d: Dtypes, value: Value) -> int:
    """Matrix products and convolutions: all operands have one dtype, which a cast by autocast may change."""
    mask = ALL
    for name in (
        "input",
        "other",
        "weight",
        "mat2",
        "mat1",
        "vec",
        "vec2",
        "batch1",
        "batch2",
        "query",
        "mat",
        "tensor",
    ):
        operand = value.args.get(name)
        if operand is not None:
            mask &= d.of(operand)
    if value.form == "module":
        mask &= FLOATS | COMPLEX
    if d.autocast and mask & FLOATS:
        mask |= FLOATS
    return mask or ALL


def normalised(d: Dtypes, value: Value) -> int:
    """Norms and activations on floating tensors only; autocast may widen them to float32."""
    given = given_dtype(d, value)
    if given is not None:
        return given
    mask = same(d, value) & (FLOATS | COMPLEX | promotion.OTHER) or ALL
    return mask | FLOATS if d.autocast and mask & FLOATS else mask


def spread(d: Dtypes, value: Value) -> int:
    """Standard deviations and variances are real."""
    return promotion.real_of(normalised(d, value))


def loss(d: Dtypes, value: Value) -> int:
    mask = same(d, value) & (FLOATS | COMPLEX) or FLOATS
    return FLOATS if d.autocast else mask


def elementwise_loss(d: Dtypes, value: Value) -> int:
    operands = [value.args[name] for name in ("input", "target") if name in value.args]
    mask = promotion.real_of(d.promoted(*operands)) if operands else ALL
    return mask | FLOATS if d.autocast else mask


def filled(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    return d.default if given is None else given


def full(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    if given is not None:
        return given
    fill = value.args.get("fill_value")
    return d.literal(fill) if fill is not None else ALL


def arange(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    if given is not None:
        return given
    bounds = [value.args[name] for name in ("start", "end", "step") if name in value.args]
    found = [kinds.of(bound) for bound in bounds]
    if all(not kind & ~kinds.INT for kind in found):
        return INT64
    if any(not kind & ~kinds.FLOAT for kind in found):
        return d.default
    return INT64 | d.default


def integers(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    return INT64 if given is None else given


def literal(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    if given is not None:
        return given
    data = value.args.get("data")
    return d.literal(data) if data is not None else ALL


def from_array(d: Dtypes, value: Value) -> int:
    from torchlint.semantics import arrays

    source = value.args.get("ndarray") or value.args.get("input") or next(iter(value.args.values()), None)
    return arrays.of(source) if source is not None else ALL


def converted(mask: int) -> Rule:
    return lambda d, value: mask


def moved(d: Dtypes, value: Value) -> int:
    """`to`: a dtype, another tensor's dtype, or only a device."""
    given = given_dtype(d, value)
    if given is not None:
        return given
    other = value.args.get("other")
    if other is None:
        return same(d, value)
    kind = kinds.of(other)
    if kind == kinds.TENSOR:
        return d.of(other)
    named = d.argument(other)
    if kind == kinds.DTYPE and named is not None:
        return named
    return same(d, value) if not kind & (kinds.TENSOR | kinds.DTYPE) else ALL


def typed(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    return ALL if given is None else given


def like_other(d: Dtypes, value: Value) -> int:
    other = value.args.get("other")
    return d.of(other) if other is not None else ALL


def viewed(d: Dtypes, value: Value) -> int:
    """`view(size)` keeps the dtype, `view(dtype)` doesn't; an argument that may be either says nothing."""
    given = given_dtype(d, value)
    if given is not None:
        return given
    size = value.args.get("size")
    return ALL if size is not None and kinds.of(size) & kinds.DTYPE else same(d, value)


def legacy(d: Dtypes, value: Value) -> int:
    return d.argument(Value("py.global", data=f"torch.{value.op}")) or ALL


def default_tensor(d: Dtypes, value: Value) -> int:
    return d.default


def looked_up(d: Dtypes, value: Value) -> int:
    weight = value.args.get("weight")
    return FLOATS if weight is None else d.of(weight)


def first_output(d: Dtypes, value: Value) -> int:
    """The value of an operation that gives a tensor or, with `dim`, several outputs."""
    return same(d, value) if "dim" not in value.args else ALL


def largest(d: Dtypes, value: Value) -> int:
    return promoted(d, value) if "dim" not in value.args else ALL


def item_of(d: Dtypes, value: Value) -> int:
    """Indexing a tensor, or taking one output of an operation that gives several."""
    operand = value.args["input"]
    index = value.args.get("index")
    if d.several(operand) and index is not None and index.op == CONST and isinstance(index.data, int):
        return d.element(operand, index.data)
    return d.of(operand)


def one_hot(d: Dtypes, value: Value) -> int:
    return INT64


def counted(d: Dtypes, value: Value) -> int:
    weights = value.args.get("weights")
    return INT64 if weights is None or (weights.op == CONST and weights.data is None) else ALL


def bucketed(d: Dtypes, value: Value) -> int:
    narrow = value.args.get("out_int32")
    if narrow is not None and narrow.op == CONST and narrow.data is True:
        return BIT["int32"]
    return INT64 if narrow is None or (narrow.op == CONST and narrow.data is False) else INT64 | BIT["int32"]


def complex_of(d: Dtypes, value: Value) -> int:
    """The complex dtype whose parts have the dtype of the first operand; integers count as the default dtype."""
    operand = next((value.args[name] for name in ("input", "abs", "real") if name in value.args), None)
    return COMPLEX if operand is None else promotion.complex_of(d.floating(d.of(operand)))


def value_and_index(d: Dtypes, value: Value, index: int) -> int:
    return same(d, value) if index in (0, -2) else INT64


def all_same(d: Dtypes, value: Value, index: int) -> int:
    return same(d, value)


def spread_and_mean(d: Dtypes, value: Value, index: int) -> int:
    return spread(d, value) if index in (0, -2) else normalised(d, value)


def recurrent(d: Dtypes, value: Value, index: int) -> int:
    return same(d, value) & FLOATS or FLOATS if not d.autocast else FLOATS

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
RULES: dict[str, Rule] = {}
# The outputs of operations that give several.
ELEMENTS: dict[str, Callable[[Dtypes, Value, int], int]] = {}


def _register(rule: Rule, names: str) -> None:
    for name in names.split():
        RULES[name] = rule


def _given(d: Dtypes, value: Value) -> int | None:
    return d.argument(value.args.get("dtype"))


def same(d: Dtypes, value: Value) -> int:
    """The dtype of `input`."""
    operand = value.args.get("input")
    return d.of(operand) if operand is not None else ALL


def same_or_given(d: Dtypes, value: Value) -> int:
    given = _given(d, value)
    return same(d, value) if given is None else given


def floating(d: Dtypes, value: Value) -> int:
    """The dtype of `input`, the default dtype for integers."""
    given = _given(d, value)
    return d.floating(same(d, value)) if given is None else given


def totalled(d: Dtypes, value: Value) -> int:
    """Sums: int64 for all integers and bool."""
    given = _given(d, value)
    if given is not None:
        return given
    mask = same(d, value)
    narrow = BOOL | INTEGERS
    return mask & ~narrow | (INT64 if mask & narrow else 0)


def promoted(d: Dtypes, value: Value) -> int:
    """Type promotion over the operands that are tensors or numbers."""
    args = value.args
    return d.promoted(*(args.get(name) for name in ("input", "other", "exponent", "min", "max", "end", "weight")))


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
    for name in ("input", "other", "weight", "mat2", "mat1", "vec", "vec2", "batch1", "batch2", "query", "mat"):
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
    given = _given(d, value)
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
    given = _given(d, value)
    return d.default if given is None else given


def full(d: Dtypes, value: Value) -> int:
    given = _given(d, value)
    if given is not None:
        return given
    fill = value.args.get("fill_value")
    return d.literal(fill) if fill is not None else ALL


def arange(d: Dtypes, value: Value) -> int:
    given = _given(d, value)
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
    given = _given(d, value)
    return INT64 if given is None else given


def literal(d: Dtypes, value: Value) -> int:
    given = _given(d, value)
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
    given = _given(d, value)
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
    given = _given(d, value)
    return ALL if given is None else given


def like_other(d: Dtypes, value: Value) -> int:
    other = value.args.get("other")
    return d.of(other) if other is not None else ALL


def viewed(d: Dtypes, value: Value) -> int:
    """`view(size)` keeps the dtype, `view(dtype)` doesn't; an argument that may be either says nothing."""
    given = _given(d, value)
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
    several = operand.op in ELEMENTS and (operand.op in _ALWAYS_SEVERAL or "dim" in operand.args)
    if several and index is not None and index.op == CONST and isinstance(index.data, int):
        return d.element(operand, index.data)
    return d.of(operand)


def one_hot(d: Dtypes, value: Value) -> int:
    return INT64


def counted(d: Dtypes, value: Value) -> int:
    weights = value.args.get("weights")
    return INT64 if weights is None or (weights.op == CONST and weights.data is None) else ALL


def bucketed(d: Dtypes, value: Value) -> int:
    narrow = value.args.get("out_int32")
    return INT64 if narrow is None or (narrow.op == CONST and narrow.data is False) else INT64 | BIT["int32"]


_register(
    same,
    """clone contiguous detach reshape flatten ravel permute transpose t T mT squeeze unsqueeze expand expand_as
    view_as reshape_as broadcast_to narrow select movedim unflatten unfold diagonal diag diagflat diag_embed triu tril
    flip fliplr flipud roll rot90 repeat tile repeat_interleave gather index_select masked_select take take_along_dim
    masked_fill masked_scatter scatter scatter_add scatter_reduce index_add index_copy index_fill index_put index_reduce
    put fill neg positive relu relu6 hardtanh sign sgn floor ceil round trunc nan_to_num conj conj_physical
    resolve_conj pad constant_pad_nd channel_shuffle pixel_shuffle pixel_unshuffle adjoint mH H chunk split unbind
    tensor_split split_with_sizes hsplit vsplit dsplit setitem cuda cpu data requires_grad pin_memory zero copy
    amax amin identity threshold renorm as_strided slice_scatter select_scatter diagonal_scatter parameter buffer
    cummax cummin sort topk kthvalue mode aminmax narrow_copy swapaxes avg_pool1d avg_pool2d
    avg_pool3d fill_diagonal bernoulli uniform normal random exponential view_copy expand_copy squeeze_copy
    unsqueeze_copy permute_copy transpose_copy unfold_copy diff unique unique_consecutive fold im2col col2im
    nextafter hardshrink adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d max_pool1d max_pool2d max_pool3d
    fractional_max_pool2d fractional_max_pool3d max_unpool1d max_unpool2d max_unpool3d logcumsumexp matrix_power
    share_memory resize resize_as""",
)
_register(
    floating,
    """exp exp2 expm1 log log2 log10 log1p sqrt rsqrt reciprocal sigmoid tanh sin cos tan asin acos atan sinh cosh asinh
    acosh atanh erf erfc erfinv lgamma digamma i0 logit sinc softsign tanhshrink mvlgamma polygamma deg2rad rad2deg
    logsumexp special_entr special_erfcx special_i0e special_i1 special_i1e special_log_ndtr special_ndtr
    special_ndtri""",
)
_register(
    normalised,
    """softmax log_softmax softmin gelu silu mish elu celu selu leaky_relu prelu hardswish hardsigmoid
    softplus softshrink glu logsigmoid rrelu batch_norm layer_norm group_norm instance_norm rms_norm local_response_norm
    normalize dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout mean nanmean
    interpolate adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d grid_sample cosine_similarity
    pairwise_distance cdist gumbel_softmax lp_pool1d lp_pool2d lp_pool3d frac quantile""",
)
_register(spread, "std var")
_register(totalled, "sum nansum prod cumsum cumprod trace")
_register(
    promoted,
    """add sub rsub mul remainder fmod floor_divide pow maximum minimum fmax fmin clamp clamp_min clamp_max
    bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift lerp cross outer heaviside gcd
    lcm hypot logaddexp logaddexp2 kron""",
)
_register(promoted_floating, "atan2 xlogy ldexp copysign")
_register(division, "div")
_register(selected, "where")
_register(joined, "cat stack hstack vstack dstack column_stack")
_register(
    product,
    """matmul mm bmm mv dot addmm baddbmm addbmm linear conv1d conv2d conv3d conv_transpose1d conv_transpose2d
    conv_transpose3d bilinear scaled_dot_product_attention""",
)
_register(
    boolean,
    """eq ne lt le gt ge isclose isfinite isinf isnan isneginf isposinf isreal isin logical_and logical_or
    logical_not logical_xor signbit""",
)
_register(
    indices,
    """argmax argmin argsort argwhere nonzero multinomial count_nonzero linalg_matrix_rank
    """,
)
_register(one_hot, "one_hot")
_register(counted, "bincount")
_register(bucketed, "searchsorted bucketize")
_register(absolute, "abs real imag")
_register(filled, "zeros ones empty rand randn eye linspace logspace empty_strided")
_register(full, "full")
_register(arange, "arange range")
_register(integers, "randint randperm tril_indices triu_indices")
_register(literal, "tensor as_tensor asarray scalar_tensor")
_register(from_array, "from_numpy")
_register(
    same_or_given,
    """zeros_like ones_like empty_like full_like rand_like randn_like randint_like new_zeros new_ones new_empty
    new_full new_tensor""",
)
_register(moved, "to")
_register(typed, "type")
_register(like_other, "type_as")
_register(viewed, "view")
_register(item_of, "getitem")
_register(looked_up, "embedding")
_register(first_output, "median nanmedian")
_register(largest, "max min")
_register(loss, "cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits ctc_loss")
_register(elementwise_loss, "mse_loss l1_loss smooth_l1_loss huber_loss")
for _name, _bit in {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "long": "int64",
    "int": "int32", "short": "int16", "char": "int8", "byte": "uint8", "bool": "bool", "cfloat": "complex64",
    "cdouble": "complex128", "chalf": "complex32",
}.items():  # fmt: skip
    RULES[_name] = converted(BIT[_bit])
for _kind in ("Float", "Double", "Half", "BFloat16", "Byte", "Char", "Short", "Int", "Long", "Bool"):
    RULES[f"{_kind}Tensor"] = legacy
RULES["Tensor"] = default_tensor


def _value_and_index(d: Dtypes, value: Value, index: int) -> int:
    return same(d, value) if index in (0, -2) else INT64


def _all_same(d: Dtypes, value: Value, index: int) -> int:
    return same(d, value)


def _spread_and_mean(d: Dtypes, value: Value, index: int) -> int:
    return spread(d, value) if index in (0, -2) else normalised(d, value)


def _recurrent(d: Dtypes, value: Value, index: int) -> int:
    return same(d, value) & FLOATS or FLOATS if not d.autocast else FLOATS


_ALWAYS_SEVERAL = frozenset(("sort", "topk", "kthvalue", "mode", "cummax", "cummin", "lstm", "gru", "rnn", "std_mean",
                             "var_mean", "aminmax", "multi_head_attention_forward"))  # fmt: skip
for _name in ("max", "min", "median", "nanmedian", "sort", "topk", "kthvalue", "mode", "cummax", "cummin"):
    ELEMENTS[_name] = _value_and_index
for _name in [f"{kind}max_pool{n}d" for kind in ("", "adaptive_", "fractional_") for n in (1, 2, 3)]:
    ELEMENTS[_name] = _value_and_index
for _name in ("chunk", "split", "unbind", "tensor_split", "aminmax"):
    ELEMENTS[_name] = _all_same
for _name in ("std_mean", "var_mean"):
    ELEMENTS[_name] = _spread_and_mean
for _name in ("lstm", "gru", "rnn", "multi_head_attention_forward"):
    ELEMENTS[_name] = _recurrent

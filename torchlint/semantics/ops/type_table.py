"""Which operation follows which rule for dtypes. The rules are in `torchlint.semantics.ops.types`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from torchlint.semantics.ops.types import (
    Rule,
    absolute,
    all_same,
    arange,
    boolean,
    bucketed,
    complex_of,
    converted,
    counted,
    default_tensor,
    division,
    elementwise_loss,
    filled,
    first_output,
    floating,
    from_array,
    full,
    indices,
    integers,
    item_of,
    joined,
    largest,
    legacy,
    like_other,
    literal,
    looked_up,
    loss,
    moved,
    normalised,
    one_hot,
    product,
    promoted,
    promoted_floating,
    recurrent,
    same,
    same_or_given,
    selected,
    spread,
    spread_and_mean,
    totalled,
    typed,
    value_and_index,
    viewed,
)
from torchlint.semantics.promotion import BIT
from torchlint.semantics.values import Value

if TYPE_CHECKING:
    from torchlint.semantics.dtypes import Dtypes

RULES: dict[str, Rule] = {}
# The outputs of operations that give several.
ELEMENTS: dict[str, Callable[[Dtypes, Value, int], int]] = {}
# Rules that give the dtype of `input` where no other is asked for.
KEEPING: frozenset[Rule | None] = frozenset((same, item_of, viewed, moved))


def _register(rule: Rule, names: str) -> None:
    for name in names.split():
        RULES[name] = rule


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
_register(
    complex_of,
    "polar complex view_as_complex fft_fft fft_fft2 fft_fftn fft_ifft fft_ifft2 fft_ifftn fft_rfft fft_rfft2 fft_rfftn",
)
for _name, _bit in {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "long": "int64",
    "int": "int32", "short": "int16", "char": "int8", "byte": "uint8", "bool": "bool", "cfloat": "complex64",
    "cdouble": "complex128", "chalf": "complex32",
}.items():  # fmt: skip
    RULES[_name] = converted(BIT[_bit])
for _kind in ("Float", "Double", "Half", "BFloat16", "Byte", "Char", "Short", "Int", "Long", "Bool"):
    RULES[f"{_kind}Tensor"] = legacy
RULES["Tensor"] = default_tensor

ALWAYS_SEVERAL = frozenset(("sort", "topk", "kthvalue", "mode", "cummax", "cummin", "lstm", "gru", "rnn", "std_mean",
                             "var_mean", "aminmax", "multi_head_attention_forward"))  # fmt: skip
for _name in ("max", "min", "median", "nanmedian", "sort", "topk", "kthvalue", "mode", "cummax", "cummin"):
    ELEMENTS[_name] = value_and_index
for _name in [f"{kind}max_pool{n}d" for kind in ("", "adaptive_", "fractional_") for n in (1, 2, 3)]:
    ELEMENTS[_name] = value_and_index
for _name in ("chunk", "split", "unbind", "tensor_split", "aminmax"):
    ELEMENTS[_name] = all_same
for _name in ("std_mean", "var_mean"):
    ELEMENTS[_name] = spread_and_mean
for _name in ("lstm", "gru", "rnn", "multi_head_attention_forward"):
    ELEMENTS[_name] = recurrent

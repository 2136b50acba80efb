"""Which operation follows which rule for dtypes. The rules are in `torchlint.semantics.ops.types`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from torchlint.semantics.ops.further_types import (
    agreeing_loss,
    areas,
    columns_of,
    composed_loss,
    contracted,
    covariance,
    distance,
    distinct,
    each,
    first_of,
    half_of_complex,
    norm,
    only_floats,
    phase,
    powered,
    product_of,
    promoted_of,
    real_of_first,
    real_promoted,
    recurrent_cell,
    several_losses,
    some_or_all,
    squared,
    ternary,
    together,
)
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
from torchlint.semantics.promotion import ALL, BIT
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
    resolve_conj pad constant_pad_nd channel_shuffle pixel_shuffle pixel_unshuffle mH H chunk split unbind
    tensor_split split_with_sizes hsplit vsplit dsplit setitem cuda cpu data requires_grad pin_memory zero copy
    amax amin identity threshold renorm as_strided slice_scatter select_scatter diagonal_scatter
    cummax cummin sort topk kthvalue mode aminmax narrow_copy avg_pool1d avg_pool2d
    avg_pool3d fill_diagonal bernoulli uniform normal random exponential view_copy expand_copy squeeze_copy
    unsqueeze_copy permute_copy transpose_copy unfold_copy diff fold
    hardshrink adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d max_pool1d max_pool2d max_pool3d
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
    bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift lerp cross heaviside gcd
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
_register(filled, "range zeros ones empty rand randn eye linspace logspace empty_strided")
_register(full, "full")
_register(arange, "arange")
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
_register(loss, "nll_loss binary_cross_entropy ctc_loss")
_register(elementwise_loss, "mse_loss l1_loss")
_register(agreeing_loss, "smooth_l1_loss huber_loss")
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

# Linear algebra, spectra, losses and special functions.
_register(
    same,
    """det logdet inverse linalg_cholesky cholesky cholesky_inverse matrix_exp linalg_multi_dot linalg_householder_product
    linalg_pinv pinverse linalg_tensorinv diag_embed linalg_diagonal alias_copy as_strided_copy
    diagonal_copy detach_copy t_copy split_with_sizes_copy unbind_copy unsafe_chunk unsafe_split as_strided_scatter
    cauchy geometric log_normal fft_fftshift fft_ifftshift resolve_neg histc   pdist
    msort upsample_nearest upsample_bilinear""",
)
_register(real_of_first, "linalg_svdvals linalg_eigvalsh linalg_cond")
_register(norm, "masked_norm norm linalg_norm linalg_vector_norm linalg_matrix_norm")
_register(
    floating,
    """special_airy_ai special_bessel_j0 special_bessel_j1 special_bessel_y0 special_bessel_y1 special_modified_bessel_i0
    special_modified_bessel_i1 special_modified_bessel_k0 special_modified_bessel_k1 special_polygamma
    special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1 special_spherical_bessel_j0 corrcoef""",
)
_register(
    promoted_floating,
    """special_chebyshev_polynomial_t special_chebyshev_polynomial_u special_chebyshev_polynomial_v
    special_chebyshev_polynomial_w special_shifted_chebyshev_polynomial_t special_shifted_chebyshev_polynomial_u
    special_shifted_chebyshev_polynomial_v special_shifted_chebyshev_polynomial_w special_hermite_polynomial_h
    special_hermite_polynomial_he special_laguerre_polynomial_l special_legendre_polynomial_p""",
)
_register(totalled, "linalg_vander masked_sum masked_prod ")
_register(same_or_given, "masked_amax masked_amin masked_argmax masked_argmin")
_register(normalised, "masked_softmax masked_log_softmax masked_softmin masked_normalize")
_register(only_floats, "masked_logsumexp masked_cumsum masked_cumprod masked_std masked_var")
_register(
    filled,
    """signal_windows_bartlett signal_windows_blackman signal_windows_cosine signal_windows_exponential
    signal_windows_gaussian signal_windows_general_cosine signal_windows_general_hamming signal_windows_hamming
    signal_windows_hann signal_windows_kaiser signal_windows_nuttall""",
)
_register(promoted_floating, "igamma igammac special_xlog1py special_zeta")
RULES["square"] = squared
_register(promoted, "nextafter inner linalg_cross vdot linalg_vecdot linalg_solve")
_register(powered, "float_power")
_register(phase, "angle")
_register(ternary, "addcmul addcdiv")
_register(some_or_all, "any all")
_register(half_of_complex, "fft_irfft fft_irfft2 fft_irfftn fft_hfft fft_hfft2 fft_hfftn")
_register(complex_of, "fft_ihfft fft_ihfft2 fft_ihfftn linalg_eigvals")
_register(filled, "hann_window hamming_window blackman_window bartlett_window kaiser_window fft_fftfreq fft_rfftfreq")
_register(same_or_given, "new_empty_strided")
_register(real_of_first, "view_as_real")
_register(looked_up, "embedding_bag")
_register(normalised, "nanquantile")
RULES["gumbel_softmax"] = first_of("logits")
RULES["transformer_encoder_layer"] = first_of("src")
RULES["transformer_decoder_layer"] = RULES["transformer"] = first_of("tgt")
_register(only_floats, "masked_mean")
_register(several_losses, "hinge_embedding_loss cosine_embedding_loss margin_ranking_loss triplet_margin_loss")
_register(several_losses, "triplet_margin_with_distance_loss")
_register(loss, "multi_margin_loss multilabel_margin_loss")
_register(
    composed_loss, "cross_entropy binary_cross_entropy_with_logits kl_div multilabel_soft_margin_loss soft_margin_loss"
)
_register(composed_loss, "gaussian_nll_loss poisson_nll_loss")
RULES["outer"] = promoted_of("input", "vec2")
RULES["addmv"] = RULES["addr"] = promoted_of("input", "mat", "vec", "vec1", "vec2")
RULES["cov"] = covariance
RULES["dist"] = real_promoted
_register(distance, "cdist pairwise_distance cosine_similarity")
RULES["bilinear"] = product_of("input1", "input2", "weight")
RULES["ctc_loss"] = first_of("log_probs")
RULES["tensordot"] = product_of("input", "b")
RULES["isin"] = boolean
_register(distinct, "unique unique_consecutive")
ELEMENTS["unique"] = ELEMENTS["unique_consecutive"] = columns_of(same, indices, indices)
_register(areas, "trapezoid trapz cumulative_trapezoid")
_register(contracted, "einsum")
_register(together, "atleast_1d atleast_2d atleast_3d cartesian_prod block_diag meshgrid")
for _name in ("atleast_1d", "atleast_2d", "atleast_3d", "broadcast_tensors", "meshgrid"):
    ELEMENTS[_name] = each
_register(same, "cholesky_solve combinations")
_SEVERAL: dict[str, tuple[Rule | int, ...]] = {
    "linalg_slogdet": (same, real_of_first),
    "slogdet": (same, real_of_first),
    "linalg_inv_ex": (same, BIT["int32"]),
    "linalg_cholesky_ex": (same, BIT["int32"]),
    "linalg_eig": (complex_of, complex_of),
    "linalg_eigh": (real_of_first, same),
    "linalg_svd": (same, real_of_first, same),
    "svd": (same, real_of_first, same),
    "linalg_qr": (same, same),
    "qr": (same, same),
    "geqrf": (same, same),
    "lu": (same, BIT["int32"]),
    "linalg_lu_factor": (same, BIT["int32"]),
    "linalg_lu_factor_ex": (same, BIT["int32"], BIT["int32"]),
    "linalg_lu": (same, same, same),
    "linalg_ldl_factor": (same, BIT["int32"]),
    "linalg_ldl_factor_ex": (same, BIT["int32"], BIT["int32"]),
    "linalg_solve_ex": (same, BIT["int32"]),
    "frexp": (same, BIT["int32"]),
    "native_layer_norm": (same, ALL, ALL),
    "lstm_cell": (recurrent_cell, recurrent_cell),
}
ELEMENTS.update((name, columns_of(*rules)) for name, rules in _SEVERAL.items())
for _name in ("hsplit", "vsplit", "dsplit", "unsafe_chunk", "unsafe_split", "unbind_copy", "split_with_sizes_copy"):
    ELEMENTS[_name] = all_same
for _name in ("gru_cell", "rnn_cell"):
    RULES[_name] = recurrent_cell

ALWAYS_SEVERAL = frozenset(("sort", "topk", "kthvalue", "mode", "cummax", "cummin", "lstm", "gru", "rnn", "std_mean",
                             "var_mean", "aminmax", "multi_head_attention_forward"))  # fmt: skip
ALWAYS_SEVERAL |= ELEMENTS.keys() - {"unique", "unique_consecutive"}
BY_DIM = frozenset(("max", "min", "median", "nanmedian", "chunk", "split", "unbind", "tensor_split"))
for _name in ("max", "min", "median", "nanmedian", "sort", "topk", "kthvalue", "mode", "cummax", "cummin"):
    ELEMENTS[_name] = value_and_index
for _name in [
    f"{kind}max_pool{n}d"
    for kind in ("", "adaptive_", "fractional_")
    for n in (1, 2, 3)
    if (kind, n) != ("fractional_", 1)
]:
    ELEMENTS[_name] = value_and_index
for _name in ("chunk", "split", "unbind", "tensor_split", "aminmax"):
    ELEMENTS[_name] = all_same
for _name in ("std_mean", "var_mean"):
    ELEMENTS[_name] = spread_and_mean
for _name in ("lstm", "gru", "rnn", "multi_head_attention_forward"):
    ELEMENTS[_name] = recurrent

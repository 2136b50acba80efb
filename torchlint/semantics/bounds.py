"""Whether a value is known, or has to be assumed, to be bounded: may its exponential overflow?

The questions are asked by rules that warn of overflow, so a doubt counts as bounded: where a number that is not known is
subtracted, it may be the maximum that makes the exponential safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torchlint.semantics.values import (
    ATTR,
    BUFFER,
    CALL,
    CONST,
    ELEMENT,
    GLOBAL,
    ITEM,
    MUTATED,
    PARAM,
    PHI,
    RANK,
    REFINE,
    SIZE,
    UNKNOWN,
    Value,
)


def names(text: str) -> frozenset[str]:
    """A set of names from a text that lists them."""
    return frozenset(text.split())


# Results between two constants, whatever the tensor that goes in; also ranges, which the program chooses.
_BOTH = names(
    "tanh sin cos atan erf sigmoid softmax softmin hardtanh hardsigmoid relu6 softsign normalize cosine_similarity "
    "one_hot rand rand_like zeros ones zeros_like ones_like eye bernoulli eq ne lt le gt ge logical_not logical_and "
    "logical_or isnan isinf isfinite erfc heaviside sign sgn frac hann_window hamming_window linspace arange"
)
_NOT_NEGATIVE = names(
    "abs square norm cdist pdist dist pairwise_distance exp relu softplus sqrt std var linalg_norm linalg_vector_norm "
    "linalg_matrix_norm mse_loss l1_loss smooth_l1_loss huber_loss cross_entropy binary_cross_entropy count_nonzero "
    "binary_cross_entropy_with_logits hypot cosh softmax sigmoid one_hot rand erfc"
)
_NOT_POSITIVE = names("log_softmax logsigmoid")
_LITERALS = names("tensor as_tensor full full_like new_full scalar_tensor")
_BELOW = names("elu selu celu gelu silu mish hardswish")
# The result holds some of the input's elements, or averages of them.
_SELECTIONS = names(
    "view reshape flatten unflatten permute transpose t T mT mH H movedim squeeze unsqueeze expand expand_as "
    "broadcast_to repeat repeat_interleave tile getitem gather index_select masked_select take take_along_dim select "
    "narrow contiguous clone detach data to float double half bfloat16 type type_as cuda cpu requires_grad_ flip roll "
    "unfold view_as reshape_as swapdims ravel diagonal mean amax amin median mode tril triu dropout "
    "max_pool1d max_pool2d avg_pool1d avg_pool2d adaptive_avg_pool1d adaptive_avg_pool2d "
    "scatter_mean nan_to_num index_fill"
)
_MAXIMA = names(
    "max amax topk sort argsort cummax kthvalue logsumexp logcumsumexp aminmax maximum fmax scatter_reduce quantile "
    "argmax msort max_pool1d max_pool2d adaptive_max_pool1d adaptive_max_pool2d segment_reduce"
)
_NOT_KNOWN = frozenset((PARAM, UNKNOWN, CALL, ITEM, ATTR, PHI, MUTATED, BUFFER))
_DETACHED = frozenset(("detach", "data", "item", "tolist", "numpy"))
_MAX_DEPTH = 24
_MAX_SEARCH = 60


def bounded_above(value: Value, depth: int = 0) -> bool:
    """Whether no element can be large, as far as can be seen; True also where the value is shifted by an unknown one."""
    if depth > _MAX_DEPTH:
        return False
    deeper = depth + 1
    op, args = value.op, value.args
    if op in (CONST, SIZE, RANK) or op in _BOTH or op in _NOT_POSITIVE:
        return True
    if op in ("add", "sub", "neg"):
        return _shifted(value) or all(
            bounded_above(part, deeper) if sign > 0 else bounded_below(part, deeper) for sign, part in _parts(value)
        )
    if op in ("mul", "div"):
        left, right = args["input"], args["other"]
        small = [part for part in ((left, right) if op == "mul" else (left,)) if not _is_number(part)]
        return any(bounded(part, deeper) for part in small) or _product(value, deeper, True)
    if op in ("clamp", "clamp_max"):
        return _given(value, "max") or bounded_above(args["input"], deeper)
    if op in ("minimum", "fmin") or (op == "min" and "other" in args):
        return any(args[name].op in _LITERALS or bounded_above(args[name], deeper) for name in ("input", "other"))
    if op in ("maximum", "fmax") or (op == "max" and "other" in args):
        return all(bounded_above(args[name], deeper) for name in ("input", "other"))
    if op == "sum":
        return not_positive(args["input"], deeper) or bounded(args["input"], deeper)
    if op == "matmul" or op in ("mm", "bmm", "linear", "einsum"):
        return bounded(value, deeper)
    if op in ("relu", "log", "sqrt", "softplus", "log1p", "elu", "gelu", "silu", "leaky_relu", "pow", "square", "exp"):
        return (op not in ("pow", "square") and bounded_above(args["input"], deeper)) or bounded(value, deeper)
    return _through(value, deeper, bounded_above)


def bounded_below(value: Value, depth: int = 0) -> bool:
    """Whether no element can be far below zero."""
    if depth > _MAX_DEPTH:
        return False
    deeper = depth + 1
    op, args = value.op, value.args
    if op in (CONST, SIZE, RANK) or op in _BOTH or op in _BELOW or not_negative(value, deeper):
        return True
    if op in ("add", "sub", "neg"):
        return all(
            bounded_below(part, deeper) if sign > 0 else bounded_above(part, deeper) for sign, part in _parts(value)
        )
    if op in ("mul", "div"):
        return _product(value, deeper, False)
    if op in ("clamp", "clamp_min"):
        return _given(value, "min") or bounded_below(args["input"], deeper)
    if op in ("maximum", "fmax") or (op == "max" and "other" in args):
        return any(bounded_below(args[name], deeper) for name in ("input", "other"))
    return _through(value, deeper, bounded_below)


def bounded(value: Value, depth: int = 0) -> bool:
    """Whether all elements lie between two constants."""
    if depth > _MAX_DEPTH:
        return False
    deeper = depth + 1
    op, args = value.op, value.args
    if op in (CONST, SIZE, RANK) or op in _BOTH:
        return True
    if op in ("clamp", "clip"):
        return _given(value, "min") and _given(value, "max")
    if op in ("matmul", "mm", "bmm"):
        other = args.get("other") or args.get("mat2")
        return other is not None and bounded(args["input"], deeper) and bounded(other, deeper)
    if op == "linear":
        return bounded(args["input"], deeper) and "weight" in args and bounded(args["weight"], deeper)
    if op == "einsum":
        operands = args.get("operands")
        items = operands.data.content if operands is not None and operands.data is not None else ()
        return bool(items) and all(bounded(item, deeper) for item in items)
    if op in ("add", "sub", "mul") and "other" in args:
        return bounded(args["input"], deeper) and bounded(args["other"], deeper)
    if op in ("neg", "abs", "square", "exp", "relu", "sum"):
        return bounded(args["input"], deeper)
    if op in ("div", "pow"):
        return bounded(args["input"], deeper)
    return _through(value, deeper, bounded)


def not_negative(value: Value, depth: int = 0) -> bool:
    """Whether all elements are zero or more; an unknown factor beside a known one counts as positive."""
    if depth > _MAX_DEPTH:
        return False
    deeper = depth + 1
    op, args = value.op, value.args
    if op == CONST:
        return isinstance(value.data, int | float) and value.data >= 0
    if op in (SIZE, RANK) or op in _NOT_NEGATIVE:
        return True
    if op == "pow":
        exponent = args["exponent"]
        even = exponent.op == CONST and isinstance(exponent.data, int | float) and exponent.data % 2 == 0
        return even or not_negative(args["input"], deeper)
    if op in ("mul", "div"):
        left, right = args["input"], args["other"]
        if left is right:
            return True
        known = [not_negative(part, deeper) for part in (left, right)]
        unknown = [not _certain_sign(part) for part in (left, right)]
        if all(known):
            return True
        if any(one and not _is_number(part) for one, part in zip(known, (left, right), strict=True)):
            return all(one or free for one, free in zip(known, unknown, strict=True))
        return not_positive(left, deeper) and not_positive(right, deeper)
    if op == "neg":
        return not_positive(args["input"], deeper)
    if op in ("add", "maximum") and "other" in args:
        return not_negative(args["input"], deeper) and not_negative(args["other"], deeper)
    if op == "sum":
        return not_negative(args["input"], deeper)
    if op in ("clamp", "clamp_min"):
        low = args.get("min")
        return low is not None and low.op == CONST and isinstance(low.data, int | float) and low.data >= 0
    return _through(value, deeper, not_negative)


def not_positive(value: Value, depth: int = 0) -> bool:
    """Whether all elements are zero or less."""
    if depth > _MAX_DEPTH:
        return False
    deeper = depth + 1
    op, args = value.op, value.args
    if op == CONST:
        return isinstance(value.data, int | float) and value.data <= 0
    if op in _NOT_POSITIVE:
        return True
    if op == "neg":
        return not_negative(args["input"], deeper)
    if op in ("mul", "div"):
        left, right = args["input"], args["other"]
        for one, other in ((left, right), (right, left)):
            if not_positive(one, deeper) and not _negative_constant(other):
                return not_negative(other, deeper) or not _is_number(one)
            if one.op == "neg" and one.args["input"] is other:
                return True
            if one.op == "neg" and not _certain_sign(one.args["input"]) and not_negative(other, deeper):
                return not _is_number(other)
        return False
    if op in ("add", "minimum") and "other" in args:
        return not_positive(args["input"], deeper) and not_positive(args["other"], deeper)
    if op == "sum":
        return not_positive(args["input"], deeper)
    return _through(value, deeper, not_positive)


def _product(value: Value, depth: int, above: bool) -> bool:
    """Whether a product or quotient is bounded above (or below) by the signs of its factors."""
    if (not_positive if above else not_negative)(value, depth):
        return True
    left, right = value.args["input"], value.args["other"]
    pairs = [(right, left)] if value.op == "div" else [(left, right), (right, left)]
    for constant, other in pairs:
        if constant.op == CONST and isinstance(constant.data, int | float):
            return (bounded_above if (constant.data >= 0) is above else bounded_below)(other, depth)
    if (value.op == "div" and not_negative(right, depth)) or right.op in _NOT_KNOWN:
        # Dividing by a temperature keeps a shift's meaning.
        scaled = left.op in ("add", "sub", "neg", "mul", "div") and not _is_number(left)
        return scaled and (bounded_above if above else bounded_below)(left, depth)
    return left.op in _NOT_KNOWN and right.op in ("add", "sub") and above and _shifted(right)


def _shifted(value: Value) -> bool:
    """Whether a sum holds a term that is a maximum, is cut off from the gradient, or isn't known, subtracted from the rest."""
    parts = list(_parts(value))
    for sign, part in parts:
        if sign > 0:
            continue
        if len(parts) > 1 and (_is_cut_off(part) or _holds_maximum(part) or _core(part).op in _NOT_KNOWN):
            return True
    return False


def _core(value: Value) -> Value:
    """What a chain of selections takes its elements from."""
    while "input" in value.args and (value.op in _SELECTIONS or value.op in (REFINE, ELEMENT)):
        value = value.args["input"]
    return value


def _is_cut_off(value: Value) -> bool:
    while True:
        if value.op in _DETACHED:
            return True
        if "input" not in value.args or not (value.op in _SELECTIONS or value.op in (REFINE, ELEMENT)):
            return False
        value = value.args["input"]


def _holds_maximum(value: Value) -> bool:
    pending, seen = [value], 0
    while pending and seen < _MAX_SEARCH:
        one = pending.pop(0)
        seen += 1
        if one.op in _MAXIMA or (one.op == "log" and one.args["input"].op == "sum"):
            return True
        pending.extend(one.args.values())
    return False


def _parts(value: Value, sign: int = 1, depth: int = 0) -> Iterator[tuple[int, Value]]:
    """The signed terms of a sum."""
    op, args = value.op, value.args
    if depth < _MAX_DEPTH and op in ("add", "sub", "neg") and "alpha" not in args:
        yield from _parts(args["input"], -sign if op == "neg" else sign, depth + 1)
        if op != "neg":
            yield from _parts(args["other"], -sign if op == "sub" else sign, depth + 1)
    elif depth < _MAX_DEPTH and op == REFINE:
        yield from _parts(args["input"], sign, depth + 1)
    else:
        yield sign, value


def _through(value: Value, depth: int, question: Callable[[Value, int], bool]) -> bool:
    """Ask a question of the operands of an operation that takes its elements from them."""
    op, args = value.op, value.args
    if op == PHI:
        return all(question(one, depth) for one in args.values())
    if op in ("where", "lerp") and "other" in args:
        return question(args["input"], depth) and question(args["other"], depth)
    if op == "masked_fill":
        return question(args["input"], depth)
    if op in ("cat", "stack"):
        items = args["tensors"].data.content if args["tensors"].op in ("py.tuple", "py.list") else ()
        return bool(items) and all(question(item, depth) for item in items)
    if op in ("max", "min") and "other" not in args:
        return question(args["input"], depth)
    if op in _SELECTIONS or op in (REFINE, ELEMENT):
        return "input" in args and question(args["input"], depth)
    return False


def _is_number(value: Value) -> bool:
    """Whether a value is made of constants and sizes only."""
    if value.op in ("neg", "mul", "div", "add", "sub", "pow", "floor_divide", "remainder"):
        return all(_is_number(operand) for operand in value.args.values())
    if value.op == CALL:
        callee = value.args.get("callee")
        numeric = (
            callee is not None and callee.op == GLOBAL and callee.data.startswith(("math.", "builtins.", "numpy."))
        )
        return numeric and all(_is_number(operand) for name, operand in value.args.items() if name != "callee")
    return value.op in (CONST, SIZE, RANK)


def _certain_sign(value: Value) -> bool:
    return value.op == CONST or not_positive(value) or not_negative(value)


def _negative_constant(value: Value) -> bool:
    return value.op == CONST and isinstance(value.data, int | float) and value.data < 0


def _given(value: Value, name: str) -> bool:
    bound = value.args.get(name)
    return bound is not None and not (bound.op == CONST and bound.data is None)

"""Whether a value is known, or has to be assumed, to be bounded: may its exponential overflow?

The questions are asked by rules that warn of overflow, so a doubt counts as bounded: where a number that is not known is
subtracted, it may be the maximum that makes the exponential safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Protocol

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


class Search:
    """What is known already while one question is answered: operands that are used twice are asked once.

    `given` tells what a function's parameter may hold, where that is likely, though no call of it is seen.
    """

    __slots__ = ("depth", "given", "known")

    def __init__(self, given: Callable[[Value], Sequence[Value]] | None = None) -> None:
        self.depth = 0
        self.given = given
        self.known: dict[tuple[str, Value], bool] = {}


class Question(Protocol):
    """A question of this module. Other modules leave `search` out, or give a new one."""

    def __call__(self, value: Value, search: Search | None = None) -> bool: ...


def _question(answer: Callable[[Value, Search], bool]) -> Question:
    """Answer each question of a value once in a search; too deep down the answer is no."""
    name = answer.__name__

    @wraps(answer)
    def ask(value: Value, search: Search | None = None) -> bool:
        search = Search() if search is None else search
        known = search.known.get((name, value))
        if known is not None or search.depth > _MAX_DEPTH:
            return bool(known)
        search.depth += 1
        found = answer(value, search)
        search.depth -= 1
        search.known[name, value] = found
        return found

    return ask


@_question
def bounded_above(value: Value, search: Search) -> bool:
    """Whether no element can be large, as far as can be seen; True also where the value is shifted by an unknown one."""
    op, args = value.op, value.args
    if op in (CONST, SIZE, RANK) or op in _BOTH or op in _NOT_POSITIVE:
        return True
    if op in ("add", "sub", "neg"):
        return _shifted(value) or all(
            bounded_above(part, search) if sign > 0 else bounded_below(part, search) for sign, part in _parts(value)
        )
    if op in ("mul", "div"):
        left, right = args["input"], args["other"]
        small = [part for part in ((left, right) if op == "mul" else (left,)) if not _is_number(part)]
        return any(bounded(part, search) for part in small) or _product(value, search, True)
    if op in ("clamp", "clamp_max"):
        return _given(value, "max") or bounded_above(args["input"], search)
    if op in ("minimum", "fmin") or (op == "min" and "other" in args):
        return any(args[name].op in _LITERALS or bounded_above(args[name], search) for name in ("input", "other"))
    if op in ("maximum", "fmax") or (op == "max" and "other" in args):
        return all(bounded_above(args[name], search) for name in ("input", "other"))
    if op == "sum":
        return not_positive(args["input"], search) or bounded(args["input"], search)
    if op == "matmul" or op in ("mm", "bmm", "linear", "einsum"):
        return bounded(value, search)
    if op in ("relu", "log", "sqrt", "softplus", "log1p", "elu", "gelu", "silu", "leaky_relu", "pow", "square", "exp"):
        return (op not in ("pow", "square") and bounded_above(args["input"], search)) or bounded(value, search)
    return _through(value, search, bounded_above)


@_question
def bounded_below(value: Value, search: Search) -> bool:
    """Whether no element can be far below zero."""
    op, args = value.op, value.args
    if op in (CONST, SIZE, RANK) or op in _BOTH or op in _BELOW or not_negative(value, search):
        return True
    if op in ("add", "sub", "neg"):
        return all(
            bounded_below(part, search) if sign > 0 else bounded_above(part, search) for sign, part in _parts(value)
        )
    if op in ("mul", "div"):
        return _product(value, search, False)
    if op in ("clamp", "clamp_min"):
        return _given(value, "min") or bounded_below(args["input"], search)
    if op in ("maximum", "fmax") or (op == "max" and "other" in args):
        return any(bounded_below(args[name], search) for name in ("input", "other"))
    return _through(value, search, bounded_below)


@_question
def bounded(value: Value, search: Search) -> bool:
    """Whether all elements lie between two constants."""
    op, args = value.op, value.args
    if op in (CONST, SIZE, RANK) or op in _BOTH:
        return True
    if op in ("clamp", "clip"):
        return _given(value, "min") and _given(value, "max")
    if op in ("matmul", "mm", "bmm"):
        other = args.get("other") or args.get("mat2")
        return other is not None and bounded(args["input"], search) and bounded(other, search)
    if op == "linear":
        return bounded(args["input"], search) and "weight" in args and bounded(args["weight"], search)
    if op == "einsum":
        operands = args.get("operands")
        items = operands.data.content if operands is not None and operands.data is not None else ()
        return bool(items) and all(bounded(item, search) for item in items)
    if op in ("add", "sub", "mul") and "other" in args:
        return bounded(args["input"], search) and bounded(args["other"], search)
    if op in ("neg", "abs", "square", "exp", "relu", "sum"):
        return bounded(args["input"], search)
    if op in ("div", "pow"):
        return bounded(args["input"], search)
    return _through(value, search, bounded)


@_question
def not_negative(value: Value, search: Search) -> bool:
    """Whether all elements are zero or more; an unknown factor beside a known one counts as positive."""
    op, args = value.op, value.args
    if op == CONST:
        return isinstance(value.data, int | float) and value.data >= 0
    if op in (SIZE, RANK) or op in _NOT_NEGATIVE:
        return True
    if op == "pow":
        exponent = args["exponent"]
        even = exponent.op == CONST and isinstance(exponent.data, int | float) and exponent.data % 2 == 0
        return even or not_negative(args["input"], search)
    if op in ("mul", "div"):
        left, right = args["input"], args["other"]
        if left is right:
            return True
        known = [not_negative(part, search) for part in (left, right)]
        unknown = [not _certain_sign(part, search) for part in (left, right)]
        if all(known):
            return True
        if any(one and not _is_number(part) for one, part in zip(known, (left, right), strict=True)):
            return all(one or free for one, free in zip(known, unknown, strict=True))
        return not_positive(left, search) and not_positive(right, search)
    if op == "neg":
        return not_positive(args["input"], search)
    if op in ("add", "maximum") and "other" in args:
        return not_negative(args["input"], search) and not_negative(args["other"], search)
    if op == "sum":
        return not_negative(args["input"], search)
    if op in ("clamp", "clamp_min"):
        low = args.get("min")
        return low is not None and low.op == CONST and isinstance(low.data, int | float) and low.data >= 0
    return _through(value, search, not_negative)


@_question
def not_positive(value: Value, search: Search) -> bool:
    """Whether all elements are zero or less."""
    op, args = value.op, value.args
    if op == CONST:
        return isinstance(value.data, int | float) and value.data <= 0
    if op in _NOT_POSITIVE:
        return True
    if op == "neg":
        return not_negative(args["input"], search)
    if op in ("mul", "div"):
        left, right = args["input"], args["other"]
        for one, other in ((left, right), (right, left)):
            if not_positive(one, search) and not _negative_constant(other):
                return not_negative(other, search) or not (_is_number(one) or _takes_both_signs(other, search))
            if one.op == "neg" and one.args["input"] is other:
                return True
            if one.op == "neg" and not _certain_sign(one.args["input"], search) and not_negative(other, search):
                return not _is_number(other)
        return False
    if op in ("add", "minimum") and "other" in args:
        return not_positive(args["input"], search) and not_positive(args["other"], search)
    if op == "sum":
        return not_positive(args["input"], search)
    return _through(value, search, not_positive)


def _product(value: Value, search: Search, above: bool) -> bool:
    """Whether a product or quotient is bounded above (or below) by the signs of its factors."""
    if (not_positive if above else not_negative)(value, search):
        return True
    left, right = value.args["input"], value.args["other"]
    pairs = [(right, left)] if value.op == "div" else [(left, right), (right, left)]
    for constant, other in pairs:
        if constant.op == CONST and isinstance(constant.data, int | float):
            return (bounded_above if (constant.data >= 0) is above else bounded_below)(other, search)
    if (value.op == "div" and not_negative(right, search)) or right.op in _NOT_KNOWN:
        # Dividing by a temperature keeps a shift's meaning.
        scaled = left.op in ("add", "sub", "neg", "mul", "div") and not _is_number(left)
        return scaled and (bounded_above if above else bounded_below)(left, search)
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


def _parts(value: Value) -> Iterator[tuple[int, Value]]:
    """The signed terms of a sum. One that is very long is left together in part."""
    pending, expanded = [(1, value)], 0
    while pending:
        sign, one = pending.pop()
        if expanded < _MAX_SEARCH and one.op in ("add", "sub", "neg", REFINE) and "alpha" not in one.args:
            expanded += 1
            if "other" in one.args:
                pending.append((-sign if one.op == "sub" else sign, one.args["other"]))
            pending.append((-sign if one.op == "neg" else sign, one.args["input"]))
        else:
            yield sign, one


def _through(value: Value, search: Search, question: Question) -> bool:
    """Ask a question of the operands of an operation that takes its elements from them."""
    op, args = value.op, value.args
    if op == PHI:
        return all(question(one, search) for one in args.values())
    if op == PARAM and search.given is not None:
        given = search.given(value)
        return bool(given) and all(question(one, search) for one in given)
    if op in ("where", "lerp") and "other" in args:
        return question(args["input"], search) and question(args["other"], search)
    if op == "masked_fill":
        return question(args["input"], search)
    if op in ("cat", "stack"):
        items = args["tensors"].data.content if args["tensors"].op in ("py.tuple", "py.list") else ()
        return bool(items) and all(question(item, search) for item in items)
    if op in ("max", "min") and "other" not in args:
        return question(args["input"], search)
    if op in _SELECTIONS or op in (REFINE, ELEMENT):
        return "input" in args and question(args["input"], search)
    return False


def _is_number(value: Value) -> bool:
    """Whether a value is made of constants and sizes only. What takes long to tell isn't known to be."""
    pending, seen = [value], {value}
    while pending and len(seen) < _MAX_SEARCH:
        one = pending.pop()
        if one.op in ("neg", "mul", "div", "add", "sub", "pow", "floor_divide", "remainder"):
            operands = [*one.args.values()]
        elif one.op == CALL:
            callee = one.args.get("callee")
            if callee is None or callee.op != GLOBAL or not callee.data.startswith(("math.", "builtins.", "numpy.")):
                return False
            operands = [operand for name, operand in one.args.items() if name != "callee"]
        elif one.op in (CONST, SIZE, RANK):
            continue
        else:
            return False
        pending += [operand for operand in operands if operand not in seen]
        seen.update(operands)
    return not pending


def _certain_sign(value: Value, search: Search) -> bool:
    return value.op == CONST or not_positive(value, search) or not_negative(value, search)


def _takes_both_signs(value: Value, search: Search) -> bool:
    """Whether a sum is far above and far below zero, for all that is known: it's no scale, whose sign may be assumed."""
    parts = list(_parts(value))
    sure = all(
        _is_number(part) or not (_is_free(part) or _is_cut_off(part) or _holds_maximum(part)) for _, part in parts
    )
    return len(parts) > 1 and sure and not (bounded_below(value, search) or bounded_above(value, search))


def _is_free(value: Value) -> bool:
    """Whether a value isn't known, and is no setting with a number as its default."""
    core = _core(value)
    default = core.data.default if core.op == PARAM else None
    return core.op in _NOT_KNOWN and not (default is not None and _is_number(default))


def _negative_constant(value: Value) -> bool:
    return value.op == CONST and isinstance(value.data, int | float) and value.data < 0


def _given(value: Value, name: str) -> bool:
    bound = value.args.get(name)
    return bound is not None and not (bound.op == CONST and bound.data is None)

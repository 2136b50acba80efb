"""Small numbers inside a logarithm that do no harm.

`log(p + eps)` is wrong where `p` is rounded to 0, and its gradient is 0 there. That doesn't matter where the logarithm is
weighted by `p` itself, as in an entropy, where nothing asks for a gradient, where the small number bounds an inverse, and in
a matrix of pairs, from which something is chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchlint.rewrite.normal import SELECTIONS
from torchlint.rewrite.terms import PRODUCT, SUM
from torchlint.semantics.bounds import names
from torchlint.semantics.gradients import has_no_gradient, records_no_gradients
from torchlint.semantics.values import CONST, ESCAPE, PHI, REFINE, SIZE, SLICE, TUPLE, Value

if TYPE_CHECKING:
    from torchlint.rewrite.find import Found
    from torchlint.rewrite.normal import Terms
    from torchlint.semantics.program import Program

_POINTWISE = frozenset((PHI, REFINE)) | names("neg mul div add sub")
_MAX_SEARCH = 60


def is_harmless(place: Found, terms: Terms, program: Program) -> bool:
    """Whether a match with a small positive number is right as it is. Without gradients an overflow still does harm."""
    small = [name for name, kind in place.variant.kinds.items() if kind == "float"]
    if len(small) != 1:
        return False
    if not place.variant.pair.unbounded:
        if place.root.node is not None and records_no_gradients(place.root.node, place.root.frame, program):
            return True
        tensors = [place.match.bound[name].value for name, kind in place.variant.kinds.items() if kind == "Tensor"]
        if tensors and all(value is not None and has_no_gradient(value) for value in tensors):
            return True
        if place.root.op == "log" and (_bounds_an_inverse(place.root) or _is_a_matrix_of_pairs(place.root)):
            return True
    return _weighs_itself(place, terms, place.match.bound[small[0]].key)


def _weighs_itself(place: Found, terms: Terms, epsilon: int) -> bool:
    """Whether the logarithm is only multiplied by what it's the logarithm of: `p * log(p + eps)` is 0 where `p` is."""
    operand = place.root.args.get("input")
    if operand is None or place.root.op != "log" or place.root.inplace:
        return False
    rest = [part for part in terms.parts(terms.of(operand)) if part[1].key != epsilon]
    weight = terms.sum(rest, None)
    weights = {weight.key, terms.negative(weight).key}
    pending, products = [place.root], 0
    while pending:
        value = pending.pop()
        for use in value.uses:
            if use.op == "neg":
                pending.append(use)
                continue
            if use.op != "mul" or use.args["input"] is use.args.get("other"):
                return False
            other = terms.of(use.args["other"] if use.args["input"] is value else use.args["input"])
            parts = other.args[: other.data] if other.op == PRODUCT else (other,)
            if other.op == SUM and len(other.args) == 1 and other.args[0].op == PRODUCT:
                parts = other.args[0].args[: other.args[0].data]
            if not any(part.key in weights for part in parts):
                return False
            products += 1
    return products > 0


def _bounds_an_inverse(root: Value) -> bool:
    """Whether something is multiplied by `exp(-log(p + eps))`, or divided by `exp(log(p + eps))`: by 1 / eps at most."""
    pending, seen = [(root, 1)], {root}
    while pending and len(seen) < _MAX_SEARCH:
        value, sign = pending.pop()
        for use in value.uses:
            if use in seen:
                continue
            if use.op == "exp":
                if sign < 0 or any(one.op == "div" and one.args.get("other") is use for one in use.uses):
                    return True
            elif use.op in ("neg", PHI, REFINE) or use.op in SELECTIONS:
                seen.add(use)
                pending.append((use, -sign if use.op == "neg" else sign))
    return False


def _is_a_matrix_of_pairs(root: Value) -> bool:
    """Whether the logarithm only goes into matrices of each row with each label, or mask, that functions return as they are.

    A loss is one number, or one a sample; such a matrix holds the costs of a matching.
    """
    pending, seen, returned = [(root, False)], {root}, False
    while pending:
        value, paired = pending.pop()
        for use in value.uses:
            if use in seen:
                continue
            seen.add(use)
            if len(seen) > _MAX_SEARCH:
                return False
            if use.op == ESCAPE and use.data == "return" and paired:
                returned = True
            elif use.op in _POINTWISE or use.op == TUPLE:
                pending.append((use, paired))
            elif not paired and _pairs(use, value):
                pending.append((use, True))
            else:
                return False
    return returned


def _pairs(use: Value, value: Value) -> bool:
    """Whether an operation joins each row of a tensor with each of a list: `p[:, labels]`, or a product of two matrices."""
    if use.op == "getitem" and use.args["input"] is value:
        index = use.args["index"]
        parts: tuple[Value, ...] = index.data.content if index.op == TUPLE else ()
        return len(parts) == 2 and _is_everything(parts[0]) and parts[1].op not in (CONST, SLICE, SIZE)
    if use.op == "einsum":
        equation = use.args.get("equation")
        text = equation.data if equation is not None and equation.op == CONST else None
        left, _, output = text.replace(" ", "").partition("->") if isinstance(text, str) else ("", "", "")
        inputs = left.split(",")
        return len(inputs) == 2 and len(output) == 2 and {*output} == {*inputs[0]} ^ {*inputs[1]}
    return use.op in ("matmul", "mm") and any(one.op in ("t", "T", "mT") for one in use.args.values())


def _is_everything(part: Value) -> bool:
    return part.op == SLICE and all(one.op == CONST and one.data is None for one in part.args.values())

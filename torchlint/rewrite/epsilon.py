"""Small numbers inside a logarithm that do no harm.

`log(p + eps)` is wrong where `p` is rounded to 0, and its gradient is 0 there. That doesn't matter where the logarithm is
weighted by `p` itself, as in an entropy, and where nothing asks for a gradient.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.rewrite.terms import PRODUCT, SUM
from torchlint.semantics.values import CALL, CONST, GLOBAL, LIST, PHI, REFINE, TUPLE, Value

if TYPE_CHECKING:
    from torchlint.rewrite.find import Found
    from torchlint.rewrite.normal import Terms
    from torchlint.semantics.blocks import Blocks
    from torchlint.semantics.program import Program

_WITHOUT_GRADIENTS = frozenset(("torch.no_grad", "torch.inference_mode"))
_CUT = frozenset(("detach", "data"))
_MAX_SEARCH = 60


def is_harmless(place: Found, terms: Terms, blocks: Blocks, program: Program) -> bool:
    """Whether a match with a small positive number is right as it is. Without gradients an overflow still does harm."""
    names = [name for name, kind in place.variant.kinds.items() if kind == "float"]
    if len(names) != 1:
        return False
    if not place.variant.pair.unbounded:
        if place.root.node is not None and _records_no_gradients(place.root.node, blocks, program):
            return True
        tensors = [place.match.bound[name].value for name, kind in place.variant.kinds.items() if kind == "Tensor"]
        if tensors and all(value is not None and has_no_gradient(value) for value in tensors):
            return True
    return _weighs_itself(place, terms, place.match.bound[names[0]].key)


def has_no_gradient(value: Value) -> bool:
    """Whether a tensor surely gives no gradient to what it was computed from: all ways back end at `detach()`."""
    pending, seen = [value], {value}
    found = False
    while pending:
        one = pending.pop()
        if one.op in _CUT:
            found = True
            continue
        if one.op in (CONST, GLOBAL):
            continue
        if one.op in (TUPLE, LIST):
            operands = list(one.data.content)
        elif one.op in (PHI, REFINE) or not one.op.startswith("py."):
            operands = list(one.args.values())
        else:
            return False
        if len(seen) > _MAX_SEARCH:
            return False
        pending += [operand for operand in operands if operand not in seen]
        seen.update(operands)
    return found


def _records_no_gradients(node: ast.AST, blocks: Blocks, program: Program) -> bool:
    """Whether a place is in a `with torch.no_grad():` block, or in a function with such a decorator."""
    for owner, _ in reversed(blocks.path(node)):
        if isinstance(owner, ast.With):
            if any(_turns_gradients_off(item.context_expr, program) for item in owner.items):
                return True
        elif isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
            return any(_turns_gradients_off(decorator, program) for decorator in owner.decorator_list)
    return False


def _turns_gradients_off(expression: ast.expr, program: Program) -> bool:
    callees = [value.args["callee"] for value in program.at(expression) if value.op == CALL and "callee" in value.args]
    return any(callee.op == GLOBAL and callee.data in _WITHOUT_GRADIENTS for callee in callees)


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

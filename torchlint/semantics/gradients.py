"""Where autograd records nothing: blocks and functions without gradients, and tensors that were cut off from theirs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics.values import CALL, CONST, GLOBAL, LIST, PHI, REFINE, TUPLE, Value

if TYPE_CHECKING:
    from torchlint.semantics.blocks import Blocks
    from torchlint.semantics.program import Program

_WITHOUT_GRADIENTS = frozenset(("torch.no_grad", "torch.inference_mode"))
_CUT = frozenset(("detach", "data"))
_MAX_SEARCH = 60


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


def records_no_gradients(node: ast.AST, blocks: Blocks, program: Program) -> bool:
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

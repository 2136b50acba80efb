"""Where autograd records nothing: blocks and functions without gradients, and tensors that were cut off from theirs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics.values import CALL, CONST, GLOBAL, LIST, PHI, REFINE, TUPLE, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Frame
    from torchlint.semantics.program import Program

_PLAIN_MODES = frozenset(("no_grad", "enable_grad"))
_MODES = _PLAIN_MODES | {"inference_mode", "set_grad_enabled"}
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


def records_no_gradients(node: ast.AST, frame: Frame | None, program: Program) -> bool:
    """Whether a frame runs a place without gradients, or perhaps so: the innermost block or decorator that asks, decides."""
    for owner, _ in reversed(program.blocks.path(node)):
        if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
            break
        for item in reversed(owner.items) if isinstance(owner, ast.With) else ():
            made = program.at(item.context_expr)
            recording = _recording(made[0]) if made else None
            if recording is not None:
                return not recording
    while frame is not None and frame.function is None:
        frame = frame.closure  # out of a comprehension
    decorators = frame.function.decorators if frame is not None and frame.function is not None else ()
    found = [recording for one in reversed(decorators) if (recording := _recording(one)) is not None]
    return bool(found) and not found[0]


def runs_with_gradients(node: ast.AST, frame: Frame, program: Program) -> bool:
    """Whether gradients are surely recorded at a place, and at the calls in the file that led to it."""
    return not any(records_no_gradients(place, one, program) for one, place in frame.calls(node))


def _recording(context: Value) -> bool | None:
    """Whether a context or decorator surely lets torch record gradients; None for one that is about something else."""
    called = context.args["callee"] if context.op == CALL else context  # torch takes decorators without a call, too
    package, _, name = called.data.rpartition(".") if called.op == GLOBAL else ("", "", "")
    if not package.startswith("torch") or name not in _MODES:
        return None
    chosen = context.args.get("0", context.args.get("mode")) if context.op == CALL else None
    if chosen is None or name in _PLAIN_MODES:
        return name == "enable_grad"
    if name == "inference_mode" and chosen.op == CONST and chosen.data is False:
        return None  # what is around it decides
    return name == "set_grad_enabled" and chosen.op == CONST and chosen.data is True

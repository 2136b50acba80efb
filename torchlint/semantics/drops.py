"""Dropouts in the methods of modules that don't ask whether the module trains."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.modes import Modes
from torchlint.semantics.values import ATTR, CALL, CONST, INSTANCE, MODULE, PARAM, PHI, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Frame, Function
    from torchlint.semantics.program import Program

_DROPOUTS = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout")
_ATTENTION = "scaled_dot_product_attention"
# Words by which a comment or docstring says that dropout stays on.
_ON_PURPOSE = re.compile(
    r"alway|\beven (in|at|during|when)|inference|evaluation|test[- ]time|monte.carlo|uncertain|determinis|on purpose",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Drop:
    """One call: its method, the layer's construction where it's one, and the parameter that would say when to drop.

    `default` is what torch takes for a missing `training`, `names` are the function's positional parameters.
    """

    node: ast.Call
    method: Function
    layer: ast.Call | None
    parameter: str
    default: bool
    names: tuple[str, ...]


def drops(program: Program, text: str) -> Iterator[Drop]:
    """All dropouts of a file whose mode is left to a default, in the order of the text."""
    found: dict[ast.Call, list[Value]] = {}
    for name in (*_DROPOUTS, _ATTENTION):
        for value in program.values(name):
            if isinstance(value.node, ast.Call) and not {"training", "train"} & value.args.keys():
                found.setdefault(value.node, []).append(value)
    modes = Modes(program)
    kept = {store.value for store in program.stores if store.value.op == MODULE}
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        values = found[node]
        method = _method(values[0].frame)
        if method is None or not all(_drops_always(value, method, kept) for value in values):
            continue
        if not modes.decided(node, method) and not _on_purpose(method, text):
            yield _described(node, values[0], method)


def _described(node: ast.Call, value: Value, method: Function) -> Drop:
    operation = operations.function(f"torch.nn.functional.{value.op}")
    arguments = operation.overloads[0].arguments if operation is not None else ()
    default = any(one.name == "training" and one.default is True for one in arguments)
    layer = value.module.node if value.module is not None and isinstance(value.module.node, ast.Call) else None
    parameter = "dropout_p" if value.op == _ATTENTION else "training"
    return Drop(node, method, layer, parameter, default, tuple(one.name for one in arguments))


def _drops_always(value: Value, method: Function, kept: set[Value]) -> bool:
    """Whether nothing but a default decides when this call drops."""
    if value.form == "module":
        module = value.module
        if module is None or module in kept or module.uses or module.frame is not value.frame:
            return False
        if method.name == "__init__" or (method.cls is not None and method in method.cls.reached_from_init):
            return False
    elif value.form != "function":
        return False
    probability = value.args.get("dropout_p" if value.op == _ATTENTION else "p")
    if probability is None:
        return value.op != _ATTENTION
    return not _is_decided(probability)


def _is_decided(probability: Value) -> bool:
    """Whether a probability may be zero or may depend on the mode."""
    whole = [probability]  # the probability is one of these
    for value in whole:
        if value.op == PHI:
            whole.extend(one for one in value.data if one not in whole)
    if any(value.op == CONST and not value.data for value in whole):
        return True
    pending, seen = whole, set[Value]()
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if value.op == CALL or (
            value.op == PARAM and _method(value.frame) is not None and not _constructs(value.frame)
        ):
            return True
        if value.op == ATTR:
            owner = value.args["input"]
            if value.data == "training" or (owner.op == INSTANCE and value.data in owner.data.unstable):
                return True
        pending.extend(value.data if value.op == PHI else () if value.op in (INSTANCE, MODULE) else value.args.values())
    return False


def _constructs(frame: Frame | None) -> bool:
    return frame is not None and frame.function is not None and frame.function.name == "__init__"


def _method(frame: Frame | None) -> Function | None:
    """The method of a module around a frame, through nested functions and comprehensions; None for anything else."""
    while frame is not None:
        function = frame.function
        if function is not None and function.cls is not None:
            return function if function.kind == "method" and function.cls.is_module else None
        frame = frame.closure
    return None


def _on_purpose(method: Function, text: str) -> bool:
    """Whether a comment or docstring of the class says that dropout stays on."""
    cls = method.cls
    if cls is None:
        return False
    scopes = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if any(_says_so(ast.get_docstring(part) or "") for part in ast.walk(cls.node) if isinstance(part, scopes)):
        return True
    lines = text.splitlines(keepends=True)[cls.node.lineno - 1 : cls.node.end_lineno]
    return any(_says_so(comment) for comment in _comments("".join(lines)))


def _says_so(text: str) -> bool:
    return any("dropout" in part.lower() and _ON_PURPOSE.search(part) for part in re.split(r"\.\s|\n\s*\n", text))


def _comments(text: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.string
    except (tokenize.TokenError, IndentationError):  # a slice of a file whose indentation began outside
        return

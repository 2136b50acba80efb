"""Function definitions: what decorators make of them, their defaults, and whether they are generators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics.frames import Function, FunctionNode
from torchlint.semantics.values import GLOBAL, Value

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

# Decorators that leave a function's arguments and result as they are.
_TRANSPARENT = (
    "torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.jit.", "torch.compile", "torch.compiler.",
    "functools.wraps", "functools.lru_cache", "functools.cache", "abc.", "typing.", "typing_extensions.", "torch.amp.",
    "torch.cuda.amp.", "torch.autocast", "torch._dynamo.", "builtins.staticmethod", "builtins.classmethod", "builtins.property",
    "functools.cached_property", "jaxtyping.", "beartype.",
)  # fmt: skip


def define(it: Interpreter, name: str, node: FunctionNode) -> Function:
    """A function object for a definition that is being run."""
    cls = it.current_class
    closure = it.frame
    function = Function(name, node, closure)
    if cls is not None and closure is cls.frame:
        function.cls, function.kind = cls, "method"
        if closure.closure is not None:
            function.closure = closure.closure
    for decorator in getattr(node, "decorator_list", ()):
        function.decorators.append(it.evaluate(decorator))
        _decorate(function, function.decorators[-1])
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(positional[::-1], arguments.defaults[::-1], strict=False):
        function.defaults[argument.arg] = it.evaluate(default)
    for argument, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if given is not None:
            function.defaults[argument.arg] = it.evaluate(given)
    return function


def _decorate(function: Function, decorator: Value) -> None:
    while decorator.op == "py.call" and "callee" in decorator.args:
        decorator = decorator.args["callee"]
    name = decorator.data if decorator.op == GLOBAL else ""
    if function.cls is not None and name in ("builtins.staticmethod", "builtins.classmethod"):
        function.kind = "static" if name.endswith("staticmethod") else "class"
    elif function.cls is not None and name in ("builtins.property", "functools.cached_property"):
        function.kind = "property"
    if not name.startswith(_TRANSPARENT):
        function.opaque = True


def is_generator(it: Interpreter, node: FunctionNode) -> bool:
    """Whether calling the function gives a generator."""
    if not it.may_yield:
        return False
    found = it.generators.get(node)
    if found is None:
        found = it.generators[node] = not isinstance(node, ast.Lambda) and _yields(node)
    return found


def _yields(node: ast.AST) -> bool:
    pending = list(ast.iter_child_nodes(node))
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(part))
    return False


def trains(it: Interpreter, function: Function | None) -> bool:
    """Whether a function computes gradients itself: `loss.backward()`."""
    if not it.may_train or function is None:
        return False
    found = it.trainers.get(function)
    if found is None:
        found = it.trainers[function] = any(
            isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "backward"
            for one in ast.walk(function.node)
        )
    return found


def is_short(node: FunctionNode, most: int) -> bool:
    """Whether a function has at most so many statements, those inside of others included."""
    if isinstance(node, ast.Lambda):
        return True
    pending: list[ast.AST] = list(node.body)
    count = 0
    while pending and count <= most:
        part = pending.pop()
        count += isinstance(part, ast.stmt)
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            pending.extend(getattr(part, block, ()))
    return count <= most


def is_abstract(function: Function) -> bool:
    """Whether a method has no body to speak of: a subclass, of this file or another, is to give it one."""
    if function.cls is None or isinstance(function.node, ast.Lambda) or function.name.startswith("__"):
        return False
    return all(
        isinstance(one, ast.Pass) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in function.node.body
    )

"""Edits that let each call make a default argument anew.

`def f(x, act=nn.PReLU())` becomes `def f(x, act=None)`, with `if act is None: act = nn.PReLU()` as its first statement.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Edit, Safety

if TYPE_CHECKING:
    from torchlint.context import Context


def made_anew(context: Context, function: ast.AST, name: str, default: ast.expr) -> Draft:
    """Make the default of a parameter in the function's body, where the caller gives none."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return refused("a lambda has no place for it")
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    annotation = next((one.annotation for one in every if one.arg == name), None)
    if annotation is not None and not _allows_none(annotation):
        return refused("make the default None, let the annotation allow it, and build the object in the body")
    text = context.source.segment(default)
    inside = {part.id for part in ast.walk(default) if isinstance(part, ast.Name)}
    bound = {one.arg for one in every} | {
        part.id for part in ast.walk(function) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    if inside & bound or "\n" in text or "\r" in text or "#" in text:
        return refused("make the default None, and build the object in the body")
    if any(_tests_none(part, name) for part in ast.walk(function)):
        return refused("None has a meaning of its own here")
    first = _first_statement(function)
    start = context.source.range(first)[0] if first is not None else 0
    line = max(context.source.text.rfind(end, 0, start) for end in "\n\r") + 1
    indentation = context.source.text[line:start]
    if first is None or first.lineno == function.lineno or indentation.strip():
        return refused("the function's body stands on one line with something else")
    end = "\r\n" if context.source.text[line - 2 : line] == "\r\n" else context.source.text[line - 1]
    step = "\t" if "\t" in indentation else "    "
    made = f"{indentation}if {name} is None:{end}{indentation}{step}{name} = {text}{end}"
    value = context.source.range(default)
    return Draft((Edit(*value, "None"), Edit(line, line, made)), Safety.UNSAFE)


def _first_statement(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt | None:
    """The first statement behind the docstring; decorators count to a definition's place."""
    documented = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if documented else function.body
    decorated = bool(body) and bool(getattr(body[0], "decorator_list", ()))
    return body[0] if body and not decorated else None


def _allows_none(annotation: ast.expr) -> bool:
    return any(
        (isinstance(part, ast.Constant) and part.value is None)
        or getattr(part, "id", getattr(part, "attr", "")) in ("Optional", "Any")
        for part in ast.walk(annotation)
    )


def _tests_none(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name) or node.left.id != name:
        return False
    return any(isinstance(one, ast.Constant) and one.value is None for one in node.comparators)

"""TL104: `super().__init__()` goes from the constructor of a module.

Certain where the class derives from nn.Module alone and has no other way to initialise itself, the call is the first statement
of `__init__`, and a later statement of it, on its outermost level, assigns a layer of torch.nn or a parameter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.mutations.files import File
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("super().__init__()",)
_KEPT = re.compile(r"torch\.nn\.(?!Module\b|Uninitialized)[A-Z]\w+")
_OWN_WAYS = ("__new__", "__setattr__", "__init_subclass__", "__getattribute__")


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The constructors that begin by initialising nn.Module."""
    for owner in file.nodes:
        if not isinstance(owner, ast.ClassDef) or [file.qualified(base) for base in owner.bases] != ["torch.nn.Module"]:
            continue
        methods = {one.name: one for one in owner.body if isinstance(one, ast.FunctionDef)}
        init = methods.get("__init__")
        if init is None:
            continue
        body = init.body[1:] if ast.get_docstring(init, clean=False) is not None else init.body
        if not body or not isinstance(body[0], ast.Expr) or file.text(body[0]) != "super().__init__()":
            continue
        reason = _doubt(file, owner, init, body)
        if reason:
            yield Dropped(reason)
            continue
        line = body[0].lineno
        start, end = file.source.line_starts[line - 1], file.source.line_starts[line]
        place = f"{file.scope(init)}.{init.name} super().__init__()"
        whole = file.source.range(owner)
        yield Mutant("TL104", "call removed", file, place, ((start, end, ""),), (whole,))


def _doubt(file: File, owner: ast.ClassDef, init: ast.FunctionDef, body: list[ast.stmt]) -> str:
    """Why it isn't certain that nothing initialises the module when the call is gone."""
    methods = {one.name for one in owner.body if isinstance(one, ast.FunctionDef)}
    if owner.keywords or owner.decorator_list or init.decorator_list or methods & set(_OWN_WAYS):
        return "the class may have its own way to make objects"
    if sum(isinstance(one, ast.Attribute) and one.attr == "__init__" for one in ast.walk(owner)) != 1:
        return "another __init__ is called"
    if any(_gives_away(file, one) for one in ast.walk(init)):
        return "the object is given to a function"
    if len(body) < 2 or body[1].lineno == body[0].lineno or init.lineno == body[0].lineno:
        return "the call stands on a line with others"
    if not any(_keeps(file, one) for one in body[1:]):
        return "whether it sets a layer or parameter isn't certain"
    if any("Module.__init__" in file.text(base) for base in file.nodes if isinstance(base, ast.Attribute)):
        return "a subclass may initialise it"
    return ""


def _gives_away(file: File, node: ast.AST) -> bool:
    """Whether a call gets `self` as an argument."""
    arguments = [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else []
    return any(isinstance(one, ast.Name) and one.id == "self" for one in arguments)


def _keeps(file: File, statement: ast.stmt) -> bool:
    """Whether a statement is `self.name = nn.Linear(..)` or the like."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    own = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    return own and _KEPT.fullmatch(file.called(statement.value)) is not None

"""Edits that let a constructor initialise nn.Module before it sets what needs that: the call is added, or moved up."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Edit
from torchlint.semantics.classes import MODULE_BASES, ClassModel, attribute_stores, first_parameter
from torchlint.semantics.frames import Function
from torchlint.semantics.initialisation import Unprepared, names_init
from torchlint.semantics.module_kinds import ANY_MODULE
from torchlint.semantics.values import GLOBAL

if TYPE_CHECKING:
    from torchlint.context import Context


def initialising(context: Context, found: Unprepared) -> Draft:
    """Initialise the module in time."""
    node, cls = found.init.node, found.init.cls
    if cls is None or not isinstance(node, ast.FunctionDef):
        return refused("the constructor isn't understood")
    calls = [one for one in ast.walk(node) if names_init(one)]
    return _moved(context, found, node, cls) if calls else _added(context, node, cls)


def _added(context: Context, node: ast.FunctionDef, cls: ClassModel) -> Draft:
    """Call `super().__init__()` first."""
    inherited = _inherited(cls)
    if inherited is not None and _asks(inherited.node.args):
        return refused(
            f"what the `__init__` of {inherited.cls.name if inherited.cls else 'the base'} is to be given isn't known"
        )
    if inherited is None and not all(_takes_nothing(base.data) for base in cls.outside_bases() if base.op == GLOBAL):
        return refused("what the `__init__` of the base is to be given isn't known")
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return _inserted(context, body[0], "super().__init__()")


def _moved(context: Context, found: Unprepared, node: ast.FunctionDef, cls: ClassModel) -> Draft:
    """Move the call that is there in front of the statement that needs it."""
    calls = [one for one in ast.walk(node) if names_init(one)]
    index = next((i for i, one in enumerate(node.body) if _is_call_of_init(one)), None)
    first = next((i for i, one in enumerate(node.body) if _holds(one, found.place)), None)
    if len(calls) != 1 or index is None or first is None:
        return refused("it isn't clear which call initialises the module")
    if index <= first:
        return refused("the `__init__` that is called doesn't initialise nn.Module")
    call, passed = node.body[index], node.body[first:index]
    bound = {name for one in passed for name in _bound(one)}
    stored = {name for _, name in attribute_stores(passed)}
    read = {part.id for part in ast.walk(call) if isinstance(part, ast.Name)}
    attributes = {part.attr for part in ast.walk(call) if isinstance(part, ast.Attribute)}
    if bound & read or stored & attributes:
        return refused("its arguments are made after the attribute is set")
    if _inherited(cls) is not None and (_calls_own(passed, node) or stored & set(_mentioned(cls))):
        return refused("the `__init__` of the base may read what is set before it")
    written = context.concrete.node(call)
    if written is None:
        return refused("the call can't be read")
    deleted = context.edits.delete_statement(written)  # type: ignore[arg-type]
    return _inserted(context, node.body[first], context.source.segment(call)) + deleted


def _inserted(context: Context, before: ast.stmt, text: str) -> Draft:
    """A statement on a line of its own in front of another."""
    start = context.range(before)[0]
    line = context.source.line_starts[context.source.position(start)[0] - 1]
    indentation = context.source.text[line:start]
    if indentation.strip() or getattr(before, "decorator_list", None):
        return refused("there is no line of its own for it")
    return Draft((Edit(start, start, f"{text}{context.source.newline}{indentation}"),))


def _inherited(cls: ClassModel) -> Function | None:
    """The `__init__` that a class of the file inherits from another."""
    return next((model.methods["__init__"] for model in cls.mro()[1:] if "__init__" in model.methods), None)


def _asks(arguments: ast.arguments) -> bool:
    """Whether a method must be given more than its object."""
    positional = [*arguments.posonlyargs, *arguments.args]
    return len(positional) - len(arguments.defaults) > 1 or None in arguments.kw_defaults


def _takes_nothing(base: str) -> bool:
    return base in ANY_MODULE or base in MODULE_BASES or not base.startswith("torch.")


def _is_call_of_init(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and names_init(statement.value.func)
    )


def _holds(statement: ast.stmt, place: ast.AST) -> bool:
    start, end = getattr(place, "lineno", 0), getattr(place, "end_lineno", 0)
    return statement.lineno <= start and end <= (statement.end_lineno or statement.lineno)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def _calls_own(statements: Sequence[ast.stmt], function: ast.FunctionDef) -> bool:
    """Whether statements give away the object, or call a method of it."""
    own = first_parameter(function)
    attributes = {
        node.value
        for one in statements
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    }
    return any(
        isinstance(node, ast.Name) and node.id == own and node not in attributes
        for one in statements
        for node in ast.walk(one)
    )


def _mentioned(cls: ClassModel) -> Iterator[str]:
    """The attributes that the bases of a class name anywhere."""
    for model in cls.mro()[1:]:
        yield from (node.attr for node in ast.walk(model.node) if isinstance(node, ast.Attribute))

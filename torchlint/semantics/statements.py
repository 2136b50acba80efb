"""What each kind of statement does to the state. A handler returns True where control doesn't reach the next statement."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from torchlint.semantics.classes import ClassModel
from torchlint.semantics.containers import container_method, exact_items
from torchlint.semantics.expressions import binary_values
from torchlint.semantics.functions import define
from torchlint.semantics.imports import import_from, import_names
from torchlint.semantics.inplace import called_for_effect, overwritten
from torchlint.semantics.iteration import element_of
from torchlint.semantics.machine import Changes
from torchlint.semantics.values import (
    BINARY,
    BOUND,
    CALL,
    CLASS,
    CONST,
    DROPPED,
    FUNCTION,
    LIST,
    MODULE,
    RANK,
    SHAPE,
    SIZE,
    TUPLE,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

_MAX_UNROLL = 6
_NUMBERS = frozenset((CONST, SIZE, RANK, SHAPE, TUPLE, LIST))


def expression(it: Interpreter, node: ast.Expr) -> bool:
    value = it.evaluate(node.value)
    if value.op == CALL:
        called_for_effect(it, value)
    elif not isinstance(node.value, ast.Constant):
        it.note(DROPPED, value, node)
    return False


def assign(it: Interpreter, node: ast.Assign) -> bool:
    value = it.evaluate(node.value)
    for target in node.targets:
        it.assign(target, value, node)
    return False


def annotated(it: Interpreter, node: ast.AnnAssign) -> bool:
    if node.value is not None:
        it.assign(node.target, it.evaluate(node.value), node)
    return False


def augmented(it: Interpreter, node: ast.AugAssign) -> bool:
    load = _as_load(node.target)
    old = it.evaluate(load)
    operand = it.evaluate(node.value)
    if isinstance(node.op, ast.Add) and (old.op == LIST or (old.op == MODULE and old.data.children is not None)):
        container_method(it, old, "extend", [operand], node)
        return False
    made = binary_values(it, BINARY[type(node.op)], old, operand, node)
    if old.op not in _NUMBERS and made.op != CONST:
        made.inplace = True
        overwritten(it, old, made, certain=old.form in ("function", "module"))
    it.assign(node.target, made, node)
    return False


def _as_load(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return target


def branch(it: Interpreter, node: ast.If) -> bool:
    test = it.evaluate(node.test)
    truth = it.truth(test)
    if truth is not None:
        return it.block(node.body if truth else node.orelse)
    mark = it.mark()
    it.frame.nesting += 1
    it.refine(node.test, True)
    ended_then = it.block(node.body)
    then = it.rewind(mark)
    it.refine(node.test, False)
    ended_else = it.block(node.orelse)
    it.frame.nesting -= 1
    if ended_then:
        return ended_else
    other = it.rewind(mark)
    it.join([then] if ended_else else [then, other], node)
    return False


class Loop:
    """The loop that `break` and `continue` belong to, and the states that left its body early."""

    def __init__(self, start: int) -> None:
        self.start = start  # the journal where the loop began
        self.mark = start  # the journal where the present pass began
        self.breaks: list[Changes] = []
        self.continues: list[Changes] = []


def _pass(
    it: Interpreter, loop: Loop, body: list[ast.stmt], begin: Callable[[], None], may_skip: bool, node: ast.AST
) -> bool:
    """Run a loop's body once and join the ways in which the pass may end. False: another pass would do the same."""
    loop.mark = it.mark()
    loop.continues = []
    begin()
    ended = it.block(body)
    last = it.rewind(loop.mark)
    return it.join(loop.continues + ([] if ended else [last]) + ([{}] if may_skip else []), node)


def _loop(
    it: Interpreter,
    node: ast.For | ast.AsyncFor | ast.While,
    passes: Sequence[Callable[[], None]],
    may_skip: bool,
    repeated: bool = True,
) -> bool:
    """Run a loop's passes, its `else`, and join that with the states in which it was left by `break`."""
    frame = it.frame
    loop = Loop(it.mark())
    frame.loops.append(loop)
    frame.nesting += 1
    for begin in passes:
        if not _pass(it, loop, node.body, begin, may_skip, node) and repeated:
            break
    frame.loops.pop()
    endless = isinstance(node, ast.While) and not may_skip
    ended = endless or it.block(node.orelse)
    frame.nesting -= 1
    if not loop.breaks:
        return ended
    finished = it.rewind(loop.start)
    it.join(loop.breaks + ([] if ended else [finished]), node)
    return False


def for_loop(it: Interpreter, node: ast.For | ast.AsyncFor) -> bool:
    iterable = it.evaluate(node.iter)
    items = exact_items(iterable)
    if items is not None and len(items) <= _MAX_UNROLL:
        passes = [partial(it.assign, node.target, item, node) for item in items]
        return _loop(it, node, passes, False, repeated=False)
    return _loop(it, node, [lambda: it.assign(node.target, element_of(it, iterable, node.target), node)] * 2, True)


def while_loop(it: Interpreter, node: ast.While) -> bool:
    def begin() -> None:
        it.evaluate(node.test)
        it.refine(node.test, True)

    truth = it.truth(it.evaluate(node.test))
    if truth is False:
        return it.block(node.orelse)
    return _loop(it, node, [begin, begin], truth is None)


def leave_loop(it: Interpreter, node: ast.Break | ast.Continue) -> bool:
    if it.frame.loops:
        loop = it.frame.loops[-1]
        if isinstance(node, ast.Break):
            loop.breaks.append(it.snapshot(loop.start))
        else:
            loop.continues.append(it.snapshot(loop.mark))
    return True


def returned(it: Interpreter, node: ast.Return) -> bool:
    value = it.evaluate(node.value) if node.value is not None else it.constant(None, node)
    frame = it.frame
    frame.returns.append(value)
    if frame.caller is None:
        it.escape(value, "return", node)
    if frame.nesting:
        frame.exits.append(it.snapshot(frame.start))
    else:
        frame.returned = True
    return True


def raised(it: Interpreter, node: ast.Raise) -> bool:
    if node.exc is not None:
        it.evaluate(node.exc)
    return True


def asserted(it: Interpreter, node: ast.Assert) -> bool:
    it.evaluate(node.test)
    it.refine(node.test, True)
    return False


def try_block(it: Interpreter, node: ast.Try) -> bool:
    mark = it.mark()
    it.frame.nesting += 1
    ended = it.block(node.body) or it.block(node.orelse)
    body = it.rewind(mark)
    ways: list[Changes] = [] if ended else [body]
    for handler in node.handlers:
        it.join([body, {}], handler)
        if handler.name:
            it.bind(it.frame, handler.name, it.unknown(handler, "exception"))
        handled = it.block(handler.body)
        changes = it.rewind(mark)
        if not handled:
            ways.append(changes)
    it.frame.nesting -= 1
    it.join(ways or [body], node)
    return it.block(node.finalbody) or not ways


def with_block(it: Interpreter, node: ast.With | ast.AsyncWith) -> bool:
    for item in node.items:
        value = it.evaluate(item.context_expr)
        if item.optional_vars is not None:
            it.assign(item.optional_vars, it.value("py.enter", {"input": value}, item.context_expr), node)
    return it.block(node.body)


def match_statement(it: Interpreter, node: ast.Match) -> bool:
    subject = it.evaluate(node.subject)
    mark = it.mark()
    it.frame.nesting += 1
    ways: list[Changes] = []
    complete = False
    for case in node.cases:
        for part in ast.walk(case.pattern):
            captured = getattr(part, "name", None) or getattr(part, "rest", None)
            if isinstance(captured, str):
                it.bind(it.frame, captured, it.value("py.item", {"input": subject}, part))
        if case.guard is not None:
            it.evaluate(case.guard)
        ended = it.block(case.body)
        changes = it.rewind(mark)
        if not ended:
            ways.append(changes)
        complete = complete or (
            isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None
        )
    it.frame.nesting -= 1
    if not complete:
        ways.append({})
    it.join(ways, node)
    return not ways


def deleted(it: Interpreter, node: ast.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            it.unbind(it.frame, target.id)
        elif isinstance(target, ast.Attribute):
            it.assign(target, it.unknown(node, "deleted"), node)
    return False


def declared_global(it: Interpreter, node: ast.Global) -> bool:
    it.frame.globals.update(node.names)
    return False


def function_definition(it: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    function = define(it, node.name, node)
    if any(isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter") for one in node.decorator_list):
        return False  # the name stays the property
    if it.frame.depth == 0:
        it.functions.append(function)
    it.bind(it.frame, node.name, it.value(FUNCTION, None, node, function))
    return False


def class_definition(it: Interpreter, node: ast.ClassDef) -> bool:
    bases = [it.evaluate(base) for base in node.bases if not isinstance(base, ast.Starred)]
    for decorator in node.decorator_list:
        it.evaluate(decorator)
    frame = it.enter(None, it.frame)
    model = ClassModel(node.name, node, bases, frame)
    it.current_class, outer = model, it.current_class
    try:
        it.block(node.body)
    finally:
        it.current_class = outer
        it.leave(frame)
    for name, value in frame.names.items():
        if value.op == FUNCTION and value.data.cls is model:
            model.methods[name] = value.data
        elif value.op != BOUND:
            model.attributes[name] = value
    model.annotated = frozenset(
        part.target.id for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    )
    for base in bases:
        if base.op == CLASS:
            base.data.subclasses.append(model)
    if it.frame.depth == 0:
        it.classes.append(model)
    it.bind(it.frame, node.name, it.value(CLASS, None, node, model))
    return False


def type_alias(it: Interpreter, node: Any) -> bool:
    """`type X = ..`, which Python 3.11 can't parse: its `ast` has no class for it."""
    it.assign(node.name, it.evaluate(node.value), node)
    return False


def nothing(it: Interpreter, node: ast.stmt) -> bool:
    return False


STATEMENTS: dict[type[ast.AST], Callable[[Interpreter, Any], bool]] = {
    ast.Expr: expression,
    ast.Assign: assign,
    ast.AnnAssign: annotated,
    ast.AugAssign: augmented,
    ast.If: branch,
    ast.For: for_loop,
    ast.AsyncFor: for_loop,
    ast.While: while_loop,
    ast.Break: leave_loop,
    ast.Continue: leave_loop,
    ast.Return: returned,
    ast.Raise: raised,
    ast.Assert: asserted,
    ast.Try: try_block,
    ast.TryStar: try_block,
    ast.With: with_block,
    ast.AsyncWith: with_block,
    ast.Match: match_statement,
    ast.Delete: deleted,
    ast.Global: declared_global,
    ast.Nonlocal: nothing,
    ast.Pass: nothing,
    ast.Import: import_names,
    ast.ImportFrom: import_from,
    ast.FunctionDef: function_definition,
    ast.AsyncFunctionDef: function_definition,
    ast.ClassDef: class_definition,
}
if sys.version_info >= (3, 12):
    STATEMENTS[ast.TypeAlias] = type_alias

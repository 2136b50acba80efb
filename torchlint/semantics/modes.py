"""Which code runs in training only: a question about the text around a place, and about what calls it.

A test counts as one for training where it reads a name, attribute or string that says so (`self.training`, `mode ==
"train"`, `is_eval`). What such a test lets through isn't computed: code under one is taken to be its author's decision.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from torchlint.semantics.frames import Function
from torchlint.semantics.program import Program

_MODE = re.compile(r"train|eval|infer|test|determin|predict", re.IGNORECASE)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LEAVES = (ast.Return, ast.Continue, ast.Break, ast.Raise)
# Methods that Lightning calls in training only (documentation of Lightning 2).
_TRAINING_METHODS = frozenset(("training_step", "train_step", "training_epoch_end", "on_train_batch_start"))


class Modes:
    """The tests for training of one file."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def decided(self, node: ast.AST, method: Function) -> bool:
        """Whether a test for training decides if a place in a method runs, there or where the file calls the method."""
        if method.name in _TRAINING_METHODS or self._guarded(node):
            return True
        return any(self._guarded(call) for call in self._calls.get(method.name, ()))

    @cached_property
    def _calls(self) -> dict[str, list[ast.Call]]:
        """All calls of methods, by the method's name."""
        found: dict[str, list[ast.Call]] = {}
        for node in self._program.nodes(ast.Call):
            if isinstance(node.func, ast.Attribute):
                found.setdefault(node.func.attr, []).append(node)
        return found

    def _guarded(self, node: ast.AST) -> bool:
        function = self._method(node)
        known = set(_named_modes(function)) if function is not None else set[str]()
        child = node
        for parent in self._within_class(node):
            tests: Sequence[ast.expr] = ()
            if isinstance(parent, ast.If | ast.IfExp | ast.While) and child is not parent.test:
                tests = (parent.test,)
            elif isinstance(parent, ast.BoolOp) and isinstance(child, ast.expr):
                tests = parent.values[: parent.values.index(child)]
            if any(_asks(test, known) for test in tests):
                return True
            if isinstance(child, ast.stmt):
                block = self._program.places.block(child)
                if any(_leaves_for_mode(one, known) for one in block[: block.index(child)]):
                    return True
            child = parent
        return False

    def _method(self, node: ast.AST) -> ast.AST | None:
        """The outermost function around a place, up to the class."""
        return next((one for one in reversed(self._within_class(node)) if isinstance(one, _SCOPES)), None)

    def _within_class(self, node: ast.AST) -> list[ast.AST]:
        """The nodes around a place up to the class, innermost first."""
        return list(
            itertools.takewhile(lambda one: not isinstance(one, ast.ClassDef), self._program.places.around(node))
        )


def _leaves_for_mode(statement: ast.stmt, known: set[str]) -> bool:
    leaves = isinstance(statement, ast.If) and any(
        block and isinstance(block[-1], _LEAVES) for block in (statement.body, statement.orelse)
    )
    return leaves and isinstance(statement, ast.If) and _asks(statement.test, known)


def _asks(test: ast.expr, known: set[str]) -> bool:
    return any(bool(_MODE.search(word)) or word in known for word in words(test))


def words(node: ast.AST) -> Iterator[str]:
    """The names, attributes and strings in an expression."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _named_modes(function: ast.AST) -> Iterator[str]:
    """Names that the function binds to what a test for training gives (`active = self.training and p > 0`)."""
    kinds = (ast.BoolOp, ast.Attribute, ast.UnaryOp, ast.Compare)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, kinds) and _asks(node.value, set()):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))

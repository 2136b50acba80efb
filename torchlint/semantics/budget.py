"""The work that one function, or one statement of the module, may cost: loops and calls can multiply it without end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

# Statements run, those of calls and of every pass of a loop included.
MAX_STATEMENTS = 3000
MAX_STATEMENTS_OF_MODULE = 10_000  # a whole script may stand under one `if`
MAX_VALUES = 24_000  # values made
MAX_INHERITED = 800  # methods of a file that are analysed again on objects of subclasses


class Budget(Exception):
    """The work allowed ran out."""


def run_module(it: Interpreter) -> None:
    """Run the module's statements. One that costs too much leaves what it may have bound unknown."""
    for statement in it.tree.body:
        it.begin()
        try:
            if it.block([statement]):
                return
        except Budget:
            it.unfinished = True
            it.frame = it.module_frame
            it.frame.loops.clear()
            it.frame.nesting = 0
            for name in _bound_names(statement):
                it.bind(it.frame, name, it.unknown(statement, "budget"))


def _bound_names(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]

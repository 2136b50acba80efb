"""Which statements have surely run when another one runs."""

from __future__ import annotations

import ast
from bisect import bisect_right
from functools import cached_property

Path = tuple[tuple[ast.AST, str], ...]


class Blocks:
    """The blocks of a file: for each place, the branches and loops around it."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree

    @cached_property
    def _entries(self) -> tuple[list[tuple[int, int]], list[Path]]:
        """Where each statement begins, in order, and its blocks."""
        found: list[tuple[tuple[int, int], Path]] = []
        _collect(self._tree.body, (), found)
        found.sort(key=lambda entry: entry[0])
        return [start for start, _ in found], [path for _, path in found]

    def path(self, node: ast.AST) -> Path:
        """The blocks that enclose the statement of a node, outermost first."""
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        starts, paths = self._entries
        index = bisect_right(starts, place) - 1
        return paths[index] if index >= 0 else ()

    def caught(self, node: ast.AST) -> bool:
        """Whether the code goes on in an `except` clause where this node raises, or tests that it raises."""
        return any(field == "body" and (_handles(owner) or _expects(owner)) for owner, field in self.path(node))

    def surely_ran(self, first: ast.AST, later: ast.AST) -> bool:
        """Whether the statement of `first` runs whenever that of `later` does (or will, if nothing is raised)."""
        path = self.path(first)
        return self.path(later)[: len(path)] == path


def _handles(owner: ast.AST) -> bool:
    return isinstance(owner, ast.Try) and bool(owner.handlers)


def _expects(owner: ast.AST) -> bool:
    """`with pytest.raises(..):`, `with self.assertRaises(..):`."""
    if not isinstance(owner, ast.With | ast.AsyncWith):
        return False
    calls = [item.context_expr.func for item in owner.items if isinstance(item.context_expr, ast.Call)]
    return any(
        isinstance(call, ast.Attribute) and call.attr in ("raises", "assertRaises", "assertRaisesRegex")
        for call in calls
    )


def _collect(body: list[ast.stmt], path: Path, found: list[tuple[tuple[int, int], Path]]) -> None:
    pending: list[tuple[list[ast.stmt], Path]] = [(body, path)]
    while pending:
        statements, around = pending.pop()
        for statement in statements:
            found.append(((statement.lineno, statement.col_offset), around))
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(statement, field, None)
                if isinstance(inner, list) and inner:
                    pending.append((inner, (*around, (statement, field))))
            for number, part in enumerate((*getattr(statement, "handlers", ()), *getattr(statement, "cases", ()))):
                pending.append((part.body, (*around, (statement, f"{number}"))))
                if isinstance(part, ast.ExceptHandler):  # what it catches is evaluated outside of the `try`
                    found.append(((part.lineno, part.col_offset), around))

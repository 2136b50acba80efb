"""Which statements have surely run when another one runs."""

from __future__ import annotations

import ast
from bisect import bisect_right

Path = tuple[tuple[ast.AST, str], ...]


class Blocks:
    """The blocks of a file: for each place, the branches and loops around it."""

    def __init__(self, tree: ast.Module) -> None:
        self._starts: list[tuple[int, int]] = []
        self._paths: list[Path] = []
        found: list[tuple[tuple[int, int], Path]] = []
        _collect(tree.body, (), found)
        for start, path in sorted(found, key=lambda entry: entry[0]):
            self._starts.append(start)
            self._paths.append(path)

    def path(self, node: ast.AST) -> Path:
        """The blocks that enclose the statement of a node, outermost first."""
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        index = bisect_right(self._starts, place) - 1
        return self._paths[index] if index >= 0 else ()

    def surely_ran(self, first: ast.AST, later: ast.AST) -> bool:
        """Whether the statement of `first` runs whenever that of `later` does (or will, if nothing is raised)."""
        path = self.path(first)
        return self.path(later)[: len(path)] == path


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

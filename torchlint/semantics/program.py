"""What the interpreter gives: a file's value graph, its classes and functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torchlint.semantics.classes import ClassModel, Store
    from torchlint.semantics.frames import Frame, Function
    from torchlint.semantics.values import Value


@dataclass(slots=True)
class Program:
    """What is known of a file: its values by operation, its classes and functions, and where analysis gave up."""

    tree: ast.Module
    by_op: dict[str, list[Value]]
    classes: list[ClassModel]
    functions: list[Function]
    stores: list[Store]
    module_frame: Frame
    cut: list[Function] = field(default_factory=list)  # functions that ran out of budget
    failures: list[tuple[str, int, BaseException]] = field(default_factory=list)
    _at: dict[ast.AST, list[Value]] | None = None

    def values(self, op: str) -> list[Value]:
        """All results of an operation, in the order in which they were made."""
        return self.by_op.get(op, [])

    def at(self, node: ast.AST) -> list[Value]:
        """All values that a node made: one for each way in which it was reached."""
        if self._at is None:
            self._at = {}
            for values in self.by_op.values():
                for value in values:
                    if value.node is not None:
                        self._at.setdefault(value.node, []).append(value)
        return self._at.get(node, [])

"""What the interpreter gives: a file's value graph, its classes and functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from torchlint.semantics.blocks import Blocks
from torchlint.syntax.places import Places

if TYPE_CHECKING:
    from torchlint.semantics.classes import ClassModel, Store
    from torchlint.semantics.frames import Frame, Function
    from torchlint.semantics.values import Value


Node = TypeVar("Node", bound=ast.AST)


@dataclass(slots=True)
class Program:
    """What is known of a file: its values by operation, its classes and functions, and where analysis gave up."""

    tree: ast.Module
    by_op: dict[str, list[Value]]
    classes: list[ClassModel]
    functions: list[Function]
    stores: list[Store]
    module_frame: Frame
    frames: list[Frame] = field(default_factory=list)
    cut: list[Function] = field(default_factory=list)  # functions that ran out of budget
    failures: list[tuple[str, int, BaseException]] = field(default_factory=list)
    unfinished: bool = False  # whether code outside of functions ran out of budget
    _at: dict[ast.AST, list[Value]] | None = None
    _nodes: dict[type[ast.AST], list[Any]] = field(default_factory=dict)
    _places: Places | None = None
    _blocks: Blocks | None = None

    def values(self, op: str) -> list[Value]:
        """All results of an operation, in the order in which they were made."""
        return self.by_op.get(op, [])

    def nodes(self, kind: type[Node]) -> list[Node]:
        """The file's syntax nodes of a kind (`ast.Call`, not `ast.expr`), outer ones first."""
        if not self._nodes:
            pending: list[ast.AST] = [self.tree]
            for node in pending:  # as ast.walk does, in a third of its time
                self._nodes.setdefault(type(node), []).append(node)
                for name in node._fields:
                    part = getattr(node, name, None)
                    if isinstance(part, ast.AST):
                        pending.append(part)
                    elif isinstance(part, list):
                        pending += [one for one in part if isinstance(one, ast.AST)]
        return self._nodes.get(kind, [])

    @property
    def places(self) -> Places:
        """The parents of the file's syntax nodes."""
        if self._places is None:
            self._places = Places(self.tree)
        return self._places

    @property
    def blocks(self) -> Blocks:
        """The branches and loops around the file's statements."""
        if self._blocks is None:
            self._blocks = Blocks(self.tree)
        return self._blocks

    def release(self) -> None:
        """Take the graph apart, when nobody will ask again.

        Values lead to their uses and these back to them; without the links Python frees them at once, and the garbage
        collector, which would have to visit them all, needs not.
        """
        for values in self.by_op.values():
            for value in values:
                value.uses.clear()
                value.args.clear()
                value.memo = value.data = None
        for frame in self.frames:
            frame.names.clear()
            frame.history.clear()
            frame.returns.clear()
            frame.exits.clear()
            frame.function = frame.closure = frame.caller = frame.self_value = None
        for model in self.classes:
            model.methods.clear()
            model.self_value, model.reached_from_init = None, frozenset()
        self.by_op, self._at, self._nodes, self._places, self._blocks = {}, None, {}, None, None

    def at(self, node: ast.AST) -> list[Value]:
        """All values that a node made: one for each way in which it was reached."""
        if self._at is None:
            self._at = {}
            for values in self.by_op.values():
                for value in values:
                    if value.node is not None:
                        self._at.setdefault(value.node, []).append(value)
        return self._at.get(node, [])

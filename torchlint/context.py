"""What a rule gets to see of one file: its text, both trees, the value graph and the facts. Built on first use."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from torchlint.rule import Because, Finding, Fix, Group, Rule
from torchlint.source import Source

if TYPE_CHECKING:
    import libcst as cst

    from torchlint.edits import Edits
    from torchlint.semantics.facts import Facts
    from torchlint.semantics.program import Program
    from torchlint.settings import Settings
    from torchlint.syntax.concrete import Concrete


class Context:
    """One file, as rules see it."""

    def __init__(self, source: Source, tree: ast.Module, settings: Settings, *, gate: bool = True) -> None:
        self.source = source
        self.tree = tree
        self.settings = settings
        self.gate = gate  # whether words that the text doesn't hold may spare work
        # What several rules compute together, by a key of theirs. It ends with the file, unlike a table of a module.
        self.shared: dict[object, object] = {}

    @cached_property
    def program(self) -> Program:
        """The file's value graph, classes and functions."""
        from torchlint.semantics.interpreter import interpret

        text = self.source.text if self.gate else None
        return interpret(self.tree, text, strict=bool(os.environ.get("TORCHLINT_STRICT")))

    @cached_property
    def facts(self) -> Facts:
        """Shapes, strides, dtypes and devices of the program's values."""
        from torchlint.semantics.facts import Facts

        return Facts(self.program)

    @cached_property
    def concrete(self) -> Concrete:
        """LibCST nodes for the places a rule looks at. Importing LibCST is slow, so a file without candidates never does."""
        from torchlint.syntax.concrete import Concrete

        return Concrete(self.source, self.tree)

    @cached_property
    def edits(self) -> Edits:
        """Builders of edits to the file's text."""
        from torchlint.edits import Edits

        return Edits(self.source, self.tree, self.concrete)

    def release(self) -> None:
        """Give back what was computed. Nothing can be asked afterwards."""
        if "program" in self.__dict__:
            self.program.release()
        self.__dict__.clear()

    def finding(
        self,
        rule: Rule,
        node: ast.AST | cst.CSTNode,
        message: str,
        *,
        because: Iterable[Because] = (),
        fix: Fix | None = None,
        withheld: str = "",
        group: Group | None = None,
    ) -> Finding:
        """A finding of `rule` at `node`; `group` replaces the rule's own where the evidence is weaker or stronger."""
        start, end = self.range(node)
        line, column = self.source.position(start)
        end_line, end_column = self.source.position(end)
        return Finding(
            code=rule.code,
            name=rule.name,
            group=rule.group if group is None else group,
            message=message,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            because=tuple(dict.fromkeys(because)),
            fix=fix,
            withheld=withheld,
        )

    def because(self, node: ast.AST | cst.CSTNode, text: str) -> Because:
        """A piece of evidence: what the code at `node` does."""
        line, column = self.source.position(self.range(node)[0])
        return Because(line, column, text)

    def range(self, node: ast.AST | cst.CSTNode) -> tuple[int, int]:
        """The character offsets of a node of either tree."""
        return self.source.range(node) if isinstance(node, ast.AST) else self.concrete.range(node)

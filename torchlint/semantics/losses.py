"""Calls of losses: which value is the target, how the code writes it, and where its dtype comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.values import PHI, Value

if TYPE_CHECKING:
    import libcst as cst

    from torchlint.context import Context


@dataclass(frozen=True, slots=True)
class LossCall:
    """A call of a loss at one place of the text, with all ways in which it is reached."""

    node: ast.Call
    values: tuple[Value, ...]

    @property
    def name(self) -> str:
        """What the code calls, as it writes it: `self.criterion`, `F.cross_entropy`."""
        return ast.unparse(self.node.func)

    def parameters(self) -> tuple[str, ...]:
        """The names of the call's positional arguments."""
        value = self.values[0]
        if value.module is not None:
            kind = operations.module(value.module.data.name)
            return kind.inputs if kind is not None else ()
        operation = operations.function(f"torch.nn.functional.{value.op}")
        return operation.overloads[0].names if operation is not None else ()

    def certain(self, wrong: Iterable[Value]) -> list[Value]:
        """Those of the `wrong` results that don't hang on which of several losses is called.

        Where a flag chooses the loss, it often chooses what the target is, too. So all alternatives must be wrong.
        """
        known = list(wrong)
        return [value for value in known if all(other in known for other in self._alternatives(value))]

    def _alternatives(self, value: Value) -> Iterator[Value]:
        for use in value.uses:
            if use.op == PHI and use.node is self.node:
                yield from use.data

    def argument(self, context: Context, name: str) -> cst.BaseExpression | None:
        """The expression that the call passes for a parameter; None where that isn't clear from the call alone."""
        import libcst as cst

        call = context.concrete.node(self.node)
        if not isinstance(call, cst.Call):
            return None
        found, _ = context.edits.argument(call, name, self.parameters())
        return found.value if found is not None else None


def loss_calls(context: Context, names: Iterable[str]) -> Iterator[LossCall]:
    """The calls of these losses, in the order of the text."""
    found: dict[ast.Call, list[Value]] = {}
    for name in names:
        for value in context.program.values(name):
            if isinstance(value.node, ast.Call) and "input" in value.args and "target" in value.args:
                found.setdefault(value.node, []).append(value)
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        yield LossCall(node, tuple(found[node]))

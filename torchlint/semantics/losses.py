"""Calls of losses: which values they take, how the code writes them, and what their inputs went through."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.values import PHI, Value

if TYPE_CHECKING:
    import libcst as cst

    from torchlint.context import Context
    from torchlint.rule import Because


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

    def certain_of(self, context: Context, ops: Collection[str], scores: bool = False) -> list[Value]:
        """The results of these operations that the call certainly gets as its input, changes of shape aside.

        Each way of reaching the call counts for itself, and all that the input may hold there must be such a result.
        `scores`: results of layers that give scores of either sign count too.
        """
        outputs = context.facts.outputs
        found: dict[Value, tuple[Value, ...]] = {}
        for value in self.values:
            sources = outputs.sources(value.args["input"])
            if sources and all(one.op in ops or (scores and outputs.is_score(one)) for one in sources):
                found[value] = sources
        return list(dict.fromkeys(one for value in self.certain(found) for one in found[value]))

    def written(self, context: Context, name: str = "input") -> str:
        """An argument as the code writes it, for a message."""
        written = self.argument(context, name)
        return f"`{context.edits.text(written)}`" if written is not None else f"the {name}"

    def because(self, context: Context, activations: Iterable[Value], word: str) -> list[Because]:
        """Where activations are applied, or made, and where the loss is made, as far as that isn't the call itself."""
        places: dict[ast.AST, None] = {}
        for one in activations:
            made = one.module.node if one.module is not None else None
            for node in (one.node, made):
                if node is not None and not self._holds(node):
                    places[node] = None
        modules = (value.module.node for value in self.values if value.module is not None)
        losses = dict.fromkeys(
            node for node in modules if isinstance(node, ast.Call) and node.lineno != self.node.lineno
        )
        return [
            *(context.because(node, f"{word} here") for node in places),
            *(context.because(node, "the loss is made here") for node in losses if node not in places),
        ]

    def _holds(self, node: ast.AST) -> bool:
        """Whether a node is an argument of the call, or part of one."""
        return any(one is node for argument in self.node.args for one in ast.walk(argument))

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

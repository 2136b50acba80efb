"""Parameters whose data a forward pass replaces by what other parameters compute: those get no gradient.

`weight.data = value` is unknown to autograd. A projection (`renorm`, `clamp`) or a moving average, which start from the
parameter's own numbers, want that; so does a start that happens once, in a branch.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from torchlint.semantics.blocks import Blocks
from torchlint.semantics.devices import has_parameters, tensor_operands
from torchlint.semantics.dtypes import Dtypes
from torchlint.semantics.frames import Frame
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    CONST,
    ELEMENT,
    ESCAPE,
    ITEM,
    MODULE,
    MUTATED,
    PARAMETER,
    PHI,
    REFINE,
    REPLACED,
    Value,
)

_PASSES: Final = frozenset((REFINE, MUTATED, ITEM, ELEMENT))
_WITHOUT_GRADIENT: Final = ("no_grad", "inference_mode", "set_grad_enabled")
_MAX_VALUES: Final = 300


@dataclass(frozen=True, slots=True)
class Cut:
    """A statement that gives a parameter the data which `learned`, another parameter or a layer's call, has a part in."""

    statement: ast.Assign
    target: ast.Attribute
    learned: Value


def cuts(program: Program, blocks: Blocks, dtypes: Dtypes) -> list[Cut]:
    """All such statements that run in each forward pass, in the order of the text."""
    found: dict[ast.AST, Cut] = {}
    replaced: dict[ast.AST | None, list[Value]] = {}
    for note in program.values(REPLACED):
        replaced.setdefault(note.node, []).append(note.args["input"])
    for escape in program.values(ESCAPE):
        node, value, frame = escape.node, escape.args.get("input"), escape.frame
        if escape.data != "data" or value is None or frame is None or node in found:
            continue
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Attribute):
            continue
        owners = [one for one in replaced.get(node, ()) if _is_parameter(one)]
        if not owners or not _always(frame, node, blocks):
            continue
        learned = _learned(value, owners, dtypes)
        if learned is not None:
            found[node] = Cut(node, node.targets[0], learned)
    return sorted(found.values(), key=lambda one: (one.statement.lineno, one.statement.col_offset))


def _is_parameter(value: Value) -> bool:
    """Whether a value is a parameter, of the class itself or of a layer of torch.nn."""
    if value.op == ATTR:
        owner = value.args.get("input")
        return value.data in ("weight", "bias") and owner is not None and owner.op == MODULE
    return value.op == PARAMETER


def _always(frame: Frame, node: ast.AST, blocks: Blocks) -> bool:
    """Whether each forward pass runs a statement, and records gradients there."""
    here: Frame | None = frame
    while here is not None and here.function is not None:
        path = list(blocks.path(node))
        owners = [owner for owner, _ in path]
        inner = path[owners.index(here.function.node) + 1 :] if here.function.node in owners else path
        if any(not isinstance(owner, ast.With) or _turns_off(owner.items) for owner, _ in inner):
            return False
        if any(word in ast.unparse(one) for one in _decorators(here.function.node) for word in _WITHOUT_GRADIENT):
            return False
        if here.function.name == "forward":
            return True
        if here.call is None:
            return False
        node, here = here.call, here.caller
    return False


def _decorators(function: ast.AST) -> list[ast.expr]:
    return getattr(function, "decorator_list", [])


def _turns_off(items: list[ast.withitem]) -> bool:
    return any(word in ast.unparse(item.context_expr) for item in items for word in _WITHOUT_GRADIENT)


def _learned(value: Value, owners: list[Value], dtypes: Dtypes) -> Value | None:
    """What is trained and has a part in a value, if the parameter's own numbers have none."""
    learned: Value | None = None
    pending, seen = [(value, True)], {value}
    while pending:
        one, records = pending.pop(0)
        if len(seen) > _MAX_VALUES or one in owners:
            return None
        if one.op == PARAMETER:
            learned = (learned or one) if records and _trains(one) else learned
            continue
        records = records and one.op not in ("detach", "data") and dtypes.category(one) not in ("integer", "bool")
        if records and one.module is not None and has_parameters(one.module):
            learned = learned or one
        for part in _parts(one):
            if part not in seen:
                seen.add(part)
                pending.append((part, records))
    return learned


def _parts(value: Value) -> Iterator[Value]:
    if value.op == PHI:
        yield from value.data
    elif value.op in _PASSES:
        yield from (value.args[name] for name in ("input",) if name in value.args)
    elif not value.op.startswith("py."):
        yield from tensor_operands(value)


def _trains(parameter: Value) -> bool:
    flag = parameter.args.get("requires_grad")
    return flag is None or (flag.op == CONST and flag.data is True)

"""How a file uses the objects of torch.nn that it makes: their calls, names, parameters, and ways out of sight."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from enum import Enum

from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    CALL,
    CHOICE,
    COMPARE,
    DICT,
    ESCAPE,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    MODULE,
    PHI,
    RANK,
    SET,
    SHAPE,
    SIZE,
    TUPLE,
    Value,
)

# Operations that look at a tensor without reading its elements.
METADATA = frozenset((COMPARE, RANK, SHAPE, SIZE, "dtype", "device", "is_cuda", "layout"))
# Attributes of a module whose use neither calls it nor replaces a part of it.
_PLAIN = frozenset(
    ("weight", "bias", "in_channels", "out_channels", "in_features", "out_features", "kernel_size", "stride", "padding",
     "dilation", "groups", "padding_mode", "training", "parameters", "named_parameters", "buffers", "named_buffers",
     "state_dict", "modules", "named_modules", "__class__")
)  # fmt: skip
_LOOKING = frozenset(
    f"builtins.{name}" for name in ("isinstance", "issubclass", "print", "type", "len", "hasattr", "id", "repr", "str")
)
_CONTAINERS = frozenset((LIST, TUPLE, SET, DICT, PHI, CHOICE, MODULE))


class Touch(Enum):
    """What a file does with a parameter of one module."""

    NONE = "nothing"
    SET = "sets its values or flags, as initialisation does"
    READ = "computes with it, or replaces it"


class Usage:
    """Answers for one program. Values that stand for one module are compared by identity."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._results: dict[Value, list[Value]] = {}
        for values in program.by_op.values():
            for value in values:
                if value.module is not None:
                    self._results.setdefault(value.module, []).append(value)

    def made(self, names: Collection[str]) -> dict[ast.Call, list[Value]]:
        """The modules of these classes by the call that makes them: several where it is reached in several ways."""
        found: dict[ast.Call, list[Value]] = {}
        for value in self._program.values(MODULE):
            if value.data.name in names and isinstance(value.node, ast.Call):
                found.setdefault(value.node, []).append(value)
        return found

    def results(self, module: Value) -> list[Value]:
        """What calls of a module give."""
        return self._results.get(module, [])

    def name(self, module: Value) -> str:
        """The user's own name for a module ("self.conv1"), else its class ("Conv2d")."""
        for store in self._program.stores:
            if store.value is module:
                return f"self.{store.name}"
        if module.frame is not None:
            for name, events in module.frame.history.items():
                if any(held is module for _, held in events):
                    return name
        return str(module.data.name).rpartition(".")[2]

    def may_be_called_elsewhere(self, module: Value) -> bool:
        """Whether the module goes where calls of it can't be seen: to an unknown function, or out of a container."""
        pending, seen = [module], {module}
        while pending:
            value = pending.pop()
            for use in value.uses:
                if use.op in _CONTAINERS:
                    if use not in seen:
                        seen.add(use)
                        pending.append(use)
                elif not _is_harmless(use, value):
                    return True
        return False

    def touch(self, module: Value, parameter: str) -> Touch:
        """What the file does with a parameter of this module, as far as it reaches it by name."""
        touch = Touch.NONE
        for use in module.uses:
            if use.op == ESCAPE and use.data == parameter and use.args.get("owner") is module:
                return Touch.READ
            if use.op == ATTR and use.data == parameter:
                if _is_computed_with(use.uses, use):
                    return Touch.READ
                touch = Touch.SET
        return touch


def _is_harmless(use: Value, value: Value) -> bool:
    if use.op == ATTR:
        return use.data in _PLAIN
    if use.op == CALL:
        callee = use.args.get("callee")
        return callee is value or (callee is not None and callee.op == GLOBAL and callee.data in _LOOKING)
    if use.op == ESCAPE:
        return use.data == "return" or use.args.get("owner") is value
    return use.op in (INSTANCE, COMPARE, "py.class", "py.refine") or (use.op == ITEM and not use.uses)


def _is_computed_with(uses: Iterable[Value], parameter: Value) -> bool:
    for use in uses:
        if use.op in METADATA or use.op.startswith("init_") or use.op == "requires_grad":
            continue
        if use.op in ("data", "detach"):
            if _is_computed_with(use.uses, use):
                return True
        elif use.op == CALL and use.args["callee"].op == GLOBAL and use.args["callee"].data in _LOOKING:
            continue
        elif use.op == "py.phi":
            if _is_computed_with(use.uses, use):
                return True
        elif not (use.inplace and use.args.get("input") is parameter):
            return True
    return False

"""What a module does about devices while it runs: attributes that each call copies, new tensors that are left on the host,
and devices that are written into the code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from torchlint.semantics import operations
from torchlint.semantics.classes import Store, file_stores
from torchlint.semantics.devices import Device, Devices, has_parameters, is_factory, tensor_operands
from torchlint.semantics.evidence import is_forward, is_tensor
from torchlint.semantics.frames import Frame
from torchlint.semantics.inplace import is_view
from torchlint.semantics.left_behind import Attributes, LeftBehind, is_parameter, moves_itself
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    BUFFER,
    CALL,
    CONST,
    ELEMENT,
    INSTANCE,
    ITEM,
    LIST,
    MODULE,
    MUTATED,
    PARAM,
    PARAMETER,
    PHI,
    REFINE,
    TUPLE,
    Value,
)

_FROM_DATA: Final = ("tensor", "as_tensor", "asarray", "from_numpy")
_SAME: Final = frozenset((PHI, REFINE, MUTATED, ITEM, ELEMENT))
# Operations that copy a tensor to another one's device, and the argument that they copy.
_COPIES: Final = {"to": "input", "type_as": "input", "as_tensor": "data"}
_MAX_VALUES: Final = 100


@dataclass(frozen=True, slots=True)
class Copied:
    """A call, made by `to` or `type_as`, that copies an attribute of the host to the module's device each time."""

    call: Value
    attribute: LeftBehind


@dataclass(frozen=True, slots=True)
class Stranded:
    """A tensor that a forward pass makes on the host, and the operation in which it meets one that follows the module.

    `near`: the name of a tensor on the module's device, in the function that makes it; empty where there is none.
    `only`: whether that operation is all that it's used for.
    """

    factory: Value
    meeting: Value
    near: str
    only: bool


class Moves:
    """Answers for the modules of one program."""

    def __init__(self, program: Program, devices: Devices, rank: Callable[[Value], int | None]) -> None:
        self._program = program
        self._devices = devices
        self._attributes = Attributes(program, devices, rank)
        self._conditional: dict[ast.AST, set[ast.Call]] = {}  # the calls of a function that run on a condition

    def copied(self) -> list[Copied]:
        """The attributes that a forward pass moves each time, with the first call that does, in the order of the text."""
        calls = [call for op in _COPIES for call in self._program.values(op) if self._runs_in_forward(call)]
        if not calls:
            return []
        stores: dict[Value, list[Store]] = {}
        by_name: dict[tuple[object, str], list[Store]] = {}
        kept: set[Value] = set()
        for store in self._program.stores:
            stores.setdefault(store.value, []).append(store)
            by_name.setdefault((store.instance, store.name), []).append(store)
            kept.update(store.value.data if store.value.op == PHI else (store.value,))
        outside = file_stores(self._program.tree)[0]
        found: dict[tuple[ast.AST, str], Copied] = {}
        for call in calls:
            for held in _sources(call.args[_COPIES[call.op]]):
                for store in stores.get(held, ()):
                    every = by_name[store.instance, store.name]
                    if store.instance is not _owner(call.frame):
                        continue  # the same tensor, as another object's attribute
                    if call in kept or store.name in outside or not all(map(self._is_plain, every)):
                        continue
                    place = (store.instance.cls.node, store.name)
                    if place in found or moves_itself(store.instance.cls, store.name):
                        continue
                    found[place] = Copied(call, LeftBehind(store.name, store.instance.cls, every, []))
        return sorted(found.values(), key=lambda one: _place(one.call))

    def _is_plain(self, store: Store) -> bool:
        """Whether a constructor stores a tensor of the host that is no parameter."""
        value = store.value
        return (
            store.instance.cls.is_module is True
            and self._devices.constructing(store.frame)
            and self._devices.of(value) == Device.HOST
            and is_tensor(value) is True
            and not is_parameter(value)
        )

    def _runs_in_forward(self, call: Value) -> bool:
        moved = call.op != "to" or _is_moved(call)
        return moved and self._in_forward(call.frame) and self._devices.of(call) == Device.FOLLOWS

    def _in_forward(self, frame: Frame | None) -> bool:
        """Whether a frame runs in a module's forward pass, or in a step of training."""
        root = frame.root if frame is not None else None
        if root is None or root.function is None or root.self_value is None or self._devices.constructing(frame):
            return False
        owner = root.self_value
        return is_forward(root.function.name) and owner.op == INSTANCE and owner.data.cls.is_module is True

    def _constructs(self, frame: Frame | None) -> bool:
        """Whether a frame runs while a module is constructed."""
        owner = frame.root.self_value if frame is not None else None
        known = owner is not None and owner.op == INSTANCE and owner.data.cls.is_module is True
        return known and self._devices.constructing(frame)

    def stranded(self) -> list[Stranded]:
        """The tensors that a forward pass makes on the host and mixes with others, in the order of the text."""
        found: dict[ast.AST, Stranded] = {}
        for op, values in self._program.by_op.items():
            if op.startswith("py.") or not (op in _FROM_DATA or is_factory(op)):
                continue
            for value in values:
                if value.node is None or value.node in found or not self._in_forward(value.frame):
                    continue
                if not {"device", "out"}.isdisjoint(value.args):
                    continue
                if self._devices.of(value) == Device.HOST:
                    meeting = self._meeting(value)
                    if meeting is not None:
                        found[value.node] = Stranded(value, meeting, self._near(value), _only(value, meeting))
        return sorted(found.values(), key=lambda one: _place(one.factory))

    def _meeting(self, start: Value) -> Value | None:
        """The first operation in which a new tensor, or what is computed from it, meets one that follows the module."""
        pending: list[tuple[Value, Value | None]] = [(start, None)]
        seen = {start}
        while pending and len(seen) < _MAX_VALUES:
            value, alternative = pending.pop(0)
            for use in value.uses:
                if use in seen:
                    continue
                seen.add(use)
                users = [one for one in use.uses if not one.op.startswith("py.")] if use.op in (LIST, TUPLE) else [use]
                for user in users:
                    if _is_moved(user) or (user.op == PHI and not self._is_one_device(user)):
                        continue
                    if not user.op.startswith("py.") and self._clashes(user, value, alternative):
                        return user
                    if (not user.op.startswith("py.") or user.op in _SAME) and self._devices.of(user) == Device.HOST:
                        seen.add(user)
                        known = alternative if alternative is not None else value
                        pending.append((user, known if user.op == PHI else None))
        return None

    def _is_one_device(self, joined: Value) -> bool:
        """Whether no alternative may be a tensor on a device that isn't known: the code asked where it should be."""
        return all(
            is_tensor(one) is False or self._devices.of(one) != Device.UNKNOWN for one in joined.data if one.op != CONST
        )

    def _clashes(self, use: Value, value: Value, alternative: Value | None) -> bool:
        """Whether `value`, on the host, meets a tensor in `use` that surely follows the module.

        An argument behind the first may be on the host by intention, as lengths are; what shows that it isn't is another
        operation with a tensor that follows.
        """
        other = self._attributes.clash(use, value, alternative)
        if other is None:
            return False
        pending, seen = [other], {other}
        while pending and len(seen) < _MAX_VALUES:
            one = pending.pop()
            if one.op == MODULE or one.op in (PARAMETER, BUFFER) or has_parameters(one.module):
                return True
            if one.op == PARAM and (_is_first(one) or self._meets_another(one, use)):
                return True
            device = one.args.get("device")
            parts = (*one.args.values(), *(device.args.values() if device is not None else ()))
            new = [part for part in parts if part not in seen and self._devices.of(part) == Device.FOLLOWS]
            seen.update(new)
            pending += new
        return False

    def _meets_another(self, parameter: Value, apart_from: Value) -> bool:
        return any(
            operand is not parameter and self._devices.of(operand) == Device.FOLLOWS and is_tensor(operand)
            for use in parameter.uses
            if use is not apart_from and not use.op.startswith("py.")
            for operand in tensor_operands(use)
        )

    def _near(self, value: Value) -> str:
        """A name in the function that makes a tensor, for another one that is where it should be."""
        frame = value.frame
        if frame is None:
            return ""
        for name in frame.history:
            held = frame.lookup_at(name, value.time)
            if held is not None and is_tensor(held) and self._devices.of(held) == Device.FOLLOWS:
                return name
        return ""

    def fixed(self) -> Iterator[Value]:
        """Calls in a module's constructor or forward pass that name a GPU, on no condition."""
        seen: set[ast.AST] = set()
        calls = [*self._program.values("cuda"), *(one for one in self._program.values(CALL) if _moves(one))]
        for op, values in self._program.by_op.items():
            if op == "to" or (not op.startswith("py.") and (op in _FROM_DATA or is_factory(op))):
                calls += [one for one in values if _is_gpu(one.args.get("device"))]
        for call in calls:
            if call.node is None or call.node in seen or not isinstance(call.node, ast.Call):
                continue
            if call.op == "cuda" and not _is_default(call.args.get("device")):
                continue
            if self._in_forward(call.frame) or self._constructs(call.frame):
                seen.add(call.node)
                if not self._is_conditional(call):
                    yield call

    def _is_conditional(self, call: Value) -> bool:
        """Whether a call runs on a condition of its function: it may ask whether there is a GPU."""
        frame = call.frame
        scope: ast.AST = frame.function.node if frame is not None and frame.function is not None else self._program.tree
        inside = self._conditional.get(scope)
        if inside is None:
            inside = self._conditional[scope] = _conditional_calls(scope)
        return call.node in inside


def _owner(frame: Frame | None) -> object:
    """The object whose method is running, or called the function that runs."""
    while frame is not None and frame.self_value is None:
        frame = frame.caller
    return frame.self_value.data if frame is not None and frame.self_value is not None else None


def _sources(value: Value) -> Iterator[Value]:
    """A tensor, and those that it's a part of: all that they may be."""
    yield from value.data if value.op == PHI else (value,)
    while value.op == "getitem" or is_view(value.op):
        value = value.args["input"]
        yield from value.data if value.op == PHI else (value,)


def takes_device(op: str) -> bool:
    """Whether a call of a factory may say on which device the tensor is made."""
    operation = operations.function(f"torch.{op}")
    return (
        operation is not None
        and any("device" in overload.accepts for overload in operation.overloads)
        and op[0].islower()
    )


def _only(start: Value, meeting: Value) -> bool:
    """Whether a tensor, and what is computed from it, is used for one operation only."""
    value = start
    while len(value.uses) == 1:
        value = value.uses[0]
        if value is meeting:
            return True
    return False


def _is_moved(value: Value) -> bool:
    """Whether a value is a tensor that was put where another one is."""
    return value.op in ("type_as", "cpu") or (value.op == "to" and not {"device", "other"}.isdisjoint(value.args))


def _is_first(parameter: Value) -> bool:
    """Whether a parameter is the first behind `self`."""
    function = parameter.frame.function if parameter.frame is not None else None
    arguments = function.node.args if function is not None else None
    names = [*arguments.posonlyargs, *arguments.args] if arguments is not None else []
    return len(names) > 1 and names[1] is parameter.node


def _moves(call: Value) -> bool:
    if call.data == "method cuda":
        return len(call.args) == 1
    return call.data == "method to" and any(_is_gpu(one) for name, one in call.args.items() if name in ("0", "device"))


def _is_gpu(device: Value | None) -> bool:
    if device is None:
        return False
    if device.op == CALL and "0" in device.args and getattr(device.args.get("callee"), "data", "") == "torch.device":
        return _is_gpu(device.args["0"])
    return device.op == CONST and isinstance(device.data, str) and device.data.startswith("cuda")


def _is_default(device: Value | None) -> bool:
    return device is None or (device.op == CONST and device.data in (None, 0, "cuda", "cuda:0"))


def _conditional_calls(scope: ast.AST) -> set[ast.Call]:
    """The calls in a function that run on a condition, or in a `try`."""
    found: set[ast.Call] = set()
    pending = [(part, False) for part in ast.iter_child_nodes(scope)]
    while pending:
        node, conditional = pending.pop()
        if conditional and isinstance(node, ast.Call):
            found.add(node)
        conditional = conditional or isinstance(node, ast.If | ast.IfExp | ast.Try | ast.While)
        pending += [(part, conditional) for part in ast.iter_child_nodes(node)]
    return found


def _place(value: Value) -> tuple[int, int]:
    return getattr(value.node, "lineno", 0), getattr(value.node, "col_offset", 0)

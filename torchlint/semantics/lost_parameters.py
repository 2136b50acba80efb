"""Parameters that nn.Module doesn't see: in plain containers, or turned into plain tensors by an operation.

`nn.Parameter(x).to(device)` gives a new tensor where it moves, and `nn.Parameter(x) * 0.1` always does. The new tensor has
a history, so it isn't registered, and the parameter that it was made from is kept nowhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

from torchlint.semantics import unregistered
from torchlint.semantics.classes import Instance, Store
from torchlint.semantics.devices import Device, Devices, tensor_operands
from torchlint.semantics.dtypes import Dtypes
from torchlint.semantics.evidence import is_tensor
from torchlint.semantics.frames import Frame
from torchlint.semantics.ops.base import words
from torchlint.semantics.ops.type_table import ELEMENTS
from torchlint.semantics.program import Program
from torchlint.semantics.unregistered import Holders, constructing, looks, mentions, takes_care
from torchlint.semantics.values import (
    ATTR,
    BUFFER,
    CALL,
    CONST,
    DICT,
    ELEMENT,
    ESCAPE,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    METHOD,
    MODULE,
    MUTATED,
    PARAMETER,
    PARTIAL,
    PHI,
    REFINE,
    SET,
    TUPLE,
    Value,
)

# What may give back the tensor that it was given (measured with torch 2.13: tests/semantics/test_lost_parameters.py).
MAY_GIVE_ITSELF: Final = frozenset(
    words(
        "contiguous sum_to_size positive conj conj_physical resolve_conj resolve_neg real atleast_1d atleast_2d atleast_3d "
        "flatten cpu dequantize to_dense type_as local_response_norm dropout dropout1d dropout2d dropout3d alpha_dropout "
        "feature_alpha_dropout feature_dropout native_dropout rrelu identity cartesian_prod broadcast_tensors"
    )
)
_CONVERTS: Final = frozenset(("to", "type", "float", "double", "half", "bfloat16", "cfloat", "cdouble", "chalf"))
_ELSEWHERE: Final = frozenset(("cuda", "xpu", "ipu", "hpu", "mtia"))
_WITHOUT_GRADIENT: Final = frozenset(("detach", "data"))
_SAME: Final = frozenset((REFINE, MUTATED))
_PARTS: Final = frozenset((ITEM, ELEMENT))
_KEEPS: Final = frozenset((LIST, TUPLE, SET, DICT, MODULE, INSTANCE, PARAMETER, BUFFER, PARTIAL))
_GRADIENT: Final = frozenset(("grad", "retain_grad", "register_hook", "is_leaf"))
BY_HAND: Final = unregistered.BY_HAND | _GRADIENT | frozenset(("add_param_group", "param_groups"))
# Functions of torch that are given parameters to train, or to ask for their gradients.
_TRAINS: Final = ("torch.optim.", "torch.autograd.", "torch.nn.utils.", "torch.func.")
_MAX_DEPTH: Final = 30


class Change(IntEnum):
    """Whether a value is still the parameter that it was made from."""

    NONE = 0
    PERHAPS = 1  # an operation made a new tensor if there was something to do
    SURELY = 2


@dataclass(frozen=True, slots=True)
class Lost:
    """An attribute whose tensor was made from a parameter by an operation: `changed` gave the first new tensor."""

    store: Store
    parameter: Value
    changed: Value
    certain: bool


class Parameters(Holders):
    """The parameters of a program, and who holds them."""

    registers = frozenset(("register_parameter", "__setattr__", "setattr"))

    def __init__(self, program: Program, dtypes: Dtypes) -> None:
        super().__init__(program)
        self._dtypes = dtypes
        self._made_from: dict[Value, Value] = {}  # of what is put in a container

    @cached_property
    def _devices(self) -> Devices:
        return Devices(self.program)

    def sources(self) -> Iterable[Value]:
        """All parameters, and what constructors make of them."""
        for parameter in self.program.values(PARAMETER):
            yield parameter
            if constructing(parameter.frame):
                yield from self._derived(parameter)

    def has_state(self, value: Value, depth: int = 0) -> bool:
        """All parameters are state."""
        return True

    def gives(self, call: Value, value: Value) -> bool:
        """Whether a call may register or train what it gets."""
        if not any(one is value for name, one in call.args.items() if name != "callee"):
            return False
        callee = call.args.get("callee")
        name = callee.data if callee is not None and callee.op in (GLOBAL, ATTR, METHOD) else ""
        # A trailing underscore is torch's sign for a function that changes a tensor's numbers, and nothing else.
        if looks(call) or name.endswith("_"):
            return False
        return name.startswith(_TRAINS) or not _in_forward(call.frame)

    def cared_for(self, value: Value, depth: int = 0) -> bool:
        """Whether a parameter is registered somewhere, or somebody takes care of it by hand."""
        made_from = self._made_from.get(value)
        if made_from is not None and self.cared_for(made_from, depth + 1):
            return True
        if super().cared_for(value, depth):
            return True
        for use in value.uses:
            if use.op in (ATTR, METHOD) and use.data in _GRADIENT:
                return True
            if use.op == ESCAPE and (use.data == "registered" or _handed_out(use)):
                return True
            if self._same(use, value) and depth < _MAX_DEPTH and self.cared_for(use, depth + 1):
                return True
        return False

    def goes_elsewhere(self, container: Value) -> bool:
        """Whether a container of parameters is given to something that may register or train them."""
        return super().goes_elsewhere(container) or any(map(_handed_out, container.uses))

    def lost(self) -> list[Lost]:
        """Every attribute that holds a tensor made from a parameter which nothing registers, in the order of the text."""
        if not self.program.values(PARAMETER):
            return []
        groups: dict[tuple[Instance, str], list[Store]] = {}
        for store in self.program.stores:
            if store.instance.cls.is_module:
                groups.setdefault((store.instance, store.name), []).append(store)
        found: dict[tuple[ast.AST, str], Lost | None] = {}
        for stores in groups.values():
            for store in stores:
                place = (store.node, store.name)
                one = self._examine_lost(store, stores)
                if one is None and constructing(store.frame):
                    found[place] = None
                elif one is not None:
                    found.setdefault(place, one)
        return sorted((one for one in found.values() if one is not None), key=lambda one: one.store.node.lineno)  # type: ignore[attr-defined]

    def is_read(self, store: Store, tree: ast.AST) -> bool:
        """Whether something other than the constructor reads an attribute of this name."""
        cls = store.instance.cls
        made = [
            m.node
            for one in cls.mro()
            for m in one.methods.values()
            if m.name == "__init__" or m in cls.reached_from_init
        ]
        own = {node for method in made for node in mentions(method, store.name)}
        return any(isinstance(node.ctx, ast.Load) and node not in own for node in mentions(tree, store.name))

    def _examine_lost(self, store: Store, stores: list[Store]) -> Lost | None:
        if not all(constructing(one.frame) and not _is_parameter(one.value) for one in stores):
            return None
        if isinstance(store.node, ast.Call):  # register_parameter refuses it
            return None
        origin = self._origin(store.value)
        if origin is None or origin[2] is Change.NONE:
            return None
        parameter, changed, change = origin
        if not _trains(parameter) or self._kept(parameter, store.value) or self._by_hand(store.value):
            return None
        if takes_care(store.instance.cls, store.name, self.registers):
            return None
        return Lost(store, parameter, changed, change is Change.SURELY)

    def _origin(self, value: Value, depth: int = 0) -> tuple[Value, Value, Change] | None:
        """The parameter that a value is, or was made from; the operation that changed it; and whether it did."""
        if depth > _MAX_DEPTH or value.op in _WITHOUT_GRADIENT:
            return None
        if value.op == PARAMETER:
            return value, value, Change.NONE
        if value.op == PHI:
            known = [one for one in (self._origin(one, depth + 1) for one in value.data) if one is not None]
            return max(known, key=lambda one: one[2], default=None)
        if value.inplace or value.op in _SAME or value.op in _PARTS:
            source = value.args.get("input")
            if value.op == "requires_grad" or source is None:
                return None if source is None or _is_off(value.args.get("mode")) else self._origin(source, depth + 1)
            return self._origin(source, depth + 1)
        if value.op.startswith("py."):
            return None
        # What an operation with several results gives is a tuple, and its items are tensors.
        if value.op != "getitem" and is_tensor(value) is not True and value.op not in ELEMENTS:
            return None
        if self._dtypes.category(value) in ("integer", "bool"):
            return None
        for operand in tensor_operands(value):
            made = self._origin(operand, depth + 1)
            if made is None:
                continue
            parameter, changed, change = made
            own = self.change(value, operand)
            return (parameter, changed, change) if change >= own else (parameter, value, own)
        return None

    def change(self, value: Value, parameter: Value) -> Change:
        """Whether an operation on a parameter gives a new tensor."""
        if value.op in MAY_GIVE_ITSELF:
            return Change.NONE
        if value.op in _ELSEWHERE:
            return Change.SURELY if self._on_host(parameter) else Change.NONE
        if value.op not in _CONVERTS:
            return Change.SURELY
        before, after = self._dtypes.dtype(parameter), self._dtypes.dtype(value)
        if before is not None and after is not None and before != after:
            return Change.SURELY
        if value.op != "to" or not self._on_host(parameter):
            return Change.NONE
        dtype, device = value.args.get("dtype"), value.args.get("device") or value.args.get("other")
        name = _device_name(device) if device is not None else None
        if name is not None and not name.startswith("cpu"):
            return Change.SURELY
        # `.to(other.device)` may be where it was made already; a dtype isn't told from a device without its value.
        unknown = [
            one for one in (dtype if after is None else None, device if name is None else None) if one is not None
        ]
        told_later = any(one.op not in (ATTR, METHOD) and is_tensor(one) is not True for one in unknown)
        return Change.PERHAPS if told_later else Change.NONE

    def _on_host(self, value: Value) -> bool:
        """Whether nothing says that a parameter was made elsewhere than on the host."""
        while "input" in value.args and value.op in (PARAMETER, *_SAME):
            value = value.args["input"]
        return is_tensor(value) is not True or self._devices.of(value) == Device.HOST

    def _kept(self, parameter: Value, stored: Value) -> bool:
        """Whether the parameter itself is kept or taken care of."""
        pending, seen = [parameter], {parameter}
        while pending:
            value = pending.pop()
            for use in value.uses:
                if use.op == ESCAPE or (use.op == CALL and self.gives(use, value)):
                    return True
                if use.op in (ATTR, METHOD) and use.data in _GRADIENT:
                    return True
                if use is stored or use in seen:
                    continue
                if use.op == PHI or self._same(use, value):
                    seen.add(use)
                    pending.append(use)
                elif use.op in _KEEPS and not _is_operand(use):
                    return True
        return False

    def _same(self, use: Value, value: Value) -> bool:
        """Whether a use of a parameter is still that parameter."""
        inplace = use.inplace and use.args.get("input") is value
        return use.op in _SAME or inplace or (use.op in MAY_GIVE_ITSELF and use.args.get("input") is value)

    def _by_hand(self, value: Value) -> bool:
        """Whether somebody asks for the gradient of a stored tensor, or gives it to an optimizer."""
        for use in value.uses:
            if use.op in (ATTR, METHOD) and use.data in _GRADIENT:
                return True
            callee = use.args.get("callee") if use.op == CALL else None
            if callee is not None and callee.op == GLOBAL and callee.data.startswith(_TRAINS):
                return True
            if use.op in (LIST, TUPLE) and self.goes_elsewhere(use):
                return True
        return False

    def _derived(self, parameter: Value) -> Iterator[Value]:
        """A parameter after what a constructor does to it, and new tensors that it makes of it."""
        pending, seen = [parameter], {parameter}
        while pending:
            for use in pending.pop().uses:
                if use in seen or not constructing(use.frame) or (use.op.startswith("py.") and use.op not in _SAME):
                    continue
                seen.add(use)
                pending.append(use)
                origin = self._origin(use)
                if origin is not None and origin[0] is parameter:
                    self._made_from[use] = parameter
                    yield use


def lost_parameter(value: Value, depth: int = 0) -> Value | None:
    """The parameter to be trained that a tensor is, or was made from, where that is kept nowhere."""
    if depth > _MAX_DEPTH or value.op in _WITHOUT_GRADIENT:
        return None
    if value.op == PARAMETER:
        return value if _trains(value) and not any(use.op == ESCAPE for use in value.uses) else None
    if value.op == PHI:
        found = (lost_parameter(one, depth + 1) for one in value.data)
    elif value.inplace or value.op in _SAME or value.op in _PARTS:
        found = (lost_parameter(value.args[name], depth + 1) for name in ("input",) if name in value.args)
    elif value.op.startswith("py."):
        return None
    else:
        found = (lost_parameter(one, depth + 1) for one in tensor_operands(value))
    return next((one for one in found if one is not None), None)


def _is_operand(container: Value) -> bool:
    """Whether a list or tuple is only given to operations of torch."""
    uses = container.uses
    return container.op in (LIST, TUPLE) and bool(uses) and all(not use.op.startswith("py.") for use in uses)


def _handed_out(use: Value) -> bool:
    """Whether a use returns a value to a caller that isn't known, from a method that constructs nothing."""
    return use.op == ESCAPE and use.data == "return" and not constructing(use.frame)


def _in_forward(frame: Frame | None) -> bool:
    """Whether a frame runs in a forward pass: elsewhere a call may set up the training."""
    while frame is not None:
        if frame.function is not None and frame.function.name == "forward":
            return True
        frame = frame.caller if frame.caller is not None or frame.function is not None else frame.closure
    return False


def _is_parameter(value: Value) -> bool:
    while value.inplace and "input" in value.args:
        value = value.args["input"]
    return value.op == PARAMETER


def _trains(parameter: Value) -> bool:
    """Whether a parameter surely asks for gradients."""
    flag = parameter.args.get("requires_grad")
    return flag is None or (flag.op == CONST and flag.data is True)


def _is_off(mode: Value | None) -> bool:
    return mode is not None and not (mode.op == CONST and mode.data is True)


def _device_name(device: Value) -> str | None:
    """The name of a device that is written out: `"cuda:0"`, `torch.device("cpu")`."""
    if device.op == CALL:
        callee = device.args.get("callee")
        if callee is None or callee.op != GLOBAL or callee.data != "torch.device":
            return None
        device = device.args.get("0") or device.args.get("device") or device
    return device.data if device.op == CONST and isinstance(device.data, str) else None

"""On which device a tensor is, as far as a module that moves is concerned.

*host*: made without a device that follows the module. *follows*: parameters, buffers, what the caller passes to
`forward`, and what is computed from these. Anything else is unknown. While a module is constructed, everything
is still on the host; what its constructor computes from parameters stays there.

The rules are torch's: a result is on the device of its operands, `out.copy_(x)`, `out[i:j] = x` and indices cross
devices, a tensor without dimensions mixes with every device (docs/source/notes/cuda.rst of torch: "Cross-GPU operations
are not allowed by default, with the exception of copy_() and other methods with copy-like functionality").
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Final

from torchlint.semantics import kinds, operations
from torchlint.semantics.classes import ClassModel, Store, file_stores
from torchlint.semantics.evidence import SAME_DEVICE, is_annotated, is_forward, is_tensor
from torchlint.semantics.frames import Frame, Function
from torchlint.semantics.ops.base import words
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    BUFFER,
    CALL,
    CONST,
    DICT,
    ELEMENT,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    METHOD,
    MODULE,
    MUTATED,
    PARAM,
    PARAMETER,
    PHI,
    REFINE,
    SET,
    SUPER,
    TUPLE,
    Value,
)

_MAX_DEPTH: Final = 150
_MAX_STEPS: Final = 100


class Device(StrEnum):
    """Where a tensor is; see the module's documentation."""

    HOST = "host"
    FOLLOWS = "follows"
    UNKNOWN = "unknown"


# The result is on the device of the operand named here, whatever the others are.
_LIKE: Final = dict.fromkeys(
    words(
        "getitem setitem copy index_put expand_as view_as reshape_as type data detach zeros_like ones_like "
        "full_like empty_like rand_like randn_like randint_like new_zeros new_ones new_full new_empty "
        "new_tensor"
    ),
    "input",
) | {"type_as": "other"}
_SEQUENCES_OF_TENSORS: Final = frozenset(("tensors", "operands", "arrays", "matrices", "hx"))
_ELSEWHERE: Final = frozenset(("cuda", "xpu", "ipu", "mps", "hpu", "mtia", "to_mkldnn"))
_CONTAINERS: Final = frozenset((LIST, TUPLE, SET))


class Devices:
    """Answers for the values of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[Value, Device] = {}
        self._constructing: dict[Frame, bool] = {}
        self._outside: frozenset[str] | None = None
        callees = [value.args["callee"] for value in program.values(CALL) if "callee" in value.args]
        called = {callee.data for callee in callees if callee.op == GLOBAL}
        self._default_changed = any(
            name.startswith("torch.set_default_") and "dtype" not in name for name in called
        ) or ("torch.device" in called and _sets_device(program))

    def of(self, value: Value, depth: int = 0) -> Device:
        """The device of a value; unknown for what is no tensor."""
        found = self._known.get(value)
        if found is None:
            if depth > _MAX_DEPTH:
                return Device.UNKNOWN
            self._known[value] = Device.UNKNOWN  # what an answer asks of itself
            found = self._known[value] = self._compute(value, depth + 1)
        return found

    def constructing(self, frame: Frame | None) -> bool:
        """Whether a frame runs while a module is constructed."""
        if frame is None:
            return False
        found = self._constructing.get(frame)
        if found is None:
            found = self._constructing[frame] = self._is_constructing(frame)
        return found

    def _is_constructing(self, frame: Frame) -> bool:
        function = frame.function
        if function is not None and function.name == "__init__":
            return function.cls is not None
        if frame.caller is not None:
            return self.constructing(frame.caller)
        owner = frame.self_value
        if function is None or function.name == "forward" or owner is None or owner.op != INSTANCE:
            return False
        return function in owner.data.cls.reached_from_init

    def _compute(self, value: Value, depth: int) -> Device:
        op = value.op
        if not op.startswith("py."):
            return self._operation(value, depth)
        if op == PARAM:
            return self._parameter(value)
        if op in (PARAMETER, BUFFER):
            return Device.FOLLOWS
        if op == PHI:
            return self._joined(value, depth)
        if op in (REFINE, MUTATED, ITEM, ELEMENT):
            return self.of(value.args["input"], depth)
        if op == ATTR:
            return self._attribute(value, depth)
        if op == CALL:
            return self._call(value, depth)
        if op in _CONTAINERS or op == DICT:
            return self._agreed([self.of(item, depth) for item in contained(value)])
        return Device.UNKNOWN

    def _parameter(self, value: Value) -> Device:
        """A parameter of `forward` or the like: the caller passes what is on the module's device."""
        frame = value.frame
        function = frame.root.function if frame is not None else None
        if frame is None or function is None or function.cls is None or function.kind == "static":
            return Device.UNKNOWN
        owner = frame.root.self_value
        cls: ClassModel = owner.data.cls if owner is not None and owner.op == INSTANCE else function.cls
        if not cls.is_module:
            return Device.UNKNOWN
        if self.constructing(frame):
            return Device.HOST if is_annotated(value) and not self._is_placed(value, function) else Device.UNKNOWN
        return Device.FOLLOWS if _takes_inputs(cls, function.name) else Device.UNKNOWN

    def _is_placed(self, parameter: Value, function: Function) -> bool:
        """Whether the file itself passes a constructor a tensor that is not, or not always, on the host."""
        name = parameter.data.name
        for frame in {store.frame for store in self._program.stores if store.frame.function is function}:
            if frame.caller is None or not frame.history.get(name):
                continue
            passed = frame.history[name][0][1]
            if passed is not None and passed.op != PARAM and is_tensor(passed) and self.of(passed) != Device.HOST:
                return True
        return False

    def _joined(self, value: Value, depth: int) -> Device:
        """One of several. Where one is on the host and is no other's source, the host is a place where it may be."""
        alternatives = [one for one in value.data if one.op != CONST]
        found = [self.of(one, depth) for one in alternatives]
        if len(set(found)) == 1:
            return found[0]
        if Device.HOST not in found or any(one.op == ATTR and one.args["input"].op == INSTANCE for one in alternatives):
            return Device.UNKNOWN
        if self.constructing(value.frame):  # a parameter in one branch, a plain tensor in the other
            return Device.UNKNOWN if Device.UNKNOWN in found else Device.HOST
        host = [one for one, device in zip(alternatives, found, strict=True) if device == Device.HOST]
        return Device.UNKNOWN if any(_derived(one, host) for one in alternatives if one not in host) else Device.HOST

    def _attribute(self, value: Value, depth: int) -> Device:
        owner, name = value.args["input"], value.data
        if name == "grad":
            return self.of(owner, depth)
        if owner.op == MODULE:
            kind = operations.module(owner.data.name)
            return Device.FOLLOWS if kind is not None and name in kind.parameters | kind.buffers else Device.UNKNOWN
        if owner.op != INSTANCE:
            return Device.UNKNOWN
        base = owner.data.cls.outside_base("torch.nn.")
        kind = operations.module(base) if base is not None else None
        if kind is not None and name in kind.parameters | kind.buffers:
            return Device.FOLLOWS
        later = [store for store in self._program.stores if store.name == name and store.instance is owner.data]
        later = [store for store in later if not self.constructing(store.frame)]
        if not later or name in self._stored_outside() or any(map(by_forward, later)):
            return Device.UNKNOWN
        harmless = all(self.of(one.value, depth) == Device.HOST or is_tensor(one.value) is False for one in later)
        return Device.HOST if harmless else Device.UNKNOWN

    def _stored_outside(self) -> frozenset[str]:
        if self._outside is None:
            self._outside = file_stores(self._program.tree)[0]
        return self._outside

    def _call(self, value: Value, depth: int) -> Device:
        """A call of something unknown: a module, or a function of another file."""
        callee = value.args.get("callee")
        if callee is None:
            return Device.UNKNOWN
        if (
            callee.op == ATTR
            and callee.data in ("parameters", "buffers")
            and callee.args["input"].op in (INSTANCE, MODULE)
        ):
            return self._here(value, Device.FOLLOWS)
        if callee.op == GLOBAL and callee.data in ("builtins.next", "builtins.iter") and "0" in value.args:
            return self.of(value.args["0"], depth)
        found = {self.of(operand, depth) for name, operand in value.args.items() if name != "callee"}
        if callee.op == GLOBAL and callee.data in SAME_DEVICE:
            return self.of(value.args["0"], depth) if "0" in value.args else Device.UNKNOWN
        if Device.FOLLOWS in found and Device.HOST not in found and is_module_like(callee):
            return Device.FOLLOWS
        return Device.UNKNOWN

    def _operation(self, value: Value, depth: int) -> Device:
        op, args = value.op, value.args
        if value.inplace and "input" in args and op not in _ELSEWHERE:
            return self.of(args["input"], depth)  # the same tensor: a parameter stays one
        if op in _ELSEWHERE:
            return Device.UNKNOWN
        if op in ("cpu", "from_numpy"):
            return Device.HOST
        device = args.get("device")
        if device is not None and not (device.op == CONST and device.data is None):
            return self._named(device, depth)
        if op == "to":
            target = args.get("other")
            return self.of(target if target is not None else args["input"], depth)
        if op == "type" and "dtype" in args and not _names_dtype(args["dtype"]):
            return Device.UNKNOWN  # "torch.cuda.FloatTensor" moves, as does `other.type()`
        if "out" in args:
            return self.of(args["out"], depth)
        like = args.get(_LIKE.get(op, ""))
        if like is not None:
            return self._here(value, self.of(like, depth))
        if has_parameters(value.module):
            return self._here(value, Device.FOLLOWS)
        if is_factory(op) and not any(is_tensor(one) for one in tensor_operands(value)):
            return Device.UNKNOWN if self._default_changed else Device.HOST
        tensors = [one for one in tensor_operands(value) if is_tensor(one) is not False or _gives_several(one)]
        found = {self.of(one, depth) for one in tensors}
        if Device.FOLLOWS in found:
            return self._here(value, Device.FOLLOWS)
        if Device.HOST in found and (
            found == {Device.HOST} or all(is_tensor(one) is None for one in tensors if self.of(one) != Device.HOST)
        ):
            return Device.HOST
        return self._from_data(args, depth)

    def _from_data(self, args: dict[str, Value], depth: int) -> Device:
        """A factory makes a host tensor of data that is no tensor."""
        data = args.get("data", args.get("ndarray", args.get("obj")))
        if data is None or self._default_changed:
            return Device.UNKNOWN
        return Device.HOST if is_tensor(data) is not True else self.of(data, depth)

    def _named(self, device: Value, depth: int) -> Device:
        if device.op == CONST:
            return Device.HOST if device.data == "cpu" else Device.UNKNOWN
        if device.op == "device" or (device.op == ATTR and device.data == "device"):
            owner = device.args["input"]
            if owner.op == INSTANCE:  # Lightning's modules know their device
                return (
                    Device.FOLLOWS if owner.data.cls.is_module and not owner.data.cls.outside_base() else Device.UNKNOWN
                )
            return self._here(device, self.of(owner, depth))
        if device.op == CALL and device.args["callee"].op == GLOBAL and device.args["callee"].data == "torch.device":
            first = device.args.get("0")
            return Device.HOST if first is not None and first.op == CONST and first.data == "cpu" else Device.UNKNOWN
        return Device.UNKNOWN

    def _here(self, value: Value, device: Device) -> Device:
        """What follows the module is still on the host while the module is constructed."""
        return Device.HOST if device == Device.FOLLOWS and self.constructing(value.frame) else device

    def _agreed(self, found: list[Device]) -> Device:
        return found[0] if found and all(one == found[0] for one in found) else Device.UNKNOWN


def _names_dtype(value: Value) -> bool:
    """Whether an argument of `type` is a dtype, and no name of a type of tensor, which has a device too."""
    if value.op == ATTR:
        return bool(value.data == "dtype")
    return value.op == GLOBAL and value.data.startswith("torch.") and value.data.removeprefix("torch.").islower()


def _derived(value: Value, sources: list[Value]) -> bool:
    """Whether a value was computed from one of others."""
    pending, seen = [value], {value}
    while pending and len(seen) < _MAX_STEPS:
        for operand in pending.pop().args.values():
            if operand in sources:
                return True
            if operand not in seen:
                seen.add(operand)
                pending.append(operand)
    return bool(pending)


def _sets_device(program: Program) -> bool:
    """Whether a file has `with torch.device(..):`, inside of which factories use another device."""
    items = [item for node in program.nodes(ast.With) for item in node.items]
    return any("device" in ast.unparse(item.context_expr) for item in items)


def by_forward(store: Store) -> bool:
    """Whether an attribute is stored in the course of a forward pass or of a training step: it is a cache."""
    function = store.frame.root.function
    return function is None or is_forward(function.name)


def _takes_inputs(cls: ClassModel, name: str) -> bool:
    """The same, and for a class without such a method all that others may call."""
    if is_forward(name):
        return True
    has_forward = any(is_forward(one) for model in cls.mro() for one in model.methods)
    return not has_forward and not name.startswith("_")


def is_module_like(callee: Value) -> bool:
    """Whether a called value that isn't understood is probably a module: an attribute, a parameter, or what a call made."""
    if callee.op == PHI:
        return all(is_module_like(one) for one in callee.data if one.op != CONST)
    if callee.op in (ATTR, METHOD):
        return callee.args["input"].op in (INSTANCE, SUPER)
    return callee.op in (MODULE, INSTANCE, PARAM, CALL)


def has_parameters(module: Value | None) -> bool:
    """Whether a call of this object of torch.nn reads parameters of it."""
    if module is None or module.op != MODULE:
        return False
    kind = operations.module(module.data.name)
    return kind is not None and bool(kind.parameters)


def contained(value: Value) -> Iterator[Value]:
    """The values in a container, known or possible, without their number."""
    pending = list(value.data.content.values() if value.op == DICT else value.data.content)
    while pending:
        item = pending.pop(0)
        if item.op == "py.choice":
            pending[:0] = [one for run in item.data for one in run]
        else:
            yield item


def tensor_operands(value: Value) -> Iterator[Value]:
    """The operands of an operation that may be tensors, those in sequences included.

    The constructor's arguments of the module that was called are not among them: the module registered what is a tensor.
    """
    held: frozenset[str] = frozenset()
    if value.module is not None and value.module.op == MODULE:
        kind = operations.module(value.module.data.name)
        held = frozenset(kind.operands.values()) if kind is not None else held
    for name, operand in value.args.items():
        if name in held:
            continue
        if operand.op in (LIST, TUPLE):
            if name in _SEQUENCES_OF_TENSORS:
                yield from contained(operand)
        elif name in _SEQUENCES_OF_TENSORS or _takes_tensor(value.op, name):
            yield operand


def _gives_several(value: Value) -> bool:
    """Whether a value is a sequence of tensors that an operation gave."""
    return not value.op.startswith("py.") and kinds.of(value) == kinds.SEQUENCE


@cache
def is_factory(op: str) -> bool:
    """Whether an operation makes a tensor on the device it's told, else on the default one."""
    operation = operations.function(f"torch.{op}")
    if operation is None or op in ("tensor", "as_tensor", "asarray"):
        return False
    return any("device" in overload.accepts and "input" not in overload.accepts for overload in operation.overloads)


@cache
def _takes_tensor(op: str, name: str) -> bool:
    """Whether an operation takes a tensor as this argument."""
    operation = operations.function(f"torch.{op}") or operations.method(op)
    if operation is None:
        return True
    allowed = [overload.kinds.get(name, kinds.ANY) for overload in operation.overloads if name in overload.accepts]
    return not allowed or any(kind & kinds.TENSOR for kind in allowed)

"""Tensors that a module keeps as plain attributes: nothing moves them with the module, saves or trains them.

A tensor counts where it is stored while the module is constructed, is still on the host, and later meets a tensor that
follows the module in one operation that takes only one device. Which operations do was measured with torch 2.13
(tests/semantics/test_devices.py): copies, index tensors on the host, and tensors without dimensions are taken.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from torchlint.semantics.channels import METADATA
from torchlint.semantics.classes import ClassModel, Instance, Store
from torchlint.semantics.devices import Device, Devices, by_forward, contained, has_parameters, tensor_operands
from torchlint.semantics.evidence import SAME_DEVICE, has_no_dimensions, is_tensor
from torchlint.semantics.frames import Frame
from torchlint.semantics.lost_parameters import lost_parameter
from torchlint.semantics.ops.base import words
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    BUFFER,
    CALL,
    CONST,
    DICT,
    ELEMENT,
    GLOBAL,
    ITEM,
    LIST,
    MUTATED,
    PARAMETER,
    PHI,
    REFINE,
    SET,
    TUPLE,
    Value,
)

# Operations that take tensors of two devices: copies, and those that only read the other's shape, type or sizes.
_TAKES_ANY: Final = frozenset(
    words(
        "copy to type_as expand_as view_as reshape_as ctc_loss tensor_split set_data result_type can_cast "
        "broadcast_tensors zeros_like ones_like full_like empty_like rand_like randn_like randint_like "
        "new_tensor new_zeros new_ones new_full new_empty tensor as_tensor asarray "
        # Which of its tensors it reads depends on its flags.
        "multi_head_attention_forward"
    )
)
# Operations whose tensors all have dimensions, unless one is known to have none.
_DIMENSIONED: Final = frozenset(
    words(
        "mm bmm matmul mv dot conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d cat embedding linear "
        "cross_entropy stft nll_loss batch_norm group_norm layer_norm grid_sample"
    )
)
_SAME_TENSOR: Final = frozenset((PHI, REFINE, MUTATED))
_PARTS: Final = frozenset((ITEM, ELEMENT))
_CONTAINERS: Final = frozenset((LIST, TUPLE, SET, DICT))
_MOVERS: Final = frozenset(("to", "cuda", "_apply", "__setattr__"))
_MAX_VALUES: Final = 300


@dataclass(slots=True)
class LeftBehind:
    """An attribute that holds a plain tensor.

    `stores` are those by which a constructor keeps a tensor, in the order of the text; `others` all others. `meeting` is the operation that mixes devices, with the
    tensor that `follows` (or the module whose parameters do); both None for a tensor that is only `trained`.
    """

    name: str
    cls: ClassModel
    stores: list[Store]
    others: list[Store]
    meeting: Value | None = None
    follows: Value | None = None
    container: bool = False
    trained: bool = False


class Attributes:
    """The attributes of a program's modules."""

    def __init__(self, program: Program, devices: Devices, rank: Callable[[Value], int | None]) -> None:
        self._program = program
        self._devices = devices
        self._rank = rank

    def left_behind(self) -> list[LeftBehind]:
        """All attributes that hold a plain tensor to a module's harm, in the order of the text."""
        groups: dict[tuple[Instance, str], list[Store]] = {}
        for store in self._program.stores:
            if store.instance.cls.is_module:
                groups.setdefault((store.instance, store.name), []).append(store)
        caches = {
            (store.frame.function.cls, store.name)
            for store in self._program.stores
            if store.frame.function is not None and not self._devices.constructing(store.frame) and by_forward(store)
        }
        found: dict[tuple[ast.AST, str], LeftBehind] = {}
        for (instance, name), stores in groups.items():
            if any((model, name) in caches for model in instance.cls.mro()):
                continue
            one = self._examine(instance, name, stores)
            if one is None:
                continue
            known = found.setdefault((target(one.stores[0]), name), one)
            if known is not one:
                seen = {store.node for store in known.stores}
                known.stores += [store for store in one.stores if store.node not in seen]
                known.others += one.others
        return sorted(found.values(), key=lambda one: _place(one.stores[0]))

    def _examine(self, instance: Instance, name: str, stores: list[Store]) -> LeftBehind | None:
        made = sorted((store for store in stores if self._devices.constructing(store.frame)), key=_place)
        if not any(_may_hold_tensors(store.value) for store in made) or any(_registers(store) for store in stores):
            return None
        for store in made:
            container = store.value.op in _CONTAINERS
            if not container and lost_parameter(store.value) is not None:
                continue  # a parameter, or to be one
            if store.before is not None and is_parameter(store.before):
                continue  # torch refuses it
            for start in self._held(store.value) if container else (store.value,):
                trained = not container and self._trained(start)
                meeting = None if trained else self._meeting(start)
                if (meeting is None and not trained) or moves_itself(instance.cls, name):
                    continue
                plain = [one for one in made if container or (is_tensor(one.value) and not is_parameter(one.value))]
                others = [one for one in stores if one not in plain]
                use, follows = meeting if meeting is not None else (None, None)
                return LeftBehind(name, instance.cls, plain, others, use, follows, container, trained)
        return None

    def _held(self, container: Value) -> Iterator[Value]:
        """A container that the constructor stored, and what it ever held."""
        yield container
        if container.op == DICT or not container.data.changed:
            yield from contained(container)
            return
        for values in self._program.by_op.values():
            yield from (value for value in values if container in value.uses)

    def _meeting(self, start: Value) -> tuple[Value, Value] | None:
        """The first operation in which the tensor, or what is computed from it, meets one that follows."""
        if start.op not in _CONTAINERS and self._devices.of(start) != Device.HOST:
            return None
        for use, value in self._later_uses(start):
            other = self.clash(use, value)
            if other is not None:
                return use, other
        return None

    def _later_uses(self, start: Value) -> Iterator[tuple[Value, Value]]:
        """Operations outside of constructors on a tensor, or on what they made of it, with the operand that it is."""
        devices = self._devices
        pending = [start, *(one for one in start.data if one.op != CONST)] if start.op == PHI else [start]
        seen = set(pending)
        while pending and len(seen) < _MAX_VALUES:
            value = pending.pop(0)
            for use in value.uses:
                if use in seen or not (devices.constructing(use.frame) or _in_method(use.frame)):
                    continue
                if use.op in (LIST, TUPLE) and not devices.constructing(use.frame):
                    yield from ((user, value) for user in use.uses if not user.op.startswith("py."))
                    continue
                passes = use.op in _SAME_TENSOR or (use.inplace and use.args.get("input") is value)
                if devices.constructing(use.frame):
                    if (passes and devices.of(use) == Device.HOST) or (
                        use.op in _CONTAINERS and value.op not in _CONTAINERS and use.uses
                    ):
                        seen.add(use)
                        pending.append(use)
                    continue
                if not use.op.startswith("py.") or _called(use) == "einops.einsum":
                    yield use, value
                elif use.op not in _SAME_TENSOR and use.op not in _PARTS and _called(use) not in SAME_DEVICE:
                    continue
                if devices.of(use) == Device.HOST and not self._would_stay_anyway(use, seen):
                    seen.add(use)
                    pending.append(use)

    def _would_stay_anyway(self, use: Value, derived: set[Value]) -> bool:
        """Whether a result is on the host because a method made another operand there: moving the module wouldn't help."""
        return any(
            one not in derived
            and is_tensor(one)
            and self._devices.of(one) == Device.HOST
            and not self._has_no_dimensions(one)
            and self._is_made_by_a_method(one)
            for one in tensor_operands(use)
        )

    def _is_made_by_a_method(self, value: Value) -> bool:
        """Whether a tensor is new: no tensor that a constructor stored has a part in it."""
        pending, seen = [value], {value}
        while pending:
            one = pending.pop()
            if len(seen) > _MAX_VALUES or (not one.op.startswith("py.") and self._devices.constructing(one.frame)):
                return False
            operands = [part for part in one.args.values() if part.op in (PHI, LIST, TUPLE) or is_tensor(part)]
            pending += [part for part in operands if part not in seen]
            seen.update(operands)
        return True

    def clash(self, use: Value, value: Value, alternative: Value | None = None) -> Value | None:
        """What `value`, an operand on the host, meets on another device in `use`.

        `alternative`: the one that is on the host, where `value` is one of several.
        """
        args = use.args
        if use.op in ("getitem", "setitem"):
            return self._indexed(use, value)
        if use.op in _TAKES_ANY:
            return None
        scalar = self._has_no_dimensions(value if alternative is None else alternative)
        if scalar or (scalar is None and use.op not in _DIMENSIONED):
            return None
        operands = list(tensor_operands(use))
        if not any(one is value for one in operands):
            return None
        if has_parameters(use.module) and (args.get("input") is value or args.get("query") is value):
            return use.module
        return next((one for one in operands if one is not value and self._follows(one)), None)

    def _indexed(self, use: Value, value: Value) -> Value | None:
        args = use.args
        index = args["index"]
        parts = index.data.content if index.op == TUPLE else (index,)
        tensors = [part for part in parts if is_tensor(part) and not self._may_be_a_number(part)]
        if args["input"] is value:
            return next((part for part in tensors if self._follows(part)), None)
        if args.get("value") is value and tensors and self._follows(args["input"]):
            return args["input"] if self._has_no_dimensions(value) is False else None
        return None

    def _has_no_dimensions(self, value: Value) -> bool | None:
        found = has_no_dimensions(value)
        rank = self._rank(value) if found is None else None
        return found if rank is None else rank == 0

    def _may_be_a_number(self, index: Value) -> bool:
        """Whether torch may read an index as a number, wherever it is: an element may be left without dimensions."""
        scalar = self._has_no_dimensions(index)
        return scalar is True or (scalar is None and index.op == "getitem")

    def _follows(self, value: Value) -> bool:
        return self._devices.of(value) == Device.FOLLOWS and is_tensor(value) is True

    def _trained(self, value: Value) -> bool:
        """Whether the tensor asks for gradients, is read by another method, and is given to no optimizer."""
        if not needs_gradient(value):
            return False
        read = False
        for use in self._everywhere(value):
            callee = use.args.get("callee")
            if use.op == CALL and callee is not None and callee.op == GLOBAL and callee.data.startswith("torch.optim."):
                return False
            if not self._devices.constructing(use.frame) and use.op not in METADATA:
                read = read or use.op not in (*_SAME_TENSOR, *_CONTAINERS)
        return read

    def _everywhere(self, value: Value) -> Iterator[Value]:
        """All uses of a tensor, through branches, in-place changes and containers."""
        pending, seen = [value], {value}
        while pending and len(seen) < _MAX_VALUES:
            for use in pending.pop(0).uses:
                if use in seen:
                    continue
                seen.add(use)
                yield use
                if use.op in _SAME_TENSOR or use.op in _CONTAINERS or (use.inplace and use.op != "py.call"):
                    pending.append(use)


def _called(value: Value) -> str:
    """The name of an imported function that a value is a call of."""
    callee = value.args.get("callee") if value.op == CALL else None
    return str(callee.data) if callee is not None and callee.op == GLOBAL else ""


def is_parameter(value: Value) -> bool:
    """Whether a value is a parameter, also after it was changed in place."""
    while value.inplace and "input" in value.args:
        value = value.args["input"]
    return value.op == PARAMETER


def needs_gradient(value: Value, depth: int = 0) -> bool:
    """Whether a tensor was made with `requires_grad=True`, and is no parameter."""
    if depth > 20:
        return False
    flag = value.args.get("requires_grad")
    if is_parameter(value):
        return False
    if flag is not None and flag.op == CONST:
        return flag.data is True
    if value.op == "requires_grad":
        mode = value.args.get("mode")
        return mode is None or (mode.op == CONST and mode.data is True)
    if value.op == PHI:
        return any(needs_gradient(one, depth + 1) for one in value.data)
    if value.op in ("detach", "data") or (value.op.startswith("py.") and value.op not in (REFINE, MUTATED)):
        return False
    return "input" in value.args and needs_gradient(value.args["input"], depth + 1)


def _in_method(frame: Frame | None) -> bool:
    """Whether a frame runs in a method of an object that is not known further: elsewhere nothing says that it moved."""
    return frame is not None and frame.root.self_value is not None


def moves_itself(cls: ClassModel, name: str) -> bool:
    """Whether a class has its own way of moving an attribute.

    It overrides what moves a module, sets attributes by computed names, or replaces the tensor's `data`.
    """
    for model in cls.mro():
        for method_name, method in model.methods.items():
            if method_name in _MOVERS:
                return True
            later = method not in cls.reached_from_init and method_name != "__init__"
            if later and any(_sets_unseen(node, name) for node in ast.walk(method.node)):
                return True
    return False


def _sets_unseen(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Call):
        computed = len(node.args) > 1 and not isinstance(node.args[1], ast.Constant)
        return isinstance(node.func, ast.Name) and node.func.id == "setattr" and computed
    if isinstance(node, ast.Attribute) and node.attr == "data" and isinstance(node.ctx, ast.Store):
        return isinstance(node.value, ast.Attribute) and node.value.attr == name
    return False


def _registers(store: Store) -> bool:
    if store.value.op == BUFFER:
        return True
    return isinstance(store.node, ast.Call) and getattr(store.node.func, "attr", "") in (
        "register_buffer",
        "register_parameter",
    )


def _may_hold_tensors(value: Value) -> bool:
    return is_tensor(value) is True or value.op in _CONTAINERS


def _place(store: Store) -> tuple[int, int]:
    node = target(store)
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def target(store: Store) -> ast.AST:
    """The expression that a store assigns to, or the call that stores."""
    for node in ast.walk(store.node):
        if isinstance(node, ast.Attribute) and node.attr == store.name and isinstance(node.ctx, ast.Store):
            return node
    return store.node


def before_init(store: Store) -> bool:
    """Whether an attribute is stored before `super().__init__()`, which makes the place for buffers, or without it."""
    frame, place = store.frame, store.node
    while frame.function is None or frame.function.name != "__init__":
        if frame.caller is None:
            return False
        frame, place = frame.caller, frame.call or place
    for node in ast.walk(frame.function.node):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            return (place.lineno, place.col_offset) < (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    return True

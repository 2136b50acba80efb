"""How a file uses the objects of torch.nn that it makes: their calls, names, parameters, and ways out of sight."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from torchlint.semantics.calls import TOO_DEEP
from torchlint.semantics.channels import METADATA
from torchlint.semantics.frames import Frame
from torchlint.semantics.guards import AttributeUse, attribute_uses
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    BOUND,
    CALL,
    CHOICE,
    COMPARE,
    DICT,
    ESCAPE,
    GAP,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    MODULE,
    PARAM,
    PHI,
    SET,
    SLICE,
    SUPER,
    TUPLE,
    Value,
)

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


@dataclass(frozen=True, slots=True)
class Order:
    """A call of a function of the file that makes a module with an argument of the call: parameter `name` of `names`."""

    call: ast.Call
    name: str
    names: tuple[str, ...]  # the positional parameters, without `self`


class Usage:
    """Answers for one program. Values that stand for one module are compared by identity."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._results: dict[Value, list[Value]] = {}
        self._unguarded: dict[str, list[tuple[AttributeUse, list[Value]]]] = {}
        self._kept: dict[str, list[Value]] = {}
        for values in program.by_op.values():
            for value in values:
                if value.module is not None:
                    self._results.setdefault(value.module, []).append(value)

    @property
    def complete(self) -> bool:
        """Whether all of the file was analysed. Where it wasn't, there may be uses that nobody saw."""
        return not (self._program.cut or self._program.failures or self._program.unfinished)

    def made(self, names: Collection[str]) -> dict[ast.Call, list[Value]]:
        """The modules of these classes by the call that makes them: several where it is reached in several ways."""
        found: dict[ast.Call, list[Value]] = {}
        for value in self._program.values(MODULE):
            if value.data.name in names and isinstance(value.node, ast.Call):
                found.setdefault(value.node, []).append(value)
        return found

    def orders(self, layers: Iterable[Value], argument: str) -> dict[Order, list[Value]]:
        """The modules by the call of a function or class of the file that hands on this argument of theirs, and nothing else.

        Modules whose argument comes from elsewhere are in no group, nor are those of a parameter that the function reads
        for another purpose too.
        """
        found: dict[Order, list[Value]] = {}
        for layer in layers:
            order = _order(layer, argument)
            if order is not None:
                found.setdefault(order, []).append(layer)
        return {
            order: made
            for order, made in found.items()
            if _reads(made[0].frame, order.name) == len({layer.node for layer in made})
        }

    def results(self, module: Value) -> list[Value]:
        """What calls of a module give, as far as the file is concerned.

        A private function that the file calls is judged by these calls, not by what it would give an unknown caller. A
        result that is lost in a call too deep to follow is left out: the code around it was analysed on its own, too.
        """
        found = [
            result
            for result in self._results.get(module, [])
            if not any(use.op == CALL and use.data == TOO_DEEP for use in result.uses)
        ]
        called = {result.node for result in found if result.frame is not None and result.frame.caller is not None}
        return [result for result in found if result.node not in called or not _is_private_entry(result.frame)]

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

    def out_of_sight(self, module: Value) -> bool:
        """Whether the module goes where calls of it can't be seen: to an unknown function, or out of a container.

        A Sequential may go anywhere if something follows the module in it: that gets the module's output. It may also
        come out of another container, as long as nothing is taken out of it.
        """
        # How many containers a value has around the Sequential that protects the module; None: there is no such.
        pending: list[tuple[Value, int | None]] = [(module, None)]
        seen = {module}
        while pending:
            value, around = pending.pop()
            for use in value.uses:
                if use in seen:
                    continue
                if use.op in _CONTAINERS:
                    same = use.op in (PHI, CHOICE) or (use.op == MODULE and value.op in (LIST, TUPLE, DICT))
                    inside = around if around is None or same else around + 1
                    onward = 0 if inside is None and _is_followed(value, use) else inside
                elif use.op in (ITEM, "getitem") and around:
                    index = use.args.get("index")
                    onward = around if index is not None and index.op == SLICE else around - 1
                elif _is_harmless(use, value) or (around is not None and use.op in (CALL, ESCAPE)):
                    continue
                else:
                    return True
                seen.add(use)
                pending.append((use, onward))
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

    def fails_without(self, module: Value, parameter: str) -> AttributeUse | None:
        """A place that would fail if this parameter of the module were None: it asks for something of it unguarded.

        Either it reaches the module by name, or it visits modules in general (`for m in self.modules()`, a function
        for `self.apply`) and the tests around it let this class through.
        """
        kind = str(module.data.name).rpartition(".")[2]
        if parameter not in self._unguarded:
            self._unguarded[parameter] = self._find_unguarded(parameter)
        for use, owners in self._unguarded[parameter]:
            if not owners and isinstance(use.function, ast.Lambda) and use.may_be(kind):
                return use  # handed on, so never analysed
            for owner in owners:
                if owner is module:
                    return use
                unknown = owner.op not in (MODULE, INSTANCE) and self._visits(use, owner, kind)
                if unknown and not self._holds_others(use.holder.rpartition(".")[2], module):
                    return use
        return None

    def _find_unguarded(self, parameter: str) -> list[tuple[AttributeUse, list[Value]]]:
        """The unguarded uses of `holder.parameter`, with the values that the holder has in that function.

        A holder's parameter is one value however often it is read, so the first reading stands for all.
        """
        owners: dict[ast.AST | None, list[tuple[str, Value]]] = {}
        for value in self._program.values(ATTR):
            if value.data == parameter:
                function = value.frame.function.node if value.frame and value.frame.function else None
                holder = ast.unparse(value.node.value) if isinstance(value.node, ast.Attribute) else ""
                owners.setdefault(function, []).append((holder, value.args["input"]))
        return [
            (use, [owner for holder, owner in owners.get(use.function, ()) if holder in (use.holder, "")])
            for use in attribute_uses(self._program.tree, parameter)
            if not use.guarded
        ]

    def _visits(self, use: AttributeUse, owner: Value, kind: str) -> bool:
        """Whether an object that isn't known may be a module of this class."""
        if owner.op == PARAM and not use.kinds and not isinstance(use.function, ast.Lambda):
            return getattr(use.function, "name", None) in self._handed_on
        return use.may_be(kind)

    def _holds_others(self, attribute: str, module: Value) -> bool:
        """Whether all that the file ever keeps under an attribute's name are other modules, made for it."""
        if attribute not in self._kept:
            self._kept[attribute] = self._find_kept(attribute)
        kept = self._kept[attribute]
        return bool(kept) and all(one.node is not module.node for one in kept)

    def _find_kept(self, attribute: str) -> list[Value]:
        """The modules kept under a name, if all that the file keeps under it was seen: nothing by a computed name."""
        if any(
            node.value == attribute for node in self._program.nodes(ast.Constant)
        ):  # in an OrderedDict, or for add_module
            return []
        if any(node.id in ("setattr", attribute) for node in self._program.nodes(ast.Name)):
            return []
        stored = [one for one in self._program.nodes(ast.Attribute) if one.attr == attribute]
        places = {one for one in stored if not isinstance(one.ctx, ast.Load)}
        stores = [one for one in self._program.stores if one.name == attribute]
        seen = {
            part for store in stores for part in getattr(store.node, "targets", [getattr(store.node, "target", None)])
        }
        whole = places <= seen and all(store.value.op in (MODULE, INSTANCE) for store in stores)
        return [store.value for store in stores] if whole else []

    @cached_property
    def _handed_on(self) -> set[str]:
        """Names that the file uses as values, not only to call them: functions given to `apply`."""
        called = {node.func for node in self._program.nodes(ast.Call)}
        names = {node.id for node in self._program.nodes(ast.Name) if node not in called}
        return names | {node.attr for node in self._program.nodes(ast.Attribute) if node not in called}


def _order(layer: Value, argument: str) -> Order | None:
    frame, value = layer.frame, layer.args.get(argument)
    if frame is None or frame.function is None or not isinstance(frame.call, ast.Call) or value is None:
        return None
    function = frame.function
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    for name in (*names, *(one.arg for one in arguments.kwonlyargs)):
        if name in frame.history and frame.history[name][0][1] is value:
            bound = function.cls is not None and function.kind != "static"
            return Order(frame.call, name, tuple(names[bound:]))
    return None


def _reads(frame: Frame | None, name: str) -> int:
    """How often the text of a frame's function reads a name."""
    if frame is None or frame.function is None:
        return 0
    body = frame.function.node.body
    statements = body if isinstance(body, list) else [body]
    nodes = (node for statement in statements for node in ast.walk(statement))
    return sum(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in nodes)


def _is_private_entry(frame: Frame | None) -> bool:
    """Whether a frame is that of a private function which was analysed without a caller."""
    if frame is None or frame.caller is not None or frame.function is None:
        return False
    return frame.function.name.startswith("_") and not frame.function.name.endswith("__")


def _is_followed(module: Value, container: Value) -> bool:
    """Whether a container is a Sequential that surely runs something after the module."""
    if container.op != MODULE or container.data.name != "torch.nn.Sequential" or container.data.children is None:
        return False
    content = container.data.children.content
    return module in content and content[-1].op not in (GAP, CHOICE) and content[-1] is not module


def _is_harmless(use: Value, value: Value) -> bool:
    if use.op == ATTR:
        return use.data in _PLAIN
    if use.op == CALL:
        callee = use.args.get("callee")
        return (
            callee is value
            or use.data == TOO_DEEP
            or (callee is not None and callee.op == GLOBAL and callee.data in _LOOKING)
        )
    if use.op == ESCAPE:
        return use.data in ("return", "yield") or use.args.get("owner") is value
    if use.op in (ITEM, BOUND):
        return not use.uses
    return use.op in (INSTANCE, COMPARE, SUPER, "py.class", "py.refine")


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

"""Layers with weights that a module makes on each call: new weights each time, which no optimizer ever gets.

A layer counts where all that is done with it is seen: it's called, and then dropped, or it takes the place of the one that the
last call made. What reads its weights, or gets the layer itself, may set or train them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from torchlint.semantics import operations
from torchlint.semantics.classes import Instance, Store
from torchlint.semantics.devices import contained
from torchlint.semantics.evidence import is_forward
from torchlint.semantics.frames import Frame, Function
from torchlint.semantics.gradients import runs_with_gradients
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    BOUND,
    CALL,
    CONST,
    DICT,
    ELEMENT,
    FUNCTION,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    MODULE,
    PARAMETER,
    PHI,
    REFINE,
    SET,
    SUPER,
    TUPLE,
    Value,
)

_CONTAINERS: Final = frozenset((LIST, TUPLE, SET, DICT))
_SAME: Final = frozenset((PHI, REFINE, ITEM, ELEMENT, "getitem"))
_HARMLESS: Final = frozenset((BOUND, "py.compare"))
_MOVES: Final = frozenset(
    ("to", "cuda", "cpu", "xpu", "ipu", "mps", "half", "float", "double", "bfloat16", "type", "train", "compile")
)
_LOOKS: Final = frozenset(f"builtins.{name}" for name in ("print", "len", "type", "isinstance", "enumerate", "zip", "iter", "reversed"))  # fmt: skip
_SWITCHES: Final = frozenset(("affine", "elementwise_affine"))
_WEIGHTS_GIVEN: Final = frozenset(("_weight", "_freeze"))
# Kinds whose weights belong to modules inside them, or come in several forms, so that the tables list none.
_HOLDERS: Final = frozenset(
    f"torch.nn.{name}" for name in ("EmbeddingBag", "AdaptiveLogSoftmaxWithLoss", "Transformer", "TransformerEncoderLayer",
                                    "TransformerDecoderLayer")
)  # fmt: skip
_FACTORIES: Final = frozenset(("randn", "rand", "zeros", "ones", "empty", "full", "normal", "eye", "tensor"))


@dataclass(frozen=True, slots=True)
class Built:
    """A layer that a call of `method` makes at `node`, the first place that calls it, and the attribute that keeps it, if any."""

    layer: Value
    node: ast.Call
    method: Function
    call: ast.AST
    attribute: str


class Layers:
    """The layers that the methods of a program's modules make."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._stored: dict[Value, list[Store]] = {}
        self._loops: dict[Value, list[Value]] = {}  # what a loop put in a container is no operand of it
        self._calls: dict[Value, list[tuple[ast.AST, Frame]]] = {}

    def built(self) -> list[Built]:
        """Every layer that is made anew on each call, in the order of the text."""
        made = [
            value
            for op in (MODULE, INSTANCE)
            for value in self._program.values(op)
            if isinstance(value.node, ast.Call) and _may_have_weights(value) and _maker(value)
        ]
        if not made:
            return []
        self._prepare()
        places: dict[ast.AST, list[Built | None]] = {}
        for value in made:
            places.setdefault(self._place(value), []).append(self._examine(value))
        found = [every[0] for every in places.values() if every[0] is not None and None not in every]
        inner = {child for one in found for child in self._children(one.layer)}
        outer = [one for one in found if one.layer not in inner]
        return sorted(outer, key=lambda one: (one.node.lineno, one.node.col_offset))

    def _place(self, layer: Value) -> ast.Call:
        """Where the code that calls a layer makes it, or calls a function that makes it."""
        users = {frame for one in (layer, *self._children(layer)) for _, frame in self._calls.get(one, ())}
        node, frame = layer.node, layer.frame
        while users and frame is not None and frame not in users:
            node, frame = frame.call if frame.call is not None else node, frame.caller
        place = node if frame is not None and isinstance(node, ast.Call) else layer.node
        assert isinstance(place, ast.Call)
        return place

    def _prepare(self) -> None:
        """Look up who holds and who calls modules."""
        for store in self._program.stores:
            for value in (store.value, *(store.value.data if store.value.op == PHI else ())):
                self._stored.setdefault(value, []).append(store)
        for op in (*_CONTAINERS, MODULE):
            for container in self._program.values(op):
                if op == MODULE and container.data.children is None:
                    continue
                held = container if op != MODULE else Value(LIST, data=container.data.children)
                for item in contained(held):
                    if item.op in (MODULE, INSTANCE):
                        self._loops.setdefault(item, []).append(container)
        kinds = [operations.module(name) for name in {value.data.name for value in self._program.values(MODULE)}]
        for op in {CALL} | {kind.op for kind in kinds if kind is not None and kind.op}:
            for value in self._program.values(op):
                self._note_call(value)
        for frame in self._program.frames:
            function = frame.function
            if function is not None and function.name in ("forward", "__call__") and frame.self_value is not None:
                self._called(frame.self_value, frame.call, frame.caller)

    def _note_call(self, value: Value) -> None:
        callee = value.args.get("callee") if value.op == CALL else None
        if value.module is not None:
            self._called(value.module, value.node, value.frame)
        elif callee is not None and callee.op == FUNCTION and "0" in value.args and _is_own(callee, value.args["0"]):
            if callee.data.name in ("forward", "__call__"):
                self._called(value.args["0"], value.node, value.frame)
        elif callee is not None and not isinstance(value.data, str):
            self._called(callee, value.node, value.frame)

    def _called(self, module: Value, node: ast.AST | None, frame: Frame | None) -> None:
        if node is not None and frame is not None:
            self._calls.setdefault(module, []).append((node, frame))

    def _examine(self, layer: Value) -> Built | None:
        """The layer as one that is made on each call, if that's certain."""
        method = _maker(layer)
        if method is None or layer.node is None or layer.frame is None or not self._makes_weights(layer):
            return None
        group = self._group(layer)
        if group is None or layer.frame.root in self._seeding:
            return None
        calls = [call for one in group for call in self._calls.get(one, ()) if call[0] is not layer.node]
        if not calls:
            return None
        if not all(runs_with_gradients(*place, self._program) for place in (*calls, (layer.node, layer.frame))):
            return None
        stores = [store for one in group for store in self._stored.get(one, ())]
        names = {store.name for store in stores}
        if len(names) > 1 or not all(self._is_replaced(store) for store in stores):
            return None
        name = names.pop() if names else ""
        return Built(layer, self._place(layer), method, calls[0][0], name) if self._only_called(name) else None

    def _group(self, layer: Value) -> list[Value] | None:
        """The layer, its children, and all that may be it or hold it; None if it goes where its weights may be set."""
        group, seen = [layer], {layer}
        for value in group:
            for child in self._children(value) if value.op == MODULE else ():
                if child not in seen and _same_run(child, layer):
                    seen.add(child)
                    group.append(child)
            for use in (*value.uses, *self._loops.get(value, ())):
                if use in seen or _is_harmless(use, value):
                    continue
                holds = use.op in _CONTAINERS or (use.op == MODULE and use.data.children is not None)
                if not (use.op in _SAME or holds) or not _same_run(use, layer):
                    return None
                seen.add(use)
                group.append(use)
        return group

    def _children(self, module: Value) -> Iterator[Value]:
        if module.op == MODULE and module.data.children is not None:
            for child in contained(Value(LIST, data=module.data.children)):
                yield child
                yield from self._children(child)

    def _makes_weights(self, layer: Value) -> bool:
        """Whether making a layer makes weights of its own, which nothing reads while it's made."""
        if layer.op == MODULE:
            if layer.data.children is not None:
                return any(_same_run(child, layer) and self._makes_weights(child) for child in self._children(layer))
            return _has_weights(layer)
        if layer.op != INSTANCE or not layer.data.cls.is_module:
            return False
        base = layer.data.cls.outside_base("torch.nn.")
        if base is not None and _kind_has_weights(base):
            return True
        stores = self._stores_of(layer)
        frames = [frame for store in stores for frame in (store.frame, *(use.frame for use in store.value.uses))]
        if not all(_made_by(frame, layer) for frame in frames):
            return False  # other code reads or sets them
        return any(self._is_own_weight(store.value, layer) for store in stores)

    def _stores_of(self, owner: Value) -> list[Store]:
        return self._by_instance.get(owner.data, [])

    @cached_property
    def _by_instance(self) -> dict[Instance, list[Store]]:
        found: dict[Instance, list[Store]] = {}
        for store in self._program.stores:
            found.setdefault(store.instance, []).append(store)
        return found

    def _is_own_weight(self, value: Value, owner: Value) -> bool:
        """Whether a value that an object keeps is a weight, or a layer with weights, that its own constructor made."""
        if not _made_by(value.frame, owner):
            return False
        if value.op == PARAMETER:
            source = value.args.get("input")
            fixed = value.args.get("requires_grad")
            free = fixed is None or (fixed.op == CONST and fixed.data is True)
            return free and source is not None and source.op in _FACTORIES
        if value.op not in (MODULE, INSTANCE) or any(use.op not in (*_CONTAINERS, PHI, MODULE) for use in value.uses):
            return False
        return self._makes_weights(value)

    @cached_property
    def _seeding(self) -> set[Frame]:
        """The runs that seed the generator: weights are the same each time, on purpose."""
        named = [
            value
            for value in self._program.values(CALL)
            if value.args["callee"].op == GLOBAL and _is_seed(value.args["callee"].data)
        ]
        return {value.frame.root for value in (*named, *self._program.values("manual_seed")) if value.frame is not None}

    def _is_replaced(self, store: Store) -> bool:
        """Whether each call of the `forward` of the object that keeps a layer replaces it."""
        for frame, node in store.frame.calls(store.node):
            function, owner = frame.function, frame.self_value
            if function is not None and not self._always_runs(node):
                return False
            if function is not None and is_forward(function.name):
                return owner is not None and owner.data is store.instance
        return False

    def _always_runs(self, node: ast.AST) -> bool:
        for one in self._program.places.around(node):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                leaves = (part for part in ast.walk(one) if isinstance(part, ast.Return))
                return not any(part.lineno < node.lineno for part in leaves)  # type: ignore[attr-defined]
            if isinstance(one, ast.stmt) and not isinstance(one, ast.With | ast.AsyncWith | ast.For | ast.Assign | ast.AnnAssign | ast.Return | ast.Expr):  # fmt: skip
                return False
            if isinstance(one, ast.IfExp | ast.BoolOp | ast.Lambda):
                return False
        return False

    def _only_called(self, name: str) -> bool:
        """Whether the file does nothing with attributes of this name but to set, move and call them."""
        if not name:
            return True
        if any(node.value == name for node in self._program.nodes(ast.Constant)):
            return False
        for node in self._program.nodes(ast.Attribute):
            if node.attr != name or not isinstance(node.ctx, ast.Load):
                continue
            parent = next(self._program.places.around(node), None)
            called = isinstance(parent, ast.Call) and parent.func is node
            if not called and not (isinstance(parent, ast.Attribute) and parent.attr in _MOVES):
                return False
        return True


def _maker(value: Value) -> Function | None:
    """The method of a module whose call makes a value, other than by constructing the module; None for anything else."""
    frame = value.frame
    function = frame.root.function if frame is not None else None
    if function is None or function.cls is None or function.kind != "method" or _in_module(value):
        return None
    cls = function.cls
    known = cls.is_module or (cls.is_module is None and is_forward(function.name))
    if not known or function.name == "__init__" or function in cls.reached_from_init:
        return None
    return function


def _may_have_weights(value: Value) -> bool:
    if value.op == INSTANCE:
        return value.data.cls.is_module is True
    return value.data.children is not None or _kind_has_weights(value.data.name)


def _in_module(value: Value) -> bool:
    """Whether a value is made while an object is made that the same call makes: it's part of that object."""
    frame = value.frame
    while frame is not None and frame.caller is not None:
        if frame.function is not None and frame.function.name == "__init__":
            return True
        frame = frame.caller
    return False


def _made_by(frame: Frame | None, owner: Value) -> bool:
    while frame is not None:
        if frame.self_value is owner:
            return True
        frame = frame.caller
    return False


def _same_run(value: Value, other: Value) -> bool:
    return value.frame is not None and other.frame is not None and value.frame.root is other.frame.root


def _is_own(callee: Value, value: Value) -> bool:
    return value.op == INSTANCE and callee.data.cls is not None and callee.data.cls in value.data.cls.mro()


def _is_harmless(use: Value, value: Value) -> bool:
    """Whether a use leaves a layer's weights as they are."""
    if use.op in _HARMLESS:
        return True
    if value.op == INSTANCE and use.op in (ATTR, CALL, SUPER) and _made_by(use.frame, value):
        name = use.data if isinstance(use.data, str) else ""
        return name.removeprefix("method ") not in _TAKES_CARE
    if use.op != CALL:
        return False
    if isinstance(use.data, str) and use.data.startswith("method "):
        return use.data.removeprefix("method ") in _MOVES
    callee = use.args["callee"]
    if callee is value:
        return all(one is not value for name, one in use.args.items() if name != "callee")
    if callee.op == FUNCTION and _is_own(callee, value):
        return all(one is not value for name, one in use.args.items() if name not in ("callee", "0"))
    return callee.op == GLOBAL and callee.data in _LOOKS


_TAKES_CARE: Final = frozenset(
    ("parameters", "named_parameters", "state_dict", "load_state_dict", "requires_grad_", "eval", "modules", "children")
)


def _has_weights(module: Value) -> bool:
    if not _kind_has_weights(module.data.name) or any(name in module.args for name in _WEIGHTS_GIVEN):
        return False
    if not module.data.exact_arguments:
        return not _switches(module.data.name)
    chosen: Iterable[object] = (module.args.get(name, default) for name, default in _switches(module.data.name))
    return all(one.op == CONST and one.data is True if isinstance(one, Value) else one is True for one in chosen)


def _kind_has_weights(name: str) -> bool:
    kind = operations.module(name)
    return kind is not None and (bool(kind.parameters) or name in _HOLDERS)


def _switches(name: str) -> list[tuple[str, object]]:
    """The constructor's arguments without which a kind has no weights, and their defaults."""
    kind = operations.module(name)
    arguments = kind.constructor.arguments if kind is not None else ()
    return [(one.name, one.default) for one in arguments if one.name in _SWITCHES]


def _is_seed(name: str) -> bool:
    return name.rpartition(".")[2] in ("manual_seed", "manual_seed_all", "seed_everything", "fork_rng")

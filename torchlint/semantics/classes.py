"""Classes of a file: their bases, methods, and what is stored on their objects."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torchlint.semantics.values import CLASS, GLOBAL, Items, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Frame, Function

# Bases outside torch that are modules (documentation of Lightning 2).
MODULE_BASES = frozenset(
    f"{package}.{name}"
    for package in ("pytorch_lightning", "lightning", "lightning.pytorch", "pytorch_lightning.core.module")
    for name in ("LightningModule", "core.LightningModule")
)


@dataclass(slots=True, eq=False)
class ClassModel:
    """A class of the file. `bases` are the values of its base expressions, `attributes` what its body assigns."""

    name: str
    node: ast.ClassDef
    bases: list[Value]
    frame: Frame
    methods: dict[str, Function] = field(default_factory=dict)
    attributes: dict[str, Value] = field(default_factory=dict)
    annotated: frozenset[str] = (
        frozenset()
    )  # attributes that the body annotates: fields, where the class has no __init__
    subclasses: list[ClassModel] = field(default_factory=list)
    self_value: Value | None = None  # the object on which the methods were analysed
    constructed: dict[str, Value] = field(default_factory=dict)  # its attributes after `__init__`
    reached_from_init: frozenset[Function] = frozenset()

    def __repr__(self) -> str:
        return f"<class {self.name}>"

    def mro(self) -> list[ClassModel]:
        """This class and its bases within the file, in lookup order (depth first, each once)."""
        order: list[ClassModel] = [self]
        for base in self.bases:
            if base.op == CLASS:
                order.extend(model for model in base.data.mro() if model not in order)
        return order

    def outside_bases(self) -> list[Value]:
        """The values of all bases, own or inherited, that are not classes of this file."""
        return [base for model in self.mro() for base in model.bases if base.op != CLASS]

    def outside_base(self, prefix: str = "torch.") -> str | None:
        """The qualified name of the first base outside the file that starts with `prefix`."""
        for base in self.outside_bases():
            if base.op == GLOBAL and base.data.startswith(prefix):
                return str(base.data)
        return None

    @property
    def is_module(self) -> bool | None:
        """Whether its objects are nn.Modules: None where a base is not known."""
        unknown = False
        for base in self.outside_bases():
            if base.op != GLOBAL:
                unknown = True
            elif base.data.startswith("torch.nn.") or base.data in MODULE_BASES:
                return True
            elif not base.data.startswith(("builtins.", "abc.", "typing.", "torch.")):
                unknown = True
        return None if unknown else False

    def is_field(self, name: str) -> bool:
        """Whether a constructor that isn't in the file may set the attribute on each object (dataclasses and the like)."""
        return name in self.annotated and (bool(self.node.decorator_list) or self.method("__init__") is None)

    def method(self, name: str) -> Function | None:
        """The method that an object of this class has under `name`."""
        for model in self.mro():
            if name in model.methods:
                return model.methods[name]
        return None


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the file."""

    cls: ClassModel
    attributes: dict[str, Value] = field(default_factory=dict)
    children: Items | None = None  # for subclasses of nn.Sequential and the like
    unstable: frozenset[str] = frozenset()  # attributes that other code may have replaced
    # The last store to each attribute: what was stored, when, and in which run from the outermost call on.
    stored: dict[str, tuple[Value, int, Frame]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.cls.name} object>"


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """One assignment to an attribute of an object of this file: `instance.name = value` by `node` in `frame`, at `time`.

    `before`: what the attribute held until then, as far as is known.
    """

    instance: Instance
    name: str
    value: Value
    node: ast.AST
    frame: Frame
    time: int
    before: Value | None = None


def first_parameter(node: ast.AST) -> str | None:
    """The name of a function's first positional parameter."""
    arguments = getattr(node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return None
    positional = [*arguments.posonlyargs, *arguments.args]
    return positional[0].arg if positional else None


def attribute_stores(statements: Sequence[ast.stmt]) -> list[tuple[str | None, str]]:
    """All `<name>.<attribute>` stores of a text, as (name or None for another expression, attribute).

    Only statements are visited, never expressions: an attribute is stored by a statement's target or by `setattr`.
    """
    return [(holder, name) for _, holder, name in _stores(statements, None)[0]]


# Methods that change a list, dict, set or container of modules.
# Statements without targets and without others inside.
_SIMPLE = frozenset((ast.Return, ast.Raise, ast.Pass, ast.Import, ast.ImportFrom, ast.Assert, ast.Break, ast.Continue))
_CHANGES = frozenset(
    [
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "add",
        "discard",
        "add_module",
        "register_module",
    ]
)


def file_stores(tree: ast.Module) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """What a file stores: attributes of anything but a method's own object, all attributes, and names that functions
    declare global or whose items they change."""
    stores, replaced = _stores(tree.body, None)
    foreign = {name for owner, holder, name in stores if owner is None or holder != owner}
    return frozenset(foreign), frozenset(name for _, _, name in stores), frozenset(replaced)


def _stores(
    statements: Sequence[ast.stmt], owner: str | None
) -> tuple[list[tuple[str | None, str | None, str]], set[str]]:
    """Stores as (first parameter of the method around, holder, attribute), and names that functions may change."""
    stores: list[tuple[str | None, str | None, str]] = []
    replaced: set[str] = set()
    pending: list[tuple[Any, str | None, bool, bool]] = [(node, owner, False, False) for node in statements]
    while pending:
        node, owner, in_class, in_function = pending.pop()
        found: list[tuple[str | None, str]] = []
        kind = type(node)
        if kind is ast.Expr:
            changed = _collect_call(node.value, found)
            if in_function and changed is not None:
                replaced.add(changed)
        elif kind is ast.Assign or kind is ast.Delete:
            for target in node.targets:
                _collect(target, found)
                if in_function and isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    replaced.add(target.value.id)
        elif kind is ast.AugAssign or kind is ast.AnnAssign:
            _collect(node.target, found)
        elif kind is ast.Global:
            replaced.update(node.names)
        elif kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
            owner = first_parameter(node) if in_class else owner
            pending.extend([(part, owner, False, True) for part in node.body])
        elif kind is ast.ClassDef:
            pending.extend([(part, None, True, in_function) for part in node.body])
        elif kind not in _SIMPLE:
            if kind is ast.For or kind is ast.AsyncFor:
                _collect(node.target, found)
            elif kind is ast.With or kind is ast.AsyncWith:
                for item in node.items:
                    if item.optional_vars is not None:
                        _collect(item.optional_vars, found)
            for block in ("body", "orelse", "finalbody", "handlers", "cases"):
                pending.extend([(part, owner, in_class, in_function) for part in getattr(node, block, ())])
        stores.extend((owner, holder, name) for holder, name in found)
    return stores, replaced


def _collect(target: ast.expr, stores: list[tuple[str | None, str]]) -> None:
    """Add the attributes that an assignment's target stores, or whose items it stores."""
    if isinstance(target, ast.Subscript):
        target = target.value
    if isinstance(target, ast.Attribute):
        stores.append((target.value.id if isinstance(target.value, ast.Name) else None, target.attr))
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            _collect(element, stores)
    elif isinstance(target, ast.Starred):
        _collect(target.value, stores)


def _collect_call(node: ast.expr, stores: list[tuple[str | None, str]]) -> str | None:
    """Add the attribute that `setattr` stores, or whose items a method changes; return a name whose items change."""
    if not isinstance(node, ast.Call):
        return None
    match node.func:
        case ast.Name(id="setattr" | "delattr"):
            match node.args:
                case [holder, ast.Constant(value=str(name)), *_]:
                    stores.append((holder.id if isinstance(holder, ast.Name) else None, name))
        case ast.Attribute(value=ast.Attribute(attr=name) as owner, attr=method) if method in _CHANGES:
            stores.append((owner.value.id if isinstance(owner.value, ast.Name) else None, name))
        case ast.Attribute(value=ast.Name(id=name), attr=method) if method in _CHANGES:
            return name
    return None

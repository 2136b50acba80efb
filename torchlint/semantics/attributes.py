"""Reading and storing attributes, of objects that are known and of those that are not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.classes import Instance, Store
from torchlint.semantics.inplace import data_replaced
from torchlint.semantics.values import (
    ATTR,
    BOUND,
    CALL,
    CLASS,
    CONST,
    DICT,
    ELEMENT,
    ESCAPE,
    FUNCTION,
    GLOBAL,
    INSTANCE,
    LIST,
    METHOD,
    MODULE,
    PHI,
    RANK,
    REPLACED,
    SHAPE,
    SUPER,
    TUPLE,
    ModuleObject,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

OBJECTS = frozenset((CLASS, INSTANCE, MODULE, FUNCTION, BOUND, SUPER))
_NO_TENSORS = frozenset((LIST, DICT, TUPLE, CONST, SHAPE))
_TENSOR_PROPERTIES = frozenset(("T", "H", "mT", "mH", "real", "imag", "data"))
# Constructor arguments that are no attribute, or one of another kind, of the module that they make.
_NOT_ATTRIBUTES = frozenset(
    ("bias", "weight", "device", "dtype", "args", "modules", "kernel_size", "stride", "padding")
)


def read_attribute(it: Interpreter, value: Value, name: str, node: ast.AST | None) -> Value:
    """The value of `value.name`."""
    op = value.op
    if op == GLOBAL:
        return it.global_value(f"{value.data}.{name}", node)
    if op == INSTANCE:
        return instance_attribute(it, value, name, node)
    if op == MODULE:
        return module_attribute(it, value, name, node)
    if op == CLASS:
        return class_attribute(it, value, name, node)
    if op == SUPER:
        return super_attribute(it, value, name, node)
    if op == PHI and any(one.op in OBJECTS for one in value.data):
        found = [one for one in value.data if not (one.op == CONST and one.data is None)]
        if found:
            return it.phi([read_attribute(it, one, name, node) for one in found], node)
    if op not in _NO_TENSORS:
        if name == "shape":
            return it.value(SHAPE, {"input": value}, node, form="property")
        if name == "ndim":
            return it.value(RANK, {"input": value}, node, form="property")
        if name in _TENSOR_PROPERTIES:
            operation = operations.property(name)
            if operation is not None:
                return it.value(operation.name, {"input": value}, node, form="property")
        output = _output(value, name)
        if output is not None:
            return it.value(ELEMENT, {"input": value}, node, output)
        if operations.method(name) is not None:
            return it.value(METHOD, {"input": value}, node, name)
    return interned(it, value, name, node)


def _output(value: Value, name: str) -> int | None:
    """Which output of an operation that gives several has this name (`x.max(1).values`)."""
    operation = None if value.op.startswith("py.") else operations.method(value.op)
    for overload in operation.overloads if operation is not None else ():
        if name in overload.outputs:
            return overload.outputs.index(name)
    return None


def interned(it: Interpreter, value: Value, name: str, node: ast.AST | None) -> Value:
    """An attribute of something unknown. Reading it twice gives one value, unless the file stores such an attribute."""
    if name in it.stored_names:
        return it.value(ATTR, {"input": value}, node, name)
    if value.memo is None:
        value.memo = {}
    key = f"attribute {name}"
    found: Value | None = value.memo.get(key)
    if found is None:
        found = value.memo[key] = it.value(ATTR, {"input": value}, node, name)
    return found


def instance_attribute(it: Interpreter, value: Value, name: str, node: ast.AST | None) -> Value:
    instance: Instance = value.data
    held = instance.attributes.get(name)
    if held is not None:
        if name in instance.unstable and not _is_fresh(it, value, name, held):
            return unstable(it, value, name, held, node)
        return held
    found = _from_class(it, value, instance.cls.mro(), name, node)
    if found is not None:
        return found
    if name in ("training", "weight", "bias") or instance.children is None or not name.isdigit():
        return interned(it, value, name, node)
    return it.unknown(node, "child")


def _is_fresh(it: Interpreter, owner: Value, name: str, held: Value) -> bool:
    """Whether an attribute still holds what the running call, or one that led to it or that it made, stored before.

    Code that isn't understood may have stored something else since, if it has the object.
    """
    stored = owner.data.stored.get(name)
    if stored is None or stored[0] is not held or stored[2] is not it.frame.root or name in it.foreign_stores:
        return False
    for call in reversed(it.by_op.get(CALL, ())):
        if call.time < stored[1]:
            return True
        if any(one is owner or one.args.get("input") is owner or one.op == METHOD for one in call.args.values()):
            return False
    return True


def unstable(it: Interpreter, owner: Value, name: str, held: Value, node: ast.AST | None) -> Value:
    """What an attribute holds that other code may have replaced: the known value, or another."""
    if owner.memo is None:
        owner.memo = {}
    key = f"unstable {name}"
    known = owner.memo.get(key)
    if known is None or known[0] is not held:
        other = it.value(ATTR, {"input": owner}, node, name)
        known = owner.memo[key] = (held, it.phi((held, other), node))
    found: Value = known[1]
    return found


def _from_class(it: Interpreter, value: Value, order: list, name: str, node: ast.AST | None) -> Value | None:  # type: ignore[type-arg]

    for model in order:
        method = model.methods.get(name)
        if method is not None:
            if method.kind == "property":
                return it.call_function(method, [value], {}, node)
            if method.kind == "static":
                return it.value(FUNCTION, None, node, method)
            return it.value(BOUND, {"self": value}, node, method)
        if name in model.attributes:
            if model.is_field(name):
                return None
            found: Value = model.attributes[name]
            return unstable(it, value, name, found, node) if name in it.stored_names else found
    return None


def module_attribute(it: Interpreter, value: Value, name: str, node: ast.AST | None) -> Value:
    module: ModuleObject = value.data
    if name in module.names:
        return module.names[name]
    if name in value.args and name not in _NOT_ATTRIBUTES:
        return value.args[name]
    return interned(it, value, name, node)


def class_attribute(it: Interpreter, value: Value, name: str, node: ast.AST | None) -> Value:
    for model in value.data.mro():
        method = model.methods.get(name)
        if method is not None:
            if method.kind == "class":
                return it.value(BOUND, {"self": value}, node, method)
            return it.value(FUNCTION, None, node, method)
        if name in model.attributes:
            found: Value = model.attributes[name]
            return unstable(it, value, name, found, node) if name in it.stored_names else found
    return interned(it, value, name, node)


def super_attribute(it: Interpreter, value: Value, name: str, node: ast.AST | None) -> Value:
    """The attribute that the classes after `cls` in the lookup order of `self` give."""
    cls, owner = value.data
    order = owner.data.cls.mro() if owner.op == INSTANCE else cls.mro()
    following = order[order.index(cls) + 1 :] if cls in order else []
    found = _from_class(it, owner, following, name, node)
    return found if found is not None else it.value(METHOD, {"input": value}, node, name)


def store_attribute(it: Interpreter, owner: Value, name: str, value: Value, node: ast.AST) -> None:
    """Effect of `owner.name = value`."""
    if owner.op == INSTANCE:
        _register_child(it, owner, name, value)
        setter = owner.data.cls.method(name)
        if setter is not None and setter.kind == "property":
            it.escape(value, name, node)
            return
        before = owner.data.attributes.get(name)
        it.write(owner.data.attributes, name, value)
        owner.data.stored[name] = (value, it.clock, it.frame.root)
        it.stores.append(Store(owner.data, name, value, node, it.frame, it.clock, before))
    elif owner.op == MODULE:
        it.write(owner.data.names, name, value)
    elif owner.op == CALL and name == "collate_fn":
        owner.args.setdefault(name, owner.args.get("6") or it.constant(None))
        it.write(owner.args, name, value)  # of a DataLoader, as if it had been given to the constructor
    elif name == "data":
        it.note(REPLACED, owner, node)
        data_replaced(it, owner, value)
    elif owner.op == PHI:
        for one in owner.data:
            if one.op == INSTANCE:
                it.write(one.data.attributes, name, it.unknown(node, "stored"))
    operands = {"owner": owner} if owner.op in (MODULE, PHI) else {}
    if value.op not in OBJECTS and value.op != CONST:
        operands["input"] = value
    if operands:
        it.value(ESCAPE, operands, node, name)


def _register_child(it: Interpreter, owner: Value, name: str, value: Value) -> None:
    """A module that becomes an attribute of a Sequential is its next child, or takes the place of the one before."""
    instance: Instance = owner.data
    if value.op not in (INSTANCE, MODULE) or instance.children is None:
        return
    if instance.cls.outside_base("torch.nn.Sequential"):
        old, content = instance.attributes.get(name), instance.children.content
        kept = tuple(value if child is old else child for child in content)
        it.replace_items(instance.children, kept if old in content else (*content, value))
        value.uses.append(owner)

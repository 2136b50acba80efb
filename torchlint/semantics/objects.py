"""Objects of the file's own classes: how they are made, and the methods that nn.Module gives them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics.attributes import read_attribute, store_attribute
from torchlint.semantics.classes import ClassModel, Instance, attribute_stores, first_parameter
from torchlint.semantics.frames import Arguments, Function
from torchlint.semantics.modules import CONTAINERS, SELF_METHODS, add_child, children_of, is_mapping
from torchlint.semantics.values import BUFFER, CALL, CONST, DICT, INITIALISED, INSTANCE, SUPER, Items, Value

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter


def instantiate(it: Interpreter, cls: ClassModel, arguments: Arguments, node: ast.AST | None) -> Value:
    """A new object of a class of the file, after its `__init__`."""

    instance = Instance(cls)
    made = it.value(INSTANCE, arguments.operands(), node, instance)
    if cls.outside_base("torch.nn.Sequential") or cls.outside_base("torch.nn.Module"):
        instance.children = Items(())
        it.born(instance.children)
    outer, it.entered = it.entered, set()
    init = cls.method("__init__")
    if init is not None:
        it.call_function(init, [made, *arguments.positional], arguments.keywords, node, arguments.exact)
    else:
        outside_init(it, made, arguments)
    settle(it, made, frozenset(it.entered))
    it.entered = outer | it.entered
    return made


def settle(it: Interpreter, made: Value, reached: frozenset[object]) -> None:
    """After construction: note which attributes methods that construction didn't reach, or other code, may replace."""
    instance: Instance = made.data
    changed = set(it.foreign_stores)
    for model in instance.cls.mro():
        for method in model.methods.values():
            if method not in reached and method.name != "__init__":
                changed |= _stored_by(it, method)
    instance.unstable = frozenset(changed)


def _stored_by(it: Interpreter, method: Function) -> frozenset[str]:
    """The attributes of its own object that a method stores, anywhere in its text."""
    found = it.stored_by.get(method)
    if found is None:
        body = [] if isinstance(method.node, ast.Lambda) else method.node.body
        owner = first_parameter(method.node)
        found = it.stored_by[method] = frozenset(name for holder, name in attribute_stores(body) if holder == owner)
    return found


def outside_init(it: Interpreter, owner: Value, arguments: Arguments) -> None:
    """Effect of the `__init__` of a base outside the file: a Sequential keeps its arguments as children."""
    instance: Instance = owner.data
    base = instance.cls.outside_base()
    if base not in CONTAINERS or instance.children is None:
        return
    positional = arguments.positional
    if base == "torch.nn.Sequential" and not (len(positional) == 1 and is_mapping(positional[0])):
        it.replace_items(instance.children, positional)
        for child in positional:
            child.uses.append(owner)
        return
    first = positional[0] if positional else None
    it.replace_items(instance.children, children_of(it, first).content)
    if first is not None and first.op == DICT:
        for name, child in first.data.content.items():
            it.write(instance.attributes, name, child)


def instance_method(it: Interpreter, receiver: Value, name: str, arguments: Arguments, node: ast.AST | None) -> Value:
    """The value of `receiver.name(...)` for an object of the file, or for `super()`."""

    owner = receiver.data[1] if receiver.op == SUPER else receiver
    if owner.op != INSTANCE:
        return it.call_unknown(receiver, arguments, node)
    found = read_attribute(it, receiver, name, node)
    if found.op not in ("py.attr", "py.method"):
        return it.apply(found, arguments, node)
    positional = arguments.positional
    if name == "__init__":
        if receiver.form == "beyond":  # `super(nn.Module, self)` looks behind nn.Module
            return it.constant(None, node)
        outside_init(it, owner, arguments)
        if node is not None:
            it.note(INITIALISED, owner, node)
        return it.constant(None, node)
    if name in ("__call__", "forward") and len(positional) == 1 and owner.data.cls.outside_base("torch.nn.Sequential"):
        return it.call_children(owner.data.children.content, positional[0], node)
    if name == "register_buffer":
        return _register(it, owner, arguments, "tensor", node)
    if name == "register_parameter":
        return _register(it, owner, arguments, "param", node)
    if name in ("add_module", "register_module"):
        given = {**dict(zip(("name", "module"), positional, strict=False)), **arguments.keywords}
        if "name" in given and "module" in given:
            add_child(it, owner, given["name"], given["module"])
        return it.constant(None, node)
    if name in SELF_METHODS:
        it.value(CALL, {"callee": owner, **arguments.operands()}, node, f"method {name}")
        return owner
    return it.call_unknown(found, arguments, node)


def _register(it: Interpreter, owner: Value, arguments: Arguments, word: str, node: ast.AST | None) -> Value:
    given = {**dict(zip(("name", word, "persistent"), arguments.positional, strict=False)), **arguments.keywords}
    name, source = given.get("name"), given.get(word)
    nothing = it.constant(None, node)
    if source is None:
        return nothing
    value = source
    if word == "tensor" and not (source.op == CONST and source.data is None):
        flag = given.get("persistent")
        kept = True if flag is None else flag.data if flag.op == CONST else None
        value = it.value(BUFFER, {"input": source}, node, kept, "method")
    if name is not None and name.op == CONST and isinstance(name.data, str):
        store_attribute(it, owner, name.data, value, node if node is not None else ast.Pass())
    else:
        it.escape(value, "registered", node)
    return nothing

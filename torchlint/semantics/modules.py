"""Objects of torch.nn: how they are built, called, chained and changed."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.attributes import read_attribute
from torchlint.semantics.containers import spread
from torchlint.semantics.frames import Arguments
from torchlint.semantics.module_dicts import is_module_dict, module_dict_method
from torchlint.semantics.values import (
    CALL,
    CHOICE,
    CONST,
    DICT,
    GAP,
    INSTANCE,
    MODULE,
    PHI,
    Items,
    ModuleObject,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

CONTAINERS = frozenset(("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"))
# Modules around another one: what they give is what that one gives for the same arguments, batch by batch.
WRAPPERS = frozenset(
    ("torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.nn.parallel.DistributedDataParallel")
)
# Methods of nn.Module that return the module itself (documentation of torch.nn.Module).
SELF_METHODS = frozenset(
    [
        "to",
        "cuda",
        "cpu",
        "xpu",
        "ipu",
        "mps",
        "float",
        "half",
        "double",
        "bfloat16",
        "type",
        "train",
        "eval",
        "requires_grad_",
        "apply",
        "to_empty",
        "share_memory",
        "compile",
    ]
)


def build_module(it: Interpreter, kind: operations.ModuleKind, arguments: Arguments, node: ast.AST | None) -> Value:
    """A new object of a torch.nn class."""
    module = ModuleObject(kind.name)
    if kind.name in CONTAINERS:
        made = it.value(MODULE, arguments.operands(), node, module)
        fill_container(it, module, arguments, node)
        if module.children is not None:
            it.born(module.children)
        return made
    bound = operations.bind_module(kind, arguments.positional, arguments.keywords) if arguments.exact else None
    if bound is None:
        module.exact_arguments = False
        bound = arguments.operands()
    return it.value(MODULE, bound, node, module)


def wrap_module(it: Interpreter, name: str, arguments: Arguments, node: ast.AST | None) -> Value:
    """A new module around another one."""
    first = {"module": arguments.positional[0]} if arguments.positional else {}
    return it.value(MODULE, {**first, **arguments.keywords}, node, ModuleObject(name, exact_arguments=False))


def fill_container(it: Interpreter, module: ModuleObject, arguments: Arguments, node: ast.AST | None) -> None:
    """Put a container's constructor arguments in as its children."""
    positional = arguments.positional
    if module.name == "torch.nn.Sequential" and not (len(positional) == 1 and is_mapping(positional[0])):
        module.children = it.items(positional, node)
    else:
        first = positional[0] if positional else next(iter(arguments.keywords.values()), None)
        module.children = children_of(it, first)
        if first is not None and first.op == DICT:
            module.names.update(first.data.content)
    if not arguments.exact and not positional:
        module.children = Items((it.value(GAP),))


def is_mapping(source: Value) -> bool:
    """Whether a value is a dict, or one of several dicts."""
    return source.op == DICT or (source.op == PHI and all(one.op == DICT for one in source.data))


def children_of(it: Interpreter, source: Value | None) -> Items:
    """The children that a list, a generator or a dict of modules gives to a container."""
    if source is None:
        return Items(())
    if source.op == DICT:
        content = tuple(source.data.content.values())
        return it.items(content if source.data.exact else (*content, it.value(GAP, {"input": source})), source.node)
    if is_mapping(source):
        return Items((it.choice([children_of(it, one).content for one in source.data]),))
    return it.items(spread(it, source), source.node)


def call_module(it: Interpreter, module: Value, arguments: Arguments, node: ast.AST | None) -> Value:
    """The value of calling a torch.nn object."""
    held: ModuleObject = module.data
    if held.name in WRAPPERS and "module" in module.args:
        return it.apply(module.args["module"], arguments, node)
    if held.name == "torch.nn.Sequential" and held.children is not None:
        held.called = True
        if len(arguments.positional) == 1:
            return call_children(it, held.children.content, arguments.positional[0], node)
    kind = operations.module(held.name)
    bound = _forward_arguments(kind, arguments) if kind is not None else None
    if kind is None or not kind.op or bound is None:
        made = it.value(CALL, {"callee": module, **arguments.operands()}, node)
        made.module = module
        return made
    if held.exact_arguments:
        for name, operand in kind.operands.items():
            if name in module.args:
                bound[operand] = module.args[name]
        for name, fixed in kind.fixed.items():
            bound.setdefault(name, it.constant(fixed))
    made = it.value(kind.op, bound, node, form="module")
    made.module = module
    return made


def _forward_arguments(kind: operations.ModuleKind, arguments: Arguments) -> dict[str, Value] | None:
    if not arguments.exact or len(arguments.positional) > len(kind.inputs):
        return None
    bound = dict(zip(kind.inputs, arguments.positional, strict=False))
    for name, value in arguments.keywords.items():
        if name not in kind.inputs or name in bound:
            return None
        bound[name] = value
    return bound if kind.inputs and kind.inputs[0] in bound else None


def call_children(it: Interpreter, content: Sequence[Value], value: Value, node: ast.AST | None) -> Value:
    """Pass a value through the children of a Sequential, one after the other."""

    for child in content:
        it.spend()
        if child.op == CHOICE:
            value = it.phi([call_children(it, run, value, node) for run in child.data], node)
        elif child.op == CONST:
            value = it.unknown(node, "no module")
        else:
            value = it.apply(child, Arguments([value]), node)
    return value


def module_method(it: Interpreter, module: Value, name: str, arguments: Arguments, node: ast.AST | None) -> Value:
    """The value of `module.name(...)` for a torch.nn object."""

    if name in ("forward", "__call__"):
        return call_module(it, module, arguments, node)
    if name in SELF_METHODS:
        it.value(CALL, {"callee": module, **arguments.operands()}, node, f"method {name}")
        return module
    held: ModuleObject = module.data
    if name in ("add_module", "register_module") and len(arguments.positional) == 2:
        add_child(it, module, arguments.positional[0], arguments.positional[1])
        return it.constant(None, node)
    if is_module_dict(module):
        found = module_dict_method(it, module, name, arguments, node)
        if found is not None:
            return found
    if name in held.names:
        return it.apply(held.names[name], arguments, node)
    return it.call_unknown(read_attribute(it, module, name, node), arguments, node)


def add_child(it: Interpreter, owner: Value, name: Value, child: Value) -> None:
    """Effect of `owner.add_module(name, child)`."""
    held = owner.data
    child.uses.append(owner)
    if held.children is not None:
        it.replace_items(held.children, (*held.children.content, child))
    if name.op == CONST and isinstance(name.data, str):
        it.write(held.attributes if owner.op == INSTANCE else held.names, name.data, child)

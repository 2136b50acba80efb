"""TL107: `self.layer(x)` becomes `self.layer.forward(x)`.

Certain where the attribute is set once in the file, in the class's `__init__`, to a layer of torch.nn or an object of a class of
the file that derives from nn.Module alone and has no `__call__`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.mutations.files import File, Function
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("Module",)
_LAYER = re.compile(r"torch\.nn\.(?!Module|Parameter|Buffer|Uninitialized)[A-Z]\w+")
_SPECIAL = re.compile(r"\bjit\b|\bhooks?\b|bypass|__call__")  # of a file that may know why it calls `forward`


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The calls of layers that a class keeps as attributes."""
    kept = {name: node for node in file.nodes if (name := _kept(file, node))}
    for node in file.nodes:
        if not isinstance(node, ast.Call) or not _is_self(node.func):
            continue
        assert isinstance(node.func, ast.Attribute)
        name, function = node.func.attr, file.function(node)
        if name not in kept or function is None:
            continue
        reason = _doubt(file, node, kept[name], function)
        if reason:
            yield Dropped(reason)
            continue
        end = file.source.range(node.func)[1]
        text = " ".join(file.text(node).split())
        yield Mutant("TL107", "attribute", file, f"{file.scope(node)} {text}", ((end, end, ".forward"),))


def _kept(file: File, node: ast.AST) -> str:
    """The attribute to which `__init__` assigns a layer: `self.name = nn.Linear(..)`."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not _is_self(node.targets[0]):
        return ""
    function = file.function(node)
    if function is None or function.name != "__init__" or not _makes_module(file, node.value):
        return ""
    assert isinstance(node.targets[0], ast.Attribute)
    return node.targets[0].attr


def _makes_module(file: File, value: ast.expr) -> bool:
    if _LAYER.fullmatch(file.called(value)):
        return True
    name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    classes = [one for one in file.tree.body if isinstance(one, ast.ClassDef) and one.name == name]
    return len(classes) == 1 and _is_plain_module(file, classes[0])


def _is_plain_module(file: File, owner: ast.ClassDef) -> bool:
    return [file.qualified(base) for base in owner.bases] == ["torch.nn.Module"] and not owner.decorator_list


def _doubt(file: File, call: ast.Call, store: ast.AST, function: Function) -> str:
    """Why it isn't certain that the call would skip a module's hooks."""
    owner = file.owner(call)
    if owner is None or owner is not file.owner(store) or file.parents[function] is not owner:
        return "the attribute is set in another class, or the call stands in no method"
    if not _is_plain_module(file, owner):
        return "the class has a base other than nn.Module"
    if file.attribute_stores[call.func.attr] != 1:  # type: ignore[attr-defined]
        return "the attribute is set more than once"
    if file.attribute_stores["forward"] or file.called_names & {"setattr", "add_module", "register_module"}:
        return "the file may set modules, or their forward, by name"
    if _SPECIAL.search(file.source.text):
        return "the file speaks of hooks or TorchScript"
    if function.args.args[:1] == [] or function.args.args[0].arg != "self" or file.in_nested_scope(call, function):
        return "whose method it is isn't certain"
    return ""


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"

"""TL101: a registered buffer becomes a plain attribute.

Certain where the value is a tensor with dimensions that the constructor makes on the host, and another method combines it, as
it is, with a tensor that follows the module: an input, a parameter, another buffer, or what is computed from them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.mutations import hosts, meetings
from benchmarks.mutations.files import File
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("register_buffer",)
_BASES = {
    "torch.nn.Module", "torch.nn.modules.module.Module", "torch.nn.modules.Module",
    "pytorch_lightning.LightningModule", "lightning.pytorch.LightningModule", "lightning.LightningModule",
}  # fmt: skip
_MOVERS = {"_apply", "to", "cuda", "__setattr__", "__getattr__", "__getattribute__"}


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The buffers of a file that its constructors register under a constant name."""
    for node in file.nodes:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            continue
        call = node.value
        if not isinstance(call.func, ast.Attribute) or ast.unparse(call.func) != "self.register_buffer":
            continue
        name, value = _argument(call, 0, "name"), _argument(call, 1, "tensor")
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str) or value is None:
            yield Dropped("the buffer's name or value isn't written out")
            continue
        reason = _uncertain(file, node, call, name.value, value)
        if reason:
            yield Dropped(reason)
            continue
        kind = meetings.kind(file, node, name.value)
        if kind is None or not (hosts.has_axes(file, value) or kind in meetings.NEED_AXES):
            yield Dropped("it isn't certain that the buffer has dimensions and meets a tensor that follows the module")
            continue
        start, end = file.source.range(node)
        text = file.text(value)
        plain = f"self.{name.value} = {f'({text})' if chr(10) in text else text}"
        yield Mutant("TL101", kind, file, f"{file.scope(node)} {name.value}", ((start, end, plain),))


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((one.value for one in call.keywords if one.arg == name), None)


def _uncertain(file: File, node: ast.Expr, call: ast.Call, name: str, value: ast.expr) -> str:
    """Why the plain attribute would not certainly be a tensor left on the host; "" where it would be."""
    owner, init = file.owner(node), file.function(node)
    if owner is None or init is None or init.name != "__init__":
        return "the buffer isn't registered by a constructor"
    if isinstance(value, ast.Constant) and value.value is None:
        return "the buffer is None at first"
    classes = lineage(file, owner)
    if classes is None:
        return "a base class stands in another file"
    if any(isinstance(part, ast.FunctionDef) and part.name in _MOVERS for cls in classes for part in cls.body):
        return "the class moves its attributes itself"
    if any(isinstance(part, ast.Name) and part.id == "setattr" for part in ast.walk(owner)):
        return "the class sets attributes by name"
    if set_elsewhere(file, owner, classes, name):
        return "an attribute of this name is set more than once"
    if any(isinstance(part, ast.Try) for part in file.above(node)):
        return "the buffer isn't registered by a constructor"
    if _default_device_changes(file) or not hosts.is_host(file, value):
        return "the value isn't certainly made on the host"
    return ""


def lineage(file: File, owner: ast.ClassDef) -> list[ast.ClassDef] | None:
    """A class with its bases down to nn.Module, if all stand in the file."""
    classes = {one.name: one for one in file.tree.body if isinstance(one, ast.ClassDef)}
    found, pending = [], [owner]
    while pending:
        cls = pending.pop()
        found.append(cls)
        if not cls.bases or len(found) > 20:
            return None
        for base in cls.bases:
            if file.qualified(base) in _BASES:
                continue
            if not isinstance(base, ast.Name) or base.id not in classes or classes[base.id] is cls:
                return None
            pending.append(classes[base.id])
    return found


def set_elsewhere(file: File, owner: ast.ClassDef, lineage: list[ast.ClassDef], name: str) -> bool:
    """Whether the class, one that it extends or one that extends it sets the name again, or anything does from outside."""
    related = {*lineage}
    for cls in file.nodes:
        if isinstance(cls, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id == owner.name for b in cls.bases):
            related.add(cls)
    sets = 0
    for node in file.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "data" and not isinstance(node.ctx, ast.Load):
            sets += isinstance(node.value, ast.Attribute) and node.value.attr == name  # perhaps from another device
        elif isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load):
            outside = not (isinstance(node.value, ast.Name) and node.value.id == "self")
            sets += outside or file.owner(node) in related
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = _argument(node, 0, "name")
            registers = node.func.attr in ("register_buffer", "register_parameter")
            if registers and isinstance(first, ast.Constant) and first.value == name:
                sets += file.owner(node) in related
    return sets != 1 or any(_class_level(cls, name) for cls in related)


def _default_device_changes(file: File) -> bool:
    """Whether factories may make tensors elsewhere."""
    items = [item for node in file.nodes if isinstance(node, ast.With) for item in node.items]
    contexts = any("device" in ast.unparse(item.context_expr) for item in items)
    return contexts or "set_default_device" in file.source.text or "set_default_tensor_type" in file.source.text


def _class_level(owner: ast.ClassDef, name: str) -> bool:
    """Whether the class itself has the name; an annotation without value says nothing."""
    return any(
        (isinstance(part, ast.FunctionDef) and part.name == name)
        or (isinstance(part, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in part.targets))
        for part in owner.body
    )

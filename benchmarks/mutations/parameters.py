"""TL103 and TL109: what makes a parameter a parameter is undone.

Three kinds. An `nn.ParameterList` or `nn.ParameterDict` becomes the plain list or dict that it is made of. A factor or summand
of a parameter's data moves behind the parameter, which makes a plain tensor (both TL103). A method that changes a parameter in
place becomes an assignment of what the method without underscore gives, which torch refuses (TL109).

Certain where the class and its bases stand in the file, down to nn.Module, only one statement of the constructor sets the
attribute, and nothing in the file gives it to an optimizer or asks for its gradient; for TL103 another method reads it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.mutations.buffers import lineage, set_elsewhere
from benchmarks.mutations.files import File
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("Parameter",)
_PARAMETER = {"torch.nn.Parameter", "torch.nn.parameter.Parameter"}
_CONTAINERS = {"torch.nn.ParameterList": (ast.List, ast.ListComp), "torch.nn.ParameterDict": (ast.Dict,)}
_FACTORIES = {f"torch.{name}" for name in ("zeros", "ones", "empty", "rand", "randn", "full", "eye", "linspace")}
_IN_PLACE = {"mul_", "div_", "add_", "sub_", "clamp_", "neg_", "exp_", "abs_", "pow_"}
_OWN_WAYS = {
    "parameters", "named_parameters", "buffers", "state_dict", "load_state_dict", "to", "cuda", "cpu", "half", "float", "double",
    "_apply", "__setattr__", "__getattr__", "eval", "train", "children", "modules", "named_modules", "named_children",
    "requires_grad_", "share_memory", "bfloat16",
}  # fmt: skip
_ASKING = {
    "grad", "parameters", "named_parameters", "param_groups", "add_param_group", "register_hook", "retain_grad", "requires_grad_",
    "register_parameter", "state_dict", "load_state_dict", "modules", "named_modules",
}  # fmt: skip
_BY_NAME = {"setattr", "getattr", "delattr", "vars", "parametrize", "weight_norm", "spectral_norm"}


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The parameters that constructors set, alone and in containers, and what methods do to them in place."""
    for node in file.nodes:
        if isinstance(node, ast.Assign) and _attribute(node.targets) and isinstance(node.value, ast.Call):
            yield from _assigned(file, node, node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _changed(file, node.value)


def _assigned(file: File, node: ast.Assign, call: ast.Call) -> Iterator[Mutant | Dropped]:
    called, name = file.called(call), _attribute(node.targets)
    if called in _CONTAINERS:
        if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], _CONTAINERS[called]):
            yield Dropped("the container isn't written out")
            return
        if not _of_parameters(file, call.args[0]):
            yield Dropped("what the container holds isn't written out as two or more parameters")
            return
        kind, text = "a plain container", file.text(call.args[0])
    elif called in _PARAMETER:
        data = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not isinstance(data, ast.BinOp) or not isinstance(data.op, ast.Mult | ast.Div | ast.Add | ast.Sub):
            return
        if file.called(data.left) not in _FACTORIES or not _is_number(data.right):
            yield Dropped("the parameter's data isn't a new tensor and a number")
            return
        middle = file.source.text[file.source.range(data.left)[1] : file.source.range(data.right)[0]]
        if "(" in middle or ")" in middle or "\n" in middle:
            yield Dropped("the parameter's data isn't a new tensor and a number")
            return
        kind = "an operation behind the parameter"
        text = f"{file.text(call.func)}({file.text(data.left)}){middle}{file.text(data.right)}"
    else:
        return
    reason = _uncertain(file, node, name) or _unread(file, node, name)
    if reason:
        yield Dropped(reason)
        return
    yield Mutant("TL103", kind, file, f"{file.scope(node)} {name}", ((*file.source.range(call), text),))


def _changed(file: File, call: ast.Call) -> Iterator[Mutant | Dropped]:
    """`self.weight.data.mul_(0.5)` becomes `self.weight = self.weight.mul(0.5)`."""
    method = call.func
    if not isinstance(method, ast.Attribute) or method.attr not in _IN_PLACE:
        return
    held = method.value
    if isinstance(held, ast.Attribute) and held.attr == "data":
        held = held.value
    name = _attribute([held])
    owner, function = file.owner(call), file.function(call)
    if not name or owner is None or function is None:
        return
    made = next(
        (node for node in file.nodes_of(owner) if isinstance(node, ast.FunctionDef) and node.name == "__init__"), None
    )
    stores = (
        [one for one in made.body if isinstance(one, ast.Assign) and _attribute(one.targets) == name] if made else []
    )
    if len(stores) != 1 or file.called(stores[0].value) not in _PARAMETER:
        yield Dropped("what is changed in place isn't certainly a parameter")
        return
    reason = _uncertain(file, stores[0], name)
    if reason or function.decorator_list or any(isinstance(one, ast.Try) for one in file.above(call)):
        yield Dropped(reason or "the failure may be expected")
        return
    start, end = file.source.range(call)
    arguments = file.source.text[file.source.range(method)[1] : end]
    text = f"self.{name} = self.{name}.{method.attr.removesuffix('_')}{arguments}"
    place = f"{file.scope(call)} {name}.{method.attr}"
    yield Mutant("TL109", "an assignment for a change in place", file, place, ((start, end, text),))


def _attribute(targets: list[ast.expr]) -> str:
    """The name in `self.name`."""
    target = targets[0] if len(targets) == 1 else None
    plain = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    return target.attr if plain and isinstance(target, ast.Attribute) else ""


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _of_parameters(file: File, node: ast.expr) -> bool:
    if isinstance(node, ast.ListComp):
        return file.called(node.elt) in _PARAMETER
    values = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    return len(values) > 1 and all(file.called(one) in _PARAMETER for one in values)


def _uncertain(file: File, node: ast.Assign, name: str) -> str:
    """Why it isn't certain that the attribute becomes what the mutant says; "" where it is."""
    owner, function = file.owner(node), file.function(node)
    if owner is None or function is None or function.name != "__init__":
        return "the parameter isn't set by a constructor"
    classes = lineage(file, owner)
    if classes is None:
        return "a base class stands in another file"
    if any(isinstance(part, ast.FunctionDef) and part.name in _OWN_WAYS for cls in classes for part in cls.body):
        return "the class collects or moves parameters itself"
    if set_elsewhere(file, owner, classes, name):
        return "an attribute of this name is set more than once"
    if any(isinstance(part, ast.Name | ast.Attribute) and _last(part) in _BY_NAME for part in ast.walk(owner)):
        return "the class sets attributes by name"
    for statement in file.nodes:
        if isinstance(statement, ast.stmt) and not isinstance(
            statement, ast.FunctionDef | ast.ClassDef | ast.If | ast.With | ast.For
        ):
            named = [part.attr for part in ast.walk(statement) if isinstance(part, ast.Attribute)]
            if name in named and (_ASKING & set(named) or "optim" in ast.unparse(statement)):
                return "somebody else may take care of the parameter"
    return ""


def _unread(file: File, node: ast.Assign, name: str) -> str:
    """Whether no other method of the class reads the attribute, or gives it away."""
    owner = file.owner(node)
    reads = [
        part
        for part in (ast.walk(owner) if owner is not None else ())
        if isinstance(part, ast.Attribute) and part.attr == name and isinstance(part.ctx, ast.Load)
    ]
    outside = [part for part in reads if (where := file.function(part)) is not None and where.name != "__init__"]
    if not outside:
        return "no other method reads the parameter"
    if any(isinstance(file.parents[part], ast.Return | ast.Call | ast.keyword | ast.Starred) for part in reads):
        return "somebody else may take care of the parameter"
    return ""


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr

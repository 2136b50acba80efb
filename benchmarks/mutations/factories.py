"""TL110: a tensor that a forward pass makes where its input is loses its `device=`.

Certain where the device is that of the first argument, the tensor has dimensions, and it is combined, as it is, with that
argument in arithmetic, or looked up in an embedding of the module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.mutations.files import File, Function
from benchmarks.mutations.mutant import Dropped, Edit, Mutant

WORDS = (".device",)
_SIZED = {"zeros", "ones", "rand", "randn", "empty"}
_FORMS = {"unsqueeze", "view", "reshape", "expand", "repeat", "float", "long", "transpose", "expand_as"}
_RANGES = {"arange", "linspace", "eye", "randperm"}


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The new tensors in the forward methods of a file that name the device of the first argument."""
    for node in file.nodes:
        if not isinstance(node, ast.Call) or not file.called(node).startswith("torch."):
            continue
        device = next((one for one in node.keywords if one.arg == "device"), None)
        kind = file.called(node).removeprefix("torch.")
        if device is None or kind not in _SIZED | _RANGES:
            continue
        function, owner = file.function(node), file.owner(node)
        argument = _first(function) if function is not None and function.name == "forward" else None
        if (
            function is None
            or owner is None
            or argument is None
            or not _is_its_device(function, device.value, argument)
        ):
            yield Dropped("the device isn't that of forward's first argument")
        elif not _is_module(file, owner):
            yield Dropped("a base class stands in another file")
        elif kind in _SIZED and not _has_axes(node):
            yield Dropped("it isn't certain that the tensor has dimensions")
        elif "device" in {
            ast.unparse(item.context_expr) for one in file.nodes if isinstance(one, ast.With) for item in one.items
        }:
            yield Dropped("the default device changes")
        else:
            meeting = _meeting(file, function, owner, node, argument)
            if meeting is None:
                yield Dropped("it isn't certain that it meets the argument or an embedding as it is")
                continue
            place = f"{file.scope(node)} {' '.join(file.text(node).split())}"
            yield Mutant("TL110", meeting, file, place, (_without(file, node, device),))


def _first(function: Function) -> str | None:
    """The first argument behind `self`, if the method never brings anything to the host."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    if len(arguments) < 2 or (
        arguments[1].annotation is not None and "Tensor" not in ast.unparse(arguments[1].annotation)
    ):
        return None
    name = arguments[1].arg
    back = any(isinstance(n, ast.Attribute) and n.attr in ("cpu", "numpy", "to", "tolist") for n in ast.walk(function))
    has_default = len(function.args.defaults) > len(arguments) - 2
    return None if back or has_default else name


def _is_its_device(function: Function, value: ast.expr, argument: str) -> bool:
    """Whether an expression is the argument's device, or the name of one that is bound to it once."""
    if isinstance(value, ast.Name):
        names = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == value.id]
        stores = [one for one in ast.walk(function) if isinstance(one, ast.Assign) and _targets(one) == [value.id]]
        if len(stores) != 1 or sum(not isinstance(one.ctx, ast.Load) for one in names) != 1:
            return False
        value = stores[0].value
    return ast.unparse(value) == f"{argument}.device"


def _targets(node: ast.Assign) -> list[str]:
    return [ast.unparse(one) for one in node.targets]


def _is_module(file: File, owner: ast.ClassDef) -> bool:
    return len(owner.bases) == 1 and file.qualified(owner.bases[0]) in ("torch.nn.Module", "torch.nn.modules.Module")


def _has_axes(node: ast.Call) -> bool:
    return bool(node.args) and not any(
        isinstance(one, ast.Starred | ast.Call | ast.Name | ast.Attribute) for one in node.args[:1]
    )


def _meeting(file: File, function: Function, owner: ast.ClassDef, node: ast.Call, argument: str) -> str | None:
    """How the tensor meets one that follows the module, by itself or under the name that it's assigned to."""
    uses: list[ast.AST] = [node]
    parent = file.parents[node]
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        name = parent.targets[0].id
        names = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == name]
        if sum(not isinstance(one.ctx, ast.Load) for one in names) > 1 or _nested(file, parent, function):
            return None
        uses = [one for one in names if isinstance(one.ctx, ast.Load)]
    for one in uses:
        use = _wrapped(file, one)
        around = file.parents[use]
        if isinstance(around, ast.BinOp):
            other = around.right if around.left is use else around.left
            if _bare(other) == argument:
                return "met in arithmetic"
        if isinstance(around, ast.Call) and around.args == [use] and not around.keywords:
            owner_name, _, name = ast.unparse(around.func).rpartition(".")
            if owner_name == "self" and _is_embedding(file, owner, name):
                return "looked up in an embedding"
    return None


def _wrapped(file: File, node: ast.AST) -> ast.AST:
    """The outermost expression that is the tensor in another form."""
    while True:
        around = file.parents[node]
        if isinstance(around, ast.Subscript) and around.value is node and _keeps(around):
            node = around
            continue
        call = file.parents.get(around)
        if (
            isinstance(around, ast.Attribute)
            and around.attr in _FORMS
            and isinstance(call, ast.Call)
            and call.func is around
        ):
            node = call
            continue
        return node


def _keeps(node: ast.Subscript) -> bool:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return all(
        isinstance(one, ast.Slice) or (isinstance(one, ast.Constant) and one.value in (None, ...)) for one in parts
    )


def _bare(node: ast.AST) -> str:
    """The name of a tensor, without what gives it another form."""
    while True:
        if isinstance(node, ast.Subscript) and _keeps(node):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FORMS:
            node = node.func.value
        else:
            return node.id if isinstance(node, ast.Name) else ""


def _nested(file: File, statement: ast.AST, function: Function) -> bool:
    """Whether a statement runs on a condition, or several times."""
    return file.parents[statement] is not function


def _is_embedding(file: File, owner: ast.ClassDef, name: str) -> bool:
    stores = [
        one.value
        for one in ast.walk(owner)
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Attribute) and target.attr == name
    ]
    return len(stores) == 1 and isinstance(stores[0], ast.Call) and file.called(stores[0]) == "torch.nn.Embedding"


def _without(file: File, call: ast.Call, device: ast.keyword) -> Edit:
    """The edit that takes the keyword out, with the comma before it."""
    start, end = file.source.range(device)
    before = [file.source.range(one)[1] for one in (*call.args, *(k for k in call.keywords if k is not device))]
    earlier = [one for one in before if one <= start]
    return (max(earlier), end, "") if earlier else (*file.source.range(device.value), "None")

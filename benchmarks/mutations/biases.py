"""TL201: a convolution in front of a norm loses its `bias=False`.

Certain where the norm follows by the code's own text: side by side in a Sequential or in a list that becomes one, or as two
attributes that `forward` calls one after the other, and nothing else touches either.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.mutations.files import File, Function
from benchmarks.mutations.mutant import Dropped, Edit, Mutant

WORDS = ("bias=False", "bias = False")
_CONV = re.compile(r"torch\.nn\.(Conv|ConvTranspose)[123]d")
_NORM = re.compile(r"torch\.nn\.(BatchNorm[123]d|SyncBatchNorm|InstanceNorm[123]d)")


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The convolutions with `bias=False` of a file that have a norm near."""
    for node in file.nodes:
        if not isinstance(node, ast.Call) or not _CONV.fullmatch(file.called(node)):
            continue
        bias = next((one for one in node.keywords if one.arg == "bias"), None)
        if bias is None or not isinstance(bias.value, ast.Constant) or bias.value.value is not False:
            continue
        # `**rest` can't hold another bias: that would be an error already.
        if any(isinstance(one, ast.Starred) for one in node.args):
            yield Dropped("the convolution has arguments that aren't written out")
            continue
        found = _follower(file, node)
        if isinstance(found, Dropped):
            yield found
            continue
        kind, norm = found
        if not _same_channels(node, norm):
            yield Dropped("convolution and norm name their channels differently")
            continue
        place = f"{file.scope(node)} {' '.join(file.text(node).split())}"
        yield Mutant("TL201", kind, file, place, (_without(file, node, bias),))


def _without(file: File, call: ast.Call, bias: ast.keyword) -> Edit:
    """The edit that takes the keyword out, with the comma before it."""
    start, end = file.source.range(bias)
    before = [file.source.range(one)[1] for one in (*call.args, *(k for k in call.keywords if k is not bias))]
    earlier = [one for one in before if one <= start]
    if earlier and "#" not in file.source.text[max(earlier) : start]:
        return max(earlier), end, ""
    return file.source.range(bias.value)[0], end, "True"


def _same_channels(conv: ast.Call, norm: ast.Call) -> bool:
    out = _argument(conv, 1, "out_channels")
    features = _argument(norm, 0, "num_features")
    return out is not None and features is not None and ast.dump(out) == ast.dump(features)


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((one.value for one in call.keywords if one.arg == name), None)


def _follower(file: File, conv: ast.Call) -> tuple[str, ast.Call] | Dropped:
    """The norm behind a convolution, and how they stand together."""
    parent = file.parents[conv]
    item: ast.AST = conv
    kind = "side by side"
    if isinstance(parent, ast.Tuple) and len(parent.elts) == 2:  # ("name", conv) of an OrderedDict
        name = getattr(parent.elts[0], "value", None)
        if name is None or any(isinstance(node, ast.Attribute) and node.attr == name for node in file.nodes):
            return Dropped("the convolution may be reached by its name in the Sequential")
        item, parent, kind = parent, file.parents[parent], "named pairs"
    if isinstance(parent, ast.Call | ast.List | ast.Tuple):
        return _in_sequence(file, item, parent, kind)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            return _attributes(file, parent, target.attr)
    return Dropped("where the convolution goes isn't certain")


def _in_sequence(file: File, item: ast.AST, parent: ast.AST, kind: str) -> tuple[str, ast.Call] | Dropped:
    if isinstance(parent, ast.Call) and parent.args[:1] == [item] and _is_append(parent):
        return _appended(file, parent)
    items: list[ast.AST] = [*(parent.args if isinstance(parent, ast.Call) else getattr(parent, "elts", []))]
    if item not in items:
        return Dropped("where the convolution goes isn't certain")
    index = items.index(item)
    following = items[index + 1] if index + 1 < len(items) else None
    if isinstance(following, ast.Tuple) and kind == "named pairs" and len(following.elts) == 2:
        following = following.elts[1]
    if not isinstance(following, ast.Call) or not _NORM.fullmatch(file.called(following)):
        return Dropped("what follows in the sequence is no norm, or depends on something")
    if isinstance(parent, ast.Call):
        if file.called(parent) == "torch.nn.Sequential":
            return _undisturbed(file, parent) or (kind, following)
        if ast.unparse(parent.func) == "super().__init__" and _extends_sequential(file, parent):
            return "side by side in a subclass of Sequential", following
        return Dropped("the sequence isn't certainly a Sequential")
    return _from_list(file, parent, kind, following)


def _extends_sequential(file: File, node: ast.AST) -> bool:
    owner = file.owner(node)
    return owner is not None and [file.qualified(base) for base in owner.bases] == ["torch.nn.Sequential"]


def _from_list(file: File, items: ast.AST, kind: str, norm: ast.Call) -> tuple[str, ast.Call] | Dropped:
    around = file.parents[items]
    if isinstance(around, ast.Starred) or (
        isinstance(around, ast.Call) and file.called(around).endswith("OrderedDict")
    ):
        outer = file.parents[around]
        if isinstance(outer, ast.Call) and file.called(outer) == "torch.nn.Sequential":
            return _undisturbed(file, outer) or (kind, norm)
        return Dropped("the list isn't certainly a Sequential's")
    if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and around.func.attr == "extend":
        name = around.func.value
    elif isinstance(around, ast.Assign) and len(around.targets) == 1:
        name = around.targets[0]
    elif isinstance(around, ast.AugAssign):
        name = around.target
    else:
        return Dropped("the list isn't certainly a Sequential's")
    if isinstance(name, ast.Name) and _becomes_sequential(file, name):
        return "in a list of layers", norm
    return Dropped("the list isn't certainly a Sequential's")


def _is_append(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "append" and len(call.args) == 1


def _appended(file: File, call: ast.Call) -> tuple[str, ast.Call] | Dropped:
    """`layers.append(conv)` and, as the next statement, `layers.append(norm)`."""
    statement = file.statement(call)
    parent = file.parents[statement] if statement is not None else None
    for field in ("body", "orelse"):
        block = getattr(parent, field, None)
        if not isinstance(block, list) or statement not in block:
            continue
        following = block[block.index(statement) + 1 : block.index(statement) + 2]
        if following and isinstance(following[0], ast.Expr) and isinstance(other := following[0].value, ast.Call):
            assert isinstance(call.func, ast.Attribute)
            same = _is_append(other) and ast.dump(other.func) == ast.dump(call.func)
            norm = other.args[0] if same else None
            name = call.func.value
            if isinstance(norm, ast.Call) and _NORM.fullmatch(file.called(norm)):
                if isinstance(name, ast.Name) and _becomes_sequential(file, name):
                    return "appended one by one", norm
                return Dropped("the list isn't certainly a Sequential's")
    return Dropped("what follows in the sequence is no norm, or depends on something")


def _becomes_sequential(file: File, name: ast.Name) -> bool:
    """Whether a local list is only filled at its end and given to one Sequential."""
    function = file.function(name)
    if function is None:
        return False
    sequences = 0
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or node.id != name.id:
            continue
        parent = file.parents[node]
        if isinstance(parent, ast.Starred):
            outer = file.parents[parent]
            if not isinstance(outer, ast.Call) or file.called(outer) != "torch.nn.Sequential":
                return False
            if outer.args != [parent] or _undisturbed(file, outer) is not None:
                return False
            sequences += 1
        elif isinstance(parent, ast.Attribute):
            if parent.attr not in ("append", "extend"):
                return False
        elif not (isinstance(parent, ast.Assign | ast.AugAssign) and not isinstance(node.ctx, ast.Load)):
            return False
    return sequences == 1


def _undisturbed(file: File, sequential: ast.Call) -> Dropped | None:
    """None where nothing takes the Sequential apart: no subscript and no loop over the attribute that it becomes."""
    statement = file.statement(sequential)
    if not isinstance(statement, ast.Assign):
        return None
    for target in statement.targets:
        name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else None
        if name is None:
            return Dropped("the Sequential is stored in a container")
        for node in file.nodes:
            if isinstance(node, ast.Subscript):
                part: ast.AST | None = node.value
            elif isinstance(node, ast.For | ast.comprehension):
                part = node.iter
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                part = node.args[0] if node.args and node.func.id in ("enumerate", "zip", "list", "reversed") else None
            else:
                continue
            if (isinstance(part, ast.Attribute) and part.attr == name) or (
                isinstance(part, ast.Name) and part.id == name
            ):
                return Dropped("the Sequential is taken apart somewhere")
    return None


def _attributes(file: File, store: ast.Assign, conv: str) -> tuple[str, ast.Call] | Dropped:
    """`self.norm(self.conv(x))`, or the same in two statements one after the other."""
    owner, init = file.owner(store), file.function(store)
    if owner is None or init is None:
        return Dropped("where the convolution goes isn't certain")
    if file.attribute_stores[conv] != 1:
        stores = [n for n in ast.walk(owner) if _is_self(n, conv) and not isinstance(n.ctx, ast.Load)]  # type: ignore[attr-defined]
        if len(stores) != 1 or _subclassed(file, owner):
            return Dropped("the attribute is set more than once")
    if any(isinstance(n, ast.Attribute) and n.attr == conv and not _is_self(n, conv) for n in file.nodes):
        return Dropped("the convolution's attribute is used from outside")
    loads = [node for node in ast.walk(owner) if _is_self(node, conv) and isinstance(node.ctx, ast.Load)]  # type: ignore[attr-defined]
    if len(loads) != 1 or _subclassed(file, owner):
        return Dropped("the convolution isn't called exactly once")
    call = file.parents[loads[0]]
    if not isinstance(call, ast.Call) or call.func is not loads[0]:
        return Dropped("the convolution isn't called exactly once")
    consumer = _consumer(file, call)
    if consumer is None or not _is_self(consumer.func):
        return Dropped("the norm isn't called on the convolution's output alone")
    assert isinstance(consumer.func, ast.Attribute)
    norms = [node for node in ast.walk(owner) if isinstance(node, ast.Assign) and _sets(node, consumer.func.attr)]
    if len(norms) != 1 or file.parents[norms[0]] is not file.parents[store]:
        return Dropped("the norm isn't made beside the convolution")
    norm = norms[0].value
    if not isinstance(norm, ast.Call) or not _NORM.fullmatch(file.called(norm)):
        return Dropped("what follows in forward is no norm, or depends on something")
    return "two attributes", norm


def _is_self(node: ast.AST, name: str | None = None) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and name in (None, node.attr)
    )


def _sets(node: ast.Assign, name: str) -> bool:
    return any(_is_self(target, name) for target in node.targets)


def _subclassed(file: File, owner: ast.ClassDef) -> bool:
    return any(
        isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == owner.name for base in node.bases)
        for node in file.nodes
    )


def _consumer(file: File, call: ast.Call) -> ast.Call | None:
    """The call that alone gets the result of another."""
    parent = file.parents[call]
    if isinstance(parent, ast.Call) and parent.args == [call] and not parent.keywords:
        return parent
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1 or not isinstance(parent.targets[0], ast.Name):
        return None
    name = parent.targets[0].id
    block = next((b for f in ("body", "orelse") if parent in (b := getattr(file.parents[parent], f, []) or [])), None)
    index = block.index(parent) + 1 if block else 0
    if block is None or index >= len(block):
        return None
    following = block[index]
    loads = [node for node in ast.walk(following) if isinstance(node, ast.Name) and node.id == name]
    loads = [node for node in loads if isinstance(node.ctx, ast.Load)]
    if len(loads) != 1 or isinstance(following, ast.For | ast.While | ast.If | ast.With | ast.Try):
        return None
    function = file.function(call)
    rebinds = isinstance(following, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in following.targets
    )
    if not rebinds and _loads(function, name) != 1:
        return None
    outer = file.parents[loads[0]]
    return outer if isinstance(outer, ast.Call) and outer.args == [loads[0]] and not outer.keywords else None


def _loads(function: Function | None, name: str) -> int:
    if function is None:
        return 0
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    return sum(isinstance(node.ctx, ast.Load) for node in nodes)

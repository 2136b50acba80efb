"""Whether a tensor of a constructor is certainly made on the host, and certainly has dimensions.

All values that a local name may hold are looked at, those of attributes, and the results of functions of the file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from benchmarks.mutations.files import File, Function

_MAKERS = {
    "zeros", "ones", "empty", "rand", "randn", "arange", "linspace", "logspace", "eye", "full", "randint", "randperm",
    "hann_window", "hamming_window", "blackman_window", "kaiser_window", "triu_indices", "tril_indices",
}  # fmt: skip
_FROM_DATA = {"tensor", "as_tensor", "Tensor", "FloatTensor", "LongTensor", "BoolTensor", "DoubleTensor"}
_BUILTINS = {
    "range", "len", "int", "float", "list", "tuple", "zip", "enumerate", "min", "max", "sum", "reversed", "sorted", "abs", "round",
    "bool",
}  # fmt: skip
_MOVING = {"cuda", "new_tensor", "new_zeros", "new_ones", "new_full", "new_empty", "type_as", "to", "item"}
_PLAIN = ("int", "float", "bool", "str", "list", "List", "tuple", "Tuple", "Sequence", "ndarray", "dtype", "Iterable")
_TENSORS = ("Tensor", "Module", "device", "Any", "Callable")
# Functions and methods that keep the device and give at least one axis if they get one.
KEEPING = {
    "exp", "log", "sqrt", "rsqrt", "abs", "neg", "pow", "sin", "cos", "tan", "mul", "div", "add", "sub", "flip", "triu", "tril",
    "cumsum", "cumprod", "clone", "contiguous", "float", "double", "half", "long", "int", "bool", "unsqueeze", "repeat", "expand",
    "flatten", "t", "transpose", "permute", "clamp", "floor", "ceil", "round", "sigmoid", "softmax", "log2", "detach", "type",
    "expand_as", "repeat_interleave", "outer", "ger", "cat", "stack", "concat", "square", "reciprocal", "roll", "tile",
    "bfloat16", "requires_grad_", "mul_", "div_", "add_", "sub_", "fill_", "normal_", "uniform_", "zero_", "masked_fill",
    "normalize", "pad", "to", "masked_fill_", "cdist", "where", "tensor_split", "clip", "deg2rad", "flipud", "fliplr",
}  # fmt: skip
_GIVING_AXES = {"unsqueeze", "repeat", "expand", "flatten", "repeat_interleave", "cat", "stack", "concat", "outer", "ger", "view",
                "reshape", "meshgrid", "bincount"}  # fmt: skip
ATTRIBUTES = {"T", "mT"}


def is_host(file: File, node: ast.expr) -> bool:
    """Whether an expression of a constructor is certainly made on the host, if it is a tensor."""
    return _Walk(file).on_host(node, {})


def has_axes(file: File, node: ast.expr) -> bool:
    """Whether a tensor of a constructor certainly has at least one dimension."""
    return _Walk(file).has_axes(node)


class _Walk:
    """One walk over what a value is made of. `names` says which arguments of a called function are on the host."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.seen: set[tuple[ast.AST | None, str]] = set()

    def on_host(self, node: ast.AST, names: Mapping[str, bool]) -> bool:
        """Whether every part of an expression is a number, a dtype, or a tensor made on the host."""
        if isinstance(node, ast.Constant):
            return node.value is not None
        if isinstance(node, ast.Name):
            return self._name(node, names)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, names)
        if isinstance(node, ast.Call):
            return self._call(node, names)
        if isinstance(node, ast.IfExp):
            return self.on_host(node.body, names) and self.on_host(node.orelse, names)
        if isinstance(node, ast.Subscript):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            none = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
            return self.on_host(node.value, names) and all(self.on_host(part, names) for part in none)
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self.on_host(node.elt, names) and all(self.on_host(one.iter, names) for one in node.generators)
        known = (
            ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Tuple, ast.List, ast.Slice, ast.Starred, ast.operator, ast.unaryop,
            ast.cmpop, ast.boolop, ast.expr_context,
        )  # fmt: skip
        return isinstance(node, known) and all(self.on_host(one, names) for one in ast.iter_child_nodes(node))

    def _name(self, node: ast.Name, names: Mapping[str, bool]) -> bool:
        function = self.file.function(node)
        key = (function, node.id)
        if key in self.seen:
            return True
        self.seen.add(key)
        values = [value for value, _ in self._values(function or self.file.tree, node.id)]
        argument = _argument(function, node.id) if function is not None else None
        if argument is not None:
            given = names[node.id] if node.id in names else _plain(self.file, function, argument)
            return given and all(self.on_host(value, names) for value in values if value is not None)
        if not values and function is not None:
            top = [value for value, _ in self._values(self.file.tree, node.id)]
            return len(top) == 1 and top[0] is not None and self.on_host(top[0], {})
        return bool(values) and all(value is not None and self.on_host(value, names) for value in values)

    def _values(self, scope: ast.AST, name: str) -> Iterator[tuple[ast.expr | None, bool]]:
        """What a name is bound to in a scope, and whether by unpacking or iteration; None for what isn't understood."""
        for node in self.file.nodes_of(scope):
            if not isinstance(node, ast.Name) or node.id != name or isinstance(node.ctx, ast.Load):
                continue
            target: ast.AST = node
            parent = self.file.parents[node]
            while isinstance(parent, ast.Tuple | ast.List | ast.Starred):
                target, parent = parent, self.file.parents[parent]
            if isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign):
                if parent.value is not None:
                    yield parent.value, target is not node
            elif isinstance(parent, ast.For | ast.comprehension):
                yield parent.iter, True
            else:
                yield None, False

    def _attribute(self, node: ast.Attribute, names: Mapping[str, bool]) -> bool:
        if self.file.qualified(node).startswith(("torch.", "math.", "numpy.")):
            return True
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            owner = self.file.owner(node)
            key = (owner, node.attr)
            if owner is None or key in self.seen:
                return owner is not None
            self.seen.add(key)
            stores = [
                one.value
                for one in ast.walk(owner)
                if isinstance(one, ast.Assign | ast.AnnAssign)
                for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
                if isinstance(target, ast.Attribute) and target.attr == node.attr
            ]
            return bool(stores) and all(value is not None and self.on_host(value, names) for value in stores)
        return node.attr in ATTRIBUTES | {"shape", "dtype", "real", "size"} and self.on_host(node.value, names)

    def _call(self, node: ast.Call, names: Mapping[str, bool]) -> bool:
        if any(one.arg in (None, "device", "out") for one in node.keywords):
            return False
        name = self.file.called(node)
        given = [*node.args, *(one.value for one in node.keywords if one.arg != "dtype")]
        if name.removeprefix("torch.") in _MAKERS or name.startswith("numpy.") or name == "torch.from_numpy":
            return True
        if name.startswith(("torch.", "math.")):
            if name.startswith("torch.nn.") and not name.startswith(("torch.nn.functional.", "torch.nn.init.")):
                return False
            return all(self.on_host(one, names) for one in given)
        if name:
            return False
        if isinstance(node.func, ast.Name):
            if node.func.id in _BUILTINS and self.file.unbound(node.func.id):
                return all(self.on_host(one, names) for one in given)
            return self._helper(self.file.tree, node.func.id, node, names)
        if not isinstance(node.func, ast.Attribute):
            return False
        if isinstance(node.func.value, ast.Name) and node.func.value.id in ("self", "cls"):
            owner = self.file.owner(node)
            return owner is not None and self._helper(owner, node.func.attr, node, names)
        if node.func.attr == "to":
            return bool(node.args) and self.on_host(node.func.value, names) and all(map(self._is_dtype, node.args))
        if node.func.attr in _MOVING:
            return False
        return self.on_host(node.func.value, names) and all(self.on_host(one, names) for one in given)

    def _is_dtype(self, node: ast.expr) -> bool:
        name = self.file.qualified(node)
        if isinstance(node, ast.Name) and not name:
            argument = _argument(self.file.function(node), node.id)
            return (
                argument is not None and argument.annotation is not None and "dtype" in ast.unparse(argument.annotation)
            )
        return name.startswith("torch.") and name != "torch.device"

    def _helper(self, scope: ast.Module | ast.ClassDef, name: str, call: ast.Call, names: Mapping[str, bool]) -> bool:
        function = _only_function(scope, name)
        if function is None or "device" in {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}:
            return False
        if not all(self.on_host(one, names) for one in (*call.args, *(k.value for k in call.keywords))):
            return False
        inner = {one.arg: True for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
        results = _results(function)
        return bool(results) and all(self.on_host(one, inner) for one in results)

    def has_axes(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether a tensor certainly has at least one dimension."""
        if depth > 10:
            return False
        if isinstance(node, ast.Name):
            function = self.file.function(node)
            values = list(self._values(function, node.id)) if function is not None else []
            return bool(values) and all(
                value is not None and (not parts or _gives_parts(value)) and self.has_axes(value, depth + 1)
                for value, parts in values
            )
        if isinstance(node, ast.BinOp):
            return self.has_axes(node.left, depth + 1) or self.has_axes(node.right, depth + 1)
        if isinstance(node, ast.Compare):
            return self.has_axes(node.left, depth + 1)
        if isinstance(node, ast.UnaryOp):
            return self.has_axes(node.operand, depth + 1)
        if isinstance(node, ast.IfExp):
            return self.has_axes(node.body, depth + 1) and self.has_axes(node.orelse, depth + 1)
        if isinstance(node, ast.Subscript):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            plain = all(isinstance(part, ast.Slice) or _is_constant(part, (None, Ellipsis)) for part in parts)
            return any(_is_constant(part, (None,)) for part in parts) or (
                plain and self.has_axes(node.value, depth + 1)
            )
        if isinstance(node, ast.Attribute):
            return node.attr in ATTRIBUTES and self.has_axes(node.value, depth + 1)
        return self._call_axes(node, depth) if isinstance(node, ast.Call) else False

    def _call_axes(self, node: ast.Call, depth: int) -> bool:
        name = self.file.called(node)
        word = name.rpartition(".")[2] if name else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        first = node.args[0] if node.args else None
        if name.startswith(("torch.", "numpy.")):
            if word in _MAKERS:
                return bool(node.args) and not (isinstance(first, ast.Tuple | ast.List) and not first.elts)
            if word in _FROM_DATA or word == "array":
                return self._is_list(first, depth)
            parts = (
                list(first.elts) if isinstance(first, ast.List | ast.Tuple) else [first] if first is not None else []
            )
            if word in _GIVING_AXES - {"view", "reshape", "expand", "repeat"}:
                return True
            return word in KEEPING | {"from_numpy"} and any(
                self.has_axes(one, depth + 1) for one in (*parts, *node.args[1:])
            )
        if isinstance(node.func, ast.Name):
            scope: ast.Module | ast.ClassDef | None = self.file.tree
            word = node.func.id
        elif (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "self"
        ):
            scope = self.file.owner(node)
        elif isinstance(node.func, ast.Attribute) and not name:
            if word in _GIVING_AXES:
                return bool(node.args) or word == "flatten"
            return word in KEEPING and self.has_axes(node.func.value, depth + 1)
        else:
            return False
        function = _only_function(scope, word) if scope is not None else None
        results = _results(function) if function is not None else []
        return bool(results) and all(self.has_axes(one, depth + 1) for one in results)

    def _is_list(self, node: ast.expr | None, depth: int) -> bool:
        """Whether data is certainly a list, so that the tensor made of it has an axis."""
        if isinstance(node, ast.List | ast.Tuple | ast.ListComp):
            return not isinstance(node, ast.List | ast.Tuple) or bool(node.elts)
        if isinstance(node, ast.Name) and depth < 10:
            function = self.file.function(node)
            argument = _argument(function, node.id)
            values = list(self._values(function, node.id)) if function is not None else []
            if argument is not None:
                note = ast.unparse(argument.annotation) if argument.annotation is not None else ""
                return not values and note.startswith(("list", "List", "tuple", "Tuple", "Sequence"))
            return bool(values) and all(not parts and self._is_list(value, depth + 1) for value, parts in values)
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("list", "tuple", "range")
        )


def _gives_parts(node: ast.expr) -> bool:
    """Whether the parts of what an expression gives have as many axes as the whole."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("meshgrid", "chunk", "split")
    )


def _is_constant(node: ast.expr, values: tuple[object, ...]) -> bool:
    return isinstance(node, ast.Constant) and node.value in values


def _argument(function: Function | None, name: str) -> ast.arg | None:
    if function is None:
        return None
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return next((one for one in every if one.arg == name), None)


def _plain(file: File, function: Function | None, argument: ast.arg) -> bool:
    """Whether an argument is certainly no tensor: by its annotation, its default, or what it's given to."""
    note = ast.unparse(argument.annotation) if argument.annotation is not None else ""
    if note:
        return any(word in note for word in _PLAIN) and not any(word in note for word in _TENSORS)
    assert function is not None
    positional = [*function.args.posonlyargs, *function.args.args]
    defaults = dict(zip(reversed(positional), reversed(function.args.defaults), strict=False))
    default = defaults.get(argument)
    if isinstance(default, ast.Constant):
        return default.value is not None
    if default is not None:
        return isinstance(default, ast.Tuple | ast.List | ast.UnaryOp)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and any(
            isinstance(one, ast.Name) and one.id == argument.arg for one in node.args
        ):
            name = file.called(node)
            sizes = name.removeprefix("torch.") in _MAKERS or name.startswith("torch.nn.")
            if sizes or (isinstance(node.func, ast.Name) and node.func.id == "range"):
                return True
    return False


def _only_function(scope: ast.Module | ast.ClassDef, name: str) -> Function | None:
    found = [one for one in scope.body if isinstance(one, Function) and one.name == name]
    decorated = len(found) == 1 and {ast.unparse(one) for one in found[0].decorator_list} - {"staticmethod"}
    return found[0] if len(found) == 1 and not decorated else None


def _results(function: Function) -> list[ast.expr]:
    """What a function returns; nothing where it may return None, yields, or holds other functions."""
    if any(isinstance(one, Function | ast.Lambda | ast.Yield) and one is not function for one in ast.walk(function)):
        return []
    results = [one.value for one in ast.walk(function) if isinstance(one, ast.Return)]
    return [one for one in results if one is not None] if None not in results else []

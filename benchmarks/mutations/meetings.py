"""Whether an attribute of a module certainly meets a tensor that follows the module's device, and how."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.mutations.files import File, Function
from benchmarks.mutations.hosts import ATTRIBUTES, KEEPING

# Methods that only tensors have, and that give tensors on the same device.
_OF_TENSORS = {
    "unsqueeze", "permute", "view", "size", "dim", "new_zeros", "new_ones", "new_full", "new_tensor", "masked_fill", "flatten",
    "expand", "gather", "softmax", "sigmoid", "contiguous", "chunk", "unbind", "type_as", "numel", "log_softmax", "detach", "relu",
}  # fmt: skip
_GIVING = (KEEPING | {
    "view", "reshape", "sum", "mean", "squeeze", "matmul", "bmm", "mm", "gather", "masked_fill", "norm", "amax", "amin", "std",
    "new_zeros", "new_ones", "new_full", "relu", "tanh", "index_select", "narrow", "argmax", "log_softmax", "prod",
    "movedim", "unfold", "logsumexp",
})  # fmt: skip
_COMBINING = {
    "add", "sub", "mul", "div", "matmul", "mm", "bmm", "einsum", "where", "cat", "stack", "linear", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "addcmul", "lerp", "minimum", "maximum", "fmod", "remainder", "outer", "baddbmm",
    "layer_norm", "batch_norm", "group_norm", "grid_sample", "embedding", "cdist", "addmm", "logaddexp", "atan2", "dot", "mv",

}  # fmt: skip
_OF_AXES = {"size", "shape", "view", "reshape", "flatten", "unsqueeze", "transpose", "permute", "T", "repeat", "chunk"}
_PRODUCTS = {
    "matmul", "mm", "bmm", "einsum", "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
}  # fmt: skip
NEED_AXES = {"in a product or convolution", "indexed by a tensor"}  # what fails for tensors without dimensions
_NOTES = {
    "Tensor",
    "torch.Tensor",
    "Optional[Tensor]",
    "Optional[torch.Tensor]",
    "torch.Tensor | None",
    "Tensor | None",
}
_METHODS = {"add", "sub", "mul", "div", "matmul", "mm", "bmm", "add_", "sub_", "mul_", "div_"}
_LAYER = re.compile(
    r"torch\.nn\.(Linear|Bilinear|Conv\w*|\w*Norm\w*|Embedding\w*|\w*(ReLU|LU)\d?|Sigmoid|Softm\w*|Tanh|Dropout\w*|"
    r"\w*Pool\w*|\w*Pad[123]d|Upsample|Identity|Sequential|Flatten|Softplus|Hardswish)"
)
_CREATORS = {"arange", "zeros", "ones", "full", "empty", "linspace", "rand", "randn", "tensor", "eye"}


def kind(file: File, registration: ast.Expr, name: str) -> str | None:
    """How the attribute meets what follows the module, in a method that the constructor doesn't call; None if not certain."""
    owner = file.owner(registration)
    assert owner is not None
    methods = {one.name: one for one in owner.body if isinstance(one, Function)}
    forward = _reached(methods, "forward")
    for method in methods.values():
        if method.name == "__init__" or method.name in _reached(methods, "__init__"):
            continue
        if any(ast.unparse(one) in ("staticmethod", "classmethod", "property") for one in method.decorator_list):
            continue
        walk = _Method(file, owner, method, name, method.name in ("forward", *forward))
        found = walk.meeting()
        if found is not None:
            return found
    return None


def _reached(methods: dict[str, Function], start: str) -> set[str]:
    """The names of the methods that one calls, at any depth."""
    found: set[str] = set()
    pending = [start]
    while pending:
        method = methods.get(pending.pop())
        for node in ast.walk(method) if method is not None else ():
            if _is_self(node) and isinstance(node, ast.Attribute) and node.attr in methods and node.attr not in found:
                found.add(node.attr)
                pending.append(node.attr)
    return found


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


class _Method:
    """One method of the class that keeps the attribute."""

    def __init__(self, file: File, owner: ast.ClassDef, method: Function, name: str, in_forward: bool) -> None:
        self.file, self.owner, self.method, self.name = file, owner, method, name
        self.in_forward = in_forward
        self.tensors = set(self._tensor_arguments())
        self.assumed: set[str] = set()
        self.values = {
            target.attr: node.value
            for node in ast.walk(owner)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Attribute)
        }

    def _tensor_arguments(self) -> Iterator[str]:
        arguments = [*self.method.args.posonlyargs, *self.method.args.args, *self.method.args.kwonlyargs]
        for position, argument in enumerate(arguments):
            note = ast.unparse(argument.annotation) if argument.annotation is not None else ""
            # What forward gets first is its input.
            is_input = position == 1 and self.method.name == "forward"
            behaves = not note and position > 0 and self.in_forward and (is_input or self._behaves(argument.arg))
            if behaves or note in _NOTES:
                yield argument.arg

    def _behaves(self, name: str) -> bool:
        """Whether the method calls something on an argument that only tensors have."""
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == name
            and node.func.attr in _OF_TENSORS
            for node in ast.walk(self.method)
        )

    def meeting(self) -> str | None:
        """How the attribute meets a tensor that follows the module."""
        for node in ast.walk(self.method):
            if not isinstance(node, ast.expr | ast.AugAssign) or self.file.function(node) is not self.method:
                continue
            if any(
                isinstance(one, ast.If | ast.IfExp) and self.name in ast.unparse(one.test) for one in self._around(node)
            ):
                continue
            if isinstance(node, ast.BinOp) and self._pair(node.left, node.right):
                if isinstance(node.op, ast.MatMult):
                    return "in a product or convolution"
                return f"{type(node.op).__name__.lower()} with {self._what(node)}"
            if isinstance(node, ast.AugAssign) and self.stays(node.value) and self.follows(node.target):
                return "augmented assignment"
            if isinstance(node, ast.Subscript) and self.stays(node.value) and self._indexes(node.slice):
                return "indexed by a tensor"
            if isinstance(node, ast.Call) and self._call(node):
                word = ast.unparse(node.func).rpartition(".")[2]
                return "in a product or convolution" if word in _PRODUCTS else "argument of a function"
        return None

    def _indexes(self, index: ast.expr) -> bool:
        """Whether an index is a tensor with dimensions that follows: torch takes one without from any device."""
        if not self.follows(index):
            return False
        if isinstance(index, ast.Name):
            uses = [node for node in ast.walk(self.method) if isinstance(node, ast.Attribute)]
            return any(
                isinstance(node.value, ast.Name) and node.value.id == index.id and node.attr in _OF_AXES
                for node in uses
            )
        return isinstance(index, ast.Call) and isinstance(index.func, ast.Attribute) and index.func.attr in _OF_AXES

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        for one in self.file.above(node):
            if one is self.method:
                return
            yield one

    def _what(self, node: ast.BinOp) -> str:
        other = node.right if self.stays(node.left) else node.left
        return "another buffer or parameter" if _is_self(other) else "a tensor of the method"

    def _pair(self, one: ast.expr, other: ast.expr) -> bool:
        return (self.stays(one) and self.follows(other)) or (self.stays(other) and self.follows(one))

    def _call(self, node: ast.Call) -> bool:
        qualified = self.file.called(node)
        if qualified.startswith("torch."):
            if qualified.rpartition(".")[2] not in _COMBINING:
                return False
            parts = [
                part for one in node.args for part in (one.elts if isinstance(one, ast.Tuple | ast.List) else [one])
            ]
            return any(map(self.stays, parts)) and any(map(self.follows, parts))
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS and node.args:
            return self._pair(node.func.value, node.args[0])
        return False

    def stays(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether an expression is the attribute, as it was made, in other shapes and dtypes."""
        if depth > 6:
            return False
        if _is_self(node) and isinstance(node, ast.Attribute):
            return node.attr == self.name and isinstance(node.ctx, ast.Load)
        if isinstance(node, ast.Attribute):
            return node.attr in ATTRIBUTES and self.stays(node.value, depth + 1)
        if isinstance(node, ast.Subscript):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            plain = all(
                isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value in (None, Ellipsis))
                for part in parts
            )
            return plain and self.stays(node.value, depth + 1)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not self.file.called(node):
            attr = node.func.attr
            if attr == "to":
                dtypes = [*node.args, *(one.value for one in node.keywords)]
                if not dtypes or not all(isinstance(one, ast.Attribute) and self._dtype(one) for one in dtypes):
                    return False
                return self.stays(node.func.value, depth + 1)
            keeping = attr in KEEPING | {"view", "reshape"} and attr not in ("expand_as", "type")
            return keeping and self.stays(node.func.value, depth + 1)
        if isinstance(node, ast.Name):
            origin = self.file.origin(node.id, node)
            return (
                origin is not None
                and origin.value is not None
                and origin.index is None
                and self.stays(origin.value, depth + 1)
            )
        return isinstance(node, ast.UnaryOp) and self.stays(node.operand, depth + 1)

    def _dtype(self, node: ast.Attribute) -> bool:
        return node.attr == "dtype" or self.file.qualified(node) in ("torch.float", "torch.float32", "torch.long")

    def follows(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether an expression is certainly a tensor that is where the module is."""
        if depth > 8:
            return False
        if _is_self(node) and isinstance(node, ast.Attribute):
            return node.attr != self.name and self._is_state(node.attr)
        if isinstance(node, ast.Name):
            origin = self.file.origin(node.id, node)
            if origin is None:
                return node.id in self.assumed or self._always_follows(node.id, depth)
            if origin.argument is not None:
                return node.id in self.tensors
            return origin.value is not None and origin.index is None and self.follows(origin.value, depth + 1)
        if isinstance(node, ast.BinOp):
            return self.follows(node.left, depth + 1) or self.follows(node.right, depth + 1)
        if isinstance(node, ast.UnaryOp):
            return self.follows(node.operand, depth + 1)
        if isinstance(node, ast.Subscript):
            return self.follows(node.value, depth + 1)
        if isinstance(node, ast.Compare):
            return self.follows(node.left, depth + 1)
        if not isinstance(node, ast.Call):
            return False
        qualified = self.file.called(node)
        if qualified.startswith("torch."):
            name = qualified.rpartition(".")[2]
            first = node.args[0] if node.args else None
            if name in _CREATORS:
                return any(one.arg == "device" and self._device(one.value, depth) for one in node.keywords)
            if first is None or name not in _GIVING | _COMBINING | {"zeros_like", "ones_like", "interpolate", "pad"}:
                return False
            parts = first.elts if isinstance(first, ast.Tuple | ast.List) else [first]
            return any(self.follows(part, depth + 1) for part in parts)
        func = node.func
        if _is_self(func) and isinstance(func, ast.Attribute):
            made = self.values.get(func.attr)
            layer = made is not None and bool(_LAYER.fullmatch(self.file.called(made)))
            return layer and bool(node.args) and self.follows(node.args[0], depth + 1)
        return isinstance(func, ast.Attribute) and func.attr in _GIVING and self.follows(func.value, depth + 1)

    def _always_follows(self, name: str, depth: int) -> bool:
        """Whether all that a method binds to a name follows the module, in whatever branch or loop."""
        values: list[ast.expr] = []
        for node in self.file.nodes_of(self.method):
            if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
                parent = self.file.parents[node]
                if not isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign) or parent.value is None:
                    return False
                if not isinstance(parent, ast.AugAssign):
                    values.append(parent.value)
        argument = any(one.arg == name for one in ast.walk(self.method.args) if isinstance(one, ast.arg))
        if argument and name not in self.tensors:
            return False
        self.assumed.add(name)  # what is made of the name itself follows where the rest does
        follows = (argument or bool(values)) and all(self.follows(one, depth + 1) for one in values)
        self.assumed.discard(name)
        return follows

    def _device(self, node: ast.expr, depth: int) -> bool:
        """Whether a device is that of a tensor which follows the module."""
        if isinstance(node, ast.Name):
            origin = self.file.origin(node.id, node)
            return origin is not None and origin.value is not None and self._device(origin.value, depth + 1)
        return isinstance(node, ast.Attribute) and node.attr == "device" and self.follows(node.value, depth + 1)

    def _is_state(self, name: str) -> bool:
        """Whether an attribute is a parameter or another buffer."""
        made = self.values.get(name)
        if made is not None:
            return self.file.called(made) in ("torch.nn.Parameter", "torch.nn.parameter.Parameter")
        return any(
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "self.register_buffer"
            and len(node.args) > 1
            and isinstance(node.args[0], ast.Constant)
            and node.args[0].value == name
            and not isinstance(node.args[1], ast.Constant)
            for node in ast.walk(self.owner)
        )

"""Calls of torch as text: what torch executes and what the engine interprets is the same line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

MAX_ELEMENTS = 100_000  # of an operand


class UnwrittenError(Exception):
    """An argument that has no text: a sparse tensor, a generator, a function."""


class Code(str):
    """An argument that is text already; it may use numpy."""


@dataclass(frozen=True)
class Call:
    """A call of an operation, or of a module (`constructor` is its class then, `made` what it is made with).

    `form` is how it is spelled: "function" (`torch.exp(x)`), "method", "inplace", "operator" (`x + y`), "reflected"
    (`y + x`), "subscript", "property" or "module".
    """

    name: str  # under which it is counted
    form: str
    callee: str  # "torch.exp", "exp", "+", "torch.nn.Linear"
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    made: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
    training: bool = True


@dataclass
class Written:
    """A call as lines of text. `tensors` are the operands by the names that they have in it."""

    prefix: str
    tensors: dict[str, torch.Tensor] = field(default_factory=dict)
    module: str = ""
    line: str = ""

    def operands(self) -> Iterator[str]:
        """The lines that tell the engine what torch is given."""
        for name, one in self.tensors.items():
            dtype = str(one.dtype)
            yield f"{name} = torch.empty_strided({tuple(one.shape)}, {one.stride()}, dtype={dtype})"

    def text(self, value: Any) -> str:
        """An argument. Raises UnwrittenError if it has no text."""
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if isinstance(value, Code):
            return str(value)
        if value is None or value is Ellipsis or isinstance(value, bool | int | str):
            return "..." if value is Ellipsis else repr(value)
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f"float('{value}')"
        if isinstance(value, complex):
            return repr(value) if math.isfinite(value.real) and math.isfinite(value.imag) else f"complex('{value}')"
        if isinstance(value, torch.dtype | torch.memory_format | torch.layout):
            return str(value)
        if isinstance(value, torch.device):
            return f"torch.device({str(value)!r})"
        if isinstance(value, slice):
            return f"slice({self.text(value.start)}, {self.text(value.stop)}, {self.text(value.step)})"
        if isinstance(value, list):
            return f"[{', '.join(map(self.text, value))}]"
        if isinstance(value, tuple):
            return f"({''.join(self.text(item) + ', ' for item in value)})"
        raise UnwrittenError(type(value).__name__)

    def _tensor(self, value: torch.Tensor) -> str:
        if value.layout != torch.strided or value.is_quantized or value.device.type != "cpu" or value.is_nested:
            raise UnwrittenError("a tensor of another kind")
        if value.numel() > MAX_ELEMENTS:
            raise UnwrittenError("a large tensor")
        for name, known in self.tensors.items():
            if known is value:
                return name
        name = f"{self.prefix}t{len(self.tensors)}"
        self.tensors[name] = value
        return name

    def arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """The text between the parentheses."""
        return ", ".join([*map(self.text, args), *(f"{name}={self.text(value)}" for name, value in kwargs.items())])


def written(call: Call, prefix: str = "") -> Written:
    """The text of a call. Raises UnwrittenError if an argument has none."""
    found = Written(prefix)
    if call.form == "module":
        inner = found.arguments(*call.made)
        found.module = f"{prefix}m = {call.callee}({inner})" + ("" if call.training else ".eval()")
        found.line = f"{prefix}m({found.arguments(call.args, call.kwargs)})"
        return found
    if call.form == "function":
        found.line = f"{call.callee}({found.arguments(call.args, call.kwargs)})"
        return found
    own = found.text(call.args[0])
    if not isinstance(call.args[0], torch.Tensor):
        raise UnwrittenError("not a tensor's method")
    rest = call.args[1:]
    if call.form in ("method", "inplace"):
        found.line = f"{own}.{call.callee}({found.arguments(rest, call.kwargs)})"
    elif call.form == "property":
        found.line = f"{own}.{call.callee}"
    elif call.form == "subscript":
        found.line = f"{own}[{_subscript(found, rest[0])}]"
    elif call.form == "operator" and len(rest) == 1:
        found.line = f"{own} {call.callee} {found.text(rest[0])}"
    elif call.form == "reflected" and len(rest) == 1:
        found.line = f"{found.text(rest[0])} {call.callee} {own}"
    else:
        raise UnwrittenError("more than two operands")
    return found


def _subscript(found: Written, index: Any) -> str:
    if isinstance(index, tuple) and index:
        return ", ".join(_subscript(found, item) for item in index) + ("," if len(index) == 1 else "")
    if isinstance(index, slice):
        parts = ["" if part is None else found.text(part) for part in (index.start, index.stop, index.step)]
        return ":".join(parts)
    return found.text(index)

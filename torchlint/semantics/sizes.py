"""The integers of a program: sizes read from shapes, and what is computed from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, Symbol, product, symbol_size
from torchlint.semantics.operands import ARITHMETIC, arithmetic, called, is_number, operands_first, origin
from torchlint.semantics.ops.base import UNKNOWN, Slice
from torchlint.semantics.values import (
    CHOICE,
    CONST,
    ELEMENT,
    GAP,
    GLOBAL,
    ITEM,
    LIST,
    PARAM,
    PHI,
    RANK,
    SHAPE,
    SIZE,
    SLICE,
    TUPLE,
    Value,
)

MAX_PARTS = 64  # of a sum of tuples: no tensor has more axes


class Sizes:
    """Numbers and sequences of numbers. What tensors there are is known to the subclass."""

    def __init__(self) -> None:
        self._symbols: dict[Any, Symbol] = {}
        self.defaults: dict[Symbol, int] = {}  # of the arguments that symbols stand for
        self._computed: dict[Value, int | Dim | None] = {}  # results of arithmetic, and of branches

    def shape(self, value: Value) -> tuple[int | Dim, ...] | None:
        """The sizes of a tensor, or None where its rank is not known."""
        raise NotImplementedError

    def symbol(self, key: Any, label: str = "") -> Dim:
        """The symbol for a key; equal keys are one symbol."""
        found = self._symbols.get(key)
        if found is None:
            found = self._symbols[key] = Symbol(f"s{len(self._symbols):04d}", label)
            default = key.data.default if isinstance(key, Value) and key.op == PARAM else None
            if default is not None and default.op == CONST and type(default.data) is int:
                self.defaults[found] = default.data
        return symbol_size(found)

    def option(self, value: Value, number_of: Callable[[Any], Any]) -> Any:
        """An argument that is no operand: a constant, a size, a sequence of sizes, a slice; else UNKNOWN."""
        op = value.op
        if op == CONST:
            return value.data
        if op == GLOBAL:
            return value.data
        if op in (TUPLE, LIST, SHAPE) or op == ITEM or (op in ("add", "getitem") and self.sequence(value) is not None):
            items = self.sequence(value)
            if items is not None:
                return tuple(number_of(item) if isinstance(item, int | Dim) else item for item in items)
            if op != ITEM:
                return UNKNOWN
        if op == SLICE:
            parts = [value.args.get(word) for word in ("lower", "upper", "step")]
            return Slice(*(None if part is None else self.option(part, number_of) for part in parts))
        size = self.size(value)
        return UNKNOWN if size is None else number_of(size)

    def items(self, value: Value) -> tuple[Value, ...] | None:
        """The items of a tuple or list whose items are all known."""
        content = value.data.content
        return None if any(item.op in (GAP, CHOICE) for item in content) else content

    def sequence(self, value: Value) -> tuple[Any, ...] | None:
        """The sizes that a tuple, a list, a shape, a part or a sum of these consists of."""
        if value.op == SHAPE:
            return self.shape(value.args["input"])
        if value.op in (TUPLE, LIST):
            return self._sequence_items(value)
        if value.op == "add" and "other" in value.args:
            return self._sum(value)
        if value.op in ("getitem", ITEM) and "index" in value.args and value.args["index"].op == SLICE:
            source = self.sequence(value.args["input"])
            bounds = [value.args["index"].args.get(word) for word in ("lower", "upper", "step")]
            if source is not None and all(bound is None or bound.op == CONST for bound in bounds):
                return source[slice(*(None if bound is None else bound.data for bound in bounds))]
        return None

    def _sum(self, value: Value) -> tuple[Any, ...] | None:
        """The sizes of a sum of sequences, up to MAX_PARTS of them."""
        found: list[Any] = []
        pending = [value]
        for _ in range(2 * MAX_PARTS):
            if not pending:
                return tuple(found)
            one = pending.pop()
            if one.op == "add" and "other" in one.args:
                pending += (one.args["other"], one.args["input"])
                continue
            part = self.sequence(one)
            if part is None:
                return None
            found.extend(part)
        return None

    def plain(self, value: Value) -> bool:
        """Whether a value is a number by its form: a known one, or the result of arithmetic with one."""
        return is_number(value) or (value.op in ARITHMETIC and any(is_number(one) for one in value.args.values()))

    def _sequence_items(self, value: Value) -> tuple[Any, ...] | None:
        found: list[Any] = []
        content = value.data.content
        for item in content:
            if item.op == GAP:
                spread = self.sequence(item.args["input"]) if "input" in item.args else None
                if spread is None:
                    return None
                found.extend(spread)
            elif item.op == CHOICE:
                return None
            elif item.op in (TUPLE, LIST, SHAPE) or self.sequence(item) is not None:
                inner = self.sequence(item)
                if inner is None:
                    return None
                found.append(inner)
            elif len(content) == 1 and not self.plain(item):
                return None  # one argument of unknown kind may be a tuple of sizes
            else:
                size = self.option(item, lambda size: size)
                found.append(size)
        return tuple(found)

    # Numbers

    def size(self, value: Value) -> int | Dim | None:
        """The integer that a value is, taken to be one; None for constants that are none."""
        if value.op in ARITHMETIC or value.op == PHI:
            if value not in self._computed:
                for one in operands_first(value, self._computed, _operands):
                    self._computed[one] = self._arithmetic(one) if one.op in ARITHMETIC else self._joined_size(one)
            return self._computed[value]
        return self._plain_size(value)

    def _plain_size(self, value: Value) -> int | Dim | None:
        """`size` of what is neither arithmetic nor one of several values."""
        op = value.op
        if op == CONST:
            number = value.data
            return number if isinstance(number, int) and not isinstance(number, bool) else None
        if op == SIZE:
            return self._measured(value)
        if op == RANK:
            shape = self.shape(value.args["input"])
            return len(shape) if shape is not None else self.symbol((origin(value.args["input"]), "rank"))
        if op in (ELEMENT, "getitem", ITEM) and "input" in value.args:
            return self._component(value)
        if op == "numel":
            shape = self.shape(value.args["input"])
            return product(shape) if shape is not None else self.symbol(value)
        if op == "py.call" and called(value) == "builtins.int" and "0" in value.args:
            return self.size(value.args["0"])
        return self.symbol(value)

    def _joined_size(self, value: Value) -> int | Dim | None:
        found = {self._known(one) for one in value.data}
        return found.pop() if len(found) == 1 else self.symbol(value)

    def _known(self, operand: Value) -> int | Dim | None:
        """The size of an operand. One that depends on what is just being computed is a number of its own."""
        if operand.op in ARITHMETIC or operand.op == PHI:
            return self._computed[operand] if operand in self._computed else self.symbol(operand)
        return self.size(operand)

    def _measured(self, value: Value) -> int | Dim:
        source, dim = value.args["input"], value.args["dim"]
        shape = self.shape(source)
        place = dim.data if dim.op == CONST else None
        if not isinstance(place, int):
            return self.symbol(value)
        if shape is None:
            return self.symbol((origin(source), "size", place))
        return shape[place] if -len(shape) <= place < len(shape) else self.symbol(value)

    def _component(self, value: Value) -> int | Dim:
        index: Any = value.data
        if value.op != ELEMENT:
            given = value.args.get("index")
            if given is None or given.op != CONST:
                return self.symbol(value)
            index = given.data
        return self.symbol((origin(value.args["input"]), "component", index))

    def _arithmetic(self, value: Value) -> int | Dim | None:
        left = self._known(value.args["input"]) if "input" in value.args else None
        operand = value.args.get("exponent", value.args.get("other"))
        right = self._known(operand) if operand is not None else None
        if left is None or (right is None and value.op != "neg"):
            return self.symbol(value)
        try:
            return arithmetic(value.op, left, right if right is not None else 0)
        except Opaque:
            return self.symbol(value)


def _operands(value: Value) -> list[Value]:
    """The arithmetic and the branches that a number is computed from."""
    operands = value.data if value.op == PHI else value.args.values()
    return [operand for operand in operands if operand.op in ARITHMETIC or operand.op == PHI]

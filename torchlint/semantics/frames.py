"""Functions of a file, and the frames in which the interpreter runs them."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torchlint.semantics.classes import ClassModel
    from torchlint.semantics.values import Items, Value

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True, eq=False)
class Function:
    """A function, method or lambda of the file."""

    name: str
    node: FunctionNode
    closure: Frame
    cls: ClassModel | None = None
    kind: str = "function"  # "function", "method", "static", "class" or "property"
    decorators: list[Value] = field(default_factory=list)
    opaque: bool = False  # a decorator that isn't understood may change what a call does
    defaults: dict[str, Value] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<function {self.name}>"


@dataclass(slots=True)
class Arguments:
    """A call's arguments. `exact` is False where `*x` or `**x` may bring others."""

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    exact: bool = True

    def operands(self) -> dict[str, Value]:
        """All arguments under one name each: their position or keyword."""
        return {**{str(i): value for i, value in enumerate(self.positional)}, **self.keywords}


class Frame:
    """One run of a function (or of the module): what its names hold, now and at every earlier time."""

    __slots__ = ("call", "caller", "closure", "depth", "exits", "function", "globals", "history", "loops", "names",
                 "nesting", "returned", "returns", "self_value", "start", "yields")  # fmt: skip

    def __init__(
        self, function: Function | None, closure: Frame | None, caller: Frame | None, call: ast.AST | None, start: int
    ) -> None:
        self.function = function  # None: the module, a class body or a comprehension
        self.closure = closure
        self.caller = caller
        self.call = call  # the call in `caller` that this run comes from
        self.depth: int = 0 if caller is None else caller.depth + 1
        self.names: dict[str, Value] = {}
        self.history: dict[str, list[tuple[int, Value | None]]] = {}
        self.returns: list[Value] = []
        self.exits: list[dict[Any, Any]] = []  # the state at each `return` inside a branch
        self.loops: list[Any] = []
        self.globals: set[str] = set()
        self.self_value: Value | None = None
        self.returned = False  # a `return` outside any branch was reached
        self.nesting = 0  # branches and loops that enclose the statement being run
        self.yields: Items | None = None  # of a generator that is called: what it has yielded
        self.start = start  # length of the journal at entry

    @property
    def root(self) -> Frame:
        """The frame that no caller of this file led to."""
        frame = self
        while frame.caller is not None:
            frame = frame.caller
        return frame

    def calls(self, node: ast.AST) -> Iterator[tuple[Frame, ast.AST]]:
        """A place that this frame runs, then the calls in the file that led to it, from the inside out."""
        frame: Frame | None = self
        place: ast.AST | None = node
        while frame is not None and place is not None:
            yield frame, place
            place, frame = frame.call, frame.caller

    def lookup_at(self, name: str, time: int) -> Value | None:
        """What `name` held just before `time` (a `Value.time`), here or in an enclosing scope."""
        frame: Frame | None = self
        while frame is not None:
            events = frame.history.get(name)
            if events:
                index = bisect_left(events, time, key=_when)
                if index and events[index - 1][1] is not None:
                    return events[index - 1][1]
            frame = frame.closure
        return None

    def names_at(self, value: Value, time: int) -> list[str]:
        """The local names that held `value` just before `time`, in the order in which they were first bound."""
        return [name for name in self.history if self.lookup_at(name, time) is value]

    def lookup(self, name: str) -> Value | None:
        """What `name` holds now, here or in an enclosing scope."""
        frame: Frame | None = self
        while frame is not None:
            value = frame.names.get(name)
            if value is not None:
                return value
            frame = frame.closure
        return None


def _when(event: tuple[int, Value | None]) -> int:
    return event[0]

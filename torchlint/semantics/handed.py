"""Functions that are handed on with arguments, to be called by a function that isn't known: `apply(self.loss, xs, ys)`.

Most such functions are like `map`: each parameter gets an item of a list, or what stands in its place, such as a tensor. That is
likely and not sure, so it may only serve to keep silent.
"""

from __future__ import annotations

from collections.abc import Sequence

from torchlint.semantics.devices import contained
from torchlint.semantics.frames import Function
from torchlint.semantics.program import Program
from torchlint.semantics.values import BOUND, CALL, FUNCTION, GAP, LIST, PARAM, TUPLE, Value


class Handed:
    """The functions of a file that unknown functions get as their first argument."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._calls: dict[Function, list[Value]] | None = None

    def likely(self, parameter: Value) -> Sequence[Value]:
        """What a parameter of a function may hold, by all places that hand it on; nothing where one isn't understood."""
        function = parameter.frame.function if parameter.frame is not None else None
        if parameter.op != PARAM or function is None or parameter.data.kind != "positional":
            return ()
        if self._calls is None:
            self._calls = self._collected()
        found: list[Value] = []
        for call in self._calls.get(function, ()):
            arguments = _arguments(call, function)
            items = _items(arguments[parameter.data.name]) if parameter.data.name in arguments else []
            if not items:
                return ()
            found += items
        return found

    def _collected(self) -> dict[Function, list[Value]]:
        found: dict[Function, list[Value]] = {}
        for call in self._program.values(CALL):
            first = call.args.get("0")
            if first is not None and first.op in (BOUND, FUNCTION):
                found.setdefault(first.data, []).append(call)
        return found


def _arguments(call: Value, function: Function) -> dict[str, Value]:
    """The arguments behind the function by the names of its parameters; none where their numbers differ."""
    names = [one.arg for one in (*function.node.args.posonlyargs, *function.node.args.args)]
    if call.args["0"].op == BOUND:
        names = names[1:]
    given = [call.args[str(index)] for index in range(1, len(call.args)) if str(index) in call.args]
    return dict(zip(names, given, strict=True)) if len(names) == len(given) and call.data != "inexact" else {}


def _items(argument: Value) -> list[Value]:
    """The items of a list, or an argument that is none."""
    if argument.op not in (LIST, TUPLE):
        return [argument]
    items = list(contained(argument))
    return [] if any(item.op == GAP for item in items) else items

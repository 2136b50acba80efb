"""Calls of a module's `forward` by other code, which pass by what calling the module adds: hooks, above all."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from torchlint.semantics.module_kinds import ANY_MODULE, Kind, ModuleKinds, either, named, of_class
from torchlint.semantics.unregistered import Submodules
from torchlint.semantics.values import ATTR, CLASS, FORWARD, GLOBAL, INSTANCE, MODULE, PARAM, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Frame
    from torchlint.semantics.program import Program

# Where TorchScript is compiled, a module that an index chooses can only be called by `forward`, through an interface.
_SCRIPT: Final = frozenset(
    f"torch.jit.{name}" for name in ("interface", "script", "ScriptModule", "script_method", "export", "is_scripting")
)


@dataclass(frozen=True, slots=True)
class Direct:
    """A call of `forward`. `certain`: whichever way it's reached, the receiver's class is in sight."""

    node: ast.Call
    certain: bool
    made: ast.AST | None  # the call that makes the module, where there is one


class Forwards:
    """The calls of `forward` in a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._submodules = Submodules(program)
        self._kinds = ModuleKinds(program)

    def direct(self) -> Iterator[Direct]:
        """The calls that skip hooks, in the order of the text."""
        reached: dict[ast.Call, list[Value]] = {}
        for note in self._program.values(FORWARD):
            if isinstance(note.node, ast.Call):
                reached.setdefault(note.node, []).append(note)
        if not reached or self._mentions_script():
            return
        hooks, doubted = _hooks(self._program), self._doubted()
        for node, notes in sorted(reached.items(), key=lambda one: (one[0].lineno, one[0].col_offset)):
            if any(_is_own(note) or _is_hook(note.frame, hooks) for note in notes) or all(map(self._is_passing, notes)):
                continue
            found = either(self._kinds.of(note.args["input"]) for note in notes)
            promised = found is Kind.DECLARED and not any(
                _distinguishes(note.frame) or self._is_unused(note.args["input"]) for note in notes
            )
            if found is Kind.MADE or (promised and _last(node.func.value) not in doubted):  # type: ignore[attr-defined]
                yield Direct(node, found is Kind.MADE, _maker(notes))

    def _doubted(self) -> frozenset[str]:
        """The names and attributes of which the file asks whether they hold something else than a module."""
        found = set()
        for node in self._program.nodes(ast.Call):
            if getattr(node.func, "id", "") == "isinstance" and len(node.args) == 2:
                classes = _classes(node.args[1])
                for one in classes:
                    value = named(one, self._program.module_frame)
                    if value is not None and value.op == CLASS and of_class(value.data) is Kind.OTHER:
                        found.add(_last(node.args[0]))
        return frozenset(found)

    def _mentions_script(self) -> bool:
        frame = self._program.module_frame
        names = itertools.chain(self._program.nodes(ast.Attribute), self._program.nodes(ast.Name))
        values = (named(node, frame) for node in names)
        return any(value is not None and value.op == GLOBAL and value.data in _SCRIPT for value in values)

    def _is_passing(self, note: Value) -> bool:
        """Whether the receiver was made by the function that calls it and has no state: nobody gets to hook it."""
        value = note.args["input"]
        return (
            value.op in (MODULE, INSTANCE)
            and value.frame is note.frame
            and note.frame is not self._program.module_frame
            and not self._submodules.has_state(value)
        )

    def _is_unused(self, value: Value) -> bool:
        """Whether a method asks of an argument that is to be any module nothing but `forward`, which other objects may have."""
        if value.op != PARAM or any(use.op != ATTR or use.data != "forward" for use in value.uses):
            return False
        function = value.frame.function if value.frame is not None else None
        if function is None or (function.cls is None and function.closure is self._program.module_frame):
            return False
        promise = named(value.data.annotation, self._program.module_frame)
        return promise is not None and promise.data in ANY_MODULE


def _classes(node: ast.expr) -> list[ast.expr]:
    """The classes of an isinstance test: `A`, `(A, B)` or `A | B`."""
    found = [node]
    for one in found:
        if isinstance(one, ast.Tuple):
            found += one.elts
        elif isinstance(one, ast.BinOp):
            found += [one.left, one.right]
    return found


def _last(node: ast.expr) -> str:
    """The last name of a dotted expression."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _is_own(note: Value) -> bool:
    """Whether a method calls the `forward` of its own object."""
    frame = note.frame
    while frame is not None:
        if frame.self_value is not None and frame.self_value is note.args["input"]:
            return True
        frame = frame.closure
    return False


def _distinguishes(frame: Frame | None) -> bool:
    """Whether code stands in a class with a `__call__` of its own: of modules, it may know the same."""
    while frame is not None:
        owner = frame.function.cls if frame.function is not None else None
        if owner is not None and owner.method("__call__") is not None:
            return True
        frame = frame.closure
    return False


def _is_hook(frame: Frame | None, hooks: frozenset[str]) -> bool:
    """Whether a function is one that the file registers as a hook: it can't call the module without calling itself."""
    while frame is not None:
        if frame.function is not None and frame.function.name in hooks:
            return True
        frame = frame.closure
    return False


def _hooks(program: Program) -> frozenset[str]:
    """The names of the functions and methods that are given to `register_forward_hook` and the like."""
    found = set()
    for node in program.nodes(ast.Call):
        if isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name.startswith("register_") and name.endswith("hook"):
                found |= {getattr(one, "attr", getattr(one, "id", "")) for one in node.args}
    return frozenset(found - {""})


def _maker(notes: list[Value]) -> ast.AST | None:
    for note in notes:
        value = note.args["input"]
        if value.op in (MODULE, INSTANCE) and isinstance(value.node, ast.Call):
            return value.node
    return None

"""Questions about the layout of a program's values: is this view legal, is this tensor contiguous."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics.dims import Dim, Opaque, product, symbol_size
from torchlint.semantics.equations import solve
from torchlint.semantics.layouts import TRIALS, Answer, Layouts, Verdict, judge, may_be_apart
from torchlint.semantics.operands import dependencies, is_number, origin
from torchlint.semantics.ops import EQUALITIES
from torchlint.semantics.ops.base import Strided
from torchlint.semantics.ops.views import without_wildcard
from torchlint.semantics.ranks import least_rank
from torchlint.semantics.shapes import Shapes
from torchlint.semantics.values import PARAM, PHI, Value

if TYPE_CHECKING:
    from torchlint.semantics.program import Program

MAX_VALUES = 400  # of those that a view depends on
MAX_WORK = 40_000  # values for all views of a file, each counted for each view that depends on it
RANKS = 3  # tried for an argument whose rank is open
_UNKNOWN = Verdict(Answer.UNKNOWN)
_BY_DEFAULT = Verdict(Answer.LEGAL, certain=False)  # with the numbers that arguments have by default


class Legality:
    """Answers about layouts, each computed once."""

    def __init__(self, program: Program, shapes: Shapes) -> None:
        self.program = program
        self.shapes = shapes
        self.blocks = program.blocks
        self._default: bool | None = None
        self._verdicts: dict[Value, Verdict] = {}

    def view(self, value: Value) -> Verdict:
        """Whether torch runs this `view` or `view_as`."""
        if value not in self._verdicts:
            if self.shapes.work > MAX_WORK:
                return _UNKNOWN
            try:
                self._verdicts[value] = self._view(value)
            except Opaque:
                self._verdicts[value] = _UNKNOWN
        return self._verdicts[value]

    def is_contiguous(self, value: Value) -> bool | None:
        """Whether a tensor is contiguous for sure, or surely not; None where it is not known or depends on arguments."""
        try:
            solution = solve(self._equations(self.shapes, value))
            found = [Layouts(self.shapes, solution, trial, False).strided(value) for trial in range(TRIALS)]
        except Opaque:
            return None
        if any(one is None or one.strides is None for one in found):
            return None
        answers = {one.contiguous for one in found if one is not None}
        return answers.pop() if len(answers) == 1 else None

    def _view(self, value: Value) -> Verdict:
        operand = value.args.get("input")
        if operand is None:
            return _UNKNOWN
        if not may_be_apart(operand):
            return Verdict(Answer.LEGAL, certain=False) if origin(operand).op == PARAM else _UNKNOWN
        if self.shapes.shape(operand) is not None:
            return self._judge(value, operand, self.shapes)
        return self._for_all_ranks(value, operand)

    def _judge(self, value: Value, operand: Value, shapes: Shapes) -> Verdict:
        shape = shapes.shape(operand)
        target = self._target(shapes, value, shape) if shape is not None else None
        if shape is None or target is None:
            return _UNKNOWN
        known = [(product(shape), product(target)), *_quotients((*shape, *target)), *self._equations(shapes, value)]
        solution = solve(known)
        assume = self._may_assume()
        verdict = judge(shapes, operand, shape, target, solution, assume)
        if verdict.answer is Answer.ILLEGAL and shapes.defaults:
            # The sizes that most callers use are no general ones where an argument's default is 1.
            usual = solve([*((symbol_size(one), size) for one, size in shapes.defaults.items()), *known])
            if judge(shapes, operand, shape, target, usual, assume).answer is Answer.LEGAL:
                return _BY_DEFAULT
        return verdict

    def _for_all_ranks(self, value: Value, operand: Value) -> Verdict:
        """What holds whatever the rank of the one argument whose rank the code leaves open."""
        cone = dependencies(operand, {})
        if len(cone) > MAX_VALUES:
            return _UNKNOWN
        roots = [
            one
            for one in cone
            if one.op == PARAM and self.shapes.shape(one) is None and not is_number(one) and least_rank(one)
        ]
        if len(roots) != 1:
            return _UNKNOWN
        least = max(least_rank(roots[0]), 2)
        verdicts = []
        for rank in range(least, least + RANKS):
            supposed = Shapes(self.program, {roots[0]: rank})
            verdicts.append(self._judge(value, operand, supposed))
            self.shapes.work += supposed.work
            if verdicts[-1] is _BY_DEFAULT:
                return _BY_DEFAULT
            if verdicts[-1].answer is not Answer.ILLEGAL or verdicts[-1].axes is None:
                return _UNKNOWN
        return verdicts[0]

    def _target(self, shapes: Shapes, value: Value, shape: tuple[int | Dim, ...]) -> tuple[int | Dim, ...] | None:
        if value.op == "view_as":
            return shapes.shape(value.args["other"]) if "other" in value.args else None
        size = value.args.get("size")
        if size is None:
            return None
        items = shapes.sequence(size)
        if items is None and shapes.plain(size):
            items = (shapes.size(size),)
        if items is not None and len(items) == 1 and isinstance(items[0], tuple):
            items = items[0]
        if items is None or not all(isinstance(item, int | Dim) and not isinstance(item, bool) for item in items):
            return None
        return without_wildcard(Strided(shape), items)

    def _may_assume(self) -> bool:
        """Arguments are assumed to be in the default layout, unless the file speaks of another one."""
        if self._default is None:
            names = {node.attr for node in self.program.nodes(ast.Attribute)}
            names |= {node.id for node in self.program.nodes(ast.Name)}
            self._default = not names & {"channels_last", "channels_last_3d"}
        return self._default

    def _equations(self, shapes: Shapes, value: Value) -> list[tuple[int | Dim, int | Dim]]:
        """The equations of all operations that have surely run when `value` is computed."""
        found: list[tuple[int | Dim, int | Dim]] = []
        seen: set[Value] = set()
        pending = [value]
        while pending and len(seen) < MAX_VALUES:
            one = pending.pop()
            if one in seen:
                continue
            seen.add(one)
            if one.op in EQUALITIES and one is not value:
                found.extend(shapes.equalities(one))
            if one.op != PHI:
                pending.extend(one.args.values())
            for use in one.uses:
                if use.op in EQUALITIES and use not in seen and self._ran(use, value):
                    seen.add(use)
                    found.extend(shapes.equalities(use))
        shapes.work += len(seen)
        return found

    def _ran(self, use: Value, value: Value) -> bool:
        if use.node is None or value.node is None or use.frame is not value.frame or use is value:
            return False
        return self.blocks.surely_ran(use.node, value.node)


def _quotients(sizes: tuple[int | Dim, ...]) -> list[tuple[int | Dim, int | Dim]]:
    """Trivial equations that bring the quotients among the sizes, and so what they mean, to the solver."""
    return [(size, size) for size in sizes if isinstance(size, Dim)]

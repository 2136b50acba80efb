"""Strides of values, and whether a `view` is legal.

Strides are never symbolic. The equations between sizes are solved, every remaining symbol becomes a large prime, and
torch's own rules run on these numbers, three times with other primes. A view that all three refuse is illegal for sizes in general.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, Symbol, evaluate, product, symbols
from torchlint.semantics.equations import Solution
from torchlint.semantics.operands import ALIASES, FIELDS, NUMBERS, RESHAPING, dependencies, origin, part
from torchlint.semantics.ops import RULES
from torchlint.semantics.ops.base import Many, Result, Strided, contiguous, words
from torchlint.semantics.ops.layers import ADAPTIVE, CONVOLUTIONS, POOLS, TRANSPOSED
from torchlint.semantics.ops.pointwise import CASTS, LIKE, UNARY
from torchlint.semantics.ranks import rank_at_least
from torchlint.semantics.shapes import Shapes, apply_rule
from torchlint.semantics.strides import merged_axes, runs, view_strides
from torchlint.semantics.values import ATTR, ELEMENT, ITEM, PARAM, PHI, Value

TRIALS = 3
# Views whose sizes are what the code says, even where the primes chosen are too small for its slices.
CUTS = frozenset(("getitem", "narrow", "select"))

# Operations that give a tensor in the default layout another one in the default layout.
KEEP_ORDER = frozenset(("view", "reshape", "flatten", "unflatten", "detach", *UNARY, *LIKE, *CASTS))
# Operations whose results are in the default layout, whatever their operands are.
FRESH = frozenset(
    words("linear bmm mm softmax log_softmax layer_norm embedding one_hot cumsum gather index_select repeat contiguous")
)
# Operations that give a tensor in the default layout another one in it; convolutions unless their weights are channels_last.
SURELY = frozenset((*POOLS, *ADAPTIVE, "batch_norm", "instance_norm", "group_norm", "interpolate"))
FOLLOW = SURELY.union(CONVOLUTIONS, TRANSPOSED)

# Operations that can leave axes apart in memory.
APART = frozenset(
    words(
        "permute transpose t T H mT mH adjoint movedim expand expand_as narrow select getitem chunk split tensor_split "
        "split_with_sizes unbind diagonal unfold einsum lstm gru rnn rot90"
    )
)
MAX_CHAIN = 300
MAX_DEPTH = 8  # of branches within branches


class Answer(StrEnum):
    """Whether torch runs a view."""

    LEGAL = "legal"
    ILLEGAL = "illegal"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a view is legal. If it is not: the two neighbouring axes of the operand that it can't merge, the operation
    that pulled them apart, and whether that is certain or rests on an assumed default layout."""

    answer: Answer
    certain: bool = True
    axes: tuple[int, int] | None = None
    cause: Value | None = None


class Layouts:
    """Concrete sizes and strides of values under one choice of numbers for the symbols."""

    def __init__(self, shapes: Shapes, solution: Solution, trial: int, default: bool) -> None:
        self.shapes = shapes
        self.solution = solution
        self.trial = trial
        self.default = default  # whether arguments may be assumed to be in the default layout
        self._numbers: dict[Symbol, int] = {}
        self._primes = random.Random(trial).sample(PRIMES, len(PRIMES))
        self._results: dict[Value, Result | None] = {}

    def number(self, size: int | Dim) -> int:
        """The number that a size stands for. Raises Opaque where the primes don't fit (a size below 1)."""
        found = evaluate(self.solution(size), self._prime)
        if found < 1 and not isinstance(size, int):
            raise Opaque("the numbers chosen don't fit")
        return found

    def numbers(self, sizes: Iterable[int | Dim]) -> tuple[int, ...]:
        """`number` of each."""
        return tuple(self.number(size) for size in sizes)

    def result(self, value: Value) -> Result | None:
        """The value's concrete sizes, and its strides where they are known."""
        if value not in self._results:
            order = dependencies(value, self._results, NUMBERS)
            self.shapes.work += len(order)
            for needed in order:
                self._results[needed] = None
                try:
                    self._results[needed] = self._compute(needed)
                except Opaque:
                    continue
        found: Result | None = self._results[value]
        return found

    def strided(self, value: Value) -> Strided | None:
        """`result`, if it is one tensor."""
        result = self.result(value)
        return result if isinstance(result, Strided) else None

    def _prime(self, symbol: Symbol) -> int:
        found = self._numbers.get(symbol)
        if found is None:
            found = self._numbers[symbol] = self._primes[len(self._numbers) % len(self._primes)]
        return found

    def _compute(self, value: Value) -> Result | None:
        expected: Result | None = self._concrete(self.shapes.result(value))
        if expected is None:
            return None
        try:
            found = self._operation(value)
        except Opaque:
            found = None
        if found is None and isinstance(expected, Strided) and (value.op in KEEP_ORDER or self._is_fresh(value)):
            certain = self._keeps_default(value)
            return expected if certain is None else contiguous(expected.numbers, certain)
        if isinstance(found, Strided) and isinstance(expected, Strided):
            if found.shape == expected.shape:
                return found
            if value.op in CUTS and found.rank == expected.rank:
                return replace(found, shape=expected.shape)
            return expected
        if isinstance(found, tuple) and isinstance(expected, Many) and found:
            found = Many(found[0], len(found))  # the number chosen is small enough to be counted
        if isinstance(found, tuple | Many) and _shapes(found) == _shapes(expected):
            return found
        return expected

    def _keeps_default(self, value: Value, depth: int = 0) -> bool | None:
        """Whether a tensor whose sizes are not known is in the default layout: surely, by assumption (False), or unknown."""
        source = value
        while source.op in KEEP_ORDER or source.op in ALIASES:
            source = source.args["input"]
        if self._is_fresh(source):
            return True
        if source.op in (PARAM, "matmul"):  # of operands whose ranks aren't known: see `_is_fresh`
            return False if self.default else None
        if source.op == PHI and depth < MAX_DEPTH:
            found = [self._keeps_default(one, depth + 1) for one in source.data]
            return None if None in found else all(found)
        if source.op in FOLLOW and "input" in source.args and depth < MAX_DEPTH:
            inner = self._keeps_default(source.args["input"], depth + 1)
            return inner if inner is None or source.op in SURELY else False if self.default else None
        known = self._results.get(source)
        return known.certain if isinstance(known, Strided) and known.contiguous else None

    def _is_fresh(self, value: Value) -> bool:
        """Whether an operation gives a tensor in the default layout, whatever its operands are."""
        if value.op != "matmul":
            return value.op in FRESH
        # torch may fold a vector or matrix with a larger second operand, and transpose the result.
        return "other" in value.args and rank_at_least(value.args["input"], self.shapes.shape) > 2

    def _concrete(self, result: Any) -> Any:
        """The sizes as numbers; without strides."""
        if isinstance(result, Strided):
            return Strided(self.numbers(result.shape))
        if isinstance(result, tuple):
            return tuple(self._concrete(one) for one in result)
        if isinstance(result, Many):
            return Many(self._concrete(result.item), None if result.count is None else self.number(result.count))
        return None

    def _operation(self, value: Value) -> Result | None:
        op = value.op
        if op in ALIASES and self.result(value.args["input"]) is not None:
            return self.result(value.args["input"])
        if op == PHI:
            return self._joined(value)
        if origin(value).op == PARAM:
            shape = self.shapes.shape(value)
            return contiguous(self.numbers(shape), certain=False) if self.default and shape is not None else None
        if op in (ELEMENT, ITEM, ATTR) or (op == "getitem" and not self.strided(value.args["input"])):
            return self._part(value)
        if value.inplace and op not in RESHAPING:
            return None if "out" in value.args else self.result(value.args["input"])
        if op not in RULES:
            return None
        arguments = self.shapes.arguments(value, self.result, self.number)
        found: Result = apply_rule(RULES[op], arguments)
        if not self.default and isinstance(found, Strided) and not found.certain:
            return replace(found, strides=None)
        return found

    def _joined(self, value: Value) -> Result | None:
        found = [self.result(one) for one in value.data]
        first = found[0]
        if not isinstance(first, Strided) or not all(isinstance(one, Strided) for one in found):
            return None
        same = all(isinstance(one, Strided) and one.strides == first.strides for one in found)
        certain = all(isinstance(one, Strided) and one.certain for one in found)
        return replace(first, certain=certain) if same else None

    def _part(self, value: Value) -> Result | None:
        index: Any = value.data
        if value.op == ATTR:
            index = FIELDS.get(value.data)
        elif value.op != ELEMENT:
            given = value.args.get("index")
            index = given.data if given is not None and given.op == "py.const" else None
        return part(self.result(value.args["input"]), index) if "input" in value.args else None


def may_be_apart(value: Value) -> bool:
    """Whether an operation that can leave axes apart in memory has a part in a value's layout. Cheap, and asked first."""
    pending, seen = [value], {value}
    while pending:
        one = pending.pop()
        if one.op in APART:
            return True
        if one.op in FRESH:
            continue
        for operand in one.args.values():
            if operand not in seen:
                seen.add(operand)
                pending.append(operand)
        if len(seen) > MAX_CHAIN:
            return True
    return False


def judge(
    shapes: Shapes,
    operand: Value,
    shape: tuple[int | Dim, ...],
    target: tuple[int | Dim, ...],
    solution: Solution,
    default: bool,
) -> Verdict:
    """Whether `operand.view(target)` runs, by torch's rule on `TRIALS` choices of numbers."""
    try:
        shape, target = tuple(map(solution, shape)), tuple(map(solution, target))
    except Opaque:
        return Verdict(Answer.UNKNOWN)
    verdict = Verdict(Answer.UNKNOWN)
    for trial in range(TRIALS):
        try:
            found = _judge_once(Layouts(shapes, solution, trial, default), operand, shape, target)
        except Opaque:
            return Verdict(Answer.UNKNOWN)
        if found.answer is not Answer.ILLEGAL:
            return found if trial == 0 else Verdict(Answer.UNKNOWN)
        if trial and found.axes != verdict.axes:
            return Verdict(Answer.UNKNOWN)
        verdict = found
    return verdict


def _judge_once(
    layouts: Layouts, operand: Value, shape: tuple[int | Dim, ...], target: tuple[int | Dim, ...]
) -> Verdict:
    x = layouts.strided(operand)
    if x is None or x.strides is None or x.numbers != layouts.numbers(shape):
        return Verdict(Answer.UNKNOWN)
    if x.contiguous:
        return Verdict(Answer.LEGAL, x.certain)
    if _unsettled(layouts.solution, shape, target):
        # Whatever the sizes are: each run of memory needs an axis of its own.
        apart = runs(x.numbers, x.strides)
        if len(apart) <= sum(size != 1 for size in target):
            return Verdict(Answer.UNKNOWN)
        return Verdict(Answer.ILLEGAL, x.certain, (apart[0][-1], apart[1][0]), _cause(layouts, operand))
    wanted = layouts.numbers(target)
    if product(wanted) != product(x.numbers):
        return Verdict(Answer.UNKNOWN)
    if view_strides(x.numbers, x.strides, wanted) is not None:
        return Verdict(Answer.LEGAL, x.certain)
    return Verdict(Answer.ILLEGAL, x.certain, merged_axes(x.numbers, x.strides, wanted), _cause(layouts, operand))


def _unsettled(solution: Solution, shape: tuple[int | Dim, ...], target: tuple[int | Dim, ...]) -> bool:
    """Whether the answer depends on sizes between which an equation holds that could not be solved."""
    used = {symbol for size in (*shape, *target) for symbol in symbols(solution(size))}
    unsolved = solution.open(used)
    return any(symbol in unsolved or (symbol.exact and _dangling(symbol, solution)) for symbol in used)


def _dangling(quotient: Symbol, solution: Solution) -> bool:
    """Whether the equation of a quotient is not part of the solution."""
    numerator, denominator = quotient.parts
    left = solution(Dim({(quotient,): 1})) * solution(denominator)
    return left != solution(numerator)


def _cause(layouts: Layouts, operand: Value) -> Value:
    """The operation, going back from the operand, that made a contiguous tensor non-contiguous."""
    current = operand
    while True:
        before = _before(layouts, current)
        if before is None:
            return current
        current = before


def _before(layouts: Layouts, value: Value) -> Value | None:
    """The operand whose layout the value took over: the first one that is known not to be contiguous."""
    for operand in value.args.values():
        result = layouts.result(operand)
        for one in result if isinstance(result, tuple) else (result,):
            found = one.item if isinstance(one, Many) else one
            if isinstance(found, Strided) and found.strides is not None and not found.contiguous:
                return operand
    return None


def _shapes(result: Any) -> Any:
    if isinstance(result, Strided):
        return result.shape
    if isinstance(result, tuple):
        return tuple(_shapes(one) for one in result)
    return _shapes(result.item) if isinstance(result, Many) else None


def _primes(start: int, count: int) -> list[int]:
    found: list[int] = []
    number = start
    while len(found) < count:
        if all(number % factor for factor in range(2, int(number**0.5) + 1)):
            found.append(number)
        number += 1
    return found


PRIMES = _primes(1009, 200)

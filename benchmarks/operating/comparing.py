"""What torch gives for a call against what the engine says of it: sizes, strides, dtype and errors."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
import torch

from benchmarks.operating.calls import Call, UnwrittenError, Written, written
from torchlint.semantics import operations
from torchlint.semantics.equations import Solution
from torchlint.semantics.facts import Facts
from torchlint.semantics.interpreter import interpret
from torchlint.semantics.layouts import Layouts
from torchlint.semantics.promotion import BIT, OTHER
from torchlint.semantics.promotion import name as dtype_name
from torchlint.semantics.values import Value

BATCH = 60  # calls in one program
MAX_SHOWN = 3  # wrong answers of an operation that are kept
ASPECTS = ("shape", "strides", "dtype")


@dataclass
class Tally:
    """The outcomes of one operation.

    `counts` has `"shape agreed"`, `"shape unknown"`, `"shape wrong"` and so on for each aspect, by the number of results
    compared; "calls" that torch ran; "refused" ones, of which the engine knew "foreseen"; "unwritten" ones, which have no
    text. Strides that rest on the assumption of the default layout are "strides assumed"; "usual" counts strides again, for
    calls whose operands are all in the default layout. `rules` are the engine's names
    of the operations that the calls were.
    """

    counts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add the outcomes of other calls."""
        self.counts += other.counts
        self.rules += other.rules
        self.wrong = [*self.wrong, *other.wrong][:MAX_SHOWN]

    def mistake(self, aspect: str, text: str) -> None:
        """Count a wrong answer."""
        self.counts[f"{aspect} wrong"] += 1
        if len(self.wrong) < MAX_SHOWN:
            self.wrong.append(f"{aspect}: {text}")


@dataclass
class Ran:
    """A call that torch ran, and what it gave: one result, or a tuple of them."""

    text: Written
    result: Any
    usual: bool  # all operands were in the default layout
    aliased: bool


def run(call: Call, prefix: str, *, grad: bool = False) -> Ran | None:
    """Let torch execute a call; None where it raises. Raises UnwrittenError if the call has no text."""
    text = written(call, prefix)
    scope: dict[str, Any] = {"torch": torch, "numpy": numpy}
    for name, one in text.tensors.items():
        own = one.detach()
        # An in-place call must not change the sample.
        scope[name] = torch.empty_strided(one.shape, one.stride(), dtype=one.dtype)
        scope[name] = own if _overlapping(own) else scope[name].copy_(own)
        if grad and own.dtype.is_floating_point:
            scope[name].requires_grad_()
    first = next(iter(scope[name] for name in text.tensors), None)
    usual = all(scope[name].is_contiguous() for name in text.tensors)
    torch.default_generator.manual_seed(0)
    try:
        if text.module:
            exec(text.module, scope)  # a line that this benchmark wrote
        result = eval(text.line, scope)
    except Exception:
        return None
    aliased = (
        isinstance(result, torch.Tensor)
        and first is not None
        and result.layout == torch.strided
        and result.numel() > 0
        and result.untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
    )
    return Ran(text, result, usual, aliased)


def _overlapping(one: torch.Tensor) -> bool:
    return any(stride == 0 and size > 1 for size, stride in zip(one.shape, one.stride(), strict=True))


def compare(calls: Iterable[Call], tally: Tally, *, random: bool = False) -> None:
    """Compare the engine with torch on calls; those that torch refuses count as such."""
    batch: list[tuple[Call, Ran]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, call in enumerate(calls):
            prefix = f"c{number}_"
            try:
                ran = run(call, prefix, grad=random and number % 2 == 1)
            except UnwrittenError:
                tally.counts["unwritten"] += 1
                continue
            if ran is None:
                tally.counts["refused"] += 1
                continue
            batch.append((call, ran))
            if len(batch) == BATCH:
                _judge_batch(batch, tally)
                batch = []
        _judge_batch(batch, tally)


def _unpacked(name: str, result: Any) -> Iterator[str]:
    """Lines that take several results apart."""
    if isinstance(result, tuple | list) and result and not isinstance(result, torch.Size):
        yield f"{', '.join(f'{name}_{index}' for index in range(len(result)))}, = {name}"
        for index, one in enumerate(result):
            yield from _unpacked(f"{name}_{index}", one)


def _tensors(name: str, result: Any) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(result, torch.Tensor):
        yield name, result
    elif isinstance(result, tuple | list):
        for index, one in enumerate(result):
            yield from _tensors(f"{name}_{index}", one)


def engine(lines: Sequence[str]) -> tuple[Facts, dict[str, Value]]:
    """What the engine knows of a program, and what the names of the module hold in the end."""
    text = "\n".join(["import numpy", "import torch", *lines, ""])
    program = interpret(ast.parse(text), text, strict=True)
    return Facts(program), dict(program.module_frame.names)


def _judge_batch(batch: Sequence[tuple[Call, Ran]], tally: Tally) -> None:
    lines: list[str] = []
    for _, ran in batch:
        name = f"{ran.text.prefix}r"
        lines += [*ran.text.operands(), *([ran.text.module] if ran.text.module else []), f"{name} = {ran.text.line}"]
        lines += _unpacked(name, ran.result)
    facts, names = engine(lines)
    certain = Layouts(facts.shapes, Solution(), 0, default=False)
    assumed = Layouts(facts.shapes, Solution(), 0, default=True)
    for _, ran in batch:
        _judge(ran, facts, names, certain, assumed, tally)


def _judge(ran: Ran, facts: Facts, names: dict[str, Value], certain: Layouts, assumed: Layouts, tally: Tally) -> None:
    value = names[f"{ran.text.prefix}r"]
    tally.counts["calls"] += 1
    tally.rules[value.op] += 1
    shown = "; ".join([*ran.text.operands(), *([ran.text.module] if ran.text.module else []), ran.text.line])
    for left, right in facts.shapes.equalities(value):
        if isinstance(left, int) and isinstance(right, int) and left != right:
            tally.mistake("error", f"{left} == {right} is said to be needed by {shown}")
    # A layer made with inplace=True counts as if it made a new tensor.
    if (
        ran.aliased
        and not ran.text.module
        and not value.op.startswith("py.")
        and not value.inplace
        and not _may_alias(value.op)
    ):
        tally.mistake("view", f"{value.op} is no view: {shown}")
    for name, result in _tensors(f"{ran.text.prefix}r", ran.result):
        _judge_tensor(names[name], result, facts, certain, assumed, tally, shown, ran)


def _may_alias(op: str) -> bool:
    found = operations.method(op) or operations.function(f"torch.{op}") or operations.property(op)
    found = found or operations.function(f"torch.nn.functional.{op}")
    return found is None or found.view or found.operand


def _judge_tensor(
    value: Value,
    result: torch.Tensor,
    facts: Facts,
    certain: Layouts,
    assumed: Layouts,
    tally: Tally,
    shown: str,
    ran: Ran,
) -> None:
    if facts.is_tensor(value) is False:
        tally.mistake("kind", f"no tensor, {value.op}: {shown}")
    shape = facts.shape(value)
    expected = tuple(result.shape)
    if shape is None or any(not isinstance(size, int) for size in shape):
        known = [] if shape is None else [(a, b) for a, b in zip(shape, expected, strict=False) if isinstance(a, int)]
        if shape is not None and (len(shape) != len(expected) or any(a != b for a, b in known)):
            tally.mistake("shape", f"{shape} for {expected}: {shown}")
        else:
            tally.counts["shape unknown"] += 1
    elif shape == expected:
        tally.counts["shape agreed"] += 1
    else:
        tally.mistake("shape", f"{shape} for {expected}: {shown}")
    _judge_dtype(value, result, facts, tally, shown)
    if result.layout != torch.strided or shape != expected or 0 in expected:
        if result.layout == torch.strided and 0 not in expected:
            tally.counts["strides unknown"] += 1
            tally.counts["usual unknown"] += ran.usual
        return
    _judge_strides(value, result, certain, assumed, tally, shown, ran)


def _judge_dtype(value: Value, result: torch.Tensor, facts: Facts, tally: Tally, shown: str) -> None:
    mask, actual = facts.dtypes.of(value), BIT.get(str(result.dtype).removeprefix("torch."), OTHER)
    if not mask & actual:
        tally.mistake("dtype", f"{dtype_name(mask) or bin(mask)} for {result.dtype}: {shown}")
    elif dtype_name(mask) is None:
        tally.counts["dtype unknown"] += 1
    else:
        tally.counts["dtype agreed"] += 1


def _judge_strides(
    value: Value, result: torch.Tensor, certain: Layouts, assumed: Layouts, tally: Tally, shown: str, ran: Ran
) -> None:
    actual = _meaningful(result.shape, result.stride())
    found = certain.strided(value)
    word = "agreed"
    if found is not None and found.strides is not None and not found.certain:
        tally.mistake("strides", f"uncertain strides without the assumption: {shown}")
    if found is None or found.strides is None:
        found, word = (assumed.strided(value), "assumed") if ran.usual else (None, "")
    if found is None or found.strides is None:
        word = "unknown"
    elif _meaningful(found.numbers, found.strides) != actual:
        tally.mistake("strides", f"{word} {found.strides} for {result.stride()}: {shown}")
        return
    tally.counts[f"strides {word}"] += 1
    if ran.usual:
        tally.counts[f"usual {word}"] += 1


def _meaningful(shape: Sequence[int], strides: Sequence[int]) -> list[int]:
    """Strides without those of axes of size 1, which mean nothing."""
    return [stride for size, stride in zip(shape, strides, strict=True) if size != 1]


def foreseen(calls: Iterable[Call], tally: Tally) -> None:
    """Count the calls that torch is expected to refuse, and those of them whose sizes the engine knows not to fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, call in enumerate(calls):
            try:
                text = written(call, f"e{number}_")
            except UnwrittenError:
                continue
            if run(call, f"e{number}_") is not None:
                continue
            module = [text.module] if text.module else []
            facts, names = engine([*text.operands(), *module, f"{text.prefix}r = {text.line}"])
            pairs = facts.shapes.equalities(names[f"{text.prefix}r"])
            tally.counts["errors"] += 1
            tally.counts["errors foreseen"] += any(
                isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs
            )

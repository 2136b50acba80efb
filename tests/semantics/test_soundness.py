"""What Python computes is among the values that the interpreter gives, for random programs really run by Python.

The programs branch on an unknown condition, loop, break, return early, handle exceptions, call each other, change lists
and attributes. Each is executed with random conditions; the interpreter's answer must cover every outcome.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.semantics.graph import program, show
from torchlint.semantics.values import CHOICE, CONST, GAP, LIST, PHI, TUPLE, Value

NAMES = "abc"


class Stop(Exception):
    """Ends a program that loops for too long."""


class Writer:
    """Writes random statements."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self) -> str:
        choose = self.random.random()
        if choose < 0.5:
            return str(self.random.randrange(5))
        if choose < 0.8:
            return self.random.choice(NAMES)
        if choose < 0.9:
            return f"({self.expression()}, {self.random.choice(NAMES)})[{self.random.randrange(2)}]"
        return f"({self.expression()} if cond() else {self.expression()})"

    def statement(self, depth: int, in_loop: bool, indent: str) -> list[str]:
        r = self.random
        kinds = ["assign"] * 4 + ["list", "attribute", "pair", "call"]
        if depth > 0:
            kinds += ["if", "if", "if", "for", "while", "try", "none"]
        if in_loop:
            kinds += ["break", "continue"]
        kinds += ["return"]
        kind = r.choice(kinds)
        inner = indent + "    "
        if kind == "assign":
            return [f"{indent}{r.choice(NAMES)} = {self.expression()}"]
        if kind == "list":
            return [f"{indent}l.append({r.randrange(5)})"]
        if kind == "attribute":
            return [f"{indent}o.v = {self.expression()}"]
        if kind == "pair":
            return [f"{indent}a, b = {self.expression()}, {self.expression()}"]
        if kind == "call":
            return [f"{indent}{r.choice(NAMES)} = g({self.expression()})"]
        if kind == "none":
            return [
                f"{indent}n = None",
                f"{indent}if cond():",
                f"{inner}n = 3",
                f"{indent}if n is not None:",
                f"{inner}a = n",
            ]
        if kind == "if":
            lines = [f"{indent}if cond():", *self.block(depth - 1, in_loop, inner)]
            return lines + ([f"{indent}else:", *self.block(depth - 1, in_loop, inner)] if r.random() < 0.5 else [])
        if kind == "for":
            source = r.choice(["(1, 2, 3)", "items()", "range(2)"])
            lines = [f"{indent}for i in {source}:", *self.block(depth - 1, True, inner)]
            return lines + ([f"{indent}else:", *self.block(depth - 1, in_loop, inner)] if r.random() < 0.3 else [])
        if kind == "while":
            return [
                f"{indent}while {r.choice(['cond()', 'True'])}:",
                f"{inner}tick()",
                *self.block(depth - 1, True, inner),
            ]
        if kind == "try":
            return [
                f"{indent}try:",
                *self.block(depth - 1, in_loop, inner),
                f"{inner}fail()",
                f"{indent}except ValueError:",
                *self.block(depth - 1, in_loop, inner),
            ]
        if kind == "return":
            return [f"{indent}if cond():", f"{inner}return (a, b, c, tuple(l), o.v)"]
        return [f"{indent}if cond():", f"{inner}{kind}"]

    def block(self, depth: int, in_loop: bool, indent: str) -> list[str]:
        return [line for _ in range(self.random.randrange(1, 4)) for line in self.statement(depth, in_loop, indent)]

    def text(self) -> str:
        helper = ["def g(x):", "    if cond():", "        return 7", "    return x", ""]
        head = ["class O:", "    def __init__(self):", "        self.v = 0", *helper]
        start = ["def f():", "    a, b, c, l, o = 0, 1, 2, [], O()"]
        return "\n".join([*head, *start, *self.block(3, False, "    "), "    return (a, b, c, tuple(l), o.v)", ""])


def outcomes(text: str, seed: int) -> list[Any]:
    """What the program gives when its conditions are drawn at random."""
    results = []
    for run in range(30):
        r = random.Random(seed * 1000 + run)
        ticks = [0]

        def tick(ticks: list[int] = ticks) -> None:
            ticks[0] += 1
            if ticks[0] > 2:
                raise Stop

        def fail(r: random.Random = r) -> None:
            if r.random() < 0.5:
                raise ValueError

        scope: dict[str, Any] = {
            "cond": lambda r=r: r.random() < 0.5,
            "items": lambda r=r: range(r.randrange(3)),
            "tick": tick,
            "fail": fail,
        }
        exec(text, scope)  # a program that this test wrote itself
        try:
            results.append(scope["f"]())
        except Stop:
            continue
    return results


def covers(value: Value, result: Any) -> bool:
    """Whether `result` is one of the values that `value` stands for."""
    if value.op == CONST:
        return type(value.data) is type(result) and bool(value.data == result)
    if value.op == PHI:
        return any(covers(one, result) for one in value.data)
    if value.op in (TUPLE, LIST):
        return match(value.data.content, tuple(result))
    return True


def match(items: tuple[Value, ...], result: tuple[Any, ...]) -> bool:
    """Whether a list's items, with their choices and gaps, may be `result`."""
    if not items:
        return not result
    first, rest = items[0], items[1:]
    if first.op == GAP:
        return any(match(rest, result[i:]) for i in range(len(result) + 1))
    if first.op == CHOICE:
        return any(match((*run, *rest), result) for run in first.data)
    return bool(result) and covers(first, result[0]) and match(rest, result[1:])


@pytest.mark.parametrize("block", range(8))
def test_every_outcome_is_covered(block: int) -> None:
    compared = 0
    for seed in range(block * 60, block * 60 + 60):
        text = Writer(seed).text()
        found = program(text)
        answers = [
            escape.args["input"]
            for escape in found.values("py.escape")
            if escape.data == "return" and escape.frame is not None and escape.frame.function is not None
            and escape.frame.function.name == "f"
        ]  # fmt: skip
        for result in outcomes(text, seed):
            compared += 1
            shown = " ; ".join(show(answer) for answer in answers)
            assert any(covers(answer, result) for answer in answers), f"seed {seed}: {result} not in {shown}\n{text}"
    assert compared > 600

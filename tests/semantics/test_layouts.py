"""Views in the text of programs: the verdict compared with what torch does when it runs the same text."""

from __future__ import annotations

import ast
import random

import pytest

from torchlint.semantics.facts import Facts
from torchlint.semantics.interpreter import interpret
from torchlint.semantics.layouts import Answer

torch = pytest.importorskip("torch")

STEPS = (
    "x.permute({order})", "x.transpose({a}, {b})", "x.movedim({a}, {b})", "x.unsqueeze({a})", "x + 1", "x.relu()", "x.clone()",
    "x.contiguous()", "x[:, 1:]", "x[..., :2]", "x[:, ::2]", "x[:, 0]", "x[:, None]", "x.softmax({a})", "x.sum({a})",
    "x.sum({a}, keepdim=True)", "x.chunk(2, {a})[0]", "x.flip({a})", "torch.cat([x, x], {a})", "torch.stack([x, x], {a})",
    "x.narrow({a}, 0, 1)", "x.select({a}, 0)", "x.flatten({a})", "x.unbind({a})[0]", "x * x.mean({a}, keepdim=True)",
    "x.narrow({a}, 0, 1).expand_as(x)", "x.split(1, {a})[0]", "x.sort({a})[0]", "x.repeat_interleave(2, {a})", "x.mT", "x.exp_()",
    "torch.where(x > 0, x, x * 2)", "x.double()", "x.cumsum({a})", "x.topk(1, {a}).values", "(x @ x.mT)", "x.view(x.shape)",
)  # fmt: skip


def program(rng: random.Random) -> tuple[list[str], torch.Tensor, torch.Tensor]:
    """Lines that make a tensor, and that tensor's first and last state."""
    shape = [rng.choice((2, 4, 6)) for _ in range(rng.randint(2, 4))]
    first = torch.randn(shape)
    lines: list[str] = []
    x = first
    while len(lines) < rng.randint(1, 5):
        rank = x.dim()
        order = list(range(rank))
        rng.shuffle(order)
        step = rng.choice(STEPS).format(order=", ".join(map(str, order)), a=rng.randrange(rank), b=rng.randrange(rank))
        try:
            result = eval(
                step, {"torch": torch, "x": x.clone() if step.endswith("_()") and not x.is_contiguous() else x}
            )
        except (RuntimeError, IndexError):
            continue
        if (
            not 1 < result.dim() < 6
            or 0 in result.shape
            or result.numel() > 20_000
            or (step.endswith("_()") and not x.is_contiguous())
        ):
            continue
        x = result
        lines.append(f"    x = {step}" if not step.endswith("_()") else f"    {step}")
    return lines, first, x


def targets(rng: random.Random, x: torch.Tensor) -> list[str]:
    """Sizes that a view may ask for: merged neighbours, split axes, everything in one."""
    shape = list(x.shape)
    found = ["-1"]
    for _ in range(3):
        target, axis = [], 0
        while axis < len(shape):
            take = rng.choice((1, 1, 2, 3))
            merged = 1
            for size in shape[axis : axis + take]:
                merged *= size
            target.extend([2, merged // 2] if merged % 2 == 0 and rng.random() < 0.2 else [merged])
            axis += take
        found.append(", ".join(map(str, target)))
    return found


def answers(text: str) -> list[tuple[Answer, bool]]:
    """The verdicts on the views that a program ends in."""
    read = interpret(ast.parse(text), text, strict=True)
    facts = Facts(read)
    last = [
        value
        for value in read.values("view")
        if value.node is not None and "x.view(x.shape)" not in ast.unparse(value.node)
    ]
    verdicts = [facts.view_legality(value) for value in last]
    return [(verdict.answer, verdict.certain) for verdict in verdicts]


def test_verdicts_on_known_sizes_equal_torch() -> None:
    rng = random.Random(5)
    uncertain = missed = 0
    counts = dict.fromkeys(Answer, 0)
    for _ in range(500):
        lines, first, x = program(rng)
        wanted = targets(rng, x)
        text = "\n".join(["import torch", "def f():", f"    x = torch.randn({list(first.shape)})", *lines])
        text += "".join(f"\n    x.view({target})" for target in wanted)
        found = answers(text)
        for target, (answer, certain) in zip(wanted, found, strict=True):
            try:
                x.view([int(size) for size in target.split(", ")])
                legal = Answer.LEGAL
            except RuntimeError:
                legal = Answer.ILLEGAL
            counts[answer] += 1
            missed += legal is Answer.ILLEGAL and answer is Answer.UNKNOWN
            assert answer in (legal, Answer.UNKNOWN), (text, target)
            uncertain += not certain
    assert uncertain < 100  # stacks of tensors of which none is contiguous may be channels_last
    assert missed < 30, missed
    assert counts[Answer.LEGAL] > 500 and counts[Answer.ILLEGAL] > 250, counts


def test_illegal_for_unknown_sizes_is_illegal_for_large_ones() -> None:
    """The same programs on an argument: only its rank is known, by unpacking."""
    rng = random.Random(6)
    counts = dict.fromkeys(Answer, 0)
    for _ in range(500):
        lines, first, x = program(rng)
        names = "abcd"[: first.dim()]
        head = ["import torch", "def f(x):", f"    {', '.join(names)} = x.shape", *lines]
        last = list(x.shape)
        merge = rng.randrange(x.dim())
        parts = [f"x.size({i})" for i in range(x.dim())]
        if merge + 1 < x.dim():
            parts[merge : merge + 2] = [f"x.size({merge}) * x.size({merge + 1})"]
            last[merge : merge + 2] = [last[merge] * last[merge + 1]]
        text = "\n".join([*head, f"    y = x.view({', '.join(parts)})", "    x.view(-1)"])
        found = answers(text)
        for target, (answer, _) in zip((last, [-1]), found, strict=True):
            counts[answer] += 1
            if answer is not Answer.ILLEGAL:
                continue
            try:
                x.view(target)
            except RuntimeError:
                continue
            assert 1 in x.shape or 2 in x.shape, (text, target, x.shape, x.stride())  # sizes that are not general
    assert counts[Answer.ILLEGAL] > 150, counts

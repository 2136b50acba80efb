"""Work grows with the text: counted in values and evaluations, whatever a text repeats, nests or shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from torchlint import edits, engine, fixing
from torchlint.registry import load
from torchlint.report import Report
from torchlint.rule import Edit, Finding, Fix, Group, Safety
from torchlint.semantics.budget import MAX_VALUES
from torchlint.semantics.interpreter import Interpreter
from torchlint.semantics.legality import MAX_VALUES as MAX_CONE
from torchlint.semantics.legality import MAX_WORK
from torchlint.semantics.shapes import Shapes
from torchlint.semantics.sizes import Sizes
from torchlint.settings import Settings
from torchlint.source import Source
from torchlint.syntax.parse import parse

FUNCTION = "import torch\nfrom torch import nn\ndef f(x: torch.Tensor):\n"


def counted(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, size: Callable[..., int] = lambda *_: 1
) -> list[int]:
    """The sizes of all calls of a function from now on."""
    calls: list[int] = []
    original = getattr(owner, name)

    def counting(*arguments: Any, **keywords: Any) -> Any:
        calls.append(size(*arguments))
        return original(*arguments, **keywords)

    monkeypatch.setattr(owner, name, counting)
    return calls


def check(text: str) -> Report:
    return engine.check(Source.from_text(text, "a.py"), Settings(root="/"), load())


@pytest.mark.parametrize(
    ("start", "step", "end"),
    [
        ("n = x.shape[0]", "n = n * n", "x.permute(1, 0).view(n, -1)"),
        ("n = 7", "n = n * n", "x.permute(1, 0).view(n, -1)"),
        ("n = 7", "n = n ** 3", "x.permute(1, 0).view(n, -1)"),
        ("n = x.shape[0]", "n = n // 3 // n", "x.permute(1, 0).view(n, -1)"),
        ("n = x.shape", "n = n + n", "x.permute(1, 0).view(n)"),
        ("n = (x,)", "n = (n, n)", "torch.stack(n).permute(1, 0).view(-1)"),
    ],
)
def test_numbers_and_sequences(start: str, step: str, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(steps: int) -> int:
        lines = [start, *[step] * steps, f"return {end}"]
        calls = [counted(monkeypatch, Sizes, name) for name in ("size", "sequence", "_known")]
        assert check(FUNCTION + "".join(f"    {line}\n" for line in lines)).problems == ()
        monkeypatch.undo()
        return sum(map(sum, calls))

    assert work(40) <= 3 * work(20) + 500


def test_long_chains_of_numbers() -> None:
    assert check(FUNCTION + "    n = 1\n" + "    n = n + x.shape[1]\n" * 2500 + "    x.t().view(n)\n").problems == ()
    assert check(FUNCTION + "    n = ()\n" + "    n = n + (2,)\n" * 2500 + "    x.t().view(n)\n").problems == ()


def interpreted(text: str) -> Interpreter:
    it = Interpreter(parse(Source.from_text(text, "a.py")), strict=True)
    it.run_file()
    return it


@pytest.mark.parametrize(
    "step",
    [
        "nn.Sequential(n, n)",
        "nn.Sequential(*[n, n])",
        "nn.ModuleList([n, n])",
        "[n, n]",
        "nn.Sequential(dict(a=n, b=n))",
    ],
)
def test_containers_in_containers(step: str) -> None:
    body = "    n = nn.ReLU()\n" + f"    n = {step}\n" * 40 + "    return n(x)\n"
    assert interpreted(FUNCTION + body).clock < MAX_VALUES


@pytest.mark.parametrize(
    "text",
    [
        "".join("    " * depth + f"for a{depth} in (1, 2, 3, 4, 5, 6):\n" for depth in range(9))
        + "    " * 9
        + "x = -1\n",
        "y = " + "[" * 9 + "-1" + "".join(f" for a{depth} in (1, 2, 3, 4, 5, 6)]" for depth in range(9)) + "\n",
        "".join(f"f{level} = lambda x: ({f'f{level - 1}(x), ' * 40})\n" for level in range(1, 4)),
    ],
    ids=["loops", "comprehensions", "lambdas"],
)
def test_loops_and_calls_of_the_module(text: str) -> None:
    it = interpreted("f0 = lambda x: -x\n" + text + "z = 1\n")
    assert it.clock < 3 * MAX_VALUES
    assert it.module_frame.lookup("z").data == 1, "the statements behind are run"  # type: ignore[union-attr]


def test_what_a_cut_statement_binds_is_unknown() -> None:
    loops = "".join("    " * depth + f"for a{depth} in (1, 2, 3, 4, 5, 6):\n" for depth in range(9))
    it = interpreted(f"x = 1\n{loops}{'    ' * 9}y = x + 1\n{'    ' * 9}x = 2\n")
    assert it.unfinished
    assert it.module_frame.lookup("x").op == "py.unknown"  # type: ignore[union-attr]


def test_many_views_in_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Shapes] = []
    original = Shapes.__init__

    def kept(self: Shapes, *arguments: Any) -> None:
        original(self, *arguments)
        made.append(self)

    monkeypatch.setattr(Shapes, "__init__", kept)
    assert check(FUNCTION + "    x = x.permute(1, 0).view(3, 4)\n" * 900 + "    return x\n").problems == ()
    assert max(one.work for one in made) <= MAX_WORK + 10 * MAX_CONE * 3 + 900 * 8


@pytest.mark.parametrize(
    "place",
    [
        "torch.log(torch.softmax(x, dim=1))",
        "torch.exp(x) / torch.exp(x).sum(dim=1, keepdim=True)",
        "nn.Sequential(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8))",
    ],
)
def test_many_findings_in_one_statement(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(count: int) -> int:
        sizes = counted(monkeypatch, edits, "_meaning", len)
        found = check(FUNCTION + "    return [" + f"{place}, " * count + "]\n").findings
        monkeypatch.undo()
        assert len(found) == count
        assert all(one.fix is not None for one in found)
        return sum(sizes)

    assert parsed(40) <= 2 * parsed(20)


def test_buffers_that_all_meet_in_one_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    from torchlint.semantics import evidence

    def asked(count: int) -> int:
        names = [f"self.b{index}" for index in range(count)]
        text = "import torch\nclass A(torch.nn.Module):\n  def __init__(self):\n    super().__init__()\n"
        text += "".join(f"    {name} = torch.zeros(3)\n" for name in names)
        calls = counted(monkeypatch, evidence, "_has_no_dimensions")
        check(text + f"  def forward(self, x):\n    return {' + '.join(names)}\n")
        monkeypatch.undo()
        return len(calls)

    assert asked(80) <= 3 * asked(40) + 100


def test_one_bad_fix_among_many_is_found_by_halving() -> None:
    count, checks = 128, []

    def toy(source: Source) -> Report:
        checks.append(source)
        found = []
        for line, text in enumerate(source.text.splitlines(), start=1):
            start = source.line_starts[line - 1]
            if text in ("bad", "good"):
                new = "bad " if text == "bad" else "done"
                fix = Fix("x", Safety.SAFE, (Edit(start, start + len(text), new),))
                found.append(Finding("TOY001", "toy", Group.ERROR, "toy", line, 1, line, 2, fix=fix))
            elif text == "bad ":
                found.append(Finding("TOY001", "toy", Group.ERROR, "toy", line, 1, line, 2))
        return Report(source.path, tuple(found), ())

    text = "good\n" * 100 + "bad\n" + "good\n" * (count - 101)
    result = fixing.fix_with(Source.from_text(text, "a.py"), toy, unsafe=False)
    assert len(result.applied) == count - 1
    assert len(checks) <= 6 * count.bit_length()


def test_many_subclasses_of_a_large_class() -> None:
    def analysed(count: int) -> int:
        large = "class A:\n" + "".join(f"    def m{one}(self):\n        return -self.x\n" for one in range(100))
        it = interpreted(large + "".join(f"class B{one}(A):\n    pass\n" for one in range(count)))
        return len(it.frames)

    assert analysed(40) == analysed(20) + 20  # the classes' own frames


@pytest.mark.parametrize(
    "text",
    [
        "d = {}\nd['a'] = d\nl = [d]\nl.append(l)\nm = [d, l]\nl = [l, m]\n",
        "a = []\nif a: a.append(1)\n" + "if a: a.append([a, {'a': a}])\n" * 400 + "b = [a, a]\n",
        "def f(c):\n    a = [1]\n" + "    if c: a.append(1)\n    else: a = [a]\n" * 300 + "    return [a]\n",
        "d = {}\n" + "d = {'a': d}\n" * 2000 + "e = [d]\n",
        "a = list(range(2 ** 100))\nb = list(range(0, 3, 0))\nfor i in range(10 ** 30): c = i\n",
    ],
)
def test_containers_that_hold_themselves_or_nest_deeply(text: str) -> None:
    assert interpreted(text).clock < len(text)


def test_a_layer_whose_call_is_not_understood() -> None:
    text = "from torch import nn\na = nn.Linear(3, 4)\nb = nn.BatchNorm1d(4)\nb(a(*c))\nb(a(x=3))\nb(a())\n"
    assert check(text).problems == ()

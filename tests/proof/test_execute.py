"""Both versions of a program, executed in a child process: which claims hold, and why others fail."""

import pytest

from torchlint.proof.claims import parse
from torchlint.proof.execute import execute
from torchlint.proof.versions import Verdict

pytest.importorskip("torch")

VIEW = """
import torch

def main():
    x = torch.arange(6.0, requires_grad=True)
    y = x.reshape(2, 3).t().{call}(6)
    y.square().sum().backward()
    return {{"x": x, "y": y}}

def by_hand():
    return {{"y": torch.tensor([0.0, 3.0, 1.0, 4.0, 2.0, 5.0])}}
"""
MASK = """
import torch
from torch import nn

class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        {assign}

    def forward(self, x):
        return x * self.mask

def main():
    return {{"model": Mask(), "x": torch.ones(3)}}
"""
SOFTMAX = """
import torch

def main():
    small, large = torch.ones(2, 3), torch.full((2, 3), 1000.0)
    f = {function}
    return {{"small": f(small), "large": f(large)}}
"""
NORM = """
import torch
from torch import nn

def main():
    model = nn.Sequential(nn.Conv2d(3, 4, 3{bias}), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1))
    return {{"model": model, "x": torch.randn(2, 3, 8, 8)}}
"""
NUMBER = """
import torch

def main():
    return {{"error": {number}, "target": torch.zeros(3).{cast}()}}
"""
WRONG = "self.mask = torch.ones(3)"
RIGHT = 'self.register_buffer("mask", torch.ones(3), persistent=False)'
SAVED = 'self.register_buffer("mask", torch.ones(3))'
UNSTABLE, STABLE = "lambda x: x.exp() / x.exp().sum(-1, keepdim=True)", "lambda x: x.softmax(-1)"


def run(claim: dict[str, object], before: str, after: str, **program: object) -> Verdict:
    (parsed,) = parse({"program": [{"file": "program.py", "claim": [claim], **program}]})
    (verdict,) = execute(parsed, before, after)
    return verdict


def view(call: str) -> str:
    return VIEW.format(call=call)


RAISES = {"kind": "raises", "exception": "RuntimeError", "message": "view size is not compatible"}
REFERENCE = {**RAISES, "reference": "by_hand"}
LEFT_BEHIND = {"kind": "stays-behind", "module": "model", "tensors": ["mask"], "inputs": ["x"]}
INFINITE = {"kind": "non-finite", "names": ["large"]}
SAME = {"kind": "equal", "names": ["small"], "tolerance": 1e-6}
USELESS = {"kind": "no-effect", "module": "model", "parameters": ["0.bias"], "inputs": ["x"]}
LESS = {"kind": "state-dict-changes", "module": "model", "lost": ["0.bias"]}
SAME_MODEL = {
    "kind": "equal",
    "module": "model",
    "inputs": ["x"],
    "tolerance": 1e-5,
    "ignore": ["0.bias*", "1.running_mean"],
}
MEASURED = {"kind": "damage", "name": "error", "before": 1.0, "after": 0.1}
DTYPE = {"kind": "wrong-dtype", "name": "target", "before": "float32", "after": "int64"}


@pytest.mark.parametrize(
    ("claim", "before", "after"),
    [
        (RAISES, view("view"), view("reshape")),
        (REFERENCE, view("view"), view("reshape")),
        ({"kind": "equal"}, view("reshape"), view("contiguous().view")),
        (LEFT_BEHIND, MASK.format(assign=WRONG), MASK.format(assign=RIGHT)),
        (
            {"kind": "state-dict-changes", "module": "model"},
            MASK.format(assign=WRONG),
            MASK.format(assign=RIGHT),
        ),
        (INFINITE, SOFTMAX.format(function=UNSTABLE), SOFTMAX.format(function=STABLE)),
        (SAME, SOFTMAX.format(function=UNSTABLE), SOFTMAX.format(function=STABLE)),
        (USELESS, NORM.format(bias=""), NORM.format(bias=", bias=False")),
        (LESS, NORM.format(bias=""), NORM.format(bias=", bias=False")),
        (SAME_MODEL, NORM.format(bias=""), NORM.format(bias=", bias=False")),
        (MEASURED, NUMBER.format(number=2.0, cast="float"), NUMBER.format(number=0.0, cast="long")),
        (DTYPE, NUMBER.format(number=2.0, cast="float"), NUMBER.format(number=0.0, cast="long")),
    ],
)
def test_a_claim_holds(claim: dict[str, object], before: str, after: str) -> None:
    assert run(claim, before, after).failure == ""


@pytest.mark.parametrize(
    ("claim", "before", "after", "reason"),
    [
        (RAISES, view("reshape"), view("reshape"), "nothing is raised before the fix"),
        (RAISES, view("view"), view("view"), "main() raises after the fix: RuntimeError: view size"),
        ({**RAISES, "message": "other"}, view("view"), view("reshape"), "expected RuntimeError with 'other'"),
        (REFERENCE, view("view"), view("flip(0).reshape"), "raises: y differs by 2"),
        ({"kind": "equal"}, view("reshape"), view("flip(0).reshape"), "y differs by 2"),
        ({"kind": "equal"}, view("reshape"), view("double().reshape"), "y was torch.float32 (6,) and becomes"),
        ({"kind": "equal", "names": ["z"]}, view("reshape"), view("reshape"), "there is no result z"),
        (LEFT_BEHIND, MASK.format(assign=WRONG), MASK.format(assign=WRONG), "mask stays behind"),
        (LEFT_BEHIND, MASK.format(assign=RIGHT), MASK.format(assign=RIGHT), "mask moves to another device"),
        (
            {"kind": "state-dict-changes", "module": "model"},
            MASK.format(assign=WRONG),
            MASK.format(assign=SAVED),
            "the state_dict gains ['mask'], expected []",
        ),
        (INFINITE, SOFTMAX.format(function=UNSTABLE), SOFTMAX.format(function=UNSTABLE), "large is not finite after"),
        (INFINITE, SOFTMAX.format(function=STABLE), SOFTMAX.format(function=STABLE), "large is finite before the fix"),
        (SAME, SOFTMAX.format(function=UNSTABLE), SOFTMAX.format(function="lambda x: x.softmax(0)"), "small differs"),
        (USELESS, NORM.format(bias=""), NORM.format(bias=""), "0.bias is still there after the fix"),
        ({**USELESS, "parameters": ["2.bias"]}, NORM.format(bias=""), NORM.format(bias=""), "output differs by 1"),
        (LESS, NORM.format(bias=""), NORM.format(bias=""), "loses [], expected ['0.bias']"),
        (
            {**SAME_MODEL, "ignore": ["0.bias*"]},
            NORM.format(bias=""),
            NORM.format(bias=", bias=False"),
            "1.running_mean differs",
        ),
        (
            SAME_MODEL,
            NORM.format(bias=""),
            NORM.format(bias=", bias=False")
            .replace("model =", "model = nn.Sequential(nn.ReLU(),")
            .replace("(4, 2, 1))", "(4, 2, 1)))"),
            "only before or only after the fix",
        ),
        (MEASURED, NUMBER.format(number=0.5, cast="float"), NUMBER.format(number=0.0, cast="long"), "at least 1"),
        (MEASURED, NUMBER.format(number=2.0, cast="float"), NUMBER.format(number=0.5, cast="long"), "at most 0.1"),
        (DTYPE, NUMBER.format(number=2.0, cast="float"), NUMBER.format(number=0.0, cast="int"), "int32 after the fix"),
    ],
)
def test_a_claim_fails(claim: dict[str, object], before: str, after: str, reason: str) -> None:
    assert reason in run(claim, before, after).failure


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import os\ndef main():\n    os._exit(7)\n", "the process ended with code 7"),
        ("1 / 0\n", "importing the program before the fix raises ZeroDivisionError: division by zero"),
        ("x = 1\n", "the program has no function main()"),
        ("def main():\n    return 3\n", "main() returns no dict of results"),
    ],
)
def test_a_program_that_misbehaves(text: str, reason: str) -> None:
    assert reason in run({"kind": "equal"}, text, text).failure


def test_a_program_that_never_ends() -> None:
    text = "def main():\n    while True: pass\n"
    assert run({"kind": "equal"}, text, text, timeout=5).failure == "equal: still running after 5 seconds"


def test_what_a_program_prints_does_not_matter() -> None:
    text = "def main():\n    print('[1, 2')\n    return {'x': 1.0}\n"
    assert run({"kind": "equal"}, text, text) == Verdict("", "`x` equal", 0.0)

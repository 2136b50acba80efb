"""Which exponents count as bounded above."""

from __future__ import annotations

import ast

import pytest

from torchlint.semantics.bounds import bounded_above
from torchlint.semantics.interpreter import interpret

_HEADER = "import math\nimport torch\nimport torch.nn.functional as F\n\ndef f(x, y, t):\n    torch.exp({})\n"


def is_bounded(expression: str) -> bool:
    """Whether an expression of unknown x, y and t counts as bounded above."""
    program = interpret(ast.parse(_HEADER.format(expression)), strict=True)
    return bounded_above(program.values("exp")[-1].args["input"])


BOUNDED = [
    "-x.abs()", "-(x ** 2)", "-0.5 * x.square()", "-x.pow(2) / (2 * t ** 2)", "-((x - y) ** 2).sum(-1)", "-x * x",
    "-t * torch.cdist(x, y)", "-torch.cdist(x, y) / t", "-x.norm(dim=1)", "-F.relu(x)", "-F.softplus(x)", "F.logsigmoid(x)",
    "x.log_softmax(1)", "x.softmax(1)", "torch.sigmoid(x) * t", "torch.tanh(x)", "x.clamp(-5, 5)", "x.clamp(max=10)",
    "torch.clamp(x, -1, 1) / t", "torch.minimum(x, torch.tensor(3.0))", "F.normalize(x) @ F.normalize(y).T / t",
    "F.cosine_similarity(x, y) * t", "x - x.max()", "x - x.amax(1, True)", "x - x.max(1, keepdim=True).values",
    "x - x.max(1, keepdim=True)[0]", "-x.amax(1, True) + x", "(x - x.amax(1, True)) / t", "t * (x - x.amax(1, True))",
    "x - x.logsumexp(1, True)", "x - x.exp().sum(1, True).log()", "x - y.detach()", "x - x.data.max()", "x - y", "x @ y - t",
    "x - x.topk(1).values", "x - x.gather(1, x.argmax(1, True))", "torch.linspace(-1, 0, 5)", "(x - x.max()).view(-1)",
    "-F.relu(x) * t", "-F.relu(x) * (t - 3)", "-F.relu(x) * (torch.exp(x) + 1)", "-F.relu(x) * (x.relu() - 2)",
    "torch.where(y, x.tanh(), y.sin())", "torch.cat([x.tanh(), y.tanh()])", "1 - x.abs()", "-x.abs() - 3",
]  # fmt: skip
UNBOUNDED = [
    "x @ y * x.shape[-1] ** -0.5", "x @ y * (1 / math.sqrt(x.shape[-1]))", "x * 8 ** -0.5", "x * t ** -0.5", "x / x.shape[1]",
    "x @ y / math.sqrt(y.size(-1))", "x * (2 * 3)", "x * math.sqrt(2)", "1 / math.sqrt(x.shape[1]) * x",
    "-F.relu(x) * (x @ y - 3)", "-F.relu(x) * (x @ y - 3) * 32",
    "x", "x * 2", "2 * x", "x / t", "-x", "x + y", "x @ y", "x @ y / 8", "x ** 2", "x.abs()", "x - 3", "3 * x - 1", "x.relu()",
    "x.clamp(min=0)", "torch.cat([x.tanh(), y])", "x.tanh() + y", "F.linear(x, y)", "x.log()", "x.softmax(1) @ y",
    "torch.maximum(x, torch.tensor(0.0))", "F.normalize(x) @ y", "x * y", "-x.shape[0] * x", "x.view(-1)", "x + x.amax(1, True)",
]  # fmt: skip


@pytest.mark.parametrize("expression", BOUNDED)
def test_bounded(expression: str) -> None:
    assert is_bounded(expression)


@pytest.mark.parametrize("expression", UNBOUNDED)
def test_unbounded(expression: str) -> None:
    assert not is_bounded(expression)


@pytest.mark.parametrize(
    "step",
    ["x = x + x", "x = x * x", "x = x * 2", "x = torch.maximum(x, x)", "x = x @ x", "x = x - x.exp() * x"],
)
@pytest.mark.parametrize("scaled", ["x", "x * y", "y * (t / x)", "x - y.amax(1, True)"])
def test_operands_that_are_used_twice_are_asked_once(step: str, scaled: str) -> None:
    """Sixty steps have 2**60 ways down: this ends, and nothing recurses too deeply, or it never does."""
    body = f"    {step}\n" * 60 + f"    torch.exp({scaled})\n"
    program = interpret(ast.parse("import torch\n\ndef f(x, y, t):\n" + body), strict=True)
    assert bounded_above(program.values("exp")[-1].args["input"]) is (scaled == "x - y.amax(1, True)")

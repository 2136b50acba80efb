"""Places that the rules find through values, the words they say, and why a repair is withheld."""

from __future__ import annotations

import pytest

from tests.rewrite.helpers import findings

FOUND = [
    ("e = x.exp()\nreturn e / e.sum(d, True)", "TL301"),
    ("e, other = x.exp(), y\nt = e.sum(1, True)\nreturn e / t", "TL301"),
    ("if y is None:\n    e = x.exp()\n    x = e / e.sum(1, True)\nreturn x", "TL301"),
    ("return torch.log(torch.softmax(x, 1)[y]).mean()", "TL302"),
    ("return torch.log(torch.exp(x) / torch.exp(x).sum(1, True))", "TL302"),
    ("return x - x.exp().sum(1, True).log()", "TL303"),
    ("return torch.log(1 - torch.sigmoid(x - y))", "TL304"),
    ("return torch.log(1e-8 + torch.sigmoid(x))", "TL304"),
    ("with torch.no_grad():\n    e = x.exp()\n    return e / (e.sum(1, True) + 1e-8)", "TL301"),
    ("e = x.detach().exp()\nreturn (e.sum(1) + 1e-8).log()", "TL303"),
    ("p, _ = (x.softmax(1) + 1e-8).topk(d)\nreturn p.log()", "TL302"),
    ("return x.softmax(1).sort(1).values.log()", "TL302"),
    ("def policy(s):\n    p = s.softmax(1) + 1e-7\n    return p, s\np, _ = policy(x)\nreturn p[y].log()", "TL302"),
    ("eps = torch.finfo(x.dtype).eps\nreturn torch.log(torch.sigmoid(x) + eps)", "TL304"),
]


@pytest.mark.parametrize(("body", "code"), FOUND, ids=[body for body, _ in FOUND])
def test_a_pattern_is_found_through_variables(body: str, code: str) -> None:
    assert [finding.code for finding in findings(body)] == [code]


SILENT = [
    "e = x.exp()\nreturn e / y.exp().sum(1, True)",
    "e = x.exp()\nreturn e / e.sum(1)",  # broadcast along another axis
    "e = (x - y).exp()\nreturn e / e.sum(1, True)",
    "return torch.log(torch.sigmoid(x) + 1)",
    "return torch.log(torch.sigmoid(x) + y)",
    "p = torch.sigmoid(x) + 1e-3\nreturn p.log(), p",
    "return torch.log(torch.softmax(x, 1).mean(0))",
    "return torch.log(torch.softmax(x, 1).topk(1)[0])",
    "return torch.log(torch.softmax(x, 1).topk(d)[1])",
    "p = torch.softmax(x, 1)\nif y:\n    p = p.clamp(min=1e-6)\nreturn p.log()",
]


@pytest.mark.parametrize("body", SILENT)
def test_look_alikes_are_silent(body: str) -> None:
    assert findings(body) == []


def test_a_larger_pattern_explains_a_smaller_one() -> None:
    (finding,) = findings("p = x.exp() / x.exp().sum(1, True)\nreturn p.log()")
    assert finding.code == "TL302"


def test_a_smaller_pattern_is_found_where_it_serves_more_than_the_larger() -> None:
    codes = [finding.code for finding in findings("p = x.exp() / x.exp().sum(1, True)\nreturn p.log(), p")]
    assert codes == ["TL301", "TL302"]


def test_one_innocent_caller_silences_a_helper() -> None:
    helper = "def normalised(s):\n    return s.exp() / s.exp().sum(1, True)\n"
    assert [finding.code for finding in findings(f"{helper}return normalised(x)")] == ["TL301"]
    assert findings(f"{helper}return normalised(x), normalised(y - y.amax(1, True))") == []


def test_a_helper_of_one_operation_is_reported_where_it_is_called() -> None:
    (finding,) = findings("def log(t):\n    return torch.log(t + 1e-9)\np = x.softmax(1)\nq = y\nreturn log(p), log(q)")
    assert finding.line == 10
    assert finding.withheld == "a part of it is in a helper"
    assert [(because.line, because.text) for because in finding.because] == [
        (8, "softmax() is computed here"),
        (7, "the sum is computed here"),
    ]


def test_a_helper_of_several_steps_is_reported_itself() -> None:
    helper = "def loss(p):\n    value = p.log()\n    return -value.mean()\n"
    (finding,) = findings(f"{helper}return loss(x.softmax(1))")
    assert finding.line == 7
    assert finding.withheld == "it is one only for some of the callers"


def test_the_message_speaks_of_the_users_expressions() -> None:
    (finding,) = findings("scores = x @ y\ne = scores.exp()\nreturn e / e.sum(1, True)")
    assert "`scores`" in finding.message
    assert [(because.line, because.text) for because in finding.because] == [(7, "exp() is computed here")]


WITHHELD = [
    ("e = x.exp()\nreturn e / e.sum()", "no axis is given"),
    ("e = x.exp()\nreturn e / e.sum((1, 2), True)", "several axes"),
    ("e = (x * 2).exp()\nreturn e / e.sum(1, True), e", "`x * 2` would be computed twice"),
    ("x = x.exp()\nreturn x / x.sum(1, True), x", "`x` no longer holds"),
    ("e = x.exp() * y\nreturn e / e.sum(1, True)", "mask"),
    ("with torch.no_grad():\n    e = x.exp()\nreturn e / e.sum(1, True)", "different conditions"),
    ("e = x.exp()\nreturn e / e.sum(-1)[:, None]", "2 axes"),
    ("return torch.log(F.softmax(x))", "axis isn't given"),
    ("x = torch.randint(9, (4,))\nreturn torch.log(torch.sigmoid(x))", "integers"),
    ("p = torch.softmax(x, 1) if d else y\nreturn p.log()", "branches"),
    ("return x.softmax(1).topk(d).values.log()", "topk() stands in between"),
]


@pytest.mark.parametrize(("body", "reason"), WITHHELD, ids=[reason for _, reason in WITHHELD])
def test_a_withheld_repair_says_why(body: str, reason: str) -> None:
    (finding,) = findings(body)
    assert finding.fix is None
    assert reason in finding.withheld

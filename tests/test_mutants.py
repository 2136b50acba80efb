"""The mutation instrument: what it takes, what it leaves alone, and how it judges. A small sample of mutants runs here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from benchmarks import mutants
from benchmarks.mutations import tables
from benchmarks.mutations.files import File, read
from benchmarks.mutations.judging import Judge
from benchmarks.mutations.mutant import Mutant, edited
from benchmarks.mutations.normal import normal
from benchmarks.mutations.spellings import CODES, SPELLINGS
from tests.repository import ROOT, tracked
from torchlint.registry import load
from torchlint.source import Source

SAMPLE = ROOT / "tests" / "data" / "mutants" / "sample"
INSTRUMENT = [name for name in tracked() if name.startswith("benchmarks/mut")]


def file(text: str) -> File:
    return File("package/module.py", Source.from_text(text, "module.py"), ast.parse(text))


def mutated(family: str, text: str) -> list[str]:
    """The new pieces of text of all mutants of a family."""
    found = [one for one in mutants.FAMILIES[family][0](file(text)) if isinstance(one, Mutant)]
    return [new for one in found for _, _, new in one.edits]


@pytest.mark.parametrize("path", INSTRUMENT)
def test_it_has_checks_of_its_own(path: str) -> None:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        assert not any(name.startswith(("torchlint.semantics", "torchlint.rewrite")) for name in modules)
    assert len((ROOT / path).read_text().splitlines()) <= 400


def test_a_sample_is_found_and_restored() -> None:
    found = mutants.harvest([SAMPLE], mutants.FAMILIES)
    assert {name: len(each.mutants) for name, each in found.items()} == {
        "buffers": 1,
        "biases": 2,
        "numerics": 3,
        "targets": 2,
        "views": 2,
        "forwards": 9,
        "factories": 1,
        "repeats": 1,
        "activations": 4,
        "initialisers": 5,
        "parameters": 2,
        "constructions": 1,
    }
    outcomes = mutants.judged(mutants.sampled(found, 10, seed=0))
    done = [one for one in outcomes if one.restored or (one.found and one.mutant.family == "TL105")]  # TL105 has no fix
    assert [(one.mutant.place, one.problem) for one in outcomes if one not in done] == []
    text = tables.report(found, outcomes, {})
    assert "| all | 33 | 33 | 100% | 32 | 97% |" in text
    assert "1: the convolution isn't called exactly once" in text


def test_the_seed_draws_the_sample() -> None:
    found = mutants.harvest([SAMPLE], ["numerics"])
    draws = {tuple(one.place for one in mutants.sampled(found, 2, seed)) for seed in range(8)}
    assert len(draws) > 1
    assert [*mutants.sampled(found, 2, 3)] == [*mutants.sampled(found, 2, 3)]


def test_what_no_rule_reports_is_missed_and_listed_with_its_reason() -> None:
    found = mutants.harvest([SAMPLE], ["biases"])
    judge = Judge(())
    outcomes = [judge.judge(one) for one in mutants.sampled(found, 10, 0)]
    assert not any(one.found for one in outcomes)
    first = outcomes[0].mutant.key
    text = tables.report(found, outcomes, {first: "the fact"})
    assert "- TL201: the fact (1)" in text
    assert "- TL201: not looked at yet (1)" in text


def test_a_repair_that_restores_something_else_does_not_count() -> None:
    one = next(iter(mutants.harvest([SAMPLE], ["biases"])["biases"].mutants))
    other = Mutant(one.family, one.kind, one.file, one.place, (*one.edits, (0, 0, "import os\n")))
    assert Judge(load()).judge(other).problem == "the text differs"


@pytest.mark.parametrize("function", CODES)
def test_every_spelling_is_code(function: str) -> None:
    names = {"x": "x", "p": "x", "d": "-1", "k": "", "e": "e", "s": "s", "h": "h", "v": "v"}
    for spelling in SPELLINGS[function]:
        for part in (*spelling.statements, spelling.expression, spelling.helper):
            ast.parse(part.format(**names))


_LOSSES = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
_INIT = "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n"
_NET = "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n"


@pytest.mark.parametrize(
    ("family", "text", "expected"),
    [
        ("biases", "from torch import nn\nm = nn.Sequential(nn.Conv1d(1, 2, 3, bias=False), nn.BatchNorm1d(2))", [""]),
        ("biases", "from torch import nn\nm = nn.Sequential(nn.Conv1d(1, 2, 3, bias=False), nn.BatchNorm1d(3))", []),
        ("biases", "from torch import nn\nm = nn.Sequential(nn.Conv1d(1, 2, 3, bias=b), nn.BatchNorm1d(2))", []),
        ("biases", "from mine import nn\nm = nn.Sequential(nn.Conv1d(1, 2, 3, bias=False), nn.BatchNorm1d(2))", []),
        ("biases", "from torch import nn\nm = nn.Sequential(nn.Conv1d(1, 2, 3, bias=False), nn.BatchNorm1d(2))\nm[0]", []),
        ("constructions", _NET + "        self.e = nn.Linear(2, 3)\n    def forward(self, x):\n        return self.e(x)", ["pass", "nn.Linear(2, 3)"]),
        ("constructions", _NET + "        self.e = nn.Linear(2, 3)\n    def forward(self, x):\n        return self.e(x) + self.e.bias", []),
        ("constructions", _NET + "        self.e = nn.Linear(2, 3)\n    @torch.no_grad()\n    def forward(self, x):\n        return self.e(x)", []),
        ("constructions", _NET + "        self.e = nn.LayerNorm(3, elementwise_affine=False)\n    def forward(self, x):\n        return self.e(x)", []),
        ("factories", _NET + "        self.e = nn.Embedding(2, 3)\n    def forward(self, x):\n        return self.e(torch.arange(2, device=x.device))", [""]),
        ("factories", _NET + "        pass\n    def forward(self, x):\n        y = torch.ones(3, device=x.device)\n        return y[None] * x", [""]),
        ("factories", _NET + "        pass\n    def forward(self, x):\n        y = torch.ones(3, device=x.device)\n        return y", []),
        ("factories", _NET + "        pass\n    def forward(self, x, y):\n        return y * torch.ones(3, device=y.device)", []),
        ("factories", _NET + "        pass\n    def forward(self, x):\n        x = x.cpu()\n        return x * torch.ones(3, device=x.device)", []),
        ("repeats", "from torch import nn\nm = nn.ModuleList([nn.Linear(1, 1) for i in range(n)])", ["[nn.Linear(1, 1)] * n"]),
        ("repeats", "from torch import nn\nm = nn.ModuleList([nn.Linear(1, 1) for i in range(n + 1)])", ["[nn.Linear(1, 1)] * (n + 1)"]),
        ("repeats", "from torch import nn\nm = nn.ModuleList([nn.Linear(i, 1) for i in range(n)])", []),
        ("repeats", "from torch import nn\nm = nn.ModuleList([nn.ReLU() for i in range(n)])", []),
        ("repeats", "from torch import nn\nm = nn.ModuleList([nn.LayerNorm(1, elementwise_affine=a) for i in range(n)])", []),
        ("views", "def f(x):\n    return x.permute(0, 2, 1, 3).reshape(2, -1)", [".view"]),
        ("views", "def f(x):\n    return x.permute(0, 1, 2, 3).reshape(2, -1)", []),
        ("views", "def f(x):\n    return x.permute(0, 2, 3, 1).reshape(2, -1, 4)", []),
        ("views", "def f(x):\n    a, b, c = x.size()\n    return x.transpose(0, 1).reshape(b, a * c)", [".view"]),
        ("views", "def f(x):\n    return x.reshape(2, -1)", []),
        ("targets", "import torch\nimport torch.nn.functional as F\ndef f(x, y): return F.cross_entropy(x, y.long())", ["int"]),
        ("targets", "import torch\nimport torch.nn.functional as F\ndef f(x, y): return F.mse_loss(x, y.float())", []),
        ("targets", "import torch\nfrom torch import nn\ndef f(x, y):\n    y = y.float()\n    return nn.BCELoss()(x, y)", ["long"]),
        ("targets", "import torch\nfrom torch import nn\ndef f(x, y):\n    y = g(y.float())\n    return nn.BCELoss()(x, y)", []),
        ("activations", _LOSSES + "def f(x, y): return F.cross_entropy(x + 1, y)", ["(x + 1).softmax(dim=1)"]),
        ("activations", _LOSSES + "def f(n, x, y):\n    x = n(x).view(-1)\n    return nn.BCEWithLogitsLoss()(x, y)", ["n(x).sigmoid()"]),
        ("activations", _LOSSES + "def f(x, y): return F.cross_entropy(x.softmax(1), y)", []),
        ("activations", _LOSSES + "def f(probabilities, y): return F.cross_entropy(probabilities, y)", []),
        ("activations", _LOSSES + "def f(x, y): return F.nll_loss(F.log_softmax(x, 1), y)", ["softmax"]),
        ("activations", _LOSSES + "def f(x, y): return F.nll_loss(x, y)", []),
        ("activations", _LOSSES + "def f(x, y): return F.mse_loss(x, y)", []),
        ("buffers", _NET + "        self.register_buffer('a', torch.ones(3))\n    def forward(self, x: torch.Tensor): return x + self.a", ["self.a = torch.ones(3)"]),
        ("buffers", _NET + "        self.register_buffer('a', torch.ones(3))\n    def forward(self, x, y): return y + self.a", []),
        ("buffers", _NET + "        self.register_buffer('a', torch.ones(3))\n    def forward(self, x: torch.Tensor): return x + self.a.to(x)", []),
        ("buffers", _NET + "        self.register_buffer('a', torch.ones(()))\n    def forward(self, x: torch.Tensor): return x + self.a", []),
        ("parameters", _NET + "        self.a = nn.Parameter(torch.ones(3) * 2)\n    def forward(self, x): return x + self.a", ["nn.Parameter(torch.ones(3)) * 2"]),
        ("parameters", _NET + "        self.a = nn.Parameter(torch.ones(3) * n)\n    def forward(self, x): return x + self.a", []),
        ("parameters", _NET + "        self.a = nn.Parameter(torch.ones(3) * 2, requires_grad=False)\n    def forward(self, x): return x + self.a", []),
        ("parameters", _NET + "        self.a = nn.Parameter(torch.ones(3) * 2)\n    def forward(self, x): return f(self.a)", []),
        ("parameters", _NET + "        self.a = nn.Parameter(torch.ones(3) * 2)\n    def forward(self, x): return x", []),
        ("parameters", _NET + "        self.a = nn.ParameterDict({'b': nn.Parameter(torch.ones(3)), 'c': nn.Parameter(torch.ones(3))})\n    def forward(self, x): return x + self.a['b']",
         ["{'b': nn.Parameter(torch.ones(3)), 'c': nn.Parameter(torch.ones(3))}"]),
        ("parameters", _NET + "        self.a = nn.ParameterList([nn.Parameter(torch.ones(3))])\n    def forward(self, x): return x + self.a[0]", []),
        ("parameters", _NET + "        self.a = nn.Parameter(torch.ones(3))\n    def clip(self): self.a.data.clamp_(0, 1)", ["self.a = self.a.clamp(0, 1)"]),
        ("parameters", _NET + "        if True:\n            self.a = nn.Parameter(torch.ones(3))\n    def clip(self): self.a.data.clamp_(0, 1)", []),
        ("forwards", _NET + "        self.a = nn.Linear(1, 1)\n    def forward(self, x): return self.a(x)", [".forward"]),
        ("forwards", _NET + "        self.a = make(1, 1)\n    def forward(self, x): return self.a(x)", []),
        ("forwards", _NET + "        self.a = nn.Linear(1, 1)\n        self.a = None\n    def forward(self, x): return self.a(x)", []),
        ("initialisers", _INIT + "        super().__init__()\n        self.a = nn.Linear(1, 1)\n", [""]),
        ("initialisers", _INIT + "        super().__init__()\n        self.a = make(1, 1)\n", []),
        ("initialisers", _INIT + "        super().__init__()\n        prepare(self)\n        self.a = nn.Linear(1, 1)\n", []),
        ("initialisers", _INIT + "        self.n = 1\n        super().__init__()\n        self.a = nn.Linear(1, 1)\n", []),
    ],
)  # fmt: skip
def test_only_what_is_certain_is_undone(family: str, text: str, expected: list[str]) -> None:
    assert mutated(family, text) == expected


@pytest.mark.parametrize(
    ("family", "one", "other", "same"),
    [
        ("TL101", "s.register_buffer('a', x)", "s.register_buffer(name='a', tensor=x, persistent=False)", True),
        ("TL101", "s.register_buffer('a', x)", "s.register_buffer('b', x)", False),
        ("TL111", "[f() for i in range(3)]", "[f() for _ in range(3)]", True),
        ("TL111", "[f() for i in range(3)]", "[f() for _ in range(2)]", False),
        ("TL201", "f(a=1, b=2)", "f(b=2, a=1)", True),
        ("TL201", "f(a=1)", "f(a=2)", False),
        ("TL401", "loss(x, y.int())", "loss(x, y.int().long())", True),
        ("TL401", "loss(x, y.int())", "loss(x.long(), y.int())", False),
        ("TL402", "loss(x, target=y.long())", "loss(x, target=y.long().to(x.dtype))", True),
        ("TL501", "x.contiguous().view(2)", "x.reshape(2)", True),
        ("TL501", "x.view(2)", "x.reshape(2)", False),
        ("TL301", "torch.softmax(x, dim=1)", "x.softmax(1)", True),
        ("TL301", "torch.softmax(x, dim=1)", "x.softmax(0)", False),
        ("TL301", "exponentials = a + b\ny = exponentials.softmax(1)", "y = (a + b).softmax(1)", True),
        ("TL301", "def by_hand(v, d):\n  w = v\n  return w.softmax(d)\ny = by_hand(x, d=1)", "y = x.softmax(1)", True),
        ("TL302", "x - torch.logsumexp(x, 1, keepdim=True)", "x.log_softmax(1)", True),
        ("TL302", "x - torch.logsumexp(x, 1)", "x.log_softmax(1)", False),
    ],
)
def test_what_counts_as_restored(family: str, one: str, other: str, same: bool) -> None:
    assert (normal(ast.parse(one), family) == normal(ast.parse(other), family)) is same


def test_edits_move_what_follows() -> None:
    assert edited("abcd", ((3, 4, "x"), (0, 1, "long"))) == ("longbcx", [(0, 4), (6, 7)])


def test_reasons_are_read(tmp_path: Path) -> None:
    path = tmp_path / "missed.txt"
    path.write_text("# A comment\nA reason\n    a::b\n    c::d\n\nAnother\n    e::f\n")
    assert tables.facts(path) == {"a::b": "A reason", "c::d": "A reason", "e::f": "Another"}
    assert tables.facts(tmp_path / "none") == {}


def test_what_can_t_be_read_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes(b"\xff = torch")
    assert read(path, tmp_path) is None

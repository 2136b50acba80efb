"""Random models: where TL201 reports a bias, changing that bias must change no output in training."""

from __future__ import annotations

import math
import random
import types

import pytest

from torchlint import engine, registry
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in registry.load() if rule.code == "TL201"]
MODELS = 300
# The sizes of the data are never those of a layer, so that two axes have one size only where they are the same.
DATA, WIDTHS = [5, 6, 7, 9], [4, 8, 10, 12]


class Model:
    """A random model's source, grown step by step along with the shape of its data."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.input = DATA[: self.rng.choice([2, 3, 3, 4])]
        self.shape = list(self.input)
        self.layers: dict[str, str] = {}
        self.forward: list[str] = []
        for _ in range(self.rng.randint(2, 7)):
            self.rng.choice([self.layer, self.layer, self.norm, self.norm, self.layout, self.other])()
        if self.rng.random() < 0.2:
            place = self.rng.randrange(len(self.forward) + 1)
            self.forward.insert(place, "kept = x")
            self.forward.append("x = x.sum() + kept.sum()")

    def module(self, text: str) -> None:
        name = f"m{len(self.layers)}"
        self.layers[name] = text
        self.forward.append(f"x = self.{name}(x)")

    def layer(self) -> None:
        width = self.rng.choice(WIDTHS)
        kind = {3: "1d", 4: "2d"}.get(len(self.shape))
        if kind and self.rng.random() < 0.7:
            self.module(f"nn.Conv{self.rng.choice(['', 'Transpose'])}{kind}({self.shape[1]}, {width}, 1)")
            self.shape[1] = width
        else:
            self.module(f"nn.Linear({self.shape[-1]}, {width})")
            self.shape[-1] = width

    def norm(self) -> None:
        kind = {2: "1d", 3: "1d", 4: "2d"}[len(self.shape)]
        per_instance = math.prod(self.shape[2:]) > 1 and self.rng.random() < 0.3
        self.module(f"nn.{'Instance' if per_instance else 'Batch'}Norm{kind}({self.shape[1]})")

    def layout(self) -> None:
        if len(self.shape) == 2:
            text, self.shape = "x.unsqueeze(2)", [*self.shape, 1]
        elif len(self.shape) == 3:
            a, b, c = self.shape
            text, self.shape = self.rng.choice(
                [
                    ("x.transpose(1, 2)", [a, c, b]),
                    ("x.permute(0, 2, 1).contiguous()", [a, c, b]),
                    ("x.unsqueeze(-1)", [a, b, c, 1]),
                    ("x.flatten(0, 1)", [a * b, c]),
                    (f"x.reshape(-1, {c})", [a * b, c]),
                ]
            )
        else:
            a, b, c, d = self.shape
            text, self.shape = self.rng.choice(
                [
                    ("x.flatten(2)", [a, b, c * d]),
                    ("x.transpose(2, 3)", [a, b, d, c]),
                    ("x.permute(0, 2, 3, 1)", [a, c, d, b]),
                    ("x.flatten(1)", [a, b * c * d]),
                ]
            )
        self.forward.append(f"x = {text}")

    def other(self) -> None:
        self.forward.append(
            self.rng.choice(["x = torch.relu(x)", "x = x * 2", "x = x + x.mean()", "x = x + 0 * x.sum()"])
        )

    def source(self) -> str:
        setup = [f"self.{name} = {text}" for name, text in self.layers.items()] or ["pass"]
        head = "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        lines = [*setup, "    def forward(self, x):", *self.forward, "return x"]
        return head + "".join(f"{'' if line.startswith(' ') else '        '}{line}\n" for line in lines)


def test_a_reported_bias_has_no_effect() -> None:
    torch = pytest.importorskip("torch")
    reported = 0
    for seed in range(MODELS):
        model = Model(seed)
        source = model.source()
        report = engine.check(Source.from_text(source, "model.py"), Settings(), RULES)
        assert not report.problems
        if not report.findings:
            continue
        names = types.ModuleType("model")
        exec(source, names.__dict__)
        torch.manual_seed(seed)
        network = names.Net().double().train()
        data = torch.randn(model.input, dtype=torch.float64)
        expected = network(data)
        for finding in report.findings:
            layer = getattr(
                network, source.splitlines()[finding.line - 1].split(" = ")[0].strip().removeprefix("self.")
            )
            with torch.no_grad():
                layer.bias += torch.linspace(0.5, 2.0, layer.bias.numel(), dtype=torch.float64)
            assert torch.allclose(network(data), expected, atol=1e-6), source
            reported += 1
    assert reported > MODELS / 10

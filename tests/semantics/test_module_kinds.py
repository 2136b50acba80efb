"""Which values are modules: through annotations, branches and attributes that lead to each other."""

from __future__ import annotations

import ast

import pytest

from torchlint.semantics.interpreter import interpret
from torchlint.semantics.module_kinds import Kind, ModuleKinds
from torchlint.semantics.values import FORWARD, Value

HEAD = "import copy\nfrom typing import Optional, Union\nfrom torch import nn\nimport other\n"


class Counting(ModuleKinds):
    asked = 0

    def _of(self, value: Value, depth: int) -> Kind:
        self.asked += 1
        return super()._of(value, depth)


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("nn.Module", Kind.DECLARED),
        ("'nn.Module'", Kind.DECLARED),
        ("nn.Linear | None", Kind.DECLARED),
        ("Optional[nn.Module]", Kind.DECLARED),
        ("Union[nn.Linear, nn.Conv2d]", Kind.DECLARED),
        ("Union[nn.Linear, str]", Kind.UNKNOWN),
        ("other.Module", Kind.UNKNOWN),
        ("list[nn.Module]", Kind.UNKNOWN),
        ("'not python'", Kind.UNKNOWN),
    ],
)
def test_what_an_annotation_says(annotation: str, kind: Kind) -> None:
    program = interpret(ast.parse(f"{HEAD}def f(m: {annotation}, x): return m.forward(x)"), strict=True)
    assert ModuleKinds(program).of(program.values(FORWARD)[0].args["input"]) is kind


def test_attributes_that_lead_to_each_other_are_asked_once() -> None:
    count = 12
    lines = [f"{HEAD}class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    lines += [f"        self.a{index} = nn.Linear(1, 1)" for index in range(count)]
    for index in range(count):
        others = " else ".join(f"self.a{other} if x > {other}" for other in range(count) if other != index)
        lines += [f"    def m{index}(self, x):", f"        self.a{index} = {others} else self.a{index}"]
    lines += ["    def forward(self, x):", "        return self.a0.forward(x)"]
    program = interpret(ast.parse("\n".join(lines)), strict=True)
    kinds = Counting(program)
    assert kinds.of(program.values(FORWARD)[0].args["input"]) in (Kind.MADE, Kind.DECLARED)
    assert kinds.asked <= sum(len(values) for values in program.by_op.values())

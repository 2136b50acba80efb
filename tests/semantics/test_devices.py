"""Where tensors are, and which operations mix devices: against torch, whose fake tensors stand in for a GPU."""

from __future__ import annotations

import ast
import textwrap

import pytest

from torchlint.semantics.devices import Device, Devices
from torchlint.semantics.facts import Facts
from torchlint.semantics.interpreter import interpret
from torchlint.semantics.left_behind import Attributes

# How the attribute `t` is made on the host; `x` (2, 3), `v` (3,), `i` (indices) and `b` (booleans) are on the GPU.
FLOATS, INDICES, BOOLEANS, NUMBER = "torch.ones(3)", "torch.arange(2)", "torch.ones(3) > 0", "torch.tensor(2.0)"
MIXES = [
    (FLOATS, "x + t"),
    (FLOATS, "t * x"),
    (FLOATS, "x.sub(t)"),
    (FLOATS, "torch.maximum(v, t)"),
    (FLOATS, "v.sum() + t"),
    ("torch.ones(1)", "x / t"),
    (FLOATS, "x @ t"),
    ("torch.eye(3)", "torch.mm(x, t)"),
    ("torch.eye(3)", "torch.einsum('ij,jk->ik', x, t)"),
    ("torch.ones(4, 3)", "F.linear(x, t)"),
    (FLOATS, "torch.cat([v, t])"),
    (FLOATS, "torch.stack([t, v])"),
    (FLOATS, "v == t"),
    (BOOLEANS, "b & t"),
    (BOOLEANS, "x.masked_fill(t, 0.0)"),
    (BOOLEANS, "torch.where(t, x, 0.0)"),
    (FLOATS, "torch.where(b, v, t)"),
    (INDICES, "v.index_select(0, t)"),
    (INDICES, "v.gather(0, t)"),
    (INDICES, "torch.take(v, t)"),
    (INDICES, "F.embedding(t, x)"),
    ("torch.ones(5, 3)", "F.embedding(i, t)"),
    (FLOATS, "x.clamp(min=t)"),
    (FLOATS, "F.mse_loss(v, t)"),
    (FLOATS, "F.cross_entropy(x, i, weight=t)"),
    (FLOATS, "F.binary_cross_entropy_with_logits(x, x, pos_weight=t)"),
    (FLOATS, "F.layer_norm(x, (3,), t)"),
    (FLOATS, "torch.addcmul(v, v, t)"),
    (FLOATS, "torch.lerp(v, v, t)"),
    (FLOATS, "torch.bucketize(v, t)"),
    (FLOATS, "x.add_(t)"),
    (FLOATS, "t.add_(v)"),
    (FLOATS, "torch.outer(v, t)"),
    (FLOATS, "torch.dot(v, t)"),
    (FLOATS, "t[None, :].expand(2, -1) * x"),
    (FLOATS, "t.unsqueeze(0).repeat(2, 1) - x"),
]
FINE = [
    (NUMBER, "x * t"),
    (NUMBER, "t - x"),
    (NUMBER, "torch.where(b, v, t)"),
    (NUMBER, "x.masked_fill(b, t)"),
    (NUMBER, "x.div_(t)"),
    (FLOATS, "x + t.to(x.device)"),
    (FLOATS, "x + t.to(x)"),
    (FLOATS, "x + t.type_as(x)"),
    (FLOATS, "x + t.sum().item()"),
    (FLOATS, "t.expand_as(x)"),
    (FLOATS, "t.view_as(v)"),
    (FLOATS, "x + t.shape[0]"),
    (FLOATS, "x * len(t)"),
    (FLOATS, "x + torch.zeros_like(t, device=x.device)"),
    (FLOATS, "t * 2 + t"),
    (FLOATS, "x * t[0]"),
    (FLOATS, "x.cpu() + t"),
]
# Torch's fake tensors can't run these without a GPU; documented in torch's notes on CUDA semantics and indexing.
FINE_BY_DOCUMENTATION = [
    (FLOATS, "x + t.to('cuda')"),
    (INDICES, "v[t]"),
    (BOOLEANS, "x[:, t]"),
    (FLOATS, "x.copy_(t)"),
    (FLOATS, "x.__setitem__(0, t)"),
    (FLOATS, "t[i.tolist()]"),
]
MIXES_BY_DOCUMENTATION = [
    (FLOATS, "t[i]"),
    (FLOATS, "t[b]"),
]  # an index must be on the CPU or beside the indexed tensor

CLASS = """
import torch
import torch.nn.functional as F
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.t = {make}
    def forward(self, x: torch.Tensor, v: torch.Tensor, i: torch.Tensor, b: torch.Tensor):
        return {expression}
"""


def left_behind(code: str) -> list[str]:
    """The attributes of the code's modules that are found to stay behind."""
    program = interpret(ast.parse(code), code, strict=True)
    attributes = Attributes(program, Devices(program), Facts(program).rank)
    return [attribute.name for attribute in attributes.left_behind()]


@pytest.mark.parametrize(("make", "expression"), MIXES + MIXES_BY_DOCUMENTATION)
def test_operations_that_mix_devices_are_found(make: str, expression: str) -> None:
    own = ast.unparse(_own(ast.parse(expression, mode="eval")))
    assert left_behind(CLASS.format(make=make, expression=own)) == ["t"]


@pytest.mark.parametrize(("make", "expression"), FINE + FINE_BY_DOCUMENTATION)
def test_operations_that_do_not_mix_devices_are_left_alone(make: str, expression: str) -> None:
    own = ast.unparse(_own(ast.parse(expression, mode="eval")))
    assert left_behind(CLASS.format(make=make, expression=own)) == []


@pytest.mark.parametrize(
    ("make", "expression", "mixes"), [(*case, True) for case in MIXES] + [(*case, False) for case in FINE]
)
def test_torch_agrees(make: str, expression: str, mixes: bool) -> None:
    torch = pytest.importorskip("torch")
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        names = {
            "torch": torch,
            "F": torch.nn.functional,
            "x": torch.ones(2, 3, device="cuda"),
            "v": torch.ones(3, device="cuda"),
            "i": torch.zeros(2, dtype=torch.int64, device="cuda"),
            "b": torch.ones(3, dtype=torch.bool, device="cuda"),
        }
        names["t"] = eval(make, names)
        try:
            eval(expression, names)
            raised = ""
        except (RuntimeError, ValueError) as error:
            raised = f"{type(error).__name__}: {error}"
    assert ("device" in raised.lower()) is mixes, raised


class _Own(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Attribute(ast.Name("self"), "t") if node.id == "t" else node


def _own(tree: ast.Expression) -> ast.expr:
    return ast.fix_missing_locations(_Own().visit(tree)).body  # type: ignore[no-any-return]


VALUES = """
import torch
from einops import rearrange
from torch import nn
class Net(nn.Module):
    def __init__(self, given: torch.Tensor, other, device):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.layer = nn.Linear(3, 3)
        self.register_buffer("table", torch.ones(3))
        self.net = other
        early = {early}
        self.early = early
    def forward(self, x, y: torch.Tensor):
        later = {later}
        return later
    def helper(self, z: torch.Tensor):
        return z.clone()
"""
PLACES = [
    ("torch.zeros(3)", "early", Device.HOST),
    ("torch.zeros(3, device=None)", "early", Device.HOST),
    ("torch.zeros(3, device='cpu')", "early", Device.HOST),
    ("torch.zeros(3, device=device)", "early", Device.UNKNOWN),
    ("torch.zeros(3).cuda()", "early", Device.UNKNOWN),
    ("torch.zeros(3).to(device)", "early", Device.UNKNOWN),
    ("torch.zeros(3).to(torch.float64)", "early", Device.HOST),
    ("torch.from_numpy(other)", "early", Device.HOST),
    ("torch.tensor(other)", "early", Device.HOST),
    ("torch.zeros_like(self.weight)", "early", Device.HOST),
    ("torch.zeros_like(other)", "early", Device.UNKNOWN),
    ("given + 1", "early", Device.HOST),
    ("self.layer.weight.mean(0)", "early", Device.HOST),
    ("torch.arange(3) * other", "early", Device.HOST),
    ("x + 1", "later", Device.FOLLOWS),
    ("self.weight * 2", "later", Device.FOLLOWS),
    ("self.layer.weight", "later", Device.FOLLOWS),
    ("self.table + 1", "later", Device.FOLLOWS),
    ("torch.zeros_like(self.weight)", "later", Device.FOLLOWS),
    ("torch.zeros(3, device=x.device)", "later", Device.FOLLOWS),
    ("torch.zeros(3, device=self.weight.device)", "later", Device.FOLLOWS),
    ("torch.zeros(3, device=next(self.parameters()).device)", "later", Device.FOLLOWS),
    ("x.new_zeros(3)", "later", Device.FOLLOWS),
    ("self.layer(self.early)", "later", Device.FOLLOWS),
    ("self.net(x)", "later", Device.FOLLOWS),
    ("rearrange(y, 'a -> 1 a')", "later", Device.FOLLOWS),
    ("rearrange(self.early, 'a -> 1 a')", "later", Device.HOST),
    ("x.chunk(2)[0]", "later", Device.FOLLOWS),
    ("torch.zeros(3)", "later", Device.HOST),
    ("x.cpu()", "later", Device.HOST),
    ("y if len(y) else self.early", "later", Device.HOST),
    ("self.early.to(x.device) if len(y) else self.early", "later", Device.UNKNOWN),
    ("self.helper(y)", "later", Device.FOLLOWS),
]


@pytest.mark.parametrize(("expression", "name", "expected"), PLACES)
def test_where_a_value_is(expression: str, name: str, expected: Device) -> None:
    parts = {"early": "torch.ones(3)", "later": "x"} | {name: expression}
    code = VALUES.format(**parts)
    program = interpret(ast.parse(code), code, strict=True)
    devices = Devices(program)
    frames = {value.frame for values in program.by_op.values() for value in values if value.frame is not None}
    held = [frame.names[name] for frame in frames if name in frame.names] or [
        value for frame in frames for _, value in frame.history.get(name, ()) if value is not None
    ]
    assert {devices.of(value) for value in held} == {expected}


SILENT = {
    "a default device": "torch.set_default_device('cuda')\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.t = torch.ones(3)\n    def forward(self, x):\n        return x + self.t",
    "an argument of a method that forward doesn't call": "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.t = torch.ones(3)\n    def forward(self, x):\n        return x\n    def collate(self, batch: torch.Tensor):\n"
    "        return batch + self.t",
    "a run of the script, where nothing has moved": "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.t = torch.ones(3)\n    def forward(self, x: int):\n        return self.t + x\nNet()(torch.ones(3))",
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT.keys())
def test_nothing_says_that_devices_differ(code: str) -> None:
    assert left_behind("import torch\nfrom torch import nn\n" + code) == []


def test_a_parameter_that_is_moved_when_it_is_made_is_not_a_buffer() -> None:
    """It's TL103's."""
    code = textwrap.dedent("""
        import torch
        from torch import nn
        class Net(nn.Module):
            def __init__(self, device):
                super().__init__()
                self.a = nn.Parameter(torch.ones(3)).to(device)
                self.b = nn.Parameter(torch.ones(3)).requires_grad_(False)
                self.c = nn.Parameter(torch.ones(3)).cuda()
            def forward(self, x):
                return x * self.a + self.b + self.c
    """)
    assert left_behind(code) == []

"""What names hold after control flow, calls and in-place operations."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.semantics.graph import held, program, returned, show
from torchlint.semantics.statements import STATEMENTS

TORCH = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nx = torch.zeros(3)\n"

EXPRESSIONS = [
    # one operation, one name, whatever the spelling
    ("y = x.exp()", "exp(input=zeros(size=(3)))"),
    ("y = torch.exp(x)", "exp(input=zeros(size=(3)))"),
    ("from torch import exp as e\ny = e(x)", "exp(input=zeros(size=(3)))"),
    ("y = x * 2", "mul(input=zeros(size=(3)), other=2)"),
    ("y = torch.mul(x, 2)", "mul(input=zeros(size=(3)), other=2)"),
    ("y = F.softmax(x, dim=1)", "softmax(input=zeros(size=(3)), dim=1)"),
    ("y = nn.Softmax(dim=1)(x)", "softmax(input=zeros(size=(3)), dim=1)"),
    ("y = x.view(2, -1)", "view(input=zeros(size=(3)), size=(2, -1))"),
    ("y = x.view((2, -1))", "view(input=zeros(size=(3)), size=(2, -1))"),
    ("y = x[:, 0]", "getitem(input=zeros(size=(3)), index=(slice(), 0))"),
    ("y = x.shape[1]", "size(input=zeros(size=(3)), dim=1)"),
    ("y = x.size(1)", "size(input=zeros(size=(3)), dim=1)"),
    ("_, y = x.shape", "size(input=zeros(size=(3)), dim=1)"),
    ("y = len(x)", "size(input=zeros(size=(3)), dim=0)"),
    ("y = x.dim()", "rank(input=zeros(size=(3)))"),
    ("y = len(x.shape)", "rank(input=zeros(size=(3)))"),
    # Python's own values
    ("y = 2 * 3 + 1", "7"),
    ("y = -(-2)", "2"),
    ("y = [1, 2] + [3]", "[1, 2, 3]"),
    ("y = [0] * 3", "[0, 0, 0]"),
    ("y = 2 * (0,)", "(0, 0)"),
    ("a, (b, c) = 1, (2, 3)\ny = c", "3"),
    ("a, *y = 1, 2, 3", "[2, 3]"),
    ("d = {'k': 1}\ny = d['k']", "1"),
    ("y = (1, 2)[::-1]", "(2, 1)"),
    ("y = [i for i in (1, 2)]", "[1, 2]"),
    ("y = [nn.ReLU() for _ in range(n)]", "[{- or ReLU}]"),
    ("l = [1]\nl.append(2)\nl += [3]\ny = l", "[1, 2, 3]"),
    ("y = torch.nn.Sequential(*[nn.ReLU()], nn.GELU())[1]", "GELU"),
    ("y = torch.nn.Sequential(nn.ReLU(), nn.GELU(), nn.SiLU())[1:][0]", "GELU"),
    ("y = torch.nn.ModuleList([nn.ReLU(), nn.GELU()])[-1]", "GELU"),
    ("y = [1, *z, 2, 3][:-1]", "[1, ..., 2]"),
    ("y = [1, *z, 2, 3][-2]", "2"),
    ("y = [1, 2, *z, 3][1:]", "[2, ..., 3]"),
    ("y = [1, *z, 2, 3][2:]", "item(input=[1, ..., 2, 3], index=slice(lower=2))"),
    ("y = [1, *z, 2, 3][:]", "[1, ..., 2, 3]"),
    ("y = [1, 2, 3][::2]", "[1, 3]"),
    ("y = [1, 2, 3][None:2]", "[1, 2]"),
    ("y = [1, 2, 3][:n]", "item(input=[1, 2, 3], index=slice(upper=builtins.n))"),
    ("y = nn.ModuleList([nn.ReLU()])\ny += [nn.GELU()]\ny = y[1]", "GELU"),
    ("l = [1, 2]\nl[0] = 3\ny = l", "[3, 2]"),
    ("l = [1, 2]\nl[n] = 3\ny = l", "[...]"),
    ("import itertools\ny = list(itertools.chain([1], (2, 3)))", "[1, 2, 3]"),
    ("d = nn.ModuleDict({'a': nn.ReLU(), 'b': nn.GELU()})\ny = d['b']", "GELU"),
    ("d = nn.ModuleDict()\nd['a'] = nn.ReLU()\ny = d['a']", "ReLU"),
    ("d = nn.ModuleDict({'a': nn.ReLU()})\nd.update({'b': nn.GELU()})\ny = list(d.values())", "[ReLU, GELU]"),
    ("d = nn.ModuleDict({'a': nn.ReLU()})\ny = list(d.items())", "[('a', ReLU)]"),
    ("d = nn.ModuleDict({'a': nn.ReLU()})\ny = list(d.keys())", "['a']"),
    ("d = nn.ModuleDict()\nfor k in z:\n    d[k] = nn.ReLU()\nfor k, y in d.items():\n    pass", "ReLU | ReLU"),
    ("s = nn.Sequential(nn.ReLU()) + nn.Sequential(nn.GELU())\ny = s[1]", "GELU"),
    ("def g(n):\n    yield n\n    yield from (2, 3)\ny = [*g(1)]", "[1, 2, 3]"),
    ("def g():\n    if c:\n        yield 1\n    yield 2\ny = list(g())", "[{1 or -}, 2]"),
    ("def g():\n    for i in z:\n        yield 1\nfor y in g():\n    pass", "1"),
    ("if c:\n    y = [1]\nelse:\n    y = [2]\n    y.append(3)", "[1] | [2, 3]"),
    ("if c:\n    y = [1]\nelse:\n    y = [2]\ny.append(3)", "[1, 3] | [2, 3]"),
    ("a = [1]\ny = a if c else [2]\ny.append(3)\ny = a", "[1, {3 or -}]"),
    ("if c:\n    l = [1, 2]\nelse:\n    l = [3]\ny = [*l, 4]", "[{1 2 or 3}, 4]"),
    ("for i in z:\n    y = [1]\n    y.append(2)", "[1, 2] | [1, 2]"),
    ("d = {'a': 1}\nif c:\n    d['b'] = 2\ny = list(d.values())", "[...]"),
    ("d = {'a': 1}\nif c:\n    d['b'] = 2\nelse:\n    d['b'] = 3\ny = list(d.values())", "[1, 2 | 3]"),
    ("(y := 3)", "3"),
    # control flow
    ("y = 1\nif c:\n    y = 2", "2 | 1"),
    ("if True:\n    y = 2\nelse:\n    y = 3", "2"),
    ("y = 1 if c else 2", "1 | 2"),
    ("y = None\nif c:\n    y = 2\nif y is not None:\n    z = y\nelse:\n    raise ValueError\ny = z", "2"),
    ("y = 1\nfor i in z:\n    y = 2", "2 | 1"),
    ("for y in (1, 2):\n    if c:\n        break", "1 | 2"),
    ("for i in z:\n    if c:\n        y = 1\n        break\nelse:\n    y = 2", "1 | 2"),
    ("while True:\n    y = 1\n    if c:\n        y = 2\n        break", "2"),
    ("y = 1\nwhile c:\n    if d:\n        continue\n    y = 2", "1 | 2"),
    ("try:\n    y = 1\nexcept ValueError:\n    y = 2", "1 | 2"),
    ("y = 1\ntry:\n    raise ValueError\nexcept ValueError:\n    y = 2", "2"),
    ("with open(p) as h:\n    y = 1", "1"),
    ("match c:\n    case 1:\n        y = 1\n    case _:\n        y = 2", "1 | 2"),
    ("l = [1]\nif c:\n    l.append(2)\ny = l", "[1, {2 or -}]"),
    ("l = [1]\nfor i in z:\n    l.append(2)\ny = l", "[1, {2 or -}, {2 or -}]"),
    # calls
    ("def g(a, b=2):\n    return a, b\ny = g(1)", "(1, 2)"),
    ("def g(*a, **k):\n    return a, k['z']\ny = g(1, 2, z=3)", "((1, 2), 3)"),
    ("def g(a):\n    if a:\n        return 1\n    return 2\ny = g(c)", "1 | 2"),
    ("def g(a):\n    if a:\n        return 1\n    return 2\ny = g(True)", "1"),
    ("g = lambda a: a * 2\ny = g(4)", "8"),
    ("import functools\ng = functools.partial(lambda a, b: (a, b), 1)\ny = g(2)", "(1, 2)"),
    ("@torch.no_grad()\ndef g(a):\n    return a\ny = g(1)", "1"),
    ("@unknown\ndef g(a):\n    return a\ny = g(1)", "call(callee=function(), 0=1)"),
    ("def g(a):\n    yield a\ny = g(1)", "[1]"),
    ("def g(n):\n    return g(n - 1)\ny = g(3)", "call(callee=function(), 0=2)"),
    # names
    ("torch = 3\ny = torch", "3"),
    ("try:\n    import apex\nexcept ImportError:\n    apex = None\ny = apex", "apex | None"),
    ("def g():\n    global y\n    y = 2\ny = 1\nz = g\ndef f():\n    return y", "1"),
    # in place: all holders see it
    ("z = x\nx.exp_()\ny = z", "exp(input=zeros(size=(3)))"),
    ("y = x[0]\nx.zero_()", "mutated(input=getitem(input=zeros(size=(..)), index=0))"),
    ("v = x[0]\nv.zero_()\ny = x", "mutated(input=zeros(size=(3)))"),
    ("x[0] = 1\ny = x", "setitem(input=zeros(size=(3)), index=0, value=1)"),
    ("z = x\nx += 1\ny = z", "add(input=zeros(size=(3)), other=1)"),
    ("a = b = 1\na += 1\ny = b", "1"),
    ("a = y = n\na += 1", "builtins.n | add(input=builtins.n, other=1)"),
    # what functions of the file may change is not certain in them
    (
        "l = []\ndef g():\n    l.append(1)\ndef h():\n    return len(l)\ny = h()",
        "call(callee=builtins.len, 0=[] | unknown[global]())",
    ),
    ("@dataclass\nclass C:\n    n: int = 3\ny = C(5).n", "attr[n](input=instance(0=5))"),
    ("class C:\n    n = 3\ny = C().n", "3"),
    (
        "class C:\n    @property\n    def n(self):\n        return 4\n    @n.setter\n    def n(self, v):\n        self._n = v\ny = C().n",
        "4",
    ),
]


@pytest.mark.parametrize(("code", "expected"), EXPRESSIONS, ids=[code for code, _ in EXPRESSIONS])
def test_what_a_name_holds(code: str, expected: str) -> None:
    assert held(TORCH + code) == expected


def test_numbers_without_end_are_not_computed() -> None:
    assert held("y = 2 ** 60\ny = y * y") == str(2**120)
    assert held("y = 2 ** 60\n" + "y = y * y\n" * 3).startswith("mul(")


def test_every_statement_of_this_python_is_known() -> None:
    assert set(ast.stmt.__subclasses__()) - STATEMENTS.keys() == set()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type statements and type parameters need Python 3.12")
def test_type_statements_and_type_parameters() -> None:
    assert (
        held(TORCH + "type Y = torch.Tensor\ntype Pair[T] = tuple[T, Y]\ny = x.exp()") == "exp(input=zeros(size=(3)))"
    )
    assert returned(TORCH + "class Box[T](nn.Module):\n    pass\ndef f[T: Box](x: T) -> T:\n    return x.exp()") == (
        "exp(input=x)"
    )


RETURNS = [
    ("def f(x):\n    if x.dim() == 3:\n        return x\n    return 1", "refine(input=x) ; 1"),
    ("def f(x):\n    assert x.ndim == 4\n    return x", "refine(input=x)"),
    ("y = 1\ndef g():\n    global y\n    y = 2\ndef f():\n    return y", "1 | unknown[global]()"),
    ("def f(x):\n    def g(a):\n        return a + x\n    return g(1)", "add(input=1, other=x)"),
    ("def f(x):\n    outs = []\n    outs.append(x)\n    return torch.cat(outs)", "cat(tensors=[x])"),
    (
        "def g(x):\n    k = 3\n    if x:\n        return 1\n    def f(a):\n        return a * k\n    return 2",
        "mul(input=a, other=3)",
    ),
    ("def f(x):\n    if x:\n        raise ValueError\n    return 1", "1"),
    ("def f(x, *rest):\n    return rest", "rest"),
]


@pytest.mark.parametrize(("code", "expected"), RETURNS, ids=[code for code, _ in RETURNS])
def test_what_a_function_returns(code: str, expected: str) -> None:
    assert returned(TORCH + code) == expected


MODULE = """
import torch
import torch.nn as nn

class Net(nn.Module):
    size = 4
    def __init__(self, c, norm=None):
        super().__init__()
        self.c = c
        self.conv = nn.Conv2d(c, c, 3)
        self.late = None
        self.register_buffer("mask", torch.ones(3))
        self.extra = []
        self.build()
        if norm is not None:
            self.norm = norm(c)
    def build(self):
        self.fc = nn.Linear(2, 2)
    def reset(self):
        self.late = nn.Linear(3, 3)
        self.extra.append(nn.ReLU())
    @property
    def half(self):
        return self.c // 2
    @staticmethod
    def helper(a):
        return a + 1
    def run(self, x):
        return self.conv(x)
    def forward(self, x):
        return {}

"""

ATTRIBUTES = [
    ("self.c", "c"),
    ("self.conv", "Conv2d"),
    ("self.conv(x)", "conv2d(input=x)"),
    ("self.run(x).relu()", "relu(input=conv2d(input=x))"),
    ("self.mask", "buffer[True](input=ones(size=(3)))"),
    ("self.fc", "Linear"),
    ("self.late", "None | attr[late](input=instance())"),
    ("self.extra", "[] | attr[extra](input=instance())"),
    ("self.half", "floor_divide(input=c, other=2)"),
    ("self.helper(x)", "add(input=x, other=1)"),
    ("self.size", "4"),
    ("self.conv.out_channels", "c"),
    ("self.norm", "call(callee=norm, 0=c)"),
    ("self.to('cpu').c", "c"),
]


@pytest.mark.parametrize(("expression", "expected"), ATTRIBUTES, ids=[code for code, _ in ATTRIBUTES])
def test_attributes_of_modules(expression: str, expected: str) -> None:
    assert returned(MODULE.format(expression), "forward") == expected


def test_sequentials_are_chained_even_where_nothing_calls_them() -> None:
    found = program(
        """
        from torch import nn
        def block(c, act):
            layers = [nn.Conv2d(3, c, 3), nn.BatchNorm2d(c)]
            if act:
                layers.append(nn.ReLU())
            return nn.Sequential(*layers)
        """
    )
    (norm,) = found.values("batch_norm")
    assert show(norm) == "batch_norm(input=conv2d(input=input))"
    assert [use.op for use in norm.args["input"].uses] == ["batch_norm"]


def test_subclasses_of_sequential() -> None:
    found = program(
        """
        from torch import nn
        class Block(nn.Sequential):
            def __init__(self, c):
                super().__init__(nn.Conv2d(3, c, 3))
                self.add_module("norm", nn.BatchNorm2d(c))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.block = Block(3)
            def forward(self, x):
                return self.block(x)
        """
    )
    assert "batch_norm(input=conv2d(input=x))" in [show(value) for value in found.values("batch_norm")]


def test_subclass_contexts_are_separate() -> None:
    found = program(
        """
        from torch import nn
        class Base(nn.Module):
            def __init__(self):
                super().__init__()
                self.act = nn.ReLU()
            def forward(self, x):
                return self.act(x)
        class Child(Base):
            def __init__(self):
                super().__init__()
                self.act = nn.GELU()
        """
    )
    assert len(found.values("relu")) == 1
    assert len(found.values("gelu")) == 1
    assert found.values("relu")[0].node is found.values("gelu")[0].node


def test_attributes_replaced_from_outside_are_not_certain() -> None:
    code = MODULE.format("self.conv(x)") + "def change(m):\n    m.conv = nn.Identity()\n"
    assert "call" in returned(code, "forward")


def test_names_at_a_time() -> None:
    found = program("import torch\ndef f(x):\n    e = x.exp()\n    z = e.sum()\n    e = 1\n    return z\n")
    (exp,), (total,) = found.values("exp"), found.values("sum")
    frame = total.frame
    assert frame is not None
    assert frame.names_at(exp, total.time) == ["e"]
    later = max(value.time for value in found.values("py.escape"))
    assert frame.names_at(exp, later) == []
    assert frame.lookup_at("x", exp.time) is exp.args["input"]


def test_a_long_function_is_cut_and_the_file_goes_on() -> None:
    body = "\n".join(f"    a{i} = x + {i}" for i in range(3200))
    found = program(f"import torch\ndef long(x):\n{body}\ndef f(x):\n    return torch.exp(x)\n")
    assert [function.name for function in found.cut] == ["long"]
    assert len(found.values("exp")) == 1


def test_map_runs_its_function_on_every_item() -> None:
    code = "import torch\ndef f(x):\n    a, b = map(lambda t: t.exp(), (x, x + 1))\n    q, k = map(torch.log, x.chunk(2))\n    return a\n"
    found = program(code)
    first, second, alone = found.values("exp")
    assert first.args["input"].op == "py.param"
    assert second.args["input"].op == "add"
    assert alone.args["input"].data.name == "t"  # as any function, a lambda is also analysed on its own
    assert [value.args["input"].data for value in found.values("log")] == [0, 1]


def test_an_optimizer_runs_its_closure() -> None:
    head = "import torch\ny = 1\noptimizer = torch.optim.LBFGS(input())\ndef closure():\n    global y\n    y = 2\n"
    assert held(head + "optimizer.step(closure)") == "2"
    assert held(head + "input().step(closure)") == "1"


FRESH = [
    ("self.e = x\n        return torch.exp(self.e)", "x"),
    ("self.e = x\n        self.other(x)\n        return torch.exp(self.e)", "log(input=x)"),
    ("self.e = x\n        len(x)\n        return torch.exp(self.e)", "x"),
    ("return torch.exp(self.e)", "0 | attr[e](input=instance())"),
    ("self.e = x\n        self.away(x)\n        return torch.exp(self.e)", "x | attr[e](input=instance())"),
    ("self.e = x\n        y(self)\n        return torch.exp(self.e)", "x | attr[e](input=instance())"),
    ("if y:\n            self.e = x\n        return torch.exp(self.e)", "x | 0 | attr[e](input=instance())"),
]


@pytest.mark.parametrize(("body", "expected"), FRESH, ids=[body for body, _ in FRESH])
def test_what_a_call_stored_itself_is_certain_until_unknown_code_gets_the_object(body: str, expected: str) -> None:
    code = f"""
        import torch
        class Model:
            def __init__(self):
                self.e = 0
            def other(self, x):
                self.e = x.log()
            def forward(self, x, y):
                {body.replace(chr(10), chr(10) + "        ")}
        """
    found = program(code)
    assert [show(value.args["input"]) for value in found.values("exp")] == [expected]

"""Builders keep the style of the code, and refuse where they would have to guess."""

from __future__ import annotations

import ast
from collections.abc import Callable

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torchlint.edits import Draft, Edits, apply
from torchlint.rule import Edit, Safety
from torchlint.source import Source
from torchlint.syntax.concrete import Concrete
from torchlint.syntax.parse import parse

CONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias")


def builders(text: str, pick: Callable[[ast.AST], bool]) -> tuple[Edits, cst.CSTNode]:
    source = Source.from_text(text, "a.py")
    tree = parse(source)
    concrete = Concrete(source, tree)
    node = next(node for node in ast.walk(tree) if pick(node))
    found = concrete.node(node)
    assert found is not None
    return Edits(source, tree, concrete), found


def call_of(name: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name


def named(name: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.expr) and ast.unparse(node) == name


def statement(text: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.stmt) and ast.unparse(node) == text


def done(text: str, draft: Draft) -> str:
    assert not draft.problem
    after = apply(text, draft.edits)
    ast.parse(after)
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(bias=False)"),
        ("f( )", "f(bias=False )"),
        ("f (  # why\n)", "f (bias=False  # why\n)"),
        ("(f  # (\n )(1)", "(f  # (\n )(1, bias=False)"),
        ("f(1, 3)", "f(1, 3, bias=False)"),
        ("f(1, 3,)", "f(1, 3, bias=False,)"),
        ("f(1, 3 , )", "f(1, 3 , bias=False, )"),
        ("f(1, (3))", "f(1, (3), bias=False)"),
        ("f(1, bias=True)", "f(1, bias=False)"),
        ("f(1, a = 3, b = 4)", "f(1, a = 3, b = 4, bias = False)"),
        ("f(a = 3, b=4)", "f(a = 3, b=4, bias=False)"),
        ("f(a\\\n= 3)", "f(a\\\n= 3, bias=False)"),
        ("f(1, bias = (True))", "f(1, bias = False)"),
        ("f(1, 2, 3, 4, 5, 6, 7, True, 'zeros')", "f(1, 2, 3, 4, 5, 6, 7, False, 'zeros')"),
        ("f(x for x in y)", "f((x for x in y), bias=False)"),
        ("f(\n    1,\n    3,\n)", "f(\n    1,\n    3,\n    bias=False,\n)"),
        ("f(\n    1,\n    3\n)", "f(\n    1,\n    3,\n    bias=False\n)"),
        ("f(\n    1,\n    3,  # size\n)", "f(\n    1,\n    3,  # size\n    bias=False,\n)"),
        ("f(\n    1,\n    3  # size\n)", "f(\n    1,\n    3,  # size\n    bias=False\n)"),
        ("f(\n    1,\n    3)", "f(\n    1,\n    3,\n    bias=False)"),
        ("f(\n\t1,\n\t# two\n\t3,\n\t# end\n)", "f(\n\t1,\n\t# two\n\t3,\n\tbias=False,\n\t# end\n)"),
        ("f(1,\n  3)", "f(1,\n  3,\n  bias=False)"),
        ("f(1,\n  3,)", "f(1,\n  3,\n  bias=False,)"),
        ("f(\n    1, 3\n)", "f(\n    1, 3, bias=False\n)"),
        ("f(\n    1, 3, 5,\n    stride=2,\n)", "f(\n    1, 3, 5,\n    stride=2,\n    bias=False,\n)"),
        ("f(\n    1,\n)", "f(\n    1,\n    bias=False,\n)"),
        ("f(\n    1)", "f(\n    1, bias=False)"),
        ("f(1, g(\n    2,\n))", "f(1, g(\n    2,\n), bias=False)"),
        ("f(1, 3  # why\n)", "f(1, 3, bias=False  # why\n)"),
        ("f(1, 3, 3, *rest, bias=True)", "f(1, 3, 3, *rest, bias=False)"),
        ("f(1, **kw, bias=True)", "f(1, **kw, bias=False)"),
    ],
)
def test_with_argument(before: str, after: str) -> None:
    for newline in ("\n", "\r\n"):
        text = f"é = {before};y\n# end".replace("\n", newline)
        edits, call = builders(text, call_of("f"))
        assert isinstance(call, cst.Call)
        draft = edits.with_argument(call, "bias", "False", CONV)
        assert draft.safety is Safety.SAFE
        assert done(text, draft) == f"é = {after};y\n# end".replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("f(1, *rest)", "`*rest` may pass `bias`"),
        ("f(*rest, 1)", "`*rest` may pass `bias`"),
        ("f(1, **kw)", "`**kw` may pass `bias`"),
        ("f(1, **{'a': 1}, b=2)", "`**{'a': 1}` may pass `bias`"),
    ],
)
def test_an_argument_that_may_be_there_is_not_added(text: str, words: str) -> None:
    edits, call = builders(text, call_of("f"))
    assert isinstance(call, cst.Call)
    draft = edits.with_argument(call, "bias", "False", CONV)
    assert (draft.problem, draft.edits) == (words, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(1, **kw)", "f(1, bias=False, **kw)"),
        ("f(**kw)", "f(bias=False, **kw)"),
        ("f(\n  **kw\n)", "f(\n  bias=False,\n  **kw\n)"),
        ("f(\n  1,  # one\n  **kw\n)", "f(\n  1,  # one\n  bias=False,\n  **kw\n)"),
        ("f(1, **kw, a=1)", "f(1, bias=False, **kw, a=1)"),
    ],
)
def test_with_argument_before_a_mapping_of_known_keys(before: str, after: str) -> None:
    edits, call = builders(before, call_of("f"))
    assert isinstance(call, cst.Call)
    assert done(before, edits.with_argument(call, "bias", "False", CONV, unpacked=["device"])) == after
    assert edits.with_argument(call, "bias", "False", CONV, unpacked=["bias"]).problem


def test_a_keyword_only_argument_is_not_in_a_starred_one() -> None:
    edits, call = builders("f(*tensors)", call_of("f"))
    assert isinstance(call, cst.Call)
    assert done("f(*tensors)", edits.with_argument(call, "dim", "0", ("input",))) == "f(*tensors, dim=0)"
    assert edits.with_argument(call, "dim", "0").problem


@pytest.mark.parametrize(
    ("before", "after", "safety"),
    [
        ("f(a, b=1)", "f(a)", Safety.SAFE),
        ("f(b=1)", "f()", Safety.SAFE),
        ("f(b=1,)", "f()", Safety.SAFE),
        ("f(b=1, c=2)", "f(c=2)", Safety.SAFE),
        ("f(a, b=1, c=2)", "f(a, c=2)", Safety.SAFE),
        ("f(a, 1)", "f(a)", Safety.SAFE),
        ("f(a, 1, c=2)", "f(a, c=2)", Safety.SAFE),
        ("f(a, c=2)", "f(a, c=2)", Safety.SAFE),
        ("f(\n    a,\n    b=1,\n)", "f(\n    a,\n)", Safety.SAFE),
        ("f(\n    a,\n    b=1\n)", "f(\n    a,\n)", Safety.SAFE),
        ("f(\n    a,\n    b=1,  # why\n    c=2,\n)", "f(\n    a,\n    c=2,\n)", Safety.UNSAFE),
        ("f(\n    b=1,\n    c=2,\n)", "f(\n    c=2,\n)", Safety.SAFE),
    ],
)
def test_without_argument(before: str, after: str, safety: Safety) -> None:
    edits, call = builders(before, call_of("f"))
    assert isinstance(call, cst.Call)
    draft = edits.without_argument(call, "b", ("a", "b", "c"))
    assert done(before, draft) == after
    assert draft.safety is safety


@pytest.mark.parametrize("text", ["f(a, 1, 2)", "f(*a)", "f(a, **k)", "f(a, 1, *c)"])
def test_without_argument_refuses(text: str) -> None:
    edits, call = builders(text, call_of("f"))
    assert isinstance(call, cst.Call)
    assert edits.without_argument(call, "b", ("a", "b", "c")).problem


@pytest.mark.parametrize(
    ("text", "target", "after"),
    [
        ("loss(x, y)", "y", "loss(x, y.long())"),
        ("loss(x, a + b)", "a + b", "loss(x, (a + b).long())"),
        ("loss(x, (a + b))", "a + b", "loss(x, (a + b).long())"),
        ("loss(x, -y)", "-y", "loss(x, (-y).long())"),
        ("loss(x, y[0])", "y[0]", "loss(x, y[0].long())"),
        ("loss(x, y if a else b)", "y if a else b", "loss(x, (y if a else b).long())"),
        ("loss(x, 1)", "1", "loss(x, (1).long())"),
        ("loss(x for x in y)", "(x for x in y)", "loss((x for x in y).long())"),
        ("t = a, b", "(a, b)", "t = (a, b).long()"),
        ("loss(\n    x,\n    a +  # why\n    b,\n)", "a + b", "loss(\n    x,\n    (a +  # why\n    b).long(),\n)"),
        ("return(x)", "x", "return(x).long()"),
    ],
)
def test_append_method(text: str, target: str, after: str) -> None:
    edits, node = builders(text, named(target))
    assert done(text, edits.append_method(node, "long()")) == after


@pytest.mark.parametrize(
    ("text", "target", "after"),
    [
        ("y = x / s", "x / s", "y = log(s)"),
        ("y = z * (x / s)", "x / s", "y = z * (log(s))"),
        ("y = z ** x", "x", "y = z ** log(s)"),
        ("for i in x: pass", "x", "for i in log(s): pass"),
        ("if not(x): pass", "x", "if not(log(s)): pass"),
        ("f(x for x in y)", "(x for x in y)", "f(log(s))"),
    ],
)
def test_replace(text: str, target: str, after: str) -> None:
    edits, node = builders(text, named(target))
    assert done(text, edits.replace(node, "log(s)")) == after


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        ("y = x", "a + b", "y = a + b"),
        ("y = x * 2", "a + b", "y = (a + b) * 2"),
        ("y = 2 + x", "a + b", "y = 2 + (a + b)"),
        ("y = 2 - x", "a * b", "y = 2 - a * b"),
        ("y = x.t()", "-a", "y = (-a).t()"),
        ("y = x", "a +\n b", "y = (a +\n b)"),
        ("y = (x)", "a +\n b", "y = (a +\n b)"),
        ("y = -x", "a ** b", "y = -a ** b"),
        ("y = x ** 2", "-a", "y = (-a) ** 2"),
        ("while x: pass", "a, b", "while (a, b): pass"),
        ("f(x)", "a, b", "f((a, b))"),
        ("y = f'{x}'", "a", "y = f'{a}'"),
    ],
)
def test_replace_adds_parentheses_where_needed(text: str, new: str, after: str) -> None:
    edits, node = builders(text, named("x"))
    assert done(text, edits.replace(node, new)) == after


def test_replace_lowers_safety_for_a_lost_comment() -> None:
    text = "y = f(a,  # first\n      b)\n"
    edits, node = builders(text, call_of("f"))
    assert edits.replace(node, "g(a, b)").safety is Safety.UNSAFE
    assert edits.replace(node, "g(a,  # first\n b)").safety is Safety.SAFE
    assert edits.replace(node, "g(a").problem == "the new text does not parse"


@pytest.mark.parametrize(
    ("text", "target", "after"),
    [
        ("y = x", "x", "y = torch.exp(x)"),
        ("y = a + b", "a + b", "y = torch.exp(a + b)"),
        ("y = (a + b) * 2", "a + b", "y = torch.exp(a + b) * 2"),
        ("y = (a)(b)", "(a)(b)", "y = torch.exp((a)(b))"),
        ("y = (a, b)", "(a, b)", "y = torch.exp((a, b))"),
        ("return(x)", "x", "return torch.exp(x)"),
        ("f(x for x in y)", "(x for x in y)", "f(torch.exp(x for x in y))"),
        ("f(*x, y)", "x", "f(*torch.exp(x), y)"),
    ],
)
def test_wrap_call(text: str, target: str, after: str) -> None:
    wanted = named(target if target != "(a)(b)" else "a(b)")
    edits, node = builders(text, wanted)
    assert done(text, edits.wrap_call(node, "torch.exp")) == after


def test_wrap_call_with_more_arguments() -> None:
    edits, node = builders("y = (a + b)", named("a + b"))
    assert done("y = (a + b)", edits.wrap_call(node, "softmax", "dim=-1")) == "y = softmax((a + b), dim=-1)"


def test_rename_method() -> None:
    text = "y = (x  # view\n  .view (1, 2))"
    edits, call = builders(text, call_of("view"))
    assert isinstance(call, cst.Call)
    assert done(text, edits.rename_method(call, "reshape")) == "y = (x  # view\n  .reshape (1, 2))"
    edits, call = builders("view(x)", call_of("view"))
    assert isinstance(call, cst.Call)
    assert edits.rename_method(call, "reshape").problem


@pytest.mark.parametrize(
    ("text", "after", "safety"),
    [
        ("def f():\n    a = 1\n    d = 2\n    return a\n", "def f():\n    a = 1\n    return a\n", Safety.SAFE),
        ("def f():\n    d = 2\n", "def f():\n    pass\n", Safety.SAFE),
        ("def f():\n    d = 2  # why\n    return a\n", "def f():\n    return a\n", Safety.UNSAFE),
        ("if x: d = 2; b = 1\n", "if x: b = 1\n", Safety.SAFE),
        ("if x: b = 1; d = 2 # c\n", "if x: b = 1 # c\n", Safety.SAFE),
        ("if x: b = 1; d = 2;\n", "if x: b = 1;\n", Safety.SAFE),
        ("a = 1\nd = 2;\nb = 1\n", "a = 1\nb = 1\n", Safety.SAFE),
        ("a = 1\nd = 2", "a = 1\n", Safety.SAFE),
        ("try:\n  d = 2\nexcept E:\n  a\n", "try:\n  pass\nexcept E:\n  a\n", Safety.SAFE),
    ],
)
def test_delete_statement(text: str, after: str, safety: Safety) -> None:
    edits, node = builders(text, statement("d = 2"))
    assert isinstance(node, cst.BaseSmallStatement)
    draft = edits.delete_statement(node)
    assert done(text, draft) == after
    assert draft.safety is safety


def test_replace_statement() -> None:
    text = "class A:\r\n\tdef f(self):\r\n\t\td = 2  # why\r\n\t\tx = 1\r\n"
    edits, node = builders(text, statement("d = 2"))
    assert isinstance(node, cst.BaseSmallStatement)
    draft = edits.replace_statement(node, "a = 1", "b = '''\n'''")
    assert done(text, draft) == text.replace("d = 2", "a = 1\r\n\t\tb = '''\n'''")
    edits, node = builders("a; d = 2", statement("d = 2"))
    assert isinstance(node, cst.BaseSmallStatement)
    assert edits.replace_statement(node, "x", "y").problem
    assert done("a; d = 2", edits.replace_statement(node, "x")) == "a; x"


def test_drafts_add_up() -> None:
    first, second = Draft((Edit(0, 1, "a"),)), Draft((Edit(0, 1, "a"), Edit(2, 3, "b")), Safety.UNSAFE)
    assert (first + second) == Draft((Edit(0, 1, "a"), Edit(2, 3, "b")), Safety.UNSAFE)
    refused = first + Draft(problem="no")
    assert (refused.edits, refused.problem) == ((), "no")
    assert refused.fix("Fix it", Safety.SAFE) is None
    assert Draft().fix("Fix it", Safety.SAFE) is None
    for draft, ceiling, safety in (
        (first, Safety.SAFE, Safety.SAFE),
        (first, Safety.UNSAFE, Safety.UNSAFE),
        (second, Safety.SAFE, Safety.UNSAFE),
    ):
        fix = draft.fix("Fix it", ceiling)
        assert fix is not None and fix.safety is safety


# Random calls in random surroundings: spacing, comments, nesting, tabs, all line ends.

SPACE = st.sampled_from(["", " ", "  ", "\t", "\n", "\n    ", "\n\t", "  # é (,\n  ", "\n# why)\n", "\\\n"])
VALUE = st.sampled_from(
    ["1", "x", "(y)", "a + b", "'#,('", "[1, 2]", "g(\n1)", "lambda: 0", "'''\n'''", "(  # c\nq)", "é"]
)
SURROUNDINGS = st.sampled_from(
    [
        ("y = ", "  # after\nz = 1\n"),
        ("\x0cif a:\n\tb = [", "]; c\n\tpass\n"),
        ("def f():\n    return (g(", ", '€')) ; d\n"),
        ("for i in ", ": pass\n"),
        ("class A:\n  x = {\n    'é': ", ",  # é\n  }\n"),
        ("", ""),
    ]
)


@st.composite
def calls(draw: st.DrawFn) -> str:
    parts = []
    for index in range(draw(st.integers(0, 4))):
        keyword = draw(st.booleans()) or any("=" in part.split("(")[0] for part in parts)
        name = f"k{index}{draw(st.sampled_from(['=', ' = ']))}" if keyword else ""
        parts.append(draw(SPACE) + name + draw(VALUE) + draw(SPACE))
    closing = draw(st.sampled_from(["", ",", ", "])) if parts else ""
    return f"m.conv{draw(st.sampled_from(['', ' ']))}({','.join(parts)}{closing}{draw(SPACE)})"


@settings(max_examples=500, deadline=None)
@given(calls(), SURROUNDINGS, st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_random_edits_mean_what_was_asked(
    call: str, surroundings: tuple[str, str], newline: str, data: st.DataObject
) -> None:
    before, after = surroundings
    text = (before + call + after).replace("\n", newline)
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a backslash joined to a comment, or the like
        return
    wanted = next(node for node in ast.walk(tree) if call_of("conv")(node))
    assert isinstance(wanted, ast.Call)
    source = Source.from_text(text, "a.py")
    concrete = Concrete(source, tree)
    node = concrete.node(wanted)
    assert isinstance(node, cst.Call)
    start, end = source.range(wanted)
    edits = Edits(source, tree, concrete)

    kind = data.draw(st.sampled_from(["add", "change", "drop", "append", "wrap", "rename"]))
    if kind == "add":
        draft = edits.with_argument(node, "bias", "False", ())
        wanted.keywords.append(ast.keyword("bias", ast.Constant(False)))
    elif kind in ("change", "drop"):
        if not wanted.keywords:
            return
        chosen = data.draw(st.sampled_from(wanted.keywords))
        assert chosen.arg is not None
        if kind == "change":
            draft = edits.with_argument(node, chosen.arg, "False", ())
            chosen.value = ast.Constant(False)
        else:
            draft = edits.without_argument(node, chosen.arg)
            wanted.keywords.remove(chosen)
    elif kind == "append":
        draft = edits.append_method(node, "long()")
    elif kind == "wrap":
        draft = edits.wrap_call(node, "torch.exp")
    else:
        draft = edits.rename_method(node, "linear")
        assert isinstance(wanted.func, ast.Attribute)
        wanted.func.attr = "linear"

    assert not draft.problem
    assert all(start <= edit.start <= edit.end <= end for edit in draft.edits)
    result = apply(text, draft.edits)
    assert result.startswith(text[:start]) and result.endswith(text[end:])
    if draft.safety is Safety.SAFE:
        assert result.count("# ") == text.count("# ")
    expected = ast.unparse(tree)
    if kind == "append":
        expected = expected.replace(ast.unparse(wanted), f"{ast.unparse(wanted)}.long()")
    elif kind == "wrap":
        expected = expected.replace(ast.unparse(wanted), f"torch.exp({ast.unparse(wanted)})")
    assert ast.unparse(ast.parse(result)) == expected

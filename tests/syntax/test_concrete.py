"""Every `ast` node finds its LibCST node, at the right place, and deep code cannot end the process."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest

from torchlint.source import Source
from torchlint.syntax.concrete import Concrete
from torchlint.syntax.parse import parse

PROGRAM = '''\
# coding: utf-8
from __future__ import annotations
import torch, torch.nn as nn
from torch.nn import (functional as F,  # the usual name
    Module)

@decorate(torch.no_grad(), key=(1, 2))
class Net(nn.Module, metaclass=Meta[int], *bases):
    """Döc."""; size: int = 3
    names = ['é', "€", ] ; wide = ("ü" +
        "x"); total = 1

    @property
    async def forward(self, x: torch.Tensor = torch.ones(3), *args: int, y=lambda a, *b: (a, b), **kw) -> "T":
        "😀"; e = x . exp ( )  ;	return (e / e.sum(-1, keepdim = True) )
        assert x.dim() == 3, ("no", x)
        for i, (a, b) in enumerate(zip(x, self.y)): print(i, *a, **b)
        else: x += 1
        while not (x := f(x)) and 1 < x <= 3 or y: del x[0], x.y
        with open(p) as q, (yield): await x
        if a if b else c: pass
        elif [i for i in x if i]: raise E from (e)
        try: x[1:2, ..., None, ::-1] = -1 ** 2
        except (A, B) as e: yield from z
        match x.y:
            case torch.float32 if g(x): f((i for i in x), 1)
            case {"k": [1, *rest]}: f(i for i in {1, 2} )
        return {**a, 'b': 1}, {i: j for i, j in x}
        s = """a
b""" 'c'; t = f"{x!r:>{w}} {torch.log(x)}" ; u = b''; v = 1j + 1.5
        long = x \\
            .view(a,  # why
                  b,
            ).t()
        nonlocal z; z = (((1, 2))), ((3)), ()
'''


def misses(text: str, path: str = "a.py") -> list[str]:
    """Nodes without a LibCST node; asserts that every node found prints as the text at its place."""
    source = Source.from_text(text, path)
    tree = parse(source)
    concrete = Concrete(source, tree)
    in_class_header = {id(part) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in node.keywords}
    misplaced: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            misplaced.update(
                id(part)
                for part in ast.walk(node)
                if part is not node
                and (sys.version_info < (3, 12) or isinstance(part, ast.FormattedValue | ast.Constant | ast.JoinedStr))
            )
    missing = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr | ast.stmt | ast.keyword | ast.alias) or id(node) in in_class_header:
            continue
        if isinstance(node, ast.stmt) and any(isinstance(child, ast.stmt) for child in ast.walk(node) if child != node):
            assert concrete.node(node) is None
            continue
        found = concrete.node(node)
        if found is None:
            if id(node) not in misplaced:
                missing.append(f"{type(node).__name__} {source.segment(node)}")
            continue
        start, end = concrete.range(found)
        if isinstance(node, ast.Tuple | ast.GeneratorExp):
            first, last = source.range(node)
            assert (start, end) == (first, last) or (first < start and end < last)
        else:
            assert (start, end) == source.range(node)
        if isinstance(node, ast.Call | ast.Attribute | ast.BinOp | ast.Name | ast.Subscript | ast.Assign):
            bare = found.with_changes(lpar=(), rpar=()) if hasattr(found, "lpar") else found
            printer = cst.Module(body=(), default_newline=source.newline)
            assert printer.code_for_node(bare).rstrip(" ;\t") == source.segment(node)
    return missing


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_node_of_a_program(newline: str) -> None:
    text = PROGRAM.replace("\n", newline)
    assert misses(text) == ["Starred *bases", "Tuple 1:2, ..., None, ::-1"]


@pytest.mark.parametrize("module", ["argparse", "ast", "dataclasses", "functools", "typing", "decimal", "_pydecimal"])
def test_every_node_of_the_standard_library(module: str) -> None:
    file = __import__(module).__file__
    assert file is not None
    text = Source.from_bytes(Path(file).read_bytes(), file).text
    known = ("Tuple ", "alias *")
    assert [miss for miss in misses(text, file) if not miss.startswith(known)] == []


def test_enclosing_nodes() -> None:
    source = Source.from_text("def f():\n    y = g(a, h(x))  # why\n", "a.py")
    tree = parse(source)
    concrete = Concrete(source, tree)
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "h")
    found = concrete.node(call)
    assert found is not None
    kinds = [type(node).__name__ for node in concrete.enclosing(found)]
    assert kinds == ["Arg", "Call", "Assign", "SimpleStatementLine", "Module"]
    assert concrete.node(call) is found
    outer = list(concrete.enclosing(found))[1]
    assert source.text[slice(*concrete.range(outer))] == "g(a, h(x))"
    with pytest.raises(KeyError):
        concrete.range(cst.Name("x"))


def test_misplaced_nodes_of_format_strings_are_not_found() -> None:
    source = Source.from_text('x = f"""\n{a} {torch.log(b)}"""\ny = f"{torch.log(c)}"\n', "a.py")
    tree = parse(source)
    concrete = Concrete(source, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found = concrete.node(node)
            if found is not None:
                assert source.text[slice(*concrete.range(found))] == ast.unparse(node)


def test_form_feeds() -> None:
    assert misses("\x0cx = f(a)\n\x0c\ndef g():\n\x0c    return x\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 190 + "f(a)" + ")" * 190,
        "x = " + "[" * 190 + "f(a)" + "]" * 190,
        "x = f(a)" + " + f(a)" * 190,
        "x = " + "f(" * 95 + "a" + ")" * 95,
        "if " + "not " * 190 + "f(a): pass",
    ],
)
def test_nested_code_is_found(text: str) -> None:
    assert misses(text + "\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "'x = f(a)' + ' + f(a)' * 900",
        "'x = f(a)' + '.b' * 900",
        "'x = ' + '[' * 199 + 'f(a)' + ']' * 199",
        "'x = ' + 'f(' * 190 + 'a' + ')' * 190",
        "'x = ' + 'a[' * 190 + 'f(a)' + ']' * 190",
        "'x = ' + 'lambda: ' * 900 + 'f(a)'",
    ],
)
def test_deep_code_on_a_small_stack(text: str) -> None:
    program = f"""
import ast, threading
from torchlint.source import Source
from torchlint.syntax.concrete import Concrete
source = Source.from_text({text}, "a.py")
tree = ast.parse(source.text)
def run():
    concrete = Concrete(source, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            concrete.node(node)
    print("alive")
threading.stack_size(512 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr

"""One kind of error, with a place, for everything that is not Python."""

from __future__ import annotations

import ast
import warnings

import pytest

from torchlint.source import Source, SourceError
from torchlint.syntax.parse import depth, parse


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("x = 1\ny = = 2\n", 2, 5, "invalid syntax"),
        ("é = (1,\n", 1, 5, "was never closed"),
        ("if x:\npass\n", 2, 1, "expected an indented block"),
        ("x = 1\n  y = 2\n", 2, 2, "unexpected indent"),
        ("x\r\ny = 'a\r\n", 2, 5, "unterminated string"),
        ("x = 1\ny = '\0'\n", 2, 6, "null byte"),
        ("x = '\ud800'\n", 1, 6, "surrogate"),
        ("x = 1\nprint 'hello'\n", 2, 1, "looks like Python 2"),
        ("try:\n  f()\nexcept IOError, e:\n  pass\n", 3, 8, "looks like Python 2"),
        ("raise ValueError, 'no'\n", 1, 17, "looks like Python 2"),
        ("x = 0777\n", 1, 5, "looks like Python 2"),
        ("if a <> b: pass\n", 1, 6, "looks like Python 2"),
        ("y = 1\nx = " + "(" * 100_000 + ")" * 100_000 + "\n", 2, 205, "nested too deeply"),
        ("y = 1\nz = 2\nx = " + "+".join(["1"] * 100_000) + "\ny\n", 3, 1, "nested too deeply"),
        ("y = 1\ndef f():\n  return " + "-" * 100_000 + "1\ny\n", 2, 1, "nested too deeply"),
        ("if x:\n  pass\n" + "elif x:\n  pass\n" * 50_000, 1, 1, "nested too deeply"),
    ],
)
def test_errors(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(Source.from_text(text, "a.py"))
    assert words in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "\n" not in str(caught.value)


def test_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parse(Source.from_text("x = '\\d'\ny = x is 3\n", "a.py"))


@pytest.mark.parametrize("text", ["", "\x0c\n", "# coding: latin-1\nx = 'é'\n", "x = 1\r\ry = 2"])
def test_legal(text: str) -> None:
    assert isinstance(parse(Source.from_text(text, "a.py")), ast.Module)


def test_large_integer() -> None:
    # int() refuses over 4,300 decimal digits since Python 3.11.
    with pytest.raises(SourceError) as caught:
        parse(Source.from_text("x = " + "1" * 5000 + "\n", "a.py"))
    assert caught.value.line == 1


def test_depth() -> None:
    assert depth(ast.parse("")) == 1
    assert depth(ast.parse("x", mode="eval").body) == 2  # the name and its context
    assert depth(ast.parse("+".join("x" * 900), mode="eval").body) == 901

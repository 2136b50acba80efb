"""Bytes to text and back, and positions."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchlint.source import Source, SourceError


@pytest.mark.parametrize(
    ("data", "encoding", "bom", "text"),
    [
        (b"", "utf-8", False, ""),
        (b"x = 1\n", "utf-8", False, "x = 1\n"),
        (codecs.BOM_UTF8 + b"x = 1\r\n", "utf-8", True, "x = 1\r\n"),
        (codecs.BOM_UTF8 + b"# coding: utf8\n", "utf-8", True, "# coding: utf8\n"),
        ("s = 'é'\n".encode(), "utf-8", False, "s = 'é'\n"),
        ("# -*- coding: latin-1 -*-\ns = 'é'\n".encode("latin-1"), "iso8859-1", False, None),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\ns = '€'\n".encode("cp1252"), "cp1252", False, None),
        ("# coding: latin-1 é\r# x\r".encode("latin-1"), "iso8859-1", False, "# coding: latin-1 é\r# x\r"),
        (b"x = 1\n# coding: latin-1\n", "utf-8", False, None),
        (b"a\r\nb\rc\n\x0cd\x0be", "utf-8", False, "a\r\nb\rc\n\x0cd\x0be"),
    ],
)
def test_round_trip(data: bytes, encoding: str, bom: bool, text: str | None) -> None:
    source = Source.from_bytes(data, "a.py")
    assert (source.encoding, source.bom) == (encoding, bom)
    assert text is None or source.text == text
    assert source.encode(source.text) == data
    changed = source.encode(source.text + "y")
    assert changed == data + "y".encode(encoding)
    assert Source.from_bytes(changed, "a.py") == source.replaced(source.text + "y")


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"ok\n  \xff\n", 2, 3, "0xff is not valid utf-8"),
        ("é = '".encode() + b"\xe9'\n", 1, 6, "0xe9"),
        (b"# coding: nonsense\n", 1, 1, "unknown encoding 'nonsense'"),
        (b"#!x\n# coding: nonsense\n", 2, 1, "unknown encoding"),
        (b"# coding: rot13\n", 1, 1, "not an encoding of text"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", 1, 1, "contradicts"),
    ],
)
def test_undecodable(data: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source.from_bytes(data, "a.py")
    assert (caught.value.path, caught.value.line, caught.value.column) == ("a.py", line, column)
    assert words in caught.value.message


def test_unencodable_text() -> None:
    source = Source.from_bytes(b"# coding: latin-1\n", "a.py")
    with pytest.raises(SourceError, match="cannot be written in iso8859-1"):
        source.encode("x = '€'")


def test_encoding_without_exact_round_trip() -> None:
    # ISO-2022-JP may switch character sets without need; writing it anew would change untouched text.
    data = b"# coding: iso-2022-jp\n# \x1b$B\x1b(B\n"
    source = Source.from_bytes(data, "a.py")
    assert source.encode(source.text) == data
    with pytest.raises(SourceError, match="byte for byte"):
        source.encode(source.text + "x")


def test_lines_are_those_of_the_tokenizer() -> None:
    source = Source.from_text("a\r\nb\rc\n\x0cd\x0be\x85f\u2028g\n", "a.py")
    assert [source.line(number) for number in range(1, 7)] == ["a", "b", "c", "\x0cd\x0be\x85f\u2028g", "", ""]
    assert source.newline == "\r\n"
    assert source.position(3) == (2, 1)
    assert source.position(len(source.text)) == (5, 1)


def test_ranges_of_nodes() -> None:
    text = "é = 'ü€😀'; x = f(é, '''a\r\nß''' , b)\r\x0c\ty if 1 else z\n".replace("\x0c\t", "")
    source = Source.from_text(text, "a.py")
    tree = ast.parse(text)
    names = [source.segment(node) for node in ast.walk(tree) if isinstance(node, ast.Name)]
    assert sorted(names) == sorted(["é", "x", "f", "é", "b", "y", "z"])
    assert source.segment(tree.body[1]) == "x = f(é, '''a\r\nß''' , b)"


@given(st.lists(st.sampled_from(["a", "é", "€", "😀", "\n", "\r\n", "\r", "\x0c", " "])).map("".join))
def test_offset_inverts_position(text: str) -> None:
    source = Source.from_text(text, "a.py")
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        start = source.line_starts[line - 1]
        assert source.offset(line, len(text[start : start + column - 1].encode())) == offset

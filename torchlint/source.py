"""A file's text, exactly: bytes to text and back, and the arithmetic of its positions.

Newlines are never translated, so that a changed text differs from the file only where it was changed. Lines are those
of Python's tokenizer: they end at LF, CRLF or CR, and at nothing else (`str.splitlines` also splits at form feeds).
"""

from __future__ import annotations

import ast
import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_LINE_END = re.compile(r"\r\n|\r|\n")
_FIRST_LINES = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n)?([^\r\n]*)")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#.*)?$")


class SourceError(Exception):
    """A text that cannot be read, parsed or written back. Line and column start at 1; columns count characters."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.line = line
        self.column = column
        self.message = message


@dataclass(frozen=True)
class Source:
    """The text of one file. `text` has no byte order mark; `path` is for display only."""

    path: str
    text: str
    encoding: str
    bom: bool
    data: bytes

    @classmethod
    def from_bytes(cls, data: bytes, path: str) -> Source:
        """Decode a file's content as Python does: byte order mark, PEP 263 cookie, else UTF-8.

        Raises SourceError where the encoding is not known or the bytes do not fit it.
        """
        bom = data.startswith(codecs.BOM_UTF8)
        body = data[len(codecs.BOM_UTF8) :] if bom else data
        name, line = _cookie(body)
        try:
            encoding = codecs.lookup(name).name
        except LookupError:
            raise SourceError(path, line, 1, f"unknown encoding {name!r}") from None
        if bom:
            if encoding not in ("utf-8", "utf-8-sig"):
                raise SourceError(path, line, 1, f"encoding {name!r} contradicts the UTF-8 byte order mark")
            encoding = "utf-8"
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            before = body[: error.start].decode(encoding, "replace")
            line, column = cls(path, before, encoding, bom, data).position(len(before))
            message = f"byte 0x{body[error.start]:02x} is not valid {encoding}"
            raise SourceError(path, line, column, message) from None
        except (LookupError, ValueError):  # a codec that does not give text, such as "hex"
            raise SourceError(path, line, 1, f"{name!r} is not an encoding of text") from None
        return cls(path, text, encoding, bom, data)

    @classmethod
    def from_text(cls, text: str, path: str) -> Source:
        """A source that is already text; it is written as UTF-8."""
        bom = text.startswith("\ufeff")
        data = text.encode("utf-8", "surrogatepass")
        return cls(path, text.removeprefix("\ufeff"), "utf-8", bom, data)

    def encode(self, text: str) -> bytes:
        """The bytes of a changed text, with this file's byte order mark and encoding.

        Raises SourceError where the encoding cannot hold the text, or does not write unchanged text as it was.
        """
        if text == self.text:
            return self.data
        mark = codecs.BOM_UTF8 if self.bom else b""
        try:
            if mark + self.text.encode(self.encoding) != self.data:
                raise SourceError(self.path, 1, 1, f"text in {self.encoding} cannot be written back byte for byte")
            return mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            message = f"{error.object[error.start]!r} cannot be written in {self.encoding}"
            raise SourceError(self.path, 1, 1, message) from None

    def replaced(self, text: str) -> Source:
        """This file with another text. Raises SourceError as `encode` does."""
        return Source(self.path, text, self.encoding, self.bom, self.encode(text))

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset of each line's first character."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @cached_property
    def newline(self) -> str:
        """The line end of the first line; LF where there is none."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset from 0."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def offset(self, line: int, utf8_column: int) -> int:
        """The character offset of a position as `ast` gives it: line from 1, column in UTF-8 bytes from 0."""
        start = self.line_starts[line - 1]
        if self._ascii:
            return start + utf8_column
        # A line holds at least a third as many characters as bytes that it is asked for, so this slice suffices.
        head = self.text[start : start + utf8_column]
        if head.isascii():
            return start + utf8_column
        return start + len(head.encode("utf-8", "surrogatepass")[:utf8_column].decode("utf-8", "ignore"))

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its line end; empty past the last line."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[number - 1] : end].rstrip("\r\n")

    def range(self, node: ast.AST) -> tuple[int, int]:
        """Start and end offsets of a node that has a position. Raises AttributeError for one that has none."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        return start, self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def segment(self, node: ast.AST) -> str:
        """The text of a node, exactly as written."""
        start, end = self.range(node)
        return self.text[start:end]


def _cookie(body: bytes) -> tuple[str, int]:
    """The declared encoding and the line that declares it; ("utf-8", 1) where none does."""
    match = _FIRST_LINES.match(body)
    lines = match.groups() if match else ()
    for number, line in enumerate(lines, 1):
        if found := _COOKIE.match(line):
            return found.group(1).decode("ascii", "replace"), number
        if not _BLANK_OR_COMMENT.match(line):
            break
    return "utf-8", 1

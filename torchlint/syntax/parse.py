"""Python's own parser, with one kind of error.

Measured on CPython 3.11 to 3.13: `ast.parse` answers code of any depth with SyntaxError, RecursionError or MemoryError
and leaves the process alive, which LibCST's parser does not.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings

from torchlint.source import Source, SourceError

_TOO_DEEP = "nested too deeply to be parsed"
_PYTHON_2_MESSAGES = (
    "Missing parentheses in call to 'print'",
    "Missing parentheses in call to 'exec'",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
)
_PYTHON_2_LINE = re.compile(r"\s*(?:raise\s+[\w.]+\s*,|print\s+[\w\"'])|.*(?:<>|`|\bur[\"'])")
_STATEMENT_START = re.compile(r"(?:^|(?<=[\r\n]))(?=[^\s#)\]}])(?!(?:elif|else|except|finally)\b)")


def parse(source: Source) -> ast.Module:
    """Parse a file's text. Raises SourceError where it is no Python, or is nested too deeply."""
    null = source.text.find("\0")
    if null >= 0:
        raise SourceError(source.path, *source.position(null), "a null byte: this is not a text file")
    try:
        return _parse(source.text)
    except SyntaxError as error:
        raise _syntax_error(source, error) from None
    except (RecursionError, MemoryError):
        raise SourceError(source.path, _deep_line(source), 1, _TOO_DEEP) from None
    except UnicodeEncodeError as error:
        line, column = source.position(error.start)
        raise SourceError(source.path, line, column, "a lone surrogate is not valid in source code") from None
    except ValueError as error:  # for instance an integer literal longer than int() takes
        raise SourceError(source.path, 1, 1, f"cannot be parsed: {error}") from None


def depth(node: ast.AST) -> int:
    """The number of nodes on the longest way down from this one, itself included."""
    level: list[ast.AST] = [node]
    count = 0
    while level:
        count += 1
        level = [child for parent in level for child in ast.iter_child_nodes(parent)]
    return count


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # The linted file's invalid escapes and `is` with literals are other linters' business.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _syntax_error(source: Source, error: SyntaxError) -> SourceError:
    line = min(max(error.lineno or 1, 1), len(source.line_starts))
    column = min(max(error.offset or 1, 1), len(source.line(line)) + 1)
    message = error.msg
    if message == "too many nested parentheses":
        return SourceError(source.path, line, column, f"{_TOO_DEEP} ({message})")
    text = f"cannot be parsed as Python {sys.version_info.major}.{sys.version_info.minor}: {message}"
    old = message.startswith(_PYTHON_2_MESSAGES)
    if old or (message.startswith("invalid syntax") and _PYTHON_2_LINE.match(source.line(line))):
        text += " (it looks like Python 2)"
    return SourceError(source.path, line, column, text)


def _deep_line(source: Source) -> int:
    """The first line of the top-level statement that is nested too deeply: the parser itself does not say."""
    starts = [match.start() for match in _STATEMENT_START.finditer(source.text)]
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        try:
            _parse(source.text[start:end])
        except (RecursionError, MemoryError):
            return source.position(start)[0]
        except (SyntaxError, ValueError):
            continue
    return 1

"""Text that a file puts together from parts: f-strings, `%`, `format` and `str`, for names such as `conv1`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from torchlint.semantics.values import CONST, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Arguments
    from torchlint.semantics.interpreter import Interpreter

_MAX_LENGTH = 500
_MAX_NUMBER = 10**18


def f_string(it: Interpreter, node: ast.JoinedStr) -> Value:
    """The value of an f-string: known where all its parts are, and none has a format of its own."""
    parts: list[str] = []
    for part in node.values:
        plain = True
        if isinstance(part, ast.FormattedValue):
            value = it.evaluate(part.value)
            plain = part.format_spec is None and part.conversion == -1
            if value.op != CONST:
                it.escape(value, "text", node)
        else:
            value = it.evaluate(part)
        if plain and _is_plain(value):
            parts.append(str(value.data))
    text = "".join(parts)
    return it.constant(text, node) if len(parts) == len(node.values) and _fits(text) else it.unknown(node, "str")


def percent(template: str, parts: Sequence[Any]) -> str | None:
    """The value of `template % parts`, or None where it isn't certain."""
    if template.count("%") != sum(template.count(sign) for sign in ("%d", "%i", "%s")):
        return None  # a width could ask for any amount of text
    if not all(isinstance(part, str | int) for part in parts):
        return None
    try:
        text = template % tuple(parts)
    except (TypeError, ValueError):  # too few parts, a number of thousands of digits
        return None
    return text if _fits(text) else None


def formatted(it: Interpreter, template: Value, arguments: Arguments, node: ast.AST | None) -> Value | None:
    """The value of `template.format(..)`, or None where it isn't certain."""
    given: Mapping[str, Value] = arguments.keywords
    if not isinstance(template.data, str) or not arguments.exact or any(sign in template.data for sign in ":!.["):
        return None
    if not all(_is_plain(value) for value in (*arguments.positional, *given.values())):
        return None
    try:
        text = template.data.format(
            *(value.data for value in arguments.positional), **{name: value.data for name, value in given.items()}
        )
    except (IndexError, KeyError, ValueError):
        return None
    return it.constant(text, node) if _fits(text) else None


def text_of(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    """The value of `str(x)`."""
    known = len(arguments.positional) == 1 and not arguments.keywords and _is_plain(arguments.positional[0])
    return it.constant(str(arguments.positional[0].data), node) if known else None


def _is_plain(value: Value) -> bool:
    if value.op != CONST:
        return False
    return abs(value.data) < _MAX_NUMBER if isinstance(value.data, int) else isinstance(value.data, str)


def _fits(text: str) -> bool:
    return len(text) <= _MAX_LENGTH

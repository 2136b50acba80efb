"""Builders of edits: small changes to the original text, in the style of the code that they touch.

A builder takes LibCST nodes of one file (from `Concrete`) and returns a `Draft`. Its safety is lowered where a comment
is lost; it has a problem, and no edits, where the change cannot be made without guessing. Nothing is printed back:
text outside the edited ranges stays as it is, byte for byte.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from torchlint.imports import Imports
from torchlint.rule import Edit, Fix, Safety
from torchlint.source import Source
from torchlint.syntax.concrete import Concrete
from torchlint.syntax.surroundings import bracketed

if TYPE_CHECKING:
    import libcst as cst

_OPEN_PARENTHESIS = re.compile(r"(?:\s|\\\r?\n|\\\r|#[^\r\n]*)*\(")
_SEMICOLON = re.compile(r"[ \t\f]*;[ \t\f]*")
_REST_OF_LINE = re.compile(r"[ \t\f]*(#[^\r\n]*)?")


@dataclass(frozen=True, slots=True)
class Draft:
    """Edits that belong together. `problem` says why the change cannot be made; there are no edits then."""

    edits: tuple[Edit, ...] = ()
    safety: Safety = Safety.SAFE
    problem: str = ""

    def __add__(self, other: Draft) -> Draft:
        """Both changes: the lower safety, and the first problem."""
        problem = self.problem or other.problem
        if problem:
            return Draft((), Safety.UNSAFE, problem)
        safe = self.safety is other.safety is Safety.SAFE
        edits = self.edits + tuple(edit for edit in other.edits if edit not in self.edits)
        return Draft(edits, Safety.SAFE if safe else Safety.UNSAFE)

    def fix(self, title: str, ceiling: Safety) -> Fix | None:
        """The fix, no safer than `ceiling`; None where there is a problem or nothing to change."""
        if self.problem or not self.edits:
            return None
        safe = self.safety is ceiling is Safety.SAFE
        edits: list[Edit] = []
        for edit in sorted(self.edits, key=_place):
            last = edits[-1] if edits else None
            if last is not None and last.start == last.end == edit.start == edit.end:
                edits[-1] = Edit(edit.start, edit.end, last.text + edit.text)  # in the order of the draft
            else:
                edits.append(edit)
        return Fix(title, Safety.SAFE if safe else Safety.UNSAFE, tuple(edits))


def refused(problem: str) -> Draft:
    """A draft that cannot be made; `problem` completes "no fix: "."""
    return Draft((), Safety.UNSAFE, problem)


class Edits:
    """The builders for one file."""

    def __init__(self, source: Source, tree: ast.Module, concrete: Concrete) -> None:
        self._source = source
        self._tree = tree
        self._concrete = concrete
        self._comments: dict[int, list[tuple[int, int]]] = {}  # by the start of their slice

    @cached_property
    def imports(self) -> Imports:
        """The names that the file has for what it imports, and new imports."""
        return Imports(self._source, self._tree)

    def text(self, node: cst.CSTNode) -> str:
        """A node's text as written, with its own parentheses."""
        start, end = self._extent(node)
        return self._source.text[start:end]

    # Expressions

    def replace(self, node: cst.CSTNode, text: str) -> Draft:
        """Replace an expression by another, in parentheses where its new surroundings ask for them.

        Parentheses that the old expression has stay.
        """
        start, end = self._concrete.range(node)
        generator = type(node).__name__ == "GeneratorExp" and not node.lpar  # type: ignore[attr-defined]
        if generator:  # a call's only argument shares the call's parentheses: leave them
            start, end = self._concrete.whole(node)
        safety = self._safety(node, start, end, text)
        return self._choose(node, ((Edit(start, end, text),), (Edit(start, end, f"({text})"),)), safety)

    def append_method(self, node: cst.CSTNode, method: str) -> Draft:
        """Call a method on an expression's result: `x` becomes `x.long()` for "long()", `a + b` `(a + b).long()`."""
        start, end = self._extent(node)
        bare = (Edit(end, end, f".{method}"),)
        wrapped = (Edit(start, start, "("), Edit(end, end, f").{method}"))
        return self._choose(node, (bare, wrapped))

    def wrap_call(self, node: cst.CSTNode, callee: str, more: str = "") -> Draft:
        """Pass an expression to a function: `x` becomes `torch.exp(x)` for "torch.exp".

        `more` is the text of further arguments ("dim=-1").
        """
        start, end = self._extent(node)
        rest = f", {more}" if more else ""
        if start > 0 and re.match(r"\w", self._source.text[start - 1]):  # `return(x)`
            callee = f" {callee}"
        alternatives: list[tuple[Edit, ...]] = [
            (Edit(start, start, f"{callee}("), Edit(end, end, f"{rest})")),
            (Edit(start, start, f"{callee}(("), Edit(end, end, f"){rest})")),
        ]
        if self._source.text[start] == "(" and not more:
            alternatives.insert(0, (Edit(start, start, callee),))
        return self._choose(node, alternatives)

    def rename_method(self, call: cst.Call, name: str) -> Draft:
        """Call another method of the same object: `x.view(..)` becomes `x.reshape(..)`."""
        import libcst as cst

        if not isinstance(call.func, cst.Attribute):
            return refused("it is not called as a method")
        start, end = self._concrete.range(call.func.attr)
        return Draft((Edit(start, end, name),))

    # Arguments

    def argument(
        self,
        call: cst.Call,
        name: str,
        parameters: Sequence[str] = (),
        unpacked: Collection[str] | None = None,
    ) -> tuple[cst.Arg | None, str]:
        """The argument that a call gives to a parameter, and why that is not known (empty: it is known).

        `parameters`: the names of the function's positional parameters, in order, without `self`; empty: not known.
        `unpacked`: the keys that all `**` mappings of the call hold, where known.
        """
        for arg in call.args:
            if arg.keyword is not None and arg.keyword.value == name:
                return arg, ""
        doubt = f"`{{}}` may pass `{name}`"
        index = parameters.index(name) if name in parameters else -1
        position = 0
        for arg in call.args:
            if arg.star == "*" and (index >= position or not parameters):
                return None, doubt.format(self.text(arg))
            if arg.star == "**" and (unpacked is None or name in unpacked):
                return None, doubt.format(self.text(arg))
            if arg.keyword is None and not arg.star:
                if position == index:
                    return arg, ""
                position += 1
        return None, ""

    def with_argument(
        self,
        call: cst.Call,
        name: str,
        text: str,
        parameters: Sequence[str] = (),
        unpacked: Collection[str] | None = None,
    ) -> Draft:
        """Give an argument another value, in place; or add it as a keyword, in the style of the call.

        The arguments are those of `argument`.
        """
        arg, doubt = self.argument(call, name, parameters, unpacked)
        if arg is not None:
            start, end = self._concrete.whole(arg.value)
            return Draft((Edit(start, end, text),), self._safety(arg, start, end, text))
        if doubt:
            return refused(doubt)
        return self._insert(call, f"{name}{self._equal(call)}{text}")

    def without_argument(self, call: cst.Call, name: str, parameters: Sequence[str] = ()) -> Draft:
        """Drop an argument. No edits where the call does not give it."""
        arg, doubt = self.argument(call, name, parameters)
        if doubt:
            return refused(doubt)
        if arg is None:
            return Draft()
        args = list(call.args)
        index = args.index(arg)
        if arg.keyword is None and any(later.keyword is None and later.star != "**" for later in args[index + 1 :]):
            return refused(f"arguments after `{name}` would move")
        start, end = self._concrete.range(arg)
        lines = self._lines(start, end + self._comma(arg))
        if lines is not None:
            start, end = lines
        elif index + 1 < len(args):
            end = self._concrete.range(args[index + 1])[0]
        elif index > 0:
            start = self._concrete.range(args[index - 1])[1]
        else:
            end += self._comma(arg)
        return Draft((Edit(start, end, ""),), self._safety(call, start, end, ""))

    def _equal(self, call: cst.Call) -> str:
        """The equal sign of a new keyword, spaced as that of the call's last one."""
        for arg in reversed(call.args):
            if arg.keyword is not None:
                end, start = self._concrete.range(arg.keyword)[1], self._concrete.whole(arg.value)[0]
                equal = self._source.text[end:start]
                return equal if not equal.strip(" =") else "="
        return "="

    def _insert(self, call: cst.Call, new: str) -> Draft:
        """Add a keyword argument after all others that are not `**`."""
        before = [arg for arg in call.args if arg.star != "**"]
        if not call.args:
            opening = self._opening(call)
            return Draft((Edit(opening, opening, new),))
        if len(before) < len(call.args) and not before:
            start = self._concrete.range(call.args[0])[0]
            separator = f",{self._line_break(start)}" if self._begins_line(start) else ", "
            return Draft((Edit(start, start, new + separator),))
        first_mapping = next((index for index, arg in enumerate(call.args) if arg.star == "**"), len(call.args))
        last = call.args[first_mapping - 1]
        start, end = self._concrete.range(last)
        edits: list[Edit] = []
        if type(last.value).__name__ == "GeneratorExp" and not last.value.lpar:
            edits = [Edit(start, start, "("), Edit(end, end, ")")]
        comma = self._comma(last)
        if not self._one_a_line(call, last):
            inserted = f" {new}," if comma else f", {new}"
            return Draft((*edits, Edit(end + comma, end + comma, inserted)))
        rest = _REST_OF_LINE.match(self._source.text, end + comma)
        line_end = rest.end() if rest is not None else end + comma
        ends_line = self._source.text[line_end : line_end + 1] in ("\r", "\n")
        place = line_end if ends_line else end + comma
        if not comma:
            edits.append(Edit(end, end, ","))
        closing = "," if comma else ""
        if place == end and edits:
            edits.pop()
            return Draft((*edits, Edit(end, end, f",{self._line_break(start)}{new}")))
        return Draft((*edits, Edit(place, place, f"{self._line_break(start)}{new}{closing}")))

    def _one_a_line(self, call: cst.Call, last: cst.Arg) -> bool:
        """Whether a new argument after `last` belongs on a line of its own."""
        starts = [self._concrete.range(arg)[0] for arg in call.args]
        if not self._begins_line(self._concrete.range(last)[0]):
            return False
        closing = self._begins_line(self._concrete.range(call)[1] - 1)
        others = starts[1:] if len(starts) > 1 else []
        return closing or (bool(others) and all(self._begins_line(start) for start in others))

    def _opening(self, call: cst.Call) -> int:
        """The offset after a call's opening parenthesis."""
        match = _OPEN_PARENTHESIS.match(self._source.text, self._concrete.whole(call.func)[1])
        if match is None:
            raise ValueError("a call without parenthesis")
        return match.end()

    def _comma(self, arg: cst.Arg) -> int:
        """The number of characters from an argument's end to the end of its comma; 0 where it has none."""
        import libcst as cst

        if not isinstance(arg.comma, cst.Comma):
            return 0
        space = arg.comma.whitespace_before
        return len(cst.Module(body=(), default_newline=self._source.newline).code_for_node(space)) + 1

    # Statements

    def replace_statement(self, statement: cst.BaseSmallStatement, *statements: str) -> Draft:
        """Replace a simple statement by others; each gets the indentation of the statement's line."""
        start, end = self._concrete.range(statement)
        if len(statements) > 1 and not self._begins_line(start):
            return refused("the statement shares its line with another")
        text = self._line_break(start).join(statements)
        return Draft((Edit(start, end, text),), self._safety(statement, start, end, text))

    def delete_statement(self, statement: cst.BaseSmallStatement) -> Draft:
        """Remove a simple statement; a block that would be empty gets `pass`."""
        start, end = self._concrete.range(statement)
        safety = self._safety(statement, start, end, "")
        block = _block(self._tree, self._source, start)
        if block is None or len(block) == 1:
            return Draft((Edit(start, end, "pass"),), safety)
        semicolon = _SEMICOLON.match(self._source.text, end)
        last = semicolon is None or self._source.text[semicolon.end() : semicolon.end() + 1] in ("", "\r", "\n", "#")
        after = semicolon.end() if semicolon is not None and last else end
        lines = self._lines(start, after)
        if lines is not None:
            start, end = lines
            comment = "#" in self._source.text[after:end]
            return Draft((Edit(start, end, ""),), Safety.UNSAFE if comment else safety)
        if semicolon is not None and not last:
            return Draft((Edit(start, semicolon.end(), ""),), safety)
        before = len(self._source.text[:start].rstrip(" \t\f;"))
        return Draft((Edit(start if self._begins_line(start) else before, end, ""),), safety)

    # Text around a place

    def _extent(self, node: cst.CSTNode) -> tuple[int, int]:
        """A node's range with its own parentheses, without its comma."""
        if type(node).__name__ in ("Arg", "StarredElement", "Element"):
            return self._concrete.range(node)
        return self._concrete.whole(node) if hasattr(node, "lpar") else self._concrete.range(node)

    def _line_head(self, offset: int) -> str:
        """The text from the start of the line to an offset."""
        line, _ = self._source.position(offset)
        return self._source.text[self._source.line_starts[line - 1] : offset]

    def _begins_line(self, offset: int) -> bool:
        return not self._line_head(offset).strip(" \t\f")

    def _line_break(self, offset: int) -> str:
        """A line end and the indentation of the argument that begins at an offset."""
        return self._source.newline + self._line_head(offset)

    def _lines(self, start: int, end: int) -> tuple[int, int] | None:
        """Start and end of the full lines of a range; None where other code stands on them."""
        rest = _REST_OF_LINE.match(self._source.text, end)
        after = rest.end() if rest is not None else end
        if not self._begins_line(start) or self._source.text[after : after + 1] not in ("\r", "\n"):
            return None
        line, _ = self._source.position(after)
        return start - len(self._line_head(start)), self._source.line_starts[line]

    def _safety(self, node: cst.CSTNode, start: int, end: int, text: str) -> Safety:
        """Unsafe where a comment between two offsets is not in the new text."""
        piece = self._concrete.slice_of(node)
        comments = self._comments.get(piece.base)
        if comments is None:
            comments = [place for other, place in piece.ranges.items() if type(other).__name__ == "Comment"]
            self._comments[piece.base] = comments
        lost = any(start <= first < end and self._source.text[first:last] not in text for first, last in comments)
        return Safety.UNSAFE if lost else Safety.SAFE

    def _choose(
        self, node: cst.CSTNode, alternatives: Sequence[tuple[Edit, ...]], safety: Safety = Safety.SAFE
    ) -> Draft:
        """The first alternative that means the same as the last one, the one with all parentheses."""
        piece = self._concrete.slice_of(node)
        places = [(edit.start, edit.end) for edits in alternatives for edit in edits]
        inner = bracketed(self._concrete, node, places)
        if inner is not None:
            start, end, frame = inner
            text = self._source.text[start:end]
            meanings = [_meaning(frame.format(apply(text, edits, start))) for edits in alternatives]
            if meanings[-1] is not None:
                return Draft(alternatives[meanings.index(meanings[-1])], safety)
        texts = [apply(piece.text, edits, piece.base) for edits in alternatives]
        meanings = [_meaning(text) for text in texts]
        if piece.header:
            # The slice stands in parentheses that the header does not have.
            strict = [_meaning(f"while {text[1:-1]}: pass") for text in texts]
            meanings = strict if strict[-1] is not None else meanings
        if meanings[-1] is None:
            return refused("the new text does not parse")
        return Draft(alternatives[meanings.index(meanings[-1])], safety)


def apply(text: str, edits: Collection[Edit], base: int = 0) -> str:
    """A text whose first character has offset `base`, with edits that do not overlap.

    Insertions at one place follow each other in the order given.
    """
    pieces = []
    done = base
    for edit in sorted(edits, key=_place):
        pieces += [text[done - base : edit.start - base], edit.text]
        done = edit.end
    return "".join([*pieces, text[done - base :]])


def _place(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


def _meaning(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _block(tree: ast.Module, source: Source, start: int) -> list[ast.stmt] | None:
    """The block that holds the statement at an offset."""
    for parent in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and any(source.range(statement)[0] == start for statement in block):
                return block
    return None

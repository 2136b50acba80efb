"""From `ast` nodes to LibCST nodes, for the few places that a rule looks at.

Facts are computed on Python's own `ast`; rules look at LibCST nodes and build edits from them. A LibCST node is found
through its class and its range. Only the slice of text around it is parsed: its simple statement, or its outermost
expression where that stands in the header of a compound statement.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torchlint.source import Source
from torchlint.syntax.parse import depth

if TYPE_CHECKING:
    import libcst as cst

    from torchlint.syntax.positions import Slice

_MAX_DEPTH = 200  # printing a LibCST tree takes about four Python frames a level; the interpreter allows 1,000

# The LibCST classes that stand for an `ast` class, where the name is not the same.
_CLASSES: dict[type[ast.AST], tuple[str, ...]] = {
    ast.BinOp: ("BinaryOperation",),
    ast.BoolOp: ("BooleanOperation",),
    ast.Compare: ("Comparison",),
    ast.Constant: ("Integer", "Float", "Imaginary", "SimpleString", "ConcatenatedString", "Ellipsis", "Name"),
    ast.Delete: ("Del",),
    ast.JoinedStr: ("FormattedString", "ConcatenatedString"),
    ast.ListComp: ("ListComp",),
    ast.Starred: ("StarredElement", "Arg"),
    ast.UnaryOp: ("UnaryOperation",),
    ast.YieldFrom: ("Yield",),
    ast.alias: ("ImportAlias",),
    ast.keyword: ("Arg",),
}
_Position = tuple[int, int]


class Concrete:
    """The LibCST nodes of one file's parsed tree; slices are parsed on demand and once."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self._source = source
        self._tree = tree
        self._slices: dict[ast.AST, Slice | None] = {}
        self._members: dict[ast.AST, dict[ast.AST, bool]] = {}
        self._home: dict[cst.CSTNode, Slice] = {}

    def node(self, node: ast.AST) -> cst.CSTNode | None:
        """The LibCST node for an expression, a simple statement, a keyword argument or an import alias.

        None for anything else (also for a starred base or a keyword of a class), for code nested more than 200
        levels, for a tuple inside a subscript (LibCST has no node for it in `x[:, None]`), and where `ast` does not
        know the place (in f-strings before Python 3.12).
        """
        if not hasattr(node, "end_col_offset"):
            return None
        root = self._root(node)
        if root is None or not self._is_placed(root, node):
            return None
        piece = self._slice(root)
        if piece is None:
            return None
        start, end = self._source.range(node)
        for name in _CLASSES.get(type(node), (type(node).__name__,)):
            found = piece.nodes.get((name, start, end))
            if found is not None:
                self._home[found] = piece
                return found
        return None

    def range(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end offset of a node that came from here or belongs to one that did, without its parentheses.

        Raises KeyError for another node.
        """
        return self.slice_of(node).ranges[node]

    def whole(self, node: cst.CSTNode) -> tuple[int, int]:
        """The same with the node's own parentheses; for an argument or element also with its comma."""
        return self.slice_of(node).whole[node]

    def enclosing(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first, up to its statement."""
        parents = self.slice_of(node).parents
        parent = parents.get(node)
        while parent is not None:
            yield parent
            parent = parents.get(parent)

    def slice_of(self, node: cst.CSTNode) -> Slice:
        """The parsed text around a node. Raises KeyError for a node that does not come from here."""
        home = self._home.get(node)
        if home is None:
            home = next((piece for piece in self._slices.values() if piece is not None and node in piece.ranges), None)
            if home is None:
                raise KeyError(node)
            self._home[node] = home
        return home

    def _root(self, node: ast.AST) -> ast.stmt | ast.expr | None:
        """The simple statement, or the outermost expression of a compound statement's header, that holds a node."""
        start, end = _start(node), _end(node)
        pieces: list[ast.stmt | ast.expr] = list(self._tree.body)
        while pieces:
            piece = _containing(pieces, start, end)
            if piece is None or isinstance(piece, ast.expr):
                return piece
            pieces = list(_pieces(piece))
            if not any(isinstance(child, ast.stmt) for child in pieces):
                return piece
        return None

    def _is_placed(self, root: ast.AST, node: ast.AST) -> bool:
        """Whether a node is part of `root` and its position can be trusted."""
        members = self._members.get(root)
        if members is None:
            members = self._members[root] = {}
            stack = [(root, False)]
            while stack:
                member, formatted = stack.pop()
                members[member] = formatted
                inside = formatted or isinstance(member, ast.JoinedStr)
                stack.extend((child, inside) for child in ast.iter_child_nodes(member))
        formatted_node = members.get(node)
        if formatted_node is None:
            return False
        return not formatted_node or sys.version_info >= (3, 12) or self._reads_the_same(node)

    def _reads_the_same(self, node: ast.AST) -> bool:
        """Whether the text at a node's place parses to this node: before Python 3.12, f-strings misplace theirs."""
        try:
            again = ast.parse(self._source.segment(node), mode="eval").body
        except (SyntaxError, ValueError, IndexError):
            return False
        return ast.dump(again) == ast.dump(node)

    def _slice(self, root: ast.stmt | ast.expr) -> Slice | None:
        if root not in self._slices:
            self._slices[root] = self._parse(root)
        return self._slices[root]

    def _parse(self, root: ast.stmt | ast.expr) -> Slice | None:
        levels = depth(root)
        if levels > _MAX_DEPTH:
            return None
        from torchlint.syntax.positions import parse_slice

        start, end = self._source.range(root)
        text = self._source.text[start:end]
        nesting = levels + text.count("(") + text.count("[") + text.count("{")
        return parse_slice(text, start, isinstance(root, ast.expr), nesting)


def _containing(pieces: list[ast.stmt | ast.expr], start: _Position, end: _Position) -> ast.stmt | ast.expr | None:
    """The piece that holds a range; pieces are in the order of the text except for those of function headers."""
    if all(isinstance(piece, ast.stmt) for piece in pieces):
        index = bisect_right(pieces, start, key=_start) - 1
        pieces = pieces[index : index + 1] if index >= 0 else []
    return next((piece for piece in pieces if _start(piece) <= start and end <= _end(piece)), None)


def _pieces(node: ast.AST) -> Iterator[ast.stmt | ast.expr]:
    """The statements and expressions of a statement that stand in no other statement or expression of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Starred):
            yield child.value
        elif isinstance(child, ast.stmt | ast.expr):
            yield child
        else:
            yield from _pieces(child)


def _start(node: ast.AST) -> _Position:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first: Any = decorators[0] if decorators else node
    return first.lineno, first.col_offset


def _end(node: ast.AST) -> _Position:
    return node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]

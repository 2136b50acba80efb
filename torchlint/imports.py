"""The names that a file has for what it imports, as seen from a place in it, and how to import one more.

This looks at names only, for the sake of fixes: which text can stand at a place and mean `torch.logsumexp` there. A
name counts where every binding that can reach the place is an import of the same thing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from torchlint.rule import Edit
from torchlint.source import Source

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_NAMED_PATTERNS = ast.ExceptHandler | ast.MatchAs | ast.MatchStar
# How people import the modules that fixes need: what the name stands for, the statement, the name.
_USUAL = (
    ("torch.nn.functional", "import torch.nn.functional as F", "F"),
    ("torch.nn", "from torch import nn", "nn"),
    ("torch", "import torch", "torch"),
)


class Imports:
    """The imports of one file."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self._source = source
        self._tree = tree
        self._bound: dict[ast.AST, dict[str, tuple[set[str], int]]] = {}

    def name(self, qualified: str, at: ast.AST) -> str | None:
        """The shortest text that means a qualified name ("torch.nn.functional.softmax") at a node, or None."""
        seen: dict[str, str] = {}
        running = True  # whether the scope's statements run in order with the node's
        for index, scope in enumerate(self._scopes_around(at)):
            if isinstance(scope, ast.ClassDef) and index > 0:
                continue  # a class's names are not seen from its methods
            for name, (origins, line) in self._bindings(scope).items():
                known = len(origins) == 1 and (not running or line <= getattr(at, "lineno", 0))
                seen.setdefault(name, next(iter(origins)) if known else "")
            running = running and not isinstance(scope, _FUNCTIONS)
        texts = []
        for name, origin in seen.items():
            if origin and (qualified == origin or qualified.startswith(f"{origin}.")):
                texts.append(name + qualified[len(origin) :])
        return min(texts, key=lambda text: (text.count("."), len(text), text), default=None)

    def ensure(self, qualified: str, at: ast.AST) -> tuple[str, tuple[Edit, ...]] | None:
        """A text that means a qualified name at a node, and the edits that import it where the file does not.

        None where neither is possible: torch's usual names stand for something else in this file, or the node runs
        before the place for imports.
        """
        text = self.name(qualified, at)
        if text is not None:
            return text, ()
        runs_later = any(isinstance(scope, _FUNCTIONS) for scope in self._scopes_around(at))
        for origin, statement, name in _USUAL:
            if qualified != origin and not qualified.startswith(f"{origin}."):
                continue
            edit = self._insertion(statement)
            if name not in self._words and (runs_later or edit.start <= self._source.range(at)[0]):
                return name + qualified[len(origin) :], (edit,)
        return None

    @cached_property
    def _words(self) -> set[str]:
        """Every name that the file binds or reads, in any scope."""
        words: set[str] = set()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Name):
                words.add(node.id)
            words.update(name for name, _ in _bound_by(node))
        return words

    def _insertion(self, statement: str) -> Edit:
        """An edit that adds a line after the file's first imports, or before its first statement."""
        body = self._tree.body
        index = 0
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            index = 1  # the docstring
        while index < len(body) and isinstance(body[index], ast.Import | ast.ImportFrom):
            index += 1
        newline = self._source.newline
        if index == 0:
            line = (
                min([body[0].lineno, *(part.lineno for part in getattr(body[0], "decorator_list", []))]) if body else 1
            )
            offset = self._source.line_starts[line - 1] if body else len(self._source.text)
            return Edit(offset, offset, statement + newline)
        line = body[index - 1].end_lineno or body[index - 1].lineno
        for later in body[index:]:  # statements may share the line
            if later.lineno <= line:
                line = later.end_lineno or line
        if line < len(self._source.line_starts):
            offset = self._source.line_starts[line]
            return Edit(offset, offset, statement + newline)
        return Edit(len(self._source.text), len(self._source.text), newline + statement)

    def _scopes_around(self, at: ast.AST) -> list[ast.AST]:
        """The scopes that a node stands in, innermost first. A scope's own header belongs to it as well."""
        return list(self._scopes.get(at, (self._tree,)))

    @cached_property
    def _scopes(self) -> dict[ast.AST, tuple[ast.AST, ...]]:
        """The scopes that each node stands in, innermost first."""
        found: dict[ast.AST, tuple[ast.AST, ...]] = {}
        stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(self._tree, ())]
        while stack:
            node, outer = stack.pop()
            inner = (node, *outer) if node is self._tree or isinstance(node, _SCOPES) else outer
            found[node] = inner
            stack.extend((child, inner) for child in ast.iter_child_nodes(node))
        return found

    def _bindings(self, scope: ast.AST) -> dict[str, tuple[set[str], int]]:
        """What the names bound in a scope stand for ("" is no import, or none at run time), and the first line."""
        bound = self._bound.get(scope)
        if bound is None:
            bound = self._bound[scope] = {}
            declared: set[str] = set()
            for node in _inside(scope):
                if isinstance(node, ast.Global | ast.Nonlocal) and scope is not self._tree:
                    declared.update(node.names)
                for name, origin in _bound_by(node):
                    origins, line = bound.get(name, (set(), node.lineno))  # type: ignore[attr-defined]
                    bound[name] = (origins | {origin}, min(line, node.lineno))  # type: ignore[attr-defined]
            for name in declared:
                bound.pop(name, None)
            for name in self._unreliable if scope is self._tree else ():
                bound[name] = ({""}, 1)
        return bound

    @cached_property
    def _unreliable(self) -> set[str]:
        """Global names that some function rebinds, or that only type checkers see."""
        names = {name for node in ast.walk(self._tree) if isinstance(node, ast.Global) for name in node.names}
        for node in self._tree.body:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in (
                getattr(node.test, "id", ""),
                getattr(node.test, "attr", ""),
            ):
                names.update(name for part in node.body for each in ast.walk(part) for name, _ in _bound_by(each))
        return names


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope that bind names in it: inner functions and classes themselves, but not what is in them."""
    stack: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            # An assignment expression in a comprehension binds in the scope around it.
            yield from (each.target for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
        elif not isinstance(node, _SCOPES):
            stack.extend(ast.iter_child_nodes(node))


def _bound_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that a node binds by itself, each with the qualified name it stands for ("" for no import)."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id, ""
    elif isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.split(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, "." * node.level + f"{node.module or ''}.{alias.name}"
    elif isinstance(node, ast.arg):
        yield node.arg, ""
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | _NAMED_PATTERNS):
        if node.name:
            yield node.name, ""
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest, ""

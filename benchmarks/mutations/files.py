"""A file of a package as the mutations see it: its tree, parents, imported names, and where a local name comes from.

Only what is certain is answered. A name that is bound in two ways, or inside a compound statement, has no known origin.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from torchlint.source import Source, SourceError

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a local name holds: an argument, or the value of an assignment (`index` of `count` unpacked parts)."""

    statement: ast.stmt | None
    value: ast.expr | None
    argument: ast.arg | None = None
    index: int | None = None
    count: int = 0


@dataclass(frozen=True)
class File:
    """One file. `name` is its path below the folder of packages."""

    name: str
    source: Source
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree, in the order of `ast.walk`."""
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of every node but the module."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def _imported(self) -> dict[str, str]:
        names: dict[str, set[str]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    # `import torch.nn` binds `torch`.
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    names.setdefault(alias.asname or whole, set()).add(whole)
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    names.setdefault(alias.asname or alias.name, set()).add(f"{module}.{alias.name}")
        return {name: whole.pop() for name, whole in names.items() if len(whole) == 1}

    @cached_property
    def _bound(self) -> set[str]:
        """Names that something other than an import binds, anywhere."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
        return found

    def imports(self, module: str) -> bool:
        """Whether a module is certainly there under its own name."""
        return self._imported.get(module) == module and module not in self._bound

    def unbound(self, name: str) -> bool:
        """Whether nothing in the file binds a name, so that it is Python's own."""
        return name not in self._bound and name not in self._imported

    def nodes_of(self, scope: ast.AST) -> Iterator[ast.AST]:
        """The nodes of a function or module without those of inner functions and classes."""
        pending = list(ast.iter_child_nodes(scope))
        while pending:
            node = pending.pop()
            yield node
            if not isinstance(node, _SCOPES):
                pending.extend(ast.iter_child_nodes(node))

    def qualified(self, node: ast.AST) -> str:
        """The name by which an expression was imported ("torch.nn.Conv2d"), or ""."""
        if isinstance(node, ast.Name):
            return "" if node.id in self._bound else self._imported.get(node.id, "")
        if isinstance(node, ast.Attribute):
            owner = self.qualified(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        return ""

    def called(self, node: ast.AST) -> str:
        """The imported name that a call calls, or ""."""
        return self.qualified(node.func) if isinstance(node, ast.Call) else ""

    def text(self, node: ast.AST) -> str:
        """The source of a node."""
        return self.source.segment(node)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, inner ones first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement that holds a node (or is it)."""
        return next((one for one in (node, *self.above(node)) if isinstance(one, ast.stmt)), None)

    def function(self, node: ast.AST) -> Function | None:
        """The function around a node; None in a class body, a lambda and at the top."""
        scope = next((one for one in self.above(node) if isinstance(one, _SCOPES)), None)
        return scope if isinstance(scope, Function) else None

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The class around the function around a node."""
        return next((one for one in self.above(node) if isinstance(one, ast.ClassDef)), None)

    def scope(self, node: ast.AST) -> str:
        """The dotted names of the classes and functions around a node."""
        names = [one.name for one in self.above(node) if isinstance(one, Function | ast.ClassDef)]
        return ".".join(reversed(names)) or "<module>"

    def in_nested_scope(self, node: ast.AST, function: Function) -> bool:
        """Whether a lambda, a comprehension or an inner function stands between."""
        inner = (*_SCOPES, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        for one in self.above(node):
            if one is function:
                return False
            if isinstance(one, inner):
                return True
        return True

    def origin(self, name: str, at: ast.AST) -> Origin | None:
        """What certainly was the last to bind a local name before the statement of a node; None where it isn't certain."""
        function, statement = self.function(at), self.statement(at)
        if function is None or statement is None or self.in_nested_scope(at, function):
            return None
        while True:
            parent = self.parents[statement]
            block = next((part for part in _blocks(parent) if statement in part), None)
            if block is None:
                return None
            for earlier in reversed(block[: block.index(statement)]):
                if name in _binds(earlier):
                    return _assigned(earlier, name)
            if parent is function:
                return _argument(function, name)
            if isinstance(parent, ast.For | ast.AsyncFor | ast.While) and name in _binds(parent):
                return None
            if isinstance(parent, ast.With | ast.AsyncWith | ast.ExceptHandler | ast.match_case):
                header = [item.optional_vars for item in getattr(parent, "items", []) if item.optional_vars]
                if header or isinstance(parent, ast.ExceptHandler | ast.match_case):
                    return None
            if not isinstance(parent, ast.stmt):
                return None
            if isinstance(parent, ast.Try) and block is not parent.body:
                return None
            statement = parent

    @cached_property
    def called_names(self) -> set[str]:
        """The last parts of the names of all functions and methods that the file calls."""
        functions = [node.func for node in self.nodes if isinstance(node, ast.Call)]
        return {getattr(one, "attr", getattr(one, "id", "")) for one in functions}

    @cached_property
    def attribute_stores(self) -> Counter[str]:
        """How often an attribute of each name is bound or deleted, on any object."""
        return Counter(
            node.attr for node in self.nodes if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
        )


def read(path: Path, root: Path) -> File | None:
    """The file, or None where it can't be read or parsed."""
    try:
        source = Source.from_bytes(path.read_bytes(), str(path.relative_to(root)))
        return File(source.path, source, ast.parse(source.text))
    except (SourceError, SyntaxError, ValueError, RecursionError):
        return None


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in _BLOCKS:
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block


def _binds(statement: ast.AST) -> set[str]:
    """The names that a statement, or one inside of it, binds."""
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found


def _assigned(statement: ast.stmt, name: str) -> Origin | None:
    target: ast.expr
    value: ast.expr | None
    if isinstance(statement, ast.AnnAssign):
        target, value = statement.target, statement.value
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    else:
        return None
    if value is None:
        return None
    if isinstance(target, ast.Name):
        return Origin(statement, value)
    if isinstance(target, ast.Tuple | ast.List):
        names = [part.id if isinstance(part, ast.Name) else None for part in target.elts]
        if names.count(name) == 1 and not any(isinstance(part, ast.Starred) for part in target.elts):
            return Origin(statement, value, index=names.index(name), count=len(names))
    return None


def _argument(function: Function, name: str) -> Origin | None:
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    argument = next((one for one in every if one.arg == name), None)
    return Origin(None, None, argument) if argument is not None else None

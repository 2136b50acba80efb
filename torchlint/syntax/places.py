"""Where things stand in a file: enclosing statements and blocks, and which assignments nothing reads any more."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator, Sequence

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
Scope = ast.FunctionDef | ast.AsyncFunctionDef


class Places:
    """The parents of all nodes of a tree."""

    def __init__(self, tree: ast.Module) -> None:
        self._parents: dict[ast.AST, ast.AST] = {}
        self._names: dict[ast.AST, tuple[list[ast.Name], set[str]]] = {}
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
                pending.append(child)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def expressions(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node up to its statement, innermost first."""
        return itertools.takewhile(lambda one: not isinstance(one, ast.stmt), self.around(node))

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement that holds a node, or the node itself."""
        if isinstance(node, ast.stmt):
            return node
        return next((one for one in self.around(node) if isinstance(one, ast.stmt)), None)

    def scope(self, node: ast.AST) -> Scope | None:
        """The function whose body holds a node; None for code that no function holds, and in lambdas."""
        for one in self.around(node):
            if isinstance(one, _SCOPES):
                return one if isinstance(one, Scope) else None
        return None

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements that a statement is an item of."""
        parent = self._parents[statement]
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        return [statement]

    def before(self, statement: ast.stmt) -> Iterator[ast.stmt]:
        """The statements that certainly ran before a statement of a function, the nearest first: earlier ones of its
        block, and of the blocks around it. Not beyond a `with`, which may change what statements do."""
        current: ast.AST | None = statement
        while isinstance(current, ast.stmt) and not isinstance(current, _SCOPES):
            block = self.block(current)
            yield from reversed(block[: block.index(current)])
            current = self._parents.get(current)
            while current is not None and not isinstance(current, ast.stmt):
                current = self._parents.get(current)
            if isinstance(current, ast.With | ast.AsyncWith):
                return

    def contains(self, outer: ast.AST, node: ast.AST) -> bool:
        """Whether a node is another one or stands inside it."""
        return node is outer or any(one is outer for one in self.around(node))

    def dead(
        self,
        node: ast.expr | ast.stmt,
        removable: Callable[[ast.stmt], bool],
        binds: str = "",
        also: Sequence[ast.AST] = (),
    ) -> list[ast.stmt]:
        """The assignments in a function to which nothing refers once `node` is replaced; of these only the removable ones.

        An assignment counts if all places that may read its name afterwards are in `node` or in other such assignments.
        `binds`: the name that the replacement of the statement `node` binds; `also`: other nodes that go.
        """
        statement, scope = self.statement(node), self.scope(node)
        if statement is None or scope is None:
            return []
        names, declared = self._names_of(scope)
        candidates = [
            one
            for one in self.before(statement)
            if (target := assigned_name(one)) is not None and target not in declared and removable(one)
        ]
        gone: list[ast.stmt] = []
        while True:
            removed = [node, *also, *gone]
            found = [
                one for one in candidates if one not in gone and self._is_dead(one, statement, names, removed, binds)
            ]
            if not found:
                return gone
            gone.extend(found)

    def _names_of(self, scope: ast.AST) -> tuple[list[ast.Name], set[str]]:
        """The names that stand in a scope, and those of them that it declares to be of another one."""
        found = self._names.get(scope)
        if found is None:
            nodes = list(ast.walk(scope))
            declared = {name for one in nodes if isinstance(one, ast.Global | ast.Nonlocal) for name in one.names}
            found = self._names[scope] = ([one for one in nodes if isinstance(one, ast.Name)], declared)
        return found

    def _is_dead(
        self, assignment: ast.stmt, last: ast.stmt, names: list[ast.Name], removed: list[ast.AST], binds: str
    ) -> bool:
        name = assigned_name(assignment)
        block = self.block(assignment)
        # What binds the name again, so that later reads don't mean this assignment.
        end_of_life = next(
            (
                one
                for one in block[block.index(assignment) + 1 :]
                if assigned_name(one) == name or (one is last and binds == name)
            ),
            None,
        )
        loops = [one for one in self.around(assignment) if isinstance(one, _LOOPS)]
        for one in names:
            if one.id != name or any(self.contains(outer, one) for outer in removed):
                continue
            inside = self.contains(assignment, one)
            if isinstance(one.ctx, ast.Store) and not isinstance(self._parents[one], ast.AugAssign):
                if not inside and _end(assignment) <= _start(one) < _start(last):
                    return False  # what is read at the end may be another value
                continue
            if self.scope(one) is not self.scope(assignment):
                return False  # runs whenever it is called
            if inside or _start(one) < _start(assignment):
                if end_of_life is None and any(self.contains(loop, one) for loop in loops):
                    return False  # the next round reads it
            elif end_of_life is None or _start(one) < _end(end_of_life):
                return False
        return True


def assigned_name(statement: ast.stmt) -> str | None:
    """The name that a statement binds, where that is all it does."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target = statement.target
    else:
        return None
    return target.id if isinstance(target, ast.Name) else None


def assigned_value(statement: ast.stmt) -> ast.expr | None:
    """The expression whose value a statement binds to a name."""
    return statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None


def _start(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0

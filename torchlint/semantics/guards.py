"""Uses of an attribute that may be None, and whether a test around them has asked for it.

A question about the text alone: which `m.bias` would fail if it were None. An `if`, a conditional expression, an `and`
or an early `return`, `continue` or `raise` that asks for the attribute guards what it encloses or what follows it, and a
`try` that catches AttributeError what is in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_EXITS = (ast.Return, ast.Continue, ast.Break, ast.Raise)


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """One `holder.name` in the text.

    `holder` is its source form, `function` the innermost function around it, `guarded` whether a test asked for the
    attribute, `kinds` the class names and words that enclosing tests ask the holder for (empty: anything).
    """

    node: ast.Attribute
    holder: str
    function: ast.AST | None
    guarded: bool
    kinds: frozenset[str]

    def may_be(self, class_name: str) -> bool:
        """Whether the enclosing tests let an object of this class through ("Conv2d"; "Conv" and "_ConvNd" match it)."""
        stem = class_name.rstrip("123d")
        return not self.kinds or any(
            kind == class_name or kind.strip("_").removesuffix("Nd") == stem or (kind and kind in class_name)
            for kind in self.kinds
        )


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds at a place: the function, holders whose attribute was asked for, and kinds by holder."""

    function: ast.AST | None = None
    asked: frozenset[str] = frozenset()
    kinds: tuple[tuple[str, frozenset[str]], ...] = ()
    caught: bool = False


def attribute_uses(tree: ast.Module, name: str) -> list[AttributeUse]:
    """All uses of an attribute in a file, but for the tests that ask whether it is None."""
    return list(_block(tree.body, name, _Around()))


def _block(statements: Sequence[ast.stmt], name: str, around: _Around) -> Iterator[AttributeUse]:
    for statement in statements:
        yield from _visit(statement, name, around)
        if isinstance(statement, ast.If) and _leaves(statement.body):
            around = _under(around, statement.test, name, False)


def _visit(node: ast.AST, name: str, around: _Around) -> Iterator[AttributeUse]:
    if isinstance(node, _SCOPES):
        around = _Around(node)
        body = node.body
        yield from _visit(body, name, around) if isinstance(body, ast.expr) else _block(body, name, around)
        return
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield from _visit(node.test, name, around)
        for part, holds in ((node.body, True), (node.orelse, False)):
            inner = _under(around, node.test, name, holds)
            yield from _visit(part, name, inner) if isinstance(part, ast.expr) else _block(part, name, inner)
        return
    if isinstance(node, ast.Try):
        caught = around.caught or any(_catches(handler) for handler in node.handlers)
        yield from _block(node.body, name, replace(around, caught=caught))
        for part in (node.orelse, node.finalbody, *(handler.body for handler in node.handlers)):
            yield from _block(part, name, around)
        return
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _visit(value, name, around)
            around = _under(around, value, name, isinstance(node.op, ast.And))
        return
    if isinstance(node, ast.Compare) and _asks_none(node):
        return
    if isinstance(node, ast.Attribute) and node.attr == name:
        holder = ast.unparse(node.value)
        kinds = frozenset[str]().union(*(words for asked, words in around.kinds if asked in (holder, "")))
        yield AttributeUse(node, holder, around.function, around.caught or holder in around.asked, kinds)
    for _, value in ast.iter_fields(node):
        if isinstance(value, list):
            if value and isinstance(value[0], ast.stmt):
                yield from _block(value, name, around)
            else:
                for item in value:
                    if isinstance(item, ast.AST):
                        yield from _visit(item, name, around)
        elif isinstance(value, ast.AST):
            yield from _visit(value, name, around)


def _under(around: _Around, test: ast.expr, name: str, holds: bool) -> _Around:
    """What is known where `test` holds, or doesn't."""
    asked, kinds = set(around.asked), list(around.kinds)
    for part, positive in _parts(test, holds):
        holder = _asked_for(part, name, positive)
        if holder is not None:
            asked.add(holder)
        if positive:
            kinds.extend(_asked_kinds(part))
    return replace(around, asked=frozenset(asked), kinds=tuple(kinds))


def _parts(test: ast.expr, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The conditions that surely hold, or surely don't, where the whole holds or doesn't."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand, not holds)
    elif isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And if holds else ast.Or):
        for value in test.values:
            yield from _parts(value, holds)
    else:
        yield test, holds


def _asked_for(test: ast.expr, name: str, positive: bool) -> str | None:
    """The holder whose attribute is known not to be None after a test."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and _asks_none(test):
        wanted = isinstance(test.ops[0], ast.IsNot | ast.NotEq)
        return _holder(test.left, name) if wanted is positive else None
    return _holder(test, name) if positive else None


def _asks_none(test: ast.Compare) -> bool:
    other = test.comparators[0]
    return isinstance(test.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq) and (
        isinstance(other, ast.Constant) and other.value in (None, True, False)
    )


def _holder(node: ast.expr, name: str) -> str | None:
    """`m` in `m.bias`, `getattr(m, "bias", None)` and `isinstance(m.bias, Tensor)`."""
    if isinstance(node, ast.NamedExpr):
        node = node.value
    if isinstance(node, ast.Attribute) and node.attr == name:
        return ast.unparse(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) >= 2:
        if node.func.id == "isinstance":
            return _holder(node.args[0], name)
        word = node.args[1]
        if node.func.id == "getattr" and isinstance(word, ast.Constant) and word.value == name:
            return ast.unparse(node.args[0])
    return None


def _asked_kinds(test: ast.expr) -> Iterator[tuple[str, frozenset[str]]]:
    """Which classes a test asks an object for: `isinstance(m, nn.Conv2d)`, `type(m) is ..`, a name that holds "Conv"."""
    names = {
        *(part.id for part in ast.walk(test) if isinstance(part, ast.Name)),
        *(part.attr for part in ast.walk(test) if isinstance(part, ast.Attribute)),
    }
    words = frozenset(word for word in names if word.strip("_")[:1].isupper())
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance" and test.args:
        if words:
            yield ast.unparse(test.args[0]), words
        return
    if isinstance(test, ast.Compare):
        for part in ast.walk(test):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "type" and part.args:
                if words and not isinstance(test.ops[0], ast.IsNot | ast.NotEq | ast.NotIn):
                    yield ast.unparse(part.args[0]), words
                return
    yield from _named_kinds(test)


def _named_kinds(test: ast.expr) -> Iterator[tuple[str, frozenset[str]]]:
    """`classname.find("Conv") != -1`, `"Linear" in name`: which object has that name isn't known, so it may be any."""
    texts = frozenset(
        part.value
        for part in ast.walk(test)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value[:1].isupper()
    )
    if texts:
        yield "", texts


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], _EXITS)


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches the AttributeError that `None.data` raises."""
    if handler.type is None:
        return True
    words = {part.id for part in ast.walk(handler.type) if isinstance(part, ast.Name)}
    return bool(words & {"AttributeError", "Exception", "BaseException"})

"""One form for code that differs only as the rules' documentation names.

`persistent=False` of a buffer; `torch.nn` for `nn`; `.reshape(..)` for `.contiguous().view(..)`; the order of keywords; a conversion of what a loss
gets as its second argument, the target; functions for methods of the same name; the name of a counter
in a comprehension; a temporary, a helper of one expression, and `x - logsumexp(x)` for a log-softmax.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter

_STABLE = ("softmax", "log_softmax", "logsumexp", "logsigmoid")
_MADE = ("exponentials", "denominator", "by_hand", "operand")  # names that mutants bring in


def normal(tree: ast.Module, family: str) -> str:
    """A text that is the same for programs which count as the same in a family."""
    tree = copy.deepcopy(tree)
    if family in ("TL301", "TL302", "TL303", "TL304"):
        tree = _Stable().visit(_inlined(tree))
    elif family == "TL101":
        tree = _Buffers().visit(tree)
    elif family in ("TL110", "TL201"):
        tree = _Keywords().visit(tree)
    elif family == "TL501":
        tree = _Views().visit(tree)
    elif family == "TL103":
        tree = _Names().visit(tree)
    elif family == "TL111":
        tree = _Counters().visit(tree)
    elif family in ("TL401", "TL402"):
        tree = _Targets().visit(tree)
    return ast.dump(tree)


class _Buffers(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "register_buffer":
            values = {one.arg: one.value for one in node.keywords if one.arg != "persistent"}
            node.args = [*node.args, *(values[name] for name in ("name", "tensor") if name in values)][:2]
            node.keywords = []
        return node


class _Keywords(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.keywords.sort(key=lambda one: one.arg or "")
        return node


class _Names(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        whole = isinstance(node.value, ast.Name) and (node.value.id, node.attr) == ("torch", "nn")
        return ast.Name("nn", node.ctx) if whole else node


class _Counters(ast.NodeTransformer):
    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            node.target.id = "_"
        return node


class _Views(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in ("view", "reshape") and isinstance(func.value, ast.Call):
            inner = func.value.func
            if isinstance(inner, ast.Attribute) and inner.attr == "contiguous" and not func.value.args:
                func.value, func.attr = inner.value, "reshape"
        return node


class _Targets(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.args[1:2] = map(_unconverted, node.args[1:2])
        for keyword in node.keywords:
            if keyword.arg == "target":
                keyword.value = _unconverted(keyword.value)
        return node


def _unconverted(node: ast.expr) -> ast.expr:
    """An expression without `.long()`, `.float()` or `.to(..dtype)` behind it."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        to = node.func.attr == "to" and len(node.args) == 1 and getattr(node.args[0], "attr", "") == "dtype"
        if node.func.attr not in ("long", "float") and not to:
            break
        node = node.func.value
    return node


class _Stable(ast.NodeTransformer):
    """Stable functions in one form: the name, then operand, axis and keepdim."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        func = node.func
        word = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        if word == "squeeze" and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
            inner = func.value
            if _is(inner, "logsumexp") and _true(inner.args[2]) and ast.dump(inner.args[1]) == ast.dump(node.args[0]):
                return ast.Call(inner.func, [*inner.args[:2], ast.Constant(False)], [])
        if word not in _STABLE:
            return node
        given = list(node.args)
        if isinstance(func, ast.Attribute) and ast.unparse(func.value) not in _OWNERS:
            given.insert(0, func.value)
        named = {one.arg: one.value for one in node.keywords}
        parts: list[ast.expr] = []
        for name, default in (("input", None), ("dim", None), ("keepdim", False)):
            part = named.get(name) or (given.pop(0) if given else ast.Constant(default))
            parts.append(part)
        return ast.Call(ast.Name(f"<{word}>", ast.Load()), parts, [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        right = node.right
        if isinstance(node.op, ast.Sub) and isinstance(right, ast.Call) and _is(right, "logsumexp"):
            same = ast.dump(right.args[0]) == ast.dump(node.left)
            if same and _true(right.args[2]):
                return ast.Call(ast.Name("<log_softmax>", ast.Load()), [*right.args[:2], ast.Constant(False)], [])
        return node


_OWNERS = ("torch", "F", "nn.functional", "torch.nn.functional", "functional", "th")


def _is(node: ast.AST, word: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == f"<{word}>"


def _true(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _inlined(tree: ast.Module) -> ast.Module:
    """The tree without the names that mutants bring in, as far as each is read and bound once."""
    for _ in range(4):
        made = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id.startswith(_MADE)]
        read = {node.id for node in made if isinstance(node.ctx, ast.Load)}
        bound = Counter(node.id for node in made if not isinstance(node.ctx, ast.Load))
        finder = _Definitions({name for name in read if bound[name] <= 1})
        tree = finder.visit(tree)
        if not finder.values and not finder.functions:
            break
        tree = _Substitution(finder.values, finder.functions).visit(tree)
    return tree


class _Definitions(ast.NodeTransformer):
    """Takes out assignments to, and functions of one expression under, some names."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.values: dict[str, ast.expr] = {}
        self.functions: dict[str, ast.FunctionDef] = {}

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Name) and target.id in self.names:
            self.values[target.id] = node.value
            return None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        self.generic_visit(node)
        if node.name in self.names and _result(node) is not None:
            self.functions[node.name] = node
            return None
        return node


def _result(node: ast.FunctionDef) -> ast.expr | None:
    """The one expression that a function returns, with its own temporaries put in."""
    *before, last = node.body
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    values: dict[str, ast.expr] = {}
    for statement in before:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return None
        value = _Substitution(values, {}).visit(copy.deepcopy(statement.value))
        values[statement.targets[0].id] = value
    result = _Substitution(values, {}).visit(copy.deepcopy(last.value))
    assert isinstance(result, ast.expr)
    return result


class _Substitution(ast.NodeTransformer):
    def __init__(self, values: dict[str, ast.expr], functions: dict[str, ast.FunctionDef]) -> None:
        self.values, self.functions = values, functions

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self.values:
            return copy.deepcopy(self.values[node.id])
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = self.functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        result = _result(function) if function is not None else None
        if function is None or result is None:
            return node
        values = dict(zip((one.arg for one in function.args.args), node.args, strict=False))
        values |= {one.arg: one.value for one in node.keywords if one.arg}
        return _Substitution(values, {}).visit(result)  # type: ignore[no-any-return]

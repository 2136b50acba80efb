"""What a test shows where it holds: the truth of values, and names refined in a branch."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics import array_ranks, arrays, promotion
from torchlint.semantics.containers import exact_items, integer
from torchlint.semantics.ranks import MADE_OF
from torchlint.semantics.values import (
    BOUND,
    CLASS,
    CONST,
    DICT,
    FUNCTION,
    GLOBAL,
    INSTANCE,
    LIST,
    MODULE,
    PARAM,
    PHI,
    RANK,
    REFINE,
    SHAPE,
    TUPLE,
    UNKNOWN,
    Refinement,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

# Objects that are true and are not None. A module that is a container may be empty, so it may be false.
_SOLID = frozenset((FUNCTION, CLASS, BOUND))
_OBJECTS = frozenset((FUNCTION, CLASS, BOUND, MODULE, INSTANCE, LIST, TUPLE, DICT, "py.parameter", "py.buffer"))


def truth(value: Value) -> bool | None:
    """Whether a value is true, where that is certain."""
    if value.op == CONST:
        return bool(value.data)
    if value.op in _SOLID:
        return True
    if value.op == MODULE:
        return True if value.data.children is None else None
    if value.op in (TUPLE, LIST):
        items = exact_items(value)
        return bool(items) if items is not None else None
    if value.op == PHI:
        answers = {truth(one) for one in value.data}
        return answers.pop() if len(answers) == 1 else None
    return _is_floating(value.args["input"]) if value.op == "is_floating_point" and "input" in value.args else None


def _is_floating(tensor: Value) -> bool | None:
    """The answer for a tensor that was made of a numpy array of known dtype."""
    source = tensor.args.get(MADE_OF.get(tensor.op, ""))
    if source is None or "dtype" in tensor.args or array_ranks.of(source) is None:
        return None
    category = promotion.category(arrays.of(source))
    return None if category is None else category == "floating"


def is_none(value: Value) -> bool | None:
    """Whether a value is None, where that is certain."""
    if value.op == CONST:
        return value.data is None
    if value.op in _OBJECTS:
        return False
    if value.op == PHI:
        answers = {is_none(one) for one in value.data}
        return answers.pop() if len(answers) == 1 else None
    if value.op in (PARAM, UNKNOWN, GLOBAL) or value.op.startswith("py."):
        return None
    return False  # the result of an operation


def identical(left: Value, right: Value) -> bool | None:
    """The truth of `left is right` for None, True and False."""
    for one, other in ((left, right), (right, left)):
        if one.op == CONST and one.data is None:
            return is_none(other)
        if one.op == CONST and isinstance(one.data, bool) and other.op == CONST:
            return one.data is other.data
    return None


def refine(it: Interpreter, test: ast.expr, holds: bool) -> None:
    """Go on where `test` is true (or, with `holds` False, where it is false): names may hold less than before."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        refine(it, test.operand, not holds)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is holds:
            for operand in test.values:
                refine(it, operand, holds)
    elif isinstance(test, ast.Name | ast.Attribute):
        _keep(it, test, lambda value: truth(value) is not (not holds))
    elif isinstance(test, ast.NamedExpr):
        _keep(it, test.target, lambda value: truth(value) is not (not holds))
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        _refine_comparison(it, test, holds)


def _refine_comparison(it: Interpreter, test: ast.Compare, holds: bool) -> None:
    op, left, right = test.ops[0], test.left, test.comparators[0]
    if isinstance(op, ast.Is | ast.IsNot) and isinstance(right, ast.Constant) and right.value is None:
        wanted = holds is isinstance(op, ast.Is)
        _keep(it, left, lambda value: is_none(value) is not (not wanted))
        return
    if not ((isinstance(op, ast.Eq) and holds) or (isinstance(op, ast.NotEq) and not holds)):
        return
    if isinstance(left, ast.Constant):
        left, right = right, left
    subject = _ranked(left) or _shaped(left)
    if subject is None:
        return
    measured, number = it.evaluate(left), None
    if measured.op == RANK and isinstance(right, ast.Constant | ast.Name | ast.UnaryOp):
        number = integer(it.evaluate(right))
    elif measured.op == SHAPE and isinstance(right, ast.Tuple | ast.List):
        items = exact_items(it.evaluate(right))
        number = None if items is None else len(items)
    if number is None:
        return
    held = measured.args["input"]
    refined = it.value(REFINE, {"input": held}, test, Refinement("rank", number))
    if isinstance(subject, ast.Name) and it.frame.names.get(subject.id) is not held:
        # The shape is kept in a variable: whatever has it is refined.
        for name in [name for name, value in it.frame.names.items() if value is held]:
            it.bind(it.frame, name, refined)
    else:
        _rebind(it, subject, refined)


def _shaped(node: ast.expr) -> ast.expr | None:
    """The expression whose sizes `node` gives: of `x.shape`, `x.size()`."""
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        node = node.func
    return node.value if isinstance(node, ast.Attribute) and node.attr in ("shape", "size") else None


def _ranked(node: ast.expr) -> ast.expr | None:
    """The expression whose number of axes `node` gives: of `x.dim()`, `x.ndim`, `len(x.shape)`, `len(x.size())`, `len(shape)`."""
    if isinstance(node, ast.Attribute) and node.attr == "ndim":
        return node.value
    if isinstance(node, ast.Call):
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in ("dim", "ndimension"):
            return func.value
        if isinstance(func, ast.Name) and func.id == "len" and len(node.args) == 1:
            return _shaped(node.args[0]) or (node.args[0] if isinstance(node.args[0], ast.Name) else None)
    return None


def _keep(it: Interpreter, node: ast.expr, possible) -> None:  # type: ignore[no-untyped-def]
    """Drop the alternatives of a name or attribute that the test rules out."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return
    if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Name):
        return
    value = it.evaluate(node)
    if value.op != PHI:
        return
    left = [one for one in value.data if possible(one)]
    if left and len(left) < len(value.data):
        _rebind(it, node, it.phi(left, node))


def _rebind(it: Interpreter, node: ast.expr, value: Value) -> None:
    if isinstance(node, ast.Name):
        if node.id in it.frame.names:
            it.bind(it.frame, node.id, value)
    elif isinstance(node, ast.Attribute):
        owner = it.evaluate(node.value)
        if owner.op == INSTANCE and node.attr in owner.data.attributes and node.attr not in owner.data.unstable:
            it.write(owner.data.attributes, node.attr, value)

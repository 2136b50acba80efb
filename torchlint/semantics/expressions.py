"""How each kind of expression is evaluated to a value."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torchlint.semantics.attributes import read_attribute
from torchlint.semantics.calls import call
from torchlint.semantics.containers import exact_items, joined_modules, spread, subscript
from torchlint.semantics.functions import define
from torchlint.semantics.iteration import element_of
from torchlint.semantics.text import f_string, percent
from torchlint.semantics.values import (
    BINARY,
    COMPARE,
    COMPARISONS,
    CONST,
    FUNCTION,
    GAP,
    INSTANCE,
    LIST,
    MODULE,
    OTHER_COMPARISONS,
    RANK,
    SET,
    SHAPE,
    SIZE,
    SLICE,
    TUPLE,
    UNKNOWN,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

_LARGE = 2**200  # numbers beyond are not computed with: a few lines of `n = n * n` would take for ever
_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_MAX_UNROLL = 6
_MAX_DICT = 500


def constant(it: Interpreter, node: ast.Constant) -> Value:
    return it.constant(node.value, node)


def name(it: Interpreter, node: ast.Name) -> Value:
    found = it.frame.lookup(node.id)
    if found is None:
        return it.builtin(node.id, node)
    if node.id in it.replaced_globals and it.module_frame.names.get(node.id) is found:
        return it.phi((found, it.unknown(node, "global")), node)
    return found


def attribute(it: Interpreter, node: ast.Attribute) -> Value:
    return read_attribute(it, it.evaluate(node.value), node.attr, node)


def call_expression(it: Interpreter, node: ast.Call) -> Value:
    return call(it, node)


def sequence(it: Interpreter, node: ast.Tuple | ast.List | ast.Set) -> Value:
    op = {ast.Tuple: TUPLE, ast.List: LIST, ast.Set: SET}[type(node)]
    content: list[Value] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            content.extend(spread(it, it.evaluate(element.value)))
        else:
            content.append(it.evaluate(element))
    return it.sequence(op, content, node)


def dictionary(it: Interpreter, node: ast.Dict) -> Value:
    content: dict[Any, Value] = {}
    exact = len(node.keys) <= _MAX_DICT
    for key, value in zip(node.keys[:_MAX_DICT], node.values, strict=False):
        held = it.evaluate(value)
        if key is None:
            if held.op == "py.dict":
                content.update(held.data.content)
                exact = exact and held.data.exact
            else:
                exact = False
            continue
        index = it.evaluate(key)
        if index.op == CONST and isinstance(index.data, str | int | bytes | None):
            content[index.data] = held
        else:
            exact = False
            it.escape(held, "dict", node)
    return it.dictionary(content, exact, node)


def binary(it: Interpreter, node: ast.BinOp) -> Value:
    return binary_values(it, BINARY[type(node.op)], it.evaluate(node.left), it.evaluate(node.right), node)


def binary_values(it: Interpreter, op: str, left: Value, right: Value, node: ast.AST) -> Value:
    """The value of `left op right`, folded where both are numbers or sequences."""
    if left.op == CONST and right.op == CONST:
        folded = _fold(op, left.data, right.data)
        if folded is not None:
            return it.constant(folded, node)
    elif op == "remainder" and left.op == CONST and right.op == TUPLE and isinstance(left.data, str):
        parts = [part.data if part.op == CONST else None for part in right.data.content]
        text = percent(left.data, parts) if right.data.exact else None
        if text is not None:
            return it.constant(text, node)
    elif op == "add" and left.op in (LIST, TUPLE) and right.op in (LIST, TUPLE):
        return it.sequence(left.op, (*left.data.content, *right.data.content), node)
    elif op == "add" and left.op in (LIST, TUPLE) and right.op not in (SHAPE,):
        gap = it.value(GAP, {"input": right})
        return it.sequence(left.op, (*left.data.content, gap), node)
    elif op == "add" and left.op == right.op == MODULE and left.data.children and right.data.children:
        return joined_modules(it, (left, right), (*left.data.children.content, *right.data.children.content), node)
    elif op == "mul" and (left.op in (LIST, TUPLE) or _is_repeated(right, left)):
        repeated, times = (left, right) if left.op in (LIST, TUPLE) else (right, left)
        content = repeated.data.content
        count = times.data if times.op == CONST and isinstance(times.data, int) else None
        if count is not None and 0 <= count * len(content) <= 64:
            return it.sequence(repeated.op, content * count, node)
        return it.sequence(repeated.op, (it.choice(((), content)),), node)
    exponent = "exponent" if op == "pow" else "other"
    return it.value(op, {"input": left, exponent: right}, node, form="operator")


def _is_repeated(value: Value, times: Value) -> bool:
    """Whether `times * value` repeats a list. A number of numpy would be multiplied with each item."""
    if value.op not in (LIST, TUPLE):
        return False
    return times.op in (CONST, SIZE, RANK) or all(item.op in (MODULE, INSTANCE) for item in value.data.content)


def _fold(op: str, left: Any, right: Any) -> Any:
    numbers = (int, float)
    if op == "remainder" and isinstance(left, str):
        return percent(left, (right,))
    if op == "add" and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) < 500:
        return left + right
    if (
        op == "pow"
        and isinstance(left, numbers)
        and isinstance(right, numbers)
        and abs(right) <= 64
        and abs(left) < 1e6
    ):
        try:
            result = left**right
        except ArithmeticError:
            return None
        return result if isinstance(result, numbers) else None
    comparable = isinstance(left, numbers) and isinstance(right, numbers) and max(abs(left), abs(right)) < _LARGE
    if op in ("eq", "ne"):
        comparable = comparable or (isinstance(left, str) and isinstance(right, str))
    if op in _FOLD and comparable:
        try:
            return _FOLD[op](left, right)
        except ArithmeticError:
            return None
    return None


def unary(it: Interpreter, node: ast.UnaryOp) -> Value:
    operand = it.evaluate(node.operand)
    if isinstance(node.op, ast.Not):
        truth = it.truth(operand)
        if truth is not None:
            return it.constant(not truth, node)
        return it.value(COMPARE, {"0": operand}, node, "not")
    if isinstance(node.op, ast.UAdd):
        return operand
    if operand.op == CONST and isinstance(operand.data, int | float):
        if isinstance(node.op, ast.USub):
            return it.constant(-operand.data, node)
        if isinstance(operand.data, int):
            return it.constant(-operand.data - 1, node)
    op = "neg" if isinstance(node.op, ast.USub) else "bitwise_not"
    return it.value(op, {"input": operand}, node, form="operator")


def compare(it: Interpreter, node: ast.Compare) -> Value:
    operands = [it.evaluate(node.left), *(it.evaluate(other) for other in node.comparators)]
    if len(operands) > 2:
        return it.value(COMPARE, {str(i): v for i, v in enumerate(operands)}, node, "chain")
    left, right = operands
    kind = type(node.ops[0])
    if kind in COMPARISONS:
        return binary_values(it, COMPARISONS[kind], left, right, node)
    word = OTHER_COMPARISONS[kind]
    if word in ("is", "is_not"):
        same = it.identical(left, right)
        if same is not None:
            return it.constant(same is (word == "is"), node)
    if word in ("in", "not_in") and left.op == CONST:
        items = exact_items(right)
        if items is not None and all(item.op == CONST for item in items):
            inside = any(item.data == left.data and type(item.data) is type(left.data) for item in items)
            return it.constant(inside is (word == "in"), node)
    return it.value(COMPARE, {"0": left, "1": right}, node, word)


def boolean(it: Interpreter, node: ast.BoolOp) -> Value:
    """`and`, `or`: later operands are evaluated where the earlier ones let them be."""
    wanted = isinstance(node.op, ast.And)
    values: list[Value] = []
    mark = it.mark()
    for operand in node.values:
        value = it.evaluate(operand)
        truth = it.truth(value)
        if truth is not None and truth is not wanted:
            values.append(value)
            break
        if truth is None or operand is node.values[-1]:
            values.append(value)
        it.refine(operand, wanted)
    branch = it.rewind(mark)
    it.join([branch, {}], node)
    if len(values) == 1:
        return values[0]
    # `a or b` gives one of its operands; where it is only tested, the words are enough.
    if any(it.is_object(value) for value in values):
        return it.phi(values, node)
    return it.value(COMPARE, {str(i): v for i, v in enumerate(values)}, node, "and" if wanted else "or")


def conditional(it: Interpreter, node: ast.IfExp) -> Value:
    truth = it.truth(it.evaluate(node.test))
    if truth is not None:
        return it.evaluate(node.body if truth else node.orelse)
    mark = it.mark()
    it.refine(node.test, True)
    first = it.evaluate(node.body)
    then = it.rewind(mark)
    it.refine(node.test, False)
    second = it.evaluate(node.orelse)
    other = it.rewind(mark)
    it.join([then, other], node)
    return it.phi((first, second), node)


def subscript_expression(it: Interpreter, node: ast.Subscript) -> Value:
    return subscript(it, it.evaluate(node.value), it.evaluate(node.slice), node)


def slice_expression(it: Interpreter, node: ast.Slice) -> Value:
    parts = (("lower", node.lower), ("upper", node.upper), ("step", node.step))
    return it.value(SLICE, {word: it.evaluate(part) for word, part in parts if part is not None}, node)


def lambda_expression(it: Interpreter, node: ast.Lambda) -> Value:
    function = define(it, "<lambda>", node)
    if it.frame.depth == 0:
        it.functions.append(function)
    return it.value(FUNCTION, None, node, function)


def named(it: Interpreter, node: ast.NamedExpr) -> Value:
    value = it.evaluate(node.value)
    frame = it.frame
    while frame.function is None and frame.closure is not None and frame.caller is not None:
        frame = frame.closure  # a comprehension binds in the function around it
    it.bind(frame, node.target.id, value)
    return value


def comprehension(it: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
    op = SET if isinstance(node, ast.SetComp) else LIST
    return it.sequence(op, _generate(it, node.generators, node.elt), node)


def dict_comprehension(it: Interpreter, node: ast.DictComp) -> Value:
    content = _generate(it, node.generators, ast.Tuple([node.key, node.value], ast.Load()))
    made = it.dictionary({}, False, node)
    for value in content:
        value.uses.append(made)
    entries = _constant_entries(content)
    made.data.content.update(entries)
    made.data.exact = len(entries) == len(content)
    return made


def _constant_entries(pairs: tuple[Value, ...]) -> dict[Any, Value]:
    entries: dict[Any, Value] = {}
    for pair in pairs:
        if pair.op == TUPLE:
            key, value = pair.data.content
            if key.op == CONST and isinstance(key.data, str | int):
                entries[key.data] = value
    return entries


def _generate(it: Interpreter, generators: list[ast.comprehension], element: ast.expr) -> tuple[Value, ...]:
    """The items of a comprehension: all of them for one short loop over known items, else one that stands for any number."""
    source = it.evaluate(generators[0].iter)
    with it.scope():
        items = exact_items(source)
        if len(generators) == 1 and not generators[0].ifs and items is not None and len(items) <= _MAX_UNROLL:
            content = []
            for item in items:
                it.spend()
                it.assign(generators[0].target, item)
                content.append(it.evaluate(element))
            return tuple(content)
        mark = it.mark()
        for index, generator in enumerate(generators):
            iterable = source if index == 0 else it.evaluate(generator.iter)
            it.assign(generator.target, element_of(it, iterable, generator.target))
            for test in generator.ifs:
                it.evaluate(test)
                it.refine(test, True)
        one = it.evaluate(element)
        it.join([it.rewind(mark), {}])
        return (it.choice(((), (one,))),)


def awaited(it: Interpreter, node: ast.Await) -> Value:
    return it.evaluate(node.value)


def yielded(it: Interpreter, node: ast.Yield | ast.YieldFrom) -> Value:
    value = it.evaluate(node.value) if node.value is not None else it.constant(None, node)
    frame = it.frame
    if frame.yields is None:
        it.escape(value, "yield", node)
    else:
        more = spread(it, value) if isinstance(node, ast.YieldFrom) else (value,)
        it.replace_items(frame.yields, (*frame.yields.content, *more))
    return it.unknown(node, "yield")


def starred(it: Interpreter, node: ast.Starred) -> Value:
    return it.value(UNKNOWN, {"input": it.evaluate(node.value)}, node, "starred")


EXPRESSIONS: dict[type[ast.AST], Callable[[Interpreter, Any], Value]] = {
    ast.Constant: constant,
    ast.Name: name,
    ast.Attribute: attribute,
    ast.Call: call_expression,
    ast.Tuple: sequence,
    ast.List: sequence,
    ast.Set: sequence,
    ast.Dict: dictionary,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.Compare: compare,
    ast.BoolOp: boolean,
    ast.IfExp: conditional,
    ast.Subscript: subscript_expression,
    ast.Slice: slice_expression,
    ast.Lambda: lambda_expression,
    ast.NamedExpr: named,
    ast.JoinedStr: f_string,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: dict_comprehension,
    ast.Await: awaited,
    ast.Yield: yielded,
    ast.YieldFrom: yielded,
    ast.Starred: starred,
}

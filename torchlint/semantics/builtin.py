"""Python's builtins and the few functions of its library that carry values along."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from torchlint.semantics import array_ranks
from torchlint.semantics.attributes import read_attribute, store_attribute
from torchlint.semantics.containers import all_items, exact_items, integer, items_of, spread
from torchlint.semantics.frames import Arguments
from torchlint.semantics.iteration import element_of, known_element
from torchlint.semantics.text import text_of
from torchlint.semantics.values import (
    CHOICE,
    CONST,
    DICT,
    ELEMENT,
    GAP,
    INSTANCE,
    LIST,
    MODULE,
    PARTIAL,
    PHI,
    RANK,
    SHAPE,
    SIZE,
    SUPER,
    TUPLE,
    Items,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

_MAX_RANGE = 6


def call_builtin(it: Interpreter, name: str, arguments: Arguments, node: ast.AST | None) -> Value | None:
    """The value of calling a builtin or library function, or None where it is not one that is understood."""
    handler = _HANDLERS.get(name)
    if handler is None or node is None:
        return None
    if not arguments.exact and name not in ("functools.partial", "builtins.zip"):
        return None
    return handler(it, arguments, node)


def _len(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if len(arguments.positional) != 1:
        return None
    value = arguments.positional[0]
    items = exact_items(value)
    if items is not None:
        return it.constant(len(items), node)
    if value.op == SHAPE:
        return it.value(RANK, {"input": value.args["input"]}, node)
    alternatives = value.data if value.op == PHI else (value,)
    if any(items_of(one) is not None or one.op in (DICT, CONST, INSTANCE, MODULE) for one in alternatives):
        return None
    return it.value(SIZE, {"input": value, "dim": it.constant(0)}, node, form="len")


def _range(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    bounds = [integer(value) for value in arguments.positional]
    if bounds and None not in bounds and len(bounds) <= 3 and bounds[2:] != [0]:
        numbers = range(*[bound for bound in bounds if bound is not None])
        if not numbers[_MAX_RANGE:]:  # len() fails for a range beyond 64 bits
            return it.sequence(LIST, [it.constant(number, node) for number in numbers], node)
    return None


def _listed(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if not arguments.positional:
        return it.sequence(LIST, (), node)
    source = arguments.positional[0]
    if source.op == SHAPE:
        return source
    return it.sequence(LIST, spread(it, source), node)


def _tupled(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if not arguments.positional:
        return it.sequence(TUPLE, (), node)
    source = arguments.positional[0]
    if source.op == SHAPE:
        return source
    items = items_of(source)
    return it.sequence(TUPLE, items.content, node) if items is not None else None


def _reversed(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    items = exact_items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    return it.sequence(LIST, items[::-1], node) if items is not None else None


def _enumerate(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if not arguments.positional:
        return None
    source = arguments.positional[0]
    items = exact_items(source)
    if items is not None and len(arguments.positional) == 1 and not arguments.keywords:
        pairs = [it.sequence(TUPLE, (it.constant(i), item), node) for i, item in enumerate(items)]
        return it.sequence(LIST, pairs, node)
    pair = it.sequence(TUPLE, (it.unknown(node, "int"), element_of(it, source, node)), node)
    return it.sequence(LIST, (it.choice(((), (pair,))),), node)


def _zip(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if not arguments.exact:
        return _transposed(it, arguments, node)
    runs = [exact_items(source) for source in arguments.positional]
    known = [run for run in runs if run is not None]
    if len(known) == len(runs) and known:
        rows = [it.sequence(TUPLE, row, node) for row in zip(*known, strict=False)]
        return it.sequence(LIST, rows, node)
    row = it.sequence(TUPLE, [element_of(it, source, node) for source in arguments.positional], node)
    return it.sequence(LIST, (it.choice(((), (row,))),), node)


def _transposed(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    """`zip(*rows)` of rows of equal, known length, however many: their columns."""
    rows = all_items(Items(tuple(arguments.positional)))
    content = [exact_items(row) for row in rows or ()]
    lengths = {len(row) for row in content if row is not None}
    if not content or None in content or len(lengths) != 1 or arguments.keywords:
        return None
    columns = zip(*[row for row in content if row is not None], strict=True)
    runs = [it.choice([(one,) for one in column] + [()]) for column in columns]
    return it.sequence(LIST, [it.sequence(TUPLE, (run,), node) for run in runs], node)


def _next(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    """`next(iterator)`: one of its items, where it is known what they are."""
    return known_element(it, arguments.positional[0], node) if len(arguments.positional) == 1 else None


def _chain(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    runs = [items_of(source) for source in arguments.positional]
    content = [item for run in runs if run is not None for item in run.content]
    return it.sequence(LIST, content, node) if None not in runs and not arguments.keywords else None


def _map(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    """`map(function, items)`: the function runs at once, on each item, or on one that stands for all."""
    from torchlint.semantics.calls import apply

    if len(arguments.positional) != 2 or arguments.keywords:
        return None
    callee, source = arguments.positional
    items = exact_items(source)
    count = integer(source.args["chunks"]) if source.op == "chunk" else None
    if items is None and count is not None and 0 < count <= _MAX_RANGE:
        items = tuple(it.value(ELEMENT, {"input": source}, node, index) for index in range(count))
    if items is not None and len(items) <= _MAX_RANGE:
        return it.sequence(LIST, [apply(it, callee, Arguments([item]), node) for item in items], node)
    one = apply(it, callee, Arguments([element_of(it, source, node)]), node)
    return it.sequence(LIST, (it.choice(((), (one,))),), node)


def _dict(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    content: dict[object, Value] = {}
    exact = True
    if arguments.positional:
        source = arguments.positional[0]
        if source.op == PHI and all(one.op in (DICT, LIST, TUPLE) for one in source.data):
            made = [_dict(it, Arguments([one], arguments.keywords), node) for one in source.data]
            return it.phi([one for one in made if one is not None], node)
        items = items_of(source)
        if source.op == DICT:
            content.update(source.data.content)
            exact = source.data.exact
        elif items is not None:
            for item in items.content:
                pair = exact_items(item)
                if pair is not None and len(pair) == 2 and pair[0].op == CONST and isinstance(pair[0].data, str | int):
                    content[pair[0].data] = pair[1]
                else:
                    exact = False
        else:
            exact = False
    content.update(arguments.keywords)
    return it.dictionary(content, exact, node)


def _partial(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if not arguments.positional or not arguments.exact:
        return None
    callee, *rest = arguments.positional
    if callee.op in (CHOICE, GAP):
        return None
    operands = {"callee": callee, **{str(i): value for i, value in enumerate(rest)}, **arguments.keywords}
    return it.value(PARTIAL, operands, node, (tuple(rest), dict(arguments.keywords)))


def _super(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    frame = it.frame
    while frame.function is None and frame.caller is not None and frame.closure is not None:
        frame = frame.closure
    function = frame.function
    owner = arguments.positional[1] if len(arguments.positional) == 2 else frame.self_value
    if function is None or function.cls is None or owner is None:
        return None
    cls = function.cls
    first = arguments.positional[0] if arguments.positional else None
    if first is not None and first.op == "py.class":
        cls = first.data
    beyond = first is not None and first.op == "py.global" and first.data == cls.outside_base()
    return it.value(SUPER, {"self": owner}, node, (cls, owner), form="beyond" if beyond else "")


def _getattr(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    positional = arguments.positional
    if len(positional) < 2 or positional[1].op != CONST or not isinstance(positional[1].data, str):
        return None
    return read_attribute(it, positional[0], positional[1].data, node)


def _setattr(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if len(arguments.positional) != 3:
        return None
    owner, name, value = arguments.positional
    if name.op == CONST and isinstance(name.data, str):
        store_attribute(it, owner, name.data, value, node)
    else:
        it.escape(value, "setattr", node)
    return it.constant(None, node)


def _int(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    if len(arguments.positional) == 1:
        value = arguments.positional[0]
        if value.op == CONST and isinstance(value.data, int | float):
            return it.constant(int(value.data), node)
        if value.op == SIZE:
            return value
    return None


def _deepcopy(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    source = arguments.positional[0] if arguments.positional else None
    if source is not None and source.op == MODULE and source.data.children is None:
        return it.value(MODULE, dict(source.args), source.node, source.data)
    return None


def _isinstance(it: Interpreter, arguments: Arguments, node: ast.AST) -> Value | None:
    """Known only for objects whose class is known exactly, and for numpy arrays, which are no tensors."""
    if len(arguments.positional) != 2:
        return None
    value, kind = arguments.positional
    if value.op == CONST and kind.op == "py.global" and kind.data in _PLAIN_TYPES:
        return it.constant(isinstance(value.data, _PLAIN_TYPES[kind.data]), node)
    if kind.op == "py.global" and kind.data == "torch.Tensor" and array_ranks.of(value) is not None:
        return it.constant(False, node)
    return None


_PLAIN_TYPES: dict[str, type] = {
    "builtins.int": int,
    "builtins.str": str,
    "builtins.float": float,
    "builtins.bool": bool,
}

_HANDLERS: dict[str, Callable[[Interpreter, Arguments, ast.AST], Value | None]] = {
    "builtins.len": _len,
    "builtins.range": _range,
    "builtins.list": _listed,
    "builtins.tuple": _tupled,
    "builtins.reversed": _reversed,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.next": _next,
    "builtins.map": _map,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "typing.OrderedDict": _dict,
    "itertools.chain": _chain,
    "functools.partial": _partial,
    "builtins.super": _super,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.int": _int,
    "builtins.str": text_of,
    "builtins.isinstance": _isinstance,
    "copy.deepcopy": _deepcopy,
    "copy.copy": _deepcopy,
}

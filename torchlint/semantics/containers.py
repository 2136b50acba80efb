"""Lists, dicts and containers of modules: items, subscripts, iteration, and the methods that change them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torchlint.semantics.values import (
    APPENDED,
    CHOICE,
    CONST,
    DICT,
    ELEMENT,
    GAP,
    INSTANCE,
    ITEM,
    LIST,
    MODULE,
    PHI,
    SET,
    SHAPE,
    SIZE,
    SLICE,
    TUPLE,
    UNPACK,
    Items,
    ModuleObject,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter


def items_of(value: Value) -> Items | None:
    """The items of a tuple, list, set or container of modules."""
    if value.op in (TUPLE, LIST, SET):
        items: Items = value.data
        return items
    if value.op in (MODULE, INSTANCE):
        children: Items | None = value.data.children
        return children
    return None


def exact_items(value: Value) -> tuple[Value, ...] | None:
    """All items, where their number and order is known."""
    if value.op == DICT and value.data.exact:
        return None
    items = items_of(value)
    return items.content if items is not None and value.op != SET and items.exact else None


def all_items(items: Items) -> list[Value] | None:
    """Every value that may be an item, or None if there may be others."""
    found: list[Value] = []
    pending = list(items.content)
    while pending:
        item = pending.pop(0)
        if item.op == GAP:
            return None
        if item.op == CHOICE:
            pending[:0] = [value for run in item.data for value in run]
        else:
            found.append(item)
    return found


def spread(it: Interpreter, value: Value) -> tuple[Value, ...]:
    """The items that `*value` puts in a sequence or a call."""
    items = items_of(value)
    if items is not None:
        return items.content
    if value.op == PHI:
        runs = [items_of(one) for one in value.data]
        if None not in runs:
            return (it.choice([run.content for run in runs if run is not None]),)
    return (it.value(GAP, {"input": value}),)


def integer(value: Value) -> int | None:
    """A constant int, but no bool."""
    return value.data if value.op == CONST and type(value.data) is int else None


def subscript(it: Interpreter, value: Value, index: Value, node: ast.AST) -> Value:
    """The value of `value[index]`."""
    number = integer(index)
    if value.op == SHAPE and number is not None:
        return it.value(SIZE, {"input": value.args["input"], "dim": index}, node)
    if value.op == MODULE and index.op == CONST and _hashable(index) and index.data in value.data.names:
        named: Value = value.data.names[index.data]
        return named
    items = items_of(value)
    if items is not None:
        content = items.content
        if number is not None and _is_exact(content, number):
            return content[number]
        if index.op == SLICE and value.op in (TUPLE, LIST, MODULE):
            taken = _slice(content, index)
            if taken is not None:
                return _part(it, value, taken, node)
        found = all_items(items)
        if found and index.op != SLICE:
            return it.phi(found, node)
        return it.value(ITEM, {"input": value, "index": index}, node)
    if value.op == DICT:
        if index.op == CONST and _hashable(index) and index.data in value.data.content:
            held: Value = value.data.content[index.data]
            return held
        if value.data.exact and value.data.content and index.op != CONST:
            return it.phi(value.data.content.values(), node)
        return it.value(ITEM, {"input": value, "index": index}, node)
    if value.op == PHI and number is not None and all(exact_items(one) is not None for one in value.data):
        return it.phi([subscript(it, one, index, node) for one in value.data], node)
    return it.value("getitem", {"input": value, "index": index}, node, form="operator")


def store_index(it: Interpreter, owner: Value, index: Value, value: Value) -> None:
    """Effect of `owner[index] = value` on a list or container of modules."""
    value.uses.append(owner)
    items = items_of(owner)
    number = integer(index)
    if items is None:
        return
    content = items.content
    if number is not None and _is_exact(content, number):
        number %= len(content)
        it.replace_items(items, (*content[:number], value, *content[number + 1 :]))
    else:
        it.replace_items(items, (it.value(GAP, {"input": value}),))


def _is_exact(content: Sequence[Value], number: int) -> bool:
    """Whether it is certain which item stands at an index, from the front or from the back."""
    passed = content[: number + 1] if number >= 0 else content[number:]
    return -len(content) <= number < len(content) and all(item.op not in (GAP, CHOICE) for item in passed)


def _slice(content: tuple[Value, ...], index: Value) -> tuple[Value, ...] | None:
    """The items of a slice, where each bound is counted past known items only."""
    lower, upper, step = (
        integer(index.args[word]) if word in index.args else None for word in ("lower", "upper", "step")
    )
    bounds = [bound for bound in (lower, upper, step) if bound is not None]
    if len(bounds) != len([part for part in index.args.values() if part.op != CONST or part.data is not None]):
        return None
    if all(item.op not in (GAP, CHOICE) for item in content):
        return content[lower:upper:step] if step != 0 else None
    if step not in (None, 1):
        return None
    known = all(_is_exact(content, bound - (bound > 0)) for bound in (lower, upper) if bound)
    return content[lower:upper] if known else None


def _part(it: Interpreter, value: Value, content: tuple[Value, ...], node: ast.AST) -> Value:
    """A slice of a sequence, or of a container of modules: it holds the same objects."""
    if value.op != MODULE:
        return it.sequence(value.op, content, node)
    return joined_modules(it, (value,), content, node)


def joined_modules(it: Interpreter, sources: Sequence[Value], content: tuple[Value, ...], node: ast.AST) -> Value:
    """A new container of modules with children of these containers, which need not be called themselves."""
    for source in sources:
        source.data.called = True
    made = it.value(MODULE, None, node, ModuleObject(sources[0].data.name, it.items(content, node)))
    for child in content:
        child.uses.append(made)
    return made


def _hashable(index: Value) -> bool:
    return isinstance(index.data, str | int | bytes | None)


def unpack(it: Interpreter, value: Value, count: int, star: int | None, node: ast.AST) -> list[Value]:
    """The parts of `value` that `count` targets receive; the target at index `star` takes all that is left."""
    items = exact_items(value)
    if items is not None and (len(items) == count if star is None else len(items) >= count - 1):
        if star is None:
            return list(items)
        rest = len(items) - (count - 1)
        middle = it.sequence(LIST, items[star : star + rest], node)
        return [*items[:star], middle, *items[star + rest :]]
    if value.op == PHI and star is None:
        runs = [exact_items(one) for one in value.data]
        if all(run is not None and len(run) == count for run in runs):
            return [it.phi([run[i] for run in runs if run is not None], node) for i in range(count)]
    if value.op == SHAPE:
        it.value(UNPACK, {"input": value}, node, (count, star is not None))
        parts: list[Value] = []
        for index in range(count):
            if star is not None and index == star:
                parts.append(it.value(ITEM, {"input": value}, node))
                continue
            dim = index if star is None or index < star else index - count
            parts.append(it.value(SIZE, {"input": value.args["input"], "dim": it.constant(dim)}, node))
        return parts
    return [
        it.value(ELEMENT, {"input": value}, node, index if star is None or index < star else index - count)
        if index != star
        else it.value(ITEM, {"input": value}, node)
        for index in range(count)
    ]


def changed_lists(it: Interpreter, lists: Value, name: str, arguments: Sequence[Value], node: ast.AST) -> Value | None:
    """A method that changes whichever of several lists a name holds; None where no list has such a method.

    A list that is held elsewhere too may be the one that isn't changed.
    """
    held = list(it.frame.names.values())
    result = None
    for one in lists.data:
        mark = it.mark()
        result = container_method(it, one, name, arguments, node)
        if one in held or any(use.op != PHI for use in one.uses):
            it.join([it.rewind(mark), {}], node)
    return result


def container_method(
    it: Interpreter, receiver: Value, name: str, arguments: Sequence[Value], node: ast.AST
) -> Value | None:
    """A method of a list or container of modules that changes or hands out its items; None if it is none of these."""
    items = items_of(receiver)
    if items is None or receiver.op in (TUPLE, SET):
        return None
    content = items.content
    first = arguments[0] if arguments else None
    if name == "append" and first is not None:
        it.replace_items(items, (*content, first))
        if first.op in (MODULE, INSTANCE):
            it.note(APPENDED, first, node)
    elif name in ("extend", "__iadd__") and first is not None:
        it.replace_items(items, (*content, *spread(it, first)))
    elif name == "insert" and len(arguments) == 2:
        place = integer(arguments[0])
        if place is not None and items.exact:
            it.replace_items(items, (*content[:place], arguments[1], *content[place:]))
        else:
            it.replace_items(items, (it.value(GAP, {"input": arguments[1]}),))
    elif name == "pop" and receiver.op == LIST:
        place = integer(first) if first is not None else -1
        if items.exact and place is not None and -len(content) <= place < len(content):
            taken = content[place]
            it.replace_items(items, [item for i, item in enumerate(content) if i != place % len(content)])
            return taken
        it.replace_items(items, (it.value(GAP, {"input": receiver}),))
        return it.value(ITEM, {"input": receiver}, node)
    elif name in ("reverse", "sort", "clear", "remove") and receiver.op == LIST:
        kept = content[::-1] if name == "reverse" and items.exact else (it.value(GAP, {"input": receiver}),)
        it.replace_items(items, () if name == "clear" else kept)
    else:
        return None
    for argument in arguments:
        argument.uses.append(receiver)
    if receiver.op in (MODULE, INSTANCE):
        return receiver
    return it.constant(None, node)

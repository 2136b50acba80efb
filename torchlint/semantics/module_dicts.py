"""nn.ModuleDict: what its keys hold, and the methods that it shares with dict."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics.containers import items_of
from torchlint.semantics.iteration import element_of
from torchlint.semantics.values import CONST, DICT, LIST, MODULE, TUPLE, ModuleObject, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Arguments
    from torchlint.semantics.interpreter import Interpreter


def is_module_dict(value: Value) -> bool:
    """Whether a value is an nn.ModuleDict."""
    return value.op == MODULE and value.data.name == "torch.nn.ModuleDict"


def store_key(it: Interpreter, owner: Value, key: Value, child: Value) -> None:
    """Effect of `owner[key] = child`."""
    held: ModuleObject = owner.data
    child.uses.append(owner)
    assert held.children is not None
    it.replace_items(held.children, (*held.children.content, child))
    if key.op == CONST and isinstance(key.data, str):
        it.write(held.names, key.data, child)


def module_dict_method(
    it: Interpreter, owner: Value, name: str, arguments: Arguments, node: ast.AST | None
) -> Value | None:
    """The value of `owner.name(...)`, or None where a ModuleDict has no such method of its own."""
    held: ModuleObject = owner.data
    assert held.children is not None
    positional = arguments.positional
    if name == "update" and len(positional) == 1 and not arguments.keywords:
        for key, child in _pairs(it, positional[0]):
            store_key(it, owner, key, child)
        return it.constant(None, node)
    if positional or arguments.keywords:
        return None
    if name == "values":
        return it.sequence(LIST, held.children.content, node)
    if name in ("keys", "items"):
        known = held.children.exact and list(held.names.values()) == list(held.children.content)
        if known:
            keys = [it.constant(key) for key in held.names]
            pairs = [it.sequence(TUPLE, pair) for pair in zip(keys, held.children.content, strict=True)]
            return it.sequence(LIST, keys if name == "keys" else pairs, node)
        if name == "items" and node is not None:
            pair = it.sequence(TUPLE, (it.unknown(node, "key"), element_of(it, owner, node)))
            return it.sequence(LIST, (it.choice(((), (pair,))),), node)
    return None


def _pairs(it: Interpreter, source: Value) -> list[tuple[Value, Value]]:
    """The entries that `update` takes from a dict, a ModuleDict or a list of pairs."""
    if source.op == DICT:
        return [(it.constant(key), child) for key, child in source.data.content.items()]
    if is_module_dict(source):
        return [(it.constant(key), child) for key, child in source.data.names.items()]
    items = items_of(source)
    rows = [items_of(row) for row in items.content] if items is not None else []
    return [(row.content[0], row.content[1]) for row in rows if row is not None and len(row.content) == 2]

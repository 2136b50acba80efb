"""Edits that let nn.Module see what an attribute keeps: a plain list or dict is wrapped where it's assigned, and an operation
on a parameter becomes an operation on what the parameter is made of.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Edit
from torchlint.semantics.devices import contained
from torchlint.semantics.left_behind import before_init
from torchlint.semantics.lost_parameters import Lost
from torchlint.semantics.unregistered import BY_HAND, Hidden, is_wrapped_tuple, mentions
from torchlint.semantics.values import INSTANCE, MODULE, PARAMETER

if TYPE_CHECKING:
    from torchlint.context import Context

# What a plain container has and its counterpart in torch.nn doesn't (`dir` of both, torch 2.13).
_ONLY_PLAIN = frozenset(("index", "sort", "remove", "copy", "reverse", "count", "get", "setdefault", "clear"))

# Operations after which the parameter still means the same: moves, conversions, views, sums and products.
_PLAIN_CHANGES = frozenset(
    [
        "to",
        "cuda",
        "type",
        "float",
        "double",
        "half",
        "bfloat16",
        "mul",
        "div",
        "add",
        "sub",
        "neg",
        "t",
        "transpose",
        "permute",
        "view",
        "reshape",
        "unsqueeze",
        "squeeze",
        "contiguous",
        "clone",
    ]
)
_REGISTERED = frozenset((MODULE, INSTANCE, PARAMETER))
_ATOMS = (ast.Call, ast.Name, ast.Attribute, ast.Subscript)


def collected(context: Context, name: str, words: frozenset[str] = BY_HAND) -> bool:
    """Whether a statement that reads an attribute of this name also asks, by one of `words`, for what is missing."""
    statements = [node for node in ast.walk(context.tree) if isinstance(node, ast.stmt) and not _is_scope(node)]
    return any(
        any(True for _ in mentions(node, name))
        and any(isinstance(part, ast.Attribute) and part.attr in words for part in ast.walk(node))
        for node in statements
    )


def _is_scope(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If | ast.With | ast.Try)


def wrapped(context: Context, hidden: Hidden, prefix: str = "torch.nn.Module") -> Draft:
    """Wrap the stored value in the class `prefix` + "List", or + "Dict"."""
    store, short = hidden.store, prefix.removeprefix("torch.")
    value = getattr(store.node, "value", None)
    if isinstance(value, ast.Tuple):
        tuple_of_one = len(value.elts) == 1 and not is_wrapped_tuple(value)
        return refused("remove the comma at the end" if tuple_of_one else f"make it an {short}List")
    if any(item.op in _REGISTERED and item not in hidden.modules for item in contained(store.value)):
        return refused("it holds both modules and parameters")
    if hidden.nested:
        return refused(f"a list in it, or added to it, may need an {short}List of its own")
    if before_init(store):
        return refused("it is set before super().__init__()")
    plain = isinstance(value, ast.List | ast.ListComp | ast.Dict | ast.DictComp)
    if (
        not isinstance(value, ast.expr)
        or not plain
        or store.node.__class__ not in (ast.Assign, ast.AnnAssign)
        or value is not store.value.node
    ):
        return refused("it isn't written at the assignment")
    if any(isinstance(part, ast.Constant) and part.value is None for part in getattr(value, "elts", ())):
        return refused(f"it holds None, which no {short}List takes")
    keys = value.keys if isinstance(value, ast.Dict) else ()
    named = all(isinstance(key, ast.Constant) and isinstance(key.value, str) and "." not in key.value for key in keys)
    if isinstance(value, ast.DictComp) or (isinstance(value, ast.Dict) and not (keys and named)):
        return refused("whether all its keys are strings isn't known")
    parents = (node for node in ast.walk(context.tree) if isinstance(node, ast.Attribute))
    if any(isinstance(one.value, ast.Attribute) and one.value.attr == store.name and one.attr in _ONLY_PLAIN for one in parents):  # fmt: skip
        return refused("a method is used that it wouldn't have")
    kind = prefix + ("Dict" if isinstance(value, ast.Dict) else "List")
    spelled = context.edits.imports.ensure(kind, store.node)
    node = context.concrete.node(value)
    if spelled is None or node is None:
        return refused("the assignment isn't understood")
    return context.edits.wrap_call(node, spelled[0]) + Draft(spelled[1])


def operation_first(context: Context, lost: Lost) -> Draft:
    """`nn.Parameter(x).to(device)` becomes `nn.Parameter(x.to(device))`."""
    statement, call = lost.store.node, lost.parameter.node
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.expr) or value is not lost.store.value.node or not isinstance(call, ast.Call):
        return refused("it isn't written at the assignment")
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return refused("it isn't written at the assignment")
    if before_init(lost.store):
        return refused("it is set before super().__init__()")
    made = [
        part for part in ast.walk(value) if isinstance(part, ast.Call) and ast.dump(part.func) == ast.dump(call.func)
    ]
    if call not in made:
        return refused("it isn't written at the assignment")
    if made != [call]:
        return refused("it is made of more than one parameter")
    if not call.args or isinstance(call.args[0], ast.Starred):
        return refused("the parameter's data isn't written out as its first argument")
    step = lost.store.value
    while step is not lost.parameter:
        if step.op not in _PLAIN_CHANGES:
            return refused(f"`{step.op}` may belong into forward, on a parameter that keeps what it is applied to")
        operands = [one for one in (step.args.get("input"), step.args.get("other")) if one is not None]
        step = next((one for one in operands if one is lost.parameter or _contains(one.node, call)), lost.parameter)
    data, text = call.args[0], context.source.text
    (start, end), (first, last) = context.range(value), context.range(call)
    inner, outer = context.concrete.whole(node) if (node := context.concrete.node(data)) is not None else (first, first)
    removed, rest = text[first:inner], text[outer : last - 1]
    if inner == first or "#" in removed + rest:
        return refused("a comment would be lost")
    opening, closing = ("", "") if isinstance(data, _ATOMS) or text[inner] == "(" else ("(", ")")
    function = context.source.segment(call.func)
    edits = (
        Edit(start, inner, f"{function}({text[start:first]}{opening}"),
        Edit(outer, end, f"{closing}{text[last:end]}{rest.rstrip().rstrip(',')})"),
    )
    return Draft(edits)


def _contains(node: ast.AST | None, part: ast.AST) -> bool:
    return node is not None and any(one is part for one in ast.walk(node))

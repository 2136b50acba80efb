"""TL301 to TL304: a call of softmax, log_softmax, logsumexp or logsigmoid is written out by hand.

Certain where nothing in the function bounds the scores: no clamp, norm, logarithm, negative square and the like on the way.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.mutations.files import File
from benchmarks.mutations.mutant import Dropped, Edit, Mutant
from benchmarks.mutations.spellings import CODES, SPELLINGS, Spelling

WORDS = tuple(CODES)
_OWNERS = ("torch", "torch.nn.functional")
# Parts of names that tell that scores may be bounded, or shifted by their maximum.
_BOUNDING = (
    "clamp", "clip", "tanh", "sigmoid", "softmax", "norm", "cosine", "cdist", "dist", "max", "min", "detach", "log_", "log1p",
    "abs", "square", "pow", "sin", "cos", "softplus", "relu6", "stop_grad", "prob",
)  # fmt: skip
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a stable function: its operand, its axis, and what is given for keepdim."""

    word: str
    operand: ast.expr
    axis: ast.expr | None
    keep: ast.expr | None


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The stable functions that a file calls."""
    if not file.imports("torch"):
        return
    for node in file.nodes:
        found = _understood(file, node)
        if isinstance(found, Dropped):
            yield found
        elif found is not None:
            assert isinstance(node, ast.Call)
            yield _mutant(file, node, found)


def _understood(file: File, node: ast.AST) -> Call | Dropped | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
        return None
    qualified = file.called(node)
    owner, _, word = qualified.rpartition(".")
    positional, named = list(node.args), {one.arg: one.value for one in node.keywords}
    if not qualified and isinstance(node.func, ast.Attribute) and node.func.attr in CODES:
        word, receiver = node.func.attr, node.func.value
        if word == "logsigmoid" or (isinstance(receiver, ast.Name) and receiver.id in ("self", "cls", "F")):
            return None
        positional.insert(0, receiver)
    elif owner not in _OWNERS or word not in CODES:
        return None
    if any(isinstance(one, ast.Starred) for one in positional) or named.keys() - {"dim", "keepdim", "input"}:
        return Dropped("the call has a dtype or arguments that aren't written out")
    operand = named.get("input") or (positional.pop(0) if positional else None)
    axis = named.get("dim") or (positional.pop(0) if positional else None)
    keep = named.get("keepdim") or (positional.pop(0) if positional else None)
    if operand is None or positional or (axis is None) != (word == "logsigmoid"):
        return Dropped("the call has a dtype or arguments that aren't written out")
    if any(isinstance(one, ast.Call) for part in (axis, keep) if part is not None for one in ast.walk(part)):
        return Dropped("the axis is the result of a call")
    if keep is not None and not isinstance(keep, ast.Constant):
        return Dropped("keepdim isn't a constant")
    if word == "softmax" and _logarithm_follows(file, node):
        return Dropped("a logarithm is taken of the softmax")
    if "normalize(" in file.source.text or _bounded(file, operand, 0):
        return Dropped("the scores may be bounded or shifted")
    return Call(word, operand, axis, keep)


def _bounded(file: File, node: ast.expr, depth: int) -> bool:
    """Whether a name or an operation in an expression, or in what its names were assigned, may bound it."""
    function = file.function(node)
    for part in ast.walk(node):
        if (
            isinstance(part, ast.UnaryOp)
            and isinstance(part.op, ast.USub)
            and not isinstance(part.operand, ast.Constant)
        ):
            return True
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow):
            return True
        if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "self" and not _is_set(file, part):
            return True  # a base class knows what it is
        name = part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
        if any(word in name.lower() for word in _BOUNDING) or name == "log":
            return True
    if function is None or depth == 3:
        return False
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - {"self", "torch", "F", "nn"}
    return any(
        _bounded(file, one.value, depth + 1)
        for one in ast.walk(function)
        if isinstance(one, ast.Assign | ast.AugAssign)
        and one.lineno < getattr(node, "lineno", 0)
        and any(
            isinstance(part, ast.Name) and part.id in names for target in _targets(one) for part in ast.walk(target)
        )
    )


def _is_set(file: File, attribute: ast.Attribute) -> bool:
    """Whether the class itself sets an attribute, or defines a method of that name."""
    owner = file.owner(attribute)
    return owner is not None and any(
        (isinstance(node, ast.Attribute) and node.attr == attribute.attr and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.FunctionDef) and node.name == attribute.attr)
        for node in ast.walk(owner)
    )


def _logarithm_follows(file: File, node: ast.Call) -> bool:
    """Whether the softmax, or the name that it's assigned to, goes into a logarithm: a pitfall already."""
    parent = file.parents[node]
    names = {target.id for target in getattr(parent, "targets", []) if isinstance(target, ast.Name)}
    for one in ast.walk(file.function(node) or file.tree):
        if isinstance(one, ast.Call) and ast.unparse(one.func).rpartition(".")[2] in ("log", "log_", "log2"):
            inside = list(ast.walk(one))
            if node in inside or any(isinstance(part, ast.Name) and part.id in names for part in inside):
                return True
    return False


def _targets(statement: ast.Assign | ast.AugAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _mutant(file: File, node: ast.Call, call: Call) -> Mutant | Dropped:
    place = f"{file.scope(node)} {' '.join(file.text(node).split())}"
    if "\r" in file.source.text:
        return Dropped("the file has CRLF line ends")
    draw = random.Random(f"{file.name}::{place}")
    usable = [one for one in SPELLINGS[call.word] if _fits(one, call)]
    at = _insertion(file, node)
    if at is None:
        usable = [one for one in usable if not one.statements]
    spelling = draw.choice(usable)
    operand = file.text(call.operand)
    if "\n" in operand or "#" in operand:
        return Dropped("the operand spans lines")
    simple = isinstance(call.operand, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
    names = _names(file)
    before = list(spelling.statements)
    template = "".join((spelling.expression, *before))
    if template.count("{x}") + template.count("{p}") > 1 and not isinstance(call.operand, ast.Name | ast.Attribute):
        if at is None:
            return Dropped("the operand would be computed twice")
        before.insert(0, f"{names['v']} = {operand}")
        operand, simple = names["v"], True
    fields = {
        "x": operand,
        "p": operand if simple else f"({operand})",
        "d": file.text(call.axis) if call.axis is not None else "",
        "k": f", keepdim={file.text(call.keep)}" if call.keep is not None else "",
        **names,
    }
    edits: list[Edit] = [(*file.source.range(node), f"({spelling.expression.format(**fields)})")]
    if before:
        assert at is not None
        offset, indent = at
        lines = [line.format(**fields) if line in spelling.statements else line for line in before]
        lines = [line.replace("\n        ", f"\n{indent}    ") for line in lines]
        edits.append((offset, offset, "".join(f"{line}\n{indent}" for line in lines)))
    if spelling.helper:
        start = _top(file)
        if start is None:
            return Dropped("there is no place for a helper function")
        edits.append((start, start, spelling.helper.format(**fields) + "\n\n\n"))
    kind = f"{call.word}: {spelling.name}"
    return Mutant(CODES[call.word], kind, file, place, tuple(edits), codes=spelling.codes)


def _fits(spelling: Spelling, call: Call) -> bool:
    keeps = call.keep is not None and getattr(call.keep, "value", None) is True
    try:
        axis = ast.literal_eval(call.axis) if call.axis is not None else None
    except ValueError:
        axis = None
    return {
        "": True,
        "number": isinstance(axis, int),
        "last": axis == -1,
        "no keepdim": not keeps and isinstance(axis, int),
    }[spelling.only]


def _names(file: File) -> dict[str, str]:
    """Names for new variables that the file doesn't use."""
    found = {}
    for letter, name in (("e", "exponentials"), ("s", "denominator"), ("h", "by_hand"), ("v", "operand")):
        while name in file.source.text:
            name += "_"
        found[letter] = name
    return found


def _insertion(file: File, node: ast.Call) -> tuple[int, str] | None:
    """Where statements can go in front of the one that holds a call, and its indentation."""
    statement, function = file.statement(node), file.function(node)
    if not isinstance(statement, _SIMPLE) or function is None or file.in_nested_scope(node, function):
        return None
    if any(isinstance(one, ast.IfExp | ast.BoolOp) for one in file.above(node) if one not in file.above(statement)):
        return None
    offset = file.source.range(statement)[0]
    line = file.source.text.rfind("\n", 0, offset) + 1
    indent = file.source.text[line:offset]
    return (offset, indent) if not indent.strip() else None


def _top(file: File) -> int | None:
    """The start of the first function or class of a file."""
    for statement in file.tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = statement.decorator_list[0] if statement.decorator_list else statement
            offset = file.source.range(first)[0]
            return file.source.text.rfind("\n", 0, offset) + 1
    return None

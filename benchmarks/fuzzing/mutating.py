"""Programs that nobody wrote: real torch code with names swapped, statements deleted and doubled, operators changed."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

_BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult, ast.BitAnd)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.GtE, ast.Is, ast.In)
_MAX_NODES = 1500  # of a piece of a file


def pieces(paths: Iterable[Path]) -> list[ast.Module]:
    """The classes and functions of torch files, each with the imports of its file."""
    found = []
    for path in paths:
        data = path.read_bytes()
        if b"torch" not in data:
            continue
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError, RecursionError):
            continue
        imports = [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
        for one in tree.body:
            small = sum(1 for _ in ast.walk(one)) <= _MAX_NODES
            if isinstance(one, ast.FunctionDef | ast.ClassDef) and small:
                found.append(ast.Module([*imports, one], []))
    return found


def mutated(piece: ast.Module, draw: random.Random) -> str:
    """The text of a piece with one to eight changes."""
    tree = ast.parse(ast.unparse(piece))
    for _ in range(draw.randint(1, 8)):
        draw.choice((_swap_names, _delete, _double, _operators))(tree, draw)
    return ast.unparse(ast.fix_missing_locations(tree))


def _swap_names(tree: ast.Module, draw: random.Random) -> None:
    kind, field = draw.choice(((ast.Name, "id"), (ast.Attribute, "attr"), (ast.arg, "arg")))
    nodes = [one for one in ast.walk(tree) if isinstance(one, kind)]
    if len(nodes) > 1:
        one, other = draw.sample(nodes, 2)
        first, second = getattr(one, field), getattr(other, field)
        setattr(one, field, second)
        setattr(other, field, first)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                yield block


def _delete(tree: ast.Module, draw: random.Random) -> None:
    block = draw.choice(list(_blocks(tree)))
    if len(block) > 1:
        block.pop(draw.randrange(len(block)))


def _double(tree: ast.Module, draw: random.Random) -> None:
    block = draw.choice(list(_blocks(tree)))
    place = draw.randrange(len(block))
    block[place:place] = [block[place]]


def _operators(tree: ast.Module, draw: random.Random) -> None:
    nodes = [one for one in ast.walk(tree) if isinstance(one, ast.BinOp | ast.AugAssign | ast.Compare)]
    if nodes:
        node = draw.choice(nodes)
        if isinstance(node, ast.Compare):
            node.ops[0] = draw.choice(_COMPARISONS)()
        else:
            node.op = draw.choice(_BINARY)()

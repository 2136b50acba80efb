"""Which statements have surely run when another one runs."""

from __future__ import annotations

import ast

import pytest

from torchlint.semantics.blocks import Blocks

TEXT = """
first
if test:
    second
    for x in y:
        third
else:
    fourth
try:
    fifth
except ValueError:
    sixth
with z:
    seventh
match a:
    case 1:
        eighth
"""
TREE = ast.parse(TEXT)
NODES = {node.id: node for node in ast.walk(TREE) if isinstance(node, ast.Name)}


@pytest.mark.parametrize(
    ("first", "later", "answer"),
    [
        ("first", "third", True),
        ("second", "third", True),
        ("third", "second", False),
        ("second", "fourth", False),
        ("fifth", "sixth", False),
        ("first", "seventh", True),
        ("eighth", "first", False),
        ("seventh", "first", False),
    ],
)
def test_surely_ran(first: str, later: str, answer: bool) -> None:
    assert Blocks(TREE).surely_ran(NODES[first], NODES[later]) is answer


def test_caught() -> None:
    assert [name for name in ("first", "second", "fifth", "sixth", "seventh") if Blocks(TREE).caught(NODES[name])] == [
        "fifth"
    ]

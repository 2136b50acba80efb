"""Pairs: a pattern and its replacement, both written as small torch functions.

The source of `pattern` is interpreted like any user's code; its normal form is what the matcher looks for. The source of
`replacement` is what the repair is printed from. Neither is executed, but by the proof of pairs, under torch.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from torchlint.rewrite.normal import Terms
from torchlint.rewrite.terms import PRODUCT, TOTAL, VAR, Term
from torchlint.rule import Safety
from torchlint.semantics.interpreter import interpret
from torchlint.semantics.values import ESCAPE

_HEADER = "import torch\nfrom torch import Tensor\n"
# The operations whose results have a term that isn't called like them.
_ROOTS = {PRODUCT: ("div", "mul", "reciprocal")}


class Pair:
    """One pattern and its replacement. Annotations say what a parameter may stand for:

    `Tensor`: any value; `int`: an axis; `float`: a small positive constant; `bool`: both values are tried;
    `T | None`: with the argument and without it.
    """

    pattern: ClassVar[Callable[..., Any]]
    replacement: ClassVar[Callable[..., Any]]
    safety: ClassVar[Safety] = Safety.SAFE
    message: ClassVar[str] = ""  # in place of the rule's
    advice: ClassVar[str] = ""  # why there is no fix, where a replacement can't be printed
    unbounded: ClassVar[tuple[str, ...]] = ()  # silent where one of these can't be large
    wide: ClassVar[tuple[str, ...]] = ()  # silent where one of these lies between two constants
    many_axes: ClassVar[bool] = False  # the replacement takes a tuple of axes
    ordinary: ClassVar[Mapping[str, Any]] = {}  # for the proof: values in place of the usual ones
    hard: ClassVar[Mapping[str, Any]] = {}  # for the proof: rows of numbers on which the pattern fails
    tolerance: ClassVar[float] = 1e-9  # for the proof, relative and absolute, in float64


@dataclass(frozen=True, slots=True)
class Variant:
    """A pair with its `bool` and optional parameters decided: what is looked for, and what is printed."""

    pair: type[Pair]
    term: Term
    kinds: Mapping[str, str]
    replacement: ast.expr

    @property
    def roots(self) -> tuple[str, ...]:
        """The operations whose result may be equal to the pattern."""
        return _ROOTS.get(self.term.op, (self.term.op,))

    @property
    def operations(self) -> list[str]:
        """The operations that the pattern can't do without."""
        return sorted(set(_operations(self.term)))


def _operations(term: Term) -> Iterator[str]:
    """The torch operations that a term is made of."""
    if term.op == TOTAL:
        yield term.data
    elif term.op.isidentifier() and term.op != VAR:
        yield term.op
    for operand in term.args:
        yield from _operations(operand)


_variants: dict[type[Pair], tuple[Variant, ...]] = {}


def variants(pair: type[Pair]) -> tuple[Variant, ...]:
    """All variants of a pair. Raises ValueError for a pattern that isn't a function with one return."""
    known = _variants.get(pair)
    if known is None:
        known = _variants[pair] = tuple(_build(pair))
    return known


def _build(pair: type[Pair]) -> Iterator[Variant]:
    pattern, replacement = _source(pair.pattern), _source(pair.replacement)
    for fixed in _choices(pattern):
        decided = _Decide(fixed).visit(_copy(pattern))
        tree = ast.parse(_HEADER + ast.unparse(decided))
        program = interpret(tree)
        returned = [value.args["input"] for value in program.values(ESCAPE) if value.data == "return"]
        if len(returned) != 1:
            raise ValueError(f"{pair.__name__}.pattern must return once")
        term = Terms(lambda value: None, variables=True).of(returned[0])
        kinds = {one.arg: ast.unparse(one.annotation or ast.Name("")) for one in decided.args.args}
        printed = _Decide(fixed).visit(_copy(replacement)).body[-1].value
        yield Variant(pair, term, kinds, printed)


def _source(function: Callable[..., Any]) -> ast.FunctionDef:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    tree.decorator_list = []
    return tree


def _copy(function: ast.FunctionDef) -> ast.FunctionDef:
    (tree,) = ast.parse(ast.unparse(function)).body
    assert isinstance(tree, ast.FunctionDef)
    return tree


def _choices(function: ast.FunctionDef) -> Iterator[dict[str, Any]]:
    """Every assignment of the parameters that are decided beforehand; ... stands for a given argument."""
    ways: list[list[tuple[str, Any]]] = []
    for argument in function.args.args:
        annotation = ast.unparse(argument.annotation) if argument.annotation is not None else ""
        if annotation == "bool":
            ways.append([(argument.arg, False), (argument.arg, True)])
        elif annotation.endswith("| None"):
            ways.append([(argument.arg, None), (argument.arg, ...)])
    for way in product(*ways):
        yield dict(way)


class _Decide(ast.NodeTransformer):
    """Puts constants in place of parameters; arguments that are False or None are left out."""

    def __init__(self, fixed: Mapping[str, Any]) -> None:
        self._fixed = fixed

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.args.args = [one for one in node.args.args if self._fixed.get(one.arg, ...) is ...]
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self._fixed.get(node.id, ...)
        return node if value is ... else ast.Constant(value)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        node.keywords = [
            one
            for one in node.keywords
            if not (isinstance(one.value, ast.Constant) and one.value.value in (None, False))
        ]
        return node

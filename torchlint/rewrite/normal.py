"""Normal forms: what a value computes, whatever its spelling.

`x.exp()`, `torch.exp(x)` and `math.e ** x` are one term; sums are signed multisets, products and quotients are multisets of
factors; `sum(dim, keepdim=True)`, `sum(dim).unsqueeze(dim)` and `sum(dim)[:, None]` are one; a broadcast by `expand` is
none. Two terms are equal where their keys are: then the values are equal, since what isn't pure (random numbers, unknown
calls, what was changed in place) is equal to itself only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torchlint.rewrite.spellings import BUILDERS
from torchlint.rewrite.terms import EVERYTHING, OPAQUE, PRODUCT, SUM, Term, number_of
from torchlint.semantics import operations
from torchlint.semantics.bounds import names
from torchlint.semantics.values import (
    ATTR,
    CALL,
    COMPARE,
    CONST,
    ELEMENT,
    GLOBAL,
    LIST,
    RANK,
    SHAPE,
    SIZE,
    SLICE,
    TUPLE,
    Value,
)

_PURE = frozenset((ATTR, COMPARE, ELEMENT, RANK, SHAPE, SIZE, SLICE))
# Random, or with effects beside their result.
IMPURE = names(
    "dropout alpha_dropout feature_alpha_dropout feature_dropout dropout1d dropout2d dropout3d bernoulli rand randn "
    "randint randperm rand_like randn_like randint_like normal multinomial gumbel_softmax poisson rrelu uniform exponential "
    "log_normal cauchy geometric random empty empty_like empty_strided new_empty trunc_normal fractional_max_pool2d "
    "scaled_dot_product_attention multi_head_attention_forward batch_norm instance_norm"
)
# Operations that hand on elements of `input` unchanged, in another order, shape or number.
SELECTIONS = names(
    "getitem gather index_select masked_select take take_along_dim select narrow diagonal view reshape flatten unflatten "
    "squeeze unsqueeze permute transpose t T mT movedim swapdims expand expand_as contiguous clone detach data float double to "
    "type type_as cpu cuda view_as reshape_as unbind"
)
_NUMERIC = frozenset(f"builtins.{name}" for name in ("abs", "float", "int", "len", "max", "min", "round"))
_MAX_PARTS = 8
_MAX_DEPTH = 120


class Terms:
    """The normal forms of one program's values. `variables`: its parameters are a pattern's variables."""

    def __init__(self, rank: Callable[[Value], int | None], *, variables: bool = False) -> None:
        self._rank = rank
        self._variables = variables
        self._memo: dict[Value, Term] = {}
        self._keys: dict[tuple[Any, ...], int] = {}
        self._depth = 0

    def of(self, value: Value) -> Term:
        """The normal form of a value."""
        found = self._memo.get(value)
        if found is None:
            if self._depth > _MAX_DEPTH:
                return self._opaque(value)
            self._depth += 1
            try:
                found = self.build(value, {})
            finally:
                self._depth -= 1
            self._memo[value] = found
        return found

    def assuming(self, value: Value, other: Value) -> Terms:
        """The normal forms as they are if a value is another one. Their keys can be compared with those of this object."""
        made = Terms(self._rank, variables=self._variables)
        made._keys = self._keys
        made._memo = {value: self.of(other)}
        return made

    def build(self, value: Value, given: Mapping[str, Term]) -> Term:
        """The normal form of a value with other terms in place of some of its operands."""
        op = value.op
        builder = BUILDERS.get(op)
        if builder is not None:
            return builder(self, value, given)
        if op.startswith("py.") and op not in _PURE and not is_pure_call(value):
            return self._opaque(value)
        if op in IMPURE:
            return self._opaque(value)
        return self.plain(value, given)

    def plain(self, value: Value, given: Mapping[str, Term]) -> Term:
        """The term of an operation by its name and operands."""
        op = value.op
        names = sorted(value.args)
        module = None
        if value.module is not None and _has_state(value.module):
            module = self.of(value.module).key
        data = (tuple(names), module, value.data if op in _PURE else None)
        args = tuple(self.operand(value, given, name) for name in names)
        if op in SELECTIONS:
            # The selection of an exponential is the exponential of the selection.
            place = names.index("input") if "input" in names else 0
            if args[place].op == "exp":
                exponent = self.make(op, (*args[:place], args[place].args[0], *args[place + 1 :]), data)
                return self.make("exp", (exponent,), args[place].data, value)
        return self.make(op, args, data, value)

    def operand(self, value: Value, given: Mapping[str, Term], name: str) -> Term:
        """The term of an operand."""
        return given[name] if name in given else self.of(value.args[name])

    def make(self, op: str, args: tuple[Term, ...] = (), data: Any = None, value: Value | None = None) -> Term:
        """A term; equal ones get equal keys."""
        identity = (op, tuple(arg.key for arg in args), data)
        key = self._keys.setdefault(identity, len(self._keys))
        return Term(op, args, data, key, value)

    def constant(self, number: Any, value: Value | None = None) -> Term:
        """The term of a constant."""
        return self.make(CONST, (), (isinstance(number, bool), type(number) is str, number), value)

    def sum(self, parts: list[tuple[int, Term]], value: Value | None) -> Term:
        """The term of a signed sum."""
        if len(parts) == 1 and parts[0][0] > 0:
            return parts[0][1]
        if len(parts) > _MAX_PARTS:
            return self._opaque(value)
        parts = sorted(parts, key=lambda part: (part[1].key, part[0]))
        return self.make(SUM, tuple(term for _, term in parts), tuple(sign for sign, _ in parts), value)

    def product(self, sign: int, above: list[Term], below: list[Term], value: Value | None) -> Term:
        """The term of a quotient of products."""
        if len(above) + len(below) > _MAX_PARTS:
            return self._opaque(value)
        if not below and len(above) <= 1:
            term = above[0] if above else self.constant(1)
        else:
            above, below = sorted(above, key=lambda one: one.key), sorted(below, key=lambda one: one.key)
            term = self.make(PRODUCT, (*above, *below), len(above), value)
        return term if sign > 0 else self.sum([(-1, term)], value)

    def negative(self, term: Term) -> Term:
        """The term of the negative. Where no value has it, `opposite` says whose negative it is."""
        made = self.sum([(-sign, part) for sign, part in self.parts(term)], None)
        if made.value is None:
            made.opposite = term
        return made

    def parts(self, term: Term) -> list[tuple[int, Term]]:
        """The signed parts of a sum; of another term, itself."""
        if term.op == SUM:
            return list(zip(term.data, term.args, strict=True))
        number = number_of(term)
        if number is not None and number < 0:
            return [(-1, self.constant(-term.data[2]))]
        return [(1, term)]

    def dim(self, value: Value | None, rank: int | None) -> Term:
        """The term of an axis, counted from the front where the rank is known; `everything` where it is missing."""
        if value is None or (value.op == CONST and value.data is None):
            return self.make(EVERYTHING, (), None, value)
        if value.op in (TUPLE, LIST) and value.data.exact:
            items = [self.dim(item, rank) for item in value.data.content]
            if len(items) == 1:
                return Term(items[0].op, items[0].args, items[0].data, items[0].key, items[0].value)
            return self.make(TUPLE, tuple(items), None, value)
        if value.op == CONST and type(value.data) is int:
            return self.constant(value.data % rank if rank else value.data, value)
        return self.of(value)

    def rank(self, value: Value) -> int | None:
        """The number of axes of a value, where it is known."""
        return self._rank(value)

    def _opaque(self, value: Value | None) -> Term:
        return self.make(OPAQUE, (), object() if value is None else value, value)


def is_pure_call(value: Value) -> bool:
    """Whether a value is the result of one of Python's own functions of numbers."""
    callee = value.args.get("callee") if value.op == CALL else None
    return callee is not None and callee.op == GLOBAL and (callee.data in _NUMERIC or callee.data.startswith("math."))


def _has_state(module: Value) -> bool:
    """Whether a module's result depends on tensors that it holds."""
    kind = operations.module(module.data.name) if module.op == "py.module" else None
    return kind is None or bool(kind.parameters or kind.buffers)

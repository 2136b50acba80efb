"""Sizes of the values of a program: computed on demand, from operations and from how values are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from torchlint.semantics.array_ranks import of as array_rank
from torchlint.semantics.dims import Dim, Opaque
from torchlint.semantics.dtypes import Dtypes
from torchlint.semantics.loaders import number_dtype, sample_of
from torchlint.semantics.operands import (
    ALIASES,
    FIELDS,
    NO_TENSORS,
    OPERANDS,
    RESHAPING,
    SEQUENCES,
    SPELLINGS,
    constructor_defaults,
    dependencies,
    is_number,
    origin,
    part,
    sizes_only,
)
from torchlint.semantics.ops import EQUALITIES, RULES
from torchlint.semantics.ops.base import UNKNOWN, Many, Mask, Result, Strided, parameters, sizes
from torchlint.semantics.promotion import BIT, BOOL, INTEGERS
from torchlint.semantics.ranks import annotated_rank, rank_from_use, rank_of_result
from torchlint.semantics.sizes import Sizes
from torchlint.semantics.values import (
    ATTR,
    CHOICE,
    CONST,
    ELEMENT,
    GAP,
    GLOBAL,
    ITEM,
    LIST,
    PARAM,
    PHI,
    REFINE,
    SHAPE,
    SLICE,
    TUPLE,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.program import Program

BYTE = BIT["uint8"]  # old masks


class Shapes(Sizes):
    """Sizes of values. What is computed is kept as long as this object."""

    def __init__(self, program: Program, ranks: Mapping[Value, int] | None = None) -> None:
        super().__init__()
        self.program = program
        self._dtypes = Dtypes(lambda value: None, memo="dtype without ranks")
        self.ranks = ranks or {}  # supposed, where the code doesn't say
        self._results: dict[Value, Result | None] = {}
        self.work = 0  # values whose layout was computed with these sizes

    def shape(self, value: Value) -> tuple[int | Dim, ...] | None:
        """The sizes of a tensor, or None where its rank is not known."""
        result = self.result(value)
        return result.shape if isinstance(result, Strided) else None

    def rank(self, value: Value) -> int | None:
        """The number of a tensor's axes."""
        shape = self.shape(value)
        return None if shape is None else len(shape)

    def result(self, value: Value) -> Result | None:
        """The sizes of one tensor, or of all that an operation gives; None where they are not known."""
        if value not in self._results:
            for needed in dependencies(value, self._results):
                self._results[needed] = None  # a value that depends on itself is unknown
                self._results[needed] = self._compute(needed)
        return self._results[value]

    # Tensors

    def _compute(self, value: Value) -> Result | None:
        op = value.op
        if op in ALIASES:
            return self._alias(value)
        if (sample := sample_of(value)) is not None:
            stacked = self._stacked(value, sample)
            if stacked is not None:
                return stacked
        if op == PHI:
            return self._joined(value)
        if op in RULES:
            found = self._ruled(value)
            if found is not None:
                return found
        elif op in (ELEMENT, ITEM, ATTR) and "input" in value.args:
            found = self._part(value)
            if found is not None:
                return found
        if op in NO_TENSORS:
            return None
        rank = rank_of_result(value, self.shape)
        if rank is None:
            rank = self.ranks.get(value)
        if rank is None and op == PARAM:
            rank = annotated_rank(value)
        if rank is None:
            rank = rank_from_use(value)
        return self._unknown_sizes(value, rank) if rank is not None else None

    def _stacked(self, value: Value, sample: Value) -> Strided | None:
        """The sizes of a part of a DataLoader's batch, whose first axis counts the samples."""
        batch = self.symbol((value.args["input"], "batch"))
        if is_number(sample) or number_dtype(sample) is not None:
            return Strided((batch,))
        sizes = self.shape(sample)
        if sizes is None and (rank := array_rank(sample)) is not None:
            sizes = self._unknown_sizes(sample, rank).shape
        return Strided((batch, *sizes)) if sizes is not None else None

    def _alias(self, value: Value) -> Result | None:
        source = value.args.get("input")
        if source is None:
            return None
        result = self.result(source)
        if value.op == REFINE and value.data.kind == "rank":
            if result is None:
                return self._unknown_sizes(origin(source), value.data.number)
            if isinstance(result, Strided) and result.rank != value.data.number:
                return None
        return result

    def _unknown_sizes(self, value: Value, rank: int) -> Strided:
        return Strided(tuple(self.symbol((origin(value), rank, axis)) for axis in range(rank)))

    def _joined(self, value: Value) -> Result | None:
        results = [self.result(one) for one in value.data]
        first = results[0]
        if all(one == first for one in results):
            return first
        if not all(isinstance(one, Strided) for one in results):
            return None
        shapes = [one.shape for one in results if isinstance(one, Strided)]
        if len({len(shape) for shape in shapes}) != 1:
            return None
        return Strided(
            tuple(
                lengths[0] if len(set(lengths)) == 1 else self.symbol((value, "joined", axis))
                for axis, lengths in enumerate(zip(*shapes, strict=True))
            )
        )

    def _part(self, value: Value) -> Result | None:
        index: Any = value.data if value.op == ELEMENT else None
        if value.op == ATTR:
            index = FIELDS.get(value.data)
            if index is None:
                return None
        given = value.args.get("index")
        if value.op == ITEM and given is not None:
            index = given.data if given.op == CONST else None
        return part(self.result(value.args["input"]), index)

    def _ruled(self, value: Value) -> Result | None:
        if value.inplace and value.op not in RESHAPING and "input" in value.args and "out" not in value.args:
            return self.result(value.args["input"])
        if value.op == "getitem":
            outer = self.result(value.args["input"])
            index = value.args.get("index")
            if isinstance(outer, Many | tuple):
                return part(outer, index.data if index is not None and index.op == CONST else None)
        arguments = self.arguments(value, self.result, lambda size: size)
        try:
            found: Result = sizes_only(apply_rule(RULES[value.op], arguments))
        except Opaque:
            return self._from_target(value, arguments)
        return found

    def _from_target(self, value: Value, arguments: dict[str, Any]) -> Strided | None:
        """The sizes that a view or reshape of a tensor of unknown sizes asks for."""
        if value.op in ("expand_as", "view_as", "reshape_as"):
            other = arguments.get("other")
            return Strided(other.shape) if isinstance(other, Strided) else None
        if value.op not in ("view", "reshape"):
            return None
        try:
            target = sizes(arguments.get("size", arguments.get("shape")))
        except Opaque:
            return None
        return Strided(tuple(self.symbol((value, "rest")) if size == -1 else size for size in target))

    # Arguments

    def arguments(
        self,
        value: Value,
        tensor_of: Callable[[Value], Result | None],
        number_of: Callable[[int | Dim], int | Dim],
    ) -> dict[str, Any]:
        """An operation's arguments as its rule takes them, with the constructor's for the call of a module."""
        found: dict[str, Any] = {}
        if value.module is not None and value.module.op == "py.module" and value.module.data.exact_arguments:
            found.update(constructor_defaults(value.module.data.name))
            found["class_name"] = value.module.data.name
            for name, operand in value.module.args.items():
                found[name] = self.option(operand, number_of)
        for name, operand in value.args.items():
            name = SPELLINGS.get(name, name)
            if name in OPERANDS:
                found[name] = self._operand(operand, tensor_of, number_of)
            elif name in SEQUENCES and not self.plain(operand) and self.sequence(operand) is None:
                found[name] = UNKNOWN  # one argument of unknown kind may be a tuple of sizes
            else:
                found[name] = self.option(operand, number_of)
        if value.op in ("cat", "stack"):
            self._fill(value, found, number_of)
        elif value.op == "getitem" and "index" in found:
            found["index"] = self._subscript(value, value.args["index"], found["index"], number_of)
        return found

    def _subscript(self, value: Value, index: Value, given: Any, number_of: Callable[[Any], Any]) -> Any:
        """A subscript with masks told from index tensors; what may be either is a mask or unknown."""
        if index.op == TUPLE and isinstance(given, tuple):
            items = self.items(index)
            if items is None or len(items) != len(given):
                return UNKNOWN
            pairs = zip(items, given, strict=True)
            return tuple(self._subscript(value, item, one, number_of) for item, one in pairs)
        if index.op == LIST:
            plain = isinstance(given, tuple) and all(type(one) is int for one in given)
            return Strided((len(given),)) if plain else UNKNOWN
        if not isinstance(given, Strided):
            return given
        dtypes = self._dtypes.of(index)
        if not dtypes & ~INTEGERS:
            return UNKNOWN if dtypes & BYTE else given
        if dtypes == BOOL or given.rank == 1:
            return Mask(given.rank, number_of(self.symbol((value, "picked", index))))
        return UNKNOWN

    def _fill(self, value: Value, found: dict[str, Any], number_of: Callable[[Any], Any]) -> None:
        """Operands of unknown sizes have those of the operands that they are joined with."""
        operands, dim = found.get("tensors"), found.get("dim", 0)
        if not isinstance(operands, tuple):
            return
        known = next((one for one in operands if isinstance(one, Strided)), None)
        if known is None or type(dim) is not int or not -known.rank <= dim < known.rank + (value.op == "stack"):
            return
        filled = []
        for index, one in enumerate(operands):
            shape = list(known.shape)
            if value.op == "cat" and one is UNKNOWN:
                shape[dim] = number_of(self.symbol((value, "operand", index)))
            filled.append(Strided(tuple(shape)) if one is UNKNOWN else one)
        found["tensors"] = tuple(filled)

    def equalities(self, value: Value) -> list[tuple[int | Dim, int | Dim]]:
        """Pairs of sizes that are equal if this operation runs without an error."""
        function = EQUALITIES.get(value.op)
        if function is None:
            return []
        try:
            return list(apply_rule(function, self.arguments(value, self.result, lambda size: size)))
        except Opaque:
            return []

    def _operand(self, value: Value, tensor_of: Callable[[Value], Any], number_of: Callable[[Any], Any]) -> Any:
        if value.op in (TUPLE, LIST):
            items = self.items(value)
            if items is None:
                return self._collected(value, tensor_of, number_of)
            return tuple(self._operand(item, tensor_of, number_of) for item in items)
        if value.op in (CONST, SLICE, GLOBAL, SHAPE) or is_number(value):
            return self.option(value, number_of)
        result = tensor_of(value)
        if result is not None:
            return result
        if value.op == PHI and any(is_number(one) for one in value.data):
            return 1.0 if all(is_number(one) or one.op in (PARAM, ATTR) for one in value.data) else UNKNOWN
        return UNKNOWN

    def _collected(self, value: Value, tensor_of: Callable[[Value], Any], number_of: Callable[[Any], Any]) -> Any:
        """A list that was filled in a loop: an open number of tensors, if all of them look alike."""
        found: list[Any] = []
        pending = list(value.data.content)
        while pending:
            item = pending.pop()
            if item.op == CHOICE:
                pending.extend(one for run in item.data for one in run)
            else:
                found.append(None if item.op == GAP else tensor_of(item))
        first = found[0] if found else None
        if not isinstance(first, Strided) or any(one != first for one in found):
            return UNKNOWN
        return Many(first, number_of(self.symbol((value, "count"))))


def apply_rule(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Call a rule with those of the arguments that it takes. Raises Opaque if one that it needs is missing."""
    names, required = parameters(function)
    taken = {name: arguments[name] for name in names if name in arguments}
    if any(name not in taken for name in names[:required]):
        raise Opaque("an argument is missing")
    return function(**taken)

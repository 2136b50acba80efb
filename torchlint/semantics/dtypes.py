"""Which dtypes a tensor may have: `Dtypes.of` gives a set of them, all where nothing is known.

What each torch operation does to dtypes stands in `torchlint.semantics.ops.types`. The answer holds if the value is a
tensor; whether it is one is another question.
"""

from __future__ import annotations

from collections.abc import Callable

from torchlint.semantics import arrays, kinds, promotion, values
from torchlint.semantics.loaders import number_dtype, sample_of
from torchlint.semantics.ops.type_table import ALWAYS_SEVERAL, BY_DIM, ELEMENTS, KEEPING, RULES
from torchlint.semantics.promotion import ALL, BIT, BOOL, COMPLEX, FLOAT32, FLOAT64, FLOATS, INT64, Operand
from torchlint.semantics.values import ATTR, CALL, CONST, GLOBAL, METHOD, PHI, Value

_SAME = frozenset((values.REFINE, values.MUTATED, values.PARAMETER, values.BUFFER, values.ITEM))
_LEGACY = {
    "Float": FLOAT32,
    "Double": FLOAT64,
    "Half": BIT["float16"],
    "BFloat16": BIT["bfloat16"],
    "Byte": BIT["uint8"],
    "Char": BIT["int8"],
    "Short": BIT["int16"],
    "Int": BIT["int32"],
    "Long": INT64,
    "Bool": BOOL,
}
_PYTHON_TYPES = {"builtins.float": FLOAT64, "builtins.int": INT64, "builtins.bool": BOOL}
_CONVERSIONS = frozenset(
    ("to", "type", "float", "double", "half", "bfloat16", "int", "long", "short", "char", "byte", "bool")
)
_MAX_DEPTH = 60


class Dtypes:
    """The dtypes of the values of one file.

    `rank` tells the number of axes of a value where it is known; a tensor without axes counts less in promotion.
    `default` is the set of dtypes that torch's default dtype may be. `autocast`: whether the file uses it, so that matrix
    products may change the floating dtype. Answers are kept with the values, under the name `memo`.
    """

    def __init__(
        self,
        rank: Callable[[Value], int | None],
        *,
        default: int = FLOAT32,
        autocast: bool = False,
        memo: str = "dtype",
    ) -> None:
        self.rank = rank
        self.default = default
        self.autocast = autocast
        self._memo = memo
        self._depth = 0

    def dtype(self, value: Value) -> str | None:
        """The name of the value's dtype ("float32"), or None if it isn't certain."""
        return promotion.name(self.of(value))

    def category(self, value: Value) -> str | None:
        """ "bool", "integer", "floating" or "complex", or None if that isn't certain."""
        return promotion.category(self.of(value))

    def of(self, value: Value) -> int:
        """The set of dtypes that the value may have, as `torchlint.semantics.promotion` writes it."""
        memo = value.memo
        if memo is None:
            memo = value.memo = {}
        found: int | None = memo.get(self._memo)
        if found is None:
            if self._depth >= _MAX_DEPTH:
                return ALL
            self._depth += 1
            try:
                found = memo[self._memo] = self._compute(value) or ALL
            finally:
                self._depth -= 1
        return found

    def _compute(self, value: Value) -> int:
        op = value.op
        if value.inplace:
            target = value.args.get("out") or value.args.get("input")
            return self.of(target) if target is not None else ALL
        if (sample := sample_of(value)) is not None:
            return self._stacked(sample)
        rule = RULES.get(op)
        if rule is not None:
            return rule(self, value)
        if op == PHI:
            found = 0
            for one in value.data:
                if not (one.op == CONST and one.data is None):
                    found |= self.of(one)
            return found or ALL
        if op in _SAME:
            source = value.args.get("input")  # missing where the call isn't understood
            return ALL if source is None else self.of(source)
        if op == values.ELEMENT:
            return self.element(value.args["input"], value.data)
        if op in (ATTR, METHOD) and value.data in ("values", "indices"):
            return self.element(value.args["input"], 0 if value.data == "values" else 1)
        if op == CALL:
            return self._call(value)
        if op == CONST:
            return self.number(kinds.constant(value.data))
        return ALL

    def describe(self, value: Value) -> str:
        """The value's dtype in words: its name, or its category, or "of unknown dtype"."""
        mask = self.of(value)
        if not mask & ~(FLOATS | COMPLEX):
            return self.dtype(value) or "floating"
        if not mask & ~(BOOL | promotion.INTEGERS):
            return self.dtype(value) or "integer"
        return self.dtype(value) or "of unknown dtype"

    def origin(self, value: Value) -> Value:
        """The value that gave this one its dtype, behind all that keeps it."""
        while True:
            keeps = value.op in _SAME or value.inplace or RULES.get(value.op) in KEEPING
            source = value.args.get("input") if keeps else None
            if (sample := sample_of(value)) is not None and sample.node is not None:
                return sample
            if source is None or self.of(source) != self.of(value) or source.op == CONST:
                return value
            value = source

    def unchanged(self, value: Value) -> bool:
        """Whether a conversion, to another dtype and nothing else, surely gives the dtype that its operand has already."""
        if value.op not in _CONVERSIONS or not value.args.keys() <= {"input", "dtype"}:
            return False
        source, wanted = value.args["input"], value.args.get("dtype")
        made = self.origin(source)
        if wanted is not None and wanted.op == ATTR and wanted is made.args.get("dtype"):
            return True
        dtype = self.dtype(value)
        return dtype is not None and dtype == self.dtype(source)

    def several(self, value: Value) -> bool:
        """Whether an operation gives several tensors: always, or by this use."""
        return value.op in ALWAYS_SEVERAL or (value.op in BY_DIM and "dim" in value.args)

    def element(self, value: Value, index: int) -> int:
        """The dtypes of one of the outputs of an operation that gives several."""
        if value.op == values.ELEMENT and value.args["input"].op == "lstm":
            value = value.args["input"]  # its state is a pair
        rule = ELEMENTS.get(value.op)
        if rule is not None and "out" not in value.args:
            return rule(self, value, index)
        if value.op in (values.TUPLE, values.LIST):
            content = value.data.content
            if value.data.exact and -len(content) <= index < len(content):
                return self.of(content[index])
            return ALL
        if value.op == PHI:
            found = 0
            for one in value.data:
                found |= self.element(one, index)
            return found
        return self.of(value) if kinds.of(value) == kinds.TENSOR else ALL

    def _call(self, value: Value) -> int:
        callee = value.args.get("callee")
        if callee is not None and callee.op == GLOBAL and callee.data.startswith("torch.cuda."):
            return _LEGACY.get(callee.data[11:].removesuffix("Tensor"), ALL)
        return ALL

    def argument(self, value: Value | None) -> int | None:
        """The dtypes that an argument `dtype` may mean; None where it is absent or None."""
        if value is None or (value.op == CONST and value.data is None):
            return None
        if value.op == GLOBAL:
            name: str = value.data
            if name in kinds.DTYPES:
                return BIT.get(kinds.DTYPES[name], promotion.OTHER)
            if name in _PYTHON_TYPES:
                return _PYTHON_TYPES[name]
            if name.startswith("torch.") and name.endswith("Tensor"):
                return _LEGACY.get(name.rpartition(".")[2].removesuffix("Tensor"), ALL)
            return ALL
        if value.op == CONST and isinstance(value.data, str) and value.data.endswith("Tensor"):
            return _LEGACY.get(value.data.rpartition(".")[2].removesuffix("Tensor"), ALL)
        if value.op == ATTR and value.data == "dtype":
            return self.of(value.args["input"])
        if value.op == PHI:
            found = 0
            for one in value.data:
                given = self.argument(one)
                found |= ALL if given is None else given
            return found
        return self.default if value.op == "get_default_dtype" else ALL

    def number(self, kind: int) -> int:
        """The dtypes that torch gives to Python numbers of these kinds."""
        found = 0
        if kind & kinds.BOOL:
            found |= BOOL
        if kind & kinds.INT:
            found |= INT64
        if kind & kinds.FLOAT:
            found |= self.default
        if kind & kinds.COMPLEX:
            found |= promotion.complex_of(self.default)
        return found or ALL

    def literal(self, value: Value) -> int:
        """The dtypes of `torch.tensor(value)`."""
        kind, mask = arrays.literal(value)
        if kind and not mask:  # the highest category decides: [True, 2, 3.0] is floating
            for highest in (kinds.COMPLEX, kinds.FLOAT, kinds.INT):
                if kind & highest:
                    return self.number(highest)
            return BOOL
        if value.op in (values.LIST, values.TUPLE):
            if not value.data.content:
                return self.default
            if kind:
                return ALL
            return self.items(value)
        return self.of(value) & arrays.of(value)

    def items(self, value: Value) -> int:
        """The dtypes of tensors in a sequence that have all the same dtype; all where it isn't a known sequence."""
        if value.op not in (values.LIST, values.TUPLE) or not value.data.content:
            return ALL
        found = 0
        for item in value.data.content:
            for one in [v for run in item.data for v in run] if item.op == values.CHOICE else (item,):
                found |= ALL if one.op == values.GAP else self.of(one)
        return found

    def operand(self, value: Value) -> Operand:
        """A value as an operand of type promotion."""
        kind = kinds.of(value)
        if kind and not kind & ~kinds.NUMBER:
            return ((promotion.NUMBER, self.number(kind)),)
        mask = self.of(value)
        rank = self.rank(value)
        if rank is not None:
            return ((promotion.SCALAR if rank == 0 else promotion.TENSOR, mask),)
        tensors = ((promotion.TENSOR, mask), (promotion.SCALAR, mask))
        if kind & kinds.NUMBER and mask == ALL:
            return (*tensors, (promotion.NUMBER, self.number(kind & kinds.NUMBER)))
        return tensors

    def promoted(self, *operands: Value | None) -> int:
        """The dtypes that torch's type promotion gives for these operands."""
        return promotion.result_type(tuple(self.operand(value) for value in operands if value is not None))

    def floating(self, mask: int) -> int:
        """What an operation gives that turns integers into the default floating dtype."""
        kept = mask & (FLOATS | COMPLEX | promotion.OTHER)
        return kept if kept == mask else kept | self.default

    def _stacked(self, sample: Value) -> int:
        """The dtypes of what default collation makes of samples like this one."""
        if (number := number_dtype(sample)) is not None:
            return BIT[number]
        found = self.of(sample)
        return arrays.of(sample) if found == ALL else found

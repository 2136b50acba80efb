"""What default collation makes of the samples of a DataLoader: tensors with an axis for the samples in front."""

from __future__ import annotations

from torchlint.semantics import kinds
from torchlint.semantics.values import ITEM, Value


def sample_of(value: Value) -> Value | None:
    """The sample whose like were stacked to give this part of a batch; None where `value` is no such part."""
    return value.args.get("sample") if value.op == ITEM else None


def number_dtype(value: Value) -> str | None:
    """The dtype that torch's default collation gives to Python numbers like this one."""
    kind = kinds.of(value)
    for one, name in ((kinds.BOOL, "bool"), (kinds.INT, "int64"), (kinds.FLOAT, "float64")):
        if not kind & ~one:
            return name
    return None

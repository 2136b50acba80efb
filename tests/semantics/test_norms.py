"""Which norms centre which axis."""

from __future__ import annotations

import pytest

from tests.semantics.graph import program
from torchlint.semantics.norms import centres

CASES = [
    ("nn.BatchNorm2d(c)", [(1, 4)], True),
    ("nn.BatchNorm2d(c)", [(2, 4)], False),
    ("nn.BatchNorm2d(c)", [(1, 3)], False),
    ("nn.BatchNorm2d(d)", [(1, 4)], False),
    ("nn.BatchNorm2d(int(d))", [(1, 4)], True),
    ("nn.BatchNorm1d(c)", [(1, 2)], True),
    ("nn.BatchNorm1d(c)", [(1, 2), (2, 3)], True),
    ("nn.BatchNorm1d(int(d))", [(1, 2), (2, 3)], False),
    ("nn.SyncBatchNorm(c)", [(1, 5)], True),
    ("nn.InstanceNorm1d(c)", [(1, 3)], True),
    ("nn.LazyBatchNorm1d()", [(1, 3)], True),
    ("nn.LazyBatchNorm1d()", [(1, 2), (2, 3)], False),
    ("nn.GroupNorm(2, c)", [(1, 4)], False),
    ("nn.LayerNorm(c)", [(1, 2)], False),
    ("nn.ReLU()", [(1, 4)], False),
]


@pytest.mark.parametrize(("norm", "places", "expected"), CASES)
def test_which_axis_a_norm_centres(norm: str, places: list[tuple[int, int]], expected: bool) -> None:
    found = program(f"from torch import nn\ndef f(x, c, d):\n    return {norm}(x), c\n")
    (returned,) = [value for value in found.values("py.escape") if value.data == "return"]
    result, size = returned.args["input"].data.content
    assert centres(result, places, size) is expected

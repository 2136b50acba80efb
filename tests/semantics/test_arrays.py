"""Dtypes and ranks of numpy arrays, against numpy itself."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tests.semantics.graph import held, program
from torchlint.semantics import array_ranks, arrays, promotion

EXACT = [
    "np.zeros(3)", "np.zeros((2, 3), 'float32')", "np.ones(2, dtype=np.int32)", "np.full((2,), 7)", "np.arange(4)",
    "np.arange(4, dtype='int32')", "np.arange(0, 1, 0.5)", "np.eye(3)", "np.array([[1, 2], [3, 4]])",
    "np.array([1, 2.5])", "np.array([True])", "np.array([0.5], dtype=np.float16)", "np.zeros_like(np.arange(3))",
    "np.random.rand(2, 3)", "np.random.randint(0, 5, (3, 4))", "np.random.randint(0, 5, size=6)",
    "np.random.binomial(1, 0.5, (3, 2))", "np.random.choice([0, 1], 5)", "np.random.choice(4, size=(2, 2))",
    "np.random.uniform(0, 1, (2, 3, 4))", "np.random.permutation(5)", "np.repeat(np.arange(3, dtype='int32'), 2)",
    "np.tile(np.arange(3), 2)", "np.stack([np.zeros(3), np.zeros(3)])",
    "np.concatenate([np.arange(3), np.arange(2)])", "np.stack((np.zeros(3, 'uint8'), np.ones(3, 'uint8')))",
    "np.eye(4)[np.arange(8) % 4]", "np.eye(4)[2]", "np.zeros((3, 4))[:, 0]", "np.zeros((3, 4))[1:, None]",
    "np.zeros((3, 4)).argmax(axis=1)", "np.argmax(np.zeros((3, 4)), axis=1)", "np.argmax(np.zeros((3, 4)), 1)",
    "np.zeros(3).astype(np.int16)", "np.zeros((3, 4)).astype('bool')", "np.zeros(3) > 0", "np.arange(3) == np.arange(3)",
    "np.arange(3) + 1", "np.arange(3) * 0.5", "np.arange(3) / 2", "np.zeros(3, 'float32') / 255",
    "np.zeros(3, 'uint8') * 2", "np.arange(3) + np.zeros((2, 3), 'int64')", "np.zeros((2, 3)).T", "np.zeros((2, 3)).ravel()",
    "np.copy(np.arange(3))", "1 - np.zeros((2, 3), 'float32')",
]  # fmt: skip
# Only the dtype is known, or only the rank, or neither.
PARTLY = [
    "np.where(np.arange(3) > 1, 1, 0)", "np.where(np.arange(3) > 1, 1.0, 0.0)", "np.where(np.arange(3) > 1, 1, 0.5)",
    "np.zeros((3, 4)).reshape(2, 6)", "np.zeros((3, 4), 'int8').sum()", "np.zeros((3, 4), 'int8').sum(axis=0)",
    "np.zeros((3, 4))[np.zeros((3, 4)) > 0]", "np.zeros((3, 4))[np.arange(2), np.arange(2)]", "np.unique(np.arange(3))",
    "np.unique(np.arange(3, dtype='int8'), return_inverse=True)[1]", "np.squeeze(np.zeros((1, 3)))",
    "np.expand_dims(np.arange(3), 0)", "np.hstack([np.zeros(3), np.zeros(3)])", "np.vstack([np.arange(3), np.zeros(3)])",
    "np.digitize(np.zeros(3), [0.5])", "np.zeros(3, 'int8') + np.arange(3)", "np.repeat(np.zeros((2, 2)), 2, axis=0)",
    "np.tile(np.zeros(3), (2, 2))", "np.argmax(np.zeros((3, 4)))", "np.argmax(np.zeros((3, 4)), 1, keepdims=True)",
    "np.zeros(3, bool) + 1", "np.zeros(3, 'uint8') * 2.5",
]  # fmt: skip


def known(code: str) -> tuple[str | None, int | None]:
    value = program("import numpy as np\ny = " + code).module_frame.names["y"]
    return promotion.name(arrays.of(value)), array_ranks.of(value)


def true(code: str) -> tuple[str, int]:
    np = pytest.importorskip("numpy")
    result: Any = eval(compile(ast.parse(code, mode="eval"), "", "eval"), {"np": np})
    return str(result.dtype), result.ndim


@pytest.mark.parametrize("code", EXACT)
def test_dtype_and_rank_are_numpys(code: str) -> None:
    assert known(code) == true(code)


@pytest.mark.parametrize("code", PARTLY)
def test_what_is_known_is_numpys(code: str) -> None:
    assert all(mine in (None, right) for mine, right in zip(known(code), true(code), strict=True)), known(code)


COLUMNS = [
    ("frame['y'].values", None),
    ("frame['y'].astype('int32').values", "int32"),
    ("frame['y'].astype(np.int8).to_numpy()", "int8"),
    ("frame['y'].astype('int32').to_numpy(dtype='int64')", None),
    ("stored['y'].values", "int32"),
    ("stored['x'].values", None),
    ("overwritten['y'].values", "int16"),
]


@pytest.mark.parametrize(("code", "dtype"), COLUMNS)
def test_columns_of_tables(code: str, dtype: str | None) -> None:
    head = (
        "import numpy as np\nframe, stored, overwritten, name = input(), input(), input(), input()\n"
        "stored['y'] = stored['y'].astype('int32')\nstored['z'] = stored['z'].astype('int64')\n"
        "overwritten['y'] = np.arange(3)\noverwritten['y'] = overwritten['y'].astype('int16')\ny = "
    )
    assert promotion.name(arrays.of(program(head + code).module_frame.names["y"])) == dtype


TESTS = [
    ("isinstance(np.zeros(3), torch.Tensor)", "False"),
    ("isinstance(np.zeros(3, 'int32')[0], torch.Tensor)", "False"),
    ("1 if torch.tensor(np.zeros(3)).is_floating_point() else 0", "1"),
    ("1 if torch.from_numpy(np.arange(3).astype('int32')).is_floating_point() else 0", "0"),
    ("1 if torch.tensor(np.arange(3), dtype=torch.float32).is_floating_point() else 0", "1 | 0"),
    ("1 if torch.tensor(input()).is_floating_point() else 0", "1 | 0"),
    ("1 if isinstance(input(), torch.Tensor) else 0", "1 | 0"),
]


@pytest.mark.parametrize(("code", "expected"), TESTS)
def test_tests_of_arrays(code: str, expected: str) -> None:
    assert held(f"import numpy as np\nimport torch\ny = {code}") == expected

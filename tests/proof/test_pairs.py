"""Rewrite pairs, executed: which are proved, and why others are not."""

from pathlib import Path

import pytest

from torchlint.proof.execute import execute_pairs
from torchlint.proof.versions import Verdict

PAIR = """
from __future__ import annotations
from typing import TYPE_CHECKING
from torchlint.rewrite import Pair
if TYPE_CHECKING:
    import torch
    from torch import Tensor

class Given(Pair):
    hard = {hard}
    ordinary = {{"mask": (1.0, 0.0, 1.0, 1.0, 0.0)}}

    @staticmethod
    def pattern({parameters}):
        return {pattern}

    @staticmethod
    def replacement({parameters}):
        return {replacement}
"""
SOFTMAX = {
    "hard": '{"x": (1000.0, 0.0, -1000.0, 5.0, 1.0)}',
    "parameters": "x: Tensor, dim: int",
    "pattern": "torch.exp(x) / torch.sum(torch.exp(x), dim, keepdim=True)",
    "replacement": "torch.softmax(x, dim)",
}


def prove(folder: Path, **changes: str) -> Verdict:
    pytest.importorskip("torch")
    file = folder / "pairs.py"
    file.write_text(PAIR.format(**{**SOFTMAX, **changes}))
    (verdict,) = execute_pairs(file, ("Given",))
    return verdict


def test_a_pair_is_proved(tmp_path: Path) -> None:
    verdict = prove(tmp_path)
    assert verdict.failure == ""
    assert verdict.before == "values and gradients wrong or not finite on hard inputs"
    assert verdict.difference is not None
    assert verdict.difference < 1e-12


@pytest.mark.parametrize(
    "changes",
    [
        {  # both truth values, with and without the argument
            "parameters": "x: Tensor, dim: int, keepdim: bool, dtype: torch.dtype | None",
            "pattern": "torch.log(torch.sum(torch.exp(x), dim, keepdim=keepdim, dtype=dtype))",
            "replacement": "torch.logsumexp(x, dim, keepdim=keepdim)",
        },
        {  # a mask that is given, and needs no gradient
            "parameters": "x: Tensor, mask: Tensor, dim: int",
            "pattern": "torch.exp(x) * mask / torch.sum(torch.exp(x) * mask, dim, keepdim=True)",
            "replacement": "torch.softmax(x.masked_fill(mask == 0, float('-inf')), dim)",
        },
    ],
)
def test_options_of_a_pair(changes: dict[str, str], tmp_path: Path) -> None:
    assert prove(tmp_path, **changes).failure == ""


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"replacement": "torch.softmax(x, 0)"}, "the value differs by 0."),
        ({"replacement": "torch.softmax(x, dim).detach() + 0 * x"}, "the gradient of x differs by 0."),
        ({"replacement": SOFTMAX["pattern"]}, "the replacement is not finite on the hard inputs (dim=-1)"),
        ({"pattern": SOFTMAX["replacement"]}, "the pattern does not break on the hard inputs (dim=-1)"),
        ({"hard": "{}"}, "there are no hard inputs"),
        ({"parameters": "x: Tensor, dim: str"}, "parameter dim of the pattern is annotated str"),
        ({"replacement": "torch.softmax(x, 7)"}, "cannot be measured: IndexError: Dimension out of range"),
    ],
)
def test_a_pair_that_is_wrong(changes: dict[str, str], failure: str, tmp_path: Path) -> None:
    assert failure in prove(tmp_path, **changes).failure

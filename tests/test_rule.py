"""The words by which a rule leaves a whole file out."""

from __future__ import annotations

import pytest

from torchlint.rule import occurs


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("exp", "x.exp()", True),
        ("exp", "exp", True),
        ("exp", "x.exp_()", True),
        ("exp", "log_exp(x)", True),
        ("exp", "torch.exp2(x)", True),
        ("exp", "expected", False),
        ("exp", "an exporter, regexp", False),
        ("exp", "expected exp", True),
        ("nn", "connection, nnet, 2nn", False),
        ("nn", "from torch import nn", True),
        ("BatchNorm", "BatchNorm2d(3)", True),
        ("BatchNorm", "SyncBatchNorm(3)", False),
        ("log", "", False),
        ("log", "déjàlog", False),
    ],
)
def test_what_counts_as_a_word(word: str, text: str, expected: bool) -> None:
    assert occurs(word, text) is expected

"""Both halves of every pair are torch functions: they are executed, on ordinary and on hard inputs."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from torchlint import registry
from torchlint.rewrite import Pair, RewriteRule
from torchlint.rewrite.pair import variants

PAIRS = [pair for rule in registry.load() if isinstance(rule, RewriteRule) for pair in rule.pairs]


def name(pair: type[Pair]) -> str:
    """A pair's name in test ids."""
    return f"{pair.__module__.rpartition('.')[2]}.{pair.__name__}"


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_the_halves_agree_and_only_the_pattern_breaks(pair: type[Pair], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from torchlint.proof.pairs import PairJob, verdicts

    job = PairJob(Path(inspect.getfile(pair)), (pair.__name__,), tmp_path / "result")
    assert [verdict.failure for verdict in verdicts(job)] == [""]


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_the_halves_take_the_same_parameters(pair: type[Pair]) -> None:
    assert inspect.signature(pair.pattern) == inspect.signature(pair.replacement)


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_conditions_name_parameters(pair: type[Pair]) -> None:
    parameters = inspect.signature(pair.pattern).parameters
    assert {*pair.unbounded, *pair.ordinary, *pair.hard} <= parameters.keys()


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_all_parameters_are_decided_or_bound(pair: type[Pair]) -> None:
    for variant in variants(pair):
        assert variant.roots
        assert variant.term.op != "var"

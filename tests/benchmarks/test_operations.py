"""The comparison of the operations with torch: a small part of it is made here, the whole is recorded."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("torch")
pytest.importorskip("expecttest")

from benchmarks.operating import calls, comparing, draws, extras, measured, page, running, samples
from torchlint.semantics.ops import EQUALITIES, RULES
from torchlint.semantics.ops import type_table as types

RECORDED = measured.read()
COMPARED = {rule for row in RECORDED.rows if row.count("agreed") + row.count("unknown") for rule in row.rules}


@pytest.mark.parametrize(
    "table", [RULES, EQUALITIES, types.RULES, types.ELEMENTS], ids=["sizes", "equal", "dtype", "parts"]
)
def test_every_operation_has_been_compared(table: dict[str, object]) -> None:
    assert sorted(set(table) - COMPARED - extras.NOT_COMPARED) == []


def test_no_recorded_answer_is_wrong() -> None:
    assert [row.name for row in RECORDED.rows if row.count("wrong") or row.failed] == []


def test_the_page_shows_the_recorded_outcome() -> None:
    assert page.PAGE.read_text("utf-8") == page.text(RECORDED)


def test_the_record_covers_torchs_databases() -> None:
    assert set(running.names()) == {row.name for row in RECORDED.rows}


@pytest.mark.parametrize("part", range(4))
def test_a_part_of_the_comparison(part: int) -> None:
    names = random.Random(part).sample(sorted(running.names().items()), 6)
    for name, kind in names:
        row = running.tally(name, kind, running.Amount(6, 4, "suite"))
        assert row.wrong == [], name


WRONG = {
    "sizes": ("reshape", "shape", lambda input, shape: RULES["permute"](input, (1, 0))),
    "strides": ("tanh", "strides", lambda input: RULES["softmax"](input)),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_rule_is_noticed(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, aspect, rule = WRONG[case]
    monkeypatch.setitem(RULES, name, rule)
    tally = comparing.Tally()
    comparing.compare(_some(name), tally)
    assert tally.counts[f"{aspect} wrong"]
    assert tally.wrong


def _some(name: str) -> list[calls.Call]:
    every = draws.draws(list(samples.of_operation(name)), "seed")
    return [next(every) for _ in range(300)]

"""The ledger's file, its comparison with a run, and the figures made of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.ledger import entries, figures, second_reader
from benchmarks.ledger.entries import Entry, LedgerError, compare

ENTRY = Entry("pkg", "pkg/m.py", 3, "TL201", "certain", "ab" * 16, "true", "nn.Conv2d(3, 8, 3)", "any batch", "bias")


def judged(number: int, verdict: str, code: str = "TL201", certainty: str = "certain") -> Entry:
    return replace(ENTRY, fingerprint=f"{number:032x}", verdict=verdict, code=code, certainty=certainty)


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.tsv"
    # Quotes and runs of blanks occur in source lines; a tab would add a column.
    odd = replace(ENTRY, path="pkg/a.py", quote='x = "a\tb" \'c', verdict="", damage="", reason="")
    entries.write([ENTRY, odd], path)
    assert entries.read(path) == (replace(odd, quote='x = "a b" \'c'), ENTRY)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (replace(ENTRY, verdict="maybe"), "'maybe' is no verdict"),
        (replace(ENTRY, reason=""), "a verdict needs a reason"),
        (replace(ENTRY, damage=""), "a true finding needs an input"),
    ],
)
def test_a_verdict_must_say_what_it_rests_on(wrong: Entry, message: str, tmp_path: Path) -> None:
    entries.write([wrong], tmp_path / "ledger.tsv")
    with pytest.raises(LedgerError, match=rf"ledger\.tsv:2: {message}"):
        entries.read(tmp_path / "ledger.tsv")


def test_doubled_findings_and_missing_columns_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "ledger.tsv"
    entries.write([ENTRY, ENTRY], path)
    with pytest.raises(LedgerError, match="twice"):
        entries.read(path)
    path.write_text(path.read_text().replace("\tbias", "", 1))
    with pytest.raises(LedgerError, match="number of columns"):
        entries.read(path)


def test_a_finding_that_moved_keeps_its_verdict() -> None:
    moved = replace(ENTRY, line=40, verdict="", damage="", reason="", quote="moved")
    new = replace(moved, fingerprint="cd" * 16)
    gone = replace(ENTRY, fingerprint="ef" * 16)
    comparison = compare([moved, new], [ENTRY, gone])
    assert comparison.present == (replace(ENTRY, line=40, quote="moved"), new)
    assert comparison.gained == comparison.unjudged == (new,)
    assert comparison.lost == (gone,)


def test_a_known_finding_without_verdict_is_unjudged_but_not_gained() -> None:
    waiting = replace(ENTRY, verdict="", damage="", reason="")
    comparison = compare([waiting], [waiting])
    assert (comparison.gained, comparison.unjudged) == ((), (waiting,))


def test_precision_counts_pointless_against_a_rule() -> None:
    found = [
        judged(1, "true"),
        judged(2, "pointless"),
        judged(3, "false"),
        judged(4, "true", "TL501", "assumed"),
        judged(5, ""),
    ]
    table = {row.name: (row.true, row.false, row.pointless, row.precision) for row in figures.precision(found)}
    assert table == {
        "TL201": (1, 1, 1, "33.3%"),
        "TL501": (1, 0, 0, "100.0%"),
        "certain": (1, 1, 1, "33.3%"),
        "assumed": (1, 0, 0, "100.0%"),
        "all": (2, 1, 1, "50.0%"),
    }


def test_the_sample_is_seeded_and_stable() -> None:
    ledger = [judged(number, "true") for number in range(100)] + [judged(200, "")]
    drawn = second_reader.sample(ledger, "1")
    assert len(drawn) == second_reader.SIZE
    assert drawn == second_reader.sample(reversed(ledger), "1") != second_reader.sample(ledger, "2")
    more = second_reader.sample([*ledger, judged(300, "false")], "1")
    assert len(set(drawn) & set(more)) >= second_reader.SIZE - 1
    rare = [judged(400 + number, "true", "TL501") for number in range(3)]
    assert set(rare) <= set(second_reader.sample([*ledger, *rare], "1"))


def test_the_second_reader_sees_code_and_claim_but_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/m.py").write_text("import torch\n\nconv = 1\n")
    shown = second_reader.question(
        1, replace(ENTRY, verdict="pointless", reason="SECRET"), "its bias is redundant", tmp_path
    )
    assert ">     3  conv = 1" in shown and "its bias is redundant" in shown
    assert "pointless" not in shown and "SECRET" not in shown


def test_agreement_counts_what_both_judged(tmp_path: Path) -> None:
    ledger = [judged(1, "true"), judged(2, "pointless"), judged(3, "")]
    readings = [second_reader.Reading("pkg", "pkg/m.py", 3, entry.fingerprint, "true", "why") for entry in ledger]
    second_reader.write(readings, tmp_path / "readings.tsv")
    assert second_reader.read(tmp_path / "readings.tsv") == tuple(readings)
    found = second_reader.agreement(ledger, readings)
    assert (str(found), found.differing) == ("1 of 2 (50%)", ((ledger[1], readings[1]),))
    assert second_reader.read(tmp_path / "none.tsv") == ()

"""The command: a made-up package without network, the pinned sample with one, and the committed page."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from benchmarks import ecosystem
from benchmarks.ledger import entries, measured, packages, page, second_reader

MODEL = """\
import torch.nn as nn

model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))
"""


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """Options for a package that is in the cache already."""
    wheel = tmp_path / "cache/wheels/toy-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("toy/model.py", MODEL)
        archive.writestr("toy/copy_of_model.py", MODEL)
        archive.writestr("toy/other.py", MODEL + "\n")
        archive.writestr("toy/old.py", "print 'Python 2'\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    pins = f'[[package]]\nname = "toy"\nversion = "1.0"\nwheel = "{wheel.name}"\nsha256 = "{digest}"\n'
    (tmp_path / "pins.toml").write_text(pins)
    entries.write([], tmp_path / "ledger.tsv")
    return [
        f"--{name}={tmp_path / path}"
        for name, path in (("cache", "cache"), ("pins", "pins.toml"), ("ledger", "ledger.tsv"))
    ]


def test_findings_without_a_verdict_fail_the_run(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ecosystem.main([*arguments, "--update"]) == ecosystem.UNJUDGED
    assert "2 gained" in capsys.readouterr().out
    found = entries.read(tmp_path / "ledger.tsv")
    assert [(entry.path, entry.line, entry.code, entry.certainty, entry.verdict) for entry in found] == [
        ("toy/copy_of_model.py", 3, "TL201", "certain", ""),
        ("toy/other.py", 3, "TL201", "certain", ""),
    ]
    assert found[0].quote == MODEL.splitlines()[2]
    entries.write(
        [entries.replace(each, verdict="true", damage="any", reason="bias") for each in found], tmp_path / "ledger.tsv"
    )
    assert ecosystem.main(arguments) == 0
    out = capsys.readouterr().out
    assert "0 gained\n0 lost\n0 without a verdict" in out
    assert "3 files, 8 lines (each text once), 1 problems" in out
    assert "  toy toy/old.py:1:" in out


def test_what_is_no_longer_found_is_lost(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ecosystem.main([*arguments, "--update"])
    gone = entries.replace(
        entries.read(tmp_path / "ledger.tsv")[0], fingerprint="0" * 32, verdict="false", reason="why"
    )
    entries.write([gone], tmp_path / "ledger.tsv")
    ecosystem.main(arguments)
    assert "1 lost:\n  toy toy/copy_of_model.py:3 TL201 false" in capsys.readouterr().out


def test_another_file_than_the_pinned_one_is_refused(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "cache/wheels/toy-1.0-py3-none-any.whl").open("ab") as file:
        file.write(b"more")
    assert ecosystem.main(arguments) == ecosystem.FAILED
    assert "not the pinned file" in capsys.readouterr().err
    assert not (tmp_path / "cache/packages").exists()


def test_the_second_reader_is_asked_without_verdicts(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ecosystem.main([*arguments, "--update"])
    found = entries.read(tmp_path / "ledger.tsv")
    entries.write([entries.replace(each, verdict="false", reason="SECRET") for each in found], tmp_path / "ledger.tsv")
    capsys.readouterr()
    assert ecosystem.main([*arguments, "--second-reader", "7"]) == 0
    out = capsys.readouterr().out
    assert out.count("claim: ") == 2 and "BatchNorm2d" in out and "SECRET" not in out


def test_enough_is_pinned() -> None:
    pinned = packages.load()
    assert len(pinned) >= 20
    assert len({package.name for package in pinned}) == len(pinned)
    assert sum(bool(package.training) for package in pinned) >= 5
    assert all(len(package.sha256) == 64 and package.wheel.endswith(".whl") for package in pinned)
    assert measured.read().lines >= 3_000_000


def test_the_sample_holds_what_the_ledger_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = ecosystem.main(["--sample", f"--cache={tmp_path}"])
    output = capsys.readouterr()
    if result == ecosystem.FAILED and not list(tmp_path.rglob("*.whl")):
        pytest.skip(f"the package index can't be reached: {output.err}")
    assert result == 0, output.out + output.err
    assert "0 gained\n0 lost\n" in output.out


def test_the_page_is_current() -> None:
    """Otherwise: python -m benchmarks.ecosystem --page"""
    known = entries.read()
    contents = page.parts(packages.load(), known, measured.read(), second_reader.agreement(known, second_reader.read()))
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.replaced(text, contents) == text


def test_every_ledger_entry_is_of_a_pinned_package() -> None:
    assert {entry.package for entry in entries.read()} <= {package.name for package in packages.load()}

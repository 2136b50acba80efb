"""What `torchlint prove` prints, writes and exits with."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from torchlint import cli, proving, registry
from torchlint.proof.execute import CannotRun
from torchlint.proof.prove import ProofReport, Row
from torchlint.rule import Rule

GOOD = Row("TL501", "heads.py", "RuntimeError: view size", "runs; `x` equal", 1.5e-7, ())
PAIR = Row("TL302", "Plain", "values not finite", "finite", 0.0, (), pair=True)
BAD = Row("TL301", "loss.py", "", "", None, ("non-finite: x is finite before the fix",))
FAILURE = "TL301: loss.py: non-finite: x is finite before the fix"


class Known(Rule):
    code = "TL501"


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "load", lambda: (Known(),))


def run(monkeypatch: pytest.MonkeyPatch, report: ProofReport, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(proving, "prove", lambda *_: report)
    result = CliRunner().invoke(cli.cli, ["prove", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_table_that_says_what_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = run(monkeypatch, ProofReport((GOOD,), ()))
    assert code == 0
    assert err == "Executing the programs in examples under torch, before and after their fix.\n"
    for part in ("Wrong before", "TL501", "heads.py", "RuntimeError: view size", "runs; x equal", "1.5e-07"):
        assert part in out
    assert "\x1b" not in out


def test_a_failure_is_named_and_exits_with_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "proof.md"
    code, out, err = run(monkeypatch, ProofReport((GOOD, BAD), (FAILURE,)), "--write", str(page))
    assert code == 1
    assert "not proved" in out
    assert f"not proved: {FAILURE}\n" in err
    assert not page.exists()


def test_the_table_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "proof.md"
    code, out, _ = run(monkeypatch, ProofReport((PAIR, GOOD), ()), "--write", str(page))
    assert code == 0
    assert "pair Plain" in out
    programs, _, pairs = page.read_text().partition("## Rewrite pairs")
    assert "| TL501 | heads.py | RuntimeError: view size | runs; `x` equal | 1.5e-07 |" in programs
    assert "| TL302 | Plain | values not finite | finite | 0 |" in pairs
    code, _, err = run(monkeypatch, ProofReport((GOOD,), ()), "--write", str(tmp_path / "none" / "proof.md"))
    assert code == 2
    assert "proof.md: No such file" in err


def test_codes_and_folder_are_handed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = []

    def prove(rules: tuple[Rule, ...], examples: Path, codes: list[str]) -> ProofReport:
        seen.append(([rule.code for rule in rules], examples, codes))
        raise CannotRun("torch is missing")

    monkeypatch.setattr(proving, "prove", prove)
    result = CliRunner().invoke(cli.cli, ["prove", "tl501", "--examples", str(tmp_path)])
    assert seen == [(["TL501"], tmp_path, ["TL501"])]
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "torchlint: torch is missing"

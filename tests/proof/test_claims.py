"""The format of proof.toml."""

from pathlib import Path

import pytest

from torchlint.proof.claims import Equal, Program, ProofFormatError, Raises, load, parse

CLAIM = {"kind": "raises", "exception": "RuntimeError", "message": "view"}


def test_a_program_with_claims() -> None:
    equal = {"kind": "equal", "entry": "other", "tolerance": 1, "ignore": ["*.bias"]}
    assert parse({"program": [{"file": "a.py", "by-hand": True, "claim": [CLAIM, equal]}]}) == (
        Program(
            file="a.py",
            by_hand=True,
            claim=(
                Raises(exception="RuntimeError", message="view"),
                Equal(entry="other", tolerance=1.0, ignore=("*.bias",)),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "expected at least one [[program]]"),
        ({"program": [{"file": "a.py"}]}, "program 1: expected at least one [[program.claim]]"),
        ({"program": [1]}, "program 1: expected a table"),
        ({"program": [{"file": "a.py", "claim": [1]}]}, "program 1, claim 1: expected a table"),
        ({"programs": []}, "the file: unknown key 'programs'; did you mean 'program'?"),
        ({"program": [{"claim": [CLAIM]}]}, "program 1: file is missing"),
        ({"program": [{"file": "a.py", "sede": 1, "claim": [CLAIM]}]}, "unknown key 'sede'; did you mean 'seed'?"),
        ({"program": [{"file": "a.py", "seed": "1", "claim": [CLAIM]}]}, "seed: expected int, found str"),
        ({"program": [{"file": "a.py", "claim": [{"kind": "raise"}]}]}, "unknown kind 'raise'; did you mean 'raises'?"),
        ({"program": [{"file": "a.py", "claim": [{"kind": "non-finite"}]}]}, "claim 1 (non-finite): names is missing"),
        (
            {"program": [{"file": "a.py", "claim": [{"kind": "non-finite", "names": "loss"}]}]},
            "names: expected a list of strings",
        ),
    ],
)
def test_what_has_no_meaning_is_an_error(table: dict[str, object], message: str) -> None:
    with pytest.raises(ProofFormatError) as error:
        parse(table)
    assert message in str(error.value)


def test_errors_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(ProofFormatError, match=r"proof\.toml: No such file"):
        load(tmp_path / "proof.toml")
    (tmp_path / "proof.toml").write_text("program = 1 2")
    with pytest.raises(ProofFormatError, match=r"proof\.toml: .*line 1"):
        load(tmp_path / "proof.toml")

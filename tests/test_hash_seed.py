"""The same output under every hash seed: no finding, message or order may depend on the order of a set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import TESTS, Run


@pytest.mark.parametrize("output_format", ["full", "json"])
def test_output_does_not_depend_on_the_hash_seed(output_format: str, torchlint: Run) -> None:
    paths = [
        str(path)
        for path in (TESTS / "fixtures", TESTS.parent / "examples", Path(__file__).parent / "packs")
        if path.exists()
    ]
    outputs = {
        (result.stdout, result.stderr, result.returncode)
        for seed in ("0", "1", "77", "4242")
        for result in [
            torchlint("check", "--isolated", "--output-format", output_format, *paths, env={"PYTHONHASHSEED": seed})
        ]
    }
    assert len(outputs) == 1

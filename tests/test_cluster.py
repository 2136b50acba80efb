"""`--executor dask://HOST:PORT`, against a real cluster of worker processes."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FAILING_PACK, PACKS, Run

PITFALL = "import torch.nn as nn\nblock = nn.Sequential(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8))\n"
FILES = 50
BOTH = (PACKS, FAILING_PACK)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    environment, path = os.environ.copy(), list(sys.path)
    os.environ.pop("TORCHLINT_STRICT", None)
    sys.path[:0] = map(str, BOTH)  # processes that are spawned get it from this one
    try:
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="CRITICAL"
        ) as cluster:
            yield cluster.scheduler_address.replace("tcp://", "dask://")
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for number in range(FILES):
        (tmp_path / f"{number:02}.py").write_text(PITFALL.replace("8", str(number + 2)))
    (tmp_path / "broken.py").write_text("x = (\n")
    (tmp_path / "toy.py").write_text("x = old_call(1)\n")
    (tmp_path / "pyproject.toml").write_text('[tool.torchlint.per-file-ignores]\n"1*.py" = ["TL201"]\n')
    return tmp_path


@pytest.mark.parametrize("form", ["concise", "json", "full"])
def test_the_same_report_byte_for_byte(scheduler: str, tree: Path, torchlint: Run, form: str) -> None:
    arguments = ("check", "--no-cache", "--output-format", form, ".")
    here = torchlint(*arguments, packs=BOTH)
    there = torchlint(*arguments, "--executor", scheduler, packs=BOTH)
    assert here.stdout.count("TL201") >= FILES - 10
    assert (there.stdout, there.stderr, there.returncode) == (here.stdout, here.stderr, here.returncode)


def test_fixes_are_written_here(scheduler: str, tree: Path, torchlint: Run) -> None:
    (tree / "05.py").chmod(0o444)
    result = torchlint("check", "--fix", "--unsafe-fixes", "--executor", scheduler, ".", packs=BOTH)
    assert "05.py:1:1: can't be written, left as it is: it is read-only" in result.stderr
    assert [path.name for path in sorted(tree.glob("0*.py")) if "bias=False" not in path.read_text()] == ["05.py"]


def test_a_failing_rule_on_a_worker_is_a_warning(scheduler: str, tmp_path: Path, torchlint: Run) -> None:
    (tmp_path / "a.py").write_text("explode(1)\n")
    result = torchlint("check", "--executor", scheduler, packs=BOTH)
    assert result.returncode == 2
    assert result.stderr.startswith("a.py:1:1: rule TLX990 (raises) failed and was left out here")


def test_workers_with_other_rules_are_refused(scheduler: str, tmp_path: Path, torchlint: Run) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    result = torchlint("check", "--executor", scheduler, packs=(PACKS,))
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert "TLX990" in result.stderr


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("spark://here:1", "unknown executor 'spark://here:1': it is written dask://HOST:PORT"),
        ("dask://", "unknown executor 'dask://': it is written dask://HOST:PORT"),
    ],
)
def test_an_address_that_means_nothing(torchlint: Run, tmp_path: Path, address: str, message: str) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    result = torchlint("check", "--executor", address)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"torchlint: {message}\n")


def test_nobody_answers(torchlint: Run, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    (tmp_path / "a.py").write_text("x = 1\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # a port where nobody listens
        port = taken.getsockname()[1]
        result = torchlint("check", "--executor", f"dask://127.0.0.1:{port}")
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert f"no Dask scheduler answers at 127.0.0.1:{port}" in result.stderr

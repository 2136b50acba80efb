"""Execute both versions of a program, or both halves of rewrite pairs, in a child process with a time limit."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import torchlint
from torchlint.proof.claims import Program
from torchlint.proof.pairs import PairJob
from torchlint.proof.versions import Job, Verdict

_START = "from torchlint.proof.child import main; main()"
_PAIRS_TIMEOUT = 120.0  # seconds for all pairs of a rule


class CannotRun(Exception):
    """Nothing can be proved here, for example because torch is not installed; the message is one line."""


def require_torch() -> None:
    """Raise CannotRun where torch is not installed. Only child processes import it."""
    if importlib.util.find_spec("torch") is None:
        raise CannotRun("prove executes programs under torch, which is not installed here: pip install torch numpy")


def execute(program: Program, before: str, after: str) -> list[Verdict]:
    """Run the texts `before` and `after` of a program and measure its claims, one verdict a claim."""
    with tempfile.TemporaryDirectory(prefix="torchlint-prove-") as name:
        folder = Path(name)
        job = Job(program, folder / "before" / program.file, folder / "after" / program.file, folder / "verdicts.json")
        for path, text in ((job.before, before), (job.after, after)):
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8", newline="")
        result = _child(job, program.timeout, folder)
    if isinstance(result, str):
        return [Verdict(failure=f"{claim.kind}: {result}") for claim in program.claim]
    return result


def execute_pairs(file: Path, pairs: tuple[str, ...]) -> list[Verdict]:
    """Run both halves of the rewrite pairs in a rule's module, one verdict a pair."""
    with tempfile.TemporaryDirectory(prefix="torchlint-prove-") as name:
        result = _child(PairJob(file, pairs, Path(name) / "verdicts.json"), _PAIRS_TIMEOUT, Path(name))
    return [Verdict(failure=result) for _ in pairs] if isinstance(result, str) else result


def _child(job: Job | PairJob, timeout: float, folder: Path) -> list[Verdict] | str:
    """What a child process measures, or why it measured nothing. It works in an empty folder."""
    work = folder / "work"
    work.mkdir()
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-c", _START],
            input=pickle.dumps(job),
            capture_output=True,
            cwd=work,
            env=_environment(),
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"still running after {timeout:g} seconds"
    if child.returncode or not job.result.exists():
        lines = child.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        return f"the process ended with code {child.returncode}: {lines[-1]}"
    return [Verdict(**verdict) for verdict in json.loads(job.result.read_text(encoding="utf-8"))]


def _environment() -> dict[str, str]:
    """The child finds the torchlint that runs here, wherever it was imported from, and counts on one thread."""
    root = str(Path(torchlint.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
    }

"""Execute both versions of a program in a child process with a time limit."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import torchlint
from torchlint.proof.claims import Program
from torchlint.proof.versions import Job, Verdict

_START = "from torchlint.proof.child import main; main()"


class CannotRun(Exception):
    """Nothing can be proved here, for example because torch is not installed; the message is one line."""


def require_torch() -> None:
    """Raise CannotRun unless a child process can import torch."""
    child = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True, text=True, check=False)
    if child.returncode:
        reason = (child.stderr.strip().splitlines() or ["the interpreter stopped"])[-1]
        raise CannotRun(f"prove executes programs under torch, which cannot be imported here ({reason}); install torch")


def execute(program: Program, before: str, after: str) -> list[Verdict]:
    """Run the texts `before` and `after` of a program and measure its claims, one verdict a claim.

    The child works in an empty temporary folder. Where it takes too long or dies, every claim has failed.
    """
    with tempfile.TemporaryDirectory(prefix="torchlint-prove-") as name:
        folder = Path(name)
        job = Job(program, folder / "before" / program.file, folder / "after" / program.file, folder / "verdicts.json")
        for path, text in ((job.before, before), (job.after, after)):
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8", newline="")
        work = folder / "work"
        work.mkdir()
        try:
            child = subprocess.run(
                [sys.executable, "-P", "-c", _START],
                input=pickle.dumps(job),
                capture_output=True,
                cwd=work,
                env=_environment(),
                timeout=program.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _all_failed(program, f"still running after {program.timeout:g} seconds")
        if child.returncode or not job.result.exists():
            lines = child.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
            return _all_failed(program, f"the process ended with code {child.returncode}: {lines[-1]}")
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


def _all_failed(program: Program, reason: str) -> list[Verdict]:
    return [Verdict(failure=f"{claim.kind}: {reason}") for claim in program.claim]

"""The figures of the last recorded run, which the page shows: they depend on the machine, the ledger does not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

MEASURED = Path(__file__).parent / "measured.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """`lines` and `files` count each text once; `packages` has the lines of each package, `problems` what was unreadable."""

    date: str
    torchlint: str
    python: str
    machine: str
    files: int
    lines: int
    seconds: float
    problems: int
    packages: dict[str, int]


def read(path: Path = MEASURED) -> Measured:
    """The recorded run."""
    return Measured(**json.loads(path.read_text(encoding="utf-8")))


def write(measured: Measured, path: Path = MEASURED) -> None:
    """Record a run."""
    path.write_text(json.dumps(asdict(measured), indent=1) + "\n", encoding="utf-8")

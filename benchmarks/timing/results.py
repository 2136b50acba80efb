"""The measured figures, as a file of JSON keeps them: each run replaces what it measured anew, and leaves the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.timing.completeness import Complete

MEASURED = Path(__file__).parent / "measured.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One tool on one package: medians of `runs` runs. CPU and wall time in seconds, `peak` memory in MiB.

    `load`: the machine's load average when the runs ended.
    """

    package: str
    tool: str
    version: str
    files: int
    bytes: int
    runs: int
    cpu: float
    peak: float
    wall: float
    load: float
    date: str

    @property
    def key(self) -> tuple[object, ...]:
        """What a newer measurement of the same replaces."""
        return self.package, self.tool


@dataclass(frozen=True, slots=True)
class Growth:
    """A cost at several sizes. `of`: "length" (a file repeated) or "files" (parts of a package).

    `sizes` are copies or files, `amounts` what cost is expected to grow with: copies or bytes. `cpu` and `peak` are
    torchlint's, `floor` is the CPU time of libcst.parse_module; `idle` and `floor_idle` are those of an empty file.
    """

    of: str
    subject: str
    sizes: tuple[int, ...]
    amounts: tuple[int, ...]
    cpu: tuple[float, ...]
    floor: tuple[float, ...]
    peak: tuple[float, ...]
    idle: float
    floor_idle: float
    runs: int
    date: str

    @property
    def key(self) -> tuple[object, ...]:
        """What a newer measurement of the same replaces."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Plain:
    """Files without any rule's ingredient: CPU seconds of flake8, of the plugin's start, and of the plugin on the files."""

    package: str
    files: int
    flake8: float
    start: float
    plugin: float
    runs: int
    date: str

    @property
    def key(self) -> tuple[object, ...]:
        """What a newer measurement of the same replaces."""
        return ()


@dataclass(frozen=True, slots=True)
class Processes:
    """Wall seconds of one and of two processes in pairs of runs, one after the other."""

    package: str
    files: int
    one: tuple[float, ...]
    two: tuple[float, ...]
    load: float
    cores: int
    date: str

    @property
    def key(self) -> tuple[object, ...]:
        """What a newer measurement of the same replaces."""
        return ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """The comparison of one package; see benchmarks.completeness."""

    package: str
    files: int
    findings: int
    functions: int
    cut: int
    failed: int
    differing: int

    @property
    def key(self) -> tuple[object, ...]:
        """What a newer measurement of the same replaces."""
        return (self.package,)

    @classmethod
    def of(cls, package: str, found: Complete) -> Completeness:
        """The figures of a comparison."""
        given_up = len(found.cut), len(found.failed), len(found.differing)
        return cls(package, found.files, found.findings, found.functions, *given_up)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured, and which commit."""

    system: str
    processor: str
    cores: int
    python: str
    revision: str


@dataclass(frozen=True, slots=True)
class Results:
    """All figures."""

    machine: Machine | None = None
    rows: tuple[Row, ...] = ()
    growth: tuple[Growth, ...] = ()
    plain: tuple[Plain, ...] = ()
    processes: tuple[Processes, ...] = ()
    complete: tuple[Completeness, ...] = ()

    def row(self, package: str, tool: str) -> Row | None:
        """A tool's figures on a package."""
        return next((one for one in self.rows if (one.package, one.tool) == (package, tool)), None)


_KINDS = {
    "rows": Row,
    "growth": Growth,
    "plain": Plain,
    "processes": Processes,
    "complete": Completeness,
}
_Keyed = TypeVar("_Keyed", Row, Growth, Plain, Processes, Completeness)


def read(path: Path = MEASURED) -> Results:
    """The figures in a file; none if there is no file."""
    if not path.is_file():
        return Results()
    raw = json.loads(path.read_text(encoding="utf-8"))
    machine = Machine(**raw["machine"]) if raw["machine"] else None
    return Results(machine, **{name: tuple(_one(kind, each) for each in raw[name]) for name, kind in _KINDS.items()})


def update(path: Path, machine: Machine | None = None, **new: Iterable[Any]) -> Results:
    """Add figures to a file, in place of older ones of the same, and return all."""
    old = read(path)
    parts = {name: replaced(getattr(old, name), new.get(name, ())) for name in _KINDS}
    merged = Results(machine or old.machine, **parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(merged), indent=1) + "\n", encoding="utf-8")
    return merged


def replaced(old: Iterable[_Keyed], new: Iterable[_Keyed]) -> tuple[_Keyed, ...]:
    """The old ones, those that were measured anew replaced, and the others of the new ones."""
    merged = {one.key: one for one in old}
    merged |= {one.key: one for one in new}
    return tuple(merged.values())


def _one(kind: type[Any], raw: dict[str, Any]) -> Any:
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})

"""What a kind of mutation yields: mutants, and the places that it leaves alone with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.mutations.files import File

Edit = tuple[int, int, str]  # start, end, new text; offsets of the original


@dataclass(frozen=True, slots=True)
class Mutant:
    """One right thing undone.

    `family` is the code of the rule that must notice. `kind` says in a few words how it was undone. `place` names what was
    changed by words that stay when lines move. `edits` make the mutant's text; the rule must report on a line that they
    touch, or in one of `sinks`, ranges of the original (the calls that take the wrong target). `codes`: the rules that may report, if more than the family's.
    """

    family: str
    kind: str
    file: File
    place: str
    edits: tuple[Edit, ...]
    sinks: tuple[tuple[int, int], ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Stable while the code around moves: file, what was changed, how."""
        return f"{self.file.name}::{self.place}"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that was left alone, since it isn't certain that the pitfall results."""

    reason: str


Harvester = Callable[[File], Iterator["Mutant | Dropped"]]


@dataclass(slots=True)
class Harvest:
    """All mutants of a family, and how many candidates were dropped for which reason."""

    mutants: list[Mutant] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, one: Mutant | Dropped) -> None:
        """Take a mutant, or count what was dropped."""
        if isinstance(one, Dropped):
            self.dropped[one.reason] += 1
        else:
            self.mutants.append(one)


def edited(text: str, edits: tuple[Edit, ...]) -> tuple[str, list[tuple[int, int]]]:
    """The text with the edits applied, and the ranges of the new pieces in it. Edits don't overlap."""
    pieces: list[str] = []
    ranges: list[tuple[int, int]] = []
    at = length = 0
    for start, end, new in sorted(edits):
        pieces += [text[at:start], new]
        length += start - at
        ranges.append((length, length + len(new)))
        length += len(new)
        at = end
    return "".join([*pieces, text[at:]]), ranges

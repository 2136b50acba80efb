"""Undoes one right thing at a time in real packages, and counts what torchlint finds and repairs.

    python -m benchmarks.mutants [--cache DIR] [--family NAME ...] [--limit N] [--seed N] [FOLDER ...]

reads the pinned packages of the ledger (see benchmarks/ecosystem.py), or the folders that are named.

Eleven families: a registered buffer becomes an attribute (TL101); parameters go to plain lists, or behind an operation, or are
assigned to (TL103, TL109); `super().__init__()` goes (TL104); a layer moves to where `forward` calls it (TL105); a call of a layer becomes one of its `forward` (TL107); a tensor
made in a forward pass loses its `device=` (TL110); a list of layers becomes one layer, multiplied (TL111); `bias=False` in
front of a norm goes (TL201); a stable function is written out by hand (TL301 to TL304); a loss target's conversion goes wrong
(TL401, TL402); scores go through a softmax or sigmoid before a loss that applies it itself, or a log-softmax loses its
logarithm (TL403, TL404, TL406); `.reshape(..)` or `.contiguous().view(..)` behind a permute becomes a bare view (TL501). Only
places where the pitfall certainly results are taken; the others are counted with the reason. A mutant counts as found if its
rule reports on a line that was changed, or in the class that isn't initialised, and as restored if the fix brings back the
original, or what differs from it only as the rule's documentation
names, with the finding gone and no new one. Nothing is written to the packages; torch isn't needed.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.ledger import packages
from benchmarks.mutations import (
    activations,
    biases,
    buffers,
    constructions,
    factories,
    forwards,
    initialisers,
    numerics,
    parameters,
    repeats,
    tables,
    targets,
    views,
)
from benchmarks.mutations.files import read
from benchmarks.mutations.judging import Judge, Outcome
from benchmarks.mutations.mutant import Harvest, Harvester, Mutant
from torchlint.registry import load

FAMILIES: dict[str, tuple[Harvester, Sequence[str]]] = {
    "buffers": (buffers.mutants, buffers.WORDS),
    "biases": (biases.mutants, biases.WORDS),
    "numerics": (numerics.mutants, numerics.WORDS),
    "targets": (targets.mutants, targets.WORDS),
    "views": (views.mutants, views.WORDS),
    "forwards": (forwards.mutants, forwards.WORDS),
    "factories": (factories.mutants, factories.WORDS),
    "repeats": (repeats.mutants, repeats.WORDS),
    "activations": (activations.mutants, activations.WORDS),
    "initialisers": (initialisers.mutants, initialisers.WORDS),
    "parameters": (parameters.mutants, parameters.WORDS),
    "constructions": (constructions.mutants, constructions.WORDS),
}


def harvest(folders: Iterable[Path], families: Iterable[str]) -> dict[str, Harvest]:
    """The mutants of every family in the Python files of some folders."""
    found = {family: Harvest() for family in families}
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            data = path.read_bytes()
            wanted = [name for name in found if any(word.encode() in data for word in FAMILIES[name][1])]
            file = read(path, folder.parent) if wanted and b"torch" in data else None
            if file is not None:
                for name in wanted:
                    for one in FAMILIES[name][0](file):
                        found[name].add(one)
    return found


def sampled(found: dict[str, Harvest], limit: int, seed: int) -> Iterator[Mutant]:
    """At most `limit` mutants of each family, drawn with a seed, in the order of their files."""
    chosen: list[Mutant] = []
    for name, each in found.items():
        every = sorted(each.mutants, key=lambda one: (one.key, one.edits))
        chosen += random.Random(f"{seed} {name}").sample(every, min(limit, len(every)))
    yield from sorted(chosen, key=lambda one: (one.file.name, one.edits))


def judged(mutants: Iterable[Mutant]) -> list[Outcome]:
    """What becomes of each mutant."""
    judge = Judge(load())
    return [judge.judge(one) for one in mutants]


def main() -> None:
    """Mutate the packages and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="folders of sources instead of the pinned packages")
    parser.add_argument("--cache", type=Path, default=Path(".ecosystem"), help="where the pinned packages are kept")
    parser.add_argument("--family", action="append", choices=list(FAMILIES), help="only this family")
    parser.add_argument("--limit", type=int, default=160, help="mutants for each family (default 160)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--facts", type=Path, default=Path(__file__).with_name("missed.txt"), help="why mutants are missed"
    )
    options = parser.parse_args()
    folders = options.folders or [packages.fetch(one, options.cache) for one in packages.load()]
    found = harvest(folders, options.family or FAMILIES)
    outcomes = judged(sampled(found, options.limit, options.seed))
    print(tables.report(found, outcomes, tables.facts(options.facts)))


if __name__ == "__main__":
    main()

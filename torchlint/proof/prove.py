"""`torchlint prove`: for every rule, its example is linted, fixed, executed in both versions, and its claims checked."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from torchlint.proof.claims import Program, ProofFormatError, load
from torchlint.proof.examples import prepare
from torchlint.proof.execute import CannotRun, execute, execute_pairs, require_torch
from torchlint.rewrite import RewriteRule
from torchlint.rule import Rule
from torchlint.settings import Settings

_Job = tuple[str, Path, Program]  # a rule's code, the folder of its example, one program in there
_FOLDER = re.compile(r"([a-z]+\d+)_\w+")


@dataclass(frozen=True, slots=True)
class Row:
    """One program: what went wrong before the fix, what is right after it, and the largest difference of the rest.

    Or one rewrite pair (`pair`): what its pattern does on hard inputs, and its replacement.
    """

    code: str
    program: str
    before: str
    after: str
    difference: float | None
    failures: tuple[str, ...]
    pair: bool = False


@dataclass(frozen=True, slots=True)
class ProofReport:
    """The rows of the table, and the failures: of rules as a whole first, then of programs."""

    rows: tuple[Row, ...]
    failures: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 where every claim holds, else 1."""
        return 1 if self.failures else 0


def prove(rules: Sequence[Rule], examples: Path, codes: Collection[str] = ()) -> ProofReport:
    """Prove the rules whose codes begin with one of `codes` (none: all) by the programs under `examples`.

    Each program is linted by all rules, also by those that are off by default. Executes the programs. Raises CannotRun
    where there is nothing to prove or no torch to prove it with.
    """
    chosen = [rule for rule in rules if not codes or rule.code.startswith(tuple(codes))]
    if not chosen:
        raise CannotRun(f"no rule has a code that begins with {', '.join(codes)}" if codes else "there are no rules")
    if not examples.is_dir():
        raise CannotRun(f"{examples}: there is no such folder of examples")
    require_torch()
    folders = _folders(examples)
    failures = []
    if not codes:
        strangers = folders.keys() - {rule.code for rule in rules}
        failures += [f"{folders[code][0].name}: there is no rule {code}" for code in sorted(strangers)]
    jobs: list[_Job] = []
    for rule in chosen:
        found, problems = _programs(rule.code, folders.get(rule.code, []))
        jobs += found
        failures += [f"{rule.code}: {problem}" for problem in problems]
    settings = Settings(select=tuple(rule.code for rule in rules))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        programs = list(pool.map(lambda job: _prove_program(job, rules, settings), jobs))
        pairs = [row for rows in pool.map(_prove_pairs, chosen) for row in rows]
    rows = tuple(sorted([*programs, *pairs], key=lambda row: row.code))
    failures += [f"{row.code}: {row.program}: {failure}" for row in rows for failure in row.failures]
    return ProofReport(rows, tuple(failures))


def _programs(code: str, folders: Sequence[Path]) -> tuple[list[_Job], list[str]]:
    """The programs of a rule's examples, and what keeps these from being a proof at all."""
    if not folders:
        return [], ["has no example"]
    jobs: list[_Job] = []
    problems = []
    for folder in folders:
        try:
            programs = load(folder / "proof.toml")
        except ProofFormatError as error:
            problems.append(str(error))
            continue
        problems += [f"{name} is not in {folder.name}/proof.toml" for name in _forgotten(folder, programs)]
        jobs += [(code, folder, program) for program in programs]
    if not any(claim.shows_damage for _, _, program in jobs for claim in program.claim):
        problems.append("no claim shows what goes wrong before the fix")
    return jobs, problems


def _prove_program(job: _Job, rules: Sequence[Rule], settings: Settings) -> Row:
    code, folder, program = job
    prepared = prepare(folder, program, code, rules, settings)
    failures = [*prepared.failures]
    verdicts = execute(program, prepared.before, prepared.after) if prepared.before else []
    failures += [verdict.failure for verdict in verdicts if verdict.failure]
    differences = [verdict.difference for verdict in verdicts if verdict.difference is not None]
    return Row(
        code,
        program.file,
        "; ".join(dict.fromkeys(verdict.before for verdict in verdicts if verdict.before)),
        "; ".join(dict.fromkeys(verdict.after for verdict in verdicts if verdict.after)),
        max(differences, default=None),
        tuple(failures),
    )


def _prove_pairs(rule: Rule) -> list[Row]:
    """The rows of a rule's rewrite pairs: each is a pattern and a replacement, which torch can execute."""
    if not isinstance(rule, RewriteRule):
        return []
    names = tuple(pair.__name__ for pair in rule.pairs)
    verdicts = execute_pairs(Path(inspect.getfile(type(rule))), names)
    return [
        Row(rule.code, name, one.before, one.after, one.difference, (one.failure,) if one.failure else (), pair=True)
        for name, one in zip(names, verdicts, strict=True)
    ]


def _folders(examples: Path) -> dict[str, list[Path]]:
    """The folders of examples by the code in their names: `tl501_view_on_non_contiguous` is of TL501."""
    folders: dict[str, list[Path]] = {}
    for path in sorted(examples.iterdir()):
        match = _FOLDER.fullmatch(path.name)
        if match and path.is_dir():
            folders.setdefault(match[1].upper(), []).append(path)
    return folders


def _forgotten(folder: Path, programs: Sequence[Program]) -> list[str]:
    known = {name for program in programs for name in (program.file, program.fixed_file)}
    return sorted(path.name for path in folder.glob("*.py") if path.name not in known)

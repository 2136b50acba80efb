"""The measured tables as Markdown, and the list of what is missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.mutations.judging import Outcome
from benchmarks.mutations.mutant import Harvest

_UNKNOWN = "not looked at yet"


def facts(path: Path) -> dict[str, str]:
    """The reasons for which mutants are missed, kept by hand: `reason`, then indented the keys of the mutants."""
    found: dict[str, str] = {}
    reason = ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith("    "):
            found[line.strip()] = reason
        elif line and not line.startswith("#"):
            reason = line
    return found


def report(found: Mapping[str, Harvest], outcomes: list[Outcome], reasons: Mapping[str, str]) -> str:
    """Everything that a run prints."""
    parts = [_families(outcomes), _kinds(outcomes), _dropped(found), _missed(outcomes, reasons), _unrestored(outcomes)]
    return "\n\n".join(part for part in parts if part)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"


def _row(name: str, outcomes: Iterable[Outcome]) -> str:
    every = list(outcomes)
    found = [one for one in every if one.found]
    restored = sum(one.restored is True for one in found)
    cells = (name, len(every), len(found), _percent(len(found), len(every)), restored, _percent(restored, len(found)))
    return "| " + " | ".join(map(str, cells)) + " |"


def _table(title: str, groups: Mapping[str, list[Outcome]]) -> str:
    head = f"| {title} | Mutants | Found | % | Restored | % of found |\n| --- | --- | --- | --- | --- | --- |"
    return "\n".join([head, *(_row(name, each) for name, each in sorted(groups.items()))])


def _families(outcomes: list[Outcome]) -> str:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[one.mutant.family].append(one)
    return _table("Rule", groups) + "\n" + _row("all", outcomes)


def _kinds(outcomes: list[Outcome]) -> str:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[f"{one.mutant.family} {one.mutant.kind}"].append(one)
    return _table("Kind", groups)


def _dropped(found: Mapping[str, Harvest]) -> str:
    lines = ["Candidates dropped as uncertain:", ""]
    for name, each in found.items():
        lines.append(f"- {name}: {len(each.mutants)} mutants, {each.dropped.total()} dropped")
        lines += [f"  - {count}: {reason}" for reason, count in each.dropped.most_common()]
    return "\n".join(lines)


def _missed(outcomes: list[Outcome], reasons: Mapping[str, str]) -> str:
    groups: dict[str, list[str]] = defaultdict(list)
    for one in outcomes:
        if not one.found:
            name = f"{one.mutant.family}: {reasons.get(one.mutant.key, _UNKNOWN)}"
            groups[name].append(f"{one.mutant.file.name}:{one.line} ({one.mutant.kind}) {one.mutant.place}")
    lines = ["Missed, by the fact that the engine lacks:"]
    for name, places in sorted(groups.items()):
        lines += ["", f"- {name} ({len(places)})", *(f"  - {place}" for place in sorted(places))]
    return "\n".join(lines) if groups else ""


def _unrestored(outcomes: list[Outcome]) -> str:
    lines = [
        f"- {one.mutant.family} {one.mutant.file.name}:{one.line} ({one.mutant.kind}): {one.problem}"
        for one in outcomes
        if one.found and one.restored is not True
    ]
    return "\n".join(["Found and not restored:", "", *lines]) if lines else ""

"""The figures as text: on the terminal, in docs/benchmarks.md and its chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.ledger.page import replaced
from benchmarks.timing import tools
from benchmarks.timing.bars import bars, powers, speedup
from benchmarks.timing.chart import Bar, bar_chart
from benchmarks.timing.results import Growth, Processes, Results, Row

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE, CHART = DOCS / "benchmarks.md", DOCS / "speed.svg"
CHARTED = (tools.RUFF, tools.WARM, tools.CHANGED, tools.AST, tools.COLD, tools.LIBCST, tools.FLAKE8, tools.PLUGIN)
SLOW = (tools.TORCHFIX, tools.PREFLIGHT)


def write(results: Results) -> None:
    """Write the generated parts of the page, and the chart."""
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), parts(results)), encoding="utf-8")
    CHART.write_text(chart(results), encoding="utf-8", newline="\n")


def parts(results: Results) -> dict[str, str]:
    """The text of each part by its name."""
    return {
        "machine": _machine(results),
        "demands": _demands(results),
        "short table": short(results),
        "tables": "\n\n".join(_tables(results)),
        "growth": "\n\n".join(_growth(one) for one in results.growth),
        "processes": "\n\n".join(_processes(one) for one in results.processes),
        "completeness": _completeness(results),
    }


def text(results: Results) -> str:
    """Everything, for a terminal."""
    return "\n\n".join(part for part in parts(results).values() if part)


def chart(results: Results) -> str:
    """CPU seconds of every tool on the package that most of them were measured on."""
    first, _ = Counter(row.package for row in results.rows).most_common(1)[0]
    rows = [row for tool in (*CHARTED, *SLOW) if (row := results.row(first, tool.name))]
    rows.sort(key=lambda row: row.cpu)
    drawn = [Bar(row.tool, row.cpu, _seconds(row.cpu), row.tool.startswith("torchlint")) for row in rows]
    return bar_chart(f"CPU seconds for {first}: {rows[0].files} files, {_megabytes(rows[0])}", drawn)


def short(results: Results) -> str:
    """The CPU seconds of all packages side by side."""
    packages = list(dict.fromkeys(row.package for row in results.rows))
    names = [tool.name for tool in tools.TOOLS if any(row.tool == tool.name for row in results.rows)]
    body = [
        [name, *(_seconds(row.cpu) if (row := results.row(package, name)) else "" for package in packages)]
        for name in names
        if name != tools.LARGEST.name
    ]
    sizes = {row.package: row for row in results.rows if row.tool != tools.LARGEST.name}
    heads = [f"{package}, {sizes[package].files} files" for package in packages]
    return _table(["CPU seconds", *heads], body)


def _machine(results: Results) -> str:
    machine = results.machine
    if machine is None:
        return ""
    dates = sorted({row.date for row in results.rows}) or [""]
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    versions = {row.tool: row.version for row in results.rows}
    named = [
        f"{label} {versions[tool.name]}"
        for label, tool in (
            ("torchlint", tools.COLD),
            ("LibCST", tools.LIBCST),
            ("flake8", tools.FLAKE8),
            ("ruff", tools.RUFF),
            ("TorchFix", tools.TORCHFIX),
            ("torch-preflight", tools.PREFLIGHT),
        )
        if tool.name in versions
    ]
    loads = [row.load for row in results.rows] or [0.0]
    return (
        f"Measured {when} on {machine.processor} ({machine.cores} cores, {machine.system}), Python {machine.python}, commit "
        f"{machine.revision}: {', '.join(named)}. The load average was {min(loads)} to {max(loads)}; above "
        f"{machine.cores} the machine was busy with other work, which makes CPU seconds larger too."
    )


def _demands(results: Results) -> str:
    body = [(bar.name, bar.bound, bar.measured, "yes" if bar.met else "**no**") for bar in bars(results)]
    return _table(["Demand", "Bound", "Measured", "Met"], body)


def _tables(results: Results) -> Iterator[str]:
    for package in dict.fromkeys(row.package for row in results.rows):
        rows = [row for tool in tools.TOOLS if (row := results.row(package, tool.name))]
        floor = results.row(package, tools.LIBCST.name)
        whole = next((row for row in rows if row.tool != tools.LARGEST.name), rows[0])
        body = [
            (
                row.tool,
                row.version,
                _seconds(row.cpu),
                f"{row.cpu / floor.cpu:.2f}" if floor and row.tool != tools.LARGEST.name else "",
                f"{row.peak:.0f}",
                row.runs,
            )
            for row in rows
        ]
        heads = ["Tool", "Version", "CPU seconds", "To libcst.parse_module", "Peak MiB", "Runs"]
        yield f"### {package}\n\n{whole.files} files, {_megabytes(whole)}.\n\n{_table(heads, body)}"


def _growth(growth: Growth) -> str:
    title, unit = ("One file repeated", "Copies") if growth.of == "length" else ("More and more files", "Files")
    power, floor = powers(growth)
    body = [
        (size, _seconds(cpu), _seconds(parsed), f"{peak:.0f}")
        for size, cpu, parsed, peak in zip(growth.sizes, growth.cpu, growth.floor, growth.peak, strict=True)
    ]
    table = _table([unit, "torchlint, CPU seconds", "libcst.parse_module", "torchlint, peak MiB"], body)
    return (
        f"### {title}\n\n{growth.subject}; medians of {growth.runs}. Without what an empty file costs ({growth.idle:.2f} and "
        f"{growth.floor_idle:.2f} s), torchlint's cost grows with the size to the power of {power:.2f}, "
        f"that of libcst.parse_module to {floor:.2f}.\n\n{table}"
    )


def _processes(processes: Processes) -> str:
    body = [
        (f"{one:.1f}", f"{two:.1f}", f"{one / two:.2f}") for one, two in zip(processes.one, processes.two, strict=True)
    ]
    gain = speedup(processes.one, processes.two)
    busy = "" if processes.load <= processes.cores else " The machine was busy: other work took part of the cores."
    return (
        f"{processes.package}, {processes.files} files, {processes.cores} cores, load average {processes.load}: two processes are "
        f"{gain:.2f} times faster (median of pairs).{busy}\n\n"
        f"{_table(['One process, wall seconds', 'Two processes', 'Faster'], body)}"
    )


def _completeness(results: Results) -> str:
    found = results.complete
    if not found:
        return ""
    body = [(one.package, one.files, one.findings, one.differing, one.functions, one.cut, one.failed) for one in found]
    total = ("all", *(sum(column) for column in list(zip(*body, strict=True))[1:]))
    heads = ["Package", "Files", "Findings", "Files that differ", "Functions", "Cut short", "Unknown by an exception"]
    return _table(heads, [total, *body])


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _megabytes(row: Row) -> str:
    return f"{row.bytes / 1e6:.1f} MB"


def _table(heads: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *body]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)

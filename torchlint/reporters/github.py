"""GitHub Actions workflow commands: findings become annotations of a pull request's lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torchlint.reporters import Page
from torchlint.reporters.text import shown
from torchlint.rule import Finding
from torchlint.run import Outcome

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(outcomes: Sequence[Outcome], page: Page) -> Iterator[str]:
    """Yield one command a finding."""
    for outcome in outcomes:
        for finding in outcome.report.findings:
            yield _command(outcome.report.path, finding)


def _command(path: str, finding: Finding) -> str:
    properties = {"title": f"{finding.code} {finding.name}", "file": path, "line": str(finding.line)}
    properties["endLine"] = str(finding.end_line)
    # GitHub accepts columns only for a range within one line.
    if finding.end_line == finding.line:
        properties |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    lines = [finding.message, *(f"line {each.line}: {each.text}" for each in finding.because)]
    return f"::{_COMMANDS[finding.severity]} {listed}::{'%0A'.join(_data(line) for line in lines)}\n"


def _data(text: str) -> str:
    return shown(text, " ").replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

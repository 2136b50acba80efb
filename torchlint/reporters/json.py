"""JSON: a list of findings. Lines and columns start at 1, columns count characters, the end is exclusive."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from torchlint.fingerprint import fingerprints
from torchlint.reporters import Page
from torchlint.rule import Finding, Fix
from torchlint.run import Outcome
from torchlint.source import Source


def render(outcomes: Sequence[Outcome], page: Page) -> Iterator[str]:
    """Yield the list, one finding a piece."""
    separator = "[\n"
    for outcome in outcomes:
        source, findings = outcome.source, outcome.report.findings
        if source is None:
            continue
        for finding, fingerprint in zip(findings, fingerprints(source, findings), strict=True):
            yield separator + json.dumps(_finding(finding, source, fingerprint), indent=1)
            separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _finding(finding: Finding, source: Source, fingerprint: str) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "group": finding.group.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "filename": source.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "because": [{"line": each.line, "column": each.column, "text": each.text} for each in finding.because],
        "fingerprint": fingerprint,
        "fix": None if finding.fix is None else _fix(finding.fix, source),
    }


def _fix(fix: Fix, source: Source) -> dict[str, Any]:
    edits = []
    for edit in fix.edits:
        line, column = source.position(edit.start)
        end_line, end_column = source.position(edit.end)
        edits.append(
            {"line": line, "column": column, "end_line": end_line, "end_column": end_column, "text": edit.text}
        )
    return {"title": fix.title, "safety": fix.safety.value, "edits": edits}

"""One line a finding, `path:line:column: CODE message`, for editors and grep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torchlint.reporters import Page
from torchlint.reporters.text import one_line, shown
from torchlint.run import Outcome


def render(outcomes: Sequence[Outcome], page: Page) -> Iterator[str]:
    """Yield the lines."""
    for outcome in outcomes:
        path = shown(outcome.report.path)
        for finding in outcome.report.findings:
            yield f"{path}:{finding.line}:{finding.column}: {finding.code} {one_line(finding)}\n"

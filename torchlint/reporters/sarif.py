"""SARIF 2.1.0, for code scanning services. Regions count Unicode code points, as torchlint's columns do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from torchlint import __version__
from torchlint.documentation import documentation, sections, summary
from torchlint.fingerprint import fingerprints
from torchlint.report import Problem
from torchlint.reporters import Page
from torchlint.rule import Finding, Fix, Rule
from torchlint.run import Outcome
from torchlint.source import Source

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BASE = "%SRCROOT%"
_FINGERPRINT = "torchlint/v1"


def render(outcomes: Sequence[Outcome], page: Page) -> Iterator[str]:
    """Yield the log."""
    index = {rule.code: number for number, rule in enumerate(page.rules)}
    results: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for outcome in outcomes:
        source, findings = outcome.source, outcome.report.findings
        problems.extend(outcome.report.problems)
        if source is not None:
            for finding, fingerprint in zip(findings, fingerprints(source, findings), strict=True):
                results.append(_result(finding, source, fingerprint, index))
    driver = {
        "name": "torchlint",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in page.rules],
    }
    invocation: dict[str, Any] = {"executionSuccessful": not problems}
    if problems:
        invocation["toolExecutionNotifications"] = [_notification(problem) for problem in problems]
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "originalUriBaseIds": {_BASE: {"description": {"text": "The directory that torchlint was started in."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": results,
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    text = documentation(rule)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": summary(rule)},
        "fullDescription": {"text": sections(text).get("What it does") or rule.name},
        "help": {"text": text or rule.name, "markdown": text or rule.name},
        "defaultConfiguration": {"level": rule.group.severity.value, "enabled": rule.group.on_by_default},
        "properties": {"tags": ["pytorch", rule.group.value]},
    }


def _result(finding: Finding, source: Source, fingerprint: str, index: dict[str, int]) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    region |= {"endLine": finding.end_line, "endColumn": finding.end_column}
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": finding.severity.value,
        "message": {"text": finding.message},
        "locations": [_location(source.path, region)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
        "properties": {"group": finding.group.value},
    }
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    if finding.because:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(source.path, {"startLine": each.line, "startColumn": each.column}),
                "message": {"text": each.text},
            }
            for number, each in enumerate(finding.because, 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, source)]
    return result


def _fix(fix: Fix, source: Source) -> dict[str, Any]:
    replacements = []
    for edit in fix.edits:
        line, column = source.position(edit.start)
        end_line, end_column = source.position(edit.end)
        replacements.append(
            {
                "deletedRegion": {
                    "startLine": line,
                    "startColumn": column,
                    "endLine": end_line,
                    "endColumn": end_column,
                },
                "insertedContent": {"text": edit.text},
            }
        )
    change = {"artifactLocation": _artifact(source.path), "replacements": replacements}
    return {"description": {"text": f"{fix.title} ({fix.safety.value})"}, "artifactChanges": [change]}


def _notification(problem: Problem) -> dict[str, Any]:
    region = {"startLine": problem.line, "startColumn": problem.column}
    return {
        "level": "error",
        "message": {"text": problem.message},
        "locations": [_location(problem.path, region)],
    }


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, Any]:
    """The location of a file: relative to the working directory, or a file URI where it lies elsewhere."""
    relative = os.path.relpath(path)
    if relative.split(os.sep)[0] == os.pardir or os.path.isabs(relative):
        return {"uri": PurePath(os.path.abspath(path)).as_uri()}
    return {"uri": quote(PurePath(relative).as_posix(), errors="surrogateescape"), "uriBaseId": _BASE}

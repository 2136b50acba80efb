"""One source in, findings out: the text gate, the tree, the rules, and `# noqa`. Pure: reads and writes nothing.

A rule that raises costs its own remaining findings in that file and nothing else: it becomes a problem that names the rule,
the file and the line. With TORCHLINT_STRICT=1 in the environment (the test suite) it raises instead.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence
from pathlib import PurePath
from types import TracebackType

from torchlint.context import Context
from torchlint.noqa import silencer, silences_file
from torchlint.report import Problem, Report
from torchlint.rule import Finding, Rule
from torchlint.settings import Settings
from torchlint.source import Source, SourceError
from torchlint.syntax.parse import parse


def check(source: Source, settings: Settings, rules: Sequence[Rule], *, noqa: bool = True, gate: bool = True) -> Report:
    """Return what the rules find in a source, sorted by line, column and code; text that can't be parsed is a problem.

    Without `gate`, every rule runs whatever the text holds, which must make no difference (to test that it makes none).
    """
    if noqa and silences_file(source.text):
        return Report(source.path, (), ())
    try:
        tree = parse(source)
    except SourceError as error:
        problem = Problem(source.path, error.line, error.column, error.message, "source")
        return Report(source.path, (), (problem,))
    return check_tree(source, tree, settings, rules, noqa=noqa, gate=gate)


def check_tree(
    source: Source,
    tree: ast.Module,
    settings: Settings,
    rules: Sequence[Rule],
    *,
    noqa: bool = True,
    gate: bool = True,
) -> Report:
    """The same for a source whose tree is known already."""
    context = Context(source, tree, settings, gate=gate)
    findings: list[Finding] = []
    problems: list[Problem] = []
    failures: list[Exception] = []
    for rule in gated(source.text if gate else None, settings, rules):
        try:
            for finding in rule.check(context):
                if settings.enabled(finding.code, finding.group):
                    findings.append(finding)  # noqa: PERF401 (what came before an exception is kept)
        except Exception as error:
            if os.environ.get("TORCHLINT_STRICT") == "1":
                raise
            # Facts that fail, fail for every rule that asks: one problem says it.
            if not any(error is earlier for earlier in failures):
                problems.append(_failure(rule, source, error))
            failures.append(error)
    context.release()
    if noqa and findings:
        silenced = silencer(source.text)
        findings = [finding for finding in findings if not silenced(finding.line, finding.code)]
    return Report(source.path, tuple(sorted(findings, key=_order)), tuple(problems))


def gated(text: str | None, settings: Settings, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that are enabled and may find something in the text; without a text, all that are enabled."""
    by_group = settings.by_group
    return [rule for rule in rules if rule.may_find(text) and (by_group or settings.enabled(rule.code, rule.group))]


def _order(finding: Finding) -> tuple[int, int, str, int, int, str]:
    return finding.line, finding.column, finding.code, finding.end_line, finding.end_column, finding.message


def _failure(rule: Rule, source: Source, error: Exception) -> Problem:
    """The problem that stands for a rule's exception."""
    line, origin = 1, ""
    trace = error.__traceback__
    while trace is not None:
        line = _line_under_check(trace) or line
        origin = f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    message = f"rule {rule.code} ({rule.name}) failed and was left out here: {reason} ({origin})"
    return Problem(source.path, line, 1, message, "rule")


def _line_under_check(trace: TracebackType) -> int | None:
    """The line of the last syntax node that a frame held when it raised: what the rule was looking at."""
    found = None
    for value in trace.tb_frame.f_locals.values():
        node = value if isinstance(value, ast.AST) else getattr(value, "node", None)
        if isinstance(node, ast.AST):
            found = getattr(node, "lineno", None) or found
    return found

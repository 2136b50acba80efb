"""Fingerprints: names of findings that stay the same when the lines around them move."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from torchlint.rule import Finding
from torchlint.source import Source, SourceError
from torchlint.syntax.parse import parse

_SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def fingerprints(source: Source, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return a fingerprint of 32 hexadecimal digits for each finding of one file, in the order given.

    It is made from the code, the enclosing classes and functions, and the text of the finding's first line without its
    spacing; equal ones are counted. Path and line number have no part in it.
    """
    if not findings:
        return ()
    scopes = sorted(_scopes(source))
    seen: Counter[tuple[str, str, str]] = Counter()
    names: list[str] = []
    for finding in findings:
        text = "".join(source.line(finding.line).split())
        scope = ".".join(name for first, last, name in scopes if first <= finding.line <= last)
        key = (finding.code, scope, text)
        names.append(
            hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        )
        seen[key] += 1
    return tuple(names)


def _scopes(source: Source) -> Iterator[tuple[int, int, str]]:
    """First line, last line and name of every class and function."""
    try:
        tree = parse(source)
    except SourceError:
        return
    for node in ast.walk(tree):
        if isinstance(node, _SCOPES):
            yield node.lineno, node.end_lineno or node.lineno, node.name

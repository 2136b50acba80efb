"""A rule's documentation: the docstring of its module, cut at its headings."""

from __future__ import annotations

import inspect
import sys

from torchlint.rule import Rule

HEADINGS = (
    "What it does",
    "Why is this bad",
    "When it stays silent",
    "Example",
    "Use instead",
    "Fix safety",
    "References",
)


def documentation(rule: Rule) -> str:
    """Return the documentation as Markdown; empty for a rule without."""
    return inspect.getdoc(sys.modules[type(rule).__module__]) or ""


def sections(text: str) -> dict[str, str]:
    """Return the text under each `## ` heading, in order; what stands before the first one has the key ""."""
    found: dict[str, list[str]] = {"": []}
    current, fenced = "", False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            current = line[3:].strip()
            found[current] = []
        else:
            found[current].append(line)
    return {heading: "\n".join(lines).strip() for heading, lines in found.items()}


def summary(rule: Rule) -> str:
    """Return what stands before the first heading, in one line; without it the rule's name."""
    return " ".join(sections(documentation(rule))[""].split()) or rule.name

"""Conventions that hold the project together: who imports whom, what a rule's file holds, how long files are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository import ROOT, tracked
from torchlint.documentation import HEADINGS, sections, summary
from torchlint.registry import load
from torchlint.rule import Rule

# Each module may import modules of its own layer and of those above it in this list.
LAYERS = (
    ("source", "syntax"),
    ("semantics",),
    (
        "rule",
        "edits",
        "imports",
        "registration",
        "initialising",
        "wrapping",
        "activations",
        "dropping",
        "defaults",
        "context",
        "rewrite",
    ),
    ("rules",),
    ("report", "documentation", "settings", "registry", "noqa"),
    ("engine",),
    ("fixing",),
    ("files", "discovery", "changes", "cache", "run", "pool", "cluster", "fingerprint"),
    ("reporters", "proof"),
    ("console", "checking", "proving", "cli", "flake8", "__main__"),
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
PROOF_MAY_IMPORT = RANK["files"]
HEAVY = {"libcst", "flake8", "click", "rich", "pathspec", "torch", "numpy", "distributed"}
# What imports them at its top: nothing that `torchlint check` needs before it has found something.
HEAVY_ALLOWED = {"click": {"cli"}}

MODULES = sorted(name for name in tracked() if re.fullmatch(r"(torchlint|rules)/.*\.py", name))
RULE_FILES = sorted(name for name in MODULES if re.fullmatch(r"rules/tl.*", name))
RULES = [rule for rule in load() if not rule.code.startswith("TLX")]


def imported(path: str, *, top_only: bool = False) -> Iterator[str]:
    """The modules that a file imports when it runs; those under TYPE_CHECKING don't count."""
    pending: list[ast.AST] = [ast.parse((ROOT / path).read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending.extend(node.orelse)
            continue
        if top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))


def layer(path: str) -> str:
    """The name in LAYERS that a file belongs to."""
    parts = Path(path).with_suffix("").parts
    return "rules" if parts[0] == "rules" else parts[1]


@pytest.mark.parametrize("path", MODULES)
def test_imports_run_one_way(path: str) -> None:
    if path == "torchlint/__init__.py":
        assert not list(imported(path))
        return
    here = layer(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "torchlint" or len(parts) == 1 or parts[1] == "__version__":
            continue
        if parts[1] not in RANK:
            continue
        assert parts[1] != "rules", f"{path} imports a rule by name"
        assert RANK[parts[1]] <= RANK[here], f"{path} imports {name}"
        if here == "proof" and parts[1] != "proof":
            assert RANK[parts[1]] <= PROOF_MAY_IMPORT, f"{path} imports {name}"


def test_every_module_has_a_layer() -> None:
    assert {layer(path) for path in MODULES} - {"__init__"} <= RANK.keys()


@pytest.mark.parametrize("path", [path for path in MODULES if not path.startswith("torchlint/proof")])
def test_slow_packages_are_imported_only_where_needed(path: str) -> None:
    heavy = {name.split(".")[0] for name in imported(path, top_only=True)} & HEAVY
    assert heavy <= {name for name, users in HEAVY_ALLOWED.items() if layer(path) in users} | (
        {"libcst"} if path.startswith(("torchlint/syntax", "torchlint/edits")) else set()
    )


@pytest.mark.parametrize("path", MODULES)
def test_no_file_is_so_long_that_it_holds_a_second_thing(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES)
def test_every_module_says_what_it_is(path: str) -> None:
    text = (ROOT / path).read_text()
    assert not text or ast.get_docstring(ast.parse(text)), path


@pytest.mark.parametrize("path", RULE_FILES)
def test_a_rule_s_file_is_named_by_code_and_name(path: str) -> None:
    match = re.fullmatch(r"rules/(tlx?\d{3})_([a-z0-9_]+)\.py", path)
    assert match, path
    module = f"torchlint.rules.{Path(path).stem}"
    here = [rule for rule in RULES if type(rule).__module__ == module]
    assert [(rule.code, rule.name) for rule in here] == [(match[1].upper(), match[2].replace("_", "-"))]


def ids(rule: Rule) -> str:
    return rule.code


def docstring(rule: Rule) -> str:
    from torchlint.documentation import documentation

    return documentation(rule)


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_documentation_has_the_fixed_headings(rule: Rule) -> None:
    found = sections(docstring(rule))
    assert tuple(found)[1:] == HEADINGS
    assert not [heading for heading in HEADINGS if not found[heading]]


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_code_in_the_documentation_is_python(rule: Rule) -> None:
    found = sections(docstring(rule))
    for heading in ("Example", "Use instead"):
        blocks = re.findall(r"```python\n(.*?)```", found[heading], flags=re.DOTALL)
        assert blocks, heading
        for block in blocks:
            ast.parse(block)


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_summary_is_one_short_sentence(rule: Rule) -> None:
    assert 20 <= len(summary(rule)) <= 120
    assert summary(rule) != rule.name


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_needs_are_identifiers_without_underscore_forms(rule: Rule) -> None:
    assert all(re.fullmatch(r"\w+", word) for word in rule.needs)


def test_codes_are_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))

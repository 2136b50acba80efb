"""Fixes compose, end, and never leave a file worse than it was."""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Callable, Iterator, Sequence

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torchlint.edits import Draft, Edits
from torchlint.fixing import Check, FixResult, fix_with
from torchlint.report import Problem, Report
from torchlint.rule import Edit, Finding, Fix, Group, Safety
from torchlint.source import Source, SourceError
from torchlint.syntax.concrete import Concrete
from torchlint.syntax.parse import parse

Rule = Callable[[Source, ast.Module, Edits], Iterator[Finding]]


def finding(source: Source, start: int, end: int, code: str, fix: Fix | None, withheld: str = "") -> Finding:
    line, column = source.position(start)
    end_line, end_column = source.position(end)
    return Finding(
        code, "toy", Group.MIGRATE, "a toy finding", line, column, end_line, end_column, fix=fix, withheld=withheld
    )


def check_with(*rules: Rule) -> Check:
    def check(source: Source) -> Report:
        try:
            tree = parse(source)
        except SourceError as error:
            return Report(source.path, (), (Problem(source.path, error.line, error.column, error.message, "source"),))
        edits = Edits(source, tree, Concrete(source, tree))
        found = [each for rule in rules for each in rule(source, tree, edits)]
        return Report(source.path, tuple(sorted(found, key=lambda each: (each.line, each.column, each.code))), ())

    return check


def replaced(code: str, pattern: str, text: str, safety: Safety = Safety.SAFE) -> Rule:
    """A rule that finds a regular expression and replaces it."""

    def rule(source: Source, tree: ast.Module, edits: Edits) -> Iterator[Finding]:
        for match in re.finditer(pattern, source.text):
            edit = Edit(match.start(), match.end(), match.expand(text))
            yield finding(source, match.start(), match.end(), code, Fix("Replace it", safety, (edit,)))

    return rule


def renamed(code: str, old: str, new: str, whole: bool = False) -> Rule:
    """A rule that calls another torch function, by a small edit or by writing the whole call anew."""

    def rule(source: Source, tree: ast.Module, edits: Edits) -> Iterator[Finding]:
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and edits.imports.name(old, node) == ast.unparse(node.func)):
                continue
            start, end = source.range(node)
            ensured = edits.imports.ensure(new, node)
            call = Concrete(source, tree).node(node)
            assert ensured is not None and isinstance(call, cst.Call)
            name, imported = ensured
            first, last = source.range(node.func)
            changed = (Edit(first, last, name),)
            if whole:
                inside = ", ".join(source.segment(part) for part in [*node.args, *node.keywords])
                changed = (Edit(start, end, f"{name}({inside})"),)
            fix = Draft((*changed, *imported)).fix("Use the new name", Safety.SAFE)
            yield finding(source, start, end, code, fix)

    return rule


def fixed(text: str, *rules: Rule, unsafe: bool = False) -> FixResult:
    return fix_with(Source.from_text(text, "a.py"), check_with(*rules), unsafe=unsafe)


def codes(findings: Sequence[Finding]) -> list[str]:
    return [each.code for each in findings]


@pytest.mark.parametrize("whole", [False, True])
def test_nested_fixes_are_all_made(whole: bool) -> None:
    text = "import torch\nx = torch.cholesky(torch.qr(torch.ger(a, b))[0])  # why\n"
    result = fixed(
        text,
        renamed("TLX1", "torch.cholesky", "torch.linalg.cholesky", whole),
        renamed("TLX2", "torch.qr", "torch.linalg.qr", whole),
        renamed("TLX3", "torch.ger", "torch.outer", whole),
    )
    expected = "import torch\nx = torch.linalg.cholesky(torch.linalg.qr(torch.outer(a, b))[0])  # why\n"
    assert result.source_after.text == expected
    assert sorted(codes(result.applied)) == ["TLX1", "TLX2", "TLX3"]
    assert (result.skipped, result.report.findings) == ((), ())


def test_an_import_alias_is_kept() -> None:
    text = "from torch import ger as g\r\nx = g(a, b); y = g(g(a, b), c)\r\ndef f(torch): return g(torch)\r\n"
    result = fixed(text.replace("\r\ndef f(torch): return g(torch)", ""), renamed("TLX3", "torch.ger", "torch.outer"))
    assert result.source_after.text == (
        "from torch import ger as g\r\nimport torch\r\nx = torch.outer(a, b); y = torch.outer(torch.outer(a, b), c)\r\n"
    )
    assert len(result.applied) == 3


def test_identical_edits_are_made_once() -> None:
    def rule(source: Source, tree: ast.Module, edits: Edits) -> Iterator[Finding]:
        fix = Fix("Fix it", Safety.SAFE, (Edit(0, 1, "b"),))
        for start in range(source.text.startswith("a") * 2):
            yield finding(source, start, start + 1, "TLX1", fix)

    result = fixed("a = 1\n", rule)
    assert result.source_after.text == "b = 1\n"
    assert len(result.applied) == 2


def test_unsafe_fixes_are_listed_or_made() -> None:
    rules = replaced("TLX1", "a", "b"), replaced("TLX2", "c", "d", Safety.UNSAFE)
    result = fixed("a + c\n", *rules)
    assert result.source_after.text == "b + c\n"
    assert [(each.code, reason) for each, reason in result.skipped] == [
        ("TLX2", "its fix is unsafe; --unsafe-fixes applies it")
    ]
    assert fixed("a + c\n", *rules, unsafe=True).source_after.text == "b + d\n"


def test_withheld_fixes_are_listed() -> None:
    def rule(source: Source, tree: ast.Module, edits: Edits) -> Iterator[Finding]:
        yield finding(source, 0, 1, "TLX1", None, "the bias is initialised on line 3")
        yield finding(source, 0, 1, "TLX2", None)

    result = fixed("a\n", rule)
    assert [(each.code, reason) for each, reason in result.skipped] == [("TLX1", "the bias is initialised on line 3")]


def test_a_fix_that_does_not_parse_is_dropped_and_the_others_made() -> None:
    rules = replaced("TLX1", "a", "(a"), replaced("TLX2", "c", "d")
    result = fixed("x = c\ny = a\nz = c\n", *rules)
    assert result.source_after.text == "x = d\ny = a\nz = d\n"
    ((dropped, reason),) = result.skipped
    assert (dropped.code, dropped.line) == ("TLX1", 2)
    assert reason.startswith("the result would be no valid file: cannot be parsed")
    assert "was never closed" in reason
    assert len(result.applied) == 2


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        ("f(a=1, b=2)", replaced("TLX1", "b", "a"), "would not compile"),
        ("x = a", replaced("TLX1", "a", "a"), "changes nothing"),
        ("x = a", replaced("TLX1", "a", "(a)"), "still be there"),
        ("x = a", replaced("TLX1", r"(?<!\()a", r"(a) + a"), "still be there"),
        ("x = a", replaced("TLX1", "a$", "b; a"), "another finding|still be there"),
    ],
)
def test_reasons(text: str, rule: Rule, reason: str) -> None:
    result = fixed(text, rule)
    assert result.source_after.text == text
    assert result.applied == ()
    ((_, said),) = result.skipped
    assert re.search(reason, said), said


def test_rules_that_undo_each_other_end() -> None:
    rules = replaced("TLX1", "a", "b"), replaced("TLX2", "b", "a")
    result = fixed("x = a\n", *rules)
    assert result.source_after.text == "x = a\n"
    assert [reason for _, reason in result.skipped] == ["its fix would lead to another finding: TLX2 on line 1"]


def test_a_fix_that_carries_a_finding_along_is_made() -> None:
    inline = replaced("TLX1", r"t = (\w)\n(.*)\bt\b", r"\2\1")
    result = fixed("t = a\n\n\ny = t\n".replace("\n\n\n", "\n"), inline, replaced("TLX2", "a", "b", Safety.UNSAFE))
    assert result.source_after.text == "y = a\n"
    assert codes(result.report.findings) == ["TLX2"]


def test_edits_out_of_place_are_dropped() -> None:
    def rule(source: Source, tree: ast.Module, edits: Edits) -> Iterator[Finding]:
        yield finding(source, 0, 1, "TLX1", Fix("Fix it", Safety.SAFE, (Edit(0, 99, "b"),)))
        yield finding(source, 2, 3, "TLX2", Fix("Fix it", Safety.SAFE, (Edit(2, 4, "b"), Edit(3, 5, "c"))))

    result = fixed("a = 12\n", rule)
    assert result.source_after.text == "a = 12\n"
    assert [reason for _, reason in result.skipped] == [
        "its fix reaches outside of the file",
        "its fix changes the same text twice",
    ]


def test_a_rule_that_fails_on_the_result() -> None:
    def check(source: Source) -> Report:
        report = check_with(replaced("TLX1", "a", "b"))(source)
        problems = (Problem(source.path, 1, 1, "rule TLX2 failed", "rule"),) if "b" in source.text else ()
        return Report(source.path, report.findings, problems)

    result = fix_with(Source.from_text("a\n", "a.py"), check, unsafe=False)
    assert result.source_after.text == "a\n"
    assert [reason for _, reason in result.skipped] == ["the result cannot be checked: rule TLX2 failed"]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + "é = a\r\n\x0c\r\n\tx\n# ü".replace("\tx", "if a:\r\tx").encode(),
        "# coding: latin-1\n'é'; a\r".encode("latin-1"),
        b"a",
        b"\x0c\n\n  # only\n\\\na\n\x0c",
    ],
)
def test_bytes_outside_the_fix_survive(data: bytes) -> None:
    source = Source.from_bytes(data, "a.py")
    result = fix_with(source, check_with(replaced("TLX1", r"\ba\b", "bb")), unsafe=False)
    assert result.applied
    assert result.source_after.data == re.sub(rb"\ba\b", b"bb", data)


def test_a_fix_that_the_encoding_cannot_hold() -> None:
    source = Source.from_bytes(b"# coding: latin-1\nx = c\n", "a.py")
    result = fix_with(source, check_with(replaced("TLX1", "= c", "= '\u20ac'")), unsafe=False)
    assert result.source_after == source
    assert "cannot be written in iso8859-1" in result.skipped[0][1]


def test_text_that_is_no_python_is_left() -> None:
    result = fixed("print 'a'\n", replaced("TLX1", "a", "b"))
    assert result.source_after.text == "print 'a'\n"
    assert result.report.problems


def test_many_fixes_in_a_file() -> None:
    checks = 0

    def check(source: Source) -> Report:
        nonlocal checks
        checks += 1
        return check_with(replaced("TLX1", r"\ba\b", "b"))(source)

    result = fix_with(Source.from_text("x = a\n" * 500, "a.py"), check, unsafe=False)
    assert result.source_after.text == "x = b\n" * 500
    assert checks == 2


SPACE = st.sampled_from(["", " ", "\n", "\n    ", "  # é ger(\n", "\t"])
LEAF = st.sampled_from(["a", "b[0]", "(c)", "'torch.ger(x)'", "é", "other.qr(a)"])


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["torch.ger", "torch.qr", "torch . cholesky", "torch.exp", "lu", "sorted"])
    return st.tuples(
        names, SPACE, st.lists(inner, min_size=1, max_size=3), SPACE, st.sampled_from(["", ".t()", "[0]"])
    ).map(lambda parts: f"{parts[0]}({parts[1]}{', '.join(parts[2])}{parts[3]}){parts[4]}")


@settings(max_examples=60, deadline=None)
@given(st.recursive(LEAF, nested, max_leaves=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_random_nested_fixes(expression: str, newline: str, unusual: bool) -> None:
    header = "import torch\nfrom torch import lu\n" + "\x0c\n" * unusual
    text = f"{header}x = [{expression}]  # é\n{'y = 1' * unusual}".replace("\n", newline)
    renames = {"torch.ger": "torch.outer", "torch.qr": "torch.linalg.qr", "torch.lu": "torch.linalg.lu_factor"}
    result = fixed(text, *(renamed(f"TLX{old}", old, new) for old, new in renames.items()))
    assert (result.skipped, result.report.findings) == ((), ())
    expected = re.sub(r"(?<!')torch\.ger(?=\()", "torch.outer", text)
    expected = re.sub(r"(?<!')torch\.qr(?=\()", "torch.linalg.qr", expected)
    expected = re.sub(r"\blu(?=\()", "torch.linalg.lu_factor", expected)
    assert result.source_after.text == expected
    assert fixed(result.source_after.text, *(renamed("TLX", old, new) for old, new in renames.items())).applied == ()

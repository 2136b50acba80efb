"""Outputs: what each format writes for the same findings, and that a file's content is shown, never obeyed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sarif_pydantic import Sarif

from torchlint.fingerprint import fingerprints
from torchlint.report import Problem, Report
from torchlint.reporters import FORMATS, Page, reporter
from torchlint.reporters.text import shown, width
from torchlint.rule import Because, Edit, Finding, Fix, Group, Rule, Safety
from torchlint.run import Outcome
from torchlint.source import Source

TEXT = """\
import torch

def f(x):
    y = x.transpose(1, 2)
    z = y + 1
    return g(z.view(2, -1), "é→", 3)
"""
FIX = Fix("Use reshape()", Safety.SAFE, (Edit(TEXT.index("view"), TEXT.index("view") + 4, "reshape"),))


def finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "code": "TL501",
        "name": "view-on-non-contiguous",
        "group": Group.ERROR,
        "message": "view() merges axes 1 and 2 of `z`",
        "line": 6,
        "column": 14,
        "end_line": 6,
        "end_column": 27,
        "because": (Because(4, 9, "transpose() swaps axes 1 and 2"), Because(5, 9, "+ keeps that layout")),
        "fix": FIX,
    }
    return Finding(**values | changes)


def outcome(
    *findings: Finding, text: str = TEXT, path: str = "pkg/a.py", problems: tuple[Problem, ...] = ()
) -> Outcome:
    return Outcome(Report(path, findings, problems), Source.from_text(text, path))


def render(name: str, *outcomes: Outcome, color: bool = False, columns: int = 120) -> str:
    return "".join(reporter(name)(outcomes, Page((), color, columns)))


def test_full() -> None:
    assert (
        render("full", outcome(finding()))
        == """\
error[TL501]: view() merges axes 1 and 2 of `z`
 --> pkg/a.py:6:14
  |
4 |     y = x.transpose(1, 2)
  |         - transpose() swaps axes 1 and 2
5 |     z = y + 1
  |         - + keeps that layout
6 |     return g(z.view(2, -1), "é→", 3)
  |              ^^^^^^^^^^^^^
  = fix: Use reshape()

"""
    )


def test_full_distant_evidence_and_wide_line_numbers() -> None:
    text = "a = 1\n" * 99 + "b = a\n"
    far = finding(line=100, column=5, end_line=100, end_column=6, because=(Because(2, 1, "a is made here"),))
    far = finding(
        **{name: getattr(far, name) for name in ("line", "column", "end_line", "end_column", "because")},
        fix=None,
        withheld="a is used elsewhere",
        group=Group.WASTE,
    )
    assert (
        render("full", outcome(far, text=text))
        == """\
note[TL501]: view() merges axes 1 and 2 of `z`
   --> pkg/a.py:100:5
    |
  2 | a = 1
    | - a is made here
...
100 | b = a
    |     ^
    = no fix: a is used elsewhere

"""
    )


@pytest.mark.parametrize(
    ("line", "column", "end_column", "shown_line", "marks"),
    [
        ("\tf(x)", 2, 6, "    f(x)", "    ^^^^"),
        ("f('汉字', x)", 9, 10, "f('汉字', x)", "          ^"),
        ("f('e\u0301', x)", 9, 10, "f('e\u0301', x)", "       ^"),
        ("f('\x1b[31m', x)", 5, 6, "f('\\x1b[31m', x)", "       ^"),
        ("f('\u202e', x)", 8, 9, "f('\\u202e', x)", "            ^"),
    ],
)
def test_full_marks_stand_under_what_they_mark(
    line: str, column: int, end_column: int, shown_line: str, marks: str
) -> None:
    one = finding(line=1, column=column, end_line=1, end_column=end_column, because=(), fix=None)
    lines = render("full", outcome(one, text=line + "\n")).splitlines()
    assert lines[3:5] == [f"1 | {shown_line}", f"  | {marks}"]


def test_full_multi_line_range_is_marked_to_the_end_of_its_first_line() -> None:
    one = finding(line=1, column=5, end_line=3, end_column=2, because=(), fix=None)
    assert "  |     ^^\n" in render("full", outcome(one, text="x = f(\n    1\n)\n"))


@pytest.mark.parametrize("column", [1, 30, 2000, 9_990])
def test_full_long_lines_are_cut_around_the_mark(column: int) -> None:
    text = "ab " * 3333
    one = finding(line=1, column=column, end_line=1, end_column=column + 2, because=(), fix=None)
    line, marks = render("full", outcome(one, text=text), columns=80).splitlines()[3:5]
    assert len(line) < 90
    at = marks.index("^^")
    assert line[at : at + 2] == text[column - 1 : column + 1]


def test_full_evidence_at_the_finding_itself_stands_beside_the_mark() -> None:
    here = Because(6, 14, "this view() raises")
    before = Because(6, 12, "called here")
    frame = render("full", outcome(finding(because=(here, before)))).splitlines()[3:-2]
    assert frame == [
        '6 |     return g(z.view(2, -1), "é→", 3)',
        "  |            - called here",
        "  |              ^^^^^^^^^^^^^ this view() raises",
    ]


def test_full_colour_is_only_added() -> None:
    import re

    colored = render("full", outcome(finding()), color=True)
    assert "\x1b[1;31m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render("full", outcome(finding()))


def test_concise() -> None:
    assert render("concise", outcome(finding())) == (
        "pkg/a.py:6:14: TL501 view() merges axes 1 and 2 of `z` "
        "(line 4: transpose() swaps axes 1 and 2; line 5: + keeps that layout)\n"
    )


def test_github() -> None:
    one = finding(message="100% wrong: `a`,\n`b`", because=(Because(4, 9, "100%"),))
    assert render("github", outcome(one, path="a,b:c.py")) == (
        "::error title=TL501 view-on-non-contiguous,file=a%2Cb%3Ac.py,line=6,endLine=6,col=14,endColumn=27"
        "::100%25 wrong: `a`,\\n`b`%0Aline 4: 100%25\n"
    )
    over_lines = finding(end_line=7, end_column=1, group=Group.NUMERICS, because=())
    assert render("github", outcome(over_lines)).startswith(
        "::warning title=TL501 view-on-non-contiguous,file=pkg/a.py,line=6,endLine=7::"
    )
    assert render("github", outcome(finding(group=Group.STRICT))).startswith("::notice ")


def test_json() -> None:
    source = Source.from_text(TEXT, "pkg/a.py")
    findings = (finding(), finding(fix=None, because=()))
    data = json.loads(
        render("json", Outcome(Report("pkg/a.py", findings, ()), source), Outcome(Report("b.py", (), ())))
    )
    assert data[0] == {
        "code": "TL501",
        "name": "view-on-non-contiguous",
        "group": "error",
        "severity": "error",
        "message": "view() merges axes 1 and 2 of `z`",
        "filename": "pkg/a.py",
        "line": 6,
        "column": 14,
        "end_line": 6,
        "end_column": 27,
        "because": [
            {"line": 4, "column": 9, "text": "transpose() swaps axes 1 and 2"},
            {"line": 5, "column": 9, "text": "+ keeps that layout"},
        ],
        "fingerprint": fingerprints(source, findings)[0],
        "fix": {
            "title": "Use reshape()",
            "safety": "safe",
            "edits": [{"line": 6, "column": 16, "end_line": 6, "end_column": 20, "text": "reshape"}],
        },
    }
    assert data[1]["fix"] is None
    assert list(data[1]) == list(data[0])
    assert len(data) == 2


def test_json_without_findings() -> None:
    assert json.loads(render("json", Outcome(Report("b.py", (), ())))) == []
    assert json.loads(render("json")) == []


class ARule(Rule):
    """A rule for the log."""

    code = "TL501"
    name = "view-on-non-contiguous"
    group = Group.ERROR


def sarif(*outcomes: Outcome) -> dict[str, Any]:
    text = "".join(reporter("sarif")(outcomes, Page((ARule(),))))
    Sarif.model_validate_json(text)
    log: dict[str, Any] = json.loads(text)["runs"][0]
    return log


def test_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    problem = Problem("c d.py", 3, 1, "can't be read", "io")
    run = sarif(outcome(finding()), Outcome(Report("c d.py", (), (problem,))))
    result = run["results"][0]
    location = {"uri": "pkg/a.py", "uriBaseId": "%SRCROOT%"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["newlineSequences"] == ["\r\n", "\n", "\r"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": location,
        "region": {"startLine": 6, "startColumn": 14, "endLine": 6, "endColumn": 27},
    }
    assert [each["message"]["text"] for each in result["relatedLocations"]] == [
        "transpose() swaps axes 1 and 2",
        "+ keeps that layout",
    ]
    assert result["fixes"][0]["artifactChanges"] == [
        {
            "artifactLocation": location,
            "replacements": [
                {
                    "deletedRegion": {"startLine": 6, "startColumn": 16, "endLine": 6, "endColumn": 20},
                    "insertedContent": {"text": "reshape"},
                }
            ],
        }
    ]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "TL501"
    assert run["invocations"][0]["executionSuccessful"] is False
    notification = run["invocations"][0]["toolExecutionNotifications"][0]
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "c%20d.py"


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a b/é.py", "a%20b/%C3%A9.py"), ("./x/../a.py", "a.py"), ("a%20b.py", "a%2520b.py"), ("\udcff.py", "%FF.py")],
)
def test_sarif_uris_are_relative(path: str, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for each in (path, str(tmp_path / path)):
        artifact = sarif(outcome(finding(), path=each))["results"][0]["locations"][0]["physicalLocation"]
        assert artifact["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_sarif_without_findings() -> None:
    run = sarif(Outcome(Report("b.py", (), ())))
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_fingerprints_survive_moved_lines_and_spacing() -> None:
    def prints(text: str) -> tuple[str, ...]:
        source = Source.from_text(text, "a.py")
        lines = [number for number in range(1, len(source.line_starts) + 1) if "view" in source.line(number)]
        return fingerprints(source, [finding(line=line) for line in lines])

    before = prints(TEXT)
    assert prints("import os\n\n" + TEXT) == before
    assert prints(TEXT.replace("g(z.view(2, -1)", "g( z.view(2,-1)")) == before
    assert prints(TEXT.replace("    z = y + 1\n", "    # a comment\n    z = y + 1\n\n")) == before
    assert prints(TEXT.replace("view(2", "view(3")) != before
    assert prints(TEXT.replace("def f", "def other")) != before
    twice = prints(TEXT + TEXT.split("\n\n")[1])
    assert len(set(twice)) == 2
    assert twice[0] == before[0]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_lets_a_file_drive_the_terminal(name: str) -> None:
    evil = "\x1b]0;owned\x07\u202e\u2028\x9b31m\r\udc80"
    text = f"x = '{evil}'\n".replace("\r", "")
    one = finding(
        line=1,
        column=1,
        end_line=1,
        end_column=4,
        message=f"see {evil}",
        because=(Because(1, 1, evil),),
        fix=Fix(evil, Safety.SAFE, ()),
        withheld=evil,
    )
    output = render(name, outcome(one, text=text, path=f"a{evil}.py"))
    assert not set(output.replace("\n", "")) & set("\x1b\x07\x9b\r\u202e\u2028\udc80")
    output.encode()


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("汉", 2), ("e\u0301", 1), ("\u200b", 0), ("🙂", 2)])
def test_width(text: str, cells: int) -> None:
    assert width(shown(text)) == cells

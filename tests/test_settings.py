"""Settings: the table in pyproject.toml, the options over it, and what selectors decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchlint.rule import Group
from torchlint.settings import Settings, SettingsError, find_config, from_table, load_config, overlay, validate

CODES = ("TL101", "TL301", "TL302", "TL501", "TL901", "TLX101")
WASTE, NUMERICS, STRICT = Group.WASTE, Group.NUMERICS, Group.STRICT

DECISIONS = [
    # settings, code, group, whether it is reported
    ({}, "TL301", NUMERICS, True),
    ({}, "TL901", STRICT, False),
    ({"select": ["TL"]}, "TL301", NUMERICS, True),
    ({"select": ["TL"]}, "TL901", STRICT, False),
    ({"select": ["TL9"]}, "TL901", STRICT, True),
    ({"select": ["strict"]}, "TL901", STRICT, True),
    ({"select": ["strict"]}, "TL301", NUMERICS, False),
    ({"select": ["TL3"]}, "TL301", NUMERICS, True),
    ({"select": ["TL3"]}, "TL501", NUMERICS, False),
    ({"select": []}, "TL301", NUMERICS, False),
    ({"extend-select": ["TL901"]}, "TL901", STRICT, True),
    ({"extend-select": ["TL901"]}, "TL301", NUMERICS, True),
    ({"select": ["TL5"], "extend-select": ["TL301"]}, "TL301", NUMERICS, True),
    ({"ignore": ["TL3"]}, "TL301", NUMERICS, False),
    ({"ignore": ["TL3"]}, "TL501", NUMERICS, True),
    ({"ignore": ["numerics"]}, "TL301", NUMERICS, False),
    ({"ignore": ["numerics"]}, "TL301", WASTE, True),
    ({"select": ["TL301"], "ignore": ["TL3"]}, "TL301", NUMERICS, True),
    ({"select": ["TL3"], "ignore": ["TL301"]}, "TL301", NUMERICS, False),
    ({"select": ["TL3"], "ignore": ["TL301"]}, "TL302", NUMERICS, True),
    ({"select": ["TL301"], "ignore": ["TL301"]}, "TL301", NUMERICS, False),
    ({"select": ["TL3"], "ignore": ["numerics"]}, "TL301", NUMERICS, True),
    ({"select": ["TL"], "ignore": ["numerics"]}, "TL301", NUMERICS, False),
    ({"select": ["numerics"], "ignore": ["TL301"]}, "TL301", NUMERICS, False),
    ({"select": ["TLX"]}, "TLX101", NUMERICS, True),
    ({"select": ["TLX"]}, "TL301", NUMERICS, False),
]


@pytest.mark.parametrize(("table", "code", "group", "reported"), DECISIONS)
def test_selectors(table: dict[str, object], code: str, group: Group, reported: bool) -> None:
    assert from_table(table, where="test").enabled(code, group) is reported


ERRORS = [
    ({"selct": ["TL301"]}, "t: unknown key 'selct'; did you mean 'select'?"),
    ({"target_torch": "2.0"}, "t: unknown key 'target_torch'; did you mean 'target-torch'?"),
    ({"select": "TL301"}, "t: select must be a list of strings"),
    ({"ignore": [301]}, "t: ignore must be a list of strings"),
    ({"per-file-ignores": ["TL301"]}, "t: per-file-ignores must be a table of pattern = [selectors]"),
    ({"per-file-ignores": {"tests/*": "TL3"}}, "t: per-file-ignores: 'tests/*' must be a list of strings"),
    ({"target-torch": 2.0}, 't: target-torch: expected a version such as "2.0", got 2.0'),
    ({"target-torch": "two"}, "t: target-torch: expected a version such as \"2.0\", got 'two'"),
]


@pytest.mark.parametrize(("table", "message"), ERRORS)
def test_errors_of_the_table(table: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        from_table(table, where="t")
    assert str(error.value) == message


UNKNOWN = [
    ("TL303", "TL30"),
    ("TL7", "TL"),
    ("numeric", "numerics"),
    ("STRICT", "strict"),
    ("tl301", "TL301"),
    ("E501", "TL501"),
    ("", ""),
]


@pytest.mark.parametrize(("selector", "near"), UNKNOWN)
@pytest.mark.parametrize("key", ["select", "extend-select", "ignore", "per-file-ignores"])
def test_an_unknown_selector_names_the_nearest(selector: str, near: str, key: str) -> None:
    value = {"*.py": [selector]} if key == "per-file-ignores" else [selector]
    settings = from_table({key: value}, where="t")
    with pytest.raises(SettingsError, match=f"^--{key}: unknown rule or group '{selector}'; did you mean '{near}"):
        validate(settings, CODES)
    with pytest.raises(SettingsError, match=rf"^a/pyproject.toml: \[tool.torchlint\]: {key}: unknown rule or group"):
        validate(settings, CODES, Path("a/pyproject.toml"))


def test_known_selectors_are_accepted() -> None:
    validate(from_table({"select": ["TL", "TL3", "TL301", "waste"], "ignore": ["TLX1"]}, where="t"), CODES)


def test_options_replace_the_table_and_extend_select_adds() -> None:
    table = from_table(
        {"select": ["TL3"], "extend-select": ["TL9"], "ignore": ["TL302"], "exclude": ["old"], "target-torch": "2.6"},
        where="t",
    )
    changed = overlay(table, select=["TL1,TL5"], extend_select=["strict"], ignore=["waste", "TL501"], exclude=["a, b"])
    assert changed.select == ("TL1", "TL5")
    assert changed.extend_select == ("TL9", "strict")
    assert changed.ignore == ("waste", "TL501")
    assert changed.exclude == ("a", "b")
    assert changed.target_torch == (2, 6)
    assert overlay(table) == table
    assert overlay(table, target_torch="2.13.0").target_torch == (2, 13)
    assert overlay(table, per_file_ignores=["tests/*:TL3,waste"]).per_file_ignores == (("tests/*", ("TL3", "waste")),)


@pytest.mark.parametrize("entry", ["tests/*", ":TL3", "tests/*:"])
def test_per_file_ignores_need_both_halves(entry: str) -> None:
    with pytest.raises(SettingsError, match="expected PATTERN:SELECTORS"):
        overlay(Settings(), per_file_ignores=[entry])


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("tests/*", "tests/test_a.py", True),
        ("tests/", "tests/deep/test_a.py", True),
        ("test_*.py", "deep/test_a.py", True),
        ("/a.py", "deep/a.py", False),
        ("deep/**/a.py", "deep/er/a.py", True),
        ("*.py", "../outside.py", False),
    ],
)
def test_per_file_ignores_win_over_every_selector(
    pattern: str, path: str, matches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = from_table({"select": ["TL301"], "per-file-ignores": {pattern: ["TL3"]}}, where="t", root=str(tmp_path))
    assert settings.for_file(path).enabled("TL301", NUMERICS) is not matches


def test_the_nearest_file_with_a_table_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.torchlint]\nselect = ["TL3"]\n')
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (inner / "pyproject.toml").write_text("tool = 3\n")
    assert find_config(inner) == tmp_path / "pyproject.toml"
    settings = load_config(tmp_path / "pyproject.toml")
    assert settings.select == ("TL3",)
    assert settings.root == str(tmp_path.resolve())


@pytest.mark.parametrize(
    "content", [b"[tool.torchlint\n", b'[tool.torchlint]\nselect = ["\xff"]\n', b"[tool]\ntorchlint = 1\n"]
)
def test_a_broken_file_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"pyproject\.toml: "):
        load_config(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml: No such file"):
        load_config(tmp_path / "absent.toml")

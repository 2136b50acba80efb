"""The cache: an unchanged file isn't checked again, and nothing that is or was in the cache changes what is said."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from hashlib import blake2b
from pathlib import Path

import pytest

from tests.conftest import FAILING_PACK, PACKS, Run
from torchlint import engine
from torchlint.cache import Cache
from torchlint.registry import load
from torchlint.run import Action, Job, run
from torchlint.settings import Settings

PITFALL = "import torch.nn as nn\nblock = nn.Sequential(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8))\n"
FILES = {"clean.py": "x = 1\n", "pitfall.py": PITFALL, "broken.py": "x = (\n", "toy.py": "x = old_call(1)\n"}


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORCHLINT_CACHE_DIR", str(tmp_path / "cache"))
    for name, text in FILES.items():
        Path(name).write_text(text)
    return tmp_path


def caches() -> list[Path]:
    return sorted(Path("cache").glob("*.json"))


def checked(
    monkeypatch: pytest.MonkeyPatch, paths: list[str], settings: Settings, action: Action = Action.CHECK
) -> list[str]:
    """The files that a run with the cache really checks."""
    seen = []
    original = engine.check

    def check(source, *arguments, **keywords):  # type: ignore[no-untyped-def]
        seen.append(source.path)
        return original(source, *arguments, **keywords)

    monkeypatch.setattr(engine, "check", check)
    rules = load()
    cache = Cache(Path("cache"), settings, rules)
    list(run(paths, Job(settings, rules, action), cache=cache))
    cache.save()
    monkeypatch.setattr(engine, "check", original)
    return seen


@pytest.mark.parametrize("form", ["full", "concise", "json", "github", "sarif"])
def test_a_second_run_says_the_same(torchlint: Run, form: str) -> None:
    runs = [
        torchlint("check", "--output-format", form, "--statistics", *extra, ".") for extra in ((), (), ("--no-cache",))
    ]
    assert runs[0].returncode == 2, "the broken file counts every time"
    assert runs[0].stdout
    assert [(each.stdout, each.stderr, each.returncode) for each in runs] == [
        (runs[0].stdout, runs[0].stderr, runs[0].returncode)
    ] * 3


def test_only_what_changed_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(FILES)
    assert checked(monkeypatch, paths, Settings()) == paths
    assert checked(monkeypatch, paths, Settings()) == []
    Path("clean.py").write_text("x = 2\n")
    assert checked(monkeypatch, paths, Settings()) == ["clean.py"]
    Path("clean.py").write_text("x = 1\n")
    assert checked(monkeypatch, paths, Settings()) == [], "what was there before is still known"


def test_settings_are_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = ["pitfall.py"]
    assert checked(monkeypatch, paths, Settings()) == paths
    for settings in (
        Settings(select=("TL3",)),
        Settings(ignore=("TL201",)),
        Settings(extend_select=("strict",)),
        Settings(target_torch=(2, 5)),
        Settings(per_file_ignores=(("pitfall.py", ("TL201",)),)),
    ):
        assert checked(monkeypatch, paths, settings) == paths
        assert checked(monkeypatch, paths, settings) == []


def test_the_same_content_elsewhere_is_known_under_its_own_name(torchlint: Run) -> None:
    torchlint("check", "pitfall.py")
    shutil.copy("pitfall.py", "copy.py")
    assert torchlint("check", "--output-format", "concise", "copy.py").stdout.startswith("copy.py:2:")


def test_a_changed_rule_pack_is_another_cache(torchlint: Run, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    shutil.copytree(PACKS, packs)
    assert "TLX901" in torchlint("check", "toy.py", packs=(packs,)).stdout
    rule = next(path for path in packs.rglob("*.py") if "old_call" in path.read_text())
    rule.write_text(rule.read_text().replace("old_call", "other_call"))
    assert "TLX901" not in torchlint("check", "toy.py", packs=(packs,)).stdout


def resealed(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-3],
        lambda data: data.replace(b"TL201", b"TL301"),
        lambda data: b"\x00" * len(data),
        lambda data: resealed(b"[]"),
        lambda data: resealed(b"{"),
        lambda data: resealed(json.dumps(dict.fromkeys(json.loads(data.partition(b"\n")[2]), 7)).encode()),
        lambda data: resealed(json.dumps({key: [[{}], []] for key in json.loads(data.partition(b"\n")[2])}).encode()),
    ],
)
def test_a_damaged_cache_is_made_anew(torchlint: Run, damage) -> None:  # type: ignore[no-untyped-def]
    first = torchlint("check", ".")
    [path] = caches()
    path.write_bytes(damage(path.read_bytes()))
    damaged = path.read_bytes()
    assert torchlint("check", ".").stdout == first.stdout
    assert path.read_bytes() != damaged
    assert torchlint("check", ".").stdout == first.stdout


def test_no_cache_neither_reads_nor_writes(torchlint: Run) -> None:
    torchlint("check", "--no-cache", ".")
    assert not Path("cache").exists()


def test_a_named_place_that_cannot_be_written_is_said_once(torchlint: Run) -> None:
    Path("taken").write_text("")
    result = torchlint("check", "--cache-dir", "taken/deep", "clean.py")
    assert result.returncode == 0
    assert [line for line in result.stderr.splitlines() if "cache" in line] == [result.stderr.splitlines()[0]]
    assert "can't be written: Not a directory" in result.stderr


def test_a_rule_that_failed_is_tried_again(torchlint: Run) -> None:
    Path("toy.py").write_text("explode(1)\n")
    for _ in range(2):
        result = torchlint("check", "toy.py", packs=(PACKS, FAILING_PACK))
        assert result.returncode == 2
        assert "failed" in result.stderr


def test_fixing_skips_what_is_known_to_be_clean_and_repairs_the_rest(
    torchlint: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    torchlint("check", "clean.py", "pitfall.py")
    result = torchlint("check", "--fix", "--unsafe-fixes", "clean.py", "pitfall.py")
    assert "Fixed 1 finding" in result.stdout
    assert "bias=False" in Path("pitfall.py").read_text()
    assert torchlint("check", "clean.py", "pitfall.py").returncode == 0
    Path("pitfall.py").write_text(PITFALL)
    assert torchlint("check", "pitfall.py").returncode == 1


def test_runs_at_the_same_time_leave_a_whole_cache(torchlint: Run) -> None:
    for number in range(30):
        Path(f"more{number}.py").write_text(PITFALL.replace("8", str(number + 20)))
    command = [sys.executable, "-m", "torchlint", "check", "--output-format", "concise", "-j1", "."]
    environment = {**os.environ, "PYTHONPATH": str(PACKS)}
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(4)]
    outputs = {process.communicate()[0] for process in started}
    assert len(outputs) == 1
    [path] = caches()
    digest, _, body = path.read_bytes().partition(b"\n")
    assert resealed(body).startswith(digest + b"\n")
    assert len(json.loads(body)) == len(FILES) + 30
    assert [each.name for each in Path("cache").iterdir()] == [path.name]


def test_what_nobody_uses_any_more_goes(torchlint: Run) -> None:
    Path("cache").mkdir()
    old, young = Path("cache/old.json"), Path("cache/young.json")
    for path in (old, young):
        path.write_text("{}")
    os.utime(old, (time.time() - 40 * 24 * 3600,) * 2)
    torchlint("check", "clean.py")
    assert not old.exists()
    assert young.exists()

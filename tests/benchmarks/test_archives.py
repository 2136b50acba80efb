"""Wheels are unpacked without leaving the folder, and only their Python files."""

import stat
import zipfile
from pathlib import Path

import pytest

from benchmarks.ledger.archives import ArchiveError, unpack


def wheel(path: Path, names: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return path


def test_python_files_are_written_and_others_are_not(tmp_path: Path) -> None:
    unpack(
        wheel(tmp_path / "a.whl", {"p/__init__.py": "", "p/q/m.py": "x = 1\n", "p/lib.so": "", "p/.gitignore": "*"}),
        tmp_path / "out",
    )
    assert {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()} == {
        "p/__init__.py",
        "p/q/m.py",
    }
    assert (tmp_path / "out/p/q/m.py").read_text() == "x = 1\n"


@pytest.mark.parametrize("name", ["../m.py", "p/../../m.py", "/m.py", "p\\..\\..\\m.py", "C:/m.py"])
def test_a_name_that_leaves_the_folder_is_refused_and_nothing_stays(name: str, tmp_path: Path) -> None:
    # ZipInfo cleans names up; the archive must hold them as they are.
    item = zipfile.ZipInfo("p/first.py")
    path = tmp_path / "in" / "a.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(item, "")
        bad = zipfile.ZipInfo("x")
        bad.filename = name
        archive.writestr(bad, "")
    with pytest.raises(ArchiveError, match="leaves the folder"):
        unpack(path, tmp_path / "in" / "out")
    assert [each.name for each in (tmp_path / "in").iterdir()] == ["a.whl"]
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


def test_links_are_refused(tmp_path: Path) -> None:
    item = zipfile.ZipInfo("p/m.py")
    item.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr(item, "/etc/passwd")
    with pytest.raises(ArchiveError, match="link"):
        unpack(tmp_path / "a.whl", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"PK no zip")
    with pytest.raises(ArchiveError, match=r"a\.whl"):
        unpack(tmp_path / "a.whl", tmp_path / "out")

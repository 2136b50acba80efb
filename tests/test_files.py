"""Files are replaced whole, or left alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from torchlint.files import write


def test_content_changes_and_the_mode_stays(tmp_path: Path) -> None:
    file = tmp_path / "é a.py"
    file.write_bytes(b"old")
    file.chmod(0o754)
    write(str(file), b"new\r\n", before=b"old")
    assert file.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o754
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_a_read_only_file_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        write(str(file), b"new")
    assert file.read_bytes() == b"old"


def test_a_link_inside_of_the_root_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    target = tmp_path / "b" / "a.py"
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(Path("b") / "a.py")
    write(str(link), b"new", root=str(tmp_path))
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_link_out_of_the_root_is_left(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    target = tmp_path / "a.py"
    target.write_bytes(b"old")
    link = tmp_path / "root" / "link.py"
    link.symlink_to(target)
    with pytest.raises(OSError, match="outside of"):
        write(str(link), b"new", root=str(tmp_path / "root"))
    assert target.read_bytes() == b"old"
    assert link.is_symlink()


def test_a_file_that_changed_or_went_away_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"newer")
    with pytest.raises(OSError, match="has changed"):
        write(str(file), b"new", before=b"old")
    assert file.read_bytes() == b"newer"
    file.unlink()
    with pytest.raises(FileNotFoundError):
        write(str(file), b"new")
    assert not list(tmp_path.iterdir())
    with pytest.raises(OSError, match="not a regular file"):
        write(str(tmp_path), b"new")


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    owner = os if step == "fsync" else Path
    monkeypatch.setattr(owner, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(str(file), b"new")
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a signal of POSIX systems")
def test_a_killed_process_leaves_the_file_old_or_new(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    old, new = b"o" * 100_000, b"n" * 100_000
    program = textwrap.dedent(
        """
        import sys
        from torchlint.files import write
        print("go", flush=True)
        while True:
            write(sys.argv[1], b"n" * 100_000)
            write(sys.argv[1], b"o" * 100_000)
        """
    )
    for _ in range(5):
        file.write_bytes(old)
        with subprocess.Popen([sys.executable, "-c", program, str(file)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.kill()
        assert file.read_bytes() in (old, new)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can become another user")
def test_a_directory_without_permission(tmp_path: Path) -> None:
    # Root ignores permissions, so the writing is done by an unprivileged user.
    tmp_path.parent.parent.chmod(0o755)
    tmp_path.parent.chmod(0o755)
    tmp_path.chmod(0o755)
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o666)
    program = "import os, sys; from torchlint.files import write; os.setuid(65534); write(sys.argv[1], b'new')"
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr
    assert file.read_bytes() == b"old"

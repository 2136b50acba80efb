"""The speed benchmark measures what it says: processes, medians, growth, files, results, chart, page. No time is asserted."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from benchmarks.timing import bars, chart, floors, growth, page, processes, results, tools, trees
from benchmarks.timing.environments import RECIPES, Environment, digest


def usage(cpu: float, peak: float = 10.0, wall: float = 1.0) -> processes.Usage:
    return processes.Usage(cpu, peak, wall)


def row(tool: tools.Tool, cpu: float, *, package: str = "p 1", files: int = 300, peak: float = 50.0) -> results.Row:
    return results.Row(package, tool.name, "1", files, 1000, 5, cpu, peak, cpu, 0.5, "2026-01-01")


def grown(of: str, cpu: tuple[float, ...], peak: tuple[float, ...] = (50.0, 50.0, 50.0)) -> results.Growth:
    return results.Growth(of, "s", (1, 2, 4), (1, 2, 4), cpu, (1.1, 2.1, 4.1), peak, 0.1, 0.1, 3, "2026-01-01")


SPIN = "import time\nwhile time.process_time() < 0.3: pass\n"
HOLD = "held = bytearray(80 << 20)\n"


def test_cpu_time_and_memory_of_a_child_and_of_its_children(tmp_path: Path) -> None:
    assert processes.run([sys.executable, "-c", SPIN], tmp_path).cpu >= 0.3
    grandchild = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SPIN + HOLD!r}], check=True)\n"
    used = processes.run([sys.executable, "-c", grandchild], tmp_path)
    assert used.cpu >= 0.3
    assert used.peak >= 80


def test_memory_of_the_benchmark_itself_does_not_count(tmp_path: Path) -> None:
    held = bytearray(200 << 20)
    assert processes.run([sys.executable, "-c", ""], tmp_path).peak < 100
    assert held is not None


def test_a_failed_command_is_no_measurement(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "import sys; print('why', file=sys.stderr); sys.exit(1)"]
    with pytest.raises(processes.CommandError, match="exit code 1: why"):
        processes.run(failing, tmp_path)
    processes.run(failing, tmp_path, accepted={0, 1})
    with pytest.raises(processes.CommandError):
        processes.run([str(tmp_path / "missing")], tmp_path)


def test_medians_are_taken_of_each_figure() -> None:
    assert processes.median([usage(3, 1, 9), usage(1, 5, 8), usage(2, 3, 7)]) == usage(2, 3, 8)


@pytest.mark.parametrize(
    ("costs", "idle", "power"),
    [((1, 2, 4), 0, 1), ((1.5, 2.5, 4.5), 0.5, 1), ((1, 4, 16), 0, 2), ((3, 3, 3), 0, 0)],
)
def test_the_power_that_cost_grows_with(costs: tuple[float, ...], idle: float, power: float) -> None:
    assert growth.exponent((1, 2, 4), costs, idle) == pytest.approx(power)


def test_two_processes_are_compared_pair_by_pair() -> None:
    assert bars.speedup((2.0, 9.0, 4.0), (1.0, 5.0, 2.0)) == 2.0


def met(measured: results.Results) -> list[bool]:
    return [bar.met for bar in bars.bars(measured)]


def test_demands_of_a_package() -> None:
    good = [row(tools.COLD, 0.59), row(tools.LIBCST, 1.0), row(tools.WARM, 0.35), row(tools.LARGEST, 1, peak=-5.0)]
    assert met(results.Results(rows=tuple(good))) == [True, True, True]
    bad = [row(tools.COLD, 0.61), row(tools.LIBCST, 1.0), row(tools.WARM, 0.36), row(tools.LARGEST, 1, peak=-15.0)]
    assert met(results.Results(rows=tuple(bad))) == [False, False, False]
    assert met(results.Results(rows=(row(tools.WARM, 3, files=3000),))) == []


def test_demands_of_growth() -> None:
    assert met(results.Results(growth=(grown("length", (1.1, 2.1, 4.1)),))) == [True]
    assert met(results.Results(growth=(grown("length", (1.1, 4.1, 16.1)),))) == [False]
    assert met(results.Results(growth=(grown("files", (1.1, 2.1, 4.1), (50.0, 70.0, 90.0)),))) == [True, False]


def test_other_demands() -> None:
    plain = results.Plain("p 1", 9, 1.0, 0.1, 0.04, 5, "2026-01-01")
    slow = results.Processes("p 1", 9, (1.6, 1.6), (1.0, 1.0), 0.5, 2, "2026-01-01")
    assert met(results.Results(plain=(plain,), processes=(slow,))) == [False, False]
    assert met(results.Results(complete=(results.Completeness("p", 9, 1, 100, 1, 0, 0),))) == [True, True, True]
    assert met(results.Results(complete=(results.Completeness("p", 9, 1, 100, 2, 1, 1),))) == [False, False, False]


def test_results_are_kept_and_replaced_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    machine = results.Machine("Linux", "p", 2, "3.11", "abc")
    results.update(path, machine, rows=[row(tools.COLD, 2), row(tools.LIBCST, 3)], growth=[grown("length", (1, 2, 4))])
    merged = results.update(path, rows=[row(tools.COLD, 1)], growth=[grown("files", (1, 2, 4))])
    assert results.read(path) == merged
    assert merged.machine == machine
    assert [(one.tool, one.cpu) for one in merged.rows] == [(tools.COLD.name, 1), (tools.LIBCST.name, 3)]
    assert [one.of for one in merged.growth] == ["length", "files"]


def test_files_are_spread_evenly() -> None:
    assert trees.spread("abcdefgh", 4) == ("a", "c", "e", "g")
    assert trees.spread("abc", None) == trees.spread("abc", 5) == ("a", "b", "c")


def test_files_that_one_of_the_tools_skips_are_not_measured(tmp_path: Path) -> None:
    for name in ("a.py", "build/b.py", "c/d.py", "c/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert trees.python_files(tmp_path) == ("a.py", "c/d.py")


def test_a_file_changes_each_time_and_is_restored(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for size in (1, 2, 3):
        (source / f"{size}.py").write_text("x = 1\n" * size)
    with trees.copied("p", source, ["1.py", "2.py", "3.py"], tmp_path / "cache") as tree:
        assert tree.largest == "3.py"
        changing = trees.Changing(tree)
        assert changing.path.name == "2.py"
        before = changing.path.read_text()
        changing.change()
        first = changing.path.read_text()
        changing.restore()
        assert changing.path.read_text() == before
        changing.change()
        assert len({before, first, changing.path.read_text()}) == 3
    assert (source / "2.py").read_text() == before


def test_tools_have_names_and_environments_of_their_own() -> None:
    assert len({tool.name for tool in tools.TOOLS}) == len({tool.slug for tool in tools.TOOLS}) == len(tools.TOOLS)
    assert {tool.environment for tool in tools.TOOLS} == RECIPES.keys()
    assert len({digest(recipe) for recipe in RECIPES.values()}) == len(RECIPES)


def test_floors_and_torchlint_run_on_a_tree(tmp_path: Path) -> None:
    """With this very Python in place of an environment made for it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, words in (("python", ""), ("torchlint", "-m torchlint")):
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        (programs / name).chmod(0o755)
    environment = Environment(tmp_path, {})
    source = tmp_path / "source"
    source.mkdir()
    (source / "model.py").write_text("import torch\n\ndef f(x):\n    return torch.log(torch.softmax(x, 1))\n")
    (source / "other.py").write_text("import os\n")
    with trees.copied("p 1", source, ["model.py", "other.py"], tmp_path / "cache") as tree:
        for tool in (tools.AST, tools.LIBCST, tools.LARGEST, tools.COLD, tools.WARM):
            tools.prime(tool, environment, tree)
            measured = tools.measure(tool, environment, tree)
            assert measured.cpu > 0
            assert measured.peak > 1
        assert list((tree.scratch / tools.WARM.slug).iterdir())
        (tree.folder / "broken.py").write_text("def\n")
        with pytest.raises(processes.CommandError):
            tools.measure(tools.LIBCST, environment, tree, ["broken.py"])


def test_the_plugin_is_timed_on_trees_that_exist_already(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    start, rest = floors.plugin_seconds([str(tmp_path / "a.py")])
    assert start >= 0
    assert rest >= 0


def test_the_chart_is_svg_to_one_scale() -> None:
    image = chart.bar_chart('a & "b"', [chart.Bar("<one>", 1.0, "1 s"), chart.Bar("two", 2.0, "2 s", ours=True)])
    root = ElementTree.fromstring(image)
    widths = [float(each.attrib["width"]) for each in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.1)
    assert "<one>" in {each.text for each in root.iter("{http://www.w3.org/2000/svg}text")}


def test_the_page_and_the_chart_are_those_of_the_committed_figures() -> None:
    measured = results.read()
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.replaced(text, page.parts(measured)) == text
    assert page.chart(measured) == page.CHART.read_text(encoding="utf-8")

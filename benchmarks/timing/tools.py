"""The measured tools: their commands, where they are installed, and what a cache must hold before they run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.timing.environments import Environment
from benchmarks.timing.processes import Usage, run
from benchmarks.timing.trees import Tree

_FLOORS = str(Path(__file__).with_name("floors.py"))
_TORCHLINT = ("torchlint", "check", "{files}", "--isolated", "--extend-select", "strict", "-q", "--exit-zero")
_COLD = (*_TORCHLINT, "--no-cache", "-j", "1")
_WARM = (*_TORCHLINT, "--cache-dir", "{cache}", "-j", "1")
_FLAKE8 = ("flake8", "-j", "1", "--isolated", "--exit-zero", "{files}")
_RUFF = ("ruff", "check", "{files}", "--isolated", "--exit-zero", "-q")


@dataclass(frozen=True, slots=True)
class Tool:
    """One line of the table.

    `command`: `{files}` stands for what is checked, `{list}` for a file that lists it, `{cache}` for a folder that only
    this tool uses. `primed`: it runs once before it is measured. `changed`: one file changes before each measured run.
    `largest`: it gets the largest file only. `version`: of which package its version is.
    """

    name: str
    environment: str
    command: tuple[str, ...]
    version: str
    primed: bool = False
    changed: bool = False
    largest: bool = False
    accepted: frozenset[int] = field(default=frozenset({0}))

    @property
    def slug(self) -> str:
        """Its name as a folder."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name)


AST = Tool("ast.parse", "torchlint", ("python", _FLOORS, "ast", "{list}"), "python")
LIBCST = Tool("libcst.parse_module", "torchlint", ("python", _FLOORS, "libcst", "{list}"), "libcst")
LARGEST = replace(LIBCST, name="libcst.parse_module, largest file", largest=True)
COLD = Tool("torchlint", "torchlint", _COLD, "torchlint")
TWO = Tool("torchlint, two processes", "torchlint", (*_COLD[:-1], "2"), "torchlint")
WARM = Tool("torchlint, nothing changed", "torchlint", _WARM, "torchlint", primed=True)
CHANGED = Tool("torchlint, one file changed", "torchlint", _WARM, "torchlint", primed=True, changed=True)
FLAKE8 = Tool("flake8", "flake8", _FLAKE8, "flake8")
PLUGIN = Tool("flake8 with torchlint", "torchlint", _FLAKE8, "flake8")
RUFF = Tool("ruff", "ruff", (*_RUFF, "--no-cache"), "ruff")
RUFF_WARM = Tool("ruff, nothing changed", "ruff", (*_RUFF, "--cache-dir", "{cache}"), "ruff", primed=True)
TORCHFIX = Tool("TorchFix", "torchfix", ("torchfix", "{files}", "-j", "1", "--select", "ALL"), "torchfix")
PREFLIGHT = Tool(
    "torch-preflight",
    "torch-preflight",
    ("torch-preflight", "check", "{files}", "-j", "1"),
    "torch-preflight",
    accepted=frozenset({0, 1}),
)
TOOLS = (AST, LIBCST, LARGEST, COLD, WARM, CHANGED, FLAKE8, PLUGIN, RUFF, RUFF_WARM, TORCHFIX, PREFLIGHT)


def measure(tool: Tool, environment: Environment, tree: Tree, paths: Sequence[str] | None = None) -> Usage:
    """Run a tool once on a tree, or on some of its files."""
    program, *words = tool.command
    if tool.largest:
        paths = [tree.largest]
    command = [environment.program(program)]
    for word in words:
        if word == "{files}":
            command += paths or ["."]
        else:
            listed = tree.listed(paths or tree.paths) if word == "{list}" else ""
            command.append(word.format(list=listed, cache=tree.scratch / tool.slug))
    return run(command, tree.folder, tool.accepted)


def prime(tool: Tool, environment: Environment, tree: Tree) -> None:
    """Fill a tool's cache, if it has one."""
    shutil.rmtree(tree.scratch / tool.slug, ignore_errors=True)
    if tool.primed:
        measure(tool, environment, tree)

"""The flake8 plugin: torchlint's findings among flake8's own, with its `# noqa`, select, ignore and per-file-ignores.

Beside flake8's options [tool.torchlint] applies (from the working directory upwards, where flake8 looks for its own
configuration). A rule that is off by default runs when either names it: flake8's select and extend-select by a prefix with
a digit ("TL9"), since "TL" alone is how flake8 users name a plugin.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from torchlint import __version__, engine
from torchlint.discovery import named_is_excluded
from torchlint.registry import RegistryError, load
from torchlint.reporters.text import one_line, shown
from torchlint.rule import Rule
from torchlint.settings import Settings, SettingsError, find_config, load_config, validate
from torchlint.source import Source

FAILED = "TL000"


class Plugin:
    """What flake8 makes for each file. `lines` are the file's, decoded; flake8 parses and reads `# noqa` itself."""

    name = "torchlint"
    version = __version__
    rules: ClassVar[tuple[Rule, ...]] = ()
    settings: ClassVar[Settings] = Settings()

    def __init__(self, tree: ast.Module, filename: str, lines: list[str]) -> None:
        self._tree = tree
        self._source = Source.from_text("".join(lines), filename)

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Read the settings once a process. Raises flake8's ExecutionError, which ends it with one line."""
        from flake8.exceptions import ExecutionError

        try:
            cls.rules = load()
            config = find_config(Path.cwd())
            settings = Settings(root=str(Path.cwd())) if config is None else load_config(config)
            validate(settings, [rule.code for rule in cls.rules], config)
        except (RegistryError, SettingsError) as error:
            raise ExecutionError(f"torchlint: {error}") from error
        named = [*(options.select or ()), *(options.extend_select or ())]
        ours = tuple(code for code in named if code.startswith("TL"))
        cls.settings = replace(settings, extend_select=(*settings.extend_select, *ours))

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield line, column from 0 (flake8 adds one) and text of each finding."""
        path = self._source.path
        if not engine.gated(self._source.text, self.settings, self.rules):
            return  # most files of a project without torch: known sooner than whether a folder above is excluded
        if named_is_excluded(path, self.settings):
            return
        settings = self.settings.for_file(path)
        report = engine.check_tree(self._source, self._tree, settings, self.rules, noqa=False)
        for finding in report.findings:
            yield finding.line, finding.column - 1, f"{finding.code} {one_line(finding)}", type(self)
        for problem in report.problems:
            message = f"{FAILED} {shown(problem.message, ' ')} (at line {problem.line})"
            yield 1, 0, message, type(self)

"""What no Python linter can do without, as a program: `floors.py ast LIST` or `floors.py libcst LIST`.

LIST is a file of paths, one a line. `plugin` is the third kind: it parses the files as flake8 has them parsed, and prints the
CPU seconds that torchlint's plugin adds to that: for its start, and for the files. Only what is measured is imported.
"""

from __future__ import annotations

import ast
import sys
import time
import warnings
from pathlib import Path


def parse_ast(paths: list[str]) -> None:
    """Parse each file with Python's own parser."""
    for path in paths:
        ast.parse(Path(path).read_bytes())


def parse_libcst(paths: list[str]) -> None:
    """Parse each file with LibCST."""
    import libcst

    for path in paths:
        libcst.parse_module(Path(path).read_bytes())


def plugin_seconds(paths: list[str]) -> tuple[float, float]:
    """The CPU seconds that torchlint's plugin takes to start, and then for the files: flake8 gives it tree and lines."""
    import argparse
    import tokenize

    given = []
    for path in paths:
        with tokenize.open(path) as stream:
            lines = stream.readlines()
        given.append((ast.parse("".join(lines)), path, lines))
    start = time.process_time()
    from torchlint.flake8 import Plugin

    Plugin.parse_options(argparse.Namespace(select=None, extend_select=None))
    ready = time.process_time()
    for tree, path, lines in given:
        for _ in Plugin(tree, path, lines).run():
            pass
    return ready - start, time.process_time() - ready


def main() -> None:
    """Run the program."""
    kind, listed = sys.argv[1:]
    warnings.simplefilter("ignore")  # the files' own invalid escapes
    paths = Path(listed).read_text(encoding="utf-8").splitlines()
    if kind == "ast":
        parse_ast(paths)
    elif kind == "libcst":
        parse_libcst(paths)
    else:
        print(*plugin_seconds(paths))


if __name__ == "__main__":
    main()

"""The command line: `torchlint check`, `rules`, `explain` and `prove`.

What a command needs is imported when it runs: start-up is most of the time that checking one file takes. Exit codes: 0
clean, 1 findings, 2 a usage error, input that can't be read, a rule that failed, or no rule found; 130 when interrupted.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

import click

from torchlint import __version__
from torchlint.console import lenient_streams, wants_color
from torchlint.reporters import FORMATS
from torchlint.rule import Severity

if TYPE_CHECKING:
    from torchlint.rule import Rule


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="torchlint")
def cli() -> None:
    """Find PyTorch pitfalls, read why they matter, and repair them. Nothing that is checked is imported or executed."""


@cli.command(short_help="Report pitfalls in files and directories.")
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option(
    "--select",
    multiple=True,
    metavar="SELECTORS",
    help="Report only these: code prefixes or group names, comma-separated.",
)
@click.option("--extend-select", multiple=True, metavar="SELECTORS", help="Report these too.")
@click.option("--ignore", multiple=True, metavar="SELECTORS", help="Don't report these.")
@click.option(
    "--per-file-ignores",
    multiple=True,
    metavar="PATTERN:SELECTORS",
    help="Don't report these in matching files; may be repeated.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERNS",
    help="Files and directories to leave out, as in .gitignore, comma-separated.",
)
@click.option("--force-exclude", is_flag=True, help="Leave excluded files out even when they are named.")
@click.option("--fix", is_flag=True, help="Apply safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: unsafe fixes too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--output-format", type=click.Choice(FORMATS), default="full", show_default=True, help="How to report.")
@click.option(
    "--output-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the report there instead of standard output.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option(
    "--fail-on",
    type=click.Choice([each.value for each in Severity]),
    default="note",
    show_default=True,
    help="Exit with 1 only for findings at least as severe.",
)
@click.option("--stdin-filename", metavar="PATH", help="The name of what is read from standard input with -.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Number of processes; by default as many as the files are worth."
)
@click.option("--executor", metavar="dask://HOST:PORT", help="Let the workers of this Dask cluster do the work.")
@click.option(
    "--config", type=click.Path(dir_okay=False), metavar="FILE", help="Read [tool.torchlint] from this pyproject.toml."
)
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option("--target-torch", metavar="VERSION", help="The oldest torch that the code must run with, such as 2.0.")
@click.option("--changed-since", metavar="REV", help="Check only files that git finds different from this revision.")
@click.option("--no-cache", is_flag=True, help="Check all files anew, and remember nothing.")
@click.option(
    "--cache-dir",
    type=click.Path(file_okay=False),
    envvar="TORCHLINT_CACHE_DIR",
    metavar="DIR",
    help="Where to remember what was found in files that don't change (also TORCHLINT_CACHE_DIR).",
)
@click.option("-q", "--quiet", is_flag=True, help="No summary, no progress.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in the report.",
)
@click.version_option(__version__, prog_name="torchlint")
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Report pitfalls in the files and directories PATHS (default: the working directory); - is standard input."""
    from torchlint.checking import Options, check_paths

    sys.exit(check_paths(paths or (".",), Options(stdin="-" in paths, **options)))


@cli.command(short_help="List the rules.")
def rules() -> None:
    """List all rules: code, group, whether it is on by default, name."""
    for rule in _rules():
        state = "on" if rule.group.on_by_default else "off"
        click.echo(f"{rule.code}  {rule.group.value:<10}  {state:<3}  {rule.name}")


@cli.command(short_help="Show a rule's documentation.")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
def explain(codes: tuple[str, ...]) -> None:
    """Say what a rule finds, why that is bad, when it stays silent, and what its fix changes."""
    from torchlint.documentation import documentation
    from torchlint.settings import nearest

    known = {rule.code: rule for rule in _rules()}
    names = {rule.name: rule for rule in known.values()}
    for code in codes:
        rule = known.get(code.upper()) or names.get(code)
        if rule is None:
            _fail(f"unknown rule {code!r}{nearest(code, (*known, *names))}")
        _print_markdown(f"# {rule.code} {rule.name}\n\n{documentation(rule)}\n")


@cli.command(short_help="Execute the examples under torch and check what they claim.")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option(
    "--examples",
    type=click.Path(),
    default="examples",
    show_default=True,
    metavar="DIR",
    help="The folder of the examples.",
)
@click.option(
    "--write", type=click.Path(dir_okay=False), metavar="FILE", help="Also write the table there, as Markdown."
)
def prove(codes: tuple[str, ...], examples: str, write: str | None) -> None:
    """Prove the rules whose codes begin with CODE (default: all) by their examples. Executes the programs in DIR.

    Each program is linted and fixed; both versions are executed under torch, and the claims in proof.toml are checked.
    """
    from pathlib import Path

    from torchlint.proving import run

    sys.exit(run(_rules(), [code.upper() for code in codes], Path(examples), Path(write) if write else None))


def main() -> NoReturn:
    """Run the command line and exit."""
    lenient_streams()
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        _exit_now(130)
    except click.ClickException as error:
        error.show()
        code = 2
    except BrokenPipeError:
        # The reader (head, less) has gone; the interpreter must not try to flush to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _exit_now(code: int) -> NoReturn:
    """Exit without waiting for threads: one that serves a pool may wait for an answer that no process gives any more."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def _rules() -> tuple[Rule, ...]:
    from torchlint.registry import RegistryError, load

    try:
        return load()
    except RegistryError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    click.echo(f"torchlint: {message}", err=True)
    sys.exit(2)


def _print_markdown(text: str) -> None:
    if not wants_color("auto"):
        click.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))

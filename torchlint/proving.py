"""`torchlint prove`: the examples are executed, the table is printed and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torchlint.console import wants_color
from torchlint.proof.execute import CannotRun
from torchlint.proof.prove import prove
from torchlint.proof.table import markdown, terminal
from torchlint.rule import Rule

_WIDTH = 140  # of the table where it does not go to a terminal


def run(rules: Sequence[Rule], codes: Sequence[str], examples: Path, write: Path | None) -> int:
    """Prove the chosen rules, print the table, and return the exit code: 1 for a failure, 2 where nothing can run."""
    import click
    from rich.console import Console

    click.echo(f"Executing the programs in {examples} under torch, before and after their fix.", err=True)
    try:
        report = prove(rules, examples, codes)
    except CannotRun as reason:
        click.echo(f"torchlint: {reason}", err=True)
        return 2
    color = wants_color("auto")
    console = Console(no_color=not color, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(terminal(report))
    for failure in report.failures:
        click.echo(f"not proved: {failure}", err=True)
    if write is not None:
        if report.failures:
            click.echo(f"{write} is left as it is", err=True)
        else:
            try:
                write.write_text(markdown(report), encoding="utf-8")
            except OSError as error:
                click.echo(f"torchlint: {write}: {error.strerror}", err=True)
                return 2
    return report.exit_code

"""Outputs: each module here turns the outcomes of a run into text, piece by piece."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from torchlint.rule import Rule
    from torchlint.run import Outcome

FORMATS = ("full", "concise", "json", "github", "sarif")


@dataclass(frozen=True, slots=True)
class Page:
    """What a reporter needs to know beside the outcomes: the rules of the run, and what the output can show."""

    rules: tuple[Rule, ...]
    color: bool = False
    width: int = 120


Render = Callable[["Sequence[Outcome]", Page], Iterator[str]]


def reporter(name: str) -> Render:
    """Return the `render` function of a format. Only this format's module is imported."""
    return cast(Render, importlib.import_module(f"torchlint.reporters.{name}").render)

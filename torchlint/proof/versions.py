"""Both versions of a program, executed under torch, and their results by name. Runs in the child process."""

from __future__ import annotations

import importlib
import importlib.util
import random
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torchlint.proof.claims import Program


@dataclass(frozen=True, slots=True)
class Job:
    """What a child does: the files of both versions, the program's claims, and where the verdicts go."""

    program: Program
    before: Path
    after: Path
    result: Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one claim measured: the damage `before`, its absence `after`, the largest `difference`, or a `failure`."""

    before: str = ""
    after: str = ""
    difference: float | None = None
    failure: str = ""


@dataclass(slots=True)
class Outcome:
    """One call of an entry: its results, or the exception that it raised."""

    results: dict[str, Any] = field(default_factory=dict)
    error: BaseException | None = None


class Failed(Exception):
    """A claim does not hold; the message says why."""


class Versions:
    """Both versions of a program, imported; each entry is called once in each."""

    def __init__(self, job: Job) -> None:
        self.torch: Any = importlib.import_module("torch")
        self.program = job.program
        self._modules = {"before": _import(job.before, "before"), "after": _import(job.after, "after")}
        self._outcomes: dict[tuple[str, str], Outcome] = {}

    def seed(self) -> None:
        """Seed every generator of random numbers that a program is likely to use."""
        self.torch.manual_seed(self.program.seed)
        random.seed(self.program.seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(self.program.seed)

    def outcome(self, version: str, entry: str) -> Outcome:
        """Call `entry` of `version` ("before" or "after"), or recall what it gave."""
        entry = entry or self.program.entry
        key = version, entry
        if key not in self._outcomes:
            self._outcomes[key] = self._call(version, entry)
        return self._outcomes[key]

    def results(self, version: str, entry: str) -> dict[str, Any]:
        """What `entry` returns. Raises Failed where it raises instead."""
        outcome = self.outcome(version, entry)
        if outcome.error is not None:
            raise Failed(f"{entry or self.program.entry}() raises {version} the fix: {describe(outcome.error)}")
        return outcome.results

    def _call(self, version: str, entry: str) -> Outcome:
        function = getattr(self._modules[version], entry, None)
        if not callable(function):
            raise Failed(f"the program has no function {entry}()")
        self.seed()
        try:
            results = function()
        except Exception as error:  # whatever a program raises is its outcome
            return Outcome(error=error)
        if not isinstance(results, dict) or not results:
            raise Failed(f"{entry}() returns no dict of results")
        return Outcome(results=results)


def describe(error: BaseException) -> str:
    """One line: the exception's type and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def flatten(torch: Any, results: Mapping[str, Any]) -> dict[str, Any]:
    """Results as dotted names to tensors (numbers become float64 tensors) and strings."""
    return {key: item for name, value in results.items() for key, item in _items(torch, str(name), value)}


def _items(torch: Any, name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, torch.nn.Module):
        for key, tensor in value.state_dict().items():
            yield f"{name}.{key}", tensor.detach()
        for key, parameter in value.named_parameters():
            if parameter.grad is not None:
                yield f"{name}.{key}.grad", parameter.grad
    elif isinstance(value, torch.Tensor):
        yield name, value.detach()
        if value.is_leaf and value.grad is not None:
            yield f"{name}.grad", value.grad
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _items(torch, f"{name}.{key}", item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield from _items(torch, f"{name}.{index}", item)
    elif isinstance(value, bool | int | float):
        yield name, torch.tensor(value, dtype=torch.float64)
    else:
        yield name, str(value)


def _import(path: Path, version: str) -> types.ModuleType:
    name = f"{path.stem}_{version}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Failed(f"cannot import {path.name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Failed(f"importing the program {version} the fix raises {describe(error)}") from error
    return module

"""The claims of an example: what goes wrong before the fix, what is right after it, and what stays equal.

A folder `examples/tl501_view_on_non_contiguous/` proves the rule TL501. It holds programs, the committed result of
their fix (`attention.py`, `attention.fixed.py`) and `proof.toml`:

    [[program]]
    file = "attention.py"
    entry = "main"                # a function without required arguments; default "main"
    seed = 0                      # torch's, Python's and numpy's seed before every call; default 0
    timeout = 120                 # seconds for everything that runs; default 120
    by-hand = false               # true: torchlint has no fix here, attention.fixed.py was repaired by a person

    [[program.claim]]
    kind = "raises"
    exception = "RuntimeError"
    message = "view size is not compatible"

A program can be imported without side effects. Its entry returns a dict of names to tensors, numbers, modules, or
lists, tuples and dicts of these. The results are flattened to dotted names: a list gives `hidden.0`, a leaf tensor
with a gradient also `x.grad`, a module everything in its state_dict (`model.fc.weight`) and the gradients of its
parameters (`model.fc.weight.grad`).

Every claim may name an `entry` of its own. The classes below are the kinds of claims and their options.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")


class ProofFormatError(Exception):
    """A proof.toml that says something which has no meaning; the message names the file and the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What all kinds of claims share. `shows_damage`: it demands that something is wrong before and right after."""

    kind: ClassVar[str] = ""
    shows_damage: ClassVar[bool] = True
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raises(Claim):
    """Before: the entry raises `exception` with `message` somewhere in its text. After: it returns.

    Since there are no results before, `reference` may name another function, which computes the same in another way: after
    the fix, each of its results differs from the entry's of that name by at most `tolerance`.
    """

    kind: ClassVar[str] = "raises"
    exception: str
    message: str
    reference: str = ""
    tolerance: float = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class NonFinite(Claim):
    """Before: each of `names` holds an infinity or a NaN. After: all of their values are finite."""

    kind: ClassVar[str] = "non-finite"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysBehind(Claim):
    """Before: `tensors` (attribute paths in `module`) stay where they are when it moves. After: they move with it.

    Two moves are made on copies: to the meta device, which stands in for a GPU, and, for tensors of a floating dtype,
    to float64 (bfloat16 for those that are float64). With `inputs`, the moved module is also called on these results,
    moved as well: before it must raise, after it must return.
    """

    kind: ClassVar[str] = "stays-behind"
    module: str
    tensors: tuple[str, ...]
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongDtype(Claim):
    """`name` has the dtype `before` before ("float32") and the dtype `after` after."""

    kind: ClassVar[str] = "wrong-dtype"
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage(Claim):
    """`name` is a number that the entry measures (an error, a loss): at least `before` before, at most `after` after."""

    kind: ClassVar[str] = "damage"
    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEffect(Claim):
    """Before: adding 1 to each of `parameters` of `module` changes no output by more than `tolerance`. After: gone.

    The module is called in training mode on the results that `inputs` names.
    """

    kind: ClassVar[str] = "no-effect"
    module: str
    parameters: tuple[str, ...]
    inputs: tuple[str, ...]
    tolerance: float = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(Claim):
    """Results are the same before and after: no value differs by more than `tolerance` (0: bit for bit).

    Without `module`: all results of the entry, or those under `names`. With `module`: both versions of it get the
    same weights (those from before, by name) and are called in training mode on the results that `inputs` names;
    compared are the outputs (`output`), the gradients of parameters and inputs for a random linear loss, and the
    state_dict after the call. `ignore` leaves names out; `*` stands for anything ("*.running_mean").
    """

    kind: ClassVar[str] = "equal"
    shows_damage: ClassVar[bool] = False
    names: tuple[str, ...] = ()
    module: str = ""
    inputs: tuple[str, ...] = ()
    tolerance: float = 0.0
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateDictChanges(Claim):
    """The state_dict of `module` loses and gains exactly these keys; all others keep their shape and dtype.

    With neither (the default) it also says that a checkpoint from before still loads strictly.
    """

    kind: ClassVar[str] = "state-dict-changes"
    shows_damage: ClassVar[bool] = False
    module: str
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


KINDS: dict[str, type[Claim]] = {
    kind.kind: kind for kind in (Raises, NonFinite, StaysBehind, WrongDtype, Damage, NoEffect, Equal, StateDictChanges)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program of an example and its claims."""

    file: str
    claim: tuple[Claim, ...] = field(metadata={"claims": True})
    entry: str = "main"
    seed: int = 0
    timeout: float = 120.0
    by_hand: bool = False

    @property
    def fixed_file(self) -> str:
        """The name of the committed result: `attention.fixed.py`."""
        return f"{self.file.removesuffix('.py')}.fixed.py"


def load(path: Path) -> tuple[Program, ...]:
    """Read a proof.toml. Raises ProofFormatError, also where the file is missing."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProofFormatError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProofFormatError(f"{path}: {error}") from error
    try:
        return parse(table)
    except ProofFormatError as error:
        raise ProofFormatError(f"{path}: {error}") from error


def parse(table: Mapping[str, Any]) -> tuple[Program, ...]:
    """Validate the content of a proof.toml. Raises ProofFormatError."""
    _known(table, ["program"], "the file")
    programs = table.get("program")
    if not isinstance(programs, list) or not programs:
        raise ProofFormatError("expected at least one [[program]]")
    result = []
    for number, program in enumerate(programs, 1):
        place = f"program {number}"
        _table(program, place)
        claims = program.get("claim")
        if not isinstance(claims, list) or not claims:
            raise ProofFormatError(f"{place}: expected at least one [[program.claim]]")
        parsed = tuple(parse_claim(claim, f"{place}, claim {index}") for index, claim in enumerate(claims, 1))
        result.append(_make(Program, {**program, "claim": parsed}, place))
    return tuple(result)


def parse_claim(table: Mapping[str, Any], place: str) -> Claim:
    """Validate one claim. Raises ProofFormatError."""
    _table(table, place)
    options = dict(table)
    kind = options.pop("kind", None)
    if kind not in KINDS:
        raise ProofFormatError(f"{place}: unknown kind {kind!r}{_nearest(str(kind), list(KINDS))}")
    return _make(KINDS[kind], options, f"{place} ({kind})")


def _make(kind: type[T], table: Mapping[str, Any], place: str) -> T:
    known = {item.name.replace("_", "-"): item for item in fields(kind)}  # type: ignore[arg-type]
    _known(table, list(known), place)
    values: dict[str, Any] = {}
    for key, item in known.items():
        if key in table:
            values[item.name] = _convert(table[key], str(item.type), f"{place}: {key}")
        elif item.default is MISSING:
            raise ProofFormatError(f"{place}: {key} is missing")
    return kind(**values)


def _convert(value: Any, expected: str, place: str) -> Any:
    if expected.startswith("tuple[Claim"):
        return value
    if expected.startswith("tuple[str"):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ProofFormatError(f"{place}: expected a list of strings")
    if expected == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if type(value).__name__ != expected:
        raise ProofFormatError(f"{place}: expected {expected}, found {type(value).__name__}")
    return value


def _table(value: object, place: str) -> None:
    if not isinstance(value, dict):
        raise ProofFormatError(f"{place}: expected a table")


def _known(table: Mapping[str, Any], known: list[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise ProofFormatError(f"{place}: unknown key {key!r}{_nearest(key, known)}")


def _nearest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else ""

"""What a rule is, and what it yields: findings with evidence and fixes as values.

A rule is one file: its module docstring is the documentation that people read (`torchlint explain CODE`), its one
subclass of `Rule` holds the check. Rules ask the facts and never execute or import what is linted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from torchlint.context import Context


class Severity(StrEnum):
    """How bad a finding is; the order of `rank` is that of `--fail-on`."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error."""
        return {"note": 0, "warning": 1, "error": 2}[self.value]


class Group(StrEnum):
    """Why a rule exists. The group fixes a finding's severity and whether its rule runs by default."""

    ERROR = "error"
    SUSPICIOUS = "suspicious"
    NUMERICS = "numerics"
    WASTE = "waste"
    MIGRATE = "migrate"
    STRICT = "strict"

    @property
    def severity(self) -> Severity:
        """The severity of this group's findings."""
        if self is Group.ERROR:
            return Severity.ERROR
        if self in (Group.SUSPICIOUS, Group.NUMERICS):
            return Severity.WARNING
        return Severity.NOTE

    @property
    def on_by_default(self) -> bool:
        """Whether rules of this group run when no option names them."""
        return self is not Group.STRICT


class Safety(StrEnum):
    """Whether a fix keeps what the code computes."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `text[start:end]` of the original source by `text`; offsets count characters, from 0."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair: all of its edits are applied, or none.

    `title` is an imperative phrase for a menu ("Use reshape()").
    """

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Because:
    """One piece of evidence: what the code at a place does, in a few words. Lines and columns start at 1."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One pitfall at one place. Lines and columns start at 1; columns count characters; the end is exclusive.

    `withheld` says why a finding of a rule that can usually be fixed has no fix here.
    """

    code: str
    name: str
    group: Group
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    because: tuple[Because, ...] = ()
    fix: Fix | None = None
    withheld: str = ""

    @property
    def severity(self) -> Severity:
        """The severity that the group gives."""
        return self.group.severity


class Rule:
    """Base of all rules. A subclass sets the class attributes and writes `check`.

    `needs`: the file's text must hold at least one of these words, else the rule has nothing to find in it (a gate for
    whole files; empty means: always run). See `occurs` for what counts.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    group: ClassVar[Group]
    needs: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def may_find(cls, text: str | None) -> bool:
        """Whether a file with this text may have findings; without a text, that isn't asked."""
        return text is None or not cls.needs or any(occurs(word, text) for word in cls.needs)

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield the findings of one file."""
        raise NotImplementedError


def occurs(word: str, text: str) -> bool:
    """Whether a text holds a word: "exp" in `exp`, `exp_`, `log_exp` and `exp2`, "BatchNorm" in `BatchNorm2d`.

    Letters on either side, or digits before it, make another word of it: there is no "nn" in `connection`.
    """
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalpha():
            return True
        start = text.find(word, end)
    return False

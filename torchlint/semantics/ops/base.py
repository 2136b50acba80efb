"""How the files of this package say what an operation does to sizes and strides.

A rule is a function of the operation's arguments, by their canonical names, that gives the result as a `Strided` (a
tuple of them where the operation gives several tensors, `Many` where their number is open). Rules are written for
sizes of either kind: called with symbolic sizes and without strides they give shapes; called with integers they give
torch's strides, which is what the tests compare with torch.

An argument is a `Strided` (a tensor), a size, a bool, float, string, None, Ellipsis, a `Slice`, a `Mask`, a tuple of
such, or UNKNOWN. A rule raises `Opaque` where the result can't be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from torchlint.semantics.dims import Dim, Opaque
from torchlint.semantics.strides import contiguous_strides, is_contiguous


@dataclass(frozen=True, slots=True)
class Strided:
    """A tensor: its sizes, and its strides where they are known (sizes are integers then).

    `certain` is False where the strides rest on the assumption that an argument, or the result of a kernel that may
    choose, is in the default layout.
    """

    shape: tuple[int | Dim, ...]
    strides: tuple[int, ...] | None = None
    certain: bool = True

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The sizes, which must be integers: they are wherever strides are known."""
        return tuple(size for size in self.shape if isinstance(size, int))

    def length(self, index: int) -> int | Dim:
        """The size of an axis. Raises Opaque if there is no such axis."""
        if not -len(self.shape) <= index < len(self.shape):
            raise Opaque("no such axis")
        return self.shape[index]

    @property
    def concrete(self) -> bool:
        """Whether all sizes are integers."""
        return all(isinstance(size, int) for size in self.shape)

    @property
    def contiguous(self) -> bool:
        """Whether the strides are known, and the default ones up to axes of size 1."""
        return self.strides is not None and is_contiguous(self.numbers, self.strides)


@dataclass(frozen=True, slots=True)
class Many:
    """An open number of tensors that all look alike (`unbind` of an axis of unknown size)."""

    item: Strided
    count: int | Dim | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice in a subscript; each bound is a size, None or UNKNOWN."""

    lower: Any
    upper: Any
    step: Any


@dataclass(frozen=True, slots=True)
class Mask:
    """A boolean tensor in a subscript: it takes `rank` axes and gives one of `count` elements."""

    rank: int
    count: int | Dim


class Unknown:
    """The type of UNKNOWN, an argument that the text does not determine."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
R = TypeVar("R", bound=Callable[..., Any])
Result = Strided | Many | tuple[Any, ...]
Pairs = Iterable[tuple["int | Dim", "int | Dim"]]
RULES: dict[str, Callable[..., Result]] = {}
EQUALITIES: dict[str, Callable[..., Pairs]] = {}


def rule(*names: str) -> Callable[[R], R]:
    """Register a function as the rule of the operations with these canonical names."""

    def register(function: R) -> R:
        for name in names:
            RULES[name] = function
        return function

    return register


def equalities(*names: str) -> Callable[[R], R]:
    """Register a function that gives pairs of sizes which must be equal if the operation runs without an error."""

    def register(function: R) -> R:
        for name in names:
            EQUALITIES[name] = function
        return function

    return register


def parameters(function: Callable[..., Any]) -> tuple[tuple[str, ...], int]:
    """The names of a rule's parameters, and how many of them must be given."""
    function = getattr(function, "__wrapped__", function)
    code = function.__code__
    return code.co_varnames[: code.co_argcount], code.co_argcount - len(function.__defaults__ or ())


def words(text: str) -> list[str]:
    """The names in a table that is written as running text."""
    return text.split()


def tensor(value: Any) -> Strided:
    """The argument, which must be a tensor."""
    if isinstance(value, Strided):
        return value
    raise Opaque("not known to be a tensor")


def tensors(value: Any) -> tuple[Strided, ...]:
    """The argument, which must be a sequence of tensors."""
    if isinstance(value, tuple) and value:
        return tuple(tensor(item) for item in value)
    raise Opaque("not a known sequence of tensors")


def integer(value: Any) -> int:
    """The argument, which must be a known integer."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Opaque("not a known integer")


def size(value: Any) -> int | Dim:
    """The argument, which must be a size."""
    if isinstance(value, Dim):
        return value
    return integer(value)


def sizes(value: Any, count: int | None = None) -> tuple[int | Dim, ...]:
    """The argument, which must be a sequence of sizes, or one size that stands for `count` of them (1 by default)."""
    if isinstance(value, tuple):
        if len(value) == 1 and isinstance(value[0], tuple):
            value = value[0]
        found = tuple(size(item) for item in value)
        return found * count if count and len(found) == 1 else found
    return (size(value),) * (count or 1)


def each(value: Any, count: int) -> tuple[int | Dim, ...]:
    """The argument, which must be `count` sizes or one for all."""
    found = sizes(value, count)
    if len(found) != count:
        raise Opaque("not one number an axis")
    return found


def axis(value: Any, rank: int) -> int:
    """A `dim` argument, counted from the front."""
    number = integer(value)
    if not -rank <= number < rank:
        raise Opaque("no such axis")
    return number % rank


def axes(value: Any, rank: int) -> tuple[int, ...]:
    """A `dim` argument that may be one axis, several, or None for all."""
    if value is None or value == ():
        return tuple(range(rank))
    if rank == 0 and all(one in (0, -1) for one in (value if isinstance(value, tuple) else (value,))):
        return ()  # a number is taken to have one axis
    if isinstance(value, tuple):
        return tuple(axis(item, rank) for item in value)
    return (axis(value, rank),)


def contiguous(shape: Sequence[int | Dim], certain: bool = True) -> Strided:
    """A result in the default layout."""
    result = Strided(tuple(shape))
    if result.concrete:
        return replace(result, strides=contiguous_strides(result.numbers), certain=certain)
    return result


def unknown_layout(shape: Sequence[int | Dim]) -> Strided:
    """A result whose layout depends on the kernel."""
    return Strided(tuple(shape))


def follows_format(shape: Sequence[int | Dim], source: Strided) -> Strided:
    """A result that is channels_last where `source` is, and in the default layout where `source` is."""
    return contiguous(shape, source.certain) if source.contiguous else Strided(tuple(shape))


def reordered(source: Strided, order: Sequence[int]) -> Strided:
    """The view whose axis i is axis `order[i]` of the source."""
    if sorted(order) != list(range(source.rank)):
        raise Opaque("not a permutation")
    strides = source.strides
    return replace(
        source,
        shape=tuple(source.shape[i] for i in order),
        strides=None if strides is None else tuple(strides[i] for i in order),
    )


def broadcast(shapes: Sequence[Sequence[int | Dim]]) -> tuple[int | Dim, ...]:
    """The common shape of operands. Where symbolic sizes differ they are taken to be equal, not to be 1."""
    rank = max(map(len, shapes), default=0)
    result: list[int | Dim] = []
    for position in range(rank):
        found: int | Dim = 1
        for shape in shapes:
            index = position - rank + len(shape)
            candidate = shape[index] if index >= 0 else 1
            if candidate != 1 and (found == 1 or (isinstance(candidate, int) and not isinstance(found, int))):
                found = candidate
            elif isinstance(candidate, int) and isinstance(found, int) and candidate not in (1, found):
                raise Opaque("sizes don't match")
        result.append(found)
    return tuple(result)

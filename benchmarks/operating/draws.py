"""Random calls: sample inputs of torch changed at random, of which torch accepts many.

A draw changes what the rules have to follow: strides (permuted, sliced, expanded), sizes (0, 1 and more), the number of
axes (0 to 5), dtypes, and numbers, flags and options among the arguments.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch

from benchmarks.operating.calls import Call
from torchlint.semantics import kinds, operations

MAX_RANK = 5
SIZES = (0, 1, 1, 2, 3, 4, 5, 6)
DTYPES = (
    torch.float32, torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.uint8,
    torch.bool, torch.complex64,
)  # fmt: skip


def draws(calls: Sequence[Call], seed: str) -> Iterator[Call]:
    """An endless row of changed calls."""
    random_ = random.Random(seed)
    while calls:
        call = random_.choice(calls)
        for _ in range(random_.choice((1, 1, 2, 2, 3))):
            call = random_.choice(CHANGES)(call, random_)
        yield call


def tensors(call: Call) -> list[torch.Tensor]:
    """The operands of a call, each once."""
    found: list[torch.Tensor] = []

    def collect(value: Any) -> Any:
        if isinstance(value, torch.Tensor) and not any(value is one for one in found):
            found.append(value)
        return value

    mapped(call, collect)
    return found


def mapped(call: Call, change: Callable[[Any], Any], made: bool = False) -> Call:
    """The call with every argument changed; `made`: the constructor's too."""

    def deep(value: Any) -> Any:
        if isinstance(value, tuple | list) and not isinstance(value, torch.Size):
            return type(value)(deep(item) for item in value)
        return change(value)

    args = tuple(deep(value) for value in call.args)
    kwargs = {name: deep(value) for name, value in call.kwargs.items()}
    if not made:
        return replace(call, args=args, kwargs=kwargs)
    constructor = (tuple(map(deep, call.made[0])), {name: deep(value) for name, value in call.made[1].items()})
    return replace(call, args=args, kwargs=kwargs, made=constructor)


def _substituted(call: Call, changed: list[tuple[torch.Tensor, torch.Tensor]]) -> Call:
    def change(value: Any) -> Any:
        return next((new for old, new in changed if old is value), value)

    return mapped(call, change)


def _usual(one: torch.Tensor) -> bool:
    return one.layout == torch.strided and not one.is_quantized and one.device.type == "cpu" and not one.is_nested


def filled(shape: Sequence[int], source: torch.Tensor) -> torch.Tensor:
    """A tensor of a shape, with the elements of another one again and again."""
    count = 1
    for size in shape:
        count *= size
    flat = source.detach().reshape(-1)
    if not flat.numel():
        return torch.zeros(tuple(shape), dtype=source.dtype)
    return flat.repeat(-(-count // flat.numel()))[:count].reshape(tuple(shape))


def strided(one: torch.Tensor, random_: random.Random) -> torch.Tensor:
    """The same elements in another layout: permuted, sliced, expanded, or several of these."""
    one = one.detach()
    kind = random_.choice(("permuted", "permuted", "sliced", "expanded", "transposed", "contiguous", "last"))
    rank = one.dim()
    if rank == 0:
        return one
    if kind in ("permuted", "sliced"):
        order = random_.sample(range(rank), rank)
        one = one.permute(order).contiguous().permute([order.index(axis) for axis in range(rank)])
    if kind == "transposed" and rank > 1:
        one = one.transpose(-1, -2).contiguous().transpose(-1, -2)
    if kind == "last" and rank in (4, 5):
        one = one.contiguous(memory_format=torch.channels_last if rank == 4 else torch.channels_last_3d)
    if kind == "sliced":
        axis = random_.randrange(rank)
        steps = random_.choice((1, 2, 3))
        shape = list(one.shape)
        shape[axis] = shape[axis] * steps + random_.choice((0, 1))
        wide = torch.empty(shape, dtype=one.dtype)
        part = wide.narrow(axis, 0, one.shape[axis] * steps)[(slice(None),) * axis + (slice(None, None, steps),)]
        one = part.copy_(one)
    if kind == "expanded" and 0 not in one.shape:
        axis = random_.randrange(rank)
        one = one.narrow(axis, 0, 1).expand(one.shape)
    return one


def _layouts(call: Call, random_: random.Random) -> Call:
    return _substituted(
        call, [(one, strided(one, random_)) for one in tensors(call) if _usual(one) and random_.random() < 0.8]
    )


def _sizes(call: Call, random_: random.Random) -> Call:
    """One size becomes another one, wherever it stands."""
    operands = [one for one in tensors(call) if _usual(one)]
    present = sorted({size for one in operands for size in one.shape})
    if not present:
        return call
    old, new = random_.choice(present), random_.choice(SIZES)
    if random_.random() < 0.3:
        operands = random_.sample(operands, 1)
    changed = [
        (one, filled([new if size == old else size for size in one.shape], one)) for one in operands if old in one.shape
    ]
    call = _substituted(call, changed)
    if random_.random() < 0.5:
        call = mapped(call, lambda value: new if type(value) is int and value == old else value, made=True)
    return call


def _more_axes(call: Call, random_: random.Random) -> Call:
    operands = [one for one in tensors(call) if _usual(one) and one.dim() < MAX_RANK]
    if not operands:
        return call
    if random_.random() < 0.4:
        operands = random_.sample(operands, 1)
    place, size = random_.choice((0, 0, 1, -1)), random_.choice(SIZES)
    changed = []
    for one in operands:
        shape = list(one.shape)
        at = min(place, len(shape)) if place >= 0 else len(shape)
        shape.insert(at, size)
        changed.append((one, filled(shape, one)))
    return _substituted(call, changed)


def _fewer_axes(call: Call, random_: random.Random) -> Call:
    operands = [one for one in tensors(call) if _usual(one) and one.dim()]
    if not operands:
        return call
    if random_.random() < 0.4:
        operands = random_.sample(operands, 1)
    place = random_.choice((0, -1))
    return _substituted(call, [(one, one.select(place, 0).clone()) for one in operands if one.shape[place]])


def _dtypes(call: Call, random_: random.Random) -> Call:
    operands = [one for one in tensors(call) if _usual(one)]
    if not operands:
        return call
    if random_.random() < 0.5:
        operands = random_.sample(operands, 1)
    wanted = random_.choice(DTYPES)
    return _substituted(call, [(one, one.detach().to(wanted)) for one in operands])


def _number(value: Any, random_: random.Random) -> Any:
    if random_.random() < 0.4:
        return value
    if isinstance(value, bool):
        return not value
    if type(value) is int and abs(value) < 1000:
        return random_.choice((value + 1, value - 1, -value, 0, 1, 2, 3, -1, -2))
    if isinstance(value, float):
        return random_.choice((value, 0.0, 1.0, 0.5, 2.0, 2, 1))
    return value


def _numbers(call: Call, random_: random.Random) -> Call:
    return mapped(call, lambda value: _number(value, random_), made=random_.random() < 0.7)


def _orders(call: Call, random_: random.Random) -> Call:
    """Sequences of numbers in another order, or with one more or less."""

    def change(value: Any) -> Any:
        if not isinstance(value, tuple | list) or not value or not all(type(item) is int for item in value):
            return value
        items = list(value)
        kind = random_.randrange(4)
        if kind == 0:
            random_.shuffle(items)
        elif kind == 1:
            items.pop(random_.randrange(len(items)))
        elif kind == 2:
            items.insert(random_.randrange(len(items) + 1), random_.choice((-1, 1, 2, 3)))
        else:
            items = [random_.choice((item, item - 1, -1, 1)) for item in items]
        return type(value)(items)

    return replace(
        call,
        args=tuple(map(change, call.args)),
        kwargs={name: change(value) for name, value in call.kwargs.items()},
        made=(tuple(map(change, call.made[0])), {name: change(value) for name, value in call.made[1].items()}),
    )


def _dropped(call: Call, random_: random.Random) -> Call:
    """Without one argument."""
    made, options = call.made
    if made[0:] and random_.random() < 0.2:
        return replace(call, made=(made[:-1], options))
    if options and random_.random() < 0.6:
        gone = random_.choice(sorted(options))
        return replace(call, made=(made, {name: value for name, value in options.items() if name != gone}))
    if call.kwargs and random_.random() < 0.7:
        gone = random_.choice(sorted(call.kwargs))
        return replace(call, kwargs={name: value for name, value in call.kwargs.items() if name != gone})
    return replace(call, args=call.args[:-1]) if len(call.args) > 1 else call


def _given(call: Call, random_: random.Random) -> Call:
    """With one more option of the signature, a flag or a dtype or a `dim`."""
    overloads = _overloads(call)
    if not overloads:
        return call
    overload = random_.choice(overloads)
    taken = len(call.made[0] if call.form == "module" else call.args)
    free = [one for one in overload.arguments[taken:] if not one.required and one.name not in ("out", "generator")]
    if not free:
        return call
    argument = random_.choice(free)
    option = _option(argument.name, argument.default, argument.kind, random_)
    if call.form == "module":
        return replace(call, made=(call.made[0], {**call.made[1], argument.name: option}))
    return replace(call, kwargs={**call.kwargs, argument.name: option})


def _option(name: str, default: Any, kind: int, random_: random.Random) -> Any:
    if isinstance(default, bool):
        return not default
    if name == "dtype":
        return random_.choice(DTYPES)
    if name == "memory_format":
        return random_.choice((torch.contiguous_format, torch.preserve_format, torch.channels_last))
    if name in ("dim", "axis", "dims"):
        rank = random_.randrange(1, 4)
        return random_.choice((rank - 1, -rank, (0,), (0, -1), None))
    if isinstance(default, int) or kind & kinds.INT:
        return random_.choice((0, 1, 2, 3, -1))
    if isinstance(default, float):
        return random_.choice((default, 0.5, 1.0, 0.0))
    if isinstance(default, str):
        return random_.choice((default, "none", "mean", "sum", "same", "zeros", "reflect", "trunc", "floor", "reduced"))
    return random_.choice((None, 1, True, "mean"))


def _overloads(call: Call) -> tuple[operations.Overload, ...]:
    if call.form == "module":
        kind = operations.module(call.callee)
        return () if kind is None else (kind.constructor,)
    found = operations.function(call.callee) if call.form == "function" else operations.method(call.callee)
    return () if found is None else found.overloads


def _scalars(call: Call, random_: random.Random) -> Call:
    """A number for a tensor, or a tensor for a number."""

    def change(value: Any) -> Any:
        if random_.random() < 0.5:
            return value
        if isinstance(value, torch.Tensor) and _usual(value) and value.numel():
            return value.detach().reshape(-1)[0].item()
        if type(value) in (int, float):
            return torch.tensor(value)
        return value

    args = [change(value) for value in call.args[1:]]
    return replace(call, args=(*call.args[:1], *args), kwargs={name: change(one) for name, one in call.kwargs.items()})


CHANGES: tuple[Callable[[Call, random.Random], Call], ...] = (
    _layouts, _layouts, _layouts, _sizes, _sizes, _more_axes, _fewer_axes, _dtypes, _numbers, _numbers, _orders, _dropped,
    _given, _scalars,
)  # fmt: skip

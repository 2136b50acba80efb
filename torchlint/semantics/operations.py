"""Torch's operations and modules: what they are called, which arguments they take, and what binds to what.

The tables in operations.json are generated from an installed torch by tools/generate_operations.py. An operation has
one name whatever its spelling (`multiply` is `mul`, `torch.special.expit` is `sigmoid`), and its parameters have torch's
documented names, with `input` for the tensor that torch calls self, A, a, x or tensor.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from torchlint.semantics import kinds
from torchlint.semantics.values import TUPLE, Items, Value

_UNSET: Final = object()
# Names that numpy uses; torch's argument parser takes them too.
_NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an operation or of a module's constructor.

    `default` is a Python constant, or `...` where the default isn't a constant; meaningless where `required`.
    """

    name: str
    required: bool
    default: Any
    keyword_only: bool = False
    kind: int = kinds.ANY


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call an operation.

    `result`: "tensor", "tuple" (several, named by `outputs`), "tensors" (a sequence whose length isn't known from the
    signature), "size", "int", "bool", "none" or "other".
    """

    arguments: tuple[Argument, ...]
    result: str
    outputs: tuple[str, ...] = ()
    star: int = -1  # the position from which further positional arguments are collected into one tuple
    open: bool = False  # takes keywords that it doesn't know
    names: tuple[str, ...] = field(init=False)  # of positional arguments
    accepts: dict[str, str] = field(init=False)  # keyword -> argument
    kinds: dict[str, int] = field(init=False)
    required: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "names", tuple(a.name for a in self.arguments if not a.keyword_only))
        set_(self, "kinds", {a.name: a.kind for a in self.arguments if a.kind != kinds.ANY})
        set_(self, "required", frozenset(a.name for a in self.arguments if a.required))
        accepts = {a.name: a.name for a in self.arguments}
        if self.kinds:  # C's argument parser, which alone checks types
            accepts |= {other: name for other, name in _NUMPY_NAMES.items() if name in accepts and other not in accepts}
        set_(self, "accepts", accepts)


@dataclass(frozen=True, slots=True)
class Operation:
    """A torch operation in one of its spellings (function, method or property).

    `view`: the result may be an alias of `input`'s memory. `operand`: it may be `input` itself, where there is nothing to do. `pointwise`: each element of the result depends only on the
    elements at its place. `inplace`: it changes `input` and returns it.
    """

    name: str
    overloads: tuple[Overload, ...]
    view: bool = False
    pointwise: bool = False
    inplace: bool = False
    operand: bool = False


@dataclass(frozen=True, slots=True)
class ModuleKind:
    """A class of torch.nn.

    Its forward is the operation `op` ("" for containers) of the arguments named by `inputs`, of the constructor's
    arguments in `operands` (constructor argument -> the operation's argument) and of the constants in `fixed`.
    `parameters` and `buffers` name the tensors that an object of it may hold.
    """

    name: str
    constructor: Overload
    op: str
    inputs: tuple[str, ...]
    operands: dict[str, str]
    fixed: dict[str, Any]
    parameters: frozenset[str]
    buffers: frozenset[str]


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads((Path(__file__).parent / "operations.json").read_bytes())
    return tables


def torch_version() -> str:
    """The version of torch that the tables were generated from."""
    version: str = _tables()["torch"]
    return version


def _argument(text: str, keyword_only: bool) -> tuple[Argument, str]:
    """An argument from `name: kinds = default`, and torch's own name for it."""
    head, equals, default = text.lstrip("*").partition(" = ")
    name, _, allowed = head.partition(": ")
    name, _, spelled = name.partition("=")
    value = _UNSET if not equals else ... if default == "..." else ast.literal_eval(default)
    constant = None if value is _UNSET else value
    required = not equals and not (text.startswith("*") and allowed in ("", "any"))  # Python's `*args` may be empty
    return Argument(name, required, constant, keyword_only, kinds.mask(allowed or "any")), spelled


def _overload(text: str) -> Overload:
    """An overload from `input: tensor; dim: int = 0; *; out: tensor|none = None -> tensor`."""
    head, _, result = text.rpartition(" -> ")
    arguments: list[Argument] = []
    star = -1
    keyword_only = False
    open_ = False
    spelled: dict[str, str] = {}
    for part in head.split("; ") if head else ():
        if part == "*":
            keyword_only = True
            continue
        if part.startswith("**"):
            open_ = True
            continue
        if part.startswith("*"):
            star = len(arguments)
        argument, own = _argument(part, keyword_only)
        arguments.append(argument)
        if own:
            spelled[own] = argument.name
    names = tuple(result.split("; "))
    known = len(names) == 1 and names[0] in ("tensor", "tensors", "size", "int", "bool", "none", "other", "")
    found = Overload(tuple(arguments), names[0] if known else "tuple", () if known else names, star, open_)
    for own, name in spelled.items():  # torch knows the argument by its own name only
        for alias in [alias for alias, target in found.accepts.items() if target == name]:
            del found.accepts[alias]
        found.accepts[own] = name
    return found


def _operation(row: Sequence[Any], inplace: bool) -> Operation:
    name, marks, overloads = row
    return Operation(name, tuple(map(_overload, overloads)), "v" in marks, "p" in marks, inplace, "o" in marks)


def _is_inplace(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")


@cache
def function(qualified_name: str) -> Operation | None:
    """The operation that a function is ("torch.exp", "torch.nn.functional.softmax", "torch.Tensor.exp").

    Includes factories (`torch.zeros`), `torch.nn.Parameter`, `torch.nn.Buffer` and the old constructors
    (`torch.FloatTensor`, whose operation is called so). None for anything else.
    """
    if qualified_name.startswith("torch.Tensor."):
        return method(qualified_name[13:])
    table = _tables()["functions"]
    row = table.get(qualified_name)
    if row is None:
        for long, short in _LONG_NAMES:
            if qualified_name.startswith(long):
                row = table.get(short + qualified_name[len(long) :])
                break
    return _operation(row, _is_inplace(qualified_name)) if row else None


_LONG_NAMES = (
    ("torch.functional.", "torch."),
    ("torch._C._nn.", "torch.nn.functional."),
    ("torch.nn.parameter.", "torch.nn."),
    ("torch.autograd.variable.", "torch.autograd."),
)


@cache
def method(name: str) -> Operation | None:
    """The operation that a method of a tensor is; its first positional argument, `input`, is the tensor."""
    row = _tables()["methods"].get(name)
    return _operation(row, _is_inplace(name)) if row else None


@cache
def property(name: str) -> Operation | None:
    """The operation that reading an attribute of a tensor is ("T", "shape", "device"); its argument is `input`."""
    row = _tables()["properties"].get(name)
    return _operation(row, False) if row else None


@cache
def module(qualified_name: str) -> ModuleKind | None:
    """The facts about a class of torch.nn, by its public or its full name ("torch.nn.modules.conv.Conv2d")."""
    if qualified_name.startswith(("torch.nn.modules.", "torch.nn.parallel.")):
        qualified_name = "torch.nn." + qualified_name.rpartition(".")[2]
    row = _tables()["modules"].get(qualified_name)
    if row is None:
        return None
    op, constructor, inputs, operands, fixed, parameters, buffers = row
    names = tuple(part.partition(" = ")[0] for part in inputs.split("; ")) if inputs else ()
    return ModuleKind(
        qualified_name,
        _overload(constructor + " -> other"),
        op,
        names,
        operands,
        fixed,
        frozenset(parameters),
        frozenset(buffers),
    )


def _fit(
    overload: Overload, positional: Sequence[Value], keywords: Mapping[str, Value], loose: bool
) -> tuple[dict[str, Value], bool] | None:
    """The arguments by name and whether their kinds are certain to fit; None if they can't."""
    names = overload.names
    star = overload.star
    sure = True
    if star >= 0 and len(positional) > star:
        args = dict(zip(names[:star], positional, strict=False))
        rest = positional[star:]
        if len(rest) == 1 and kinds.of(rest[0]) & kinds.SEQUENCE:
            args[names[star]] = rest[0]
        else:
            allowed = overload.kinds.get(names[star], kinds.ANY)
            if allowed != kinds.ANY:
                allowed = allowed & ~kinds.SEQUENCE | (kinds.TENSOR if loose else 0)
            for item in rest:
                kind = kinds.of(item)
                if not kind & allowed:
                    return None
                sure = sure and not kind & ~allowed
            args[names[star]] = Value(TUPLE, data=Items(tuple(rest)))
    elif len(positional) > len(names):
        return None
    else:
        args = dict(zip(names, positional, strict=False))
    if keywords:
        accepts = overload.accepts
        for keyword, value in keywords.items():
            name = accepts.get(keyword)
            if name is None and overload.open:
                continue
            if name is None or name in args:
                return None
            args[name] = value
    if not overload.required <= args.keys():
        return None
    for name, allowed in overload.kinds.items():
        given = args.get(name)
        if given is not None:
            kind = kinds.of(given)
            if not kind & allowed and not (loose and kind & kinds.TENSOR and allowed & kinds.NUMBER):
                return None
            if kind & ~allowed:
                sure = False
    return args, sure


def select(
    operation: Operation, positional: Sequence[Value], keywords: Mapping[str, Value]
) -> tuple[Overload, dict[str, Value]] | None:
    """The overload that torch would choose for these arguments, and the arguments by name.

    A method's `input` is its first positional argument. Where an argument's kind isn't known, an overload that certainly
    fits is preferred; None if those that may fit differ in what they return, or if none can.
    """
    found: tuple[Overload, dict[str, Value]] | None = None
    for loose in (False, True):  # a tensor of one element may stand for a number, when nothing else fits
        for overload in operation.overloads:
            fitted = _fit(overload, positional, keywords, loose)
            if fitted is None:
                continue
            if fitted[1]:
                return overload, fitted[0]
            if found is None:
                found = overload, fitted[0]
            elif found[0].result != overload.result:
                return None
        if found is not None:
            return found
    return None


def bind(operation: Operation, positional: Sequence[Value], keywords: Mapping[str, Value]) -> dict[str, Value] | None:
    """The arguments of a call by parameter name, or None if torch couldn't take them; see `select`.

    Sizes given one by one (`x.view(2, 3)`) are one `py.tuple` value, as if given as a tuple. A single value that may be
    either a size or a tuple of sizes stays as it is.
    """
    found = select(operation, positional, keywords)
    return None if found is None else found[1]


def bind_module(
    kind: ModuleKind, positional: Sequence[Value], keywords: Mapping[str, Value]
) -> dict[str, Value] | None:
    """The constructor's arguments by name, or None if it couldn't take them."""
    fitted = _fit(kind.constructor, positional, keywords, False)
    return None if fitted is None else fitted[0]

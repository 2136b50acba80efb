"""Values: the nodes of a file's value graph.

Every expression that the interpreter evaluates gives a `Value`: the operation, its operands by parameter name, and
the syntax that made it. Facts about a value (shape, strides, dtype, device, whether it is a tensor at all) are computed
later and on demand, by `torchlint.semantics.facts`.

Operations have one name whatever their spelling: `x.exp()`, `torch.exp(x)`, `x.exp_()` are all `exp` with the operand
`input`; `a + b`, `a.add(b)`, `torch.add(a, b)` are `add` with `input` and `other`; calling an `nn.Softmax(dim=1)` on `x`
is `softmax` with `input` and `dim`, and `module` says which module. Names that start with `py.` are Python's own.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torchlint.semantics.frames import Frame

# What `Value.op` says for values that are not results of torch operations.
CONST = "py.const"  # data: the Python constant
PARAM = "py.param"  # a parameter of a function that is analysed without a caller; data: Parameter
UNKNOWN = "py.unknown"  # nothing is known; data: a word that says why
PHI = "py.phi"  # one of several values, by control flow; inputs: the alternatives
TUPLE = "py.tuple"  # data: Items
LIST = "py.list"  # data: Items
SET = "py.set"  # data: Items
DICT = "py.dict"  # data: Entries
FUNCTION = "py.function"  # data: Function
CLASS = "py.class"  # data: ClassModel of a class of this file
BOUND = "py.bound"  # a method bound to `self`; data: Function, args["self"]
GLOBAL = "py.global"  # something imported; data: its qualified name ("torch.nn.functional")
INSTANCE = "py.instance"  # an object of a class of this file; data: Instance
MODULE = "py.module"  # an object of a torch.nn class; data: ModuleObject
SUPER = "py.super"  # data: (ClassModel, the `self` value)
ATTR = "py.attr"  # an attribute of something unknown; data: its name, args["input"]
METHOD = "py.method"  # an operation's method, bound and not yet called; data: its name, args["input"]
CALL = "py.call"  # a call whose callee is not understood; args["callee"], then "0", "1", .. and keywords
SHAPE = "py.shape"  # x.shape, x.size(); args["input"]
SIZE = "py.size"  # x.shape[i], x.size(i), len(x) (i = 0); args["input"], args["dim"]
RANK = "py.rank"  # x.dim(), x.ndim; args["input"]
ITEM = "py.item"  # one item of an iterable or subscript that is no tensor indexing known to torch; args["input"]
ELEMENT = "py.element"  # one output of an operation that gives several; data: its index; args["input"]
REFINE = "py.refine"  # the same object where a test holds; args["input"], data: Refinement
MUTATED = "py.mutated"  # the same object after its content was changed through another name; args["input"]
GAP = "py.gap"  # in Items: an unknown number of unknown items
CHOICE = "py.choice"  # in Items: one of several runs of items; data: tuple of tuples of Value
COMPARE = (
    "py.compare"  # is, in, not, and, or; data: the operator's name; args "0", "1", .. (==, < .. are torch's eq, lt)
)
UNPACK = "py.unpack"  # a shape taken apart by assignment; args["input"] is the SHAPE, data: (count, has a starred name)
PARTIAL = "py.partial"  # functools.partial; data: (positional, keywords); args["callee"]
PARAMETER = "py.parameter"  # nn.Parameter(x); args["input"]
BUFFER = "py.buffer"  # nn.Buffer(x), or what register_buffer keeps; args["input"]; data: persistent, where known
ESCAPE = (
    "py.escape"  # a use: the value is returned to an unknown caller or kept; data: "return" or the attribute's name
)
DROPPED = "py.dropped"  # an expression statement: args["input"] is its value, whose uses don't count this one
APPENDED = "py.appended"  # a note: args["input"] is a module that a call of `append` puts in a container
INITIALISED = "py.initialised"  # a note: args["input"] is an object whose base outside the file has run its `__init__`
FORWARD = "py.forward"  # a note: args["input"] is the receiver of a call of `forward`
REPLACED = "py.replaced"  # `tensor.data = ..`: args["input"] is the tensor, whose uses don't count this one
SLICE = "py.slice"  # a slice in a subscript; args "lower", "upper", "step" where given

# Python's operators under torch's names.
BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
    ast.LShift: "bitwise_left_shift",
    ast.RShift: "bitwise_right_shift",
}
COMPARISONS = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
OTHER_COMPARISONS = {ast.Is: "is", ast.IsNot: "is_not", ast.In: "in", ast.NotIn: "not_in"}


class Value:
    """One node of the value graph. Identity is meaningful: two evaluations give two values."""

    __slots__ = ("args", "data", "form", "frame", "inplace", "memo", "module", "node", "op", "time", "uses")

    op: str
    args: dict[str, Value]  # operands by parameter name; a missing optional argument is absent
    data: Any  # see the constants above
    node: ast.AST | None  # the syntax that made it
    uses: list[Value]  # the values that have this one as an operand; complete at the end of the file
    time: int  # when it was made, for `Frame.lookup_at`
    frame: Frame | None  # where it was made
    form: str  # "function", "method", "operator", "module", "property" or ""
    inplace: bool  # made by an in-place spelling (`exp_`, `+=`, `out=`)
    module: Value | None  # the module object whose call made it
    memo: dict[str, Any] | None  # lazily computed facts

    def __init__(
        self,
        op: str,
        args: dict[str, Value] | None = None,
        data: Any = None,
        node: ast.AST | None = None,
        time: int = 0,
        frame: Frame | None = None,
        form: str = "",
    ) -> None:
        self.op = op
        self.args = args if args is not None else {}
        self.data = data
        self.node = node
        self.uses = []
        self.time = time
        self.frame = frame
        self.form = form
        self.inplace = False
        self.module = None
        self.memo = None

    def __repr__(self) -> str:
        line = getattr(self.node, "lineno", "?")
        data = f" {self.data!r}" if self.data is not None and not isinstance(self.data, Items) else ""
        return f"<{self.op}{data} {', '.join(self.args)} @{line}>"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter: its name, annotation and default, where it has them."""

    name: str
    annotation: ast.expr | None
    default: Value | None
    kind: str  # "positional", "keyword", "star" or "double_star"


@dataclass(slots=True)
class Items:
    """The items of a tuple, list, set or of a container of modules.

    A list's items change: `content` is replaced, and at the end of the file is what it was at first. An operation's operand
    is therefore a copy with the items that the list had at that time.
    """

    content: tuple[Value, ...]
    changed: bool = False  # whether `content` has been replaced
    weight: int = 1  # how much it holds, through all that is in it: see `torchlint.semantics.nesting`

    @property
    def exact(self) -> bool:
        """Whether the number and identity of all items is known."""
        return all(item.op not in (GAP, CHOICE) for item in self.content)


class Content(dict[Any, Value]):
    """A dict's entries by key. `exact` is False where others may exist, or some of these may not."""

    __slots__ = ("exact",)

    def __init__(self, entries: Mapping[Any, Value], exact: bool) -> None:
        super().__init__(entries)
        self.exact = exact


class Entries:
    """The entries of a dict whose keys are constants."""

    __slots__ = ("content",)

    def __init__(self, content: Mapping[Any, Value], exact: bool = True) -> None:
        self.content = Content(content, exact)

    @property
    def exact(self) -> bool:
        """Whether these are all entries, and all of them exist."""
        return self.content.exact

    @exact.setter
    def exact(self, value: bool) -> None:
        self.content.exact = value


@dataclass(frozen=True, slots=True)
class Refinement:
    """What a test showed: `rank` (x.dim() == 3), `not_none`, `multiple` (C % h == 0, with h in args["other"])."""

    kind: str
    number: int | None = None


@dataclass(slots=True)
class ModuleObject:
    """An object of a torch.nn class: `name` is its public qualified name ("torch.nn.Conv2d").

    The constructor's arguments are the `args` of the value that holds this. `children` are those of a container.
    """

    name: str
    children: Items | None = None
    names: dict[str, Value] = field(default_factory=dict)
    exact_arguments: bool = True  # False: arguments may be missing from `args` (an unknown **kwargs)
    called: bool = False  # whether the file calls it (a Sequential that it does not call is chained once at the end)

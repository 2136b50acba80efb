"""Expression statements whose result nobody keeps, and what their author most likely meant."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from torchlint.edits import Draft, refused
from torchlint.rule import Edit
from torchlint.semantics import operations
from torchlint.semantics.modules import SELF_METHODS
from torchlint.semantics.tensors import OWN_METHODS, is_tensor
from torchlint.semantics.values import ATTR, BOUND, CALL, DROPPED, GLOBAL, INSTANCE, METHOD, MODULE, Value

if TYPE_CHECKING:
    from torchlint.context import Context
    from torchlint.semantics.blocks import Blocks

_RANDOM = frozenset(("bernoulli", "multinomial"))  # drawing moves the generator on
_JOINING = frozenset(("cat", "stack", "where"))  # no in-place form, and still meant to change something
_MODULE_METHODS = SELF_METHODS | {"zero_grad", "load_state_dict", "reset_parameters", "register_buffer", "forward"}
_OPTIMIZER_METHODS = frozenset(("step", "zero_grad"))
# Contexts in which a statement is run for its result, not for its time or its error.
_PLAIN_CONTEXTS = frozenset(
    ("no_grad", "inference_mode", "enable_grad", "autocast", "device", "set_grad_enabled", "open")
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A statement without effect.

    `name`: the method or function that it names. `receiver`: the expression that was to change, where there is one.
    """

    node: ast.expr
    kind: Literal["result", "uncalled", "compared"]
    name: str
    receiver: ast.expr | None


def dropped(context: Context) -> Iterator[Dropped]:
    """The statements that compute a result and do nothing else, whichever way they are reached."""
    blocks = context.program.blocks
    reached: dict[ast.expr, list[Value]] = {}
    for note in context.program.values(DROPPED):
        if isinstance(note.node, ast.Expr):
            reached.setdefault(note.node.value, []).append(note.args["input"])
    for node, values in reached.items():
        if isinstance(node, ast.Call):
            unchanged = any(context.facts.dtypes.unchanged(value) for value in values)
            if not unchanged and all(_is_pure(value, node) for value in values) and _is_for_its_result(blocks, node):
                receiver = _receiver(node, values[0])
                if _has_a_name(receiver):
                    joining = isinstance(receiver, ast.List | ast.Tuple)
                    yield Dropped(node, "result", _name(node), None if joining else receiver)
        elif isinstance(node, ast.Attribute):
            if all(_is_uncalled(value) for value in values):
                yield Dropped(node, "uncalled", node.attr, node.value)
        elif isinstance(node, ast.Compare) and _compares_a_flag(node):
            yield Dropped(node, "compared", "requires_grad", None)


def repair(context: Context, found: Dropped) -> Draft:
    """The statement with the effect that it was written for."""
    written = context.concrete.node(found.node)
    if written is None:
        return refused("the statement can't be read")
    text = context.source.segment(found.node)
    if found.kind == "uncalled":
        return context.edits.replace(written, f"{text}()")
    if found.kind == "compared":
        assert isinstance(found.node, ast.Compare)
        start, end = context.range(found.node.left)[1], context.range(found.node.comparators[0])[0]
        if context.source.text[start:end].strip() != "==":
            return refused("there is more between the two sides than an operator")
        return Draft((Edit(start, end, " = "),))
    assert isinstance(found.node, ast.Call)
    if isinstance(found.receiver, ast.Name) and _is_read_later(context, found.receiver):
        start, _ = context.range(found.node)
        return Draft((Edit(start, start, f"{found.receiver.id} = "),))
    func = found.node.func
    if isinstance(func, ast.Attribute) and found.receiver is func.value and operations.method(f"{func.attr}_"):
        return context.edits.rename_method(written, f"{func.attr}_")  # type: ignore[arg-type]
    return refused("it isn't clear where the result belongs")


def _is_pure(value: Value, node: ast.Call) -> bool:
    """Whether a value is the result of an operation that does nothing but compute a tensor."""
    if (
        value.node is not node
        or value.op.startswith("py.")
        or value.inplace
        or "out" in value.args
        or value.op in _RANDOM
    ):
        return False
    if value.form == "function":
        operation = operations.function(f"torch.{value.op}") or operations.function(f"torch.nn.functional.{value.op}")
        changeable = value.op in _JOINING or operations.method(f"{value.op}_") is not None
        known = "tensors" in value.args or "input" in value.args
        return changeable and known and operation is not None and _gives_tensors(operation)
    name = _name(node)  # an object of another kind may have this very method, so it shows nothing
    operation = operations.method(name)
    receiver = value.args.get("input")
    if value.form != "method" or operation is None or receiver is None:
        return False
    if not _gives_tensors(operation) and not (value.op == "type" and "dtype" in value.args):
        return False
    return is_tensor(receiver, OWN_METHODS - {name}, guess=False) is True


def _gives_tensors(operation: operations.Operation) -> bool:
    return all(overload.result in ("tensor", "tuple", "tensors") for overload in operation.overloads)


def _receiver(node: ast.Call, value: Value) -> ast.expr | None:
    """The expression that the call was to change: `x` of `x.a().b()` and of `torch.clamp(x, 0, 1)`."""
    func = node.func
    if value.form == "function":
        return node.args[0] if node.args else None
    inner = value.args.get("input")
    while inner is not None and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
        if inner.form != "method":
            return None
        func, inner = func.value.func, inner.args.get("input")
    return func.value if isinstance(func, ast.Attribute) else None


def _has_a_name(node: ast.expr | None) -> bool:
    """Whether what was to change is a variable or in one: a tensor without a name is made to be dropped."""
    if isinstance(node, ast.List | ast.Tuple):
        return any(map(_has_a_name, node.elts))
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_for_its_result(blocks: Blocks, node: ast.expr) -> bool:
    """Whether nothing around the statement shows that it's run for its error or for the time that it takes."""
    if blocks.caught(node):
        return False
    for owner, field in blocks.path(node):
        if isinstance(owner, ast.With | ast.AsyncWith) and not all(map(_is_plain, owner.items)):
            return False
        if isinstance(owner, ast.For | ast.AsyncFor) and field == "body" and _repeats_the_same(owner):
            return False
    return True


def _is_plain(item: ast.withitem) -> bool:
    made = item.context_expr
    func = made.func if isinstance(made, ast.Call) else made
    return getattr(func, "attr", getattr(func, "id", "")) in _PLAIN_CONTEXTS


def _repeats_the_same(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop keeps nothing and doesn't use its variable: it repeats its body for something else than results."""
    names = {part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)}
    read = {part.id for each in loop.body for part in ast.walk(each) if isinstance(part, ast.Name)}
    return all(isinstance(each, ast.Expr) for each in loop.body) and not names & read


def _is_uncalled(value: Value) -> bool:
    """Whether a value is a method, which naming alone doesn't run."""
    if value.op == BOUND:
        return not value.data.opaque  # a decorator may make a property of it
    owner = value.args.get("input")
    if owner is None:
        return False
    if value.op == METHOD:
        return is_tensor(owner, OWN_METHODS - {value.data}, guess=False) is True
    if value.op != ATTR:
        return False
    if owner.op == MODULE or (owner.op == INSTANCE and owner.data.cls.is_module):
        return value.data in _MODULE_METHODS
    made = owner.args.get("callee") if owner.op == CALL else None
    return (
        made is not None
        and made.op == GLOBAL
        and made.data.startswith("torch.optim.")
        and value.data in _OPTIMIZER_METHODS
    )


def _compares_a_flag(node: ast.Compare) -> bool:
    left, operators = node.left, [type(one) for one in node.ops]
    return isinstance(left, ast.Attribute) and left.attr == "requires_grad" and operators == [ast.Eq]


def _is_read_later(context: Context, receiver: ast.Name) -> bool:
    """Whether the variable is read after the statement, in the text or in the next pass of a loop around it."""
    places = context.program.places
    scope = places.scope(receiver)
    around = itertools.takewhile(lambda one: one is not scope, places.around(receiver))
    loops = [one for one in around if isinstance(one, ast.For | ast.AsyncFor | ast.While)]
    reads = (
        part
        for part in ast.walk(scope or context.tree)
        if isinstance(part, ast.Name) and part.id == receiver.id and isinstance(part.ctx, ast.Load)
    )
    here = (receiver.lineno, receiver.col_offset)
    return any(
        (read.lineno, read.col_offset) > here
        or (read is not receiver and any(places.contains(one, read) for one in loops))
        for read in reads
    )

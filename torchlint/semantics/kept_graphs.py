"""Results that a module keeps on each call together with the graph that computed them, so that memory grows with each call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from torchlint.semantics.blocks import Blocks
from torchlint.semantics.bounds import names
from torchlint.semantics.devices import has_parameters
from torchlint.semantics.frames import Frame
from torchlint.semantics.gradients import records_no_gradients
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    CALL,
    CONST,
    ELEMENT,
    GLOBAL,
    INSTANCE,
    LIST,
    METHOD,
    PARAM,
    PARAMETER,
    PHI,
    REFINE,
    TUPLE,
    Value,
)
from torchlint.syntax.places import Places

# Methods that run with gradients each time: Lightning runs those for validation, tests and predictions without.
_ENTRIES: Final = frozenset(("forward", "training_step"))
# Operations whose result needs the gradient of their operands, and that torch records.
_RECORDED: Final = names(
    "linear bilinear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d batch_norm layer_norm group_norm "
    "instance_norm rms_norm embedding lstm gru rnn relu gelu silu elu leaky_relu sigmoid tanh softmax log_softmax softplus "
    "logsigmoid add sub mul div neg exp log pow sqrt rsqrt square abs mean sum logsumexp norm var std view reshape flatten permute "
    "transpose squeeze unsqueeze expand cat stack matmul mm bmm einsum cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss huber_loss "
    "kl_div binary_cross_entropy binary_cross_entropy_with_logits clone contiguous float to dropout max_pool1d max_pool2d avg_pool1d "
    "avg_pool2d adaptive_avg_pool1d adaptive_avg_pool2d interpolate clamp masked_fill chunk split getitem cpu cuda "
    "multi_head_attention_forward"
)
_READS: Final = frozenset(("len", "print", "float", "item", "detach"))
_FLOATING: Final = frozenset(
    f"torch.{name}" for name in ("float", "float32", "float16", "half", "bfloat16", "float64", "double")
)
_MAX_SEARCH: Final = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A result that `node` adds to an attribute, and what computed it."""

    node: ast.Call | ast.AugAssign
    kept: ast.expr
    attribute: str
    method: str
    source: Value


class KeptGraphs:
    """The results that the modules of a program keep."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._blocks = Blocks(program.tree)

    def kept(self) -> list[Kept]:
        """Every result with a graph that is added to an attribute on each call, in the order of the text."""
        found: dict[ast.AST, Kept | None] = {}
        for node, attribute, value, frame in self._added():
            function = frame.root.function
            if function is None or function.name not in _ENTRIES:
                continue  # seen where an entry calls it, if one does
            one = self._examine(node, attribute, value, frame)
            found[node] = one if found.get(node, one) is not None else None
        return sorted((one for one in found.values() if one is not None), key=lambda one: one.node.lineno)

    def _added(self) -> Iterator[tuple[ast.Call | ast.AugAssign, str, Value, Frame]]:
        for call in self._program.values(CALL):
            callee = call.args["callee"]
            if callee.op not in (ATTR, METHOD) or callee.data != "append" or "0" not in call.args or call.frame is None:
                continue
            owner = _attribute(call.node)
            if isinstance(call.node, ast.Call) and owner and callee.args["input"].op in (LIST, PHI):
                yield call.node, owner, call.args["0"], call.frame
        for store in self._program.stores:
            added = store.value.args.get("other")
            if isinstance(store.node, ast.AugAssign) and store.value.op == "add" and added is not None:
                yield store.node, store.name, added, store.frame

    def _examine(self, node: ast.Call | ast.AugAssign, attribute: str, value: Value, frame: Frame) -> Kept | None:
        root = frame.root
        function, owner = root.function, root.self_value
        if function is None or function.cls is None or not function.cls.is_module:
            return None
        if owner is None or owner.op != INSTANCE or frame.self_value is not owner:
            return None
        first = owner.data.cls.constructed.get(attribute)
        begins = first is not None and (first.op == LIST if isinstance(node, ast.Call) else _is_number(first))
        source = _recorded(value)
        if not begins or source is None or not self._always_runs(node, frame) or not self._only_grows(attribute):
            return None
        kept = node.args[0] if isinstance(node, ast.Call) else node.value
        return Kept(node, kept, attribute, function.name, source)

    @cached_property
    def _places(self) -> Places:
        return Places(self._program.tree)

    def _always_runs(self, node: ast.AST, frame: Frame | None) -> bool:
        """Whether a place is reached with gradients in each call that trains: no option, no test decides about it."""
        place: ast.AST | None = node
        while place is not None and frame is not None:
            if records_no_gradients(place, self._blocks, self._program):
                return False
            for one in self._places.around(place):
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                    break
                if isinstance(one, ast.If | ast.While | ast.Try | ast.Match | ast.IfExp | ast.Lambda) and not _trains(
                    one
                ):
                    return False
            place, frame = frame.call, frame.caller
        return True

    def _only_grows(self, attribute: str) -> bool:
        """Whether nothing in the file empties, replaces, hands on or needs an attribute of this name, or freezes weights."""
        for node in ast.walk(self._program.tree):
            if isinstance(node, ast.Call) and any(
                isinstance(one, ast.Constant) and one.value == attribute for one in node.args
            ):
                return False  # getattr, setattr
            if isinstance(node, ast.Attribute) and node.attr.startswith("requires_grad"):
                return False
            if isinstance(node, ast.Attribute) and node.attr == attribute and not self._leaves(node):
                return False
        return True

    def _leaves(self, node: ast.Attribute) -> bool:
        """Whether a mention of an attribute leaves it as it is, and only looks at it."""
        around = list(self._places.around(node))
        parent = around[0]
        if isinstance(parent, ast.AugAssign) and parent.target is node:
            return True
        if not isinstance(node.ctx, ast.Load):
            function = next((one for one in around if isinstance(one, ast.FunctionDef)), None)
            return function is not None and function.name == "__init__"
        if isinstance(parent, ast.Attribute):
            return parent.attr == "append"
        return any(_called(one) in _READS for one in around if isinstance(one, ast.Call))


def _attribute(node: ast.AST | None) -> str:
    """The name of an attribute whose `append` a node calls: `self.losses.append(x)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(), attr=name), attr="append"), args=[_]):
            return name
    return ""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _trains(node: ast.AST) -> bool:
    test = node.test if isinstance(node, ast.If) else None
    return isinstance(test, ast.Attribute) and test.attr == "training"


def _is_number(value: Value) -> bool:
    return (value.op == CONST and isinstance(value.data, int | float)) or value.op == "zeros"


def _names_integers(value: Value) -> bool:
    """Whether an operation is asked for a dtype that holds no gradients, or for one that isn't known."""
    named = [one for name, one in value.args.items() if name == "dtype" or (value.op == "to" and name != "input")]
    return any((one.op == GLOBAL and one.data not in _FLOATING) or one.op == PARAM for one in named)


def _recorded(value: Value) -> Value | None:
    """The parameter, or the layer's result, that gives a value a graph for certain; None where it may have none."""
    pending, seen = [value], {value}
    while pending and len(seen) < _MAX_SEARCH:
        one = pending.pop()
        if one.op == PARAMETER or (one.op in _RECORDED and has_parameters(one.module)):
            return one
        operands: Sequence[Value] = ()
        if (
            (one.op in _RECORDED and not _names_integers(one))
            or one.op == REFINE
            or (one.op == ELEMENT and one.args["input"].op in _RECORDED)
        ):
            operands = tuple(one.args.values())
        elif one.op == PHI and len(one.data) > 0:
            operands = one.data[:1] if all(_recorded(other) for other in one.data[1:]) else ()
        for operand in operands:
            inner = operand.data.content if operand.op in (LIST, TUPLE) else (operand,)
            pending += [each for each in inner if each not in seen]
            seen.update(inner)
    return None

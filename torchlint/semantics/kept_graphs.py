"""Results that a module keeps on each call together with the graph that computed them, so that memory grows with each call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from torchlint.semantics.blocks import Path
from torchlint.semantics.bounds import names
from torchlint.semantics.devices import has_parameters
from torchlint.semantics.frames import Frame
from torchlint.semantics.gradients import runs_with_gradients
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
_DECIDES: Final = (ast.If, ast.While, ast.Try, ast.Match)
_LEAVES: Final = (ast.Return, ast.Continue, ast.Break)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
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
        if not begins or not self._always_runs(node, frame) or not self._only_grows(attribute):
            return None
        source = self._recorded(value)
        if source is None:
            return None
        kept = node.args[0] if isinstance(node, ast.Call) else node.value
        return Kept(node, kept, attribute, function.name, source)

    def _always_runs(self, node: ast.AST, frame: Frame) -> bool:
        """Whether a place is reached in each call that trains: no option, no other test decides about it."""
        return all(self._is_unconditional(place) for _, place in frame.calls(node))

    def _is_unconditional(self, place: ast.AST) -> bool:
        """Whether a place runs whenever its function does, in training."""
        if any(isinstance(one, ast.IfExp | ast.BoolOp | ast.Lambda) for one in self._program.places.expressions(place)):
            return False
        if any(isinstance(owner, _DECIDES) and not _trains(owner, field) for owner, field in self._within(place)):
            return False
        line = getattr(place, "lineno", 0)
        before = (one for kind in _LEAVES for one in self._program.nodes(kind) if one.lineno < line)
        return not any(self._leaves_out(one, place) for one in before)

    def _leaves_out(self, leave: ast.stmt, place: ast.AST) -> bool:
        """Whether a statement that leaves a function, or a round of a loop, in training may leave out a later place."""
        places = self._program.places
        if places.scope(leave) is not places.scope(place):
            return False
        if not isinstance(leave, ast.Return):
            loop = next(
                (one for one in places.around(leave) if isinstance(one, ast.For | ast.AsyncFor | ast.While)), None
            )
            if loop is None or not places.contains(loop, place):
                return False
        return all(_trains(owner, field) is not False for owner, field in self._within(leave))

    def _within(self, place: ast.AST) -> Path:
        """The blocks around a place in its function."""
        path = self._program.blocks.path(place)
        start = next((i for i, (owner, _) in enumerate(reversed(path)) if isinstance(owner, _FUNCTIONS)), len(path))
        return path[len(path) - start :]

    def _recorded(self, value: Value) -> Value | None:
        """The parameter, or the layer's result, that gives a value a graph for certain; None where it may have none."""
        pending, seen = [value], {value}
        while pending and len(seen) < _MAX_SEARCH:
            one = pending.pop()
            if one.op == PARAMETER:
                return one
            operands: Sequence[Value] = ()
            if one.op in _RECORDED:
                if not self._records(one):
                    continue
                if has_parameters(one.module):
                    return one
                operands = () if _names_integers(one) else tuple(one.args.values())
            elif one.op == REFINE or (one.op == ELEMENT and one.args["input"].op in _RECORDED):
                operands = tuple(one.args.values())
            elif one.op == PHI and len(one.data) > 0:
                operands = one.data[:1] if all(self._recorded(other) for other in one.data[1:]) else ()
            for operand in operands:
                inner = operand.data.content if operand.op in (LIST, TUPLE) else (operand,)
                pending += [each for each in inner if each not in seen]
                seen.update(inner)
        return None

    def _records(self, value: Value) -> bool:
        """Whether torch surely records how a value was computed."""
        frame, node = value.frame, value.node
        return frame is None or node is None or runs_with_gradients(node, frame, self._program)

    def _only_grows(self, attribute: str) -> bool:
        """Whether nothing in the file empties, replaces, hands on or needs an attribute of this name, or freezes weights."""
        for call in self._program.nodes(ast.Call):
            if any(isinstance(one, ast.Constant) and one.value == attribute for one in call.args):
                return False  # getattr, setattr
        mentions = self._program.nodes(ast.Attribute)
        return not any(
            one.attr.startswith("requires_grad") or (one.attr == attribute and not self._is_looked_at(one))
            for one in mentions
        )

    def _is_looked_at(self, node: ast.Attribute) -> bool:
        """Whether a mention of an attribute leaves it as it is, and only looks at it."""
        around = list(self._program.places.around(node))
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


def _trains(owner: ast.AST, field: str) -> bool | None:
    """Whether a block runs when the module trains (True) or when it doesn't (False); None for one that asks something else."""
    test = owner.test if isinstance(owner, ast.If) else None
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    asked = test.operand if isinstance(test, ast.UnaryOp) and negated else test
    if not isinstance(asked, ast.Attribute) or asked.attr != "training":
        return None
    return (field == "body") is not negated


def _is_number(value: Value) -> bool:
    return (value.op == CONST and isinstance(value.data, int | float)) or value.op == "zeros"


def _names_integers(value: Value) -> bool:
    """Whether an operation is asked for a dtype that holds no gradients, or for one that isn't known."""
    named = [one for name, one in value.args.items() if name == "dtype" or (value.op == "to" and name != "input")]
    return any((one.op == GLOBAL and one.data not in _FLOATING) or one.op == PARAM for one in named)

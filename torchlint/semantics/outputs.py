"""What a tensor last went through, changes of its shape, place and dtype aside: a softmax, a linear layer, something unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchlint.semantics.bounds import names
from torchlint.semantics.calls import TOO_DEEP
from torchlint.semantics.operands import ALIASES
from torchlint.semantics.values import (
    CALL,
    CONST,
    DICT,
    ELEMENT,
    FUNCTION,
    ITEM,
    LIST,
    MODULE,
    MUTATED,
    PHI,
    TUPLE,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.frames import Frame
    from torchlint.semantics.program import Program

# The result holds the input's elements, or some of them, as they are.
_KEEPS = names(
    "view reshape flatten unflatten permute transpose t T mT mH H movedim swapdims squeeze unsqueeze expand expand_as "
    "broadcast_to repeat repeat_interleave tile getitem index_select masked_select select narrow contiguous clone detach "
    "data to float double half bfloat16 type type_as cuda cpu requires_grad_ flip roll view_as reshape_as ravel identity "
    "chunk split tensor_split unbind"
)
_JOINS = names("cat stack hstack vstack dstack")
PROBABILITIES = frozenset(("softmax", "sigmoid"))
LOGARITHMS = frozenset(("log_softmax", "logsigmoid"))
# Layers whose results are scores of either sign.
_LAYERS = names(
    "linear bilinear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d batch_norm layer_norm "
    "group_norm instance_norm"
)
_MAX_SOURCES = 60

_Part = tuple[Value, tuple[int | str, ...]]  # a value, and the keys that lead into what it holds


class Outputs:
    """Answers for the values of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._frames: dict[object, list[Frame]] | None = None

    def sources(self, value: Value) -> tuple[Value, ...]:
        """The values that this one may be, each behind all that leaves a tensor's elements as they are.

        What isn't understood is a source of itself. A call of a function of the file that was not run in place gives what the
        function returns where it is analysed on its own. Empty where there are too many.
        """
        found: dict[Value, None] = {}
        seen: set[_Part] = set()
        pending: list[_Part] = [(value, ())]
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            if len(seen) > _MAX_SOURCES:
                return ()
            before = self._before(*at)
            if before is None:
                found[at[0]] = None
            else:
                pending.extend(before)
        return tuple(found)

    def _before(self, value: Value, path: tuple[int | str, ...]) -> list[_Part] | None:
        """What a value was made of by what changes no element. `path`: which part of the value is asked for."""
        op, args = value.op, value.args
        if op in (PHI, CALL):
            several = value.data if op == PHI else self._returned(value)
            return [(one, path) for one in several if not (one.op == CONST and one.data is None)] or None
        if path and op in (TUPLE, LIST, DICT):
            inner = _item(value, path[0])
            return [(inner, path[1:])] if inner is not None else None
        if op == ELEMENT and isinstance(value.data, int):
            return [(args["input"], (value.data, *path))]
        if op in (ITEM, "getitem") and "input" in args and _is_several(args["input"]):
            index = args.get("index")
            if index is None or index.op != CONST or not isinstance(index.data, int | str):
                return None
            return [(args["input"], (index.data, *path))]
        if keeps_elements(value) and "input" in args:
            return [(args["input"], path if op in ALIASES else ())]
        if (
            op == "sub"
            and args["input"].op == CONST
            and args["input"].data == 1
            and self._is_probability(args["other"])
        ):
            return [(args["other"], ())]
        if op in _JOINS and not path:
            tensors = args.get("tensors")
            if tensors is not None and tensors.op in (TUPLE, LIST) and tensors.data.exact:
                return [(one, ()) for one in tensors.data.content]
        return None

    def is_score(self, value: Value) -> bool:
        """Whether a value is certainly the result of a layer that gives scores of either sign.

        Only layers that are modules count: a function may be called with any weights, as for a blur. So may a layer
        without a bias that is applied to probabilities.
        """
        if value.op not in _LAYERS or value.form != "module":
            return False
        source = value.args.get("input")
        return source is None or not any(one.op in PROBABILITIES for one in self.sources(source)) or _has_bias(value)

    def _is_probability(self, value: Value) -> bool:
        """Whether a value is certainly the result of a sigmoid or softmax: one minus it is another probability."""
        sources = self.sources(value)
        return bool(sources) and all(one.op in PROBABILITIES for one in sources)

    def _returned(self, call: Value) -> list[Value]:
        """What the function returns that a call would have run, had it not been too deep."""
        callee = call.args.get("callee")
        if callee is None or callee.op != FUNCTION or call.data != TOO_DEEP:
            return []
        if callee.data in self._program.cut:
            return []
        if self._frames is None:
            self._frames = {}
            for frame in self._program.frames:
                if frame.function is not None and frame.caller is None:
                    self._frames.setdefault(frame.function, []).append(frame)
        first = call.args.get("0")
        owner = (
            first.data.cls.self_value
            if callee.data.cls is not None and first is not None and first.op == "py.instance"
            else None
        )
        found: list[Value] = []
        for frame in self._frames.get(callee.data, ()):
            if owner is None or frame.self_value is owner:
                found.extend(frame.returns)
        return found


def _has_bias(value: Value) -> bool:
    """Whether the layer that made a value certainly has a bias: by its default, or because its constructor is told so."""
    layer = value.module
    if layer is None or layer.op != MODULE or not layer.data.exact_arguments:
        return False
    given = layer.args.get("bias")
    return given is None or (given.op == CONST and given.data is True)


def keeps_elements(value: Value) -> bool:
    """Whether a value holds its operand's elements, or some of them, as they are."""
    return (value.op in _KEEPS and not value.inplace) or (value.op in ALIASES and value.op != MUTATED)


def _item(value: Value, key: int | str) -> Value | None:
    """What a tuple, list or dict holds under a constant."""
    content = value.data.content
    if value.op == DICT:
        found: Value | None = content.get(key) if value.data.exact else None
        return found
    if not isinstance(key, int) or not value.data.exact or not -len(content) <= key < len(content):
        return None
    held: Value = content[key]
    return held


def _is_several(value: Value) -> bool:
    """Whether an index of a value picks one of several things, not elements of a tensor."""
    if value.op == PHI:
        return all(_is_several(one) for one in value.data)
    if value.op == CALL:
        return bool(value.data == TOO_DEEP)
    return value.op in (TUPLE, LIST, DICT)

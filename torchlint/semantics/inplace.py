"""In-place operations: every holder of the changed tensor, and of a view of it, sees the change."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.values import BUFFER, GLOBAL, INSTANCE, MUTATED, PARAMETER, REFINE, Value

if TYPE_CHECKING:
    from torchlint.semantics.frames import Arguments
    from torchlint.semantics.interpreter import Interpreter

_SAME_STORAGE = frozenset((MUTATED, REFINE, "getitem", "setitem", "data"))

# Functions of torch.distributed that write into their first argument, and its name (the module's documentation).
_COLLECTIVES = dict.fromkeys(("all_reduce", "broadcast", "reduce", "scatter", "recv", "irecv"), "tensor") | {
    "all_gather_into_tensor": "output_tensor",
    "reduce_scatter_tensor": "output",
    "reduce_scatter": "output",
    "all_to_all_single": "output",
}


def received(it: Interpreter, name: str, arguments: Arguments, node: ast.AST | None) -> None:
    """Effect of calling the function `name`: what a collective writes into holds other numbers afterwards."""
    module, _, function = name.rpartition(".")
    word = _COLLECTIVES.get(function) if module == "torch.distributed" else None
    if word is None:
        return
    tensor = arguments.positional[0] if arguments.positional else arguments.keywords.get(word)
    if tensor is not None:
        overwritten(it, tensor, it.value(MUTATED, {"input": tensor}, node))


def called_for_effect(it: Interpreter, call: Value) -> None:
    """Effect of calling an imported function and dropping its result: it may have changed the tensors that it got."""
    callee = call.args["callee"]
    if callee.op != GLOBAL or callee.data.startswith("builtins."):
        return
    for name, operand in list(call.args.items()):
        if name != "callee" and not operand.op.startswith("py."):
            overwritten(it, operand, it.value(MUTATED, {"input": operand}, call.node))


@cache
def is_view(op: str) -> bool:
    """Whether an operation's result may share its input's memory."""
    operation = operations.method(op) or operations.function(f"torch.{op}")
    return operation is not None and operation.view


@cache
def _may_be_operand(op: str) -> bool:
    operation = operations.method(op) or operations.function(f"torch.{op}")
    return operation is not None and operation.operand


def storage(value: Value) -> Value:
    """The value whose memory `value` shares: the tensor that it is a view of, or itself."""
    while "input" in value.args and value.op != PARAMETER:
        if not (value.inplace or value.op in _SAME_STORAGE or is_view(value.op) or _may_be_operand(value.op)):
            break
        value = value.args["input"]
    return value


def overwritten(it: Interpreter, old: Value, made: Value, certain: bool = True) -> None:
    """After an in-place operation: names and attributes that held `old` hold `made`, views of it a changed value.

    Not `certain`: `x += y` of what may be a number leaves other holders of `x` as they were.
    """
    origin = storage(old)
    result = made if certain else it.phi((old, made), made.node)
    frame = it.frame
    while frame is not None:
        for name, held in list(frame.names.items()):
            if held is old:
                it.bind(frame, name, result)
            elif ("input" in held.args and held is not made and storage(held) is origin) or (
                held is origin and held is not made
            ):
                it.bind(frame, name, it.value(MUTATED, {"input": held}, made.node))
        owner = frame.self_value
        if owner is not None and owner.op == INSTANCE:
            for name, held in list(owner.data.attributes.items()):
                if held is old:
                    it.write(owner.data.attributes, name, result)
                elif held is origin or ("input" in held.args and held is not made and storage(held) is origin):
                    it.write(owner.data.attributes, name, it.value(MUTATED, {"input": held}, made.node))
        if frame.caller is None:
            break
        frame = frame.caller


def data_replaced(it: Interpreter, tensor: Value, data: Value) -> None:
    """Effect of `tensor.data = data`: from now on the tensor has the sizes and the layout of `data`."""
    frame = it.frame
    while frame is not None:
        for name, held in list(frame.names.items()):
            if held is tensor:
                it.bind(frame, name, data)
        owner = frame.self_value
        if owner is not None and owner.op == INSTANCE:
            for name, held in list(owner.data.attributes.items()):
                if held is tensor:
                    kept = held.op in (PARAMETER, BUFFER)
                    made = it.value(held.op, {"input": data}, data.node, held.data) if kept else data
                    it.write(owner.data.attributes, name, made)
        if frame.caller is None:
            break
        frame = frame.caller

"""A value as a short text, so that tests can say what they expect."""

from __future__ import annotations

import ast
import textwrap

from torchlint.semantics.interpreter import interpret
from torchlint.semantics.program import Program
from torchlint.semantics.values import CHOICE, CONST, GAP, GLOBAL, LIST, MODULE, PARAM, PHI, SET, TUPLE, Value


def program(code: str) -> Program:
    """The program of a piece of code."""
    text = textwrap.dedent(code)
    return interpret(ast.parse(text), text, strict=True)


def show(value: Value, depth: int = 4) -> str:
    """`exp(input=x)` for the result of an operation, `x` for a parameter, `a | b` for alternatives."""
    if depth == 0:
        return ".."
    below = depth - 1
    if value.op == CONST:
        return repr(value.data)
    if value.op == PARAM:
        return str(value.data.name)
    if value.op == GLOBAL:
        return str(value.data)
    if value.op == PHI:
        return " | ".join(show(one, below) for one in value.data)
    if value.op == GAP:
        return "..."
    if value.op == CHOICE:
        return "{" + " or ".join(" ".join(show(item, below) for item in run) or "-" for run in value.data) + "}"
    if value.op in (TUPLE, LIST, SET):
        left, right = {TUPLE: "()", LIST: "[]", SET: "{}"}[value.op]
        return left + ", ".join(show(item, below) for item in value.data.content) + right
    if value.op == MODULE:
        return str(value.data.name).rpartition(".")[2]
    name = value.op.removeprefix("py.")
    if isinstance(value.data, str | int) and value.data != "":
        name += f"[{value.data}]"
    return f"{name}({', '.join(f'{key}={show(operand, below)}' for key, operand in value.args.items())})"


def held(code: str, name: str = "y") -> str:
    """What a name of the module holds at the end of a piece of code."""
    value = program(code).module_frame.names.get(name)
    assert value is not None, f"{name} holds nothing"
    return show(value)


def returned(code: str, function: str = "f") -> str:
    """What the last function of that name returns when nobody's arguments are known."""
    found = program(code)
    values = [
        escape.args["input"]
        for escape in found.values("py.escape")
        if escape.data == "return" and escape.frame is not None and escape.frame.function is not None
        and escape.frame.function.name == function and escape.frame.caller is None
    ]  # fmt: skip
    return " ; ".join(show(value) for value in values)

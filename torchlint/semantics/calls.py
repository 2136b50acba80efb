"""Calls: of torch's functions and methods, of the file's own functions (run in place, to a bound), of modules."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.semantics import operations
from torchlint.semantics.attributes import OBJECTS, interned, read_attribute
from torchlint.semantics.builtin import call_builtin
from torchlint.semantics.containers import changed_lists, container_method, spread
from torchlint.semantics.frames import Arguments, Function
from torchlint.semantics.functions import is_short, trains
from torchlint.semantics.inplace import overwritten, received
from torchlint.semantics.modules import WRAPPERS, build_module, call_children, call_module, module_method, wrap_module
from torchlint.semantics.objects import instance_method, instantiate
from torchlint.semantics.text import formatted
from torchlint.semantics.values import (
    BOUND,
    BUFFER,
    CALL,
    CHOICE,
    CLASS,
    CONST,
    DICT,
    FORWARD,
    FUNCTION,
    GAP,
    GLOBAL,
    INSTANCE,
    LIST,
    METHOD,
    MODULE,
    PARAMETER,
    PARTIAL,
    PHI,
    RANK,
    SHAPE,
    SIZE,
    SUPER,
    TUPLE,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

# Calls are run in place two deep, of short functions (helpers that hand on to others) three deep. Where a module that is
# built or called builds or calls another, two deep runs only what isn't long, either. The rest would cost a quarter of all
# time, and what it shows is seen where its caller is analysed on its own.
_MAX_DEPTH = 2
_MAX_DEPTH_OF_SHORT = 3
_SHORT = 4  # statements
# What a step of a training computes with is made by callers of its callers: model, loss and optimizer are handed down.
_MAX_DEPTH_OF_TRAINING = 5
_LONGEST_INSIDE = {"__init__": 5, "forward": 16, "__call__": 16}
_REPARAMETRISATIONS = frozenset(
    f"torch.nn.utils.{name}"
    for name in ("weight_norm", "spectral_norm", "parametrizations.weight_norm", "parametrizations.spectral_norm",
                 "parametrizations.orthogonal", "weight_norm.weight_norm", "spectral_norm.spectral_norm")
)  # fmt: skip
_COMPILERS = frozenset(("torch.compile", "torch.jit.script"))
TOO_DEEP = "too deep"  # data of a call that is understood where its caller is analysed on its own
_PARAMETERS = frozenset(("torch.nn.Parameter", "torch.nn.parameter.Parameter"))
_BUFFERS = frozenset(("torch.nn.Buffer", "torch.nn.parameter.Buffer"))


def call(it: Interpreter, node: ast.Call) -> Value:
    """The value of a call expression."""
    func = node.func
    if isinstance(func, ast.Attribute):
        receiver = it.evaluate(func.value)
        if func.attr == "forward" and it.stored_names.isdisjoint(("forward", "__call__")):  # else who knows what runs
            it.note(FORWARD, receiver, node)
        arguments = evaluate_arguments(it, node)
        return call_method(it, receiver, func.attr, arguments, node)
    callee = it.evaluate(func)
    return apply(it, callee, evaluate_arguments(it, node), node)


def evaluate_arguments(it: Interpreter, node: ast.Call) -> Arguments:
    arguments = Arguments()
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            arguments.positional.append(it.evaluate(argument))
            continue
        value = it.evaluate(argument.value)
        content = spread(it, value)
        arguments.positional.extend(content)
        if any(item.op in (GAP, CHOICE) for item in content):
            arguments.exact = False
    for keyword in node.keywords:
        value = it.evaluate(keyword.value)
        if keyword.arg is not None:
            arguments.keywords[keyword.arg] = value
        elif value.op == DICT:
            named = {key: held for key, held in value.data.content.items() if isinstance(key, str)}
            arguments.keywords.update(named)
            arguments.exact = arguments.exact and value.data.exact
        else:
            arguments.exact = False
            it.escape(value, "**", node)
    return arguments


def apply(it: Interpreter, callee: Value, arguments: Arguments, node: ast.AST | None) -> Value:
    """The value of calling `callee`."""
    op = callee.op
    if op == GLOBAL:
        return call_global(it, callee, arguments, node)
    if op == FUNCTION:
        return call_function(it, callee.data, arguments.positional, arguments.keywords, node, arguments.exact)
    if op == BOUND:
        positional = [callee.args["self"], *arguments.positional]
        return call_function(it, callee.data, positional, arguments.keywords, node, arguments.exact)
    if op == CLASS:
        return instantiate(it, callee.data, arguments, node)
    if op == MODULE:
        return call_module(it, callee, arguments, node)
    if op == INSTANCE:
        return call_instance(it, callee, arguments, node)
    if op == METHOD:
        return call_method(it, callee.args["input"], callee.data, arguments, node)
    if op == PARTIAL:
        first, named = callee.data
        merged = Arguments([*first, *arguments.positional], {**named, **arguments.keywords}, arguments.exact)
        return apply(it, callee.args["callee"], merged, node)
    if op == PHI:
        choices = [one for one in callee.data if not (one.op == CONST and one.data is None)]
        if any(one.op in OBJECTS or one.op in (GLOBAL, PARTIAL) for one in choices) and len(choices) <= 4:
            return _each(it, choices, lambda one: apply(it, one, arguments, node), node)
    return call_unknown(it, callee, arguments, node)


def _each(it: Interpreter, choices: list[Value], run, node: ast.AST | None) -> Value:  # type: ignore[no-untyped-def]
    """Run a call for each callee that it may have, and join what they give and do."""
    if len(choices) == 1:
        only: Value = run(choices[0])
        return only
    mark = it.mark()
    results: list[Value] = []
    ways = []
    for one in choices:
        results.append(run(one))
        ways.append(it.rewind(mark))
    it.join(ways, node)
    return it.phi(results, node)


def call_unknown(it: Interpreter, callee: Value, arguments: Arguments, node: ast.AST | None) -> Value:
    return it.value(CALL, {"callee": callee, **arguments.operands()}, node, "" if arguments.exact else "inexact")


def call_global(it: Interpreter, callee: Value, arguments: Arguments, node: ast.AST | None) -> Value:
    name: str = callee.data
    if name.startswith("builtins.") or not name.startswith("torch"):
        known = call_builtin(it, name, arguments, node)
        return known if known is not None else call_unknown(it, callee, arguments, node)
    if name in _PARAMETERS or name in _BUFFERS:
        source = arguments.positional[0] if arguments.positional else arguments.keywords.get("data")
        operands = {} if source is None else {"input": source}
        rest = {key: value for key, value in arguments.keywords.items() if key != "data"}
        if name in _PARAMETERS and len(arguments.positional) > 1:
            rest["requires_grad"] = arguments.positional[1]
        return it.value(PARAMETER if name in _PARAMETERS else BUFFER, {**operands, **rest}, node, form="function")
    operation = operations.function(name)
    if operation is not None:
        made = call_operation(it, operation, arguments, node, "function")
        return made if made is not None else call_unknown(it, callee, arguments, node)
    if name == "torch.nn.parallel.data_parallel" and len(arguments.positional) > 1:
        return apply(it, arguments.positional[0], Arguments(arguments.positional[1:2]), node)
    if name in WRAPPERS:
        return wrap_module(it, name, arguments, node)
    kind = operations.module(name)
    if kind is not None:
        return build_module(it, kind, arguments, node)
    same = _handed_back(name, arguments)
    if same is not None:
        return same
    made = call_unknown(it, callee, arguments, node)
    received(it, name, arguments, node)
    return made


def _handed_back(name: str, arguments: Arguments) -> Value | None:
    """The module that a function of torch hands back, with its weight in another form or compiled: it computes the same."""
    first = arguments.positional[0] if arguments.positional else arguments.keywords.get("module")
    which = arguments.positional[1] if len(arguments.positional) > 1 else arguments.keywords.get("name")
    if first is None or first.op not in (MODULE, INSTANCE) or not arguments.exact:
        return None
    if name in _COMPILERS:
        return first
    whole = which is None or (which.op == CONST and which.data == "weight")
    return first if name in _REPARAMETRISATIONS and whole else None


def call_operation(
    it: Interpreter, operation: operations.Operation, arguments: Arguments, node: ast.AST | None, form: str
) -> Value | None:
    """The value of a torch operation, or None where its arguments can't be told apart."""
    if not arguments.exact:
        return None
    bound = operations.bind(operation, arguments.positional, arguments.keywords)
    if bound is None:
        return None
    for word, operand in bound.items():
        if operand.op == LIST and operand.data.changed:
            bound[word] = it.sequence(LIST, operand.data.content, operand.node)
    made = it.value(operation.name, bound, node, form=form)
    for operand in bound.values():
        if operand.op == TUPLE and not operand.time:  # sizes given one by one, gathered by the binding
            operand.time, operand.frame = made.time, made.frame
            for item in operand.data.content:
                item.uses.append(made)
    changed = bound.get("out") if "out" in bound else bound.get("input") if _in_place(operation, bound) else None
    if changed is not None:
        made.inplace = True
        overwritten(it, changed, made)
    return made


def _in_place(operation: operations.Operation, bound: dict[str, Value]) -> bool:
    flag = bound.get("inplace")
    return operation.inplace or (flag is not None and not (flag.op == CONST and not flag.data))


def call_method(it: Interpreter, receiver: Value, name: str, arguments: Arguments, node: ast.AST | None) -> Value:
    """The value of `receiver.name(...)`."""
    op = receiver.op
    if op in (GLOBAL, CLASS):
        return apply(it, read_attribute(it, receiver, name, node), arguments, node)
    if op in (LIST, MODULE, INSTANCE) and node is not None:
        own = op == INSTANCE and receiver.data.cls.method(name) is not None
        changed = None if own else container_method(it, receiver, name, arguments.positional, node)
        if changed is not None:
            return changed
    if op in (INSTANCE, SUPER):
        return instance_method(it, receiver, name, arguments, node)
    if op == MODULE:
        return module_method(it, receiver, name, arguments, node)
    if op == PHI and node is not None and all(one.op == LIST for one in receiver.data):
        changed = changed_lists(it, receiver, name, arguments.positional, node)
        if changed is not None:
            return changed
    if op == PHI and any(one.op in OBJECTS for one in receiver.data):
        choices = [one for one in receiver.data if not (one.op == CONST and one.data is None)]
        return _each(it, choices, lambda one: call_method(it, one, name, arguments, node), node)
    if op == DICT:
        return _dict_method(it, receiver, name, arguments, node)
    if op == CONST and name == "format":
        text = formatted(it, receiver, arguments, node)
        if text is not None:
            return text
    if op in (CONST, TUPLE, LIST, FUNCTION, BOUND):
        return call_unknown(it, interned(it, receiver, name, node), arguments, node)
    if name in ("size", "dim", "ndimension", "__len__"):
        return _measure(it, receiver, name, arguments, node)
    if name == "step":
        _run_closure(it, receiver, arguments, node)
    operation = operations.method(name)
    if operation is not None and arguments.exact:
        complete = Arguments([receiver, *arguments.positional], arguments.keywords)
        made = call_operation(it, operation, complete, node, "method")
        if made is not None:
            return made
    return call_unknown(it, interned(it, receiver, name, node), arguments, node)


def _run_closure(it: Interpreter, receiver: Value, arguments: Arguments, node: ast.AST | None) -> None:
    """An optimizer's `step(closure)` calls the closure."""
    made = receiver.args.get("callee") if receiver.op == CALL else None
    closure = arguments.positional[0] if arguments.positional else arguments.keywords.get("closure")
    optimizer = made is not None and made.op == GLOBAL and made.data.startswith("torch.optim.")
    if optimizer and closure is not None and closure.op in (FUNCTION, BOUND):
        it.called_back(closure, [], node)


def _measure(it: Interpreter, receiver: Value, name: str, arguments: Arguments, node: ast.AST | None) -> Value:
    if name in ("dim", "ndimension"):
        return it.value(RANK, {"input": receiver}, node, form="method")
    dim = arguments.positional[0] if arguments.positional else arguments.keywords.get("dim")
    if dim is None:
        return it.value(SHAPE, {"input": receiver}, node, form="method")
    return it.value(SIZE, {"input": receiver, "dim": dim}, node, form="method")


def _dict_method(it: Interpreter, receiver: Value, name: str, arguments: Arguments, node: ast.AST | None) -> Value:
    entries = receiver.data
    first = arguments.positional[0] if arguments.positional else None
    if name == "update" and arguments.exact:
        if first is not None and first.op == DICT:
            for key, value in first.data.content.items():
                it.write(entries.content, key, value)
            entries.exact = entries.exact and first.data.exact
        elif first is not None:
            entries.exact = False
        for word, value in arguments.keywords.items():
            it.write(entries.content, word, value)
        return it.constant(None, node)
    if name in ("get", "pop", "setdefault") and first is not None and first.op == CONST:
        if isinstance(first.data, str | int) and first.data in entries.content:
            found: Value = entries.content[first.data]
            if name == "pop":
                entries.exact = False
            return found
    elif name == "values" and entries.exact:
        return it.sequence(LIST, entries.content.values(), node)
    elif name == "items" and entries.exact:
        pairs = [it.sequence(TUPLE, (it.constant(key), value)) for key, value in entries.content.items()]
        return it.sequence(LIST, pairs, node)
    elif name == "keys" and entries.exact:
        return it.sequence(LIST, [it.constant(key) for key in entries.content], node)
    elif name == "copy":
        return it.dictionary(dict(entries.content), entries.exact, node)
    return call_unknown(it, interned(it, receiver, name, node), arguments, node)


def call_instance(it: Interpreter, callee: Value, arguments: Arguments, node: ast.AST | None) -> Value:
    """Calling an object of the file: its `__call__`, or for modules `forward`, or the chain of its children."""
    cls = callee.data.cls
    method = cls.method("__call__") or cls.method("forward")
    if method is not None:
        return call_function(it, method, [callee, *arguments.positional], arguments.keywords, node, arguments.exact)
    if callee.data.children is not None and cls.outside_base("torch.nn.Sequential") and len(arguments.positional) == 1:
        return call_children(it, callee.data.children.content, arguments.positional[0], node)
    return call_unknown(it, callee, arguments, node)


def call_function(
    it: Interpreter,
    function: Function,
    positional: list[Value],
    keywords: dict[str, Value],
    node: ast.AST | None,
    exact: bool = True,
) -> Value:
    """Run a function of the file with these arguments, unless it is too deep, recursive or not understood."""
    frame = it.frame
    running = frame
    recursive = False
    while running is not None:
        recursive = recursive or running.function is function
        if running.caller is None:
            break
        running = running.caller
    if recursive or function.opaque or not exact or _is_too_deep(it, function):
        callee = it.value(FUNCTION, None, node, function)
        made = call_unknown(it, callee, Arguments(positional, keywords, exact), node)
        if exact and not recursive and not function.opaque:
            made.data = TOO_DEEP
        return made
    return it.run(function, positional, keywords, node)


def _is_too_deep(it: Interpreter, function: Function) -> bool:
    depth = it.frame.depth - it.protocols
    if it.may_train and 0 < depth < _MAX_DEPTH_OF_TRAINING and _is_training(it, function):
        return False
    if depth == 0 or depth >= _MAX_DEPTH_OF_SHORT:
        return depth > 0
    if depth >= _MAX_DEPTH:
        return not is_short(function.node, _SHORT)
    longest = _longest(function) if _longest(it.frame.function) is not None else None
    return longest is not None and not is_short(function.node, longest)


def _is_training(it: Interpreter, function: Function) -> bool:
    """Whether a function takes a step of a training, or is a short one that such a step calls."""
    inside = trains(it, it.frame.function) and is_short(function.node, _SHORT)
    return inside or (function.name != "backward" and trains(it, function))


def _longest(function: Function | None) -> int | None:
    """How long a method may be that runs when an object is built or called; others have no bound."""
    return _LONGEST_INSIDE.get(function.name) if function is not None and function.cls is not None else None

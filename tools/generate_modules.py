"""The part of operations.json about torch.nn's modules; see generate_operations.py."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.testing._internal.common_modules import module_db

CONTAINERS = {"Module", "Container", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict",
              "DataParallel", "RNNBase", "RNNCellBase"}  # fmt: skip
# Where the forward's source doesn't name one function.
OPERATIONS = {
    "Flatten": "flatten", "Identity": "identity", "MultiheadAttention": "multi_head_attention_forward", "RNN": "rnn",
    "RNNCell": "rnn_cell", "LSTM": "lstm", "LSTMCell": "lstm_cell", "GRU": "gru", "GRUCell": "gru_cell",
    "ReLU6": "relu6", "Unflatten": "unflatten", "CrossMapLRN2d": "local_response_norm", "Transformer": "transformer",
    "AdaptiveLogSoftmaxWithLoss": "adaptive_log_softmax_with_loss",
}  # fmt: skip
# Constructor arguments that the operation calls otherwise.
RENAMED = {"pad": {"padding": "pad"}, "unflatten": {"unflattened_size": "sizes"}}
# Operands that a class fixes.
FIXED: dict[str, dict[str, Any]] = {
    "Softmax2d": {"dim": -3},
    "UpsamplingBilinear2d": {"mode": "bilinear", "align_corners": True},
    "UpsamplingNearest2d": {"mode": "nearest"},
}
PAD_MODES = {"Reflection": "reflect", "Replication": "replicate", "Circular": "circular", "Zero": "constant",
             "Constant": "constant"}  # fmt: skip
RNN_ARGUMENTS = (
    "input_size; hidden_size; num_layers = 1; {0}bias = True; batch_first = False; dropout = 0.0; "
    "bidirectional = False; {1}device = None; dtype = None"
)
RNNS = {
    "RNN": RNN_ARGUMENTS.format("nonlinearity = 'tanh'; ", ""),
    "GRU": RNN_ARGUMENTS.format("", ""),
    "LSTM": RNN_ARGUMENTS.format("", "proj_size = 0; "),
}


def snake(name: str) -> str:
    """TransformerEncoderLayer -> transformer_encoder_layer."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def arguments(function: Callable[..., Any]) -> tuple[list[str], list[str]]:
    """The arguments after `self` as texts (`bias = True`, `*`, `*args`, `**kwargs`), and their names."""
    texts: list[str] = []
    names: list[str] = []
    starred = False
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_POSITIONAL:
            texts.append("*" + parameter.name)
            starred = True
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            texts.append("**" + parameter.name)
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            texts.append("*")
            starred = True
        names.append(parameter.name)
        text = parameter.name
        if parameter.default is not parameter.empty:
            try:
                text += f" = {ast.literal_eval(repr(parameter.default))!r}"
            except (ValueError, SyntaxError):
                text += " = ..."
        texts.append(text)
    return texts, names


def operation(cls: type[nn.Module]) -> str:
    """The name of the function that the class's forward calls."""
    name = cls.__name__.removeprefix("Lazy")
    if name in CONTAINERS:
        return ""
    if name in OPERATIONS:
        return OPERATIONS[name]
    if match := re.match(r"(ConvTranspose|InstanceNorm)(\dd)$", name):
        return {"ConvTranspose": "conv_transpose" + match[2], "InstanceNorm": "instance_norm"}[match[1]]
    if name.startswith("Transformer"):
        return snake(name)
    forward = cls._conv_forward if hasattr(cls, "_conv_forward") else cls.forward
    calls = set(re.findall(r"(?:F|torch)\.(\w+)\(", inspect.getsource(forward)))
    if len(calls) > 1:
        calls.discard("pad")
    [found] = calls
    return found


def state() -> dict[str, tuple[list[str], list[str]]]:
    """The parameters and buffers of each class, over all samples of torch's module database."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for info in module_db:
        parameters: dict[str, None] = {}
        buffers: dict[str, None] = {}
        samples = info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=False, training=False)
        for sample in samples:
            made = info.module_cls(*sample.constructor_input.args, **sample.constructor_input.kwargs)
            parameters.update({name: None for name, _ in made.named_parameters(recurse=False)})
            buffers.update({name: None for name, _ in made.named_buffers(recurse=False)})
        found[info.module_cls.__name__] = (sorted(parameters), sorted(buffers))
    found["SyncBatchNorm"] = found["BatchNorm2d"]
    return found


def operands(cls: type[nn.Module], op: str, names: list[str], learned: list[str]) -> dict[str, str]:
    """Which constructor arguments are operands of the operation: argument -> the operation's parameter."""
    function = getattr(nn.functional, op, None) or getattr(torch, op, None)
    renamed = RENAMED.get(op, {})
    if op in ("flatten", "unflatten"):
        taken = {"start_dim", "end_dim", "dim", "sizes"}
    elif function is None:
        return {}
    elif inspect.isbuiltin(function):
        taken = set(re.findall(r"\w+(?=[=,)])", (function.__doc__ or "").strip().partition("->")[0]))
    else:
        inner = getattr(nn.functional, "_" + op, function)
        taken = set(inspect.signature(inner if inspect.isfunction(inner) else function).parameters)
    return {
        name: renamed.get(name, name)
        for name in names
        if renamed.get(name, name) in taken and name not in {*learned, "bias"}
    }


def module_table(canonical: Callable[[str], str]) -> dict[str, list[Any]]:
    """For each class of torch.nn: its operation, constructor, forward, operands, fixed operands, parameters, buffers."""
    found: dict[str, list[Any]] = {}
    states = state()
    for name in sorted(vars(nn)):
        cls = getattr(nn, name)
        if not (isinstance(cls, type) and issubclass(cls, nn.Module)) or cls.__name__ != name:
            continue
        texts, names = arguments(cls.__init__)
        if name in RNNS:
            texts = RNNS[name].split("; ")
        op = operation(cls)
        learned, buffers = states.get(name) or states.get(name.removeprefix("Lazy")) or ([], [])
        fixed = dict(FIXED.get(name, {}))
        if op == "pad":
            fixed["mode"] = next(mode for prefix, mode in PAD_MODES.items() if name.startswith(prefix))
        inputs = arguments(cls.forward)[0] if op else []
        inputs[:1] = [re.sub(r"^(x|log_input)$", "input", name) for name in inputs[:1]]
        chosen = operands(cls, op, names, learned) if op else {}
        found["torch.nn." + name] = [
            canonical("torch." + op) if op else "",
            "; ".join(texts),
            "; ".join(inputs),
            chosen,
            fixed,
            learned,
            buffers,
        ]
    return found

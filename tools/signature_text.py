"""Signatures as the texts that operations.json holds; see generate_operations.py."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
import torchgen
from torchgen.gen import parse_native_yaml

# What an annotation's name says about the values that torch's argument parser takes.
TYPES = {
    "Tensor": "tensor", "Number": "int|float|bool|complex", "_complex": "complex", "_int": "int", "int": "int",
    "SymInt": "int", "_float": "float|int|bool", "float": "float|int|bool", "_bool": "bool", "bool": "bool", "str": "str",
    "_dtype": "dtype", "_layout": "layout", "memory_format": "memory_format", "DeviceLikeType": "device|str|int",
    "_device": "device|str|int", "_size": "sequence", "Sequence": "sequence", "tuple": "sequence", "list": "sequence",
    "Size": "sequence", "EllipsisType": "other",
}  # fmt: skip

# The results of functions and methods written in Python that carry no annotation.
RESULTS = {
    "split": "tensors", "unique": "other", "unique_consecutive": "other", "meshgrid": "tensors", "lu": "other",
    "broadcast_tensors": "tensors", "backward": "none", "atleast_1d": "other", "atleast_2d": "other",
    "atleast_3d": "other", "block_diag": "tensor", "cartesian_prod": "tensor", "cdist": "tensor", "einsum": "tensor",
    "chain_matmul": "tensor", "norm": "tensor", "stft": "tensor", "istft": "tensor", "tensordot": "tensor",
    "unravel_index": "tensors", "unflatten": "tensor", "resize": "tensor", "resize_as": "tensor",
    "share_memory": "tensor", "multi_head_attention_forward": "output; attn_output_weights", "pad_sequence": "tensor",
    "pad_packed_sequence": "output; lengths", "unpad_sequence": "tensors", "vector_to_parameters": "none",
    "parameters_to_vector": "tensor",
}  # fmt: skip

NATIVE = parse_native_yaml(
    Path(torchgen.__file__).parent / "packaged/ATen/native/native_functions.yaml",
    Path(torchgen.__file__).parent / "packaged/ATen/native/tags.yaml",
).native_functions
OUTPUTS = {
    str(f.func.name.name.base): [r.name for r in f.func.returns]
    for f in NATIVE
    if len(f.func.returns) > 1 and all(r.name for r in f.func.returns)
}


def types_of(annotation: ast.expr | None) -> str:
    """The kinds of value that an annotation allows, joined by `|`; "any" where it isn't understood."""
    found: list[str] = []

    def visit(node: ast.expr) -> None:
        if isinstance(node, ast.BinOp):
            visit(node.left)
            visit(node.right)
            return
        if isinstance(node, ast.Constant) and node.value is None:
            found.append("none")
            return
        head = node.value if isinstance(node, ast.Subscript) else node
        name = head.attr if isinstance(head, ast.Attribute) else getattr(head, "id", "")
        if name == "Optional" and isinstance(node, ast.Subscript):
            visit(node.slice)
            found.append("none")
        elif name in TYPES:
            found.extend(TYPES[name].split("|"))
        else:
            found.append("any")

    if annotation is None:
        return "any"
    visit(annotation)
    return "any" if "any" in found else "|".join(dict.fromkeys(found))


def result_of(annotation: ast.expr | None, name: str) -> str:
    """What a call returns, as in `Overload.result`, or the names of several outputs joined by "; "."""
    if annotation is None:
        return RESULTS.get(name.rstrip("_"), "other")
    text = ast.unparse(annotation)
    if text == "Tensor" or text.endswith(".Tensor"):
        return "tensor"
    if text.startswith("torch.return_types."):
        named = getattr(torch.return_types, text.rpartition(".")[2], None)  # None for internal operations
        return "; ".join(named.__match_args__) if named else "other"
    if isinstance(annotation, ast.Subscript) and text.lower().startswith(("tuple", "sequence", "list")):
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if all(ast.unparse(part) == "Tensor" for part in inner) and text.lower().startswith("tuple"):
            return "; ".join(OUTPUTS.get(name, [str(i) for i in range(len(inner))]))
        return "tensors" if "Tensor" in text else "other"
    return {"None": "none", "_int": "int", "int": "int", "_bool": "bool", "bool": "bool", "Size": "size"}.get(
        text, "other"
    )


def default_text(node: ast.expr) -> str:
    """A default as Python text where it is a constant, else `...`."""
    try:
        return repr(ast.literal_eval(node))
    except (ValueError, TypeError):
        return "..."


def render(node: ast.FunctionDef, name: str, method: bool) -> str:
    """One overload: `input: tensor; dim: int = 0; *; out: tensor|none = None -> tensor`."""
    args = node.args
    parts: list[str] = []
    positional = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)

    def part(arg: ast.arg, default: ast.expr | None, star: str = "") -> str:
        kinds = types_of(arg.annotation)
        if default is not None and default_text(default) == "()":  # torch's parser takes None for such a list, too
            kinds += "|none"
        shown = {"self": "input"}.get(arg.arg, arg.arg)
        return f"{star}{shown}: {kinds}" + ("" if default is None else f" = {default_text(default)}")

    for index, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
        if method and index == 0:
            parts.append("input: tensor")
        else:
            parts.append(part(arg, default))
    if args.vararg:
        parts.append(part(args.vararg, None, "*"))
    if args.kwonlyargs:
        parts.append("*")
        parts += [part(arg, default) for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return "; ".join(parts) + " -> " + result_of(node.returns, name)


def merged(overloads: list[str]) -> list[str]:
    """Overloads without repetitions; `size: sequence` and `*size: int` are one, written `*size: sequence|int`."""
    found = list(dict.fromkeys(overloads))
    for text in [t for t in found if re.search(r"\*\w+: int\b", t)]:
        listed = re.sub(r"\*(\w+): int\b", r"\1: sequence", text, count=1).replace("; *; ", "; ").replace("; *;", ";")
        for other in found:
            if other != text and other.replace("; *; ", "; ").replace("; *;", ";") == listed:
                found.remove(other)
                break
        found[found.index(text)] = re.sub(r"\*(\w+): int\b", r"*\1: sequence|int", text, count=1)
    return found


def from_source(text: str, name: str, method: bool = False) -> str:
    """An overload from the text of a `def`."""
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return render(node, name, method)


def from_python(function: Any, name: str, method: bool = False, result: str = "") -> str:
    """An overload from a function written in Python. Python checks no types, so none are kept."""
    texts: list[str] = []
    starred = False
    for index, parameter in enumerate(inspect.signature(function).parameters.values()):
        star = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            texts.append("*")
        starred |= parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        if method and index == 0:
            texts.append("input: tensor")
            continue
        text = f"{star}{parameter.name}: any"
        if parameter.default is not parameter.empty:
            try:
                text += f" = {ast.literal_eval(repr(parameter.default))!r}"
            except (ValueError, SyntaxError):
                text += " = ..."
        texts.append(text)
    returned = inspect.signature(function).return_annotation
    if result or name.rstrip("_") in RESULTS:
        shown = result or RESULTS[name.rstrip("_")]
    elif returned is inspect.Signature.empty:
        shown = "other"
    else:
        shown = returned if isinstance(returned, str) else inspect.formatannotation(returned)
        shown = result_of(ast.parse(shown.replace("torch.Tensor", "Tensor"), mode="eval").body, name)
    return "; ".join(texts) + " -> " + shown


def pyi_functions(body: list[ast.stmt], method: bool) -> dict[str, list[str]]:
    """The public functions of a stub file or class, with their overloads."""
    found: dict[str, list[str]] = defaultdict(list)
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            found[node.name].append(render(node, node.name, method))
    for name in ("linspace", "logspace"):  # the stub says that `steps` is optional; torch doesn't
        found[name] = [text.replace("steps: int|none = None", "steps: int") for text in found[name]]
    return {name: merged(overloads) for name, overloads in found.items() if overloads}

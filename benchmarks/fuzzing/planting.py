"""Plants torch in a file that has none, so that the engine works on it: torch's names for the file's own, tensors for arguments.

The result is seldom a sensible program. It is one that parses, and whose structure somebody wrote.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

from torchlint.source import Source, SourceError
from torchlint.syntax.parse import parse

HEADER = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nx: torch.Tensor\n"
FUNCTIONS = (
    "torch.exp", "torch.log", "torch.softmax", "torch.cat", "torch.stack", "torch.zeros", "torch.arange", "torch.tensor",
    "torch.einsum", "torch.split", "torch.matmul", "torch.where", "F.softmax", "F.cross_entropy", "F.linear", "F.pad",
    "nn.Conv2d", "nn.BatchNorm2d", "nn.Linear", "nn.Sequential", "nn.ModuleList", "nn.Parameter", "nn.CrossEntropyLoss",
    "torch.utils.data.DataLoader", "torch.Tensor", "nn.LSTM",
)  # fmt: skip
METHODS = (
    "view", "permute", "transpose", "reshape", "exp", "log", "sum", "mean", "max", "size", "shape", "softmax", "unsqueeze",
    "squeeze", "expand", "chunk", "split", "add_", "copy_", "data", "T", "long", "float", "to", "cuda", "contiguous",
    "register_buffer", "forward", "weight", "bias", "append", "backward", "step", "detach", "item", "numel", "dim",
)  # fmt: skip
Edit = tuple[int, int, str]


def planted(text: str, seed: str) -> str:
    """The text with torch planted in it; only with imports in front of it where more doesn't parse."""
    plain = HEADER + text
    try:
        source = Source.from_text(text, "file.py")
        edits = sorted(_edits(source, parse(source), random.Random(seed)))
    except SourceError:
        return plain
    pieces, done = [HEADER], 0
    for start, end, new in edits:
        if start >= done:
            pieces += [text[done:start], new]
            done = end
    changed = "".join([*pieces, text[done:]])
    try:
        parse(Source.from_text(changed, "file.py"))
    except SourceError:
        return plain
    return changed


def _edits(source: Source, tree: ast.Module, draw: random.Random) -> Iterator[Edit]:
    methods: dict[str, str] = {}
    functions: dict[str, str] = {}
    for node in _outside_of_strings(tree):
        if isinstance(node, ast.arg) and node.annotation is None and node.arg not in ("self", "cls"):
            end = source.range(node)[1]
            if draw.random() < 0.6 and source.text[end : end + 1] in (",", ")", "="):
                yield end, end, ": torch.Tensor"
        elif isinstance(node, ast.Attribute):
            start, end = source.range(node)
            if draw.random() < 0.7 and source.text[start:end].endswith(f".{node.attr}"):
                yield end - len(node.attr), end, methods.setdefault(node.attr, draw.choice(METHODS))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if draw.random() < 0.6:
                yield (*source.range(node.func), functions.setdefault(node.func.id, draw.choice(FUNCTIONS)))
        elif isinstance(node, ast.ClassDef) and node.bases and draw.random() < 0.8:
            yield (*source.range(node.bases[0]), "nn.Module")


def _outside_of_strings(tree: ast.AST) -> Iterator[ast.AST]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if type(node).__name__ in ("JoinedStr", "TemplateStr", "Lambda"):
            continue  # before Python 3.12 the places of what is in f-strings aren't known; lambdas take no annotation
        yield node
        pending.extend(ast.iter_child_nodes(node))

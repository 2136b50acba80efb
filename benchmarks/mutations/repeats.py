"""TL111: a comprehension that builds a layer for each place becomes a list with one layer, multiplied.

Certain where the layer is of a class of torch.nn with weights, written out in the comprehension, and the same for all places.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.mutations.files import File
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("for",)
# Classes whose objects have parameters, whatever their arguments.
_LAYER = re.compile(
    r"torch\.nn\.(Linear|Bilinear|Embedding|(Conv|ConvTranspose)[123]d|LSTM|GRU|RNN|PReLU|MultiheadAttention|"
    r"Transformer(Encoder|Decoder)Layer)"
)
_NORM = re.compile(r"torch\.nn\.(LayerNorm|GroupNorm|RMSNorm|BatchNorm[123]d)")
_SWITCHES = {"affine", "elementwise_affine", "track_running_stats"}


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The lists of a file that a comprehension fills with layers, one for each number of a range."""
    for node in file.nodes:
        if not isinstance(node, ast.ListComp) or not isinstance(node.elt, ast.Call):
            continue
        name = file.called(node.elt)
        if not name.startswith("torch.nn.") or name.startswith("torch.nn.functional."):
            continue
        count = _count(file, node)
        if count is None:
            yield Dropped("the comprehension doesn't count to a number")
        elif isinstance(count, ast.Constant) and count.value in (0, 1):
            yield Dropped("there is one layer at most")
        elif not _has_weights(node.elt, name):
            yield Dropped("the layer doesn't certainly have weights")
        else:
            layer, times = file.text(node.elt), file.text(count)
            plain = isinstance(count, ast.Constant | ast.Name | ast.Attribute)
            text = f"[{layer}] * {times if plain else f'({times})'}"
            place = f"{file.scope(node)} {' '.join(layer.split())}"
            yield Mutant("TL111", _kind(file, node), file, place, ((*file.source.range(node), text),))


def _count(file: File, node: ast.ListComp) -> ast.expr | None:
    """How often the layer is built, where each is built in the same way."""
    if len(node.generators) != 1 or node.generators[0].ifs or not isinstance(node.generators[0].target, ast.Name):
        return None
    source, target = node.generators[0].iter, node.generators[0].target.id
    if not isinstance(source, ast.Call) or len(source.args) != 1 or source.keywords:
        return None
    if not isinstance(source.func, ast.Name) or source.func.id != "range" or not file.unbound("range"):
        return None
    used = any(isinstance(part, ast.Name) and part.id == target for part in ast.walk(node.elt))
    return None if used or isinstance(source.args[0], ast.Starred) else source.args[0]


def _has_weights(call: ast.Call, name: str) -> bool:
    if _LAYER.fullmatch(name):
        return True
    written = all(keyword.arg not in (None, *_SWITCHES) for keyword in call.keywords)
    return bool(_NORM.fullmatch(name)) and written and len(call.args) <= 2


def _kind(file: File, node: ast.ListComp) -> str:
    parent = file.parents[node]
    if isinstance(parent, ast.Starred):
        return "spread into a container"
    return "given to a container" if isinstance(parent, ast.Call) else "a list of its own"

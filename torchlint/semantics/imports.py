"""Imports: which qualified name each imported name stands for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torchlint.semantics.interpreter import Interpreter

# Names that a star import of torch's packages brings in and that matter here.
_STAR = {
    "torch.nn": ("functional", "init", "utils", "Parameter", "Buffer", "Module"),
    "torch.nn.functional": (),
    "torch": ("nn", "Tensor", "optim", "utils", "linalg", "fft", "special"),
}


def import_names(it: Interpreter, node: ast.Import) -> bool:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        target = alias.name if alias.asname else name
        it.bind(it.frame, name, it.global_value(target, node))
    return False


def import_from(it: Interpreter, node: ast.ImportFrom) -> bool:
    package = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name != "*":
            joiner = "" if package.endswith(".") else "."
            it.bind(it.frame, alias.asname or alias.name, it.global_value(f"{package}{joiner}{alias.name}", node))
        elif package in _STAR:
            it.star_packages.append(package)
            for name in _STAR[package]:
                it.bind(it.frame, name, it.global_value(f"{package}.{name}", node))
        else:
            it.star_packages.append("?")
    return False

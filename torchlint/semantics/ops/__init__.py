"""What each torch operation does to sizes and strides, one file a topic. Importing this package registers all rules."""

from torchlint.semantics.ops import (
    building,
    copies,
    factories,
    indexing,
    joining,
    layers,
    linalg,
    losses,
    measures,
    pointwise,
    products,
    reductions,
    spectral,
    views,
)
from torchlint.semantics.ops.base import EQUALITIES, RULES

__all__ = [
    "EQUALITIES",
    "RULES",
    "building",
    "copies",
    "factories",
    "indexing",
    "joining",
    "layers",
    "linalg",
    "losses",
    "measures",
    "pointwise",
    "products",
    "reductions",
    "spectral",
    "views",
]

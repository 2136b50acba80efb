"""What each torch operation does to sizes and strides, one file a topic. Importing this package registers all rules."""

from torchlint.semantics.ops import factories, indexing, joining, layers, pointwise, products, reductions, views
from torchlint.semantics.ops.base import EQUALITIES, RULES

__all__ = [
    "EQUALITIES",
    "RULES",
    "factories",
    "indexing",
    "joining",
    "layers",
    "pointwise",
    "products",
    "reductions",
    "views",
]

"""Rules that are torch programs: a pattern and its replacement, written as two small functions."""

from torchlint.rewrite.pair import Pair
from torchlint.rewrite.rule import RewriteRule

__all__ = ["Pair", "RewriteRule"]

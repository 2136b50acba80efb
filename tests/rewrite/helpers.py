"""Makes terms and findings from short texts."""

from __future__ import annotations

import ast

from torchlint import engine
from torchlint.registry import load
from torchlint.rewrite import RewriteRule
from torchlint.rewrite.normal import Terms
from torchlint.rewrite.terms import Term
from torchlint.rule import Finding
from torchlint.semantics.interpreter import interpret
from torchlint.semantics.values import ESCAPE
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in load() if isinstance(rule, RewriteRule)]
_HEADER = "import math\nimport torch\nimport torch.nn.functional as F\n\ndef f(x, y, z, d):\n"


def terms_of(*expressions: str, before: str = "", ranks: dict[str, int] | None = None) -> list[Term]:
    """The terms of expressions over the tensors x, y, z and the axis d, after the statements in `before`."""
    body = [*before.splitlines(), f"return ({', '.join(expressions)},)"]
    program = interpret(ast.parse(_HEADER + "".join(f"    {line}\n" for line in body)), strict=True)
    (returned,) = [value.args["input"] for value in program.values(ESCAPE) if value.data == "return"]
    known = ranks or {}
    terms = Terms(lambda value: known.get(value.data.name) if value.op == "py.param" else None)
    return [terms.of(value) for value in returned.data.content]


def findings(body: str) -> list[Finding]:
    """What the rules find in a function of x, y, z and d."""
    text = _HEADER + "".join(f"    {line}\n" for line in body.splitlines())
    report = engine.check(Source.from_text(text, "f.py"), Settings(), RULES)
    assert report.problems == ()
    return list(report.findings)

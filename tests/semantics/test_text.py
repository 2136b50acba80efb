"""Text that a file puts together from parts."""

from __future__ import annotations

import pytest

from tests.semantics.graph import program
from torchlint.semantics.values import CONST, ESCAPE

TEXTS = [
    ("f'conv{1}'", "conv1"),
    ("f'{kind}_{1 + 1}'", "conv_2"),
    ("f'plain'", "plain"),
    ("'conv%d' % 3", "conv3"),
    ("'%s_%d' % (kind, 3)", "conv_3"),
    ("'conv{}'.format(3)", "conv3"),
    ("'{name}{0}'.format(1, name=kind)", "conv1"),
    ("str(3)", "3"),
    ("'conv' + str(3)", "conv3"),
    ("f'conv{x}'", None),
    ("f'{3:02d}'", None),
    ("f'{kind!r}'", None),
    ("f'{1.5}'", None),
    ("'conv%d' % x", None),
    ("'%s %s' % (kind,)", None),
    ("'%99999999d' % 3", None),
    ("'%d' % kind", None),
    ("'{:99999999}'.format(3)", None),
    ("'{0.real}'.format(3)", None),
    ("'{}{}'.format(3)", None),
    ("'{}'.format(x)", None),
    ("'conv{}'.format(*x)", None),
    ("str(10**60)", None),
    ("str()", None),
    ("str(x)", None),
    ("f'{\"a\" * 2}{kind}'", None),
    (f"f'{'a' * 501}'", None),
]


@pytest.mark.parametrize(("expression", "text"), TEXTS)
def test_text_that_is_put_together(expression: str, text: str | None) -> None:
    made = program(f"def f(x):\n    kind = 'conv'\n    return {expression}\n")
    (value,) = [escape.args["input"] for escape in made.values(ESCAPE) if escape.data == "return"]
    assert (value.data if value.op == CONST else None) == text

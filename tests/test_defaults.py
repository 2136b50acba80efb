"""Default arguments that each call makes anew, and where that is refused."""

import ast
import textwrap

import pytest

from torchlint.context import Context
from torchlint.defaults import made_anew
from torchlint.edits import Draft, apply
from torchlint.settings import Settings
from torchlint.source import Source


def draft(text: str) -> Draft:
    """The draft for the parameter `act` of the first function of a text."""
    tree = ast.parse(text)
    context = Context(Source.from_text(text, "example.py"), tree, Settings())
    function = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))
    default = [*function.args.defaults, *(one for one in function.args.kw_defaults if one is not None)][0]
    return made_anew(context, function, "act", default)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def f(act=g()):\n    return act\n",
            "def f(act=None):\n    if act is None:\n        act = g()\n    return act\n",
        ),
        (
            'def f(*, act: T | None = g()):\n    """Doc."""\n    return act\n',
            'def f(*, act: T | None = None):\n    """Doc."""\n    if act is None:\n        act = g()\n    return act\n',
        ),
        (
            "class A:\r\n\tdef f(self, act=g()):\r\n\t\tuse(act)\r\n",
            "class A:\r\n\tdef f(self, act=None):\r\n\t\tif act is None:\r\n\t\t\tact = g()\r\n\t\tuse(act)\r\n",
        ),
    ],
)
def test_the_default_is_made_in_the_body(before: str, after: str) -> None:
    made = draft(before)
    assert made.problem == ""
    assert apply(before, made.edits) == after


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("f = lambda act=g(): act", "a lambda has no place for it"),
        ("def f(act: T = g()):\n    return act", "let the annotation allow it"),
        ("def f(act=g()):\n    return 1 if act is None else act", "None has a meaning of its own here"),
        ("def f(act=g()):\n    if act == None:\n        return 1", "None has a meaning of its own here"),
        ("def f(act=g()): return act", "stands on one line"),
        ("def f(act=g()):\n    g = 1\n    return act, g", "build the object in the body"),
        ("def f(act=g(\n        1)):\n    return act", "build the object in the body"),
        ('def f(act=g()):\n    """Doc."""', "stands on one line"),
    ],
)
def test_what_cannot_be_moved_is_refused(text: str, problem: str) -> None:
    assert problem in draft(textwrap.dedent(text)).problem

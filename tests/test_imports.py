"""Names are reused as the file uses them, and never where they mean something else."""

from __future__ import annotations

import ast

import pytest

from torchlint.edits import apply
from torchlint.imports import Imports
from torchlint.source import Source

SOFTMAX = "torch.nn.functional.softmax"


def at_mark(text: str) -> tuple[Imports, ast.AST]:
    """The imports of a text, and the place of the name `here` in it."""
    tree = ast.parse(text)
    here = next(node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "here")
    return Imports(Source.from_text(text, "a.py"), tree), here


@pytest.mark.parametrize(
    ("text", "qualified", "name"),
    [
        ("import torch\nhere", "torch.exp", "torch.exp"),
        ("import torch\nhere", SOFTMAX, SOFTMAX),
        ("import torch as th\nhere", "torch.exp", "th.exp"),
        ("import torch.nn.functional as F\nhere", SOFTMAX, "F.softmax"),
        ("from torch.nn import functional as F\nimport torch\nhere", SOFTMAX, "F.softmax"),
        ("import torch.nn.functional\nhere", "torch.exp", "torch.exp"),
        ("from torch import nn\nhere", SOFTMAX, "nn.functional.softmax"),
        ("from torch import ger as g\nhere", "torch.outer", None),
        ("from torch import ger as g\nhere", "torch.ger", "g"),
        ("from torch import ger as g\nimport torch\nhere", "torch.outer", "torch.outer"),
        ("import torchvision\nhere", "torch.exp", None),
        ("from .torch import exp\nhere", "torch.exp", None),
        ("import torch\ntorch = stub\nhere", "torch.exp", None),
        ("try:\n  import torch\nexcept ImportError:\n  torch = None\nhere", "torch.exp", None),
        ("try:\n  import torch\nexcept ImportError:\n  raise\nhere", "torch.exp", "torch.exp"),
        ("if TYPE_CHECKING:\n  import torch\nhere", "torch.exp", None),
        ("if typing.TYPE_CHECKING:\n  import torch\nimport torch as t\nhere", "torch.exp", "t.exp"),
        ("import torch\ndef f(torch): here", "torch.exp", None),
        ("import torch\ndef f():\n  for torch in x: here", "torch.exp", None),
        ("import torch\ndef f():\n  here\n  torch = 1", "torch.exp", None),
        ("import torch\ndef f():\n  def torch(): pass\n  return lambda: here", "torch.exp", None),
        ("import torch\n[here for torch in x]", "torch.exp", None),
        ("import torch\n[here for x in y if (torch := x)]", "torch.exp", None),
        ("import torch\n[x for torch in x]; here", "torch.exp", "torch.exp"),
        ("import torch\nlambda torch: 0; here", "torch.exp", "torch.exp"),
        ("import torch\ndef f(): torch = 1\nhere", "torch.exp", "torch.exp"),
        ("import torch\ndef f():\n  global torch\n  torch = 1\nhere", "torch.exp", None),
        ("import torch\nclass A:\n  torch = 1\n  here", "torch.exp", None),
        ("import torch\nclass A:\n  torch = 1\n  def f(self): here", "torch.exp", "torch.exp"),
        ("def f():\n  import torch\n  here", "torch.exp", "torch.exp"),
        ("def f():\n  import torch\ndef g(): here", "torch.exp", None),
        ("here\nimport torch", "torch.exp", None),
        ("def f(): here\nimport torch", "torch.exp", "torch.exp"),
        ("def f():\n  here\n  import torch", "torch.exp", None),
        ("import torch\ntry: f()\nexcept E as torch: here", "torch.exp", None),
        ("import torch\nmatch x:\n  case {'a': 1, **torch}: here", "torch.exp", None),
        ("import torch\ndef f():\n  match x:\n    case [*torch]: here", "torch.exp", None),
    ],
)
def test_names(text: str, qualified: str, name: str | None) -> None:
    imports, here = at_mark(text)
    assert imports.name(qualified, here) == name


@pytest.mark.parametrize(
    ("text", "qualified", "name", "after"),
    [
        ("import torch\nhere", "torch.exp", "torch.exp", "import torch\nhere"),
        ("import os\r\nimport re\r\nhere", "torch.exp", "torch.exp", "import os\r\nimport re\r\nimport torch\r\nhere"),
        ("import os\nhere", SOFTMAX, "F.softmax", "import os\nimport torch.nn.functional as F\nhere"),
        ("import os\nF = 1; here", SOFTMAX, "nn.functional.softmax", "import os\nfrom torch import nn\nF = 1; here"),
        ("import os\nhere", "torch.nn.Buffer", "nn.Buffer", "import os\nfrom torch import nn\nhere"),
        (
            '# coding: utf-8\n"""Doc."""\nhere',
            "torch.exp",
            "torch.exp",
            '# coding: utf-8\n"""Doc."""\nimport torch\nhere',
        ),
        ("#!/bin/sh\n@x\ndef f(): here", "torch.exp", "torch.exp", "#!/bin/sh\nimport torch\n@x\ndef f(): here"),
        ("import a; b = (\n1)\nhere", "torch.exp", "torch.exp", "import a; b = (\n1)\nimport torch\nhere"),
        ("import a; f = lambda: here", "torch.exp", "torch.exp", "import a; f = lambda: here\nimport torch"),
    ],
)
def test_ensure(text: str, qualified: str, name: str, after: str) -> None:
    imports, here = at_mark(text)
    ensured = imports.ensure(qualified, here)
    assert ensured is not None
    assert ensured[0] == name
    assert apply(text, ensured[1]) == after


def test_ensure_gives_up_where_the_names_are_taken() -> None:
    imports, here = at_mark("torch = 1\ndef f(F, nn): here")
    assert imports.ensure(SOFTMAX, here) is None
    assert imports.ensure("numpy.exp", here) is None
    imports, here = at_mark("import a; x = here\n")
    assert imports.ensure("torch.exp", here) is None

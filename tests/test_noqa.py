"""`# noqa` means to torchlint what it means to flake8: both are asked about every line of every case."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from flake8.processor import FileProcessor
from flake8.violation import Violation

from torchlint.noqa import silencer, silences_file

CASES = {
    "no comment": "x = f(1)\ny = 2\n",
    "blanket": "x = f(1)  # noqa\ny = 2\n",
    "own code": "x = f(1)  # noqa: TL301\n",
    "other code": "x = f(1)  # noqa: E501\n",
    "two codes": "x = f(1)  # noqa: E501, TL301\n",
    "codes apart by spaces": "x = f(1)  # noqa:E501 TL301\n",
    "a beginning of the code": "x = f(1)  # noqa: TL3\n",
    "a letter only": "x = f(1)  # noqa: TL\n",
    "lower case": "x = f(1)  # NoQA: tl301\n",
    "words after the code": "x = f(1)  # noqa: TL301 because the sum is small\n",
    "words instead of codes": "x = f(1)  # noqa: because the sum is small\n",
    "no space after the hash": "x = f(1)  #noqa\n",
    "after another comment": "x = f(1)  # type: ignore # noqa: TL301\n",
    "in a string": 's = "# noqa"\nx = f(1)\n',
    "brackets do not join lines": "x = f(\n    1,  # noqa\n    2,\n)\n",
    "multi-line string": 'x = f("""\nfirst\nsecond\n""")  # noqa: TL301\ny = 1\n',
    "noqa inside a multi-line string": 'x = f("""\nfirst  # noqa\n""")\n',
    "backslash": "x = 1 + \\\n    f(2) + \\\n    3  # noqa: TL301\ny = f(1)\n",
    "backslash and other code": "x = 1 + \\\n    f(2)  # noqa: E501\n",
    "multi-line string in brackets": 'x = g(\n    f("""a\n    b"""),  # noqa\n    2)\n',
    "f-string over lines": 'x = f"""a\n{g(1)}\n"""  # noqa: TL301\n',
    "carriage returns": "x = f(1)  # noqa\r\ny = 1 + \\\r\n    f(2)  # noqa: TL301\r\n",
    "old line ends": "x = f(1)  # noqa\ry = 2\r",
    "form feed": "x = 1\n\x0c\ny = f(1)  # noqa\n",
    "no last line end": "x = 1\ny = f(1)  # noqa",
    "tokens that do not end": "x = f(1)  # noqa\ny = (\n",
    "indented": "def g():\n    if x:\n        return f(1)  # noqa\n    return 2\n",
    "decorator": "@f(1)  # noqa\ndef g():\n    pass\n",
    "unicode": "é = f('→')  # noqa: TL301\n",
    "file": "# flake8: noqa\nx = f(1)\n",
    "file, later": "x = f(1)\n    # flake8: NOQA\n",
    "file, with a code": "# flake8: noqa: TL301\nx = f(1)\n",
    "file, beside code": "x = f(1)  # flake8: noqa\n",
    "file, with an equals sign": "# flake8=noqa\nx = f(1)\n",
    "only spoken of": "# see flake8's documentation\nx = f(1)\n",
    "empty": "",
}


def flake8_processor(path: Path) -> FileProcessor:
    options = argparse.Namespace(
        hang_closing=False, indent_size=4, max_line_length=79, max_doc_length=None, verbose=0, disable_noqa=False
    )
    return FileProcessor(str(path), options)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_as_flake8(text: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_bytes(text.encode())
    processor = flake8_processor(path)
    assert silences_file(text) == processor.should_ignore_file()
    silenced = silencer(text)
    for line in range(1, len(processor.lines) + 1):
        for code in ("TL301", "TL302", "E501"):
            violation = Violation(code, str(path), line, 1, "", processor.noqa_line_for(line))
            assert silenced(line, code) == violation.is_inline_ignored(False), (line, code)


def test_patterns_are_those_of_flake8() -> None:
    from flake8 import defaults

    from torchlint import noqa

    assert noqa._INLINE.pattern == defaults.NOQA_INLINE_REGEXP.pattern
    assert noqa._FILE.pattern == defaults.NOQA_FILE.pattern

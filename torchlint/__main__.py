"""`python -m torchlint`."""

import sys
from pathlib import Path

# -m puts the working directory first: a linted project's own click.py must not be imported instead of the real one.
if not sys.flags.safe_path and sys.path and Path(sys.path[0] or ".").resolve() == Path.cwd():
    del sys.path[0]

from torchlint.cli import main

main()

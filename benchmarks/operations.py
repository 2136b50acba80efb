"""Compare the model of torch's operations with torch: sizes, strides, dtypes and errors of every operation.

    python -m benchmarks.operations [NAME ...] [--draws 200] [--seed 0] [--jobs 2]

The calls are every sample and error input of torch's own databases of operators and modules (needs `expecttest`), and
random changes of these. Each is one line of text, which torch executes on real CPU tensors and the engine interprets.
It prints for each operation how often the engine knew the answer and agreed, and how often it did not know; and it
ends with 1 if an answer was wrong. `--write` records the outcome (with names: of
these, among what was recorded before) and writes docs/operations.md from it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.operating import measured, page, running


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print, and say by the exit code whether all answers were right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="operations (add, nn.functional.pad) and modules (torch.nn.Linear)")
    parser.add_argument("--draws", type=int, default=200, help="random calls of each that torch accepts")
    parser.add_argument(
        "--samples", type=int, default=1500, help="of each, chosen at random where the database has more"
    )
    parser.add_argument("--seed", default="0")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="record the outcome and write the page")
    parser.add_argument("--page", action="store_true", help="write the page from the recorded outcome")
    options = parser.parse_args(arguments)
    if options.page:
        page.write(measured.read())
        return 0
    rows = running.run_all(
        options.names, running.Amount(options.samples, options.draws, options.seed), options.jobs, _show
    )
    print(*measured.totals(rows), sep="\n")
    if options.write:
        date = datetime.now(UTC).date().isoformat()
        command = (
            f"python -m benchmarks.operations --samples {options.samples} --draws {options.draws} --seed {options.seed}"
        )
        found = measured.recorded(rows, date, command)
        found = measured.updated(measured.read(), found) if options.names else found
        measured.write(found)
        page.write(found)
    return int(any(row.count("wrong") or row.failed for row in rows))


def _show(row: measured.Row) -> None:
    print(row.line(), *(f"    {text}" for text in row.wrong), sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Nothing of a file stays in memory when its check is over."""

from __future__ import annotations

import gc
from collections import Counter
from pathlib import Path

from torchlint import engine
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source

FIXTURES = Path(__file__).parent / "fixtures"


def alive() -> Counter[str]:
    """The number of living objects of torchlint's own classes, by class."""
    gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return Counter(kind.__qualname__ for kind in kinds if str(kind.__module__).startswith("torchlint"))


def test_a_checked_file_leaves_nothing() -> None:
    rules = load()
    sources = [Source.from_bytes(path.read_bytes(), str(path)) for path in sorted(FIXTURES.glob("*/*.py"))[::3]]
    assert sources

    def check_all() -> int:
        return sum(len(engine.check(source, Settings(), rules).findings) for source in sources)

    assert check_all() > 0  # fills what is computed once, such as the graphs of patterns
    before = alive()
    check_all()
    assert alive() - before == Counter()


def test_a_silent_file_leaves_no_cycles() -> None:
    """What a check made is freed as soon as it ends, not by the garbage collector, which would have to visit it all."""
    rules = load()
    sources = [Source.from_bytes(path.read_bytes(), str(path)) for path in sorted(FIXTURES.glob("*/silent_*.py"))]
    assert sources
    for source in sources:
        engine.check(source, Settings(), rules)
    left = {}
    gc.collect()
    gc.disable()
    try:
        for source in sources:
            engine.check(source, Settings(), rules)
            left[source.path] = gc.collect()
    finally:
        gc.enable()
    assert {path: count for path, count in left.items() if count} == {}

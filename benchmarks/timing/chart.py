"""A bar chart as an SVG image, readable on light and on dark ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP, _BAR = 760, 230, 110, 28, 44, 16
# Of middling brightness: the contrast to white and to near-black is above 4 for all of them.
_TEXT, _OURS, _OTHERS = "#76797e", "#d9480f", "#6b7785"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, what stands behind it, and whether it is in the colour of torchlint."""

    label: str
    value: float
    text: str
    ours: bool = False


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Draw horizontal bars from zero, all to the same scale."""
    longest = max(bar.value for bar in bars)
    height = _TOP + _ROW * len(bars) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(title, {chr(34): "&quot;"})}" font-family="system-ui, sans-serif" font-size="13">',
        f'<text x="0" y="20" fill="{_TEXT}" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for index, bar in enumerate(bars):
        top = _TOP + index * _ROW
        width = max(1.0, bar.value / longest * (_WIDTH - _LEFT - _RIGHT))
        base = top + _BAR - 4
        colour = _OURS if bar.ours else _OTHERS
        lines += [
            f'<text x="{_LEFT - 10}" y="{base}" text-anchor="end" fill="{_TEXT}">{escape(bar.label)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>',
            f'<text x="{_LEFT + width + 8:.1f}" y="{base}" fill="{_TEXT}">{escape(bar.text)}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])

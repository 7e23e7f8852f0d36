"""Intervals in, an SVG picture of them out: a row each, with what was seen, what it may be, and its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW = 30
GOOD, BAD, UNSURE, QUIET, INK = "#2e7d4f", "#b3372f", "#b07d13", "#8a8a8a", "#222222"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its interval and what was seen, the limit that it may not pass, and the words beside it."""

    label: str
    low: float
    seen: float
    high: float
    said: str
    limit: float | None = None
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Room:
    """Pixels for labels, for intervals and for the words beside them; a picture that is `titled` says in
    itself what it shows, any other where it stands."""

    left: int = 300
    width: int = 360
    right: int = 90
    titled: bool = True


WIDE, NARROW = Room(), Room(86, 180, 86, titled=False)  # the second fits on a telephone


def drawn(title: str, bars: Sequence[Bar], zero: float | None = None, within: Room = WIDE) -> str:
    """The picture. `zero` draws a line through all rows: no difference, or production's own value."""
    values = [v for bar in bars for v in (bar.low, bar.high, bar.limit, zero) if v is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low or 1.0) * 0.08

    def x(value: float) -> float:
        share = (value - low + room) / (high - low + 2 * room or 1.0)
        return round(within.left + share * within.width, 1)

    top = 50 if within.titled else 20
    wide, height = within.left + within.width + within.right, top - 6 + ROW * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{height}" '
        f'font-family="sans-serif" font-size="13" role="img" aria-label="{escape(title)}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    if within.titled:
        parts.append(f'<text x="10" y="22" font-weight="bold" fill="{INK}">{escape(title)}</text>')
    if zero is not None:
        parts.append(_line(x(zero), top - 16, height - 8, QUIET, dashed=False))
    for i, bar in enumerate(bars):
        y, label = top + ROW * i, escape(bar.label)
        parts += [
            f'<text x="{within.left - 10}" y="{y + 4}" text-anchor="end" fill="{INK}">{label}</text>',
            f'<line x1="{x(bar.low)}" x2="{x(bar.high)}" y1="{y}" y2="{y}" stroke="{bar.colour}" '
            'stroke-width="3"/>',
            f'<circle cx="{x(bar.seen)}" cy="{y}" r="5" fill="{bar.colour}"/>',
            f'<text x="{within.left + within.width + 8}" y="{y + 4}" fill="{INK}">{escape(bar.said)}</text>',
        ]
        if bar.limit is not None:
            parts.append(_line(x(bar.limit), y - 11, y + 11, BAD, dashed=True))
    return "\n".join([*parts, "</svg>", ""])


def _line(x: float, top: float, bottom: float, colour: str, *, dashed: bool) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}" stroke="{colour}"{dash}/>'

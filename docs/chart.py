"""Points by name in, an SVG picture of a line for each out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 280, 70, 120, 44, 34
COLOURS = ("#1f5fa8", "#b35a00", "#2e7d4f", "#7a3e9d", "#8a8a8a", "#b3372f")
INK, FAINT = "#222222", "#d9d9d9"
Points = Sequence[tuple[float, float]]


def chart(title: str, lines: Mapping[str, Points], *, powers: bool = False) -> str:
    """The picture; both axes begin at nothing, or count powers of ten."""
    across = _Scale([x for points in lines.values() for x, _ in points], LEFT, WIDTH - RIGHT, powers=powers)
    up = _Scale([y for points in lines.values() for _, y in points], HEIGHT - BOTTOM, TOP, powers=powers)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12" aria-label="{escape(title)}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="10" y="22" font-size="13" font-weight="bold" fill="{INK}">{escape(title)}</text>',
    ]
    for mark in up.marks():
        y = up(mark)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{FAINT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{INK}">{mark:,.10g}</text>')
    for mark in across.marks():
        at = f'x="{across(mark)}" y="{HEIGHT - 12}"'
        parts.append(f'<text {at} text-anchor="middle" fill="{INK}">{mark:,.10g}</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{across(x)},{up(y)}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(x)}" cy="{up(y)}" r="3" fill="{colour}"/>' for x, y in points]
        at = f'x="{WIDTH - RIGHT + 10}" y="{TOP + 8 + 18 * number}"'
        parts.append(f'<text {at} fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    """Values to pixels."""

    def __init__(self, values: Sequence[float], begin: float, end: float, *, powers: bool) -> None:
        self._begin, self._end, self._powers = begin, end, powers
        most, least = max(values, default=1.0), min(values, default=1.0)
        if powers:
            low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
            self._low, self._high = float(low), float(max(high, low + 1))
        else:
            self._low, self._high = 0.0, most * 1.05 or 1.0

    def __call__(self, value: float) -> float:
        share = ((math.log10(value) if self._powers else value) - self._low) / (self._high - self._low)
        return round(self._begin + share * (self._end - self._begin), 1)

    def marks(self) -> list[float]:
        """Powers of ten, or four steps of 1, 2 or 5 times one."""
        if self._powers:
            return [10.0**n for n in range(int(self._low), int(self._high) + 1)]
        rough = self._high / 4
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(step for n in (1, 2, 5, 10) if (step := n * power) >= rough)
        return [step * n for n in range(int(self._high / step) + 1)]

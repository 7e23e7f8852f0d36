"""Losses in, an SVG picture of them out: what was learnt from, and what was held back."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, TOP = 640, 260, 60, 40
LEARNT, HELD, INK, FAINT = "#1f5fa8", "#b35a00", "#222222", "#d9d9d9"
Losses = Sequence[Sequence[float | None]]  # [step, loss, held loss]; either may be empty


def curve(losses: Losses) -> str:
    """The picture. A held loss that rises while the other falls is learning by heart."""
    values = [value for row in losses for value in row[1:] if value is not None]
    last = max((row[0] or 0 for row in losses), default=1) or 1
    most = max(values, default=1.0) or 1.0

    def at(step: float, loss: float) -> str:
        x = LEFT + step / last * (WIDTH - LEFT - 20)
        y = TOP + (1 - loss / most) * (HEIGHT - TOP - 40)
        return f"{x:.1f},{y:.1f}"

    lines = [(LEARNT, "learnt from", _points(losses, 1)), (HELD, "held back", _points(losses, 2))]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13" aria-label="{_said(lines)}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(_level(at(0, most * part), at(last, most * part), most * part) for part in (0.0, 0.5, 1.0)),
        f'<text x="{WIDTH - 20}" y="{HEIGHT - 12}" text-anchor="end" fill="{INK}">step {last:.0f}</text>',
    ]
    for number, (colour, name, points) in enumerate(lines):
        path = " ".join(at(step, loss) for step, loss in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + 130 * number}" y="24" fill="{colour}">{name}</text>')
    return "".join([*parts, "</svg>\n"])


def _points(losses: Losses, column: int) -> list[tuple[float, float]]:
    return [(row[0] or 0, value) for row in losses if (value := row[column]) is not None]


def _level(begin: str, end: str, loss: float) -> str:
    (x, y), (far, _) = (place.split(",") for place in (begin, end))
    return (
        f'<line x1="{x}" y1="{y}" x2="{far}" y2="{y}" stroke="{FAINT}"/>'
        f'<text x="{LEFT - 8}" y="{y}" text-anchor="end" fill="{INK}">{loss:.2f}</text>'
    )


def _said(lines: Sequence[tuple[str, str, Sequence[tuple[float, float]]]]) -> str:
    told = [f"{name}: {points[0][1]:.2f} to {points[-1][1]:.2f}" for _, name, points in lines if points]
    return f"Loss by step. {'; '.join(told)}"

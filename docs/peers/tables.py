"""Rows in, the tables of docs/benchmarks.md and the picture beside them out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from docs.peers.compare import Row
from docs.peers.run import FOOTNOTE, PEERS, SIDES
from model.learning.plot import BAD, GOOD, QUIET, Bar, drawn

NAMES = {"footnote": "Footnote", "langchain": "LangChain", "llamaindex": "LlamaIndex", "haystack": "Haystack"}
HOW = {"own": "as documented", "ours": "our embedder"}
# What is better the smaller it is, and how many times as much the fastest peer should take.
GOALS = {
    ("own", "index s"): 1.5,
    ("ours", "index s"): 1.1,
    ("own", "unchanged, process s"): 10.0,
    ("own", "p50 ms"): 1.0,
    ("ours", "p50 ms"): 1.0,
}


def tables(rows: Sequence[Row]) -> Iterator[str]:
    """A table a section and collection: a line a figure, a column a side; ratios to Footnote's median."""
    for section, about in dict.fromkeys((row.section, row.about) for row in rows):
        here = [row for row in rows if (row.section, row.about) == (section, about)]
        sides = [side for side in SIDES if any(row.side == side for row in here)]
        yield f"\n| {section}{': ' if about else ''}{about} | {' | '.join(NAMES[side] for side in sides)} |"
        yield f"|---|{'---|' * len(sides)}"
        for how, figure in dict.fromkeys((row.how, row.figure) for row in here):
            cells = {row.side: row.values for row in here if (row.how, row.figure) == (how, figure)}
            named = f"{figure}, {HOW[how]}" if len({row.how for row in here}) > 1 else figure
            yield f"| {named} | {' | '.join(_cell(side, cells) for side in sides)} |"


def _cell(side: str, cells: dict[str, tuple[float, ...]]) -> str:
    if side not in cells:
        return ""
    value = median(cells[side])
    spread = f" ({_number(min(cells[side]))} to {_number(max(cells[side]))})" if len(cells[side]) > 1 else ""
    ours = median(cells.get(FOOTNOTE, (0.0,)))
    times = f"; {value / ours:.2g} ×" if ours and side != FOOTNOTE else ""
    return f"{_number(value)}{spread}{times}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def misses(rows: Sequence[Row]) -> Iterator[str]:
    """What the goals say of the fastest peer, figure by figure, and of the best one where it is quality."""
    for section, about, how, figure in dict.fromkeys((r.section, r.about, r.how, r.figure) for r in rows):
        cells = {
            row.side: median(row.values)
            for row in rows
            if (row.section, row.about, row.how, row.figure) == (section, about, how, figure)
        }
        peers = {side: value for side, value in cells.items() if side in PEERS}
        if not peers or FOOTNOTE not in cells:
            continue
        if section == "quality":
            best = max(peers, key=lambda side: peers[side])
            verdict = "reached" if cells[FOOTNOTE] > peers[best] else "missed"
            yield f"{about}, {figure}: {verdict}: {cells[FOOTNOTE]:.3f}, {NAMES[best]} {peers[best]:.3f}"
        elif goal := GOALS.get((how, figure)):
            best = min(peers, key=lambda side: peers[side])
            times = peers[best] / cells[FOOTNOTE]
            verdict = "reached" if times >= goal else "missed"
            yield f"{about}, {figure}, {HOW[how]}: {verdict}: {times:.2f} × ({NAMES[best]}), goal {goal:g} ×"


def picture(rows: Sequence[Row]) -> str:
    """How many times Footnote's time each peer takes, on a logarithmic line; the goal beside each."""
    bars = []
    for (how, figure), goal in GOALS.items():
        for about in dict.fromkeys(row.about for row in rows if (row.how, row.figure) == (how, figure)):
            of = {
                row.side: row.values
                for row in rows
                if (row.how, row.figure, row.about) == (how, figure, about)
            }
            for side in PEERS:
                if side in of and FOOTNOTE in of:
                    label = f"{about.partition(',')[0]}, {figure.partition(' ')[0].strip(',')}: {NAMES[side]}"
                    label += ", ours" if how == "ours" else ""
                    bars.append(_bar(label, of[FOOTNOTE], of[side], goal))
    return drawn(
        "How many times Footnote's time, and the goal (logarithmic); ours: with our embedder", bars, zero=0.0
    )


def _bar(label: str, ours: Sequence[float], theirs: Sequence[float], goal: float) -> Bar:
    times = [b / a for a, b in zip(ours, theirs, strict=True)]
    seen = median(theirs) / median(ours)
    colour = GOOD if seen >= goal else BAD if seen < 1 else QUIET
    low, high = min(*times, seen), max(*times, seen)
    logs = (math.log10(low), math.log10(seen), math.log10(high))
    return Bar(label, *logs, f"{seen:.3g} ×", math.log10(goal), colour)

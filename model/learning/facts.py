"""An answer in, what no right answer to its question can do without out: its figures and names."""

from __future__ import annotations

from collections.abc import Iterator

from model.checking.figures import figures
from model.checking.names import names
from model.checking.support import MARKER


def facts(answer: str) -> Iterator[str]:
    """Each once, in order; a name inside a figure is of it: the month of a date, which may be written
    otherwise."""
    said = MARKER.sub(" ", answer)
    spelt = [(one.start, one.spelling.strip()) for one in figures(said) if not one.loose]
    named = [(one.start, one.text) for one in names(said) if not one.opens]
    apart = [(at, name) for at, name in named if not any(a <= at < a + len(text) for a, text in spelt)]
    yield from dict.fromkeys(spelling for _, spelling in sorted(spelt + apart))

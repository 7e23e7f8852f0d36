"""A document's name in, the passages of what answers from it out: what footnote play opens a number with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from bot.settings import Settings
from retrieval.passage import Passage


def reading(settings: Settings) -> Callable[[str], Sequence[Passage]]:
    """Finds a document by uri or address, its passages in order. It checks no audience: what it is asked for
    must have been cited to somebody who may read it."""
    from bot.wiring import ledger, store

    def read(name: str) -> Sequence[Passage]:
        table = store(settings).live(settings.workspace)
        found = [one for one in ledger(settings).find(table.name, name) if one.revision]
        return table.around(found[0].uri, found[0].revision, 0, sys.maxsize) if found else ()

    return read

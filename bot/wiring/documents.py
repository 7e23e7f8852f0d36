"""A document's uri and who reads in, the passages of what answers from it out: what footnote play opens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from bot.settings import Settings
from retrieval.passage import Audience, Passage


def reading(settings: Settings) -> Callable[[str, Audience], Sequence[Passage]]:
    """Finds the document of a uri, its passages in order; nothing where its readers may not read it now."""
    from bot.wiring import ledger, store

    def read(uri: str, readers: Audience) -> Sequence[Passage]:
        table = store(settings).live(settings.workspace)
        found = [one for one in ledger(settings).find(table.name, uri) if one.uri == uri and one.revision]
        if not found or not found[0].audience.admits(readers):
            return ()
        return table.around(uri, found[0].revision, 0, sys.maxsize)

    return read

"""Footnote's side: the index and the search of the product, as its wiring builds them.

LanceDB is loaded with this module, as the peers load theirs, and not within the time of a first index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot import wiring
from bot.settings import load
from docs.peers.task import Embeds, Shown, Vector
from docs.varied import OF_DOCUMENT, WORKSPACE
from retrieval.lance.embedded import lancedb
from retrieval.passage import Audience, Passage
from retrieval.sources.files import FileSource

_AT_ONCE = 256
lancedb()


class Footnote:
    def __init__(self, home: Path, embedder: Embeds | None) -> None:
        self._settings = load(home=home, workspace=WORKSPACE)
        index = wiring.index(self._settings)
        self._index = replace(index, embedder=embedder) if embedder else index  # type: ignore[arg-type]
        self._search = wiring.search(self._settings, self._index.embedder)

    def index(self, documents: Path) -> int:
        done = self._index.sync(FileSource("documents", [documents], 50 << 20), None)
        if done.failed:
            raise SystemExit(f"Not read: {done.failed[:3]}")
        return done.passages

    def store(self, texts: Sequence[str], vectors: Vector) -> None:
        from docs.scale import filled  # late: no part of what an index or a question loads

        passages = [_passage(number, text) for number, text in enumerate(texts)]
        parts = range(0, len(texts), _AT_ONCE)
        batches = ((passages[at : at + _AT_ONCE], vectors[at : at + _AT_ONCE]) for at in parts)
        for _ in filled(self._index.store, self._index.ledger, self._index.made, batches):
            pass

    def ready(self) -> None: ...

    def search(self, question: str, top: int) -> list[Shown]:
        hits = self._search.find(question, Audience(), top).hits
        return [(_name(hit.passage.document), hit.passage.text) for hit in hits]


def _passage(number: int, text: str) -> Passage:
    document, place = divmod(number, OF_DOCUMENT)
    title, _, rest = text.partition("\n")
    at = place * 10_000
    return Passage(str(number), f"documents/{document}", "documents", title, rest, at, at + len(rest), "")


def _name(uri: str) -> str:
    """A row of a file by its own id, a file by its path in the folder."""
    return uri.partition("#")[2] or uri.removeprefix("documents/")


peer = Footnote

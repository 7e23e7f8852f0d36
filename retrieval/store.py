"""What every store promises: tables of passages, and generations of tables of which one answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Audience, Hit, IndexMismatch, Passage, Vectors

MISSING = "There is no index yet. Run `footnote index` with a folder of documents."


@dataclass(frozen=True, slots=True)
class Made:
    """What made a generation. Vectors and columns of two that are equal mean the same."""

    embedder: str
    dimension: int
    layout: int  # of retrieval.record


class Table(Protocol):
    """One generation of one workspace's index: passages with their vectors.

    Both legs filter by audience, and by source, inside the query and fail closed. A document's old revision
    stays beside its new one from `put` until `keep`: the ledger says which of them is answered from.
    Every method raises SearchUnavailable where the store cannot be asked.
    """

    @property
    def name(self) -> str:
        """Unique among generations and workspaces; what the ledger keeps its rows under."""
        ...

    @property
    def made(self) -> Made: ...

    def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Adds passages, each under its id and revision; what is there under both already stays one."""
        ...

    def keep(self, revisions: Mapping[str, str]) -> None:
        """Removes all passages of these documents (uris) but those of the revision; "" keeps none."""
        ...

    def permit(self, audiences: Mapping[str, Audience]) -> None:
        """Changes who may read these documents (uris), all revisions, without touching vectors."""
        ...

    def keyword(self, text: str, readers: Audience, limit: int, sources: Collection[str] = ()) -> list[Hit]:
        """Best first by BM25; `score` equals `keyword`. `sources`: only passages of these, none for all."""
        ...

    def vector(
        self, vector: NDArray[np.float32], readers: Audience, limit: int, sources: Collection[str] = ()
    ) -> list[Hit]:
        """Best first by cosine; `score` equals `vector`. `sources` as in `keyword`."""
        ...

    def vectors(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors already here of texts, by `retrieval.record.fingerprint` of the indexed text."""
        ...

    def around(self, document: str, revision: str, start: int, end: int) -> list[Passage]:
        """Passages of one reading of a document that overlap or touch its characters start to end, in order.
        Checks no audience: asked only for documents that a hit was found in."""
        ...

    def pages(self, size: int) -> Iterator[tuple[list[Passage], Vectors]]:
        """Every passage of all revisions with its vector, at most so many at once, in no order. What is put
        or removed meanwhile may be among them or not; writers may wait until it has come to its end."""
        ...

    def count(self) -> int:
        """Passages, of all revisions."""
        ...

    def settle(self) -> None:
        """Compacts and refreshes search structures after a run of changes."""
        ...


class Store(Protocol):
    """The generations of an index: one answers, one is kept to go back to, one may be being built.

    A generation holds a table for each workspace. To `tables`, `swap`, `discard` and `back` workspace "" is
    all of them. Any process sees a swap within a second.
    Every method raises SearchUnavailable where it cannot be asked.
    """

    def live(self, workspace: str) -> Table:
        """What answers now. Raises IndexMissing."""
        ...

    def table(self, name: str) -> Table:
        """The table of that name, whichever it is. Raises IndexMissing."""
        ...

    def tables(self, workspace: str) -> list[str]:
        """Names of all its tables: the live one first, then the previous ones, then one being built."""
        ...

    def workspaces(self, *, building: bool = False) -> list[str]:
        """Those with a table that answers, in order; `building`: with one in the generation being built."""
        ...

    def build(self, made: Made, workspace: str, *, alone: bool = False) -> Table:
        """A table of the generation being built, begun if there is none. `alone`: of this workspace only,
        inside the live generation (raises IndexMismatch where `made` is not that of the live one)."""
        ...

    def swap(self, workspace: str = "") -> None:
        """What is built answers from here on, at once for all readers; what answered is kept as the previous
        one, older ones are removed. A workspace: only that one, built `alone`."""
        ...

    def discard(self, workspace: str = "") -> None:
        """Removes what is being built."""
        ...

    def back(self, workspace: str = "") -> None:
        """The previous one answers again, and what answered is the previous one. Raises IndexMissing."""
        ...

    def check(self) -> None:
        """Compares what is there with what is expected. Raises IndexMismatch with the fix."""
        ...

    def drop(self) -> None:
        """Removes the index."""
        ...

    def close(self) -> None: ...


def matched(found: Made, wanted: Made) -> None:
    """Raises IndexMismatch, with the fix, where an index made by `found` cannot answer `wanted`."""
    if found == wanted:
        return
    if found.layout != wanted.layout:
        raise IndexMismatch(
            "The index was made by another version of Footnote. Run `footnote index --rebuild`."
        )
    raise IndexMismatch(
        f"The index was made with the embedder {found.embedder}, not {wanted.embedder}. "
        "Run `footnote index --rebuild`, or set FOOTNOTE_EMBEDDER back."
    )

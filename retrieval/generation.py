"""What made an index, and whether it answers what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.passage import IndexMismatch

MISSING = "There is no index yet. Run `footnote index` with a folder of documents."


@dataclass(frozen=True, slots=True)
class Generation:
    """One table or collection of an index, and what made it. `layout` is that of retrieval.record."""

    name: str
    embedder: str
    dimension: int
    layout: int

    def answers(self, wanted: Generation) -> bool:
        """Whether vectors and columns of both mean the same."""
        return (self.embedder, self.dimension, self.layout) == (
            wanted.embedder,
            wanted.dimension,
            wanted.layout,
        )


def matched(found: Generation, wanted: Generation) -> Generation:
    """`found`, if it answers `wanted`. Raises IndexMismatch."""
    if found.answers(wanted):
        return found
    if found.layout != wanted.layout:
        raise IndexMismatch("The index was made by another version of Footnote. Run `footnote index` again.")
    raise IndexMismatch(
        f"The index was made with the embedder {found.embedder}, not {wanted.embedder}. "
        "Run `footnote index` again, or set FOOTNOTE_EMBEDDER back."
    )

"""What a Lance table needs after a run of changes: compacted, indexed, what was deleted erased."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from retrieval.lance.schema import index_vectors, quoted

VECTOR_INDEX_FROM = 10_000  # passages; below, comparing with every vector is exact and as fast
_SEGMENTS = 4  # parts of the vector index, one for each `settle` that added passages, before it is made anew
_ATTEMPTS = 5


def settled(table: Any, dimension: int, files: Path) -> None:
    """Compacts, updates the indexes, erases what was deleted or replaced. Its caller is the one writer."""
    optimized(table)
    erase = _has_deleted(files)
    if erase:
        _touch(table)
        optimized(table)
    if table.count_rows() >= VECTOR_INDEX_FROM and (erase or not 1 <= _vector_segments(table) <= _SEGMENTS):
        index_vectors(table, dimension)
        optimized(table)
    elif erase:
        optimized(table)


def _has_deleted(files: Path) -> bool:
    """Whether rows are only marked as deleted: LanceDB rewrites a file of rows once a tenth of it is."""
    return any((files / "_deletions").glob("*"))


def _touch(table: Any) -> None:
    """Moves one row into a file of its own: several files are compacted into one, and that without what was
    deleted, however little it was. LanceDB offers no other way to say so."""
    found = table.search().select(["row"]).limit(1).to_arrow()["row"].to_pylist()
    if found:
        table.update(f"row = {quoted(found[0])}", values_sql={"revision": "revision"})


def _vector_segments(table: Any) -> int:
    return sum(index.num_segments or 1 for index in table.list_indices() if index.columns == ["vector"])


def optimized(table: Any) -> None:
    """Compacts, brings the indexes up to the rows, removes older versions. Queries go on meanwhile."""
    for attempt in range(_ATTEMPTS):
        try:
            table.optimize(cleanup_older_than=timedelta(milliseconds=1))
            return
        except Exception:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.1 * 2**attempt)

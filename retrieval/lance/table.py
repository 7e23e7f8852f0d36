"""One table of an embedded index: passages in, hits out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.lance.embedded import lancedb
from retrieval.lance.folder import DAMAGED, REPLACED, SILENT, UNREADABLE, UNWRITABLE, Folder
from retrieval.lance.schema import among, permitted, quoted, records, rows
from retrieval.lance.upkeep import optimized, settled
from retrieval.passage import Audience, FootnoteError, Hit, IndexMissing, Passage, SearchUnavailable, Vectors
from retrieval.recent import Recent
from retrieval.record import from_record, key, ranked, searched
from retrieval.store import Made

_AT_ONCE = 1_000  # values in one statement
_PERMITTED = 200  # documents whose rows are in memory together
_REFRESH = 50_000  # passages put in one run before they are indexed; each query reads all that are not
_PROBES = 32  # lists of about 8,000 vectors that are compared; with too few hits the next ones too
_ATTEMPTS = 5


class LanceTable:
    """A Table. Writers of any process take turns; readers see each commit at their next query."""

    def __init__(self, folder: Folder, name: str, made: Made, bound: Any) -> None:
        self._folder = folder
        self._bound = bound
        self._fresh = 0
        self._recent = Recent()
        self.name = name
        self.made = made

    def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        if not passages:
            return
        fresh = rows(passages, vectors)
        with self._writing() as table:
            merge = table.merge_insert("row").when_matched_update_all().when_not_matched_insert_all()
            _committed(lambda: merge.execute(fresh))
            self._fresh += len(passages)
            if self._fresh >= _REFRESH:
                self._fresh = 0
                optimized(table)

    def keep(self, revisions: Mapping[str, str]) -> None:
        wanted = {key(uri): revision for uri, revision in revisions.items()}
        if not wanted:
            return
        with self._writing() as table:
            gone = [
                row["row"]
                for some in _chunks(sorted(wanted))
                for row in _read(table, among("key", some), ("row", "key", "revision"))
                if row["revision"] != wanted[row["key"]]
            ]
            for some in _chunks(gone):
                _committed(partial(table.delete, among("row", some)))

    def permit(self, audiences: Mapping[str, Audience]) -> None:
        wanted = {key(uri): audience for uri, audience in audiences.items()}
        if not wanted:
            return
        with self._writing() as table:
            for some in _chunks(sorted(wanted), _PERMITTED):
                found = table.search().where(among("key", some)).to_arrow()
                if found.num_rows:
                    merge = table.merge_insert("row").when_matched_update_all()
                    _committed(partial(merge.execute, permitted(found, wanted)))

    def keyword(self, text: str, readers: Audience, limit: int, sources: Collection[str] = ()) -> list[Hit]:
        asked = searched(text)
        if not asked or not readers.principals or limit < 1:
            return []
        query = lancedb("query").MatchQuery(asked, "terms")
        allowed = _allowed(readers, sources)
        found = self._found(lambda t: t.search(query, query_type="fts"), allowed, limit, ("_score", "vector"))
        made = records(found)
        self._recent.keep(zip((one["print"] for one in made), self._vectors(found), strict=True))
        return ranked(zip(made, found["_score"].to_pylist(), strict=True), readers, "keyword")

    def vector(
        self, vector: NDArray[np.float32], readers: Audience, limit: int, sources: Collection[str] = ()
    ) -> list[Hit]:
        if not readers.principals or limit < 1:
            return []
        asked = np.asarray(vector, np.float32)

        def near(table: Any) -> Any:
            search = table.search(asked).distance_type("cosine")
            return search.minimum_nprobes(_PROBES).maximum_nprobes(0)

        # The index compares shortened vectors; what it finds is compared again by the true ones.
        found = self._found(near, _allowed(readers, sources), limit, ("vector", "_distance"))
        made, vectors = records(found), self._vectors(found)
        self._recent.keep(zip((one["print"] for one in made), vectors, strict=True))
        return ranked(zip(made, (vectors @ asked).tolist(), strict=True), readers, "vector")

    def vectors(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        found = self._recent.among(prints)
        for some in _chunks(sorted(set(prints) - found.keys())):
            table = self._rows(among("print", some), ("print", "vector"))
            found |= zip(table["print"].to_pylist(), self._vectors(table), strict=True)
        return found

    def around(self, document: str, revision: str, start: int, end: int) -> list[Passage]:
        of_it = f"key = {quoted(key(document))} AND revision = {quoted(revision)}"
        near = f"{of_it} AND start <= {int(end)} AND `end` >= {int(start)}"
        found = records(self._rows(near, ["body"]))
        return sorted(map(from_record, found), key=lambda one: (one.start, one.end))

    def pages(self, size: int) -> Iterator[tuple[list[Passage], Vectors]]:
        with self._writing() as table:  # nobody compacts away what is still to be read
            for batch in table.search().select(["body", "vector"]).to_batches(size):
                if batch.num_rows:
                    flat = batch["vector"].flatten().to_numpy(zero_copy_only=False)
                    vectors = np.array(flat, np.float32).reshape(-1, self.made.dimension)
                    yield list(map(from_record, records(batch))), vectors

    def count(self) -> int:
        return int(self._asked(lambda table: table.count_rows()))

    def settle(self) -> None:
        with self._writing() as table:
            settled(table, self.made.dimension, self._folder.table(self.name))

    def columns(self) -> Any:
        """The schema as it is on disk."""
        return self._asked(lambda table: table.schema)

    def _rows(self, where: str, columns: Sequence[str]) -> Any:
        return self._asked(lambda table: _arrow(table, where, columns))

    def _vectors(self, table: Any) -> NDArray[np.float32]:
        flat = table["vector"].combine_chunks().flatten().to_numpy()
        return np.asarray(flat, np.float32).reshape(-1, self.made.dimension)

    def _found(self, search: Callable[[Any], Any], allowed: str, limit: int, columns: Sequence[str]) -> Any:
        """Body and `columns` of the rows that a query finds among those that are `allowed`."""
        wanted = ["body", *columns]
        return self._asked(
            lambda table: search(table).where(allowed, prefilter=True).limit(limit).select(wanted).to_arrow()
        )

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self._folder.writing(self.name), asking(UNWRITABLE):
            yield self._bound

    def _asked(self, ask: Callable[[Any], Any]) -> Any:
        """What `ask` makes of the table; asked again if a writer compacted it meanwhile."""
        for attempt in range(_ATTEMPTS - 1):
            with suppress(Exception):
                return ask(self._bound)
            if not self._folder.table(self.name).is_dir():
                raise SearchUnavailable(REPLACED)
            time.sleep(0.01 * attempt)
        try:
            return ask(self._bound)
        except Exception as e:
            raise SearchUnavailable(self._trouble()) from e

    def _trouble(self) -> str:
        """What to say of a query that failed each time: a damaged index is only one that cannot be read."""
        if not self._folder.opens(self.name):
            return UNREADABLE
        try:
            if self._folder.read().holder(self.name) is None:
                return REPLACED
            self._bound.head(1)
        except IndexMissing:
            return REPLACED
        except Exception:
            return DAMAGED
        return SILENT


@contextmanager
def asking(sentence: str) -> Iterator[None]:
    """Turns what LanceDB raises into SearchUnavailable with `sentence`; the cause stays for the log."""
    try:
        yield
    except FootnoteError:
        raise
    except Exception as e:
        raise SearchUnavailable(sentence) from e


def _committed(write: Callable[[], Any]) -> None:
    """Writes once more where a commit collided: its process may not have known of our lock."""
    for attempt in range(_ATTEMPTS):
        try:
            write()
            return
        except Exception as e:
            if attempt == _ATTEMPTS - 1 or "conflict" not in str(e).lower():
                raise
            time.sleep(0.05 * 2**attempt)


def _allowed(readers: Audience, sources: Collection[str]) -> str:
    """A condition: somebody who holds the principals of `readers` may read it, and it is of the sources."""
    readable = f"array_has_any(audience, [{_list(readers.principals)}])"
    return f"{readable} AND {among('source', sorted(sources))}" if sources else readable


def _arrow(table: Any, where: str, columns: Sequence[str]) -> Any:
    return table.search().where(where).select(list(columns)).to_arrow()


def _read(table: Any, where: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _arrow(table, where, columns).to_pylist()
    return found


def _list(principals: Iterable[str]) -> str:
    return ", ".join(map(quoted, sorted(principals)))


def _chunks(values: Sequence[str], size: int = _AT_ONCE) -> Iterator[Sequence[str]]:
    return (values[n : n + size] for n in range(0, len(values), size))

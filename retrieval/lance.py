"""Passages and vectors in, hits out: the embedded store, LanceDB in one folder."""

from __future__ import annotations

import importlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedded import lancedb
from retrieval.folder import DAMAGED, SILENT, UNREADABLE, UNWRITABLE, Folder, Pointer
from retrieval.generation import MISSING, Generation, matched
from retrieval.passage import (
    Audience,
    FootnoteError,
    Hit,
    IndexMissing,
    Passage,
    SearchUnavailable,
    Vectors,
)
from retrieval.record import LAYOUT, LISTS, NUMBERS, TEXTS, distinct, ranked, searched, to_record

VECTOR_INDEX_FROM = 50_000  # passages; below, comparing with every vector is exact and fast enough
_ATTEMPTS = 5


class LanceStore:
    """A Store in `folder`, one file tree that can be copied or deleted.

    Each generation (embedder and layout) is a table of its own and `index.json` names the one that answers.
    Another embedder's generation is built beside it and takes its place in `settle`. Every change is one
    commit of the table: readers in any process see it whole, at their next query.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(folder)
        self._guard = threading.RLock()
        self._generation: Generation | None = None
        self._bound: Any = None
        self._stamp = (0, 0)

    def open(self, embedder: str, dimension: int, *, create: bool = False) -> None:
        wanted = Generation("", embedder, dimension, LAYOUT)
        with self._guard:
            if create:
                self._folder.lock()
                generation = self._writable(wanted)
            else:
                generation = matched(self._folder.read().current, wanted)
            self._stamp = self._folder.stamp()
            self._bind(generation)

    def replace(self, documents: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        keys = distinct(documents)
        if not keys:
            return
        self._folder.lock()
        table, gone = self._table(), f"key IN ({', '.join(map(_quoted, keys))})"
        with _asking(UNWRITABLE):
            if not passages:
                table.delete(gone)
                return
            merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            merge.when_not_matched_by_source_delete(gone).execute(_rows(passages, vectors, table.schema))

    def keyword(self, text: str, readers: Audience, limit: int) -> list[Hit]:
        asked = searched(text)
        if not asked:
            return []
        query = lancedb("query").MatchQuery(asked, "terms")
        found = self._found(lambda t: t.search(query, query_type="fts"), readers, limit, "_score")
        return ranked(((r, r["_score"]) for r in found), readers, "keyword")

    def vector(self, vector: NDArray[np.float32], readers: Audience, limit: int) -> list[Hit]:
        asked = np.asarray(vector, np.float32)
        found = self._found(lambda t: t.search(asked).distance_type("cosine"), readers, limit, "_distance")
        return ranked(((r, 1.0 - r["_distance"]) for r in found), readers, "vector")

    def count(self) -> int:
        return int(self._asked(lambda table: table.count_rows()))

    def settle(self) -> None:
        self._folder.lock()
        table = self._table()
        with _asking(UNWRITABLE):
            _settled(table)
            self._promote()
        self._folder.unlock()

    def drop(self) -> None:
        with self._guard:
            self._folder.lock()
            self._folder.forget()
            for tree in self._folder.path.glob("*.lance"):
                shutil.rmtree(tree, ignore_errors=True)
            self.close()

    def close(self) -> None:
        with self._guard:
            self._bound = self._generation = None
            self._folder.unlock()

    def _writable(self, wanted: Generation) -> Generation:
        """The generation that `wanted` is written to: the current one, one half built, or a new one."""
        try:
            pointer = self._folder.read()
        except IndexMissing:
            fresh = self._create(wanted, 1)
            self._folder.write(Pointer(fresh))
            return fresh
        for known in (pointer.current, pointer.building):
            if known and known.answers(wanted):
                return known
        fresh = self._create(wanted, int(pointer.current.name.rpartition("-")[2]) + 1)
        self._folder.write(Pointer(pointer.current, fresh))
        return fresh

    def _create(self, wanted: Generation, number: int) -> Generation:
        name = f"passages-{number}"
        with _asking(UNWRITABLE):
            table = self._connection().create_table(name, schema=_schema(wanted.dimension), mode="overwrite")
            table.create_index("terms", config=_words())
            table.create_index("audience", config=lancedb("index").LabelList())
        return Generation(name, wanted.embedder, wanted.dimension, wanted.layout)

    def _found(self, search: Callable[[Any], Any], readers: Audience, limit: int, score: str) -> list[Any]:
        if not readers.principals or limit < 1:
            return []
        principals = ", ".join(_quoted(p) for p in sorted(readers.principals))
        allowed = f"array_has_any(audience, [{principals}])"
        columns = [*TEXTS, *LISTS, *NUMBERS, score]
        found: list[Any] = self._asked(
            lambda table: search(table).where(allowed, prefilter=True).limit(limit).select(columns).to_arrow()
        ).to_pylist()
        return found

    def _asked(self, ask: Callable[[Any], Any]) -> Any:
        """What `ask` makes of the table; asked again if a writer compacted it meanwhile."""
        with suppress(Exception):
            return ask(self._table())
        table = self._table(again=True)
        try:
            return ask(table)
        except Exception as e:
            raise SearchUnavailable(self._trouble(table)) from e

    def _trouble(self, table: Any) -> str:
        """What to say of a query that failed twice: a damaged index is only one that cannot be read."""
        if self._generation is None or not self._folder.opens(self._generation.name):
            return UNREADABLE
        try:
            table.head(1)
        except Exception:
            return DAMAGED
        return SILENT

    def _promote(self) -> None:
        pointer = self._folder.read()
        if pointer.building and pointer.building == self._generation:
            self._folder.write(Pointer(pointer.building))
            shutil.rmtree(self._folder.path / f"{pointer.current.name}.lance", ignore_errors=True)

    def _table(self, *, again: bool = False) -> Any:
        """The table that answers now: another process may have put a new generation in its place."""
        with self._guard:
            if self._generation is None:
                raise IndexMissing(MISSING)
            stamp = self._folder.stamp()
            if again or stamp != self._stamp:
                self._stamp = stamp
                self._bind(self._newest(self._generation))
            return self._bound

    def _newest(self, bound: Generation) -> Generation:
        pointer = self._folder.read()
        return bound if bound == pointer.building else matched(pointer.current, bound)

    def _bind(self, generation: Generation) -> None:
        if not (self._folder.path / f"{generation.name}.lance").is_dir():
            raise IndexMissing(MISSING)
        try:
            self._bound = self._connection().open_table(generation.name)
        except Exception as e:
            raise SearchUnavailable(DAMAGED if self._folder.opens(generation.name) else UNREADABLE) from e
        self._generation = generation

    def _connection(self) -> Any:
        # 0: each query looks for the newest commit, also of other processes.
        return lancedb().connect(self._folder.path, read_consistency_interval=timedelta(0))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _schema(dimension: int) -> Any:
    pa = importlib.import_module("pyarrow")
    fields = [pa.field(name, pa.string()) for name in TEXTS]
    fields += [pa.field(name, pa.list_(pa.string())) for name in LISTS]
    fields += [pa.field(name, pa.int64()) for name in NUMBERS]
    return pa.schema([*fields, pa.field("vector", pa.list_(pa.float32(), dimension))])


def _rows(passages: Sequence[Passage], vectors: Vectors, schema: Any) -> Any:
    pa = importlib.import_module("pyarrow")
    records = [to_record(passage) for passage in passages]
    columns = [[record[name] for record in records] for name in (*TEXTS, *LISTS, *NUMBERS)]
    flat = pa.array(np.ascontiguousarray(vectors, np.float32).ravel())
    return pa.table([*columns, pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])], schema=schema)


def _words() -> Any:
    # `terms` arrives analysed: LanceDB only splits it at spaces.
    plain = dict.fromkeys(("stem", "remove_stop_words", "lower_case", "ascii_folding"), False)
    return lancedb("index").FTS(base_tokenizer="whitespace", max_token_length=None, **plain)


def _settled(table: Any) -> None:
    """Compacts, updates the indexes, erases what was replaced. Retried: compaction may collide."""
    if table.count_rows() >= VECTOR_INDEX_FROM and not _has_vector_index(table):
        table.create_index("vector", config=lancedb("index").HnswSq(distance_type="cosine"))
    for attempt in range(_ATTEMPTS):
        try:
            table.optimize(cleanup_older_than=timedelta(milliseconds=1))
            return
        except Exception:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.1 * 2**attempt)


def _has_vector_index(table: Any) -> bool:
    return any(index.columns == ["vector"] for index in table.list_indices())


@contextmanager
def _asking(sentence: str) -> Iterator[None]:
    """Turns what LanceDB raises into SearchUnavailable with `sentence`; the cause stays for the log."""
    try:
        yield
    except FootnoteError:
        raise
    except Exception as e:
        raise SearchUnavailable(sentence) from e

"""Passages of one workspace in one generation: a tenant of a collection."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from weaviate.classes.config import ConsistencyLevel
from weaviate.classes.query import Filter, MetadataQuery, Sort
from weaviate.exceptions import UnexpectedStatusCodeError, WeaviateInsertManyAllFailedError

from retrieval.passage import Audience, Hit, IndexMissing, Passage, SearchUnavailable, Vectors
from retrieval.recent import Recent
from retrieval.record import from_record, key, ranked, searched
from retrieval.store import Made
from retrieval.weaviate.errors import DENIED, INCOMPLETE, REFUSED, said
from retrieval.weaviate.objects import records, to_object
from retrieval.weaviate.schema import TERMS, WHOLE, matching
from retrieval.weaviate.server import Server

_BATCH = 200  # objects or values a message, well below gRPC's limit on its size
_AT_ONCE = 4  # messages under way while much is changed
_MANY, _FLUSHED_S = 1_000, 5.0  # passages, and seconds: deploy/weaviate flushes after one of them
_MOST = 10_000  # objects that Weaviate returns to one question
_WANTED = (WHOLE, "audience", "print")  # the audience changes without the rest

T = TypeVar("T")


class WeaviateTable:
    """A Table: the tenant `tenant` of `collection`.

    Changes wait for most replicas of the tenant, questions ask the nearest one. `gone` is called where it
    turns out to have been removed.
    """

    def __init__(
        self,
        server: Server,
        place: tuple[str, str],
        made: Made,
        replicas: int,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        self._server = server
        self._collection, self._tenant = place
        self._replicas = replicas
        self._gone = gone
        self._checked = False
        self._recent = Recent()
        self._handle: Any = None
        self.name = "/".join(place)
        self.made = made

    def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        def insert(start: int) -> int:
            part = slice(start, start + _BATCH)
            return self._insert(passages[part], vectors[part])

        with self._asking(DENIED):
            self._refuse_drifted()
            failed = sum(_at_once(insert, range(0, len(passages), _BATCH)))
        self._server.written += len(passages)
        if failed:
            raise SearchUnavailable(INCOMPLETE.format(what="store", failed=failed, all=len(passages)))

    def keep(self, revisions: Mapping[str, str]) -> None:
        by_revision: dict[str, list[str]] = defaultdict(list)
        for uri, revision in revisions.items():
            by_revision[revision].append(key(uri))
        with self._asking(DENIED):
            for revision, keys in by_revision.items():
                for some in _chunks(keys):
                    of_them = Filter.by_property("key").contains_any(some)
                    self._delete(of_them & Filter.by_property("revision").not_equal(revision), revision)

    def permit(self, audiences: Mapping[str, Audience]) -> None:
        by_key = {key(uri): sorted(audience.principals) for uri, audience in audiences.items()}
        with self._asking(DENIED):
            data = self._writing().data

            def change(found: Any) -> None:
                _change(data, found.uuid, by_key[found.properties["key"]])

            for some in _chunks(list(by_key)):
                _at_once(change, self._of(some))

    def keyword(self, text: str, readers: Audience, limit: int, sources: Collection[str] = ()) -> list[Hit]:
        asked = searched(text)
        if not asked:
            return []

        def search(query: Any, **limits: Any) -> Any:
            told = {"return_metadata": MetadataQuery(score=True), "include_vector": True}
            return query.bm25(asked, query_properties=[TERMS], **told, **limits)

        found = self._found(search, readers, limit, sources)
        self._met(found)
        return ranked(zip(records(found), (o.metadata.score for o in found), strict=True), readers, "keyword")

    def vector(
        self, vector: NDArray[np.float32], readers: Audience, limit: int, sources: Collection[str] = ()
    ) -> list[Hit]:
        asked = [float(x) for x in vector]

        def search(query: Any, **limits: Any) -> Any:
            told = {"return_metadata": MetadataQuery(distance=True), "include_vector": True}
            return query.near_vector(asked, **told, **limits)

        found = self._found(search, readers, limit, sources)
        self._met(found)
        cosines = (1.0 - o.metadata.distance for o in found)
        return ranked(zip(records(found), cosines, strict=True), readers, "vector")

    def _met(self, found: Sequence[Any]) -> None:
        self._recent.keep((o.properties["print"], o.vector["default"]) for o in found if o.vector)

    def vectors(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        found = self._recent.among(prints)
        missing = sorted(set(prints) - found.keys())
        with self._asking():
            for some in _chunks(missing):
                found |= self._vectors(some)
        return found

    def around(self, document: str, revision: str, start: int, end: int) -> list[Passage]:
        wanted = (
            Filter.by_property("key").equal(key(document))
            & Filter.by_property("revision").equal(revision)
            & Filter.by_property("start").less_or_equal(end)
            & Filter.by_property("end").greater_or_equal(start)
        )
        with self._asking():
            found = self._fetched(wanted, _WANTED)
        return sorted(map(from_record, records(found)), key=lambda p: (p.start, p.id))

    def pages(self, size: int) -> Iterator[tuple[list[Passage], Vectors]]:
        after: uuid.UUID | None = None
        while True:
            more: dict[str, Any] = {"limit": size, "after": after, "include_vector": True}
            with self._asking():
                found = self._writing().query.fetch_objects(return_properties=list(_WANTED), **more).objects
            if not found:
                return
            vectors = np.array([one.vector["default"] for one in found], np.float32)
            yield list(map(from_record, records(found))), vectors
            after = found[-1].uuid

    def count(self) -> int:
        with self._asking():
            return int(self._asked().aggregate.over_all(total_count=True).total_count or 0)

    def settle(self) -> None:
        """Weaviate compacts by itself. After many passages it is given the time to flush them: until then its
        BM25 is wrong (docs/benchmarks.md), and a probe or a figure would be, too."""
        if self._server.written >= _MANY:
            time.sleep(_FLUSHED_S)
        self._server.written = 0

    def _insert(self, passages: Sequence[Passage], vectors: Vectors) -> int:
        """How many of them the server did not take."""
        objects = [to_object(passage, row) for passage, row in zip(passages, vectors.tolist(), strict=True)]
        try:
            return len(self._writing().data.insert_many(objects).errors)
        except WeaviateInsertManyAllFailedError as e:
            trouble = said(str(e))
            if trouble:
                raise trouble from e
            return len(objects)

    def _vectors(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        found: dict[str, NDArray[np.float32]] = {}
        missing = list(prints)
        while missing:  # a text that is there thousands of times crowds the others out of an answer
            where = Filter.by_property("print").contains_any(missing)
            objects = self._fetched(where, ["print"], include_vector=True)
            known = {o.properties["print"]: o.vector["default"] for o in objects if o.vector}
            found |= {one: np.asarray(vector, np.float32) for one, vector in known.items()}
            more = len(objects) == _MOST and known
            missing = [one for one in missing if one not in found] if more else []
        return found

    def _delete(self, where: Any, kept: str) -> None:
        """Removes what the filter finds, but for objects of the revision `kept`.

        A change returns once most replicas have it. The last one may find an object by its document and not
        yet by its revision: there "not of this revision" finds what is to stay.
        """
        data = self._writing().data
        while True:  # Weaviate finds and deletes a limited number at once
            found = data.delete_many(where=where, dry_run=True, verbose=True).objects
            gone = self._others([one.uuid for one in found], kept)
            for some in _chunks(gone):
                deleted = data.delete_many(where=Filter.by_id().contains_any(some))
                if deleted.failed:
                    raise SearchUnavailable(
                        INCOMPLETE.format(what="remove", failed=deleted.failed, all=deleted.matches)
                    )
            if not gone:
                return

    def _others(self, ids: Sequence[uuid.UUID], kept: str) -> list[uuid.UUID]:
        """Those of the objects that are of another revision."""
        query, same = self._writing().query, set()
        for some in _chunks(ids):
            read = query.fetch_objects_by_ids(some, limit=len(some), return_properties=["revision"]).objects
            same |= {one.uuid for one in read if one.properties["revision"] == kept}
        return [one for one in ids if one not in same]

    def _of(self, keys: Sequence[str]) -> Iterator[Any]:
        """All objects of the documents, in pages that begin where the one before ended."""
        of_them, start = Filter.by_property("key").contains_any(keys), -1
        while True:
            found = self._fetched(
                of_them & Filter.by_property("start").greater_than(start),
                ["key", "start"],
                sort=Sort.by_property("start"),
            )
            yield from found
            if len(found) < _MOST:
                return
            start = max(start + 1, int(found[-1].properties["start"]) - 1)  # others may begin there too

    def _fetched(self, where: Any, columns: Sequence[str], **more: Any) -> list[Any]:
        query = self._asked().query
        found = query.fetch_objects(filters=where, limit=_MOST, return_properties=list(columns), **more)
        return list(found.objects)

    def _found(
        self, search: Callable[..., Any], readers: Audience, limit: int, sources: Collection[str]
    ) -> list[Any]:
        if not readers.principals or limit < 1:
            return []
        allowed: Any = Filter.by_property("audience").contains_any(sorted(readers.principals))
        if sources:
            allowed = allowed & Filter.by_property("source").contains_any(sorted(sources))
        with self._asking():
            wanted = [*_WANTED, "source"] if sources else list(_WANTED)
            answer = search(self._asked().query, filters=allowed, limit=limit, return_properties=wanted)
        # Weaviate compares without the spaces around a name.
        return [o for o in answer.objects if not sources or o.properties["source"] in sources]

    @contextmanager
    def _asking(self, denied: str = REFUSED) -> Iterator[None]:
        try:
            with self._server.asking(denied):
                yield
        except IndexMissing:
            self._gone()
            raise

    def _asked(self) -> Any:
        client = self._server.client()
        if self._handle is None:  # made once: it takes a millisecond, most of it for threads of batches
            self._handle = client.collections.use(self._collection).with_tenant(self._tenant)
        return self._handle

    def _writing(self) -> Any:
        return self._asked().with_consistency_level(ConsistencyLevel.QUORUM)

    def _refuse_drifted(self) -> None:
        if not self._checked:
            matching(self._asked().config.get().to_dict(), self._replicas)
            self._checked = True


def _change(data: Any, id_: uuid.UUID, principals: Sequence[str]) -> None:
    try:
        data.update(id_, properties={"audience": principals})
    except UnexpectedStatusCodeError as e:
        if e.status_code != 404:  # removed since it was listed
            raise


def _at_once(change: Callable[[Any], T], items: Iterable[Any]) -> list[T]:
    """What `change` makes of each item, several under way; after the first that fails no other is begun."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            return list(pool.map(change, items))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[n : n + _BATCH] for n in range(0, len(values), _BATCH))

"""Passages and vectors in, hits out: the store of a team, a Weaviate server or cluster."""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import weaviate
from numpy.typing import NDArray
from weaviate.classes.config import (
    Configure,
    DataType,
    Property,
    StopwordsPreset,
    Tokenization,
    VectorDistances,
)
from weaviate.classes.data import DataObject
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.classes.query import Filter, MetadataQuery
from weaviate.exceptions import WeaviateBaseError

from retrieval.generation import MISSING, Generation, matched
from retrieval.passage import Audience, Hit, IndexMissing, Passage, SearchUnavailable, SettingError, Vectors
from retrieval.record import LAYOUT, LISTS, NUMBERS, TEXTS, distinct, key, ranked, searched, to_record
from retrieval.weaviate_errors import INCOMPLETE, MISSET, SILENT, asking

_TIMEOUTS = Timeout(init=3, query=3, insert=60)  # seconds
_BATCH = 200  # objects a message, well below gRPC's limit on its size
_ID = "passage"  # `id` is a word of Weaviate's own
_REVISION = "revision"  # which `replace` wrote the object


class WeaviateStore:
    """A Store in the collections `collection`_1, _2, ... of the server at `url`.

    Each generation (embedder and layout, kept in its description) is a collection of its own; the newest
    complete one answers. `replace` writes the new passages, then deletes those they replace: readers may see
    both for moments, and after a crash between the two until the document is indexed again; never nothing.
    """

    def __init__(self, url: str, grpc_port: int, api_key: str, collection: str) -> None:
        self._client = _client(url, grpc_port, api_key)
        self._grpc = (urlsplit(url).hostname or "127.0.0.1", grpc_port)
        self._prefix = f"{collection}_"
        self._guard = threading.RLock()
        self._generation: Generation | None = None

    def open(self, embedder: str, dimension: int, *, create: bool = False) -> None:
        wanted = Generation("", embedder, dimension, LAYOUT)
        with self._guard, asking():
            known = self._known()
            found = [g for g, complete in known if g.answers(wanted) and (complete or create)]
            if not found and create:
                self._generation = self._create(wanted, known)
            else:
                self._generation = matched(_current(known), wanted) if not create else found[-1]

    def replace(self, documents: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        keys, revision = distinct(documents), uuid.uuid4().hex
        if not keys:
            return
        with asking():
            for start in range(0, len(passages), _BATCH):
                part = slice(start, start + _BATCH)
                self._insert(passages[part], vectors[part], revision)
            for start in range(0, len(keys), _BATCH):
                self._delete_stale(keys[start : start + _BATCH], revision)

    def keyword(self, text: str, readers: Audience, limit: int) -> list[Hit]:
        asked = searched(text)
        if not asked:
            return []

        def search(query: Any, **limits: Any) -> Any:
            return query.bm25(
                asked, query_properties=["terms"], return_metadata=MetadataQuery(score=True), **limits
            )

        found = self._found(search, readers, limit)
        return ranked(((_record(o), o.metadata.score) for o in found), readers, "keyword")

    def vector(self, vector: NDArray[np.float32], readers: Audience, limit: int) -> list[Hit]:
        asked = [float(x) for x in vector]

        def search(query: Any, **limits: Any) -> Any:
            return query.near_vector(asked, return_metadata=MetadataQuery(distance=True), **limits)

        found = self._found(search, readers, limit)
        return ranked(((_record(o), 1.0 - o.metadata.distance) for o in found), readers, "vector")

    def count(self) -> int:
        return int(self._asked(lambda c: c.aggregate.over_all(total_count=True).total_count or 0))

    def settle(self) -> None:
        """Puts a generation built beside the current one in its place; Weaviate compacts by itself."""
        with self._guard, asking():
            mine = self._bound()
            self._collection().config.update(description=_described(mine, complete=True))
            for other, _ in self._known():
                if other.name != mine.name:
                    self._client.collections.delete(other.name)

    def drop(self) -> None:
        with self._guard, asking():
            for name in self._names():
                self._client.collections.delete(name)
            self._generation = None

    def close(self) -> None:
        self._client.close()
        self._generation = None

    def _insert(self, passages: Sequence[Passage], vectors: Vectors, revision: str) -> None:
        objects = [
            DataObject(_properties(passage, revision), uuid=uuid.UUID(hex=key(passage.id)), vector=row)
            for passage, row in zip(passages, vectors.tolist(), strict=True)
        ]
        if self._collection().data.insert_many(objects).has_errors:
            raise SearchUnavailable(INCOMPLETE)

    def _delete_stale(self, keys: Sequence[str], revision: str) -> None:
        stale = Filter.by_property("key").contains_any(keys) & Filter.by_property(_REVISION).not_equal(
            revision
        )
        while True:  # Weaviate deletes a limited number at once
            deleted = self._collection().data.delete_many(where=stale)
            if deleted.failed:
                raise SearchUnavailable(INCOMPLETE)
            if deleted.matches <= deleted.successful:
                return

    def _found(self, search: Callable[..., Any], readers: Audience, limit: int) -> list[Any]:
        if not readers.principals or limit < 1:
            return []
        allowed = Filter.by_property("audience").contains_any(sorted(readers.principals))
        wanted = [_ID if name == "id" else name for name in (*TEXTS, *LISTS, *NUMBERS)]
        answer = self._asked(
            lambda c: search(c.query, filters=allowed, limit=limit, return_properties=wanted)
        )
        return list(answer.objects)

    def _asked(self, ask: Callable[[Any], Any]) -> Any:
        """What `ask` makes of the collection; where it has gone, another embedder's has taken its place."""
        with asking():
            try:
                return ask(self._collection())
            except WeaviateBaseError:
                matched(_current(self._known()), self._bound())
                raise

    def _bound(self) -> Generation:
        if self._generation is None:
            raise IndexMissing(MISSING)
        return self._generation

    def _collection(self) -> Any:
        # Knocking first: the client would try a dead port again for a minute.
        socket.create_connection(self._grpc, timeout=_TIMEOUTS.query).close()
        return self._client.collections.use(self._bound().name)

    def _names(self) -> list[str]:
        """Collections of this index, oldest first."""
        self._connect()
        found = (n for n in self._client.collections.list_all(simple=True) if n.startswith(self._prefix))
        return sorted((n for n in found if n.removeprefix(self._prefix).isdigit()), key=lambda n: _number(n))

    def _known(self) -> list[tuple[Generation, bool]]:
        """Generations, oldest first, and whether each is complete."""
        return [
            (Generation(name, said["embedder"], said["dimension"], said["layout"]), said["complete"])
            for name in self._names()
            for said in [
                json.loads(self._client.collections.use(name).config.get(simple=True).description or "{}")
            ]
        ]

    def _create(self, wanted: Generation, known: Sequence[tuple[Generation, bool]]) -> Generation:
        number = _number(known[-1][0].name) + 1 if known else 1
        fresh = Generation(f"{self._prefix}{number}", wanted.embedder, wanted.dimension, wanted.layout)
        near = Configure.VectorIndex.hnsw(
            distance_metric=VectorDistances.COSINE, quantizer=Configure.VectorIndex.Quantizer.rq()
        )
        self._client.collections.create(
            fresh.name,
            description=_described(fresh, complete=not known),
            properties=_schema(),
            vector_config=Configure.Vectors.self_provided(vector_index_config=near),
            inverted_index_config=Configure.inverted_index(stopwords_preset=StopwordsPreset.NONE),
        )
        return fresh

    def _connect(self) -> None:
        if not self._client.is_connected():
            self._client.connect()
        if not self._client.is_ready():
            raise SearchUnavailable(SILENT)


def _client(url: str, grpc_port: int, api_key: str) -> weaviate.WeaviateClient:
    at = urlsplit(url)
    secure = at.scheme == "https"
    try:
        params = weaviate.connect.ConnectionParams.from_url(
            url if at.port else f"{url.rstrip('/')}:{443 if secure else 80}", grpc_port, grpc_secure=secure
        )
    except ValueError as e:
        raise SettingError(MISSET) from e
    return weaviate.WeaviateClient(
        params,
        auth_client_secret=Auth.api_key(api_key) if api_key else None,
        additional_config=AdditionalConfig(timeout=_TIMEOUTS),
        skip_init_checks=True,  # they would ask the internet for the client's newest version
    )


def _schema() -> list[Property]:
    return [
        *(_text(name) for name in TEXTS if name not in ("id", "key", "terms")),
        *(_text(name, filtered=True) for name in ("key", _REVISION)),
        _text(_ID),
        _text("heading", many=True),
        _text("audience", filtered=True, many=True),
        _text("terms", searched=True),
        *(Property(name=name, data_type=DataType.INT, index_filterable=False) for name in NUMBERS),
    ]


def _text(name: str, *, filtered: bool = False, searched: bool = False, many: bool = False) -> Property:
    """A column: filters compare it whole, the keyword leg its words, which `terms` has between spaces."""
    return Property(
        name=name,
        data_type=DataType.TEXT_ARRAY if many else DataType.TEXT,
        tokenization=Tokenization.WHITESPACE if searched else Tokenization.FIELD,
        index_filterable=filtered,
        index_searchable=searched,
    )


def _properties(passage: Passage, revision: str) -> dict[str, Any]:
    record = {name: value for name, value in to_record(passage).items() if value is not None}
    return {_ID: record.pop("id"), _REVISION: revision, **record}


def _record(found: Any) -> dict[str, Any]:
    return {"page": None, "heading": (), "audience": (), **found.properties, "id": found.properties[_ID]}


def _described(generation: Generation, *, complete: bool) -> str:
    return json.dumps({**asdict(generation), "complete": complete})


def _current(known: Sequence[tuple[Generation, bool]]) -> Generation:
    complete = [generation for generation, done in known if done]
    if not complete:
        raise IndexMissing(MISSING)
    return complete[-1]


def _number(name: str) -> int:
    return int(name.rpartition("_")[2])

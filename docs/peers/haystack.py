"""Haystack's side: splitter, embedder and writer as a pipeline, the in-memory store, both retrievers joined.

It keeps no record of what it has indexed: which documents changed is found by a digest beside each, in one
pass over the store, which is less work than its CacheChecker does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from docs.peers.task import Embeds, Shown, Text, Vector, read, weights

_AT_ONCE = 256


@component
class _Documents:
    def __init__(self, embedder: Embeds) -> None:
        self._embedder = embedder

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        for start in range(0, len(documents), _AT_ONCE):
            some = documents[start : start + _AT_ONCE]
            vectors = self._embedder.embed([one.content or "" for one in some])
            for one, vector in zip(some, vectors, strict=True):
                one.embedding = vector.tolist()
        return {"documents": documents}


@component
class _Question:
    def __init__(self, embedder: Embeds) -> None:
        self._embedder = embedder

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        return {"embedding": self._embedder.embed_query(text).tolist()}


class Haystack:
    def __init__(self, home: Path, embedder: Embeds | None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._file, self._embedder = home / "store.json", embedder
        kept = self._file.exists()
        self._store = (
            InMemoryDocumentStore.load_from_disk(str(self._file)) if kept else InMemoryDocumentStore()
        )

    def index(self, documents: Path) -> int:
        new = {one.id: (_digest(one), one) for one in read(documents)}
        held = self._store.filter_documents()
        stale = [one.id for one in held if new.get(one.meta["name"], ("",))[0] != one.meta["digest"]]
        known = {one.meta["name"] for one in held} - {
            one.meta["name"] for one in held if one.id in set(stale)
        }
        fresh = [(digest, one) for name, (digest, one) in new.items() if name not in known]
        if stale:
            self._store.delete_documents(stale)
        if fresh:
            made = [
                Document(content=one.text, meta={"name": one.id, "digest": digest}) for digest, one in fresh
            ]
            self._indexing().run({"splitter": {"documents": made}})
        if stale or fresh:
            self._store.save_to_disk(str(self._file))
        return self._store.count_documents()

    def store(self, texts: Sequence[str], vectors: Vector) -> None:
        rows = zip(texts, vectors, strict=True)
        self._store.write_documents(
            [
                Document(content=text, embedding=vector.tolist(), meta={"name": str(n)})
                for n, (text, vector) in enumerate(rows)
            ],
            DuplicatePolicy.OVERWRITE,
        )

    def ready(self) -> None:
        asking = Pipeline()
        own = SentenceTransformersTextEmbedder(model=weights(), progress_bar=False)
        asking.add_component("embedder", _Question(self._embedder) if self._embedder else own)
        asking.add_component("meaning", InMemoryEmbeddingRetriever(self._store))
        asking.add_component("words", InMemoryBM25Retriever(self._store))
        asking.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        asking.connect("embedder.embedding", "meaning.query_embedding")
        asking.connect("meaning", "joiner")
        asking.connect("words", "joiner")
        self._asking = asking

    def search(self, question: str, top: int) -> list[Shown]:
        said = self._asking.run(
            {
                "embedder": {"text": question},
                "meaning": {"top_k": top},
                "words": {"query": question, "top_k": top},
                "joiner": {"top_k": top},
            }
        )
        return [(one.meta["name"], one.content) for one in said["joiner"]["documents"]]

    def _indexing(self) -> Pipeline:
        own = SentenceTransformersDocumentEmbedder(model=weights(), progress_bar=False)
        indexing = Pipeline()
        indexing.add_component("splitter", DocumentSplitter())
        indexing.add_component("embedder", _Documents(self._embedder) if self._embedder else own)
        indexing.add_component("writer", DocumentWriter(self._store, DuplicatePolicy.OVERWRITE))
        indexing.connect("splitter", "embedder")
        indexing.connect("embedder", "writer")
        return indexing


def _digest(one: Text) -> str:
    return hashlib.sha256(one.text.encode()).hexdigest()


peer = Haystack

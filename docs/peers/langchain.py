"""LangChain's side: its indexing API over a LanceDB store, its splitter, EnsembleRetriever with BM25 beside.

BM25Retriever keeps nothing: it is made anew from all passages whenever it is to know what changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from langchain_classic.indexes import SQLRecordManager
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.indexing import index
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_lancedb import LanceDB
from langchain_text_splitters import RecursiveCharacterTextSplitter

from docs.peers.task import Embeds, Given, Shown, Vector, read, weights

_AT_ONCE = 256


class _Ours(Embeddings):
    def __init__(self, embedder: Embeds) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [row.tolist() for row in self._embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return list(self._embedder.embed_query(text).tolist())


class LangChain:
    def __init__(self, home: Path, embedder: Embeds | None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._home, self._batch = home, _AT_ONCE if embedder else 100  # its own default
        self._embeddings = _Ours(embedder) if embedder else HuggingFaceEmbeddings(model_name=weights())
        self._records = SQLRecordManager("passages", db_url=f"sqlite:///{home}/records.db")
        self._records.create_schema()
        self._vectors = self._lance(self._embeddings)

    def index(self, documents: Path) -> int:
        texts = [Document(one.text, metadata={"name": one.id}) for one in read(documents)]
        passages = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(texts)
        index(
            passages,
            self._records,
            self._vectors,
            batch_size=self._batch,
            cleanup="full",
            source_id_key="name",
            key_encoder="blake2b",
        )
        return len(self._records.list_keys())

    def store(self, texts: Sequence[str], vectors: Vector) -> None:
        given = self._lance(_Ours(Given(None, texts, vectors)))
        for start in range(0, len(texts), _AT_ONCE):
            some = list(texts[start : start + _AT_ONCE])
            names = [str(start + n) for n in range(len(some))]
            given.add_texts(some, [{"name": name} for name in names], names)

    def ready(self) -> None:
        import lancedb

        rows = lancedb.connect(str(self._home / "lance")).open_table("documents").to_arrow()
        held = zip(rows["text"].to_pylist(), rows["metadata"].to_pylist(), strict=True)
        self._words = BM25Retriever.from_documents(
            [Document(text, metadata=json.loads(about)) for text, about in held]
        )

    def search(self, question: str, top: int) -> list[Shown]:
        self._words.k = top
        near = self._vectors.as_retriever(search_kwargs={"k": top})
        both = EnsembleRetriever(retrievers=[self._words, near], weights=[0.5, 0.5])
        return [(one.metadata["name"], one.page_content) for one in both.invoke(question)[:top]]

    def _lance(self, embeddings: Embeddings) -> LanceDB:
        return LanceDB(embeddings, self._home / "lance")


peer = LangChain

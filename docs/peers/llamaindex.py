"""LlamaIndex's side: an ingestion pipeline with its docstore over a LanceDB store, two retrievers fused.

BM25Retriever is made anew from all passages whenever it is to know what changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import Document, Settings, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.lancedb import LanceDBVectorStore
from pydantic import PrivateAttr

from docs.peers.task import Embeds, Shown, Vector, read, weights

_AT_ONCE = 256


class _Ours(BaseEmbedding):  # type: ignore[misc,unused-ignore]
    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embeds) -> None:
        super().__init__(model_name="ours", embed_batch_size=_AT_ONCE)
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [row.tolist() for row in self._embedder.embed(texts)]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(self._embedder.embed_query(query).tolist())

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class _Lance(LanceDBVectorStore):  # type: ignore[misc,unused-ignore]
    """Its own `delete` quotes a value as LanceDB quotes columns, and so fails with LanceDB 0.40."""

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        value = ref_doc_id.replace("'", "''")
        self.table.delete(f"{self.doc_id_key} = '{value}'")


class LlamaIndex:
    def __init__(self, home: Path, embedder: Embeds | None) -> None:
        self._kept = home / "pipeline"
        self._kept.mkdir(parents=True, exist_ok=True)
        Settings.llm = MockLLM()  # asked by nobody: one query is searched as it is
        self._model = _Ours(embedder) if embedder else HuggingFaceEmbedding(model_name=weights())
        mode = "append" if (home / "lance" / "vectors.lance").exists() else "create"
        self._vectors = _Lance(uri=str(home / "lance"), mode=mode)

    def index(self, documents: Path) -> int:
        pipeline = IngestionPipeline(
            transformations=[SentenceSplitter(), self._model],
            docstore=SimpleDocumentStore(),
            docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
            vector_store=self._vectors,
            disable_cache=True,  # it would keep every text and vector a second time
        )
        if (self._kept / "docstore.json").exists():
            pipeline.docstore = SimpleDocumentStore.from_persist_path(str(self._kept / "docstore.json"))
        pipeline.run(
            documents=[
                Document(text=one.text, id_=one.id, metadata={"name": one.id}) for one in read(documents)
            ]
        )
        pipeline.docstore.persist(str(self._kept / "docstore.json"))
        return self._vectors.table.count_rows()

    def store(self, texts: Sequence[str], vectors: Vector) -> None:
        for start in range(0, len(texts), _AT_ONCE):
            rows = zip(texts[start : start + _AT_ONCE], vectors[start : start + _AT_ONCE], strict=True)
            self._vectors.add(
                [
                    TextNode(
                        text=text,
                        id_=str(start + n),
                        metadata={"name": str(start + n)},
                        embedding=vector.tolist(),
                    )
                    for n, (text, vector) in enumerate(rows)
                ]
            )

    def ready(self) -> None:
        nodes = self._vectors.get_nodes()
        assert len(nodes) == self._vectors.table.count_rows()
        for node in nodes:
            node.embedding = None
        self._words = BM25Retriever.from_defaults(nodes=nodes)
        self._index = VectorStoreIndex.from_vector_store(self._vectors, embed_model=self._model)

    def search(self, question: str, top: int) -> list[Shown]:
        self._words.similarity_top_k = top
        both = QueryFusionRetriever(
            [self._index.as_retriever(similarity_top_k=top), self._words],
            mode=FUSION_MODES.RECIPROCAL_RANK,
            similarity_top_k=top,
            num_queries=1,
            use_async=False,
        )
        return [(one.node.metadata["name"], one.node.get_content()) for one in both.retrieve(question)]


peer = LlamaIndex

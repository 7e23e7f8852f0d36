"""The LangChain face of search: a question in, LangChain documents out."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.passage import Audience, Hit, Passage
from retrieval.search import Beside, Results, Search

NOBODY = Audience(frozenset())


class FootnoteRetriever(BaseRetriever):
    """The best `limit` passages that `readers` may read; nobody may read anything until readers are given.

    A document's text is the passage to the letter. Its metadata: title, url, heading, page, start, end,
    source, document, score, and the whole `hit`. Raises what Search raises.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    search: Search
    readers: Audience = NOBODY
    sources: tuple[str, ...] = ()
    limit: int = 6
    beside: Beside = Beside()  # what a follow-up leans on, and more texts

    def for_readers(self, readers: Audience, sources: tuple[str, ...] = ()) -> FootnoteRetriever:
        """The same retriever for another audience, and within these sources; none for all."""
        return self.model_copy(update={"readers": readers, "sources": sources})

    def behind(self, before: str, more: tuple[str, ...] = ()) -> FootnoteRetriever:
        """The same retriever for a question that follows `before`, which is empty for one that stands alone,
        and for which `more` texts are searched."""
        return self.model_copy(update={"beside": Beside(before, more)})

    def still(self, passages: Sequence[Passage], readers: Audience) -> list[Passage]:
        """As Search.still: what a writer took seconds over is looked at once more."""
        return self.search.still(passages, readers)

    def whole(self, passages: Sequence[Passage], readers: Audience) -> dict[str, list[Passage]]:
        """As Search.whole: documents that passages were found in, from their beginning to their end."""
        return self.search.whole(passages, readers)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = (
            self.search.follow(query, self.beside, self.readers, self.limit, self.sources)
            if self.beside != Beside()
            else self.search.find(query, self.readers, self.limit, sources=self.sources)
        )
        return [_document(hit, found) for hit in found.hits]


def results(documents: Sequence[Document]) -> Results:
    """What the search behind `documents` found."""
    if not documents:
        return Results(())
    spent = documents[0].metadata
    hits = tuple(d.metadata["hit"] for d in documents)
    return Results(hits, *(spent[name] for name in ("embed_ms", "search_ms", "table", "told")))


def _document(hit: Hit, found: Results) -> Document:
    passage = hit.passage
    metadata = {
        "title": passage.title,
        "url": passage.url,
        "heading": list(passage.heading),
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "source": passage.source,
        "document": passage.document,
        "score": hit.score,
        "hit": hit,
        "embed_ms": found.embed_ms,
        "search_ms": found.search_ms,
        "table": found.table,
        "told": found.told,
    }
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)

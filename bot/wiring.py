"""Settings in, working objects out: the only place that chooses and builds them; heavy imports come late."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.settings import Settings, load
from model.answer import Answer, Question, Writer
from retrieval.passage import Audience, Embedder, SettingError, Store

if TYPE_CHECKING:
    import sqlalchemy as sa
    from langchain_core.runnables import Runnable

    from retrieval.index import Index
    from retrieval.ledger import Ledger


def chain(settings: Settings | None = None) -> Runnable[Question | str, Answer]:
    """The chain over the current index. Raises IndexMissing or IndexMismatch where there is none for it."""
    from bot.chain import Chain
    from model.answerability import Answerability
    from retrieval.ranking import Ranking
    from retrieval.remembered import Remembered
    from retrieval.retriever import FootnoteRetriever
    from retrieval.search import Search

    settings = settings or load()
    embedder = Remembered(embedder_of(settings))
    opened = store(settings)
    opened.open(embedder.name, embedder.dimension)
    fitted = settings.home / "answerability.json"
    answerability = Answerability.load(fitted if fitted.exists() else None, embedder)
    if settings.threshold is not None:
        answerability = answerability.at(settings.threshold)
    search = Search(opened, embedder, Ranking(alpha=settings.alpha))
    retriever = FootnoteRetriever(search=search, limit=settings.passages)
    return Chain(retriever, answerability, writers(settings, embedder), _searched(settings)).runnable()


def index(settings: Settings) -> Index:
    """What puts documents into the store; its `sync` opens or makes that."""
    from retrieval.index import Index

    return Index(store(settings), embedder_of(settings), ledger(settings))


def embedder_of(settings: Settings) -> Embedder:
    """The embedder that FOOTNOTE_EMBEDDER names."""
    from retrieval import embed

    key = settings.embeddings_api_key.get_secret_value()
    return embed.load(settings.embedder, home=settings.home, url=settings.embeddings_url, api_key=key)


def store(settings: Settings) -> Store:
    """The store, not yet opened."""
    if settings.store_kind == "weaviate":
        from retrieval.weaviate import WeaviateStore

        key = settings.weaviate_api_key.get_secret_value()
        return WeaviateStore(settings.weaviate_url, settings.weaviate_grpc_port, key, settings.collection)
    from retrieval.lance import LanceStore

    return LanceStore(settings.home / "index")


def engine(settings: Settings) -> sa.Engine:
    """The database of all state, brought to the newest schema."""
    from bot.state import connect, upgrade

    made = connect(settings.database_url or settings.home)
    upgrade(made)
    return made


def ledger(settings: Settings) -> Ledger:
    """The record of what is in the index."""
    from retrieval.ledger import Ledger

    return Ledger(engine(settings))


def answering(settings: Settings) -> Callable[[Question], Answer]:
    """The chain as a function."""
    return chain(settings).invoke


def writers(settings: Settings, embedder: Embedder) -> list[Writer]:
    """The ladder of writers, best first; the extract is its last rung."""
    from model.extract import Extract

    ladder: list[Writer] = []
    if settings.writer_kind == "chat":
        ladder.append(_chat(settings))
        if settings.fallback_model:
            from model.chat import second

            ladder.append(second(settings.fallback_model, settings.writer_timeout_s))
    return [*ladder, Extract(embedder)]


def _chat(settings: Settings) -> Writer:
    from model.chat import Chat

    if not settings.vllm_base_url:
        raise SettingError(
            "VLLM_BASE_URL is empty. Give the model server's address, ending in /v1, "
            "or set FOOTNOTE_WRITER=extract to answer without a model."
        )
    key = settings.vllm_api_key.get_secret_value()
    return Chat(settings.vllm_base_url, key, settings.model, settings.writer_timeout_s)


def _searched(settings: Settings) -> Callable[[Audience], str]:
    """What was searched, from a ledger that is opened at the first question without an answer."""
    opened = lru_cache(ledger)
    return lambda readers: opened(settings).searched(readers)

"""Settings in, working objects out: the only place that chooses and builds them; heavy imports come late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.care.staged import finish
from bot.settings import Settings, load
from bot.wiring import learning, verified
from bot.wiring.models import rungs as rungs
from bot.wiring.records import Kept as Kept
from bot.wiring.records import expire as expire
from bot.wiring.records import kept as kept
from bot.wiring.records import record as record
from bot.wiring.records import rules as rules
from bot.wiring.sources import behind as behind
from bot.wiring.sources import declared as declared
from bot.wiring.sources import means as means
from bot.wiring.sources import schedules as schedules
from bot.wiring.sources import shelf as shelf
from bot.wiring.sources import source as source
from bot.wiring.weekly import plan as plan
from model.answer import Answer, Question, Writer
from retrieval.passage import Embedder

if TYPE_CHECKING:
    import sqlalchemy as sa
    from langchain_core.runnables import Runnable

    from bot.house import House
    from bot.indexing.handover import Handover
    from bot.indexing.queue import Call, Desk
    from bot.indexing.worker import Worker
    from bot.listeners.question import Answering
    from model.checking.meaning import Meaning
    from model.trail import Trail
    from retrieval.index import Index
    from retrieval.ledger import Ledger
    from retrieval.ranking import Ranking
    from retrieval.rerank import Reranker, Reranking
    from retrieval.search import Results, Search
    from retrieval.store import Store
    from retrieval.syncs import Syncs


def chain(
    settings: Settings | None = None,
    found: Results | None = None,
    writer: str = "",
    searching: Search | None = None,
) -> Runnable[Question | str, Answer]:
    """The chain over the live index; `found`: over that alone, whatever is asked, by the one writer of that
    name if there is one. `searching`: what it searches by, where the caller closes that. Raises IndexMissing
    or IndexMismatch where there is no index for it."""
    from bot.chain import Chain
    from bot.memory.replay import Frozen
    from bot.wiring.covered import example, searched
    from model.quoting.answerability import Answerability
    from retrieval.remembered import Remembered
    from retrieval.retriever import FootnoteRetriever

    settings = settings or load()
    embedder = Remembered(embedder_of(settings))
    searching = searching or search(settings, embedder)
    searching.live()
    if found is not None:
        searching = Frozen(searching, found)
    sure = Answerability.of_home(settings.home, embedder, settings.threshold)
    sure.warn()
    retriever = FootnoteRetriever(search=searching, limit=settings.passages)
    ladder, trail = writers(settings, embedder, writer), _trail(settings)
    ladder = [one for one in ladder if one.name == writer] or ladder
    covered, budget_s = searched(settings, searching), settings.writer_timeout_s
    expand = tuple(kind.strip() for kind in settings.expand.split(",") if kind.strip())
    weighed = meaning(settings, embedder)
    offered = example(settings, searching)
    given = Chain(retriever, sure, ladder, covered, trail, budget_s, weighed, offered, expand)
    return given.runnable()


def meaning(settings: Settings, embedder: Embedder) -> Meaning:
    """How the check weighs words. Raises RerankerUnavailable, SettingError."""
    from model.checking.meaning import Meaning
    from retrieval import rerank

    if not settings.entailment:
        return Meaning(embedder)
    limit, key = settings.rerank_timeout_s, settings.rerank_api_key.get_secret_value()
    model = rerank.entailment(settings.entailment, url=settings.rerank_url, api_key=key, timeout_s=limit)
    return Meaning(embedder, rerank.Reranking(model, deadline_s=limit).scores)


def lying(settings: Settings, address: str) -> Runnable[Question | str, Answer]:
    """The chain with a model that lies, the stand-in at `address`: it shows what the check does."""
    model = {"writer": "chat", "vllm_base_url": address, "model": "lie", "fallback_model": ""}
    return chain(settings.model_copy(update=model))


def _trail(settings: Settings) -> Trail:
    """What all answers given with these settings have in common."""
    from importlib.metadata import version

    from model.trail import Trail

    names = ("embedder", "alpha", "passages", "reranker", "rerank_weight", "half_life_days", "expand")
    setup = {name: getattr(settings, name) for name in names}
    return Trail(setup=setup | {"footnote": version("footnote")}, days=settings.record_days)


def search(settings: Settings, embedder: Embedder) -> Search:
    """Search of the workspace."""
    from retrieval.search import Search

    return Search(store(settings), ledger(settings), embedder, settings.workspace, ranking(settings))


def ranking(settings: Settings) -> Ranking:
    """How hits are ranked."""
    from retrieval.ranking import Ranking

    specs = declared(settings)
    boosts = {spec.name: spec.boost for spec in specs if spec.boost != 1.0}
    reread = reranking(settings).of if settings.reranker else None
    return Ranking(settings.alpha, boosts=boosts, half_life_days=settings.half_life_days, reread=reread)


def reranking(settings: Settings) -> Reranking:
    """What reads the best hits again. Raises RerankerUnavailable, SettingError."""
    from retrieval.rerank import Reranking

    return Reranking(reranker(settings), settings.rerank_weight, settings.rerank_timeout_s)


def reranker(settings: Settings) -> Reranker:
    """What scores texts against a question. Raises RerankerUnavailable, SettingError."""
    from retrieval import rerank

    limit, key = settings.rerank_timeout_s, settings.rerank_api_key.get_secret_value()
    return rerank.load(settings.reranker, url=settings.rerank_url, api_key=key, timeout_s=limit)


def index(settings: Settings, workspace: str = "") -> Index:
    """What puts documents into the store; its `sync` makes the first generation."""
    from retrieval.index import Index

    opened, embedder = store(settings), embedder_of(settings)
    batches = _handover(settings, opened, embedder) if _shared(settings) else None
    of = workspace or settings.workspace
    return Index(opened, embedder, ledger(settings), of, batches, settings.passage_pieces)


def worker(settings: Settings) -> Worker | None:
    """What carries out the batches of syncs on other machines; None where no other machine can reach them."""
    from bot.indexing.worker import Worker
    from bot.replicas import WORK, Replicas

    if not _shared(settings):
        return None
    replicas = Replicas(engine(settings), WORK)
    return Worker(_desk(settings, store(settings), embedder_of(settings), replicas.executor), replicas)


def _shared(settings: Settings) -> bool:
    return settings.store_kind == "weaviate" and engine(settings).dialect.name == "postgresql"


def _handover(settings: Settings, store: Store, embedder: Embedder) -> Handover:
    """Where a sync hands over what it has read, where workers can reach it."""
    from bot.indexing.handover import Handover
    from bot.indexing.queue import Queue
    from bot.replicas import WORK, Replicas

    def caller() -> Call:
        from bot.indexing.worker import caller

        return caller(settings.database_url)

    workers = Replicas(engine(settings), WORK)
    desk = _desk(settings, store, embedder, workers.executor)
    return Handover(Queue(engine(settings)), desk, ledger(settings), workers, caller)


def _desk(settings: Settings, store: Store, embedder: Embedder, executor: str) -> Desk:
    from bot.indexing.queue import Desk
    from bot.state import alone
    from bot.wiring.verified import erase
    from retrieval.batch import Works
    from retrieval.ledger import Ledger

    one = alone(settings.database_url)
    return Desk(one, Works(store, embedder, Ledger(one, erase(settings))), executor)


def embedder_of(settings: Settings) -> Embedder:
    """The embedder that FOOTNOTE_EMBEDDER names, loaded once in this process."""
    key = settings.embeddings_api_key.get_secret_value()
    return _embedder(settings.embedder, settings.home, settings.embeddings_url, key)


@lru_cache(maxsize=2)
def _embedder(name: str, home: Path, url: str, key: str) -> Embedder:
    from retrieval import embed

    return embed.load(name, home=home, url=url, api_key=key)


def store(settings: Settings) -> Store:
    """The store, not yet opened."""
    if settings.store_kind == "weaviate":
        from retrieval.weaviate import Cluster, WeaviateStore

        key = settings.weaviate_api_key.get_secret_value()
        cluster = Cluster(settings.weaviate_replicas, settings.weaviate_grpc_host)
        place = (settings.weaviate_url, settings.weaviate_grpc_port)
        return WeaviateStore(*place, key, settings.collection, cluster)
    from retrieval.lance import LanceStore

    finish(settings.home)
    return LanceStore(settings.home / "index")


def engine(settings: Settings) -> sa.Engine:
    """The database of all state, brought to the newest schema; one for all who ask in this process."""
    finish(settings.home)
    return _engine(settings.database_url or str(settings.home.absolute()))


def aside(place: Path) -> sa.Engine:
    """State of its own in another folder, as what is tried out has it."""
    return _engine(str(place.absolute()))


@lru_cache(maxsize=4)
def _engine(where: str) -> sa.Engine:
    from bot.state import connect, upgrade

    made = connect(where)
    upgrade(made)
    return made


def ledger(settings: Settings) -> Ledger:
    """The record of what is in the index. What it hides, records of answers and lessons lose as well."""
    from bot.wiring.verified import erase
    from retrieval.ledger import Ledger

    return Ledger(engine(settings), erase(settings))


def syncs(settings: Settings) -> Syncs:
    """The record of when each source was read."""
    from retrieval.syncs import Syncs

    return Syncs(engine(settings))


def writers(settings: Settings, embedder: Embedder, writer: str = "") -> list[Writer]:
    """The ladder of writers, best first, the extract last. `writer`: an adapter that may be out of use."""
    from model.quoting.extract import Extract

    models = rungs(settings, writer) if settings.writer_kind == "chat" else []
    return [*models, Extract(embedder)]


def house(settings: Settings, answer: Answering, state: sa.Engine | None = None) -> House:
    """How the settings want the Slack side to be; `answer` is what questions are answered with, `state` where
    their answers are kept, if not where all other state is."""
    from bot.attachments import Limits
    from bot.house import House
    from retrieval.ledger import hidden

    def owners() -> dict[str, str]:
        return {spec.name: spec.owner for spec in declared(settings) if spec.owner}

    def gone(kept_in: sa.Connection, table: str, uris: Collection[str]) -> list[str]:
        if state is None:
            return hidden(kept_in, table, uris)
        with engine(settings).connect() as index:
            return hidden(index, table, uris)

    attached = Limits(settings.attachment_mb << 20)
    around = means(settings, state or engine(settings))
    own = (settings.suggestions, attached)
    made = House(
        answer, rules(settings), owners, around, *own, gone=gone, slack_text=settings.train_slack_text
    )
    forget = learning.forgetting(settings, state)
    if settings.redact_models:
        learning.redaction(settings.redact_models)  # whoever cannot redact does not start
    return replace(made, weekly=plan(settings), gist=verified.gist(settings), forget=forget)

"""Settings in, the bench on which others of search are tried out: the live index, or one beside it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from model.learning.row import Row
    from model.learning.tuning import Axes, Setup
    from retrieval.passage import Embedder
    from retrieval.search import Results, Search

ALPHAS = tuple(n / 10 for n in range(11))
PASSAGES = (3, 4, 6, 8, 10, 12)
SIZES = (110, 160, 330, 440)
READ = 250  # word pieces that the default embedder reads of a passage
MOST = 5000  # passages, beyond which other sizes are tried where they are named alone
AWAY = "The model that is set did not write."
ELSEWHERE = "it is compared within the embedded store alone, and the index is in Weaviate."
WEIGHTS = (0.25, 0.5, 0.75)
_OWN = ("index", "turns", "log", "sources")  # folders that a home beside has of its own
Say = Callable[[str], None]


def setup(settings: Settings) -> Setup:
    """How search is set now."""
    from model.learning.tuning import Setup

    given = (settings.alpha, settings.passages, settings.passage_pieces, settings.reranker)
    return Setup(*given, settings.rerank_weight)


def axes(settings: Settings, sizes: Sequence[int], rerankers: Sequence[str], *, answers: bool) -> Axes:
    """What is tried: of these sizes each with as much text in all as now, and rerankers in each weight."""
    now = setup(settings)
    every = [name for name in dict.fromkeys((now.reranker, *rerankers)) if name]
    reread = [{"reranker": name, "weight": weight} for name in every for weight in WEIGHTS]
    tried: Axes = {
        "pieces": [{"pieces": n, "passages": _as_many(now, n)} for n in sizes if n != now.pieces],
        "alpha": [{"alpha": alpha} for alpha in ALPHAS if alpha != now.alpha],
        "reranker": [{"reranker": "", "weight": now.weight}, *reread] if reread else [],
        "passages": [{"passages": n} for n in PASSAGES] if answers else [],
    }
    return {what: changes for what, changes in tried.items() if changes}


def _as_many(now: Setup, pieces: int) -> int:
    return min(30, max(1, round(now.passages * now.pieces / pieces)))


def sizes(settings: Settings, named: Sequence[int]) -> tuple[tuple[int, ...], str]:
    """The sizes of passages that are tried, and why none are."""
    from bot import wiring
    from bot.wiring.sources import live

    if settings.store_kind != "lance":  # two stores rank differently, whatever the size
        return (), ELSEWHERE
    if named:
        return tuple(named), ""
    count = wiring.ledger(settings).passages(live(settings))
    if count > MOST:
        return (), f"{count} passages would be embedded anew for each: name sizes with --size."
    short = settings.embedder.startswith("minilm")
    return tuple(n for n in SIZES if not short or n <= READ), ""


class Live:
    """Golden questions on the index as it is, and for other sizes of passages on one beside it, which is
    built once and goes when this is closed."""

    def __init__(self, settings: Settings, say: Say) -> None:
        from bot import wiring
        from retrieval.remembered import Remembered

        self._settings, self._say = settings, say
        self._embedder: Embedder = Remembered(wiring.embedder_of(settings))
        self._beside: dict[int, Settings] = {}

    def places(self, setup: Setup, rows: Sequence[Row]) -> list[float]:
        """As Bench says."""
        from bot.measuring.live import first

        self._say(f"searching {len(rows)} questions: {_told(setup)}")
        with self._search(setup) as search:
            places = [first(row, _found(search, row, setup.passages).hits) for row in rows]
        return [1 / place if place else 0.0 for place in places]

    def answers(self, setup: Setup, rows: Sequence[Row]) -> list[float]:
        """As Bench says."""
        from bot import wiring
        from bot.measuring.live import question, right
        from model.answer import Status

        self._say(f"answering {len(rows)} questions: {_told(setup)}")
        chain, found = wiring.chain(self._set(setup)), list[float]()
        for row in rows:
            said = chain.invoke(question(row))
            if said.status in (Status.DEGRADED, Status.FAILED):  # an outage is no setting's fault
                raise FootnoteError(f"{AWAY} Try again, or leave answers out with --search-only.")
            found.append(float(right(row, said)))
        return found

    def close(self) -> None:
        """Takes away what was built beside."""
        from bot import wiring

        for one in self._beside.values():
            wiring.aside(one.home).dispose()
            shutil.rmtree(one.home, ignore_errors=True)

    @contextmanager
    def _search(self, setup: Setup) -> Iterator[Search]:
        from bot import wiring

        search = wiring.search(self._set(setup), self._embedder)
        try:
            yield search
        finally:
            search.close()

    def _set(self, setup: Setup) -> Settings:
        where = self._settings
        if setup.pieces != where.passage_pieces:
            where = self._beside.get(setup.pieces) or self._built(setup.pieces)
        more = {"alpha": setup.alpha, "passages": setup.passages}
        return where.model_copy(update={**more, "reranker": setup.reranker, "rerank_weight": setup.weight})

    def _built(self, pieces: int) -> Settings:
        """The sources read into an index of their own, in passages of that size."""
        from bot import wiring

        home = Path(tempfile.mkdtemp(prefix="footnote-tune-"))
        own = {"home": home, "database_url": "", "store": "lance", "passage_pieces": pieces}
        beside = self._beside[pieces] = self._settings.model_copy(update=own)
        _shared(self._settings.home, home)
        for spec in wiring.shelf(self._settings).specs().values():
            if spec.workspace not in ("", self._settings.workspace):
                continue
            self._say(f"reading {spec.name} in passages of {pieces}")
            source = wiring.source(self._settings, spec, aside=True)
            try:
                wiring.index(beside).sync(source)
            finally:
                source.close()
        return beside


def _shared(home: Path, beside: Path) -> None:
    """Whatever else lies in a home is there too: the fit, the cache of the embedder, adapters."""
    for one in home.absolute().iterdir() if home.is_dir() else ():
        if one.name not in _OWN and not one.name.endswith((".lock", ".db", ".db-wal", ".db-shm")):
            with suppress(OSError):
                (beside / one.name).symlink_to(one)


def _found(search: Search, row: Row, limit: int) -> Results:
    from bot.measuring.live import question
    from retrieval.search import Beside

    asked = question(row)
    if not asked.earlier:
        return search.find(asked.text, asked.readers, limit)
    return search.follow(asked.text, Beside(asked.earlier[-1]), asked.readers, limit)


def _told(setup: Setup) -> str:
    reread = f", {setup.reranker} at {setup.weight}" if setup.reranker else ""
    return f"alpha {setup.alpha}, {setup.passages} passages of {setup.pieces}{reread}"

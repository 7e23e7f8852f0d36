"""Settings in, where experts' answers are kept and what of them is in the index out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import Settings
from model.answer import Answer, Status
from retrieval.passage import VERIFIED, Document, FootnoteError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bot.learning.keeper import Keeper
    from model.learning.row import Row
    from retrieval.sources.given import Given

_PLAY = f"{VERIFIED}-play"  # of footnote play, whose state is its own and whose index is not


def keeper(settings: Settings, state: sa.Engine) -> Keeper:
    """Where verified answers of this state are kept."""
    from bot import wiring
    from bot.learning.keeper import Keeper
    from bot.wiring import learning
    from bot.wiring.models import models_of
    from model.learning import waiting

    name = VERIFIED if state is wiring.engine(settings) else _PLAY

    def golden(row: Row) -> None:
        if name == VERIFIED:
            place = models_of(settings) / "golden"
            place.mkdir(parents=True, exist_ok=True)
            waiting.add(place, row, locked=False)

    indexing, terms = partial(_index, settings, name), partial(learning.terms, settings)
    return Keeper(state, name, settings.verified_days, indexing, terms, golden)


def source(settings: Settings, name: str) -> Given:
    """The verified answers as a source, for rebuilds and footnote index."""
    from bot import wiring
    from retrieval.sources.given import Given

    state = wiring.engine(settings) if name == VERIFIED else wiring.aside(settings.home / "play")
    return Given(name, keeper(settings, state).documents)


def gist(settings: Settings) -> Callable[[Answer], tuple[str, str] | None]:
    """What a question means that found nothing, behind the one that it leans on; None for all others."""
    from bot import wiring
    from model.learning.gist import gist as bits

    def of(answer: Answer) -> tuple[str, str] | None:
        if answer.status is not Status.NOT_FOUND:
            return None
        earlier = answer.trail.earlier[-1:] if answer.trail else ()
        try:
            embedder = wiring.embedder_of(settings)
            return embedder.name, bits(embedder.embed_query("\n".join((*earlier, answer.question))))
        except FootnoteError:  # then it is a gap by itself
            return None

    return of


def _index(settings: Settings, name: str, documents: Callable[[], Sequence[Document]]) -> None:
    """Brings the live index up to these, and has rebuilds read them; nothing where there never were any."""
    from bot import wiring
    from retrieval.sources import Spec
    from retrieval.sources.given import Given

    syncs = wiring.syncs(settings)
    known = any(spec.name == name for spec in syncs.adopted())
    wanted = known or bool(documents())
    if wanted and not known:
        syncs.adopt(Spec(name, VERIFIED, ()))
    if wanted:
        wiring.index(settings).sync(Given(name, documents))

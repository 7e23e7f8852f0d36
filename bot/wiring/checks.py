"""Settings in; how one part of what they name is, in a sentence, or FootnoteError with its fix, out."""

from __future__ import annotations

import errno
import shutil
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import sqlalchemy as sa

from bot import wiring
from bot.memory.audit import Audit
from bot.settings import Settings
from bot.shelf import CUT_OFF
from bot.sqlite import hurried
from bot.state import DAMAGED, fault, switches
from bot.wiring import learning
from bot.wiring.sources import missing
from retrieval.passage import FootnoteError, IndexMismatch, IndexMissing
from retrieval.record import LAYOUT
from retrieval.store import Made, matched

if TYPE_CHECKING:
    from retrieval.syncs import SourceState


UNWRITABLE = "FOOTNOTE_HOME cannot be written. Give this user the right, make room, or set another."
HOME = {
    errno.ENOSPC: "The disk of FOOTNOTE_HOME is full. Make room: what Slack sends meanwhile is not "
    "acknowledged, so Slack sends it again.",
    errno.EROFS: "FOOTNOTE_HOME lies on a file system that is read-only. Mount it writable; look into the "
    "kernel's log why it is.",
    errno.EDQUOT: "The quota of FOOTNOTE_HOME is used up. Make room, or have it raised.",
}
STATE = {
    "full": "The state cannot be written: its disk is full. Make room; what Slack sends meanwhile is not "
    "acknowledged, so Slack sends it again.",
    "read-only": "The state cannot be written: its database is read-only. Look whether DATABASE_URL names a "
    "replica, or the disk is mounted read-only.",
    "damaged": DAMAGED,
    "locked": "The state is locked by somebody for seconds. Look who has a transaction open on it.",
    "away": "The state cannot be written. Look whether the database of DATABASE_URL runs, or the disk of "
    "FOOTNOTE_HOME is full.",
}
STILL = timedelta(hours=12)  # a first sync may look for what there is for hours, and say nothing of it


class Doubt(FootnoteError):
    """What works, and may work less well than it could."""


def home(settings: Settings) -> str:
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home) as tried:  # of no name: several processes look
            tried.write(b"1")
    except OSError as error:
        raise FootnoteError(HOME.get(error.errno or 0, UNWRITABLE)) from None
    return "writable"


def room(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free >> 30
    if free < 1:
        raise FootnoteError("Less than 1 GB is free where FOOTNOTE_HOME lies. Make room before indexing.")
    return f"{free} GB free"


def state(settings: Settings) -> str:
    engine = wiring.engine(settings)
    try:
        # changes nothing, and takes the right to write to do so
        with engine.begin() as connection, hurried(connection):
            connection.execute(switches.update().where(switches.c.name == "").values(value=""))
    except sa.exc.SQLAlchemyError as error:
        raise FootnoteError(STATE[fault(error)]) from None
    return f"{engine.dialect.name}, schema up to date, writable"


def damage(error: Exception) -> str:
    """What to do about a database that cannot do its work; empty where it is something else."""
    why = fault(error) if isinstance(error, sa.exc.SQLAlchemyError) else "away"
    return "" if why == "away" else STATE[why]


def audit(settings: Settings) -> str:
    found = Audit(wiring.engine(settings)).verified()
    if found.faults:
        raise FootnoteError(
            f"{' '.join(found.faults[:3])} footnote audit --verify names them all; hold it against what was "
            "exported."
        )
    return f"{found.rows:,} rows, none changed"


def embedder(settings: Settings) -> str:
    embedder = wiring.embedder_of(settings)
    return f"{embedder.name}, {embedder.embed_query('Is anyone there?').shape[0]} dimensions"


def answerability(settings: Settings) -> str:
    from model.quoting.answerability import Answerability

    found = Answerability.of_home(settings.home, wiring.embedder_of(settings), settings.threshold)
    if found.astray:
        raise Doubt(found.astray)
    return f"fitted with this embedder, says so below {found.threshold:.2f}"


def index(settings: Settings) -> str:
    reads = wiring.embedder_of(settings)
    with closing(wiring.store(settings)) as store:
        store.check()
        table = store.live(settings.workspace)
        matched(table.made, Made(reads.name, reads.dimension, LAYOUT))
        return f"{table.count():,} passages in {settings.store_kind}, table {table.name}"


def sources(settings: Settings) -> str:
    declared = wiring.declared(settings)
    known: dict[str, SourceState] = {}
    with suppress(IndexMissing, IndexMismatch):  # that is said of the index
        known = wiring.behind(settings)
    if failed := [name for name, state in known.items() if state.error]:
        raise FootnoteError(f"The last sync of {', '.join(failed)} failed; footnote sources says why.")
    now = datetime.now(UTC)
    listed = list(wiring.shelf(settings).rows(now))
    if lost := missing(settings, listed):
        raise FootnoteError(lost)
    if cut := [row.name for row in listed if row.state == CUT_OFF]:
        raise FootnoteError(
            f"The last sync of {', '.join(cut)} was cut off, and what it had not read is not found: run "
            f"footnote index {' '.join(cut)}, which goes on from there."
        )
    if still := [name for name, state in known.items() if state.moved_at and now - state.moved_at > STILL]:
        raise FootnoteError(
            f"The sync of {', '.join(still)} runs and has not moved for half a day; other schedules wait for "
            "it. What a schedule began is ended after a day without a move; to end another, or sooner, end "
            "its process, footnote index: the next goes on from there."
        )
    others = len(wiring.syncs(settings).adopted())
    more = f" and {others} that footnote index was given" if others else ""
    whole = f"{len(declared)} in {settings.sources.name}{more}, all read to their ends"
    if failed := [row.name for row in listed if row.failed]:
        whole += f"; not every document of {', '.join(failed)} could be read: footnote index names them"
    return whole


def reranker(settings: Settings) -> str:
    scores = wiring.reranker(settings).scores("Is anyone there?", ["Yes.", "No."])
    return f"{settings.reranker} answers, {len(scores)} scores for two texts"


def redaction(settings: Settings) -> str:
    learning.redaction(settings.redact_models)
    return f"names are found by {', '.join(settings.redact_models)}"


def writer(settings: Settings) -> str:
    from model.writing.completion import Away

    if settings.writer_kind == "extract":
        return "extract: verbatim sentences, no model needed"
    ladder = wiring.rungs(settings)
    for rung in ladder:
        try:
            rung.prove(settings.writer_silence_s)
        except Away as error:
            second = rung is ladder[-1] and bool(settings.fallback_model)
            raise FootnoteError(
                _away(rung.name, str(error), "" if second else settings.vllm_base_url)
            ) from None
    return f"{', '.join(rung.name for rung in ladder)}: {'each gives' if ladder[1:] else 'gives'} a token"


def _away(name: str, reason: str, address: str) -> str:
    """Which server it is, without what may be a key in its address, and what to do."""
    where = urlsplit(address)
    at = f" at {where.hostname}:{where.port}" if where.port else f" at {where.hostname}" if address else ""
    setting = "VLLM_BASE_URL" if address else "FOOTNOTE_FALLBACK_MODEL"
    return (
        f"{name or 'The model'}{at} gave no token. {reason} Look at that server's log and restart it, or "
        f"correct {setting}; FOOTNOTE_WRITER=extract answers without a model meanwhile."
    )

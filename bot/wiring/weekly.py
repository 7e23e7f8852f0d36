"""Settings in, the report of a week out: looked at, kept, and when the next one is due."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.learning.wanted import OFF
from bot.settings import Settings
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from bot.indexing.schedules import Seldom
    from bot.listeners.weekly import Plan, Training
    from bot.memory.weeks import Weeks
    from model.learning.drift import Outcome, Week

LATE = timedelta(days=1)  # after the moment at which a source should have been read
OLD = timedelta(days=30)  # of one that is read by hand
EVERY_S = 60.0
NO_MODEL = "the model did not answer; these count neither way."
_PAST = 60  # reports that are looked at
_TRAINED = ("epochs", "rate", "each", "longest")  # settings of a training that footnote train takes
log = logging.getLogger("footnote.weekly")


def kept(settings: Settings) -> Weeks:
    """The reports there are."""
    from bot import wiring
    from bot.memory.weeks import Weeks

    return Weeks(wiring.engine(settings))


def name_of(now: datetime) -> str:
    """The week of a moment, as ISO 8601 counts them."""
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02}"


def due(settings: Settings, now: datetime) -> str:
    """The name of the week whose report is to be made now; empty where none is. The first one comes when its
    time has come after the first answer; reports that were missed are one."""
    from bot import wiring
    from bot.measuring import weekly
    from retrieval.rows import aware
    from retrieval.sources import schedule

    if settings.report == OFF:
        return ""
    last = kept(settings).latest(1)
    if last:
        since: datetime | None = datetime.fromtimestamp(last[0].at, UTC)
    else:
        with wiring.engine(settings).connect() as connection:
            first = weekly.began(connection)
        since = aware(first) if first else None
    name = name_of(now)
    fresh = since is not None and schedule.due(settings.report, since, now)
    return name if fresh and not (last and last[0].name == name) else ""


def look(settings: Settings, name: str, now: datetime) -> Week:
    """What is seen of the seven days before `now`, beside the weeks before them, as the report of that name;
    it is not kept."""
    from bot import wiring
    from bot.measuring.weekly import people
    from model.learning.drift import Week, advised, fell, newly_wrong, unknown

    past = [one for one in kept(settings).latest(_PAST) if one.name != name and one.at < now.timestamp()]
    golden, outcomes, unasked = _golden(settings)
    was = _reference(past, now)
    fall = fell(was, outcomes)
    with wiring.engine(settings).connect() as connection:
        told = people(connection, now)
    lessons, stale = _lessons(settings), tuple(_stale(settings, now))
    advice = advised(newly_wrong(was, outcomes), fall, lessons, settings.retrain_rows)
    seen = ((fall, *told.shifts), told.asked, told.votes, told.new, stale)
    fresh = unknown(stale, past[0].stale if past else ())
    about = (name, now.timestamp(), _writer(settings), golden, outcomes)
    return Week(*about, *seen, fresh, lessons, advice, unasked)


def _writer(settings: Settings) -> str:
    """Who answers today."""
    from bot.wiring.judging import production
    from model.quoting.extract import Extract

    return Extract.name if settings.writer_kind == "extract" else settings.model or production(settings)


def _golden(settings: Settings) -> tuple[str, tuple[Outcome, ...], str]:
    """The golden set, what became of its questions today, and why they were not asked."""
    from bot import wiring
    from bot.measuring import live
    from bot.wiring.models import models_of
    from model.learning import optout

    try:
        with wiring.engine(settings).connect() as connection:
            out = optout.out(connection)
        name, rows = live.questions(models_of(settings) / "golden", out)
        found = tuple(live.outcomes(rows, wiring.chain(settings).invoke))
    except FootnoteError as error:  # no questions, no index
        return "", (), str(error)
    return (
        name,
        found,
        f"{len(rows) - len(found)} of {len(rows)}: {NO_MODEL}" if len(found) < len(rows) else "",
    )


def _reference(past: Sequence[Week], now: datetime) -> tuple[Outcome, ...]:
    """What became of the golden questions in the oldest report of the last quarter that asked any: what
    slides slowly is seen too."""
    from bot.measuring.weekly import WEEK
    from model.learning.drift import WEEKS

    since = (now - WEEKS * WEEK - WEEK / 2).timestamp()
    return next((one.outcomes for one in reversed(past) if one.at >= since and one.outcomes), ())


def _lessons(settings: Settings) -> int:
    """Reviewed rows that were made after whatever an adapter was last trained on."""
    from bot import wiring
    from bot.wiring.learning import terms
    from bot.wiring.models import models_of
    from model.learning import reviews
    from model.learning.lesson import lessons

    since = trained(models_of(settings))
    with wiring.engine(settings).connect() as connection:
        made = {one.answer_id for one in lessons(connection, terms(settings))}
        said = reviews.reviewed(connection)
    late = (of for of, word in said.items() if word.at and word.at.timestamp() > since)
    return len(made & set(late))


def trained(models: Path) -> float:
    """When the newest dataset was built that an adapter was trained on; where that is gone, when it was
    trained."""
    from model.learning.preflight import loaded

    found = [0.0]
    for file in (*models.glob("adapters/*/train.json"), *models.glob("trained/*/train.json")):
        name = (loaded(file) or {}).get("dataset", "")
        dataset = models / "datasets" / str(name) / "manifest.json"
        found.append((dataset if name and dataset.is_file() else file).stat().st_mtime)
    return max(found)


def _stale(settings: Settings, now: datetime) -> Iterator[str]:
    """Sources that were not read when they should have been, or, where that is done by hand, not for long."""
    from bot import wiring

    for row in wiring.shelf(settings).rows(now):
        late = row.next_run is not None and row.next_run + LATE < now
        failing = bool(row.error) and (row.synced_at is None or row.synced_at + LATE < now)
        old = row.next_run is None and (row.synced_at is None or row.synced_at + OLD < now)
        if row.kind and (late or failing or old):
            yield row.name


def words(settings: Settings) -> Callable[[str], str]:
    """What was asked for an answer, where its words are kept and may be told; nothing without a token, as
    Slack says who may read it."""
    from bot import wiring
    from bot.measuring import weekly
    from bot.wiring.verified import audiences

    token = settings.slack_bot_token.get_secret_value()
    readers = lru_cache(maxsize=1)(partial(audiences, settings, token))

    def of(answer: str) -> str:
        if not settings.report_questions or not token:
            return ""
        with wiring.engine(settings).connect() as connection:
            return weekly.words(connection, answer, readers().there)

    return of


def plan(settings: Settings) -> Plan:
    """How reports are made and told; each in a process of its own, as answering comes first."""
    from bot.indexing.schedules import Child
    from bot.listeners.weekly import Plan
    from bot.wiring.models import models_of

    footnote = (sys.executable, "-m", "bot.cli")
    to = [settings.report_channel] if settings.report_channel else sorted(settings.admin_ids)

    def train() -> Training:
        return retrained(footnote, models_of(settings) / "trained", as_before(settings))

    look = Child(*footnote, "report", "--now", "--keep").run
    begins = train if settings.retrain else None
    return Plan(kept(settings), look, to, words(settings), begins, partial(_colleagues, settings))


def _colleagues(settings: Settings, channel: str) -> bool:
    from bot.wiring.verified import audiences

    return audiences(settings, settings.slack_bot_token.get_secret_value()).colleagues(channel)


def as_before(settings: Settings) -> list[str]:
    """How the adapter in production was trained, as options of footnote train: what made that one fits the
    machine. Its base model is what footnote train takes anyway."""
    from bot.wiring.models import registry, trained

    told = trained(registry(settings)).get("settings")
    said = told if isinstance(told, dict) else {}
    words = [word for name in _TRAINED if name in said for word in (f"--{name}", str(said[name]))]
    return [*words, *(f"--{name}" for name in ("qlora", "kto") if said.get(name))]


def retrained(footnote: Sequence[str], place: Path, how: Sequence[str] = ()) -> Training:
    """A dataset built by that command, and an adapter of that very dataset in a folder of `place`, trained
    with the options `how`, which another call may have made in the meantime: what came of it."""
    from bot.indexing.schedules import Child
    from bot.listeners.weekly import Training

    with tempfile.TemporaryFile("w+") as said:
        if code := Child(*footnote, "dataset", "build").run("--json", said=said):
            return Training("footnote dataset build", code)
        said.seek(0)
        dataset = Path(json.load(said)["folder"])
    made, code = place / f"{dataset.name}-0", 0
    if not made.exists():
        code = Child(*footnote, "train", "--out", str(made), *how).run(str(dataset))
    return Training(f"footnote train {dataset.name}", code, made if made.exists() else None)


def planning(settings: Settings) -> Seldom:
    """Looks once a minute whether a report is due, and plans it once."""
    from bot import wiring
    from bot.inbox import Inbox
    from bot.indexing.schedules import Seldom

    def look() -> None:
        if name := due(settings, datetime.now(UTC)):
            Inbox(wiring.engine(settings)).plan("weekly", name)

    return Seldom(EVERY_S, look, partial(log.error, "no report is planned: %s"))

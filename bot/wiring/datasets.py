"""Settings in, what datasets are made of and by which rules out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from retrieval.passage import VERIFIED, FootnoteError, SearchUnavailable

if TYPE_CHECKING:
    from bot.learning.material import Open
    from model.learning.dataset import Built, Rules
    from model.learning.fates import Fates
    from model.learning.gathered import Gathered
    from model.learning.redact import Finder
    from model.learning.row import Row

_SLACK = ("slack", "slack-export", VERIFIED)  # kinds of sources
DAMAGED = (
    "The dataset {folder.name} is damaged: its {file} is not as it was written. Remove the folder {folder}, "
    "and build it again: footnote dataset build."
)


def open_to_all(settings: Settings) -> Open:
    """What of the live index everyone may read. Raises IndexMissing, IndexMismatch."""
    from bot import wiring
    from bot.learning.material import Open

    specs = [*wiring.declared(settings), *wiring.syncs(settings).adopted()]
    messages = frozenset(spec.name for spec in specs if spec.kind in _SLACK)
    table = wiring.store(settings).live(settings.workspace)
    return Open(table, wiring.ledger(settings), messages.__contains__, settings.train_slack_text)


def rules(settings: Settings, name: str, seed: int) -> Rules:
    """The rules of this installation: its golden sets are kept out, as is what was erased, of documents that
    the index still has, too."""
    from bot import wiring
    from bot.memory import deleted
    from bot.wiring.learning import finder
    from bot.wiring.models import models_of
    from model.learning.dataset import Rules
    from model.learning.erasure import erased

    opened, place = open_to_all(settings), models_of(settings)
    names, documents = finder(settings), opened.documents()
    with wiring.engine(settings).connect() as connection:
        gone = deleted.unlearnt(connection, documents)
    pool = tuple(one for one in opened.passages() if one.document not in gone)
    given = (golden(place, names), pool, documents, erased(place) | gone)
    return Rules(name, seed, *given, of_person=settings.train_person_share, finder=names)


def golden(models: Path, finder: Finder | None = None) -> tuple[Row, ...]:
    """The rows of every golden set there is, the locked ones and those that wait too: who is measured on them
    may not have seen them. Redacted, as what is learnt from is."""
    from model.learning.golden import every, legible
    from model.learning.redact import Redaction
    from model.learning.waiting import waiting

    found = [row for row, _ in waiting(models / "golden")]
    for folder in every(models / "golden"):
        found += legible(folder)
    return tuple(Redaction(finder).row(row) for row in found)


def insist(settings: Settings, dataset: Path) -> None:
    """Raises FootnoteError where rows of a dataset are not to be learnt from any more: of somebody who opted
    out since, erased, or, as far as the index can be asked, of a document that not everyone may read now; and
    where it is damaged."""
    from bot import wiring
    from bot.wiring.learning import closed
    from bot.wiring.models import models_of
    from model.learning import optout
    from model.learning.erasure import erased

    rows = [row for name in ("sft.jsonl", "kto.jsonl", "general.jsonl") for row in _rows(dataset / name)]
    with wiring.engine(settings).connect() as connection:
        out = optout.out(connection)
    shut = frozenset[str]()
    with suppress(SearchUnavailable):  # from where it is trained the store may not be reached
        shut = closed(settings, {passage["document"] for row in rows for passage in row["passages"]})
    gone = erased(models_of(settings))

    def stale(row: dict[str, Any]) -> bool:
        silent = out.any((*row.get("people", ()), row.get("reviewer", "")))
        held = {passage["document"] for passage in row["passages"]}
        return silent or bool({row["id"], row.get("answer_id")} & gone) or bool(held & shut)

    if count := sum(map(stale, rows)):
        raise FootnoteError(
            f"{count} of {len(rows)} rows of {dataset.name} are not to be learnt from any more: somebody "
            "opted out, they were erased, or not everyone may read their documents now. Build it again: "
            "footnote dataset build."
        )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    """Raises FootnoteError where one is none."""
    if not file.is_file():
        return
    with file.open("rb") as lines:
        for line in filter(bytes.strip, lines):
            try:
                row = json.loads(line)
                known = isinstance(row["id"], str) and isinstance(row.get("people", []), list)
                known = known and all(isinstance(one["document"], str) for one in row["passages"])
            except (ValueError, KeyError, TypeError, AttributeError):
                known = False
            if not known:
                raise FootnoteError(DAMAGED.format(folder=file.parent, file=file.name))
            yield row


def people(settings: Settings) -> Gathered:
    """What may be learnt from what people said."""
    from bot import wiring
    from bot.wiring.learning import terms
    from model.learning.gathered import gathered

    with wiring.engine(settings).connect() as connection:
        return gathered(connection, terms(settings))


def fates(settings: Settings, given: Gathered, built: Built) -> Fates:
    """Where every vote went."""
    from bot import wiring
    from bot.wiring.learning import terms
    from model.learning.fates import fates as told
    from model.learning.gathered import placed

    with wiring.engine(settings).connect() as connection:
        return told(connection, terms(settings), placed(given, built))

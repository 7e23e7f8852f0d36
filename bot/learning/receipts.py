"""What an erasure came to, as a receipt with a number: kept in the audit without a word, printed again."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.learning.erasing import Receipt
from bot.memory import audit, deleted
from bot.state import audit as rows

WHAT = "receipt"
PERSON, LEARNT = deleted.PERSON, deleted.LEARNT  # whom or what it is about
RESTORE = "restore"  # who erases again what a backup brought back: it gets no receipt
_TOLD = re.compile(r"([a-z][a-z ]*)=(\S+)")
_LISTED = 12  # names of a list that are kept; of more, how many
OF_A_PERSON = (
    "who may read which document, as its source says",
    "that they opted out, and that they were erased, as digests",
    "rows of the audit, without the name",
    "what they wrote in Slack: it is deleted there",
    "backups from before: a restore erases it again",
)
OF_DOCUMENTS = (
    "the documents in the index: footnote forget takes them out",
    "backups from before: a restore erases it again",
)
UNREAD = (
    "models/{name}: it is damaged and could not be searched whole; put it back from a backup and erase once "
    "more, or remove that folder"
)
TRAINED = (
    "{name}: trained with erased rows; what an adapter has learnt cannot be taken out of it, train the next"
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt: `of` is the digest of whom or what it is about, which whoever knows the name can compare."""

    id: str
    at: str
    kind: str
    of: tuple[str, ...]
    counts: Mapping[str, int]
    datasets: tuple[str, ...] = ()
    golden: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    left: int = 0  # files that others wrote and that still have the name
    unread: tuple[str, ...] = ()  # folders that are damaged and could not be searched whole

    @property
    def remains(self) -> tuple[str, ...]:
        """What is still there, and why."""
        fixed = OF_A_PERSON if self.kind == PERSON else OF_DOCUMENTS
        others = (f"{self.left} files that others wrote, as the index",) if self.left else ()
        return (*(UNREAD.format(name=name) for name in self.unread), *others, *fixed)

    def said(self) -> dict[str, object]:
        """What it says; without `unread` where there is none, as receipts from before that was told."""
        every = asdict(self)
        return every if self.unread else {key: value for key, value in every.items() if key != "unread"}

    def whole(self) -> dict[str, object]:
        """All of it, with its digest."""
        return self.said() | {"remains": self.remains, "digest": self.digest}

    def lines(self) -> list[str]:
        """For a person to read."""
        about = "a person" if self.kind == PERSON else "documents"
        lines = [f"Receipt {self.id} of {self.at}: {about} erased, by digest {', '.join(self.of)}."]
        lines += [f"{count:6}  {what}" for what, count in self.counts.items()]
        lines += [f"        gone: dataset {name}" for name in self.datasets]
        lines += [f"        frozen anew: golden set {name}" for name in self.golden]
        lines += [f"        {TRAINED.format(name=name)}" for name in self.adapters]
        return [*lines, "What remains:", *(f"  - {what}" for what in self.remains), f"Digest {self.digest}"]

    @property
    def digest(self) -> str:
        """Of all that it says: who holds a copy can show that it is this one."""
        return hashlib.sha256(json.dumps(self.said(), sort_keys=True).encode()).hexdigest()


def whole(engine: sa.Engine, made: Receipt, kind: str, names: Sequence[str]) -> Receipt:
    """It, with what went before where an erasure of the same was cut off and has no receipt."""
    about = f"of={deleted.mark(kind, names)} "
    mine = (rows.c.what == "erase") & (rows.c.who != RESTORE)
    ours = mine & (sa.func.substr(rows.c.about, 1, len(about)) == about)
    with engine.connect() as connection:
        said = list(connection.execute(sa.select(rows.c.about).where(ours).order_by(rows.c.id)).scalars())
    last = max((n for n, one in enumerate(said, 1) if f"{about}{WHAT}=" in one), default=0)
    counts, went = Counter[str](), dict[str, set[str]]()
    for what, told in (pair for one in said[last:] for pair in _TOLD.findall(one.removeprefix(about))):
        if what in made.counts:
            counts[what] += int(told)
        else:
            went.setdefault(what, set()).update(told.split(","))
    lists = {
        name: tuple(sorted({*getattr(made, name), *went.get(name, ())}))
        for name in ("datasets", "golden", "adapters")
    }
    return replace(made, counts={what: counts[what] for what in made.counts}, **lists)


def issue(engine: sa.Engine, made: Receipt, kind: str, names: Sequence[str], by: str) -> Issued:
    """Gives a receipt its number and keeps it. `names` are not kept: of each only a digest."""
    of = _short(sorted(deleted.digest(kind, name)[:16] for name in names))
    id, at = secrets.token_hex(4), datetime.now(UTC).isoformat(timespec="seconds")
    lists = (_short(made.datasets), _short(made.golden), _short(made.adapters))
    one = Issued(id, at, kind, of, dict(made.counts), *lists, len(made.left), _short(made.unread))
    said = json.dumps(one.said(), separators=(",", ":"))
    with engine.begin() as connection:
        audit.note(connection, by, WHAT, f"{id} {said}")
        audit.note(connection, by, "erase", f"of={deleted.mark(kind, names)} {WHAT}={id}")
    return one


def again(engine: sa.Engine, id: str) -> Issued | None:
    """The receipt of that number, if there is one."""
    mine = (rows.c.what == WHAT) & (sa.func.substr(rows.c.about, 1, len(id) + 1) == f"{id} ")
    with engine.connect() as connection:
        about = connection.execute(sa.select(rows.c.about).where(mine)).scalar()
    if about is None:
        return None
    said: dict[str, Any] = json.loads(about.partition(" ")[2])
    for name in ("of", "datasets", "golden", "adapters", "unread"):
        said[name] = tuple(said.get(name, ()))
    return Issued(**said)


def _short(names: Sequence[str]) -> tuple[str, ...]:
    more = len(names) - _LISTED
    return (*names[:_LISTED], f"{more} more") if more > 0 else tuple(names)

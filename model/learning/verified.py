"""What an expert replied to a question without an answer, as they confirmed it: kept, and as a document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from model.record import aware, metadata
from retrieval.passage import VERIFIED, Audience, Document, Heading

_LONGEST_TITLE = 200
_HEAD = re.compile(r"(?P<name>.*) \((?P<due>\d{4}-\d{2}-\d{2})\)", re.DOTALL)

verified = sa.Table(
    "verified",
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),  # the one that found nothing: one for each question
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("thread", sa.String(32), nullable=False),
    sa.Column("reply", sa.String(32), nullable=False),
    sa.Column("expert", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("asker", sa.String(64), nullable=False, server_default=""),
    sa.Column("question", sa.Text, nullable=False, server_default=""),  # erasable, with who asked it
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Index("verified_reply", "channel", "reply"),
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A reply in the thread of a question, as its expert (`name`) confirmed it; to be looked at again when it
    is `due`. `open`: everyone may read the channel; else its people may. `question` is empty where its words
    may not be kept."""

    answer: str
    source: str
    channel: str
    thread: str
    reply: str
    expert: str
    name: str
    asker: str
    question: str
    text: str
    url: str
    open: bool
    at: datetime
    due: date

    @property
    def uri(self) -> str:
        """Of its document: another reply to the question is another one, also where this is forgotten."""
        return f"{self.source}/{self.answer}/{self.reply}"

    @property
    def audience(self) -> Audience:
        """Who may read it."""
        return Audience() if self.open else Audience.of(f"channel:{self.channel}")

    def document(self) -> Document:
        """As it is searched: the question is its title, the expert and the day of review stand above it."""
        head = f"{self.name} ({self.due.isoformat()})"
        said = (self.question, head, self.text, self.url)
        return Document(
            *(self.uri, self.source, _title(self), f"{head}\n{self.text}", self.url),
            hashlib.sha256(repr(said).encode()).hexdigest()[:32],
            updated_at=self.at,
            audience=self.audience,
            headings=(Heading(0, 1, head),),
        )


def _title(of: Verified) -> str:
    line = " ".join((of.question or of.text).split())
    if len(line) <= _LONGEST_TITLE:
        return line
    return f"{line[:_LONGEST_TITLE].rpartition(' ')[0] or line[:_LONGEST_TITLE]} …"


def signed(document: str, heading: Sequence[str]) -> tuple[str, date] | None:
    """Who verified what stands below the headings of a document of this name, and when it is due to be looked
    at again; None where it is no verified answer."""
    found = _HEAD.fullmatch(heading[-1]) if heading and document.startswith(VERIFIED) else None
    return (found["name"], date.fromisoformat(found["due"])) if found else None


def put(connection: sa.Connection, one: Verified) -> Verified:
    """The answer to that question that stands: this one, or another that was there before. Raises
    IntegrityError where two come in one moment: the second is to be tried again."""
    standing = of(connection, one.answer)
    if standing is None:
        values = {name: getattr(one, name) for name in one.__slots__}
        connection.execute(verified.insert().values(values))
    return standing or one


def of(connection: sa.Connection, answer: str) -> Verified | None:
    """The verified answer to the question of that answer."""
    row = connection.execute(sa.select(verified).where(verified.c.answer == answer)).first()
    return _one(row) if row else None


def at(connection: sa.Connection, channel: str, reply: str) -> Verified | None:
    """The verified answer that this message is."""
    mine = (verified.c.channel == channel) & (verified.c.reply == reply)
    row = connection.execute(sa.select(verified).where(mine)).first()
    return _one(row) if row else None


def change(connection: sa.Connection, answer: str, **now: object) -> bool:
    """Sets these of its fields; whether it was there."""
    mine = verified.c.answer == answer
    return connection.execute(verified.update().where(mine).values(**now)).rowcount > 0


def drop(connection: sa.Connection, answer: str) -> bool:
    """Takes it out; whether it was there."""
    return connection.execute(verified.delete().where(verified.c.answer == answer)).rowcount > 0


def every(connection: sa.Connection, source: str) -> list[Verified]:
    """All of a source."""
    mine = sa.select(verified).where(verified.c.source == source).order_by(verified.c.answer)
    return [_one(row) for row in connection.execute(mine)]


def erase(connection: sa.Connection, documents: Sequence[str]) -> None:
    """Those that are these documents are gone, as they leave the index."""
    for uri in documents:
        source, _, named = uri.partition("/")
        if source.startswith(VERIFIED):
            answer, _, reply = named.partition("/")
            mine = (verified.c.source == source) & (verified.c.answer == answer)
            connection.execute(verified.delete().where(mine, verified.c.reply == reply))


def unasked(connection: sa.Connection, person: str) -> int:
    """Takes the words out that somebody asked, and who they are; how many verified answers that changes."""
    theirs = (verified.c.asker == person) & (person != "")
    return connection.execute(verified.update().where(theirs).values(question="", asker="")).rowcount


def withdrawn(connection: sa.Connection, person: str) -> int:
    """Takes out what somebody verified; how many."""
    return connection.execute(verified.delete().where(verified.c.expert == person)).rowcount


def wipe(connection: sa.Connection) -> None:
    """Erases all."""
    connection.execute(verified.delete())


def _one(row: sa.Row[tuple[object, ...]]) -> Verified:
    values = dict(row._mapping)
    return Verified(**values | {"at": aware(values["at"])})

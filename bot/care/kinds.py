"""Every table and column of the state: what kind of thing it is, and whether a backup has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How long something is kept is said of its kind."""

    WORDS = "words"  # of people, of documents, and ours
    EVENTS = "events"  # what came from Slack and was posted to it, once it is done
    FIGURES = "figures"  # what became of answers: ids and numbers
    WEEKS = "weeks"  # figures of whole weeks
    AUDIT = "audit"  # who did what
    TAUGHT = "taught"  # what people reviewed and verified: kept until they, or who they are of, take it out
    INDEX = "index"  # what is known of documents: kept as long as they are
    OPERATION = "operation"  # settings made in Slack, marks of processes: kept as long as they hold


@dataclass(frozen=True, slots=True)
class Held:
    """A table: the kind of its rows, its columns, those of them that go earlier than the row, and whether a
    backup has it."""

    kind: Kind
    columns: str
    sooner: Mapping[str, Kind] = field(default_factory=dict)
    saved: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.columns.split())


def _words(*columns: str) -> Mapping[str, Kind]:
    return dict.fromkeys(columns, Kind.WORDS)


TABLES: Mapping[str, Held] = {
    "inbox": Held(
        Kind.EVENTS,
        "event_id kind team channel message_ts thread_ts person direct text payload outcome state executor "
        "attempts received_at",
        _words("text", "payload", "outcome"),
    ),
    "posts": Held(Kind.EVENTS, "key channel thread_ts ts kind"),
    "early_votes": Held(Kind.EVENTS, "channel ts voter value at"),
    "answers": Held(
        Kind.FIGURES,
        "id question_ref question status writer text citations created_at trail struck",
        _words("question", "text", "struck"),
    ),
    "grounds": Held(Kind.FIGURES, "answer place document cited passage kept_since", _words("passage")),
    "votes": Held(Kind.FIGURES, "answer voter value at via reasons correction", _words("correction")),
    "gists": Held(Kind.FIGURES, "answer made bits"),
    "closed_gaps": Held(Kind.FIGURES, "answer at"),
    "weeks": Held(Kind.WEEKS, "name at report"),
    "audit": Held(Kind.AUDIT, "id at who what about salt content before digest"),
    "audit_ends": Held(Kind.OPERATION, "name row digest"),
    "reviews": Held(Kind.TAUGHT, "answer turn verdict reviewer at cause text"),
    "lessons": Held(Kind.TAUGHT, "answer line"),
    "verified": Held(
        Kind.TAUGHT, "answer source channel thread reply expert name asker question text url open at due"
    ),
    "optouts": Held(Kind.OPERATION, "digest at"),
    "channels": Held(
        Kind.OPERATION, "channel mode sources expert tone language schema changed_by changed_at"
    ),
    "switches": Held(Kind.OPERATION, "name value changed_by changed_at"),
    "replicas": Held(Kind.OPERATION, "executor kind beats", saved=False),
    "index_batches": Held(
        Kind.OPERATION,
        "id held_in source about payload executor attempts error kind handed_at",
        saved=False,
    ),
    "deletions": Held(Kind.OPERATION, "kind key at"),
    "sessions": Held(Kind.OPERATION, "id person until", saved=False),
    "ledger_files": Held(Kind.INDEX, "held_in uri source digest unread notes"),
    "ledger_documents": Held(
        Kind.INDEX,
        "held_in uri source file digest revision title url updated_at audience own untold passages "
        "indexed_at",
    ),
    "ledger_forgotten": Held(Kind.INDEX, "uri url at"),
    "ledger_syncs": Held(Kind.INDEX, "held_in source began_at finished_at changes error summary reached"),
    "ledger_sources": Held(Kind.INDEX, "name workspace kind location options"),
}
SAVED = tuple(name for name, held in TABLES.items() if held.saved)

"""A person or documents in, state and folders without anything of them out, with a receipt of what went."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path

import sqlalchemy as sa

from bot.learning.vacuum import cleaned
from bot.memory import audit, deleted
from bot.state import channels, inbox, posts, sessions, switches
from model import record
from model.feedback import ballots, early
from model.learning import erasure, folders, gist, page, reviews, verified
from model.learning.erasure import Erased, word
from model.learning.thaw import thaw
from model.record import answers
from retrieval.passage import VERIFIED, FootnoteError

Publish = Callable[[], None]
GONE = "erased"  # what stands in the place of somebody's id where a row has to stay
_WORDS = (".json", ".jsonl", ".log", ".md", ".txt")  # files of ours that may name somebody
_TOLD = 30  # names in a row of the audit
_FROZEN = ("golden", "datasets")  # folders whose files have their digests in a manifest
# Who may read which document, which their sources say, not the person; and the audit, which is a chain.
_LEFT = ("ledger_", "source_syncs", "audit")


@dataclass(frozen=True, slots=True)
class Receipt:
    """How much went, by what it was; the folders that are gone or made anew, the adapters that were trained
    with some of it, where the name still stands (files that others wrote, as the index), and folders that are
    damaged and could not be searched whole."""

    counts: Mapping[str, int]
    datasets: tuple[str, ...] = ()
    golden: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    unread: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to erase."""
        return not (any(self.counts.values()) or self.datasets or self.golden or self.adapters)


@dataclass(frozen=True, slots=True)
class _Meant:
    """Whom or which documents, and the answers of which the database had something of them."""

    people: tuple[str, ...] = ()
    documents: Collection[str] = ()
    answers: Collection[str] = ()
    by: str = "terminal"

    @property
    def mark(self) -> str:
        """How each row of the audit that tells of this erasure begins."""
        kind = deleted.PERSON if self.people else deleted.LEARNT
        return f"of={deleted.mark(kind, self.people or self.documents)}"


def person(
    engine: sa.Engine, home: Path, user: str, publish: Publish = lambda: None, by: str = "terminal"
) -> Receipt:
    """Erases what somebody asked, voted, wrote, reviewed and verified, and their id from whatever row has to
    stay. That they opted out stays so. After a crash the same call goes on. `publish` brings the index up to
    the verified answers that are left, `by` is who erases."""
    with folders.still(home / "models"):
        return _person(engine, home, user, publish, by)


def _person(engine: sa.Engine, home: Path, user: str, publish: Publish, by: str) -> Receipt:
    with engine.begin() as db:
        gone = _theirs(db, user)
        erasure.note(home / "models", gone)  # before the commit: afterwards nobody knows them
        counts = {
            "questions": _asked(db, user),
            "lessons": _lessons(db, user),
            "votes": db.execute(ballots.delete().where(ballots.c.voter == user)).rowcount,
            "early votes": db.execute(early.delete().where(early.c.voter == user)).rowcount,
            "reviews": _reviewed(db, user),
            "verified": verified.withdrawn(db, user) + verified.unasked(db, user),
            "mentions": _named(db, user),
        }
        deleted.note(db, deleted.PERSON, [user])
        cleared = audit.clear(db, word(user), GONE)
        counts["mentions"] += len(cleared)
        meant = _Meant((user,), answers=gone, by=by)
        said = " ".join(f"{what}={count}" for what, count in counts.items())
        audit.erased(db, by, f"{meant.mark} {said}", cleared)
    behind = _behind(publish)
    receipt = _everywhere(engine, home, counts, meant)
    return replace(receipt, notes=(*receipt.notes, *behind))


def _behind(publish: Publish) -> tuple[str, ...]:
    """What is to be done where the index cannot be brought up to it now."""
    try:
        publish()
    except FootnoteError as error:
        return (f"The index may still have what they verified: footnote index {VERIFIED}. {error}",)
    return ()


def documents(engine: sa.Engine, home: Path, uris: Collection[str], by: str = "terminal") -> Receipt:
    """Erases what records, reviews, lessons and datasets have of these documents. The index keeps them."""
    with folders.still(home / "models"):
        return _documents(engine, home, uris, by)


def _documents(engine: sa.Engine, home: Path, uris: Collection[str], by: str) -> Receipt:
    with engine.begin() as db:
        before = _held(db)
        made = record.erase(db, sorted(uris))
        gone = {*made, *reviews.holding(db, uris)}
        erasure.note(home / "models", gone)
        reviews.drop(db, gone)
        counts = {"answers": sum(made.values()), "lessons": before - _held(db)}
        deleted.note(db, deleted.LEARNT, uris)
        meant = _Meant(documents=uris, answers=gone, by=by)
        said = f"answers={counts['answers']} lessons={counts['lessons']}"
        audit.note(db, by, "erase", f"{meant.mark} documents={len(uris)} {said}")
    return _everywhere(engine, home, counts, meant)


def everyone(engine: sa.Engine, home: Path, publish: Publish = lambda: None) -> tuple[str, ...]:
    """Erases, when the workspace has gone and its rows are wiped, what is learnt from people in folders:
    datasets, golden sets, what was measured on them, the words on pages of verdicts. What stays has no words:
    adapters, verdicts, the logs of both. What is still to be done by hand. After a crash the same call goes
    on."""
    models = home / "models"
    if models.is_dir():
        with folders.still(models):
            for parent in (models, models / "evals"):
                folders.sweep(parent)
            measured = (one for one in (models / "evals").glob("*") if one.is_dir())
            for folder in (models / "datasets", models / "golden", *measured):
                if folder.is_dir():
                    folders.remove(folder)
            page.blank(models / "verdicts", ())
    return (*_behind(publish), *cleaned(engine))


def _everywhere(engine: sa.Engine, home: Path, counts: Mapping[str, int], meant: _Meant) -> Receipt:
    """The same in folders and files; then the database is written anew, so that nothing stays in its gaps."""
    gone: Erased = erasure.begun(home / "models", meant.people, meant.documents, meant.answers)
    _note(engine, meant, datasets=gone.datasets, adapters=gone.adapters)
    erasure.erase(home / "models", gone)

    def told(name: str) -> None:
        _note(engine, meant, golden=(name,))

    thawed = thaw(home / "models", meant.people, meant.documents, told)
    for name in meant.people:
        _rewrite(home, name)
    notes = cleaned(engine)
    left = tuple(where for name in meant.people for where in _found(home, name))
    unread = (*(f"datasets/{one}" for one in gone.unread), *(f"golden/{one}" for one in thawed.unread))
    return Receipt(counts, gone.datasets, thawed.gone, gone.adapters, left, notes, unread)


def _note(engine: sa.Engine, meant: _Meant, **went: Collection[str]) -> None:
    """Names of folders, before they go: what is cut off after it is told by the next receipt."""
    for what, names in went.items():
        every = sorted(names)
        for start in range(0, len(every), _TOLD):
            said = f"{meant.mark} {what}={','.join(every[start : start + _TOLD])}"
            audit.Audit(engine).note(meant.by, "erase", said)


def _asked(db: sa.Connection, user: str) -> int:
    """Rows of the inbox lose person and words; records of their answers lose what was asked, and what was
    struck out, which may repeat it. They are signed out."""
    theirs = sa.select(inbox.c.event_id).where(inbox.c.person == user)
    count = db.execute(sa.select(sa.func.count()).select_from(theirs.subquery())).scalar() or 0
    db.execute(answers.update().where(answers.c.id.in_(theirs)).values(question=None, struck=None))
    gist.drop(db, theirs)
    db.execute(sessions.delete().where(sessions.c.person == user))
    wordless = {"state": "final", "text": None, "payload": None, "outcome": None}
    db.execute(inbox.update().where(inbox.c.person == user).values(person="", **wordless))
    return count


def _theirs(db: sa.Connection, user: str) -> set[str]:
    """Answers that a row with words of theirs may have been made of: of lessons that are theirs, and of
    questions whose words were kept. A mere vote leaves no words in a row."""
    mine = sa.select(inbox.c.event_id).where(inbox.c.person == user)
    kept = sa.select(answers.c.id).where(answers.c.id.in_(mine), answers.c.question.is_not(None))
    return _taught(db, user) | set(db.execute(kept).scalars())


def _taught(db: sa.Connection, user: str) -> set[str]:
    """Answers of the lessons that they voted or asked or corrected or reviewed into being."""
    corrected = sa.select(ballots.c.answer).where(ballots.c.voter == user, ballots.c.correction.is_not(None))
    rows = reviews.kept(db)
    theirs = {of for of, row in rows.items() if user in row.people or user == row.reviewer}
    return theirs | set(db.execute(corrected).scalars())


def _lessons(db: sa.Connection, user: str) -> int:
    """How many went with all that reviewers said of them."""
    meant, rows = _taught(db, user), reviews.kept(db)
    reviews.drop(db, meant)
    for answer in meant:
        db.execute(reviews.reviews.delete().where(reviews.reviews.c.answer == answer))
    return len(meant & set(rows))


def _reviewed(db: sa.Connection, user: str) -> int:
    mine = reviews.reviews.c.reviewer == user
    return db.execute(reviews.reviews.delete().where(mine)).rowcount


def _named(db: sa.Connection, user: str) -> int:
    """Their id, in whatever else there is but the audit: settings of channels, readers of records."""
    count = (
        _told(db, user)
        + db.execute(channels.update().where(channels.c.expert == user).values(expert="")).rowcount
    )
    for table in (channels, switches):
        count += db.execute(table.update().where(table.c.changed_by == user).values(changed_by="")).rowcount
    found = sa.MetaData()
    found.reflect(db)
    return count + sum(_cleaned(db, table, user) for table in found.sorted_tables)


def _told(db: sa.Connection, user: str) -> int:
    """Keys of messages that have their id, as those of reports had: such a message is looked for no more."""
    named = sa.select(posts.c.key).where(posts.c.key.contains(user, autoescape=True))
    theirs = [key for key in db.execute(named).scalars() if word(user).search(key)]
    db.execute(posts.delete().where(posts.c.key.in_(theirs)))
    return len(theirs)


def _cleaned(db: sa.Connection, table: sa.Table, user: str) -> int:
    if table.name.startswith(_LEFT):
        return 0
    keys = list(table.primary_key.columns)
    texts = [one for one in table.columns if isinstance(one.type, sa.String) and not one.primary_key]
    count, name = 0, word(user)
    for column in texts if keys else ():
        query = sa.select(*keys, column.label("said")).where(column.contains(user, autoescape=True))
        for row in db.execute(query).all():
            clean = name.sub(GONE, row.said)
            same = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
            count += clean != row.said
            db.execute(table.update().where(same).values({column.name: clean}))
    return count


def _held(db: sa.Connection) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(reviews.lessons)).scalar() or 0


def _rewrite(home: Path, user: str) -> None:
    """Log and registry go on, without the name. What is known by its digest is not touched: golden sets and
    datasets are made anew."""
    models, name = home / "models", word(user)
    for file in (one for one in (home / "log").glob("*") if one.is_file() and ".log" in one.name):
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        if name.search(text):
            with file.open("r+", encoding="utf-8", errors="surrogateescape") as out:  # somebody writes to it
                out.write(name.sub(GONE, text))
                out.truncate()
    if not models.is_dir():
        return
    with folders.alone(models):  # as the registry is, while it says what it does
        for file in (one for one in models.rglob("*") if one.is_file() and one.suffix in _WORDS):
            text = file.read_text(encoding="utf-8", errors="surrogateescape")
            if file.relative_to(models).parts[0] not in _FROZEN and name.search(text):
                folders.rewritten(file, name.sub(GONE, text))


def _found(home: Path, user: str) -> Iterator[str]:
    """Files that still have the name, from the home on."""
    name = re.compile(word(user).pattern.encode())
    for file in sorted(home.rglob("*")):
        if file.is_file() and file.stat().st_size:
            with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as held:
                if name.search(held):
                    yield str(file.relative_to(home))

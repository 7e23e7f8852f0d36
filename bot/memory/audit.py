"""What admins did: who, what and to which of our own things, row by row, each chained to the one before it;
never a word of a message."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa

from bot.state import audit, audit_ends

_WHAT, _ABOUT = 64, 2000
_USER = "user:"  # before an id, where it is told from other words
HEAD, CUT = "head", "cut"  # the newest row, and the newest of those that retention has removed
ERASED = "erased rows "  # begins what an erasure says of this table
_RUN = re.compile(r"(?:^|(?<=,))([0-9]{1,18})(?:-([0-9]{1,18}))?(?=,|$)")
_KEPT = sa.select(audit).order_by(audit.c.id)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done; `at` in seconds since 1970.

    `content` is the digest of `salt`, who, what and about, `digest` that of `before` (the digest of the row
    before), at and content. Where somebody was erased from a row, its salt is gone: what it said cannot be
    told from `content`, and the chain holds all the same.
    """

    id: int
    at: float
    who: str
    what: str
    about: str
    salt: str = ""
    content: str = ""
    before: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows there are, the digest that they end in, and what is wrong, a sentence each."""

    rows: int
    digest: str
    faults: tuple[str, ...]


def note(connection: sa.Connection, who: str, what: str, about: str = "") -> None:
    """Adds a row in the transaction in which what it tells of is done, so that each is there once. `about`
    holds ids and names of ours."""
    _add(connection, who, what, about[:_ABOUT])


def _add(connection: sa.Connection, who: str, what: str, about: str) -> None:
    _, before = turn(connection)
    said: dict[str, str | float] = {"at": time.time(), "who": who[:32], "what": what[:_WHAT], "about": about}
    chained = _chained(before, said)
    made = connection.execute(audit.insert().values(**said, **chained)).inserted_primary_key
    assert made
    _set(connection, HEAD, made[0], chained["digest"])


def clear(connection: sa.Connection, person: re.Pattern[str], instead: str) -> list[int]:
    """Puts `instead` where rows name the person; which rows. The row of the erasure has to say them: whoever
    verifies the chain believes no other row that does not match its digest."""
    turn(connection)
    rows = [_entry(row) for row in connection.execute(_KEPT)]
    named = [row for row in rows if person.search(_USER + row.who) or person.search(row.about)]
    for row in named:
        who = person.sub(instead, _USER + row.who).removeprefix(_USER)[:32]
        values = {"who": who, "about": person.sub(instead, row.about)}
        connection.execute(audit.update().where(audit.c.id == row.id).values(**values, salt=""))
    return [row.id for row in named]


def erased(connection: sa.Connection, who: str, about: str, rows: list[int]) -> None:
    """The row of an erasure, which has cleared these `rows`."""
    _add(connection, who, "erase", f"{about} {ERASED}{_ranges(rows)}" if rows else about)


def expire(connection: sa.Connection, before: float) -> int:
    """Removes the rows from the first on that were written before that time; how many. The digest of the last
    one stays, so that the rest can still be verified."""
    turn(connection)
    kept = connection.scalar(sa.select(sa.func.min(audit.c.id)).where(audit.c.at >= before))
    old = sa.true() if kept is None else audit.c.id < kept
    last = connection.execute(sa.select(audit).where(old).order_by(audit.c.id.desc()).limit(1)).first()
    if last is None:
        return 0
    _set(connection, CUT, last.id, last.digest)
    return connection.execute(audit.delete().where(old)).rowcount


class Audit:
    """The rows. There is nothing here that changes or removes one."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, who: str, what: str, about: str = "") -> None:
        """Adds a row."""
        with self._engine.begin() as connection:
            note(connection, who, what, about)

    def latest(self, limit: int = 50) -> list[Entry]:
        """The newest first."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def lines(self) -> Iterator[str]:
        """Every row as JSON with its digests, the oldest first."""
        with self._engine.connect() as connection:
            for row in connection.execute(_KEPT):
                yield json.dumps(asdict(_entry(row)), ensure_ascii=False)

    def verified(self) -> Verified:
        """The chain from the first row that is kept to the newest."""
        with self._engine.begin() as connection:
            head = turn(connection)
            cut = _end(connection, CUT)
            rows = [_entry(row) for row in connection.execute(_KEPT)]
        return Verified(len(rows), head[1], tuple(_faults(rows, cut, head)))


def _faults(rows: list[Entry], cut: tuple[int, str], head: tuple[int, str]) -> Iterator[str]:
    """A sentence for each row that was changed or inserted, and for each place where one is missing."""
    allowed = _allowed(rows)
    places = {cut[1]: -1} | {row.digest: place for place, row in enumerate(rows)}
    changed = {n for n, row in enumerate(rows) if not (_holds(row) and _says(row, allowed))}
    inserted: set[int] = set()
    for place, row in enumerate(rows):
        at, before = (rows[place - 1].id, rows[place - 1].digest) if place else cut
        if row.before == before or place in changed:
            continue
        if places.get(row.before, place) < place:
            inserted |= set(range(places[row.before] + 1, place))
        elif place - 1 not in changed:
            yield f"A row is missing between row {at} and row {row.id}."
    if head[1] in places:
        inserted |= set(range(places[head[1]] + 1, len(rows)))
    elif len(rows) - 1 not in changed:
        yield f"The newest rows are missing, up to row {head[0]}."
    for place in sorted(changed | inserted):
        yield f"Row {rows[place].id} was {'inserted' if place in inserted else 'changed'}."


def _holds(row: Entry) -> bool:
    return row.digest == _digest(row.before, row.at, row.content)


def _says(row: Entry, allowed: set[int]) -> bool:
    if row.salt:
        return row.content == _content(row.salt, row.who, row.what, row.about)
    return row.id in allowed


def _allowed(rows: Sequence[Entry]) -> set[int]:
    """Those of the rows that an erasure says it has changed."""
    ids = [row.id for row in rows]
    found: set[int] = set()
    for row in rows:
        if row.what == "erase" and ERASED in row.about:
            for first, last in _RUN.findall(row.about.rpartition(ERASED)[2]):
                runs = slice(bisect_left(ids, int(first)), bisect_right(ids, int(last or first)))
                found |= set(ids[runs])
    return found


def _ranges(ids: list[int]) -> str:
    """1,2,3,7 as 1-3,7."""
    runs: list[list[int]] = []
    for id in ids:
        if runs and runs[-1][-1] == id - 1:
            runs[-1][1:] = [id]
        else:
            runs.append([id])
    return ",".join("-".join(map(str, run)) for run in runs)


def turn(connection: sa.Connection) -> tuple[int, str]:
    """The newest row's id and digest; nobody else adds one until this transaction ends. What a release
    without digests has added behind it, while machines are upgraded one after the other, is chained first."""
    connection.execute(audit_ends.update().where(audit_ends.c.name == HEAD).values(row=audit_ends.c.row))
    head = _end(connection, HEAD)
    bare = _KEPT.where(audit.c.id > head[0], audit.c.digest == "", audit.c.salt == "")
    for row in connection.execute(bare).all():
        values = _chained(head[1], {"at": row.at, "who": row.who, "what": row.what, "about": row.about})
        connection.execute(audit.update().where(audit.c.id == row.id).values(**values))
        head = row.id, values["digest"]
        _set(connection, HEAD, *head)
    return head


def _chained(before: str, said: Mapping[str, str | float]) -> dict[str, str]:
    """The salt and the digests of a row that says that, behind the one of this digest."""
    salt = secrets.token_hex(16)
    content = _content(salt, str(said["who"]), str(said["what"]), str(said["about"]))
    digest = _digest(before, float(said["at"]), content)
    return {"salt": salt, "content": content, "before": before, "digest": digest}


def _end(connection: sa.Connection, name: str) -> tuple[int, str]:
    query = sa.select(audit_ends.c.row, audit_ends.c.digest).where(audit_ends.c.name == name)
    row, digest = connection.execute(query).one()
    return row, digest


def _set(connection: sa.Connection, name: str, row: int, digest: str) -> None:
    change = audit_ends.update().where(audit_ends.c.name == name)
    connection.execute(change.values(row=row, digest=digest))


def _content(salt: str, who: str, what: str, about: str) -> str:
    return hashlib.sha256(json.dumps([salt, who, what, about]).encode()).hexdigest()


def _digest(before: str, at: float, content: str) -> str:
    return hashlib.sha256(json.dumps([before, at, content]).encode()).hexdigest()


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    return Entry(**{one.name: getattr(row, one.name) for one in fields(Entry)})

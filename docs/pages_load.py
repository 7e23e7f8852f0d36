"""How long each page takes with a year of answers in the state: a state filled, a server asked, a table out.

python -m docs.pages_load [ANSWERS]               100,000 where nothing is said; SQLite
python -m docs.pages_load [ANSWERS] --postgres    the same on PostgreSQL
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random

import sqlalchemy as sa

from bot import wiring
from bot.memory import audit
from bot.settings import load
from bot.state import inbox
from bot.wiring.pages import opened
from deploy.ports import free
from deploy.postgres.server import running
from model.feedback import ballots
from model.grounds import grounds
from model.record import answers
from model.trail import packed
from retrieval.passage import Passage
from retrieval.rows import documents
from retrieval.sources.files import FileSource

HANDBOOK = Path(__file__).resolve().parent.parent / "examples" / "handbook"
PAGES = ("", "sources", "gaps", "review", "votes", "adapters", "rights?document=leave", "audit", "settings")
TIMES, AT_ONCE, DAYS = 60, 5_000, 365
TEXT = "Each parent gets 20 weeks at full pay, and the weeks can be taken in up to three pieces. [1] " * 3


def rows(count: int, uri: str, random: Random) -> Iterator[dict[str, list[dict[str, object]]]]:
    """Rows of the tables, some at a time: one answer in eight found nothing, three in ten have a vote."""
    now = datetime.now(UTC)
    one = Passage(
        "p1",
        uri,
        "handbook",
        "Parental leave",
        "Each parent gets 20 weeks. " * 30,
        0,
        810,
        "",
    )
    place = {
        "passage": "p1",
        "document": one.document,
        "revision": "r",
        "start": 0,
        "end": 810,
        "digest": "0" * 64,
        "score": 0.9,
    }
    setup = {name: "x" * 20 for name in ("embedder", "alpha", "passages", "reranker", "expand", "footnote")}
    trail = {"readers": ["everyone"], "places": [place] * 6, "setup": setup, "threshold": 0.5}
    cited = json.dumps([{"number": 1, "passage": "p1", "document": one.document, "start": 0, "end": 26}])
    for begin in range(0, count, AT_ONCE):
        some: dict[str, list[dict[str, object]]] = {"inbox": [], "answers": [], "votes": [], "grounds": []}
        for n in range(begin, min(begin + AT_ONCE, count)):
            at, id = now - timedelta(days=DAYS * (1 - n / count)), f"Ev{n:010}"
            missed = random.random() < 0.125
            person = f"U{random.randrange(400):08}"
            some["inbox"].append(dict(
                event_id=id, kind="question", team="T0", channel=f"C{n % 60:08}", message_ts=f"{n}.0",
                thread_ts=f"{n}.0", person=person, direct=n % 3 == 0, state="final",
                attempts=1, received_at=at.timestamp(),
            ))  # fmt: skip
            told = json.dumps(trail | {"sure": random.random()})
            status = "not_found" if missed else "answered"
            some["answers"].append(dict(
                id=id, question_ref=id, status=status, writer="extract", text=TEXT, created_at=at, trail=told,
                citations="[]" if missed else cited,
            ))  # fmt: skip
            if random.random() < 0.3:
                up = random.random() < 0.75
                some["votes"].append(dict(
                    answer=id, voter=person, value="up" if up else "down", at=at, via="button",
                    reasons=None if up else '["outdated"]',
                ))  # fmt: skip
            kept = now - at < timedelta(days=30)
            some["grounds"] += [
                dict(answer=id, place=p, document=one.document, cited=p == 1,
                     passage=packed(one) if kept else None, kept_since=at if kept else None)
                for p in range(1, 7)
            ]  # fmt: skip
        yield some


def filled(engine: sa.Engine, count: int) -> None:
    """So many answers, all made from a document of the index that everyone may read."""
    tables = {"inbox": inbox, "answers": answers, "votes": ballots, "grounds": grounds}
    with engine.connect() as connection:
        uri = str(connection.scalar(sa.select(documents.c.uri)))
    for some in rows(count, uri, Random(7)):
        with engine.begin() as connection:
            for name, table in tables.items():
                connection.execute(table.insert(), some[name])
    with engine.begin() as connection:
        for n in range(300):
            audit.note(connection, "U00000001", "reindex", f"source-{n}")
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))  # as it does by itself, but before anybody looks


def timed(link: str) -> Iterator[tuple[str, float, float, float, int]]:
    """Each page: its median and 95th percentile in milliseconds, the 95th of the CPU (pages and browser are
    one process here, PostgreSQL is another), and bytes, for one who asks at a time."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.open(link).read()
    start = link.partition("/in")[0]
    token = re.findall(r'name="token" value="(\w+)"', browser.open(f"{start}/").read().decode())[0]
    form = urllib.request.Request(
        f"{start}/", f"token={token}&question=How+long+is+parental+leave%3F".encode()
    )
    note = re.findall(r'class="note" href="(/answers/[\w-]+/1)', browser.open(form).read().decode())[0]
    for path in (*PAGES, note.rpartition("/")[0][1:], note[1:]):
        spent, worked = list[float](), list[float]()
        for _ in range(TIMES):
            began, busy = time.perf_counter(), time.process_time()
            size = len(browser.open(f"{start}/{path}").read())
            spent.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
        late = int(TIMES * 0.95)
        middle, slow, cpu = sorted(spent)[TIMES // 2], sorted(spent)[late], sorted(worked)[late]
        yield re.sub(r"page-\w+", "ID", f"/{path}"), middle, slow, cpu, size


@contextmanager
def state(postgres: bool) -> Iterator[str]:
    """Where the state is to be; empty: a file."""
    if not postgres:
        yield ""
        return
    with running() as server:
        yield server.database("pages")


def main() -> None:
    words = [one for one in sys.argv[1:] if one != "--postgres"]
    count = int(words[0]) if words else 100_000
    with (
        tempfile.TemporaryDirectory(prefix="footnote-load-") as place,
        state("--postgres" in sys.argv) as url,
    ):
        settings = load(_env_file=None, home=Path(place), quota_person=0, database_url=url)
        wiring.index(settings).sync(FileSource("handbook", [HANDBOOK], 50 << 20))
        filled(wiring.engine(settings), count)
        print(
            f"| page, with {count:,} answers | p50 ms | p95 ms | CPU, p95 ms | bytes |\n|---|---|---|---|---|"
        )
        with opened(settings, wiring.chain(settings).stream, port=free()) as found:
            for path, middle, slow, cpu, size in timed(found.link):
                print(f"| `{path}` | {middle:.0f} | {slow:.0f} | {cpu:.0f} | {size:,} |", flush=True)
        wiring.engine(settings).dispose()


if __name__ == "__main__":
    main()

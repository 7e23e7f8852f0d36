"""A backup on one machine, a restore on another: are a hundred questions answered the same?

python -m docs.moved             SQLite and LanceDB, from one folder to another
python -m docs.moved servers     also PostgreSQL and Weaviate, from one database and collection to others, and
                                 from a folder to both servers

SQuAD 2 is read from FOOTNOTE_DATA (default ../shared/data): its paragraphs, 100 questions about them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot import wiring
from bot.measuring import known
from bot.settings import Settings, load
from bot.wiring.backup import backup
from bot.wiring.records import record
from bot.wiring.restore import restore
from docs.quality import SETS
from model.answer import Answer
from retrieval.sources.given import Given

PARAGRAPHS, QUESTIONS, ALONE = 600, 100, 30
Said = tuple[str, str, tuple[tuple[str, int, int], ...]]


def asked(count: int = QUESTIONS) -> tuple[Given, list[str]]:
    """Paragraphs as a source, and questions about them, every third without an answer in them."""
    given = known.squad(SETS / "squad2")
    documents = given.documents[:PARAGRAPHS]
    inside = {one.uri for one in documents}
    about = [one for one in given.asked if one.gold & inside]
    return Given("squad2", documents), [one.question for one in about][:: max(1, len(about) // count)][:count]


def answers(settings: Settings, questions: list[str], *, keep: bool = False) -> list[Said]:
    """What is answered: status, words, and where they were found."""
    chain = wiring.chain(settings)
    made: list[Answer] = [chain.invoke(one) for one in questions]
    for one in made if keep else ():
        record(settings, one)
    return [
        (str(one.status), one.text, tuple((c.document, c.start, c.end) for c in one.citations))
        for one in made
    ]


def moved(source: Settings, target: Settings, place: Path, questions: list[str]) -> str:
    """A line of what came of one move."""
    before, began = answers(source, questions), time.monotonic()
    place.mkdir()
    made = backup(source, place)
    middle = time.monotonic()
    done = restore(target, made.path)
    ended, after = time.monotonic(), answers(target, questions)
    same = sum(one == other for one, other in zip(before, after, strict=True))
    return (
        f"{same} of {len(questions)} the same; {done.passages:,} passages, {made.size / 1e6:.1f} MB, "
        f"backed up in {middle - began:.1f} s, restored in {ended - middle:.1f} s"
    )


def routes(place: Path, stack: ExitStack, *, servers: bool) -> Iterator[tuple[str, Settings, Settings]]:
    """From where to where, by name."""
    homes = (place / f"home-{n}" for n in range(9))
    first = load(home=next(homes))
    yield "SQLite and LanceDB to another folder", first, load(home=next(homes))
    if not servers:
        return
    from deploy.postgres import server as postgres
    from deploy.weaviate import server as weaviate

    base, store = stack.enter_context(postgres.running()), stack.enter_context(weaviate.running())
    own: dict[str, Any] = {"store": "weaviate", "weaviate_url": store.url}
    own |= {"weaviate_grpc_port": store.grpc_port}
    second = load(home=next(homes), database_url=base.database("one"), collection="One", **own)
    yield "SQLite and LanceDB to PostgreSQL and Weaviate", first, second
    third = load(home=next(homes), database_url=base.database("two"), collection="Two", **own)
    yield "PostgreSQL and Weaviate to others", second, third
    yield "PostgreSQL and Weaviate to SQLite and LanceDB", third, load(home=next(homes))


def main(servers: bool) -> None:
    """Prints a line for each route."""
    source, questions = asked()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder)
        for number, (name, one, other) in enumerate(routes(place, stack, servers=servers)):
            if not number:
                wiring.index(one).sync(source)
                answers(one, questions[:ALONE], keep=True)
            print(f"{name}: {moved(one, other, place / f'kept-{number}', questions)}", flush=True)


if __name__ == "__main__":
    main("servers" in sys.argv[1:])

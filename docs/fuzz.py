"""What is broken, forged or made by chance, through the doors of the product, for as long as is wanted.

python -m docs.fuzz files 2000         broken files of every kind, and those that are broken on purpose
python -m docs.fuzz slack 5000         deliveries to the HTTP endpoint, half of them forged
python -m docs.fuzz pages 5000         requests for the product's own pages
python -m docs.fuzz described 50       the same by their OpenAPI description, so many an address and more
python -m docs.fuzz drafts 5000        what a model may write, as messages of Slack
python -m docs.fuzz files 2000 7       with a seed that was printed before

tests/retrieval/broken.py and tests/bot/wild.py draw them and judge; `make check` draws a few of each.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "bot"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "retrieval"))

import broken
import wild
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from starlette.testclient import TestClient

from bot.app import keep, silence
from bot.inbox import Inbox
from bot.meters import FORGED, Meters
from bot.settings import load
from bot.state import connect, upgrade
from bot.web.slack import site
from docs.described import entered, tried
from docs.pages import staged
from retrieval.sources.files import FileSource


def files(drawn: random.Random, count: int, place: Path) -> Iterator[str]:
    (place / "o").mkdir()
    (place / "folder").mkdir()
    secret = place / "o" / "secret.md"
    secret.write_text(broken.SECRET)
    made = dict(broken.drawn(drawn, count)) | {n.encode(): c for n, c in broken.meant(secret)}
    for name, content in made.items():
        broken.put(place / "folder", name, content)
    source = FileSource("docs", [place / "folder"], 20 << 20)
    wrong = broken.complaints(source, len(made))
    source.close()
    yield f"{len(made)} files, {len(wrong)} wrong"
    yield from wrong


def slack(drawn: random.Random, count: int, place: Path) -> Iterator[str]:
    engine, meters = connect(place), Meters()
    upgrade(engine)
    app = App(
        token="xoxb-x", token_verification_enabled=False, signing_secret=wild.SECRET,
        authorize=lambda: AuthorizeResult(enterprise_id="", team_id="T1", bot_token="xoxb-x"),
        before_authorize=keep(Inbox(engine), Event().set, meters),
    )  # fmt: skip
    app.event("app_mention")(lambda: BoltResponse(status=200))
    silence()
    answered, wrong = wild.deliveries(TestClient(site(app, wild.SECRET, meters)), drawn, count)
    get = meters.registry.get_sample_value
    away = {reason: int(get("footnote_turned_away_total", {"reason": reason}) or 0) for reason in FORGED}
    yield f"{count} deliveries, {len(wrong)} wrong: {dict(sorted(answered.items()))}, counted {away}"
    yield from wrong
    engine.dispose()


def pages(drawn: random.Random, count: int, place: Path) -> Iterator[str]:
    with wild.browsed(load(_env_file=None, home=place)) as (browser, paths, token):
        wrong = wild.visits(browser, drawn, paths, token, count)
        yield f"{count} requests for {len(paths)} pages, {len(wrong)} wrong"
        yield from wrong


def described(drawn: random.Random, count: int, place: Path) -> Iterator[str]:
    (place / "none").mkdir()
    with wild.browsed(load(_env_file=None, home=place / "none")) as (_, paths, _), staged(place) as link:
        yield from tried(entered(link), paths, drawn.randrange(1 << 30), count, place)


def drafts(drawn: random.Random, count: int, place: Path) -> Iterator[str]:
    some, wrong = wild.drafted(), list[str]()
    for _ in range(count):
        draft = "".join(drawn.choices(some, k=drawn.randrange(40)))
        wrong += [f"{one}: {draft!r}" for one in wild.posted(draft, drawn.randrange(200))]
    yield f"{count} drafts, {len(wrong)} wrong"
    yield from wrong


DOORS: dict[str, Callable[[random.Random, int, Path], Iterator[str]]] = {
    "files": files, "slack": slack, "pages": pages, "described": described, "drafts": drafts,
}  # fmt: skip


def main(words: list[str]) -> None:
    name, count = words[0], int(words[1])
    seed = int(words[2]) if len(words) > 2 else random.randrange(1 << 30)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="footnote-fuzz-") as place:
        for line in DOORS[name](random.Random(seed), count, Path(place)):
            print(f"{name}, seed {seed}: {line[:1000]}", flush=True)
    print(f"{name}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

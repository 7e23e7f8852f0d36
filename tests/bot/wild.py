"""Requests, pages and drafts made by chance, and what is wrong with what the product makes of each.

The tests draw a few, `python -m docs.fuzz` as many as it is told; both print the seed.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from starlette.routing import Route
from starlette.testclient import TestClient

from bot import wiring
from bot.blocks import render, streamed
from bot.pages.entrance import Link
from bot.pages.sessions import Sessions
from bot.play.slack_blocks import complaints, text_length
from bot.play.slack_text import links, markdown_spans, message_pieces, spans
from bot.settings import Settings
from bot.wiring.pages import here
from model.answer import Answer, Draft, Question, Status
from model.checking.citations import cite, markers
from retrieval.passage import Passage

SECRET = "signing-secret"
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**30, "", " ", "\x00", "é\U0001f994", "x" * 5000, "<!channel>", "../..",
    "1.0",
    [], [[]], [None], {}, {"a": {}}, "%00", "%2e%2e/", "' OR 1=1 --", "{{7*7}}", "\r\nX: y", "\u202e", "NaN",
)  # fmt: skip
_ASKED = {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "a", "blocks": [{}]}
_SHARED = {"type": "message", "channel": "D1", "channel_type": "im", "ts": "2.0", "user": "U1", "text": "a",
           "files": [{"id": "F1", "name": "x", "mimetype": "text/plain"}]}  # fmt: skip
_REACTED = {"type": "reaction_added", "user": "U1", "reaction": "+1",
            "item": {"type": "message", "channel": "C1", "ts": "1.0"}}  # fmt: skip
_EDITED = {"type": "message", "subtype": "message_changed", "channel": "C1", "previous_message": {},
           "message": {"ts": "1.0", "text": "x", "user": "U1"}}  # fmt: skip
_OTHER = ({"type": "app_home_opened", "user": "U1", "tab": "home"}, {"type": "app_uninstalled"})
_HERE = {"user": {"id": "U1"}, "team": {"id": "T1"}, "channel": {"id": "C1"}, "trigger_id": "1.2"}
EVENTS: tuple[dict[str, Any], ...] = (
    *({"type": "event_callback", "event_id": "E", "team_id": "T1", "event": event}
      for event in (_ASKED, _SHARED, _REACTED, _EDITED, *_OTHER)),
    {"type": "block_actions", **_HERE, "message": {"ts": "1.0"}, "container": {"message_ts": "1.0"},
     "actions": [{"action_id": "footnote_vote", "value": "up:a1", "block_id": "b", "action_ts": "1.3"}]},
    {"type": "view_submission", **_HERE, "view": {"id": "V1", "callback_id": "footnote_why",
     "private_metadata": "a1", "state": {"values": {"b": {"a": {"value": "x"}}}}}},
    {"type": "message_action", "callback_id": "footnote_ask", **_HERE, "message": {"ts": "1.0", "text": "x"}},
    {"command": "/footnote", "text": "help", "user_id": "U1", "team_id": "T1", "channel_id": "C1",
     "trigger_id": "1.2", "response_url": "https://hooks.example/x"},
    {"type": "url_verification", "challenge": "c"},
)  # fmt: skip


def changed(drawn: random.Random, value: Any) -> Any:
    """`value` with parts of it gone or odd."""
    if drawn.random() < 0.1:
        return drawn.choice(ODD)
    if isinstance(value, dict):
        return {key: changed(drawn, one) for key, one in value.items() if drawn.random() > 0.04}
    return [changed(drawn, one) for one in value] if isinstance(value, list) else value


def signed(body: bytes, at: str = "", secret: str = SECRET) -> dict[str, Any]:
    """As Slack signs it."""
    at = at or str(int(time.time()))
    made = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={made}"}


def delivery(drawn: random.Random, number: int) -> tuple[bytes, dict[str, Any]]:
    """A body as Slack would send it, were it broken, with its kind of content."""
    made = changed(drawn, drawn.choice(EVENTS))
    if isinstance(made, dict) and made.get("event_id") == "E":
        made["event_id"] = f"E{number}"
    if isinstance(made, dict) and "command" in made:
        body = urlencode({key: str(one) for key, one in made.items()}).encode()
        kind = "application/x-www-form-urlencoded"
    elif drawn.random() < 0.4:
        body, kind = urlencode({"payload": json.dumps(made)}).encode(), "application/x-www-form-urlencoded"
    else:
        body, kind = json.dumps(made).encode(), "application/json"
    cut = drawn.random() < 0.1
    return body[: drawn.randrange(len(body) + 1)] if cut else body, {"content-type": kind}


def forged(drawn: random.Random, body: bytes) -> dict[str, Any]:
    """Headers that are not Slack's: a signature of something else, from another time, or no signature."""
    good, now = signed(body), int(time.time())
    return drawn.choice((
        lambda: {},
        lambda: signed(body, secret="other"),
        lambda: signed(body + b" "),
        lambda: signed(body, str(now - drawn.randrange(301, 10**6))),
        lambda: signed(body, str(now + drawn.randrange(305, 10**6))),
        lambda: good | {"x-slack-signature": good["x-slack-signature"][: drawn.randrange(67)]},
        lambda: good | {"x-slack-signature": f"v0=é{'0' * 63}".encode()},
        lambda: good | {"x-slack-request-timestamp": drawn.choice(("", "soon", "-1", "9" * 99))},
        lambda: good | {"x-slack-request-timestamp": "१२३".encode()},
        lambda: {"x-slack-request-timestamp": good["x-slack-request-timestamp"]},
        lambda: {"x-slack-signature": good["x-slack-signature"]},
    ))()  # fmt: skip


def deliveries(http: TestClient, drawn: random.Random, count: int) -> tuple[Counter[str], list[str]]:
    """What of so many deliveries, half of them forged, is answered how; and what must not be. What is signed
    and makes no sense may be refused in any way, by Bolt too: whoever signs it is Slack."""
    answered: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(count):
        body, kind = delivery(drawn, number)
        real = drawn.random() < 0.5
        answer = http.post(
            "/slack/events", content=body, headers={**kind, **(signed(body) if real else forged(drawn, body))}
        )
        answered[f"{'signed' if real else 'forged'} {answer.status_code}"] += 1
        if not real and (answer.status_code, answer.content) != (401, b""):
            wrong.append(f"{answer.status_code} {answer.content[:100]!r} for a forged {body[:200]!r}")
    return answered, wrong


def visits(
    browser: TestClient, drawn: random.Random, paths: list[tuple[str, str]], token: str, count: int
) -> list[str]:
    """What is wrong with the answers of so many requests for `paths` (each with its method), with odd words
    in their places, queries and forms."""
    wrong: list[str] = []
    for _ in range(count):
        method, path = drawn.choice(paths)
        url = "/".join(_odd(drawn) if part.startswith("{") else part for part in path.split("/"))
        sent: dict[str, Any] = {"params": dict(_pairs(drawn))} if drawn.random() < 0.5 else {}
        if method == "POST":
            data = dict(_pairs(drawn)) | ({"token": token} if drawn.random() < 0.8 else {})
            sent["content"] = urlencode(data).encode() if drawn.random() < 0.9 else drawn.randbytes(200)
            sent["headers"] = {"content-type": "application/x-www-form-urlencoded"}
        answer = browser.request(method, url, **sent)
        wrong += [f"{method} {url} {sent}: {one}" for one in faults(answer)]
    return wrong


def faults(answer: httpx.Response) -> Iterator[str]:
    """What a page must never be, whatever was asked of it."""
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if "Traceback" in answer.text or "Error:" in answer.text:
        yield "shows an error of ours"
    if "default-src 'none'" not in answer.headers.get("content-security-policy", ""):
        yield "has no policy"
    if "<!channel>" in answer.text or "<script>" in answer.text:
        yield "has what was typed as markup"
    if (
        not answer.headers.get("location", "/").startswith("/")
        or answer.headers.get("location", "/")[:2] == "//"
    ):
        yield f"leads to {answer.headers['location']}"


def _odd(drawn: random.Random) -> str:
    return quote(
        str(drawn.choice((*ODD, "1", "a1", "<script>alert(1)</script>", "//evil.example")))[:300], safe=""
    )


def _pairs(drawn: random.Random) -> Iterator[tuple[str, str]]:
    names = (
        "question",
        "q",
        "page",
        "vote",
        "id",
        "value",
        "reason",
        "source",
        "day",
        "person",
        "state",
        "key",
        "x",
    )
    for _ in range(drawn.randrange(5)):
        yield drawn.choice(names), str(drawn.choice((*ODD, "<script>", "up", "//evil.example", "1")))


@contextlib.contextmanager
def browsed(settings: Settings) -> Iterator[tuple[TestClient, list[tuple[str, str]], str]]:
    """A browser that is signed in to the pages of this machine, what can be asked for there, and the token of
    its forms."""
    link = Link(Sessions(wiring.engine(settings)))
    pages = here(settings, _said, link, 3002)
    browser = TestClient(pages.app(), "http://127.0.0.1:3002", raise_server_exceptions=False)
    browser.get(f"/in?key={link.key()}")
    token = re.findall(r'name="token" value="(\w+)"', browser.get("/").text)[0]
    browser.follow_redirects = False
    routes = [one for one in browser.app.routes if isinstance(one, Route) and one.path not in ("/out", "/in")]
    paths = [(method, one.path) for one in routes for method in sorted((one.methods or set()) - {"HEAD"})]
    yield browser, paths, token
    pages.close()


def _said(asked: Question) -> Iterator[Answer]:
    yield Answer(asked.id, asked.text, Status.ANSWERED, asked.text)


FORMS = """[1] [2] [99] [1,2] 【1】 ]( ![ < > <!channel> <@U1> <#C1|x> @here https://evil.example/x | **
``` # * www.evil.example evil.example/p? //evil.example <|im_start|> </think> [INST] <https://evil.example|x>
\u200b mailto:a@e.example [x](https://evil.example) [1](https://evil.example) \u202e &lt;!here&gt;
javascript:alert(1)"""
TABLE = "\n| a | b |\n|---|---|\n| "
LEAVE = "Employees get 18 weeks of paid leave. Contractors are not eligible. Ask Ann Berger."
PASSAGE = Passage("p1", "wiki/leave.md", "wiki", "Leave", LEAVE, 0, len(LEAVE), "https://wiki.example/leave")


def drafted() -> list[str]:
    """What drafts are put together from: sentences of the passage, and every form that could be live."""
    return [*FORMS.split(), *LEAVE.split(". "), "\n", "\n- ", TABLE, ". ", " ", "w" * 3000]


def posted(draft: str, cut: int) -> list[str]:
    """What is wrong with the messages that a draft becomes, and with its stream, torn at `cut`."""
    kept = [one for one in cite(Draft(draft, "test"), [PASSAGE]) if not one.dropped]
    text = "".join(one.before + one.text for one in kept)
    citations = tuple(citation for one in kept for citation in one.citations)
    wrong = []
    for message in render(Answer("a1", "q", Status.ANSWERED, text, citations, "chat")):
        every = [*links("", message.blocks), *links(message.text, ())]
        wrong += [f"links to {one.url}" for one in every if one.url != PASSAGE.url]
        pieces = [*message_pieces("", message.blocks), *message_pieces(message.text, ())]
        wrong += [f"calls {span.mention}" for piece in pieces for span in spans(piece) if span.mention]
        wrong += complaints(list(message.blocks))
        wrong += ["is too long"] if len(message.text) > 4000 or text_length(message.blocks) > 12_000 else []
    said = [*markdown_spans(streamed(text[:cut], citations) + streamed(text[cut:], citations))]
    wrong += [
        f"streams {one.url}{one.mention}" for one in said if one.mention or one.url not in ("", PASSAGE.url)
    ]
    numbers = {one.number for one in citations}
    return wrong + [f"forges {n}" for n in markers(text) if n not in numbers]

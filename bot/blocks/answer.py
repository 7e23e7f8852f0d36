"""An Answer in, Slack messages out: text, sources, votes. Pure; every link is from the citation table."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.digest import SOURCE
from bot.answering.tabled import WRITER as TABLES
from bot.blocks.body import pieces, prose
from bot.blocks.calls import person, with_people
from bot.blocks.look import Look
from bot.blocks.markup import clean, mrkdwn
from bot.blocks.sources import Line, headed, merged, near, quotes, source
from bot.blocks.struck import struck_out
from bot.blocks.votes import OWNER, QUESTION, SHARE, Block, button, votes
from bot.phrases import say
from bot.posting.post import Message
from model.answer import Answer, Status

PART = 3000  # characters of a message: `text` stays below 4,000, all its blocks below 12,000
ROWS = 40  # blocks, of the 50 that Slack takes
_NO_ANSWER = (Status.FAILED, Status.SMALL_TALK, Status.CLARIFY)  # there is nothing to vote on


def render(answer: Answer, look: Look | None = None) -> list[Message]:
    """The messages of an answer: one, or for a long one several, with all sources, votes on the last."""
    shown = look or Look()
    table = {c.number: c.url for c in answer.citations}
    text = list(pieces(clean(answer.text).strip(), table, PART)) or [prose("…", {})]
    return _messages([*text, *_below(answer, shown)], answer, shown)


def plain(text: str) -> Message:
    """A message of words only."""
    return prose(clean(text).strip() or "…", {})


def _messages(parts: list[Message], answer: Answer, look: Look) -> list[Message]:
    packed = list(_packed(parts)) or [[]]
    packed[-1] = [*packed[-1], *_closing(answer, look)]
    for number, message in enumerate(packed[:-1], 1):
        message.append(line(say("part", look.locale, part=number, parts=len(packed))))
    return [_joined(message) for message in packed if message]


def _packed(parts: list[Message]) -> Iterator[list[Message]]:
    message: list[Message] = []
    for piece in parts:
        together = [*message, piece]
        too_long = sum(len(p.text) + 1 for p in together) > PART
        if message and (too_long or sum(len(p.blocks) for p in together) > ROWS):
            yield message
            message = []
        message = [*message, piece]
    if message:
        yield message


def _below(answer: Answer, look: Look) -> Iterator[Message]:
    """Sources with the buttons for their quotes; where nothing was found, the pages that come nearest."""
    if answer.citations:
        first, *others = [source(c, look) for c in answer.citations]
        yield headed(say("sources", look.locale), first)
        yield from others
    if answer.nearest:
        first, *others = [near(page) for page in answer.nearest]
        yield headed(say("nearest", look.locale), first)
        yield from others
    if look.struck:
        yield struck_out(look.struck, look.locale)
    if look.owner and look.direct and answer.status is Status.NOT_FOUND:
        yield _asks(look)


def _asks(look: Look) -> Message:
    """In a direct message nobody can be called in: it says whom to ask."""
    return with_people(say("owner_is", look.locale, owner=person(look.owner)))


def _closing(answer: Answer, look: Look) -> Iterator[Message]:
    if pressed := list(_pressed(answer, look)):
        yield Message("", ({"type": "actions", "elements": pressed},))
    label = say(_label(answer), look.locale)
    for text in (answer.notice, label if answer.citations else ""):
        if shown := clean(text).strip():
            yield line(shown[:300])
    if answer.status not in _NO_ANSWER and answer.id:
        yield Message("", (votes(answer.id, look.locale),))


def _label(answer: Answer) -> str:
    quoted = answer.writer == "extract"
    if answer.writer == TABLES:
        return "looked_up"
    if any(c.document.startswith(f"{SOURCE}/") for c in answer.citations):
        return "quoted_thread" if quoted else "disclaimer_thread"
    return "quoted" if quoted else "disclaimer"


def _pressed(answer: Answer, look: Look) -> Iterator[Block]:
    yield from quotes(answer.citations, look.locale)
    if look.owner and not look.direct and answer.status is Status.NOT_FOUND:
        yield button(OWNER, say("ask_owner", look.locale), f"{answer.id}:{look.owner}")
    if look.share and answer.citations:
        asked = f"{answer.id} {clean(answer.question)[:QUESTION]}"
        yield button(SHARE, say("share", look.locale), asked)


def _joined(parts: list[Message]) -> Message:
    """One message; lines that follow each other stand in one block."""
    blocks: list[Block] = []
    before: Message | None = None
    for part in parts:
        if isinstance(part, Line) and isinstance(before, Line):
            blocks[-1] = merged(blocks[-1], *part.blocks)
        else:
            blocks += part.blocks
        before = part
    return Message("\n".join(part.text for part in parts if part.text), tuple(blocks))


def line(text: str) -> Message:
    """Small print."""
    element = {"type": "plain_text", "text": text, "emoji": False}
    return Message(mrkdwn(text), ({"type": "context", "elements": [element]},))

"""An answer that is worth a look in, the modals in which a reviewer says what it is out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.blocks.markup import cut_off, words
from bot.events.review import LONGEST, REVIEW
from bot.phrases import say
from model.learning.case import Case
from model.learning.reviews import CAUSES

Block = dict[str, Any]
_PASSAGES, _TEXT = 8, 2_500  # how many, and characters of each: what search joins may be longer
_SEEN = 25  # answers that were passed over last, which a modal remembers


def look(case: Case | None, locale: str, seen: Sequence[str] = (), problem: str = "") -> Block:
    """The answer with its passages and four buttons; without one, that nothing waits. `seen` was passed over;
    `problem` is what went wrong with the word before."""
    told = [_small(problem)] if problem else []
    if case is None:
        return _modal("look", [*told, _small(say("review_none", locale))], locale)
    buttons = [
        _button("confirm", say("review_confirm", locale), primary=True),
        _button("write", say("review_write", locale)),
        _button("reject", say("review_reject", locale)),
        _button("skip", say("review_skip", locale)),
    ]
    blocks = [*told, *_told(case, locale), {"type": "actions", "elements": buttons}, *_passages(case)]
    return _modal("look", blocks, locale) | {"private_metadata": about(case, seen)}


def write(case: Case, locale: str, seen: Sequence[str] = ()) -> Block:
    """The form for what would have been right, with the answer in it to begin with."""
    field = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": LONGEST}
    begun = {} if case.missed else {"initial_value": case.answer[:LONGEST]}
    text = _input("text", say("review_text", locale), field | begun)
    blocks = [*_told(case, locale), text, _small(say("review_how", locale)), *_passages(case)]
    return _form("corrected", blocks, case, locale) | {"private_metadata": about(case, seen)}


def reject(case: Case, locale: str, seen: Sequence[str] = ()) -> Block:
    """The form for why it is bad."""
    options = [{"text": _plain(say(f"cause_{one}", locale)), "value": one} for one in CAUSES]
    field = {"type": "radio_buttons", "action_id": "cause", "options": options}
    blocks = [*_told(case, locale), _input("cause", say("review_why", locale), field), *_passages(case)]
    return _form("rejected", blocks, case, locale) | {"private_metadata": about(case, seen)}


def about(case: Case, seen: Sequence[str]) -> str:
    """What a modal remembers: the answer, how many words there were on it, and what was passed over."""
    return " ".join([f"{case.record.id}:{case.turn}", *list(seen)[-_SEEN:]])


def _told(case: Case, locale: str) -> Iterator[Block]:
    """What was asked, answered and said of it."""
    up = sum(vote.value == "up" for vote in case.votes)
    yield _small(say("review_votes", locale, up=up, down=len(case.votes) - up))
    if case.record.question:
        yield _text(say("review_asked", locale), case.record.question)
    else:
        yield _small(say("review_unasked", locale))
    yield _text(say("review_answer", locale), say("review_missed", locale) if case.missed else case.answer)
    for vote in case.votes:
        reasons = ", ".join(say(f"reason_{one}", locale) for one in vote.reasons)
        if reasons:
            yield _small(reasons)
        if vote.correction:
            yield _text(say("why_correction", locale), vote.correction)


def _passages(case: Case) -> Iterator[Block]:
    for number, one in list(enumerate(case.passages, 1))[:_PASSAGES]:
        path = " > ".join(dict.fromkeys((one.title, *one.heading)))
        yield _text(f"[{number}] {path}", cut_off(one.text, _TEXT))


def _text(head: str, text: str) -> Block:
    """A heading of ours and somebody's words, to the letter."""
    bold = {**words(head), "style": {"bold": True}}
    said = {"type": "rich_text_quote", "elements": [words(text[:LONGEST])]}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [bold]}, said]}


def _modal(name: str, blocks: Sequence[Block], locale: str) -> Block:
    return {
        "type": "modal",
        "callback_id": REVIEW + name,
        "title": _plain(say("review_title", locale)),
        "close": _plain(say("close", locale)),
        "blocks": list(blocks),
    }


def _form(name: str, blocks: Sequence[Block], case: Case, locale: str) -> Block:
    return _modal(name, blocks, locale) | {"submit": _plain(say("why_send", locale))}


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _button(action: str, label: str, *, primary: bool = False) -> Block:
    style = {"style": "primary"} if primary else {}
    return {"type": "button", "action_id": REVIEW + action, "text": _plain(label), **style}


def _small(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text)]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}

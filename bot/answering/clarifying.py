"""A question that does not say what it is about, with its hits, in; the readings to ask back with, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.work import Work
from bot.meaning.readings import vague
from bot.phrases import say
from bot.replies import printable
from model.answer import Status
from model.quoting.parts import parts
from retrieval.passage import Hit, Passage
from retrieval.terms import terms

MOST = 3  # readings that are shown
_NEAR = 0.45  # share of the best score from which another page is as likely meant; .42 to .48 ask the same


def asked_back(work: Work) -> Work:
    """The work; asked back where a vague question opens its thread and may mean several pages."""
    asked = work.question
    if work.said or asked.earlier or asked.attached:
        return work
    first, *_ = parts(asked.text) or [asked.text]  # what leans on it is not vague
    if not vague(first):
        return work
    found = readings(work.results.hits, first)
    if len(found) < 2:
        return work
    shown = "\n".join(f"• {one}" for one in found)
    return work.settled(Status.CLARIFY, say("ask_back", asked.locale, readings=shown))


def readings(hits: Sequence[Hit], question: str = "") -> list[str]:
    """Up to three sections, of a page each, that may be meant as well as the best: they come as near, or have
    every word of the question that says anything."""
    best = hits[0].score if hits else 0.0
    asked = frozenset(terms(question))
    pages: dict[str, Passage] = {}
    for hit in hits:
        named = bool(asked) and asked <= frozenset(terms(hit.passage.indexed_text))
        if hit.score >= _NEAR * best or named:
            pages.setdefault(hit.passage.document, hit.passage)
    return list(dict.fromkeys(map(_label, pages.values())))[:MOST]


def _label(passage: Passage) -> str:
    """Title and last heading, on one line."""
    parts = (passage.title, passage.heading[-1] if passage.heading else "")
    return " › ".join(dict.fromkeys(printable(part) for part in parts if part.strip()))

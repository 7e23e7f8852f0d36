"""A case and the right answer to it in, the row that is learnt from out, or why there is none to be made."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from model.answer import Status
from model.checking.citations import markers
from model.learning import optout, reviews
from model.learning.case import Case, Terms, case, renumbered, voted
from model.learning.facts import facts
from model.learning.row import Row
from model.writing.prompt import NOT_FOUND
from retrieval.languages import language
from retrieval.passage import FootnoteError
from retrieval.terms import words

LIKED = 2  # people who have to find it helpful before an answer enters without a review


class NoLesson(FootnoteError):
    """Nothing can be learnt from an answer, whatever is right; the text says why."""


def row(of: Case, answer: str, origin: str, terms: Terms) -> Row:
    """What is learnt of a case. Passages that it does not cite and that not everyone may read are left out,
    and the question where its words may not be used. Raises NoLesson."""
    gold = () if answer == NOT_FOUND else tuple(sorted(set(markers(answer))))
    open_to_all = set(terms.everyone({one.document for one in of.passages}))
    kept = [n for n, one in enumerate(of.passages, 1) if one.document in open_to_all]
    if not kept or not set(gold) <= set(kept):
        raise NoLesson("It rests on a document that not everyone may read, or that is gone.")
    if not gold and answer != NOT_FOUND:
        raise NoLesson("It cites nothing: nothing is learnt from it.")
    number = {old: new for new, old in enumerate(kept, 1)}
    passages, text = tuple(of.passages[n - 1] for n in kept), renumbered(answer, number)
    question = "\n".join((*of.record.earlier, of.record.question)) if terms.slack_text else ""
    first = passages[number[gold[0]] - 1] if gold else passages[0]
    return Row(
        question.strip(),
        passages,
        text,
        tuple(number[n] for n in gold),
        tuple(facts(text)) if gold else (),
        origin,
        of.record.id,
        people=tuple(sorted({vote.voter for vote in of.votes} | ({of.asker} - {""} if question else set()))),
        channel=of.channel,
        language=language(words(text if gold else first.text)),
        topic=first.source,
        rights=_rights(origin, asked=bool(question), refuses=not gold),
    )


def unreviewed(connection: sa.Connection, terms: Terms) -> list[Row]:
    """Rows of answers that enter without a review: shown as they were written, nothing struck, helpful to
    two people and unhelpful to none, resting on what everyone may read. Whoever builds caps them."""
    if not terms.unreviewed:
        return []
    looked, out, found = reviews.reviewed(connection), optout.out(connection), list[Row]()
    for answer, votes in voted(connection, terms).items():
        liked = {vote.voter for vote in votes if vote.value == "up"}
        if len(liked) < max(LIKED, len(votes)) or answer in looked:
            continue
        of = case(connection, answer, terms)
        if of is not None and not out.has(of.asker) and _as_written(of):
            try:
                found.append(row(of, of.answer, "votes", terms))
            except NoLesson:
                continue
    return found


def _as_written(of: Case) -> bool:
    """Whether the writer that was wanted wrote it as it writes when nobody asks for a manner, and all of it
    stood."""
    trail = of.record.trail
    asked_for = any(trail.get(name) for name in ("tone", "language", "schema", "translated", "rungs"))
    return of.record.status == Status.ANSWERED and not of.record.struck and not asked_for


def lessons(connection: sa.Connection, terms: Terms) -> list[Row]:
    """What reviewers made lessons of, as it may be learnt from now: of what everyone may read, of nobody who
    opted out, and without questions where those may not be used."""
    out = optout.out(connection)
    rows = [one for one in reviews.kept(connection).values() if not out.any(_whose(connection, one, terms))]
    open_to_all = set(terms.everyone({uri for one in rows for uri in one.documents}))
    allowed = (one for one in rows if one.documents <= open_to_all)
    return [one if terms.slack_text else without_question(one) for one in allowed]


def _whose(connection: sa.Connection, one: Row, terms: Terms) -> tuple[str, ...]:
    """Who had a part in it: also who asked, where the question is not in it, and who reviewed it."""
    return (*one.people, one.reviewer, terms.asked(connection, one.answer_id)[0])


def without_question(one: Row) -> Row:
    """The row without words that somebody asked in Slack."""
    rights = _rights(one.origin, asked=False, refuses=one.refuses)
    return replace(one, question="", rights=rights if one.question else one.rights)


def _rights(origin: str, *, asked: bool, refuses: bool) -> str:
    """What a row holds beside the documents' text: a correction is what its reviewer wrote."""
    if asked or (origin == "correction" and not refuses):
        return "consented"
    return "documents" if refuses else "own"

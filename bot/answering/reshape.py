"""The last answer and the form that is wanted of it in, the same facts in that form out: checked again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from bot.answering.ladder import LEAST_S, left_s
from bot.answering.layout import laid_out
from bot.answering.tabled import WRITER as TABLES
from bot.answering.work import Shown, Work
from bot.meaning.shapes import Form, form
from bot.phrases import say
from model.answer import (
    Answer,
    Citation,
    Draft,
    Previous,
    Question,
    Status,
    Struck,
    Writer,
    WriterUnavailable,
)
from model.checking.citations import WORDS, Checked, cite, markers
from model.checking.figures import figures
from model.checking.meaning import Meaning
from model.checking.support import MARKER
from model.writing.rewriting import Rewriter, added, messages, sentences_of, translated
from model.writing.rung import DRAFTED_S
from retrieval.passage import Hit, Passage
from retrieval.search import Results
from retrieval.terms import words

RESERVE_S = 3.0  # of the time until an answer has to be there: for the check and the post
_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "tr": "Turkish",
}  # fmt: skip
_STYLES = {
    "simple": "Say it in simpler words, for somebody who is new to it.",
    "formal": "Say it more formally.",
    "casual": "Say it in a friendlier, more casual way.",
    "other": "Say it in other words.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences with the markers of `citations`, what is to be said of how they came about, and the tokens
    of models that it took."""

    sentences: tuple[str, ...]
    citations: tuple[Citation, ...]
    writer: str
    notice: str = ""
    struck: tuple[Struck, ...] = ()
    translated: bool = False
    tokens: Mapping[str, int] = field(default_factory=dict)

    def after(self, draft: Draft) -> Mapping[str, int]:
        """Its tokens with those of a draft that was made of it."""
        both = (self.tokens, draft.tokens)
        return {kind: sum(one.get(kind, 0) for one in both) for kind in {**self.tokens, **draft.tokens}}


class Refused(Exception):
    """It cannot be done: the phrase that says why."""


@dataclass(frozen=True, slots=True)
class Reshape:
    """Of the ladder, those are asked that can rewrite; what code can do is done without them. `still` leaves
    of passages what some readers may see now."""

    writers: Sequence[Writer]
    meaning: Meaning = WORDS
    still: Shown = lambda passages, readers: list(passages)

    def answers(self, works: Iterator[Work]) -> Iterator[Answer]:
        """A step of the chain: each question's answer in one piece."""
        for work in works:
            if previous := work.question.previous:
                yield self._answer(work, previous, form(work.question.text) or Form())

    def _answer(self, work: Work, previous: Previous, wish: Form) -> Answer:
        locale, began = work.question.locale, perf_counter()
        try:
            told = self._changed(_again(previous, self.meaning), wish, work.question)
            if self.still(previous.passages, work.question.readers) != list(previous.passages):
                raise Refused("answer_changed")
        except Refused as why:
            return work.told(Status.CLARIFY, say(str(why), locale))
        shown = Checked(
            laid_out(told.sentences, told.citations, told.writer, wish.layout, locale), told.citations
        )
        from_them = replace(work, results=Results(tuple(Hit(one, 1.0) for one in previous.passages)))
        draft = Draft("", told.writer, tokens=told.tokens)
        judged = from_them.drafted(draft, "", began).judged([shown], previous.passages)
        answer = judged.sentence(judged.kept[0], first=True)
        if wish.layout == "json":
            answer = replace(answer, text=as_json(told.sentences, answer.citations, judged.notices))
        notice = " ".join(part for part in (told.notice, answer.notice) if part)
        trail = answer.trail and replace(answer.trail, translated=told.translated)
        return replace(answer, notice=notice, struck=told.struck, trail=trail)

    def _changed(self, told: Told, wish: Form, question: Question) -> Told:
        if not told.sentences:
            raise Refused("answer_changed")
        if wish.figure:
            return _figures(told, question.locale)
        if wish.shorter or wish.style:
            told = self._reworded(told, wish, question)
        return self.translated(told, wish.language, question) if wish.language else told

    def _reworded(self, told: Told, wish: Form, question: Question) -> Told:
        """By a model, where what it writes stands the check; by code, where whole sentences will do."""
        facts, before = _facts(told), sum(map(len, told.sentences))
        struck: tuple[Struck, ...] = ()
        for draft in self._drafts(_wish(wish), told, question):
            new = _checked(draft, told, facts, self.meaning)
            size, struck = sum(map(len, new.sentences)), struck + new.struck
            good = 0 < len(new.sentences) >= len(new.struck) and (not wish.shorter or size < before)
            if good and not (wish.sentences and len(new.sentences) > wish.sentences):
                return new
        if wish.style:
            raise Refused("reshape_unsafe" if self._rewriters else "reshape_no_model")
        return replace(_shorter(told, wish.sentences, question.locale), struck=struck)

    def translated(self, told: Told, code: str, question: Question) -> Told:
        """By a model. Raises Refused where there is none in time that keeps all that can be compared."""
        for draft in self._drafts(f"Translate it into {_NAMES[code]}.", told, question):
            new = sentences_of(draft.text)
            if not _untouched(told.sentences, new) and translated(told.sentences, new, code):
                kept, notice = tuple(map(_remarked, new, told.sentences)), say("translated", question.locale)
                made = replace(told, sentences=kept, writer=draft.writer, tokens=told.after(draft))
                return replace(made, notice=notice, translated=True)
        raise Refused("translation_unsafe" if self._rewriters else "translation_no_model")

    @property
    def _rewriters(self) -> list[Rewriter]:
        return [writer for writer in self.writers if isinstance(writer, Rewriter)]

    def _drafts(self, wish: str, told: Told, question: Question) -> Iterator[Draft]:
        """By those for whom there is time: each has an equal part of what those before it left."""
        for place, writer in enumerate(self._rewriters):
            share = left_s(question, RESERVE_S) / (len(self._rewriters) - place)
            if share < LEAST_S:
                continue
            try:
                yield writer.drafted(messages(wish, "\n".join(told.sentences)), min(DRAFTED_S, share))
            except WriterUnavailable:
                continue


def _untouched(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether most words of `new` are those of `old`: then it is no translation."""
    was, now = ({word for word in words(" ".join(some).casefold()) if word.isalpha()} for some in (old, new))
    return len(was & now) > len(now) / 2


def _again(previous: Previous, meaning: Meaning) -> Told:
    """The answer as what it cites carries it now. What was reckoned from a table stands while that is the one
    that was read, and a translation while its documents do: it is not in their language."""
    answer = previous.answer
    if answer.writer == TABLES or previous.translated:
        whole = tuple(sentences_of(answer.text))
        return Told(whole, answer.citations, answer.writer, translated=previous.translated)
    checked = cite(Draft(answer.text, answer.writer), previous.passages, meaning)
    kept = [one for one in checked if not one.dropped]
    citations = tuple(c for one in kept for c in one.citations)
    return Told(tuple(one.text for one in kept), citations, answer.writer)


def _checked(draft: Draft, told: Told, facts: Sequence[Passage], meaning: Meaning) -> Told:
    """What of the draft the passages carry, and the answer before it says. The first of `facts` is that
    answer, the others are what it cites, by number."""
    answer, *passages = facts
    struck: list[Struck] = []
    kept: list[str] = []
    for sentence in sentences_of(draft.text):
        if new := added(sentence, answer):
            struck.append(new)
        else:
            kept.append(sentence)
    judged = list(cite(Draft("\n".join(kept), draft.writer), passages, meaning))
    struck += [one.dropped for one in judged if one.dropped]
    whole = [one for one in judged if not one.dropped]
    citations = tuple(c for one in whole for c in one.citations)
    said, tokens = tuple(one.text for one in whole), told.after(draft)
    made = Told(said, citations, draft.writer, struck=tuple(struck), tokens=tokens)
    return replace(made, translated=told.translated)


def _facts(told: Told) -> list[Passage]:
    """The answer as a passage, and what each of its citations quotes."""
    text = "\n".join((*told.sentences, *(f"{c.title} {' '.join(c.heading)}" for c in told.citations)))
    answer = Passage("", "", "", "", MARKER.sub("", text), 0, len(text), "")
    return [answer, *map(_quoted, told.citations)]


def _quoted(c: Citation) -> Passage:
    where = {"heading": c.heading, "page": c.page, "updated_at": c.updated_at}
    return Passage(c.passage, c.document, "", c.title, c.quote, c.start, c.end, c.url, **where)  # type: ignore[arg-type]


def _remarked(new: str, old: str) -> str:
    """`new` with the markers of `old` behind it."""
    return f"{MARKER.sub('', new).strip()} {''.join(f'[{n}]' for n in dict.fromkeys(markers(old)))}"


def _shorter(told: Told, most: int, locale: str) -> Told:
    """The first sentences: what decides an answer comes first."""
    count = len(told.sentences)
    keep = min(most, count) if most else max(1, count // 2)
    if count == 1:
        return replace(told, notice=say("reshape_shortest", locale))
    return _only(told, told.sentences[:keep])


def _only(told: Told, sentences: Sequence[str]) -> Told:
    """These sentences of it, and the citations that are left, counted anew."""
    numbers = list(dict.fromkeys(n for one in sentences for n in markers(one)))
    table = {c.number: c for c in told.citations}
    new = {old: number for number, old in enumerate((n for n in numbers if n in table), 1)}
    citations = tuple(replace(table[old], number=number) for old, number in new.items())
    return replace(told, sentences=tuple(_renumbered(one, new) for one in sentences), citations=citations)


def _renumbered(sentence: str, new: dict[int, int]) -> str:
    said = MARKER.sub("", sentence).strip()
    return f"{said} {''.join(f'[{new[n]}]' for n in dict.fromkeys(markers(sentence)) if n in new)}".strip()


def _figures(told: Told, locale: str) -> Told:
    """The figure of the first sentence that has one; where it has several, that sentence whole."""
    for sentence in told.sentences:
        found = [f for f in figures(MARKER.sub("", sentence)) if not f.loose]
        if len({f.values for f in found}) > 1:
            return replace(_only(told, [sentence]), notice=say("figures_several", locale))
        if found:
            one = _only(told, [sentence])
            ends = "".join(f"[{c.number}]" for c in one.citations)
            return replace(one, sentences=(f"{_spelt(sentence, found[0].spelling)} {ends}",))
    raise Refused("figures_none")


def _spelt(sentence: str, spelling: str) -> str:
    """The figure as the sentence has it: `spelling` is in small letters."""
    at = sentence.casefold().find(spelling)
    return sentence[at : at + len(spelling)] if at >= 0 else spelling


def _wish(wish: Form) -> str:
    most = f"at most {wish.sentences} sentences" if wish.sentences else "about half as long"
    parts = [f"Make it shorter: {most}." if wish.shorter else "", _STYLES.get(wish.style, "")]
    return " ".join(part for part in parts if part)


def as_json(sentences: Sequence[str], citations: Sequence[Citation], notices: Sequence[str] = ()) -> str:
    """An answer for machines, in a block of code, with what is to be known of it (sources that disagree);
    quotes are behind the button, as ever."""
    whole = {
        "answer": " ".join(sentences),
        **({"notices": list(notices)} if notices else {}),
        "citations": [{"number": c.number, "title": c.title, "url": c.url} for c in citations],
    }
    return f"```json\n{json.dumps(whole, ensure_ascii=False, indent=2)}\n```"

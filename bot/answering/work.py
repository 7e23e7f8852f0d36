"""A question on its way through the chain, and the answer it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from time import perf_counter

from bot.answering.caveats import Told, caveats, elsewhere, other_years, overdue
from bot.answering.digest import Digest
from bot.answering.dispute import disputed
from bot.answering.prose import without_rows
from bot.answering.tabled import Tabled, Untold, tabled
from bot.answering.tongue import abroad
from bot.answering.tongue import elsewhere as otherwise
from bot.meaning.followup import apart_from, asked
from bot.phrases import say
from bot.replies import degraded, not_found
from model.answer import Answer, Draft, Near, Question, Status, Struck, Timings, Writer
from model.checking.citations import Checked, cite
from model.checking.meaning import Meaning
from model.plain import forms
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from model.quoting.parts import apart, parts
from model.tabular.asking import alike
from model.trail import Trail
from retrieval.acronyms import worded
from retrieval.compounds import unfolded, written
from retrieval.passage import Audience, Embedder, Hit, Passage, Speller
from retrieval.search import Results
from retrieval.slips import changed, mended
from retrieval.terms import words

SHORT = 2  # sentences where answers are to be short
Shown = Callable[[Sequence[Passage], Audience], list[Passage]]  # what of passages some may see now
Whole = Callable[
    [Sequence[Passage], Audience], Mapping[str, list[Passage]]
]  # documents, as some may see them
NEAREST = 3  # pages that are named where nothing was found


@dataclass(frozen=True, slots=True)
class Work:
    """A question and what the steps have found so far; each step returns it with more filled in."""

    question: Question
    started: float = field(default_factory=perf_counter)
    results: Results = Results(())
    attached: tuple[Hit, ...] = ()
    carried: bool = False
    draft: Draft = Draft("", "")
    write_ms: float = 0.0
    struck: tuple[Struck, ...] = ()
    tabled: Tabled | None = None
    kept: tuple[Checked, ...] = ()
    notices: tuple[str, ...] = ()
    said: tuple[Status, str] | None = None  # what is answered without a document, where that is known
    worded: str = ""  # the question as the documents word it
    about: str = ""  # the document whose table does not say it
    trail: Trail = Trail()
    once: Mapping[str, str] = field(default_factory=dict)  # what held when is asked about, not now: since

    def settled(self, status: Status, text: str) -> Work:
        """With its answer, which rests on no document: nothing more is searched or written."""
        return replace(self, said=(status, text), carried=False)

    def resting(self, passages: Sequence[Passage], otherwise: str) -> Work:
        """On these alone: they are written from, nothing is searched, and where nothing of that stands it is
        said `otherwise`."""
        hits = tuple(Hit(one, 1.0) for one in passages)
        return replace(self, attached=hits, carried=bool(hits), said=(Status.NOT_FOUND, otherwise))

    def by(self, writer: Writer) -> Writer:
        """Who writes in its place: of what people said, the last rung picks other sentences."""
        return Digest(self.question.thread) if self.question.thread and writer.name == "extract" else writer

    @property
    def asked(self) -> str:
        """The question as it is to be answered, below those before it that it leans on, one a line."""
        return asked(self.question)

    @property
    def passages(self) -> list[Passage]:
        """Those of attached files, then those found, each best first; markers in the draft count from 1."""
        return [hit.passage for hit in (*self.attached, *self.results.hits)]

    def still(self, shown: Shown) -> list[Passage]:
        """The passages; of those found, what `shown` leaves of them for the question's readers."""
        count, found = len(self.attached), self.passages
        return [*found[:count], *shown(found[count:], self.question.readers)] if found else []

    def sure(self, model: Answerability, found: Results, near: Sequence[Hit]) -> tuple[float, str]:
        """How likely what was found, or is near in attached files, carries an answer, and the question as it
        is said there; of several things that are asked the likeliest counts. Where nothing answers it with
        what is told beside it, it is asked without that."""
        best = self._likeliest(self.asked, model, found, near)
        told, alone = apart(self.asked)
        if best[0] >= model.threshold or not apart_from(told, alone):
            return best
        leant = self.asked.rpartition("\n")[0]
        return max(best, self._likeliest(f"{leant}\n{alone}" if leant else alone, model, found, near))

    def _likeliest(
        self, asked: str, model: Answerability, found: Results, near: Sequence[Hit]
    ) -> tuple[float, str]:
        """The same of one wording, with its acronyms, compounds and slips of spelling as they are there."""
        forms = [asked, *worded(asked, found.told)]
        passages = [hit.passage for hit in (*near, *found.hits)]
        if isinstance(model.embedder, Speller):
            spelt = [mended(one, passages, model.embedder.spells) for one in forms]
            forms += [one for one in spelt if one not in forms]
        for parted in (written, unfolded):
            forms += [said for one in forms[:] if (said := parted(one, passages)) not in forms]
        read = [(max(model.probability(one, hits) for hits in (near, found.hits)), one) for one in forms]
        sure, form = max(read, key=lambda one: one[0])
        each = (model.probability(one, hits) for one in parts(asked) for hits in (near, found.hits))
        return max((sure, *each)), form

    def found(self, results: Results, attached: tuple[Hit, ...], trail: Trail) -> Work:
        """With what there is to answer from, and whether that may carry an answer, as `trail` says."""
        sure = trail.sure is not None and trail.sure >= trail.threshold
        carried = bool(attached or results.hits) and sure
        return replace(self, results=results, attached=attached, carried=carried, trail=trail)

    def drafted(self, draft: Draft, failure: str, began: float) -> Work:
        """With a draft, begun at `began`; `failure` is the sentence of the rung above, where one failed."""
        return replace(self, draft=replace(draft, degraded=failure), write_ms=(perf_counter() - began) * 1000)

    def reckoned(self, whole: Whole) -> Work:
        """With what tables among the passages say; without any rows where one was asked that does not say.
        `whole` gives all passages of documents of the index, as far as it can."""
        if self.said:
            return self
        found = self._tabled([hit.passage for hit in self.attached], whole) if self.attached else None
        if found is None or (isinstance(found, Untold) and found.open):
            found = self._tabled(self.passages, whole)
        if isinstance(found, Untold):
            return self._untold(found)
        if found is None:
            return self
        hits = tuple(Hit(passage, 0.0) for passage in found.passages)
        came = {hit.passage.document for hit in self.attached} & {one.document for one in found.passages}
        others = tuple(hit for hit in self.results.hits if hit.passage.document != found.passages[0].document)
        near, more = (hits, others) if came else ((), (*hits, *others))  # the others may say otherwise
        results = replace(self.results, hits=more)
        return replace(self, results=results, attached=near, carried=False, draft=found.draft, tabled=found)

    def _tabled(self, passages: Sequence[Passage], whole: Whole) -> Tabled | Untold | None:
        return tabled(self.asked, passages, lambda one: self._whole(one, whole), self.question.locale)

    def _whole(self, one: Passage, whole: Whole) -> list[Passage]:
        asked = self.question
        if one.document in asked.whole:
            return [passage for passage in asked.attached if passage.document == one.document]
        return whole([one], asked.readers).get(one.document, [])

    def _untold(self, found: Untold) -> Work:
        """Without rows where something else may say it; else with why the table does not, and which it is."""
        prose, near = (
            tuple(replace(hit, passage=one) for hit in hits if (one := without_rows(hit.passage)))
            for hits in (self.results.hits, self.attached)
        )
        said = words(" ".join(hit.passage.text for hit in (*prose, *near)))
        told = not found.left or any(alike(one, word) for one in found.left for word in said)
        told = told and any(found.said_by(hit.passage.text) for hit in (*prose, *near))
        if found.open and self.carried and (prose or near) and told:
            return replace(self, results=replace(self.results, hits=prose), attached=near)
        if not found.why:
            return replace(self, carried=False)
        return replace(self.settled(Status.NOT_FOUND, found.why), about=found.document)

    def checked(self, still: Sequence[Passage], meaning: Meaning) -> list[Checked]:
        """The sentences of the draft, each held against what it cites as the readers may see it now."""
        return self.tabled.checked(still) if self.tabled else list(cite(self.draft, still, meaning))

    def held(self, still: Sequence[Passage], meaning: Meaning) -> Work:
        """Judged; where nothing stands of what a model made of a thread, with sentences of the thread."""
        judged = self.judged(self.checked(still, meaning), still, meaning.embedder)
        if judged.kept or not self.question.thread:
            return judged
        quoted = replace(self, draft=Digest(self.question.thread).write("", still))
        again = quoted.judged(quoted.checked(still, meaning), still)
        return replace(again, struck=judged.struck + again.struck)

    def judged(
        self, checked: Sequence[Checked], still: Sequence[Passage], embedder: Embedder | None = None
    ) -> Work:
        """With what the check took out of the draft, and what the answer came from."""
        hits = (*self.attached, *self.results.hits)
        asked, draft = self.question, self.draft
        trail = replace(
            self.trail,
            readers=asked.readers,
            sources=asked.sources,
            earlier=asked.earlier,
            tone=asked.tone,
            language=asked.language,
            schema=asked.schema,
            hits=tuple(replace(hit, passage=one) for hit, one in zip(hits, still, strict=True)),
            attached=len(self.attached),
            table=self.results.table,
            rungs=(draft.degraded,) if draft.degraded else (),
            writer=draft.made,
            tokens=draft.tokens,
            stripped=forms(draft.text),
        )
        kept, notices = tuple(one for one in checked if not one.dropped), tuple[str, ...]()
        kept = kept[:SHORT] if asked.tone == "short" and not self.tabled else kept
        if kept and not asked.thread and (self.tabled is None or self.tabled.rows):
            kept, notices = self._disputed(kept, still)
            cited = [c for one in kept for c in one.citations]
            if draft.writer == Extract.name:
                notices = (*self._noticed(kept, still, embedder), *notices)
            late = overdue(cited, datetime.now(UTC).date(), asked.locale)
            then = other_years(self.asked, cited, still, asked.locale, self.once)
            notices = (*then, *late, *notices)
        if kept and self.tabled and self.tabled.notice:
            notices = (self.tabled.notice, *notices)
        struck = tuple(one.dropped for one in checked if one.dropped)
        return replace(self, struck=struck, kept=kept, notices=notices, trail=trail)

    def _noticed(
        self, kept: Sequence[Checked], still: Sequence[Passage], embedder: Embedder | None
    ) -> Iterator[str]:
        """What is to be known of sentences that are quoted as they stand."""
        asked, cited = self.question, [c for one in kept for c in one.citations]
        under = [" ".join(one.heading) for one in cited]
        yield from abroad(asked.text, cited, asked.locale)
        yield from _read_as(self.asked, self.worded, asked.locale)
        told = Told([one.text for one in kept], still, under, embedder, self.worded)
        yield from caveats(self.asked, told, asked.locale)
        yield from elsewhere(self.asked, cited, still, asked.locale)

    def _disputed(
        self, kept: tuple[Checked, ...], still: Sequence[Passage]
    ) -> tuple[tuple[Checked, ...], tuple[str, ...]]:
        """What is left of the draft, with the citations of what disagrees with it, and sentences on that."""
        cited = [c for one in kept for c in one.citations]
        notices, more = disputed(self.asked, cited, still, self.question.locale, self.once)
        last = replace(kept[-1], citations=(*kept[-1].citations, *more))
        return (*kept[:-1], last), notices

    def sentence(self, checked: Checked, *, first: bool) -> Answer:
        """The chunk of the answer that a checked sentence is."""
        text = (checked.before if first else checked.before or " ") + checked.text
        status = Status.DEGRADED if self.draft.degraded else Status.ANSWERED
        why = degraded(self.draft, self.question.locale)
        return replace(
            self.told(status, text),
            citations=checked.citations,
            notice=" ".join(part for part in (why, *self.notices) if part),
        )

    def unanswered(self, searched: Callable[[Question], str], still: Sequence[Passage]) -> Answer:
        """What is said where there is no checked sentence; `searched` names what was searched, `still` is
        what of it the readers may see now: what was to be said may name what is gone."""
        gone = any(was.text and not now.text for was, now in zip(self.passages, still, strict=True))
        if self.said and not gone:
            return replace(self.told(*self.said), nearest=tuple(_nearest(still, self.about)))
        locale = self.question.locale
        struck = say("none_held", locale) if self.struck and not gone else ""
        answer = self.told(Status.NOT_FOUND, struck or not_found(searched(self.question), locale))
        foreign = otherwise(self.asked, still, locale)
        notice = " ".join(part for part in (degraded(self.draft, locale), foreign) if part)
        return replace(answer, nearest=tuple(islice(_nearest(still), NEAREST)), notice=notice)

    def told(self, status: Status, text: str) -> Answer:
        """These words, with what is known of how they came about; without citations."""
        total = (perf_counter() - self.started) * 1000
        timings = Timings(self.results.embed_ms, self.results.search_ms, self.write_ms, total)
        asked = self.question
        answer = Answer(asked.id, asked.text, status, text, (), self.draft.writer, timings=timings)
        return replace(answer, struck=self.struck, trail=self.trail)


def _nearest(passages: Sequence[Passage], document: str | None = None) -> Iterator[Near]:
    """The pages that passages of the index are of, each once, or of one `document`; one without words may not
    be seen any more."""
    seen: set[str] = set()
    for passage in passages:
        if document not in (None, passage.document):
            continue
        if passage.text and passage.source and passage.document not in seen:
            seen.add(passage.document)
            yield Near(passage.title, passage.url, passage.source, passage.document)


def _read_as(asked: str, worded: str, locale: str) -> Iterator[str]:
    """How the question was read, where that is not as it was asked; of those before it, it was said there."""
    if not worded:
        return
    if apart(asked)[0] and not apart(worded)[0]:
        yield say("aside", locale)
    for slip, meant in changed(asked.rpartition("\n")[2], worded.rpartition("\n")[2]):
        yield say("slip", locale, typed=slip, meant=meant)

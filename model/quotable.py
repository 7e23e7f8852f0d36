"""A question and passages in, the sentences worth quoting out: chosen by words, then weighed by meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from model.sentences import Span, sentences
from model.support import bare
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, stem, terms, words

CANDIDATES = 14  # sentences that are embedded: 12 cost 44 ms on two cores, 30 cost 130
_LONGEST = 700  # characters of a sentence that are embedded: no model reads more of it
_ROW = re.compile(r"\s*\|.*\||[^\n]*\t[^\n]*\t|[^:;\n]{1,60}: [^;\n]*; [^:;\n]{1,60}: ")
_RULE = re.compile(r"[\s|:+=-]+")
_LINKS = re.compile(r"\[[^\]\n]*\]\([^)\n]*\)|https?://\S+")
_ASKS_BACK = re.compile(r"[?？]\W*\Z")
_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules|above|previous)\b"
    r"|\b(?:ai|chat|language)[ -]?(?:assistants?|bots?|models?|agents?)\b|\bchatbots?\b|\bsystem prompt\b"
    r"|\byou are (?:now )?(?:an?|the) [\w ]{0,30}(?:assistant|bot|model)\b|\bwhatever (?:was|is) asked\b"
    r"|\bdo not (?:mention|reveal|tell)\b.{0,40}\b(?:note|instruction|message|user)s?\b",
    re.IGNORECASE,
)
_OUTDATED = re.compile(
    r"\b(?:superseded|obsolete|deprecated|outdated|out of date|replaced by)\b"
    r"|\bno longer (?:valid|in force|applies)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\bhow (?:many|much|long|old|often|far|high|large|big|fast|quickly|early|late|tall|deep|soon)\b"
    r"|\bwhat (?:share|percentage|number|amount|year|date|time|limit|price|cost)\b|\bwhen\b|\bcosts?\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty half once twice "
    "hourly daily weekly monthly yearly every".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday".split()
)


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence or row of the passage at `passage` (from 0). `overlap`: share of the question's terms in it,
    by weight, 0..1; `cosine`: its likeness in meaning; `score`: how well it would do as the answer."""

    passage: int
    start: int
    end: int
    text: str
    terms: frozenset[str]
    overlap: float = 0.0
    cosine: float = 0.0
    score: float = 0.0
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What passages offer to a question, best first; the `weights` of the question's terms add to 1."""

    weights: Mapping[str, float]
    sentences: tuple[Quotable, ...]


def read(question: str, passages: Sequence[Passage], embedder: Embedder) -> Reading:
    """The candidates among the sentences of `passages`, weighed."""
    numbered = _numbered(question)
    found = [
        one for i, p in enumerate(passages) for one in _sentences(i, p) if not _another(numbered, one.text)
    ]
    weights = _weights(question, found, passages)
    if not found:
        return Reading(weights, ())
    abouts = [frozenset(terms(" ".join((p.title, *p.heading)))) for p in passages]
    prior = _preferences(question, found, passages)
    paired = [_neighbours(one.text) for one in found]
    pairs = _neighbours(question) & frozenset[tuple[str, str]]().union(*paired)
    overlaps = [
        _overlap(weights, one.terms, abouts[one.passage]) + 0.2 * len(pairs & said) / (len(pairs) or 1)
        for one, said in zip(found, paired, strict=True)
    ]
    _inherit(overlaps, found)
    chosen = sorted(range(len(found)), key=lambda i: (-(overlaps[i] + prior[i]), i))[:CANDIDATES]
    vectors = embedder.embed([_in_context(found[i], passages[found[i].passage]) for i in chosen])
    cosines = vectors @ embedder.embed_query(question)
    weighed = [
        Quotable(
            *(found[i].passage, found[i].start, found[i].end, found[i].text, found[i].terms),
            overlap=overlaps[i],
            cosine=float(cosine),
            score=float(cosine) + 0.5 * overlaps[i] + prior[i],
            vector=vector,
        )
        for i, cosine, vector in zip(chosen, cosines, vectors, strict=True)
    ]
    return Reading(weights, tuple(sorted(weighed, key=lambda one: -one.score)))


def _inherit(overlaps: list[float], found: Sequence[Quotable]) -> None:
    """What follows a question is about what that asks, whatever its own words."""
    for n, (one, after) in enumerate(pairwise(found)):
        if one.text.endswith("?") and after.passage == one.passage:
            overlaps[n + 1] = max(overlaps[n + 1], 0.9 * overlaps[n])


def coverage(weights: Mapping[str, float], found: frozenset[str]) -> float:
    """Share of the question's terms, by weight, that are in `found`."""
    return sum(weight for term, weight in weights.items() if term in found)


def _neighbours(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of terms that follow each other in `text`."""
    said = terms(text)
    return frozenset(pairwise(said))


def _numbered(text: str) -> dict[str, set[str]]:
    """Words with the numbers that follow them: what "crane 7" and "room 12" are about."""
    pairs: dict[str, set[str]] = {}
    for word, number in pairwise(words(text)):
        if number[0].isdigit() and not word[0].isdigit() and word not in STOP:
            pairs.setdefault(stem(word), set()).add(number)
    return pairs


def _another(asked: Mapping[str, set[str]], text: str) -> bool:
    """Whether `text` is about another of the numbered things asked about: crane 397, not crane 7."""
    said = _numbered(text)
    return any(word in said and said[word].isdisjoint(numbers) for word, numbers in asked.items())


def _overlap(weights: Mapping[str, float], said: frozenset[str], about: frozenset[str]) -> float:
    """What the headings say counts half: they say it of every sentence below them."""
    return coverage(weights, said) + 0.5 * coverage(weights, about - said)


def _weights(question: str, found: Sequence[Quotable], passages: Sequence[Passage]) -> dict[str, float]:
    """Rarer among the sentences found, heavier; a term that none has is the heaviest."""
    asked = dict.fromkeys(terms(question)) or dict.fromkeys(stem(w) for w in words(question))
    seen = Counter(term for one in found for term in one.terms)
    raw = {term: log(1 + (len(found) + 1) / (seen[term] + 0.5)) for term in asked}
    total = sum(raw.values()) or 1.0
    return {term: weight / total for term, weight in raw.items()}


def _sentences(i: int, passage: Passage) -> Iterator[Quotable]:
    headings = {" ".join(words(h)) for h in (passage.title, *passage.heading)}
    header = passage.lead
    for start, end in _spans(passage.text):
        text = passage.text[start:end]
        if _ROW.match(text) and not header:
            header = text  # the first row of a table names its columns
            if text.lstrip().startswith("|"):
                continue
        if _says_something(text, headings):
            yield Quotable(i, start, end, _readable(text), frozenset(terms(text)))


def _spans(text: str) -> Iterator[Span]:
    """Sentences; lines that read `name: value; name: value` are rows, each by itself."""
    for start, end in sentences(text):
        lines = text[start:end].split("\n")
        if len(lines) > 1 and all(_ROW.match(line) for line in lines):
            for line in lines:
                yield start, start + len(line)
                start += len(line) + 1
        else:
            yield start, end


def _says_something(text: str, headings: set[str]) -> bool:
    """Not a heading, a rule, a list of links or a stump."""
    if text.lstrip().startswith("#") or _RULE.fullmatch(text) or (text.isupper() and text[-1] not in ".!:"):
        return False
    said = words(text)
    if " ".join(said) in headings or len([w for w in said if w not in STOP]) < 2:
        return False
    if _LINKS.search(text) and len(words(_LINKS.sub(" ", text))) < 3:
        return False
    return bool(_ROW.match(text)) or len(said) > 3 or any(c.isdigit() for c in text)


def _readable(text: str) -> str:
    """The sentence as it is written in an answer: to the letter, but for markup and the bars around a row."""
    return bare(text).strip(" |\t")


def _in_context(one: Quotable, passage: Passage) -> str:
    """What is embedded: the sentence below title and last heading, which often hold what it is about."""
    path = dict.fromkeys(part for part in (passage.title, *passage.heading[-1:]) if part)
    return ": ".join((*path, one.text[:_LONGEST]))


def _preferences(question: str, found: Sequence[Quotable], passages: Sequence[Passage]) -> list[float]:
    """What speaks for a sentence besides its words: rank, place, kind, age."""
    amount = _asks_amount(question)
    wants_machine = bool(_TO_A_MACHINE.search(question))
    ages = _ages(passages)
    first = {one.passage: one.start for one in reversed(found)}
    scores = []
    for one in found:
        passage = passages[one.passage]
        score = 0.12 / (1 + one.passage) + ages[one.passage]
        score += 0.02 if one.start == first[one.passage] else 0.0
        score += 0.08 if amount and _has_amount(one.text) else 0.0
        score -= 0.15 if _ASKS_BACK.search(one.text) else 0.0
        score -= 0.12 if _outdated(passage) and not _OUTDATED.search(question) else 0.0
        score -= 1.0 if _TO_A_MACHINE.search(one.text) and not wants_machine else 0.0
        score -= 0.05 if one.text.endswith(":") else 0.0
        score -= 1.0 if one.text.endswith("?") else 0.0  # a question is no answer, least of all to itself
        scores.append(score)
    return scores


def _asks_amount(question: str) -> bool:
    """Whether `question` asks for a figure, an amount or a time."""
    return bool(_AMOUNT.search(question))


def _has_amount(text: str) -> bool:
    """Whether `text` names a figure, a number word, a month or a day."""
    said = set(words(text))
    return any(c.isdigit() for c in text) or not said.isdisjoint(_NUMBER_WORDS | _MONTHS)


def _outdated(passage: Passage) -> bool:
    return bool(_OUTDATED.search(" ".join((passage.title, *passage.heading, passage.text[:200]))))


def _ages(passages: Sequence[Passage]) -> list[float]:
    """A small advantage for the newest of the passages whose age is known."""
    known = sorted({p.updated_at.timestamp() for p in passages if p.updated_at})
    if len(known) < 2:
        return [0.0] * len(passages)
    low, spread = known[0], known[-1] - known[0]
    return [0.03 * (p.updated_at.timestamp() - low) / spread if p.updated_at else 0.0 for p in passages]

"""Hits of both legs in, one ranking out: pure functions, nothing is asked of a store."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from math import log

from retrieval.passage import Hit, Passage
from retrieval.terms import terms

DEPTH = 60  # hits of each leg that are ranked: a hundred find no more and cost half as much again
_ALONE = 0.4  # what a follow-up by itself counts, beside it behind the question before it
_OWN = 0.5  # what a question itself counts, beside more texts that are searched for it
_UNFOUND = 0.9  # what a passage that one of the two did not find has of the score of the last that it found
_LAST = 0.75  # what a passage that words did not find has of the score of the last that they found
_TOLD = 0.9  # what a score counts by that a familiar acronym has only with what it stands for
_SHOWN = 60  # hits among which copies are looked for: twice what a writer may be given
_TARGET = re.compile(r"(?<=\])\([^()\s]*\)")  # of a link: the same page links elsewhere in another place
_SET = re.compile(r"^\s*(?:#+|>+|[-*+•]|\d{1,3}[.)])\s|[*_`\[\]|]|[.,;:!?](?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How hits are ranked. What docs/benchmarks.md does not support is off."""

    alpha: float = 0.6  # weight of the vectors: 0 words only, 1 vectors only
    feedback: float = 0.3  # weight of what the best passages say in the vector that is asked with; 0: none
    title: float = 0.1  # most that title and headings add to a fused score, which is in 0..1
    again: float = 0.9  # what each further passage of a document counts by; 1: as much as the first
    join: int = 2  # found neighbours that become one passage; 1: none do
    boosts: Mapping[str, float] = field(default_factory=dict)  # what a source's scores are multiplied by
    half_life_days: float | None = None  # age at which a document counts half; None: age does not count
    reread: Callable[[str, Sequence[Hit]], list[Hit]] | None = None  # a reranker over the best of them


@dataclass(frozen=True, slots=True)
class Found:
    """What the keyword and the vector leg found for a text. `fed`: cosines by passage to the text and what
    the best of it says, as retrieval/feedback.py makes them."""

    text: str
    words: Sequence[Hit]
    near: Sequence[Hit]
    fed: Mapping[str, float] = field(default_factory=dict)


def rank(found: Found, how: Ranking) -> list[Hit]:
    """Hits of the keyword and of the vector leg as one list, best first, without copies."""
    return _placed(found.text, _weighed(found, how), how)


def spelt(plain: Found, told: Found, how: Ranking, *, familiar: bool) -> list[Hit]:
    """The same for a question with acronyms: what was found for it as it is, and with what they stand for;
    each passage where it is placed better. `familiar`: as it is it found much already."""
    weight = _TOLD if familiar else 1.0
    best: dict[str, Hit] = {}
    for hit in (*_weighed(plain, how), *(replace(h, score=weight * h.score) for h in _weighed(told, how))):
        held = best.get(hit.passage.id)
        if held is None or hit.score > held.score:
            best[hit.passage.id] = hit
    return _placed(plain.text, collapsed(_best_first(best.values())), how)


def follow(last: Found, whole: Found, how: Ranking) -> list[Hit]:
    """The same for a follow-up: what was found for it by itself, and behind the question before it.

    If something is nearer to it by itself, it has changed the subject, and what was asked before is let be.
    """
    alone, together = _weighed(last, how), _weighed(whole, how)
    if _nearest(alone) > _nearest(together):
        return _placed(last.text, alone, how)
    return _placed(whole.text, _shared([(alone, _ALONE), (together, 1 - _ALONE)]), how)


def pooled(own: Sequence[Hit], others: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of a question and those of more texts for it as one ranking: half its own, half theirs."""
    weight = (1 - _OWN) / len(others) if others else 0.0
    return _shared([*((hits, weight) for hits in others), (own, _OWN)]) if others else list(own)


def _nearest(hits: Sequence[Hit]) -> float:
    return max((hit.vector for hit in hits if hit.vector is not None), default=0.0)


def _shared(rankings: Sequence[tuple[Sequence[Hit], float]]) -> list[Hit]:
    """Rankings as one, each by its weight; keyword score and cosine are those of the last that has them."""
    found = {hit.passage.id: hit for hits, _ in rankings for hit in hits}

    def part(hits: Sequence[Hit], weight: float) -> Callable[[str], float]:
        scores = {hit.passage.id: hit.score for hit in hits}
        last = _UNFOUND * min(scores.values(), default=0.0)
        return lambda id_: weight * scores.get(id_, last)

    parts = [part(hits, weight) for hits, weight in rankings]
    return _best_first(replace(hit, score=sum(p(id_) for p in parts)) for id_, hit in found.items())


def _weighed(found: Found, how: Ranking) -> list[Hit]:
    # Nothing but stop words, or words that no passage has: meaning alone decides.
    hits = fuse(found.words, found.near, how.alpha if found.words else 1.0, found.fed)
    if how.title:
        hits = titled(hits, found.text, how.title)
    if how.boosts:
        hits = boosted(hits, how.boosts)
    if how.half_life_days:
        hits = aged(hits, how.half_life_days, datetime.now(UTC))
    return collapsed(hits)


def _placed(question: str, hits: list[Hit], how: Ranking) -> list[Hit]:
    if how.reread:
        hits = how.reread(question, hits)
    return spread(hits, how.again) if how.again < 1 else hits


def fuse(
    words: Sequence[Hit], near: Sequence[Hit], alpha: float, fed: Mapping[str, float] | None = None
) -> list[Hit]:
    """Both legs in one list: (1 - alpha) times the share of the best BM25 score, and alpha times the cosine.

    The cosine counts as it is, not scaled to its leg: where nothing is near in meaning, words decide (Bruch,
    Gai & Ingber 2023 on theoretical bounds). What a leg did not find counts a little less there than the last
    that it found; what is known of the cosine beyond its leg is in `words`. Where a passage is in `fed`, the
    score takes that cosine, and the hit keeps its own. Ties go by passage id.
    """
    moved = fed or {}
    best = max((hit.score for hit in words), default=0.0) or 1.0
    word = _LAST * min(1.0, len(words) / DEPTH) * min((hit.score for hit in words), default=0.0)
    last = min((moved.get(hit.passage.id, hit.score) for hit in near), default=0.0)
    found = {hit.passage.id: hit for hit in near}
    cosines = {id_: hit.vector for id_, hit in found.items()}
    found |= {hit.passage.id: hit for hit in words}

    def fused(id_: str, hit: Hit) -> Hit:
        cosine = cosines.get(id_, hit.vector)
        meant = moved.get(id_, last if cosine is None else cosine)
        said = word if hit.keyword is None else hit.keyword
        return Hit(hit.passage, (1 - alpha) * said / best + alpha * meant, hit.keyword, cosine)

    return _best_first(fused(id_, hit) for id_, hit in found.items())


def titled(hits: Sequence[Hit], question: str, weight: float) -> list[Hit]:
    """`hits` again, those first whose title and headings the question names: what is about it beats what
    mentions it.

    Added to a score: `weight` times the share of the heading path's terms that the question has, each term
    weighed by its rarity among `hits` (inverse document frequency; Robertson & Sparck Jones 1976).
    """
    asked = set(terms(question))
    paths = [_path(hit.passage.title, hit.passage.heading) for hit in hits]
    found = Counter(term for path in paths for term in path)
    rarity = {term: log(1 + len(hits) / (1 + count)) for term, count in found.items()}

    def share(path: frozenset[str]) -> float:
        return sum(rarity[term] for term in path & asked) / (sum(rarity[term] for term in path) or 1.0)

    return _best_first(
        Hit(hit.passage, hit.score + weight * share(path), hit.keyword, hit.vector) if path & asked else hit
        for hit, path in zip(hits, paths, strict=True)
    )


@lru_cache(maxsize=50_000)
def _path(title: str, heading: tuple[str, ...]) -> frozenset[str]:
    return frozenset(terms(" ".join((title, *heading))))


def boosted(hits: Iterable[Hit], boosts: Mapping[str, float]) -> list[Hit]:
    """`hits`, the scores of each source multiplied by its boost."""
    return _best_first(replace(hit, score=hit.score * boosts.get(hit.passage.source, 1.0)) for hit in hits)


def aged(hits: Iterable[Hit], half_life_days: float, now: datetime) -> list[Hit]:
    """`hits`, scores halved with each half life of a document's age; what has no date is not aged."""

    def share(written: datetime | None) -> float:
        if written is None:
            return 1.0
        days = max(0.0, (now - _utc(written)).total_seconds() / 86_400)
        return float(0.5 ** (days / half_life_days))

    return _best_first(replace(hit, score=hit.score * share(hit.passage.updated_at)) for hit in hits)


def collapsed(hits: Sequence[Hit]) -> list[Hit]:
    """`hits`, the first without copies, of which the newest stands at the place of the best.

    A copy has the same words however they are set. Texts that differ in one word are none: a number, a name
    or a "not" may be what was asked for.
    """
    looked = hits[:_SHOWN]
    letters = [_letters(hit.passage.text) for hit in looked]
    alike = Counter(letters)
    kept: dict[str | int, Hit] = {}
    for n, hit in enumerate(looked):
        wording = _wording(hit.passage.text) if alike[letters[n]] > 1 else n
        kept[wording] = _newer(kept[wording], hit.passage) if wording in kept else hit
    return [*kept.values(), *hits[_SHOWN:]]


def _letters(text: str) -> tuple[int, ...]:
    """How often some letters are in `text`, link targets apart: what differs in that differs in words, and
    it is known ten times as fast."""
    bare = text.casefold()
    if "](" in bare:
        bare = _TARGET.sub("", bare)
    return tuple(map(bare.count, "etao"))


def _wording(text: str) -> str:
    """The words of `text`, without case, Markdown's signs and targets, and points at ends of words."""
    bare = _SET.sub(" ", _TARGET.sub(" ", text.casefold()))
    return " ".join((bare if bare.strip() else text).split())


def _newer(best: Hit, copy: Passage) -> Hit:
    ages = [_utc(at) for at in (best.passage.updated_at, copy.updated_at) if at]
    return replace(best, passage=copy) if len(ages) == 2 and ages[1] > ages[0] else best


def spread(hits: Iterable[Hit], again: float) -> list[Hit]:
    """`hits`, a document's second passage counting `again` of its score, its third that of that, and so on.

    More documents come among the first few where they are nearly as good, and only there: an answer that
    one long document holds keeps its places.
    """
    seen: Counter[str] = Counter()
    weighed: list[Hit] = []
    for hit in hits:
        before = seen[hit.passage.document]
        seen[hit.passage.document] += 1
        weighed.append(replace(hit, score=hit.score * again**before) if before and hit.score > 0 else hit)
    return _best_first(weighed)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))

"""A question and sentences in, what else speaks for each out: kind, age, language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from model.checking.editions import edition
from model.checking.periods import applies, begun, since, then, told
from model.quoting.demands import demanded
from model.quoting.kinds import DECIDES, wanted
from model.quoting.limits import amount, of_kind
from model.quoting.limits import decides as decides_amount
from model.quoting.measured import telling
from retrieval.languages import language, likely
from retrieval.passage import Passage
from retrieval.terms import stem, terms, words

RULED, OVERRULED = 1.5, 8.0  # log odds that a rule for the time asked about is ahead, one for another behind;
# the first, too, that one for the amount asked about is
OF_KIND = 1.0  # the same of a sentence with another amount of the kind that is asked about with yes or no
UNMET = 2.0  # log odds that a sentence without what an answer has to have is behind
OLDER = 0.8  # log odds that an edition of a page is behind where there is a newer one
OTHER_ACT = 8.0  # and that one about doing something that is not asked about is
_SAME = 4  # letters from the first by which an act is known in another form
_ASKS_BACK = re.compile(r"[?？]\W*\Z")
_OUTDATED = re.compile(
    r"\b(?:superseded|obsolete|deprecated|outdated|out of date|replaced by)\b"
    r"|\bno longer (?:valid|in force|applies)\b",
    re.IGNORECASE,
)
_ACT = re.compile(  # a rule for what somebody does: Changing the dates needs four weeks; Die Änderung ist
    r"\A\W*((?!(?:During|According|Regarding|Following|Depending|Including|Concerning|Considering|"
    r"\w+thing)\b)[A-Z][a-z]{2,}ing|(?:Eine|Die|Jede) [A-ZÄÖÜ]\w+ung)\b"
    r"(?=.{1,60}?\b(?:is|are|was|were|takes?|costs?|"
    r"needs?|requires?|can|may|must|ist|sind|war|dauert|kostet|braucht|kann|muss)\b)"
)


def preferences(
    question: str, sentences: Sequence[tuple[int, str]], passages: Sequence[Passage]
) -> list[float]:
    """Of each sentence, told with the place of its passage: what is added to its log odds as the answer."""
    at = then(question)
    wants_old = bool(at or _OUTDATED.search(question))
    decides, demand, asked = wanted(question) == "decision", demanded(question), amount(question)
    of_passages = [
        age + tongue - (OLDER if not wants_old and (_outdated(passage) or _older(passage, passages)) else 0.0)
        for age, tongue, passage in zip(
            _ages(passages, at), _tongues(question, passages), passages, strict=True
        )
    ]
    other = _other_acts(question, [text for _, text in sentences], passages) if demand else frozenset()
    scores = []
    for n, (place, text) in enumerate(sentences):
        score = of_passages[place]
        ahead = sentences[n - 1][1] if n and sentences[n - 1][0] == place else ""
        ruled = applies(question, text, ahead) if at else None
        score += 0.0 if ruled is None else RULED if ruled else -OVERRULED
        behind = sentences[n + 1][1] if n + 1 < len(sentences) and sentences[n + 1][0] == place else ""
        if decides_amount(question, text, behind, ahead):
            score += RULED
        elif decides and asked and of_kind(asked, text):
            score += OF_KIND
        score += 0.5 if decides and DECIDES.search(text) else 0.0
        score -= UNMET if demand and not demand.met_by(text) else 0.0
        score -= OTHER_ACT if n in other else 0.0
        score -= 0.9 if _ASKS_BACK.search(text) else 0.0
        score -= 0.3 if text.endswith(":") else 0.0
        score -= 8.0 if text.endswith("?") else 0.0  # a question is no answer, least of all to itself
        scores.append(score)
    return scores


def _other_acts(question: str, texts: Sequence[str], passages: Sequence[Passage]) -> frozenset[int]:
    """Places of the sentences about an act that the question has no word for. One that has a word which no
    passage has may mean it in another word: then none."""
    acts = {n: act[1].split()[-1].casefold() for n, text in enumerate(texts) if (act := _ACT.match(text))}
    asked = {stem(word) for word in telling(question)} if acts else set()
    if not acts or not asked <= {term for passage in passages for term in terms(passage.indexed_text)}:
        return frozenset()
    return frozenset(n for n, act in acts.items() if not any(act[:_SAME] == one[:_SAME] for one in asked))


def _outdated(passage: Passage) -> bool:
    return bool(_OUTDATED.search(" ".join((passage.title, *passage.heading, passage.text[:200]))))


def _older(passage: Passage, passages: Sequence[Passage]) -> bool:
    mine = edition(passage.title)
    return any(mine.before(edition(one.title)) for one in passages)


def _ages(passages: Sequence[Passage], at: str) -> list[float]:
    """A small advantage for the newest of the passages whose age is known; where a time is asked about, a
    small disadvantage for what holds from later on."""
    if at:
        return [_later(p, at) for p in passages]
    known = sorted({p.updated_at.timestamp() for p in passages if p.updated_at})
    if len(known) < 2:
        return [0.0] * len(passages)
    low, spread = known[0], known[-1] - known[0]
    return [0.2 * (p.updated_at.timestamp() - low) / spread if p.updated_at else 0.0 for p in passages]


def _later(passage: Passage, at: str) -> float:
    """A disadvantage for what says to hold only later, and a small one for what has been changed since."""
    for weight, time in ((-0.8, told([passage])), (-0.2, since([passage]))):
        if time:
            return 0.0 if begun(time, at) else weight
    return 0.0


@lru_cache(maxsize=256)  # a passage is read once while it keeps coming
def _tongue(text: str) -> str:
    return language(words(text))


def _tongues(question: str, passages: Sequence[Passage]) -> list[float]:
    """An advantage for passages in the question's language, where they are in several."""
    spoken = [_tongue(p.text) for p in passages]
    if len(set(spoken)) < 2:
        return [0.0] * len(passages)
    asked = words(question)
    own = {language(asked), *likely(asked)[:1]}
    return [0.6 if one in own else 0.0 for one in spoken]

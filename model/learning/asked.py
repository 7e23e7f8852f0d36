"""A cited passage and the words in it that carry an answer in, a question that they answer out; by rules.

No model writes it and nobody's words are in it but the document's: that is what it is for.
"""

from __future__ import annotations

import re
from dataclasses import replace

from model.checking.citations import check, markers
from model.checking.support import MARKER
from model.learning import english, german
from model.learning.row import Row
from model.learning.turning import SMALL, cut, lowered
from model.plain import plain
from model.sentences import sentences
from model.tabular.tables import paired
from retrieval.languages import language
from retrieval.passage import Passage
from retrieval.terms import indexed, words

Span = tuple[int, int]
_LONG = 9  # words of a sentence that a question about it is made of, where it has no form to be turned
_EDGE = " .,;:!?\"'“”„‘’()[]*_|–—-#>"
_ASKS = re.compile(r"(?:what|who|when|where|how|which|was|wer|wann|wo|wie|welche[rs]?)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def asked(passage: Passage, span: Span) -> str:
    """A question in the passage's language that characters `span` of its text answer. Never empty."""
    if question := turned(passage, span):
        return question
    return _placed(_topic(_bare(passage.text[span[0] : span[1]]), german=_german(passage)), passage)


def anew(row: Row) -> Row | None:
    """The row with a question that nobody asked: made of the words that the first cited sentence of its
    answer rests on. The answer keeps the sentences that cite the same passage. None where it cites nothing,
    as a refusal does."""
    every = [row.answer[a:b] for a, b in sentences(row.answer)]
    for said in every:
        finding = check(said, row.passages)
        if finding.ok and (quote := next((q for q in finding.quotes if q.passage + 1 in row.gold), None)):
            number = quote.passage + 1
            kept = [one for one in every if number in markers(one)]
            numbers = {n for one in kept for n in markers(one)}
            facts = tuple(fact for fact in row.facts if any(fact in one for one in kept))
            question = asked(row.passages[quote.passage], (quote.start, quote.end))
            gold = tuple(n for n in row.gold if n in numbers)
            return replace(row, question=question, answer=" ".join(kept), gold=gold, facts=facts)
    return None


def turned(passage: Passage, span: Span) -> str:
    """The same where a row or a sentence has a form that can be turned into a question; else empty."""
    start, end = span
    for (begins, ends), parts in paired(passage).items():
        if begins < end and start < ends:
            return _of_row(parts, passage) if len(parts) > 1 else ""
    best, is_german = (0, ""), _german(passage)
    turn = german.question if is_german else english.question
    for a, b in sentences(passage.text[start:end]):
        said = _bare(passage.text[start + a : start + b])
        if "|" not in said:
            said = said if is_german else _small_letter(said, passage.text)
            best = max(best, turn(said), key=lambda one: one[0])
    return _placed(best[1], passage) if best[0] else ""


def _german(passage: Passage) -> bool:
    return language(words(passage.indexed_text)) == "german"


def _bare(text: str) -> str:
    """One line, without markup, markers, brackets and quotation marks."""
    bare = _BRACKETS.sub("", MARKER.sub(" ", plain(text)))
    return " ".join(re.sub(r"[\"“”„*_`]", "", bare).split())


def _small_letter(said: str, text: str) -> str:
    """As the sentence would begin inside another one: small, where the passage has the word so or it reads
    as a common one; the words that the rules know by their capital keep it."""
    first = said.split(" ", 1)[0]
    low = first.lower()
    if low in SMALL or not first[1:].islower() or english.begins(first):
        return said
    common = re.search(rf"(?<![\w]){re.escape(low)}(?!\w)", text) or low.endswith(("s", "ing"))
    named = re.search(rf"(?<=[a-z,] ){re.escape(first)}(?!\w)", text)
    return said if named or not common else f"{low}{said[len(first) :]}"


def _of_row(parts: tuple[str, ...], passage: Passage) -> str:
    """Of a row of a table: what its second column says about what its first one names."""
    pairs = [part.partition(": ")[::2] for part in parts]
    (_, key), *rest = [(name.strip(_EDGE), cell.strip()) for name, cell in pairs if cell.strip()] or [
        ("", "")
    ]
    wanted = next((name for name, _ in rest if name), "")
    in_german = _german(passage)
    if not wanted:
        return _placed(f"Was gilt für {key}?" if in_german else f"What holds for {key}?", passage)
    if _ASKS.match(wanted):
        return _placed(f"{key}: {wanted}?", passage)
    return _placed(
        f"Was steht bei {key} unter {wanted}?" if in_german else f"What is the {wanted} for {key}?", passage
    )


def _topic(said: str, *, german: bool) -> str:
    """Of words that have no form to be turned: what is said about the first of them."""
    about = cut(" ".join(said.strip(_EDGE).split()[:_LONG]).strip(_EDGE))
    return f"Was gilt zu {lowered(about)}?" if german else f"What about {lowered(about)}?"


def _placed(question: str, passage: Passage) -> str:
    """The question, behind the heading or title that it is about, where it names neither."""
    named = set(indexed(question))
    path = [_BRACKETS.sub("", part).strip(_EDGE) for part in (*passage.heading[-1:], passage.title)]
    missing = [part for part in dict.fromkeys(path) if (of := set(indexed(part))) and not of & named]
    if not missing or (len(missing) < len(set(path)) and len(named) >= 3):
        return question
    opens = question[1:2].islower() and not question.startswith("I ")
    return f"{missing[-1]}: {question[:1].lower() if opens else question[:1]}{question[1:]}"

"""A claim and the passages it cites in, what is missing out: figures, names, a negation, its content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from model.answer import Fault
from model.figures import Figure, figures
from model.plain import plain
from model.sentences import Span, sentences
from retrieval.passage import Passage
from retrieval.terms import stem, terms, words

QUOTE = 400  # characters a quote may have
MARKER = re.compile(
    r"[\[［]\^?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)[\]］]|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)[^】\n\d][^】\n]{0,20}】"
    r"|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*】"
)
_TOKEN = re.compile(r"[^\W_](?:[\w&'’./-]*\w)?")
_OPENS = re.compile(r"(?:\A|[.!?:;\"“„«(|]|\s[–—-])[\s*\"“„«(]*\Z")
_OUTER = " .,;:!?。！？|\"'“”*"
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|\w+n['’]t|nicht|kein\w*|nie|niemals|ohne|"
    r"ne|jamais|aucun\w*|sans|nunca|ningún|sin)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Evidence:
    """One passage, read once for all claims that cite it."""

    passage: Passage

    @cached_property
    def spans(self) -> list[Span]:
        """Sentences of the passage's text; one too long for a quote comes in pieces."""
        return [piece for span in sentences(self.passage.text) for piece in _pieces(self.passage.text, span)]

    @cached_property
    def contents(self) -> list[frozenset[str]]:
        return [content(self.passage.text[start:end]) for start, end in self.spans]

    @cached_property
    def about(self) -> frozenset[str]:
        """What title, headings and the header of a table say about every sentence of it."""
        return content("\n".join((self.passage.title, *self.passage.heading, self.passage.lead)))

    @cached_property
    def text(self) -> str:
        return plain(self.passage.indexed_text)

    @cached_property
    def figures(self) -> list[Figure]:
        return figures(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        found = words(self.text)
        return frozenset(found) | frozenset(stem(w) for w in found)

    @cached_property
    def bare(self) -> list[str]:
        return [bare(self.passage.text[start:end]) for start, end in self.spans]

    def verbatim(self, claim: str) -> Span | None:
        """Where whole sentences of the passage are `claim` to the letter, white space and markup aside."""
        wanted = bare(claim).strip(_OUTER)
        for first, (start, _) in enumerate(self.spans if wanted else ()):
            said = ""
            for last in range(first, len(self.spans)):
                said = f"{said} {self.bare[last]}" if said else self.bare[last]
                if said.strip(_OUTER) == wanted:
                    return start, self.spans[last][1]
                if len(said) > len(wanted) + 8:
                    break
        return None

    def window(self, wanted: frozenset[str]) -> tuple[Span, frozenset[str]] | None:
        """The shortest run of sentences that says most of `wanted`, and what of it they say.

        What title and headings say already needs no sentence of its own.
        """
        core = wanted - self.about or wanted
        best: tuple[float, Span, frozenset[str]] | None = None
        for first in range(len(self.spans)):
            covered: frozenset[str] = frozenset()
            for last in range(first, len(self.spans)):
                start, end = self.spans[first][0], self.spans[last][1]
                if last > first and end - start > QUOTE:
                    break
                more = covered | (self.contents[last] & core)
                if last > first and more == covered:
                    continue
                covered = more
                score = len(covered) / max(len(core), 1) - (end - start) / 4000
                if covered and (best is None or score > best[0]):
                    best = score, (start, end), covered
        return best and (best[1], best[2] | (wanted & content(self._said(best[1]))))

    def _said(self, span: Span) -> str:
        return self.passage.text[span[0] : span[1]]

    def denies(self, claim: str, wanted: frozenset[str], share: float) -> bool:
        """Whether the sentence that says most of `claim`, at least `share` of it, denies what it does not."""
        best = max(
            range(len(self.spans)), key=lambda i: len((self.contents[i] | self.about) & wanted), default=0
        )
        if not self.spans or len((self.contents[best] | self.about) & wanted) < share * len(wanted):
            return False
        return negated(claim) != negated(self._said(self.spans[best]))


def content(text: str) -> frozenset[str]:
    """What `text` is about: stems of content words, values of figures, pairs of unspaced characters."""
    found: set[str] = set()
    for term in terms(plain(text)):
        if any("\u2e80" < c < "\uffa0" for c in term) and len(term) > 2:
            found.update(term[i : i + 2] for i in range(len(term) - 1))
        elif not term[0].isdigit():
            found.add(term)
    found.update(f"={value}" for f in figures(text) if not f.loose for value in f.values)
    return frozenset(found)


def bare(text: str) -> str:
    """`text` as it is compared to the letter: plain, without markers, white space as single spaces."""
    return re.sub(r" (?=[.,;:!?])", "", " ".join(MARKER.sub(" ", plain(text)).split()))


def _pieces(text: str, span: Span) -> list[Span]:
    start, end = span
    found = []
    while end - start > QUOTE:
        cut = text.rfind(" ", start + QUOTE // 2, start + QUOTE)
        cut = cut if cut > 0 else start + QUOTE
        found.append((start, cut))
        start = cut + 1 if text[cut].isspace() else cut
    return [*found, (start, end)] if end > start else found


def missing(claim: str, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    """The first figure or name of `claim` that no cited passage has; None where all are there."""
    known = [f for e in evidence for f in e.figures]
    for figure in figures(claim):
        if not figure.loose and not figure.stands_in(known):
            return Fault.FIGURE, figure.spelling
    for name in _names(claim):
        if not any(_names_it(name, e) for e in evidence) and not _spelt_out(name, claim, evidence):
            return Fault.NAME, name
    return None


def _names(claim: str) -> list[str]:
    """Identifiers, acronyms, and capitalised words that do not open a sentence."""
    found = []
    for token in _TOKEN.finditer(claim):
        word = re.sub(r"['’]s?\Z", "", token[0])
        if re.fullmatch(r"\d[\d.,/]*(?:-?[a-z]+)*|\d+[A-Z]", word):
            continue  # a figure, perhaps with its unit
        inner = word[1:]
        identifier = any(c.isupper() or c in "_&" or c.isdigit() for c in inner) or "." in inner.strip(".")
        opens = bool(_OPENS.search(claim, max(0, token.start() - 4), token.start()))
        if identifier or (len(word) > 1 and word[0].isupper() and not opens):
            found.append(word)
    return found


def _names_it(name: str, evidence: Evidence) -> bool:
    parts = words(name)
    if all(part in evidence.words or stem(part) in evidence.words or part.isdigit() for part in parts):
        return not any(c.isdigit() for c in name) or _stands(name, evidence.text)
    return _stands(name, evidence.text) or (len(parts) == 1 and _inflected(parts[0], evidence.words))


def _stands(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _inflected(word: str, known: frozenset[str]) -> bool:
    """Whether a known word differs from `word` in its last two letters at most: other endings of one name."""
    if len(word) < 6:
        return False
    return any(w.startswith(word[:-2]) and abs(len(w) - len(word)) <= 2 for w in known)


def _spelt_out(name: str, claim: str, evidence: Sequence[Evidence]) -> bool:
    """Whether `name` is the acronym of words the passages spell out, or a word of what they abbreviate."""
    if name.isupper() and len(name) > 2:
        initials = "".join(w[0] for e in evidence for w in words(e.text))
        return name.casefold() in initials
    for run in re.findall(r"(?:[A-Z][\w-]+\s){1,6}[A-Z][\w-]+", claim):
        acronym = "".join(w[0] for w in run.split())
        if name in run and any(_stands(acronym, e.text) for e in evidence):
            return True
    return False


def negated(text: str) -> bool:
    """Whether `text` denies: an odd number of negations."""
    return len(_NEGATION.findall(text)) % 2 == 1

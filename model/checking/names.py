"""A claim's names in, the one that no text around it has out, however inflected, abbreviated or spelt out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from model.checking.countries import named
from model.checking.units import UNITS
from retrieval.terms import STOP, stem, words

LONG = 6  # digits of a number that may be parted in other places
_GAPS = 6  # parts that a number is written in
_TOKEN = re.compile(r"[^\W_](?:[\w&'’./-]*\w)?")
_OPENS = re.compile(r"(?:\A|[.!?:;|]|[.!?:][\"“„«]|\s[–—-])[\s*\"“„«]*\Z")
_FIGURE = re.compile(r"\d[\d.,/]*(?:-?[a-zµμ°]+)*(?:/\w+)?|\d+(?:[.,]\d+)*(?:[KkMGTP]?[Bb]|[CFKM])")
_DOTTED = re.compile(r"\b(?:[A-Z]\.\s?){2,}")
_RUN = re.compile(r"[A-Z][\w-]+(?:\s(?:of|the|and|for|in)\s[A-Z][\w-]+|\s[A-Z][\w-]+){1,7}")
_ACRONYM = re.compile(r"\b[A-Z]{2,8}(?=s?\b)")
_DATES = frozenset(
    """january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec
    mon tue tues wed thu thur thurs fri sat sun""".split()
)
_PLAIN = STOP | frozenset(
    """her his hers its yours mine sure yes okay here there then also even during despite within throughout
    following according among along across against via per besides beyond although though since unless until
    whereas whenever once additionally furthermore moreover therefore thus hence similarly instead meanwhile
    overall finally typically usually generally currently recently originally initially eventually
    specifically notably please each every both several many most some""".split()
)
_RUN_ON = re.compile(r"(?<=[a-z])\.(?=[A-Z])")  # Ida.Then is two sentences
_TIED_ON = re.compile(r"-([^\W\d_]+)")
_NUMBER_BEFORE = re.compile(
    r"(?:\d(?:st|nd|rd|th|\.)?(?: of)?"
    r"|\b(?:eine?[mnr]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf))[ -]\Z"
)
_NUMBER_BEHIND = re.compile(r"\.? ?\d")
_DIALLED = re.compile(r"\+?\d(?:[ ()/-]{0,2}\d)+")
_PAIR = re.compile(r"\b([A-Z])[a-z]{2,}(?=[ -]([A-Z])[a-z]{2,})")
_PERIOD = re.compile(r"([QH])([1-4])")
_PERIODS = {"Q": "quarter", "H": "half"}
_NTH = ("(?:first|1st)", "(?:second|2nd)", "(?:third|3rd)", "(?:fourth|4th|last)")
_PARTS = re.compile(r"[-/]")
_ALNUM = re.compile(r"[^\W_]+")
_GREEK = str.maketrans("αβγδεζηθικλμνξπρστφχψωßⅠ", "abgdezhtiklmnxprstfcpobi")
_SPELT_OUT = re.compile(r"alpha|beta|gamma|delta|epsilon|zeta|kappa|lambda|sigma|omega")


@dataclass(frozen=True, slots=True)
class Name:
    """A name, where it stands, and whether it opens a sentence, where any word has a capital."""

    text: str
    start: int
    opens: bool = False


def names(text: str) -> Iterator[Name]:
    """Identifiers, acronyms and capitalised words; of those that open a sentence, words that may be
    none."""
    text = _RUN_ON.sub(" ", text)
    for token in _TOKEN.finditer(text):
        word = re.sub(r"['’](?:s|ve|m|d|ll|re)?\Z", "", token[0])
        if _FIGURE.fullmatch(word) or (word.casefold() in _PLAIN and not (word.isupper() and len(word) > 1)):
            continue
        inner = word[1:]
        identifier = any(c.isupper() or c in "_&" or c.isdecimal() for c in inner) or "." in inner.strip(".")
        if identifier or (len(word) > 1 and word[0].isupper()):
            opens = not identifier and bool(_OPENS.search(text, max(0, token.start() - 4), token.start()))
            yield Name(word, token.start(), opens)


@dataclass(frozen=True)
class Known:
    """What names a text knows, however it spells them."""

    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        found = words(self.text)
        dotted = (re.sub(r"\W", "", run).casefold() for run in _DOTTED.findall(self.text))
        return frozenset(found) | frozenset(stem(w) for w in found) | frozenset(dotted)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        dotted = (re.sub(r"\W", "", run) for run in _DOTTED.findall(self.text))
        return frozenset(a.casefold() for a in (*_ACRONYM.findall(self.text), *dotted))

    @cached_property
    def squeezed(self) -> tuple[str, frozenset[int], frozenset[int]]:
        """Its letters and digits alone, where IL 10 is IL-10, and where words begin and end in them."""
        pieces = _pieces(self.text)
        ends = list(accumulate(map(len, pieces)))
        return "".join(pieces), frozenset([0, *ends]), frozenset(ends)

    @cached_property
    def joined(self) -> frozenset[str]:
        """Its words with a hyphen or a digit in them, and its acronyms: what others may write apart."""
        return self.acronyms | frozenset(
            _squeezed(w) for w in _TOKEN.findall(self.text) if any(c in "-–" or c.isdecimal() for c in w)
        )

    @cached_property
    def initials(self) -> tuple[str, str]:
        """Of its words, with a gap where a stop word stands; and without gaps, for longer acronyms."""
        found = "".join(" " if w in STOP else w[0] for w in words(self.text))
        return found, found.replace(" ", "")

    @cached_property
    def dialled(self) -> frozenset[str]:
        """Its numbers without what parts their digits, whole and from one gap to another: of 030 1234-567,
        0301234567 and 1234567."""
        parted = (re.findall(r"\d+", m[0]) for m in _DIALLED.finditer(self.text))
        return frozenset(
            "".join(some[a:b])
            for some in parted
            for a in range(len(some))
            for b in range(a + 1, min(len(some), a + _GAPS) + 1)
        )

    @cached_property
    def pairs(self) -> frozenset[str]:
        """First letters of two words with capitals, one after the other: of Human Resources, hr."""
        return frozenset((m[1] + m[2]).casefold() for m in _PAIR.finditer(self.text))

    def has(self, name: str) -> bool:
        """Whether every piece of it that is a name is there: of Sf1-expressing the first, of A/B both."""
        if named(name, self.text):
            return True
        bare = name.casefold().removesuffix("s")
        if bare in _DATES and any(w[:3] == bare[:3] and w.removesuffix("s") in _DATES for w in self.words):
            return True
        if bare in STOP:  # IT and US are names only with their capitals
            return bool(re.search(rf"\b{name}\b", self.text))
        if period := _PERIOD.fullmatch(name):
            spelt = rf"\b{_NTH[int(period[2]) - 1]} {_PERIODS[period[1]]}\b"
            return self._written(name) or bool(re.search(spelt, self.text, re.IGNORECASE))
        pieces = [p for p in _PARTS.split(name) if len(p) > 1 and (not p.islower() or not p.isalpha())]
        return self._written(name) or all(self._has_piece(p) for p in pieces)

    def _has_piece(self, piece: str) -> bool:
        if any(c.isdecimal() for c in piece):
            return self._written(piece)
        found = words(piece)
        if all(self._has_word(w) for w in found) or self._written(piece):
            return True
        return len(found) == 1 and (_inflected(found[0], self.words) or self._longer(found[0], piece))

    def _has_word(self, part: str) -> bool:
        return part in self.words or stem(part) in self.words or part.removesuffix("s") in self.words

    def _written(self, name: str) -> bool:
        """Whether it stands there with other spaces, hyphens, cases or Greek letters."""
        bare = _squeezed(name.removesuffix("s") if name[:-1].isupper() else name)
        if len(bare) < 3:
            return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text, re.IGNORECASE))
        text, starts, ends = self.squeezed
        found = re.finditer(f"{re.escape(bare)}s?", text)
        return any(m.start() in starts and m.end() in ends for m in found)

    def _longer(self, word: str, piece: str) -> bool:
        """Whether an acronym there has one letter more: AMP where AMPK is spoken of; or is what it ends in,
        with a word before it: VSMCs where SMCs are."""
        if len(word) < 3 or not piece.removesuffix("s").isupper():
            return False
        short = word.removesuffix("s")
        return any(a[:-1] == word or (len(a) > 2 and short[1:] == a) for a in self.acronyms)


def unknown(claim: str, known: Sequence[Known]) -> Name | None:
    """The first name of `claim` that no text knows, of those that cannot be plain words."""
    some = (n for n in names(claim) if not n.opens and not _of_figure(n, claim))
    return next((n for n in some if not knows(n, claim, known)), None)


def _of_figure(name: Name, claim: str) -> bool:
    """Whether it is the month of a date or the unit of a number, held to the figures: 3 March, USD 75."""
    word, before = name.text.casefold(), claim[: name.start]
    if word not in _DATES and word not in UNITS:
        return False
    return bool(_NUMBER_BEFORE.search(before) or _NUMBER_BEHIND.match(claim, name.start + len(name.text)))


def knows(name: Name, claim: str, known: Sequence[Known]) -> bool:
    if any(k.has(name.text) for k in known):
        return True
    return _abbreviated(name, claim, known) or _joined(name, claim, known)


def _joined(name: Name, claim: str, known: Sequence[Known]) -> bool:
    """Whether it is known together with a word beside it, or with the first letters of those before it: of
    NIH 3T3, NIH3T3; of transcription factor EB, TFEB; of United States, US."""
    before, after = _TOKEN.findall(claim[: name.start])[-3:], _TOKEN.findall(claim[name.start :])[:2]
    pairs = [[*before[-1:], name.text], after]
    short = ["".join(w[0] for w in before[-n:]) + name.text for n in range(2, len(before) + 1)]
    some = {_squeezed(both) for both in (*map("".join, pairs), *short)}
    whole = {both for both in map("".join, pairs) if len(both) > 5}
    return any(
        not k.joined.isdisjoint(some)
        or not k.words.isdisjoint(map(str.casefold, whole))
        or any(named(" ".join(p), k.text) for p in pairs)
        for k in known
    )


def written(number: str, start: int, claim: str, known: Sequence[Known]) -> bool:
    """Whether a number is part of what a text writes in one: of vitamin B 12, B12; of 4 PO Box, 4PO; or parts
    in another place: of 0301234567, 030 1234-567."""
    if len(digits := re.sub(r"\D", "", number)) >= LONG and any(digits in k.dialled for k in known):
        return True
    before = _TOKEN.findall(claim[:start])[-1:]
    behind = claim[start + len(number) :]
    tied = _TIED_ON.match(behind)
    after = _TOKEN.findall(behind)[:1]
    some = [[*before, number], [number, *after], [number, tied[1] if tied else ""]]
    wanted = {_squeezed("".join(parts)) for parts in some} - {_squeezed(number)}
    return any(not wanted.isdisjoint(k.joined) for k in known)


def _abbreviated(name: Name, claim: str, known: Sequence[Known]) -> bool:
    """Whether it is short for words that a text or the claim spells out, or a word of what they
    shorten."""
    core = _core(name.text)
    if len(core) == 2 and any(core in k.pairs for k in known):
        return True
    if _spelt_before(_squeezed(name.text), claim[: name.start]):
        return True
    if len(core) > 2 and any(core in k.initials[len(core) > 3] for k in known):
        return True
    for run in _RUN.findall(claim):
        if name.text in run:
            short = "".join(w[0] for w in run.split() if w[0].isupper()).casefold()
            if any(
                short[:-1] == a or short[1:] == a or short == a
                for k in known
                for a in k.acronyms
                if len(a) > 1
            ):
                return True
    prefixed = re.fullmatch(r"[a-z]{1,3}([A-Z]{3,})s?", name.text)  # siRNA, where RNA is spoken of
    return prefixed is not None and any(prefixed[1].casefold() in k.words for k in known)


def _core(name: str) -> str:
    """The letters of an acronym: of EVs, lncRNAs, PTO; "" where it is none."""
    found = re.fullmatch(r"[a-z]{0,3}([A-Z]{2,8})s?", name)
    return found[1].casefold() if found else ""


def _spelt_before(short: str, before: str) -> bool:
    """Whether the claim itself says what is short for it in brackets: dendritic cells (DCs), vitamin B6
    (VB6), immunosuppressive (IS)."""
    found = words(before) if before.rstrip().endswith("(") else []
    if not found or len(short) < 2:
        return False
    said = [w if any(c.isdecimal() for c in w) else w[0] for w in found]
    told = [its for w, its in zip(found, said, strict=True) if w not in STOP]
    if any("".join(some).endswith((short, short.removesuffix("s"))) for some in (said, told)):
        return True
    letters = iter(found[-1])
    return short[0] == found[-1][0] and all(c in letters for c in short)


def _squeezed(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> list[str]:
    """Runs of letters and digits, a Greek letter as one Latin one: of IFN-γ and of IFN-gamma ifn, g."""
    found = _ALNUM.findall(text.casefold().translate(_GREEK))
    return [w[0] if _SPELT_OUT.fullmatch(w) else w for w in found]


def _inflected(word: str, known: frozenset[str]) -> bool:
    """Whether a known word differs from `word` in its last two letters at most: other endings of one
    name."""
    if len(word) < 6:
        return False
    return any(w.startswith(word[:-2]) and abs(len(w) - len(word)) <= 2 for w in known)

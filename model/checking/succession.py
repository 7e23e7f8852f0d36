"""Passages in, the documents among them that are no longer in force out, because documents say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from model.checking.periods import begun, since, then, told
from model.plain import plain
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_KIND = (
    r"(?:policy|policies|document|page|guide|guideline|guidelines|rules?|version|edition|handbook|manual|agreement|"
    r"memo|notice|article|plan|terms|instructions?|procedure|regulations?|"
    r"dokument|seite|richtlinie|richtlinien|regelung|regeln|fassung|version|handbuch|leitfaden|anleitung|"
    r"vereinbarung|anweisung|ordnung|merkblatt|verfahren)"
)
_THIS = (
    rf"\b(?:this|these|dieses?|diese[rsnm]?|die vorliegende|das vorliegende)\s(?:[\w-]+\s){{0,2}}?{_KIND}\b"
)
_OVER = (
    r"(?:superseded|replaced|obsolete|outdated|out of date|deprecated|withdrawn|"
    r"no longer (?:valid|in force|in effect|applicable)|"
    r"(?:ersetzt|abgelöst)(?=\s+(?:worden|durch)|\s*[.!]|\s*\Z)|aufgehoben|veraltet|überholt|ungültig|"
    r"außer kraft|nicht mehr (?:gültig|in kraft|aktuell))\b"
)
_WHEN = r"(?:on|in|since|from|as of|with effect from|am|im|seit|ab|zum)\s(?:\d\.|[^.!?\n]){1,40}?"
_IS = (
    r"(?:(?:has|have|had)\s(?:(?!not|never)\w+\s)?been|is|are|was|were|"
    r"ist|sind|war|waren|wurden?|wird|werden)"
)
_HOW = (
    r"(?:now|hereby|currently|officially|formally|already|also|since|long|fully|completely|"
    r"considered|deemed|marked as|"
    r"inzwischen|bereits|jetzt|nun|hiermit|mittlerweile|damit|somit|seither|vollständig|"
    r"(?:durch|von)\s[^.!?,;\n]{1,60}?)"
)
# After "this policy": nothing, its number, what it is on, or what else is true of it.
_MORE = (
    r"(?:\s(?:[(\[][^)\]]{1,40}[)\]]|[\d-]+))?"
    r"(?:\s(?:on|of|for|from|about|dated|von|vom|für|zu|zur|zum|über)\s(?!what|which|how)[^.!?,]{1,60}?)?(?:,[^,.!?]{1,60},)?"
)
_AND = r"[^.!?]{0,100}?(?:\s(?:and|but|und|aber)|;\sit)"
# "This policy has been superseded by ...", "Superseded by ...", "Status: obsolete": one says so of itself.
_OF_ITSELF = re.compile(
    rf"{_THIS}(?:{_MORE}|{_AND})\s(?:{_IS}(?:,?\s(?:{_HOW}|{_WHEN}),?){{0,2}}?\s{_OVER}|"
    r"(?:no longer (?:applies|apply)|gilt nicht mehr|gelten nicht mehr|tritt außer kraft|trat außer kraft)\b)"
    r"[^.!?\n]*"
    rf"|\A\W*(?:it|they|sie|es)\s(?:has|have|was|were|is|are|wurde|wurden)\s(?:been\s)?{_OVER}\s[^.!?\n]*"
    rf"|\A\W*{_OVER}\s+(?:{_WHEN}\s)?(?:by|durch)\b[^.!?\n]*"
    rf"|\A\W*(?:note|status|hinweis):?\s+{_OVER}(?:\s+{_WHEN})?(?:\s+(?:by|durch)\b[^.!?\n]*|\s*(?:[.!]|\Z))",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"supersede|replace|obsolete|out\s?-?of\s?-?date|outdated|deprecated|withdrawn|no\s+longer|ersetz|abgelöst|"
    r"aufgehoben|veraltet|überholt|ungültig|außer\s+kraft|nicht\s+mehr",
    re.IGNORECASE,
)
# Letters without some of which there is no hint: looked for first, because that costs little.
_LETTERS = """supersede replace obsolete date withdrawn deprecated longer ersetz abgel aufgehoben veraltet
    berholt ung kraft mehr""".split()
_PERHAPS = re.compile(
    r"\b(?:if|when|whenever|unless|until|once|may|might|can|falls|wenn|sobald|kann|könnte|bis)\b",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"[(\[](?:[^)\]]{0,20}[\s,;])?\s*(?:superseded|obsolete|outdated|archived?|deprecated|veraltet|ungültig)\s*[)\]]"
    r"|[(\[](?:[^)\]]{0,20}[,;])?\s*(?:old|alt)\s*[)\]]",  # and not "(2 years old)"
    re.IGNORECASE,
)
# "This policy replaces the rules of 2023", "Supersedes: X": what a text says of another one.
_OF_ANOTHER = re.compile(
    rf"(?:{_THIS}|\A\W*(?:it|sie|es|er)\b)[^.!?]{{0,60}}?\b(?:replaces?|supersedes?|ersetzt|ersetzen)\s"
    r"(?!.{0,80}\b(?:durch|by)\b)(?P<what>[^.!?\n]{3,120})"
    r"|\A\W*(?:replaces|supersedes|ersetzt)[:\s](?!\s*(?:durch|by)\b)(?P<else>[^.!?\n]{3,120})",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|durch|von)\b\s*(.+)", re.IGNORECASE)
_UNTIL = re.compile(
    r"[,;:(]|\s(?:and|which|that|since|from|with effect|as of|on|und|seit|ab|der|welche)\s", re.IGNORECASE
)
EARLIER = re.compile(
    r"\b(?:old|older|previous|former|formerly|earlier|superseded|obsolete|history|used to|was|were|"
    r"alte[nrs]?|frühere?[nrs]?|früher|bisherige?[nrs]?|vorherige?[nrs]?|war|waren|galt|galten)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_GENERAL = frozenset(  # words of a name that say little about which document is meant
    stem(w)
    for w in """
    policy policies document documents page guide guideline guidelines rule rules version versions
    edition handbook manual agreement memo notice article plan terms instruction instructions
    procedure regulation regulations old older previous former earlier existing current new all any
    its predecessor predecessors one dokument seite richtlinie richtlinien regelung regelungen regeln
    fassung handbuch leitfaden anleitung vereinbarung anweisung ordnung merkblatt verfahren alte alten
    bisherige bisherigen frühere früheren vorherige vorherigen neue ersetzt abgelöst worden die der
    das den dem des aus vom von year jahr jahre superseded obsolete outdated archived archive deprecated
    veraltet ungültig archiv
    """.split()
)


@dataclass(frozen=True, slots=True)
class Superseded:
    """A document that is not in force any more, and the one among the others that took its place, if any."""

    document: str
    by: str = ""


def superseded(passages: Sequence[Passage]) -> list[Superseded]:
    """Documents of `passages` that say of themselves that they are over, or that another one replaces."""
    heads: dict[str, Passage] = {}
    for passage in passages:
        heads.setdefault(passage.document, passage)
    found: dict[str, Superseded] = {}
    for passage in passages:
        for document, by in _declared(passage, list(heads.values())):
            if not found.get(document) or not found[document].by:
                found[document] = Superseded(document, by)
    return list(found.values())


def in_force(question: str, passages: Sequence[Passage]) -> dict[str, str]:
    """Documents that lose to one of the others, and to which: to what held at the time that is asked about,
    else to the newest; none where it is asked about earlier times without one."""
    if found := _others(then(question), passages):
        return {one.document: one.heir for one in found}
    lost = {one.document: one.by for one in superseded(passages) if one.by}
    if not lost or EARLIER.search(question):
        return {}
    years = set(_YEAR.findall(question))
    meant = {p.document for p in passages if years & set(_YEAR.findall(p.title))}
    return {old: new for old, new in lost.items() if old not in meant and new not in lost}


def held(question: str, passages: Sequence[Passage]) -> dict[str, str]:
    """Documents that held at the time that is asked about, from when on, where there is a newer one."""
    found = _others(then(question), passages)
    return {one.heir: one.since for one in found if one.newer}


@dataclass(frozen=True, slots=True)
class _Other:
    """A document that did not hold at a time, what did in its place and since when, and which is newer."""

    document: str
    heir: str
    since: str
    newer: bool


def _others(at: str, passages: Sequence[Passage]) -> list[_Other]:
    documents: dict[str, list[Passage]] = {}
    for one in passages if at else ():
        documents.setdefault(one.document, []).append(one)
    declared = {frozenset((one.document, one.by)) for one in superseded(passages if at else ()) if one.by}
    names = {document: _name(some[0]) for document, some in documents.items()}
    titled = cache(lambda one: told(documents[one]))
    begins = cache(lambda one: since(documents[one]))

    def dated(one: str, other: str) -> tuple[str, str]:
        """From when on two documents hold, of which one is declared to take the other's place or that have
        the same name; nothing of others."""
        if frozenset((one, other)) in declared:
            return begins(one), begins(other)
        same = names[one] and names[one] == names[other]
        return (titled(one), titled(other)) if same else ("", "")

    lost = list[_Other]()
    for mine in documents:
        pairs = ((other, *dated(mine, other)) for other in documents if other != mine)
        heirs = [
            _Other(mine, other, theirs, newer=ours > theirs)
            for other, ours, theirs in pairs
            if ours and begun(theirs, at) and (not begun(ours, at) or (ours < theirs and _by(theirs, at)))
        ]
        lost += sorted(heirs, key=lambda one: one.since)[-1:]
    return lost


def _by(time: str, at: str) -> bool:
    """Whether `time` is no later than the beginning of `at`: 1 January 2023 is the beginning of 2023."""
    return time.removesuffix("-01").removesuffix("-01") <= at


def _name(one: Passage) -> set[str]:
    """Its title without numbers and words such as "policy"."""
    return {w for w in _words(one.title) - _GENERAL if not w[0].isdigit()}


def _declared(passage: Passage, heads: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """What `passage` says to be over, and what it says to be in its place, if anything."""
    others = [head for head in heads if head.document != passage.document]
    if titled := _TITLED.search(" ".join((passage.title, *passage.heading))):
        # "Parental leave (2024, superseded)" has lost to "Parental leave".
        heir = _named(passage.title[: titled.start()], passage, others)
        yield passage.document, heir.document if heir and not _newer(passage, heir) else ""
    for start, end in sentences(passage.text) if _hints(passage.text) else ():
        text = plain(passage.text[start:end])
        if (mine := _OF_ITSELF.search(text)) and not _PERHAPS.search(text[: mine.end()]):
            by = _BY.search(mine[0])
            heir = _named(by[1], passage, others) if by else None
            yield passage.document, heir.document if heir else ""
        elif theirs := _OF_ANOTHER.search(text):
            old = _named(theirs["what"] or theirs["else"], passage, others)
            if old and not _newer(old, passage):
                yield old.document, passage.document


def _hints(text: str) -> bool:
    folded = text.casefold()
    return any(one in folded for one in _LETTERS) and bool(_HINT.search(text))


def _named(name: str, by: Passage, others: Sequence[Passage]) -> Passage | None:
    """The one of `others` that `name` means, as `by` says it; None where none is, or several are."""
    for said in (name, _UNTIL.split(name.strip(), maxsplit=1)[0]):
        fit = [one for one in others if _fits(_words(said) - _GENERAL, one, _title(by))]
        if len(fit) == 1:
            return fit[0]
    return None


def _fits(wanted: set[str], one: Passage, own: set[str]) -> bool:
    """Whether its title has every word of a name, and its title, address or date every number; a name
    without words of its own ("the 2023 policy") means what has a title like our `own`."""
    title = _title(one)
    years = {str(one.updated_at.year)} if one.updated_at else set[str]()
    numbers = {w for w in wanted if w[0].isdigit()}
    if not numbers <= title | years | set(words(one.url)):
        return False
    topic = {w for w in title - _GENERAL if not w[0].isdigit()}
    return wanted - numbers <= title if wanted - numbers else bool(topic & own)


def _title(one: Passage) -> set[str]:
    return _words(" ".join((one.title, *one.heading[:1])))


def _words(text: str) -> set[str]:
    """Stems of its words, and its numbers."""
    return {w if w[0].isdigit() else stem(w) for w in words(text) if w not in STOP}


def _newer(one: Passage, other: Passage) -> bool:
    return bool(one.updated_at and other.updated_at and one.updated_at > other.updated_at)

"""A question for a figure in, the thing it is asked of out; and whether words name that thing.

A figure beside other words is a figure of something else: the price of a season ticket stands where a season
ticket is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.quoting.demands import asking
from model.quoting.things import kin
from model.sentences import Span
from model.tabular.tables import paired
from retrieval.languages import language
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, stem, words

_AUX = frozenset(
    "is are was were do does did can could may might must should shall will would has have had".split()
)
_HELPS = frozenset("do does did can could may might must should will would".split())
_ARTICLES = frozenset("a an the my our your their his her its any some all every each".split())
_POINTS = frozenset(  # what is meant stands elsewhere
    """this that these those such i we you they he she it one anyone someone people there everybody everyone
    who""".split()
)
_ENDS = (
    frozenset(
        """of on about with at by from in into via per to after before during until since between under over
        through within than as without upon across against among toward towards out for and or but that which
        who whom when while if because where whose not""".split()
    )
    | _AUX
    | _ARTICLES
    | _POINTS
)
_OF = frozenset("of for on".split())
_MEASURES = re.compile(
    r"(?:second|minute|min|hour|hr|day|night|weekend|week|fortnight|month|quarter|semester|year|decade|centur\w+|"
    r"euro|dollar|pound|cent|percent|percentage|time|kilomet\w+|met(?:er|re)|mile|feet|foot|inche?|page|word|"
    r"character|amount|number|share|portion|proportion|total|money|degree|price|cost|fee|date|deadline|length|"
    r"duration|notice|distance|clearance|height|width|depth|weight|size|age|value|term|period|maximum|minimum|"
    r"sekunde|minute|stunde|tag|nacht|woche|monat|quartal|jahr|jahrzehnt|jahrhundert|prozent|mal|seite|wort|"
    r"zeichen|anzahl|zahl|anteil|menge|höhe|länge|dauer|größe|tiefe|breite|gewicht|preis|kosten|gebühr|datum|frist|"
    r"kilogramm|gramm|tonne|liter|stück|euro|geld|abstand|entfernung)(?:e[nrs]?|n|s|en)?\Z"
)
_LASTS = frozenset("life lifetime lifespan".split())  # of a battery: how long it lasts
_ANY = frozenset(  # what is named without a word on it, or says nothing of what it is
    """max min average full own new current exact first last next main highest lowest largest smallest overall
    annual estimated approximate usual normal standard different other such more most many much long
    additional extra original early earliest latest company firm employer organisation organization
    business workplace person persons people staff today now ever still take takes took get gets got become
    becomes became begin begins began start starts started make makes made go come have keep stay last lasts
    need happen happened occur occurred end ended exist place work works running being been about around
    away off apart getting set series list group kind type sort part pair name names
    firma unternehmen betrieb arbeitgeber person personen leute menschen artikel gebiete länder teile arten
    mitglieder""".split()
)
_TOKEN = re.compile(r"[\w'’-]+|[?.,;:!]")
_LEADS = re.compile(
    r"\bhow (?:many|much|long|often|high|tall|deep|wide|thick|far|fast|heavy|old|big|large|expensive|pricey"
    r")\b"
    r"|\b(?:what|which) (?:exact |calendar )?(?:year|date|month|day|percentage|century|decade)\b"
    r"|\A\W*(?:and )?when\b|\bwhat (?=(?:is|was|are|were|does|do|did|can|may|will)\b)",
    re.IGNORECASE,
)
_LEITET = re.compile(
    r"\bwie ?(?:viele?|hoch|lange?|teuer|groß|gross|alt|schwer|weit|tief|breit|schnell|oft|häufig)\b"
    r"|\bwas koste\w*|\A\W*(?:und )?(?:bis |ab |seit )?wann\b"
    r"|\b(?:in|seit|an|zu) welche[mnrs] (?:jahr|datum|tag|monat)\w*\b|\bwelches jahr\b|\bwas ist (?=d)",
    re.IGNORECASE,
)
_ICH = frozenset("ich wir man du ihr sie es er jemand jeder alle sich uns mir".split())
_JOINED = re.compile(r"\s(?:and|und|&|/)\s|[,;]\s", re.IGNORECASE)
_DOING = re.compile(r"\w{4}ed\Z")
_DONE = re.compile(r"(?:ed|en|wn|lt|ght|de|nt|ld|rn|id|set|put|cut)\Z")
_GETAN = re.compile(r"ge\w+[tn]\Z|\w+iert\Z|(?:be|er|ver|ent|zer)\w+[tn]\Z")
_DOES = re.compile(r"\b(?:may|can|could|must|should|do|did|will)\s(?:i|we)\s(\w{4,})", re.IGNORECASE)
_EASY = frozenset(  # what is done without a word on it
    """have take need make spend work keep give bring claim expect earn accrue book request wait stay know
    save want like file submit hand return report tell plan count leave receive apply carry travel drive
    total""".split()
)
MOST = 3  # words of a thing: more are hardly one
BEFORE = 200  # characters before a sentence, of its paragraph, that still say what it is about
PIECE = 5  # letters that a part of a German compound has at least
SAME, DONE = 0.5, 0.6  # cosines from which two words mean nearly the same, and two verbs


@dataclass(frozen=True, slots=True)
class Thing:
    """What a figure is asked of, and what that is `of`, word by word in lower case."""

    named: tuple[str, ...]
    of: tuple[str, ...] = ()
    german: bool = False
    done: bool = False  # what was done, where nothing else is named: founded

    def named_in(self, text: str) -> bool:
        """Whether a text has a form of each of its words."""
        return not self.lacking(words(text))

    def lacking(self, said: Sequence[str]) -> list[str]:
        """What none of the words `said` is a form of; in German, where much is one word, that
        shares no part with any."""
        if self.german:
            return [] if any(_shares(one, said) for one in self.named) else list(self.named)
        return [one for one in (*self.named, *self.of) if not _form_of(one, said)]


def measured(question: str) -> Thing | None:
    """None where no figure is asked for, of nothing that is named, or of what was named before."""
    line = asking(question)
    if lead := _LEITET.search(line):
        return _german(_TOKEN.findall(line[lead.end() :]))
    lead = _LEADS.search(line)
    return _english(_TOKEN.findall(line[lead.end() :])) if lead else None


def telling(question: str) -> frozenset[str]:
    """The words of its last line that name something, or what is done but for what is done without a word on
    it."""
    return frozenset(_said(words(question.rpartition("\n")[2]))) - _EASY


def _english(tokens: Sequence[str]) -> Thing | None:
    low = [token.casefold() for token in tokens]
    helper = low[0] if low and low[0] in _AUX else ""
    at, noun = _noun(low, 1 if helper else 0)
    if at < len(low) and not noun and low[at] in _POINTS:
        return None
    end = low[at] if at < len(low) else ""
    if len(noun) > 1 and noun[-1] in _LASTS:
        noun.pop()
    verb = list[str]()
    if not helper and end not in _AUX and end not in _OF:
        noun = noun[: max(1, len(noun) - 2)]  # "how many drums came back": a verb may have come in
    elif len(noun) > 1 and end != "of" and (helper in _HELPS or (helper and _DONE.search(noun[-1]))):
        verb = [noun.pop()]
    apart = end in ("from", "to", "between") and not _said(noun)
    of = _noun(low, at + 1)[1] if end in _OF or apart else []
    if helper in _HELPS and len(of) > 1:
        of.pop()
    return _thing(_said(noun), _said(of), _said(verb))


def _noun(low: Sequence[str], at: int) -> tuple[int, list[str]]:
    """Where the words end that begin at `at`, behind an article, and what they are."""
    while at < len(low) and low[at] in _ARTICLES:
        at += 1
    first = at
    while at < len(low) and low[at] not in _ENDS and low[at][0].isalnum():
        at += 1
    return at, list(low[first:at])


def _german(tokens: Sequence[str]) -> Thing | None:
    """Of its first noun, and of the verb where there is none."""
    first = next((n for n, one in enumerate(tokens) if _is_noun(one)), len(tokens))
    if any(one in _ICH for one in tokens[:first]):
        return None
    noun = _said(one.casefold() for one in tokens[first : first + 2] if _is_noun(one))
    last = [one for one in tokens[-2:] if _GETAN.match(one)]
    return _thing(noun, [], _said(last), german=True)


def _is_noun(token: str) -> bool:
    return token[0].isupper() and token.casefold() not in STOP


def _thing(noun: list[str], of: list[str], verb: list[str], *, german: bool = False) -> Thing | None:
    """How many weeks of leave is asked of leave, and when the company was founded of what was founded."""
    named, of = (noun, of) if noun or not of else (of, [])
    done = not named
    named = [one for one in named[:-1] if not _DOING.search(one)] + named[-1:] or verb
    return Thing(tuple(named), tuple(of), german, done) if 0 < len(named) + len(of) <= MOST else None


def _said(tokens: Iterable[str]) -> list[str]:
    """The words among `tokens` that name something."""
    found = (word.partition("'")[0] for token in tokens for word in words(token))
    return [one for one in found if _tells(one)]


def _tells(word: str) -> bool:
    if len(word) < 3 or not word[0].isalpha() or word.endswith("ly"):
        return False
    return word not in STOP and word not in _ANY and not _MEASURES.match(word)


def beside(
    question: str, found: Sequence[tuple[Passage, Span]], embedder: Embedder, thing: Thing | None = None
) -> list[int]:
    """Places of the sentences `found`, best first, that stand where `thing` is named, or else what
    `question` asks its figure of: by a form of its words; where there are none, by words that mean nearly the
    same. All where there is no such thing, or a passage is in another language."""
    thing, every = thing or measured(question), list(range(len(found)))
    if thing is None:
        return every
    own = "german" if thing.german else language(words(question.rpartition("\n")[2]))
    if any(language(words(passage.text)) != own for passage, _ in found):
        return every
    if thing.german:  # no words that mean the same are known: then it has to be named nowhere
        told = (not thing.lacking(words(passage.indexed_text)) for passage, _ in found)
        return every if any(told) else []
    near = [_around(*one) for one in found]
    lacking = [thing.lacking(around) + _undone(question, around) for around in near]
    return [n for n in every if not lacking[n]] or _meant(
        lacking, near, embedder, DONE if thing.done else SAME
    )


def naming(question: str, texts: Sequence[str]) -> list[int]:
    """Places of those that name themselves what its figure is asked of."""
    thing = measured(question)
    said = [words(text) for text in texts] if thing else []
    return [
        n for n, one in enumerate(said) if thing and not thing.lacking(one) and not _undone(question, one)
    ]


def _undone(question: str, around: Sequence[str]) -> list[str]:
    """What I want to do with it, where nothing of the kind is said: how many I may lease is not how many
    there are."""
    found = _DOES.search(question.rpartition("\n")[2])
    verb = found[1].casefold() if found else ""
    return [] if not verb or verb in _EASY or verb in STOP or _form_of(verb, around) else [verb]


def _meant(
    lacking: Sequence[Sequence[str]], near: Sequence[Sequence[str]], embedder: Embedder, same: float
) -> list[int]:
    """Places of those around which something is near in meaning to each word that they lack."""
    spoken = [
        [w for w in dict.fromkeys(some) if len(w) > 2 and w[0].isalpha() and w not in STOP]
        for some in near[: len(lacking)]
    ]
    every = list(dict.fromkeys(w for some in (*lacking, *spoken) for w in some))
    vectors = dict(zip(every, embedder.embed(every), strict=True)) if every else {}
    return [
        n
        for n, (missing, some) in enumerate(zip(lacking, spoken, strict=True))
        if all(any(float(vectors[one] @ vectors[w]) >= same for w in some) for one in missing)
    ]


def _around(passage: Passage, span: Span) -> list[str]:
    """The words of a sentence, of what stands right before it, and of what says what it is about; of a row
    also the names of its columns."""
    start = max(span[0] - BEFORE, passage.text.rfind("\n\n", 0, span[0]), 0)
    near = passage.text[start : span[1]]
    row = paired(passage).get(span, ())
    above, own = (passage.title, *passage.heading[:-1]), passage.heading[-1:]
    return words("\n".join((*(_part(one, own) for one in above), *own, passage.lead, near, *row)))


def _part(title: str, heading: Sequence[str]) -> str:
    """Of a title with several things in it those that a heading below it is of: below Annual leave, what
    stands in Leave and sickness is about leave."""
    own = set(map(stem, words(" ".join(heading)))) - STOP
    parts = [one for one in _JOINED.split(title) if own & set(map(stem, words(one)))]
    return " ".join(parts) if parts else title


def _form_of(word: str, said: Iterable[str]) -> bool:
    root = stem(word)
    return any(stem(one) == root or _kindred(word, one) for one in said)


def _kindred(word: str, other: str) -> bool:
    """Whether they begin alike: found, foundation; or one is the last part of the other: mail, e-mail."""
    if min(len(word), len(other)) < 4:
        return False
    return kin(word, other) and (word[:4] == other[:4] or word.endswith(other) or other.endswith(word))


def _shares(word: str, said: Iterable[str]) -> bool:
    pieces = {word[n : n + PIECE] for n in range(len(word) - PIECE + 1)} or {word}
    return any(piece in one for one in said for piece in pieces)

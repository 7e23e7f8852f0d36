"""The words of a question in, what they ask of a table out, whichever table it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import dropwhile, takewhile

from model.tabular.kinds import TIME, kinds
from model.tabular.wording import SCALE, plain, scaled
from retrieval.terms import STOP, stem, words


class Op(StrEnum):
    """What is made of the rows that fit."""

    LOOK = "look"
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MOST = "most"
    LEAST = "least"
    GAP = "gap"  # between the figures of two rows


NUMBER_OF = (  # and not what somebody has: "the phone number of Ada", "the number of the finance director"
    r"(?:(?<![^\W\d_] )|(?<=\bthe )|(?<=\btotal )|(?<=\bwhat )|(?<=\baverage )|(?<=\bis )|(?<=\band )|"
    r"(?<=\bme )|(?<=\bplease )|(?<=\bor ))\bnumber of\b"
    r"(?!(?:\s(?!people\b|staff\b|folks\b)\w*[^\W\ds](?!\w))+\W*\Z)"
)
_CUES = {  # in small letters as casefold writes them: with ss for ß
    Op.MEAN: r"\b(?:on )?averages?\b|\bmean\b|\bdurchschnitt\w*|\bim schnitt\b|\bmittler\w+",
    Op.SUM: r"\b(?:in |the |grand )?totals?\b(?! number of\b)|\bsum\b|\badds? up(?: to)?\b|\baltogether\b|"
    r"\bcombined\b|\bin all\b|\btogether\b|\binsgesamt\b|\bgesamt\w*|\bsumme\b|\bzusammen\b",
    Op.MOST: r"\bmost(?: expensive)?\b|\b(?:high|larg|bigg|long|new|lat|great|dear)est\b|"
    r"\bmax(?:imum|imal)?\b|\b(?:höchst|grösst|meist|teuerst|längst|neuest|spätest)e[nrs]?\b",
    Op.LEAST: r"\bleast(?: expensive)?\b|\b(?:low|small|few|cheap|short|old|earli)est\b|"
    r"\bmin(?:imum|imal)?\b|\b(?:niedrigst|kleinst|wenigst|günstigst|billigst|kürzest|ältest|frühest)e[nrs]?\b",
    Op.COUNT: rf"\bhow many\b|{NUMBER_OF}|\bcount\b|\bwie ?viele\b|\banzahl\b",
}
_CUE = {op: re.compile(pattern) for op, pattern in _CUES.items()}
_AMOUNT = (
    rf"(?:[$€£]\s?\d[\d.,]*\s?m\b|(?:[$€£]|eur |usd )?\s?(?:\d[\d.,'’]*\d(?:-\d\d-\d\d)?|\d)(?:\s?{SCALE})?)"
    r"(?:\s?(?:[$€£]|(?:euros?|eur|dollars?|usd|pounds?|gbp|"
    r"franken|francs|chf)\b))?"
)
_TIMED = rf"{_AMOUNT}(?:\s{TIME})?"
_DATED = rf"{_AMOUNT}(?!\d|[.,]\d|\s?{TIME})"  # replaced after 2 years is not after more than that
_COMPARED = re.compile(
    rf"\b(?P<gt>more than|over|above|greater than|larger than|longer than|mehr als|länger als|über)\s+"
    rf"(?P<a>{_TIMED})"
    rf"|\b(?P<after>after|later than|nach)\s+(?P<b>{_DATED})"
    rf"|\b(?P<ge>at least|no less than|minimum of|mindestens)\s+(?P<c>{_TIMED})"
    rf"|\b(?P<since>from|since|seit|ab)\s+(?P<d>{_DATED})"
    rf"|\b(?P<lt>fewer than|less than|shorter than|under|below|weniger als|kürzer als|unter)\s+"
    rf"(?P<e>{_TIMED})"
    rf"|\b(?P<before>before|earlier than|vor)\s+(?P<f>{_DATED})"
    rf"|\b(?P<le>at most|no more than|up to|höchstens|bis zu)\s+(?P<g>{_TIMED})"
    rf"|\b(?P<until>until|bis)\s+(?P<h>{_DATED})"
)
_RANGE = re.compile(rf"\b(?:between|zwischen)\s+({_AMOUNT})\s+(?:and|und)\s+({_AMOUNT})(\s{TIME})?")
_SIGNS = {
    "gt": ">", "after": ">", "ge": "≥", "since": "≥", "lt": "<", "before": "<", "le": "≤", "until": "≤",
}  # fmt: skip
_EVERY = re.compile(  # what all of is asked for stands behind it
    r"\A\W*(?:(?:and|und|please|bitte)\W+)?(?:(?P<english>(?:which|what)(?:\s(?:are|were|do(?=\s(?:the|our|all)\b)))?|"
    r"(?:list|name|show|tell|give)(?=\s(?:me|us|all|every|the|our)\b))|welche[nrsm]?(?:\ssind)?|was\s(?:sind|bedeuten)|"
    r"(?:nenne?|zeige?|liste|zähle?)(?=\s(?:mir|uns|alle|die|unsere)\b))\b"
    r"(?:\s(?:me|us|mir|uns|all|alle|of|the|our|die|unsere|other|more|else|weiteren?|anderen?)\b)*"
    r"(?P<kinds>\s(?:kinds?|types?|sorts?|arten)\s(?:of|von)\b)?"
)
_WHOLE = re.compile(r"\ball\b")
_OWN = re.compile(  # what equipment do I get, what equipment does the field team get
    r"\b(?:(?:do|can|may|have|could|should)\s(?:i|we|you)|(?:do|does|did)\s(?:the|our|my|an?)|"
    r"is there)\b"
)
_NOT = re.compile(
    r"\b(?:no|not|never|neither|weder|without|free (?:of|from)|lack\w*|\w+n['’]t|except|excluding|besides|"
    r"other than|kein\w*|nicht|nie|ohne|frei von|ausser)\b"
)
_OTHERS = re.compile(  # all but what is named, and not: not only, not all
    r"\b(?:(?:(?<!was )(?<!were )(?<!did )(?<!will )(?<!war )(?<!waren )(?:not|nicht)|"
    r"(?:is|are|do|does|has|have)n['’]t)\b(?!\s(?:only|just|all|every|both|yet|nur|alle|jede\w*|beide|mehr)\b)|"
    r"except|excluding|besides|other than|ausser)"
)
_APART = re.compile(r"\b(far|weit)\b(?=.*\b(?:from|away|von|entfernt)\b)")
_ASKS = re.compile(
    r"\b(?:who\w*|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|can|may|must|should|will|"
    r"wer|wem|wen|was|welche\w*|wann|wo|warum|wie|ist|sind|hat|haben|kann|darf|muss|soll|gibt)\b"
)
_WHICH = re.compile(r"which|what|welche[nrsm]?")
_HOW = re.compile(r"\A\W*(?:how|wie) (\w+) (?:is|are|was|were|ist|sind|war|waren)\b")
_NUMBERED = re.compile(r"\b(?:number(?! of)|no|nr|id|\w*nummer)\b")
IN = frozenset("in at on for of from im am bei beim vom von zum zur für".split())  # before a place
# What a question may say beside what it is about.
SOFT = STOP | frozenset(
    """list show tell give name names find table sheet spreadsheet file row rows entry entries
    record records company companies many much number count please currently exist exists offer
    offers come comes there each every per any all both either together value figure need want know
    say says got get gets go use used using work works stand stands belong belongs run runs sit sits
    working anyone anybody arbeitet arbeiten jemand named called nor noch contain contains containing
    include includes enthält enthalten
    kind also only just still exactly amount needs take takes took make makes made von
    der die das den dem des ein eine einer eines einen im in am an auf zu zum zur mit für und oder
    ist sind hat haben gibt es welche welcher welches welchem welchen wie viel viele wer wo wann was
    wird werden bei aus alle allen insgesamt heisst heissen bitte sich liegt liegen wessen wem unser
    unsere unserem unseren unserer tabelle liste among one within across whole fits there's ones
    case look""".split()
)
# What says nothing more where all of a kind is asked for: severity levels, the four waves.
LISTING = frozenset(
    """level levels kind kinds type types category categories option options item items entry entries two
    three four five six seven eight nine ten stufe stufen arten typen zwei drei vier fünf sechs sieben acht
    neun zehn""".split()
)
# And what says nothing more where a row is looked up.
LOOKING = frozenset(
    """old new long big large year date day time person people month each begin high far up first please
    based sitzt arbeitet located quick quickly soon fast often jahr datum tag person leute monat
    schnell bald oft""".split()
)


@dataclass
class Asked:
    """A question without its comparisons, its words in order; `compared` are those: sign and number."""

    text: str
    words: list[str] = field(default_factory=list)
    compared: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, question: str) -> Asked:
        text = _RANGE.sub(_ends, plain(question.casefold()))
        compared = [
            (sign, scaled(next(found[g] for g in "abcdefgh" if found[g]).strip()))
            for found in _COMPARED.finditer(text)
            for name, sign in _SIGNS.items()
            if found[name]
        ]
        text = _COMPARED.sub(lambda found: f" {''.join(re.findall(rf'{TIME}', found[0])[-1:])} ", text)
        return cls(text, words(text), compared)

    def denied(self) -> frozenset[str]:
        """The words that deny."""
        return frozenset(words(" ".join(_NOT.findall(self.text))))

    @property
    def others(self) -> bool:
        """Whether all its denials mean what is not as the question names it."""
        return bool(found := _NOT.findall(self.text)) and len(found) == len(_OTHERS.findall(self.text))

    def run(self, parts: Sequence[str]) -> set[int]:
        """Where these words stand one after the other; empty where they do not."""
        for at in range(len(self.words) - len(parts) + 1):
            if all(same(self.words[at + n], part) for n, part in enumerate(parts)):
                return set(range(at, at + len(parts)))
        return set()

    def forms(self, part: str) -> set[int]:
        """Where forms of this word stand."""
        return {n for n, word in enumerate(self.words) if alike(word, part)}

    def op(self, inside: set[int]) -> tuple[Op, set[int]]:
        """What is asked to be reckoned, and by which words; those in a column's name ask nothing."""
        for op, pattern in _CUE.items():
            for found in pattern.finditer(self.text):
                before = len(words(self.text[: found.start()]))
                at = set(range(before, before + len(words(found[0]))))
                if not at & inside:
                    return op, at
        return Op.LOOK, set()

    @property
    def numbered(self) -> bool:
        """Whether it is about numbers that only tell things apart: the highest order number."""
        return bool(_NUMBERED.search(self.text))

    @property
    def apart(self) -> frozenset[str]:
        """The word for a distance from something: a row that names both places does not say it."""
        return frozenset(_APART.findall(self.text))

    @property
    def head(self) -> frozenset[int]:
        """Where what is asked for stands, right behind "which": it has the most of something else."""
        return frozenset((1,)) if self.words and _WHICH.fullmatch(self.words[0]) else frozenset()

    @property
    def how(self) -> frozenset[str]:
        """The word that "how" goes with, which says no more of a figure than that it is one: wie hoch ist."""
        return frozenset(_HOW.findall(self.text))

    def adds(self) -> Op:
        """What else than counting "how many" is asked with: a sum or a mean, in total, on average."""
        return next((op for op in (Op.SUM, Op.MEAN) if _CUE[op].search(self.text)), Op.LOOK)

    def telling(self) -> list[str]:
        """Its words but those that any question may say."""
        return [word for word in self.words if word not in SOFT]

    def counted(self) -> list[str]:
        """The words of what is counted: those behind "how many", up to a verb or preposition."""
        found = _CUE[Op.COUNT].search(self.text)
        behind = words(self.text[found.end() :]) if found else []
        return list(takewhile(lambda word: word not in SOFT, dropwhile(lambda word: word in SOFT, behind)))

    def listed(self) -> list[str]:
        """The words of what all of is asked for: those behind "which" or "what are the", in the plural;
        in the singular too where figures are compared: which equipment costs more than that."""
        if not (found := _EVERY.match(self.text)):
            return []
        said = list(takewhile(lambda word: word not in SOFT, words(self.text[found.end() :])))
        whole = _WHOLE.search(found[0])
        many = whole or any(word.endswith("s") and not word.endswith("ss") for word in said)
        plain = bool(found["english"]) and not found["kinds"]
        return said if many or not plain or self.compared or _OWN.search(self.text) else []

    def phrase(self) -> list[str]:
        """The same where a question is nothing but a name: "projects over 500,000"."""
        said = list(takewhile(lambda word: word not in SOFT, self.words))
        many = any(word.endswith("s") and not word.endswith("ss") for word in said)
        return said if many and not _ASKS.search(self.text) else []

    def kinds(self) -> list[tuple[re.Pattern[str], frozenset[str]]]:
        """What names of columns may have that is meant without naming them (who, when, where, how much), and
        the words that mean it."""
        return [(names, frozenset(words(" ".join(said)))) for names, said in kinds(self.text)]


def _ends(found: re.Match[str]) -> str:
    """A range as its two ends, both in the unit that the last is in."""
    first, last, time = found[1], found[2], found[3] or ""
    unit = re.search(r"[^\d.,'’\s]+\Z", last) if first[-1].isdigit() and first[0].isdigit() else None
    return f"at least {first} {unit[0] if unit else ''}{time} at most {last}{time}"


def kinds_of(question: str) -> str:
    """What all of is asked for, or how many there are; empty where nothing is."""
    asked = Asked.of(question)
    return " ".join(asked.listed() or asked.counted())


def same(one: str, two: str) -> bool:
    """Whether two words are one, but for a plural."""
    return one == two or (len(one) > 3 and len(two) > 3 and bool(_stems(one) & _stems(two)))


@lru_cache(maxsize=50_000)
def alike(one: str, two: str) -> bool:
    """Whether two words are forms of one: own and owner, located and location, Büros and Büro."""
    if one == two:
        return True
    if len(one) < 3 or len(two) < 3 or one[:2] != two[:2]:
        return False
    return any(_goes_on(a, b) for a in _stems(one) for b in _stems(two))


def _goes_on(a: str, b: str) -> bool:
    if len(a) == len(b) > 5 and a[:-1] == b[:-1] and {a[-1], b[-1]} == {"d", "s"}:
        return True  # respond and response, extend and extension
    short, long = sorted((a, b), key=len)
    rest = long[len(short) :]
    if not long.startswith(short) or len(short) < 3:
        return False
    return not rest or rest in ("er", "or", "ers", "ed") or (len(short) > 4 and len(rest) < 4)


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset((stem(word), stem(word, "german")))

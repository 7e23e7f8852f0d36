"""A true sentence in, false ones out: one number, date, name, unit, negation or direction changed in each.

It knows nothing of the check and shares no list with it: what it changes is found by its own rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

# kind       what is changed
# number     digits or a spelt number, to another one
# date       a year, a month, a weekday, a day of a month
# name       a capitalised name, an acronym or an identifier, to one of another document
# unit       what a number counts
# negation   one goes in, or the one that is there goes
# direction  more to less, before to after, allowed to forbidden
KINDS = ("number", "date", "name", "unit", "negation", "direction")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SPELT = (
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty".split()
)
_MONTH = re.compile(rf"\b(?:{'|'.join(m for m in _MONTHS if m != 'May')}|May(?= \d))\b")
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})(?=s?\b)")
_YEAR = re.compile(r"(?<![\w$€£.,/-])(?:19|20)\d\d(?![\w%/]|[.,]\d)")
_OF_MONTH = re.compile(rf"(?<=\b)\d{{1,2}}(?=(?:st|nd|rd|th)? (?:of )?(?:{'|'.join(_MONTHS)})\b)")
_IN_MONTH = re.compile(rf"(?:{'|'.join(_MONTHS)}) (\d{{1,2}})\b(?!\d|:)")
_NUMBER = re.compile(r"(?<![\w.,/:#-])\d+(?:[.,]\d+)*(?![\w:/]|[.,]\d|-[A-Za-z]*\d)")
_WORD_NUMBER = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b(?!-)", re.IGNORECASE)
_COUNTED = (
    "mg g kg|g mg kg|kg g mg|km miles metres|miles km yards|mm cm inches|cm mm metres|μm mm cm|"
    "nm μm mm|ml l μl|%~percentage points|percent~percentage points|days weeks hours|day week hour|"
    "weeks months days|week month day|months years weeks|month year week|years months decades|"
    "year month decade|hours days minutes|hour day minute|minutes hours seconds|minute hour second|"
    "seconds minutes hours|GB TB MB|TB GB PB|MB GB KB|KB MB GB|°C °F|dollars euros pounds|"
    "feet metres miles|acres hectares|pounds kilograms|tons pounds"
)
_UNITS = {
    first: rest
    for row in _COUNTED.split("|")
    for first, *rest in [row.split("~") if "~" in row else row.split()]
}
_LONGEST = sorted(_UNITS, key=len, reverse=True)
_UNIT = re.compile(
    rf"(?<=\d)(?P<gap>\s?-?)(?P<unit>{'|'.join(map(re.escape, _LONGEST))})(?![\w/])"
    rf"|\b(?P<spelt>(?:{'|'.join(_SPELT)}|thousand|million|billion)(?P<gap2>[ -]))"
    rf"(?P<unit2>{'|'.join(u for u in _UNITS if u.isalpha() and len(u) > 2)})\b"
)
_MONEY = re.compile(r"[$€£](?=\d)")
_NAMED = r"[A-Z][a-z]+|[A-Z]{2,}[A-Za-z0-9]*|[A-Z][a-z]*[A-Z]\w*|[A-Za-z]+-?\d\w*"
_NAME = re.compile(
    rf"(?<![.!?:;\"“(] )(?<!\A)(?<![\w.-])(?:{_NAMED})"
    r"(?:(?: (?:of|the|and|for) | |-)[A-Z][A-Za-z0-9]+)*(?![\w-])"
    r"|\A[A-Z][a-z]+(?: [A-Z][a-z]+)+\b|\A[A-Z]{2,}\b"
)
_PLAIN = frozenset(
    "I The A An This That These Those It In On At If When You We They He She Yes No However Also And But "
    "Or For As To By With From Our Your My Their There Here What Which Who How Why Not One Some All Any "
    "Each".split()
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|must|may|might|has|have|had|does|do|did)\b"
    r"(?! (?:not|never|no)\b)(?!n['’]t)"
)
_VERB = re.compile(
    r"\b(increase|decrease|reduce|improve|inhibit|induce|regulate|promote|cause|require|provide|include|contain|"
    r"affect|activate|enhance|predict|prevent|play|lead|result|need|allow|offer|cover|apply|serve|bind|target|"
    r"express|mediate|protect|support|control|modulate|lower|raise|produce|use|help|depend|begin|end|work|refer)s\b"
)
_DENIED = (
    (re.compile(r"\b(\w+)n['’]t\b"), lambda m: {"ca": "can", "wo": "will"}.get(m[1].lower(), m[1])),
    (re.compile(r"\bcannot\b"), lambda m: "can"),
    (re.compile(r" (?:not|never|no longer)\b(?! only)"), lambda m: ""),
    (re.compile(r"\b([Ww])ithout\b"), lambda m: f"{m[1]}ith"),
    (re.compile(r"\b([Nn])o (?=[a-z])"), lambda m: "the " if m[1] == "n" else "The "),
    (re.compile(r"\b(?:fails?|failed) to "), lambda m: "manages to "),
)  # fmt: skip
_TURNED = (
    "increase decrease|increases decreases|increased decreased|increasing decreasing|higher lower|"
    "more fewer|more less|greater smaller|before after|above below|minimum maximum|allowed forbidden|"
    "permitted prohibited|includes excludes|include exclude|including excluding|always never|"
    "required optional|enable disable|enables disables|enabled disabled|positive negative|"
    "positively negatively|reduces raises|reduce raise|reduced raised|improves worsens|"
    "promotes inhibits|up down|longer shorter|earlier later|first last|most least|"
    "upregulation downregulation|high low|better worse|inside outside|accept reject|accepted rejected|"
    "win lose|buy sell|internal external|public private|mandatory voluntary|start stop|over under|"
    "best worst|rise fall"
)
_OTHER = {a: b for row in _TURNED.split("|") for pair in [row.split()] for a, b in (pair, pair[::-1])}
_TURN = re.compile(rf"\b(?:{'|'.join(_OTHER)})\b", re.IGNORECASE)

Change = tuple[int, int, str]  # what stands from start to end becomes this


def altered(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(kind, false sentence); `names` are those of other documents. At most two of a kind."""
    for kind in KINDS:
        changes = list(_CHANGES[kind](sentence, chance, names))
        for start, end, new in chance.sample(changes, min(2, len(changes))):
            yield kind, sentence[:start] + new + sentence[end:]


def names(sentence: str) -> list[str]:
    """The names in `sentence`, as this file finds them."""
    return [m[0] for m in _named(sentence)]


def _named(sentence: str) -> Iterator[re.Match[str]]:
    dates = {*_MONTHS, *_DAYS}
    for found in _NAME.finditer(sentence):
        if not {found[0], found[0].split()[0]} & (_PLAIN | dates) and len(found[0]) > 1:
            yield found


def _numbers(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[Change]:
    dated = [m.span() for p in (_YEAR, _OF_MONTH) for m in p.finditer(sentence)]
    dated += [m.span(1) for m in _IN_MONTH.finditer(sentence)]
    for found in _NUMBER.finditer(sentence):
        if not any(a <= found.start() < b for a, b in dated) and not sentence[: found.start()].endswith("["):
            yield *found.span(), _another(found[0], chance)
    for found in _WORD_NUMBER.finditer(sentence):
        yield *found.span(), chance.choice([w for w in _SPELT if w != found[0].lower()])


def _another(number: str, chance: Random) -> str:
    """One digit changed, or one added: 1,250 -> 1,750; 7 -> 3 or 74."""
    places = [i for i, c in enumerate(number) if c.isdigit()]
    at = chance.choice(places)
    digit = chance.choice([d for d in "123456789" if d != number[at]])
    if len(places) == 1 and chance.random() < 0.5:
        return number + digit
    return number[:at] + digit + number[at + 1 :]


def _dates(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[Change]:
    for found in _YEAR.finditer(sentence):
        yield *found.span(), str(int(found[0]) + chance.choice([-11, -3, -2, -1, 1, 2, 3, 9]))
    for pattern, others in ((_MONTH, _MONTHS), (_DAY, _DAYS)):
        for found in pattern.finditer(sentence):
            yield *found.span(), chance.choice([o for o in others if o != found[0]])
    days = [(m.span(), m[0]) for m in _OF_MONTH.finditer(sentence)]
    days += [(m.span(1), m[1]) for m in _IN_MONTH.finditer(sentence)]
    for span, day in days:
        yield *span, str(chance.choice([d for d in range(1, 29) if d != int(day)]))


def _units(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[Change]:
    for found in _UNIT.finditer(sentence):
        unit = found["unit"] or found["unit2"]
        new = chance.choice(_UNITS[unit])
        gap = (found["gap"] if found["unit"] else "") or (" " if new.isalpha() or " " in new else "")
        start = found.start() if found["unit"] else found.start("unit2")
        yield start, found.end(), (gap if found["unit"] else "") + new
    for found in _MONEY.finditer(sentence):
        yield *found.span(), chance.choice([m for m in "$€£" if m != found[0]])


def _renamed(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[Change]:
    for found in _named(sentence):
        others = [n for n in names if n.isupper() == found[0].isupper() and n not in sentence]
        if others:
            yield *found.span(), chance.choice(others)


def _negations(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[Change]:
    for pattern, without in _DENIED:
        if found := pattern.search(sentence):
            yield *found.span(), without(found)
            return
    if found := _AUXILIARY.search(sentence):
        word = found[1]
        denied = [f"{word} not", f"{word} never", f"{word} no longer"]
        denied += ["cannot"] if word == "can" else [f"{word}n't"] if word not in ("may", "might") else []
        yield *found.span(), chance.choice(denied)
    if found := _VERB.search(sentence):
        base = found[1]
        yield *found.span(), chance.choice([f"does not {base}", f"fails to {base}", f"no longer {base}s"])


def _turned(sentence: str, chance: Random, names: Sequence[str]) -> Iterator[Change]:
    for found in _TURN.finditer(sentence):
        new = _OTHER[found[0].lower()]
        yield *found.span(), new.capitalize() if found[0][0].isupper() else new


_CHANGES: dict[str, Callable[[str, Random, Sequence[str]], Iterator[Change]]] = {
    "number": _numbers,
    "date": _dates,
    "name": _renamed,
    "unit": _units,
    "negation": _negations,
    "direction": _turned,
}

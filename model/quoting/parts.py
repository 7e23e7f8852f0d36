"""A question that asks several things in, each as a question of its own out; which of them are not told; and
what is asked where the message tells something beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.quoting.demands import demanded
from model.sentences import sentences
from model.tabular.asking import SOFT, alike
from retrieval.terms import STOP, words

_ASKS = (
    r"(?:who|whom|whose|what|when|where|which|how|why|wer|wem|wen|wessen|was|wann|wo|wie|warum|welche[nmrs]?)"
    r"\b"
)
_MAY = (
    r"(?:is|are|was|were|has|have|can|may|must|should|will|would|do|does|darf|dürfen|kann|können|muss|müssen|"
    r"ist|sind|gibt|war|waren|hat|haben|soll|sollen|wird|werden)\s"
    r"(?:i|we|you|there|the|my|our|it|this|they|he|she|ich|wir|man|es|er|sie|der|die|das)\b"
)
_AND = r"(?:and(?: also)?|&|\+|plus|as well as|und(?: auch)?|sowie)"
_OR = rf"(?:{_AND}|or|oder)"  # where a line begins
_MARK = r"(?:(?:[-–—*•·]|\d{1,2}[.)])\s+)"  # of an item of a list
_NEXT = re.compile(rf"\?\s+{_MARK}?(?:{_OR}\s+)?(?=\S)|[,;]?\s+{_AND}\s+(?={_ASKS}|{_MAY})", re.IGNORECASE)
_THE = r"(?:the|our|my|der|die|das|unsere?|meine?)\s"
_BEGINS = re.compile(rf"{_MARK}?\W*(?:{_OR}\s+)?(?:{_ASKS}|{_MAY})", re.IGNORECASE)
_WANTS = re.compile(  # a request, whatever ends it
    r"\W*(?:please|tell me|explain|list|show|give|describe|summari[sz]e|compare|"
    r"i(?:'d like| (?:want|need|would like)) to know|bitte|sag|erklär|nenn|zeig|beschreib|"
    r"ich (?:möchte|will|muss) wissen)\w*\b",
    re.IGNORECASE,
)
_BOTH = re.compile(  # what is the one and the other
    rf"(?P<head>(?:what|who|when|how \w+|was|wer|wann|wie \w+)\s(?:is|are|ist|sind)\s)"
    rf"(?P<one>{_THE}[^,?]{{1,60}}?)\s(?:and|und)\s(?P<two>{_THE}[^,?]{{1,60}})",
    re.IGNORECASE,
)
_COMPARES = re.compile(  # all parts at once: none of them is one by itself
    r"\b(?:both|between|difference|respectively|beide\w*|zwischen|unterschied)\b", re.IGNORECASE
)
_LEANS = re.compile(  # on the part before it
    r"\b(?:it|its|they|them|their|he|she|him|her|this|these|those|so|es|ihn|ihm|ihnen|deren|dessen|dies\w*)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(  # on it too: and how fast
    rf"\W*(?:{_AND}\s)?(?:(?:how|wie)(?:\s\w+)?|when|where|why|who|wann|wo|warum|wer)\W*", re.IGNORECASE
)
_LISTS = re.compile(rf"{_MARK}?\W*{_OR}\s", re.IGNORECASE)
_ITEM = re.compile(rf"\A\W*?{_MARK}")
_DIALLED = re.compile(r"(?<![\w.,-])(?:\+\d|0\d)\d?[\d /()-]{5,}\d\b")  # the number of somebody
_HOW = re.compile(  # it is to be answered, and not what
    r"\W*(?:(?:please|bitte|can you|could you)\s+)*(?:answer|reply|respond|be|keep|antworte\w*|fass)\b"
    r"(?:\s+(?:me|it|this|that|them|mir|es|dich|bitte))*\s+"
    r"(?:in|with|as|auf|mit|als|briefly|brief|short\w*|kurz\w*)\b.*",
    re.IGNORECASE,
)
_CHAT = frozenset(
    "ok okay please thanks thank cheers right yes no hi hello bitte danke ja nein hallo".split()
)
_ENDED = re.compile(r"[^\w)\]’”\"']\s*\Z")
_OF = re.compile(r"\s(?:of|for|in|at|on|with|to|from|von|für|bei|mit|zu[mr]?|im|in)\s", re.IGNORECASE)
MOST = 4  # parts of a question: who asks more asks for a page


def parts(question: str) -> list[str]:
    """Two to MOST of them, in order; none where it asks one thing, or all at once. What leans on those before
    it stands below them, as a follow-up does: "How much is dinner?", "And lunch?"."""
    above, _, line = apart(question)[1].strip().rpartition("\n")
    clauses = (_ITEM.sub("", clause).strip(" ?,;.!") for clause in _NEXT.split(line))
    found = [one for clause in clauses if _says(clause) for one in _each(clause)]
    if not 1 < len(found) <= MOST or any(map(_COMPARES.search, found)) or not all(owned(found)):
        return []
    made, before = list[str](), above.splitlines()
    for one in found:
        alone = bool(_BEGINS.match(one) or _WANTS.match(one))
        said = f"{one[0].upper()}{one[1:]}?" if alone or not made else f"And {_lowered(one)}?"
        before = [*before, said] if leans(one) or (made and not alone) else [said]
        made.append("\n".join(before))
    return made


def _says(clause: str) -> bool:
    """Whether a part asks for something: "ok?" does not, nor what only says how to answer."""
    said = any(word not in STOP and word not in _CHAT for word in words(clause))
    return bool(said or _BEGINS.match(clause)) and not _HOW.fullmatch(clause)


def _lowered(part: str) -> str:
    """Behind "And": "A bike" is "a bike", and Lisbon stays as it is."""
    first = part.split(maxsplit=1)[0]
    small = first.casefold() in SOFT and (first == "A" or not first.isupper())
    return f"{first.casefold()}{part[len(first) :]}" if small else part


def leans(part: str) -> bool:
    """Whether it says "it" for what another one names, or nothing of it."""
    return bool(_LEANS.search(part) or _SHORT.fullmatch(part))


def lines_asked(text: str) -> str:
    """A message of several lines with a question mark behind each that asks something, where none ends it and
    the next one asks too."""
    lines = [_unmarked(line.strip()) for line in text.splitlines() if line.strip()]
    asks = False
    for n, line in enumerate(lines[:-1] if len(lines) > 1 else ()):
        asks = line.endswith("?") or bool(_BEGINS.match(line)) or (asks and bool(_LISTS.match(line)))
        more = _BEGINS.match(lines[n + 1]) or _LISTS.match(lines[n + 1])
        if asks and more and not _ENDED.search(line):
            lines[n] = f"{line}?"
    return "\n".join(lines)


def _unmarked(line: str) -> str:
    """A line that asks without the mark of a list before it."""
    bare = _ITEM.sub("", line)
    return bare if _BEGINS.match(bare) or _LISTS.match(bare) else line


def owned(found: Sequence[str]) -> list[frozenset[str]]:
    """Of each, the words that no other one has."""
    said = [frozenset(word for word in words(one) if word not in STOP) for one in found]
    return [own.difference(*(other for m, other in enumerate(said) if m != n)) for n, own in enumerate(said)]


def untold(question: str, quoted: Sequence[str]) -> list[str]:
    """The parts of which nothing that is `quoted` has a word of its own; of one that leans on another, nor
    the kind of figure that it wants."""
    made = parts(question)
    found = [one.rpartition("\n")[2] for one in made]
    wants = [demanded(one) if above else None for above, _, one in (one.rpartition("\n") for one in made)]
    told = {"number", "nummer"} if any(map(_DIALLED.search, quoted)) else set[str]()
    told |= {word for text in quoted for said in (text, text.replace("-", "")) for word in words(said)}
    return [
        one
        for one, own, wanted in zip(found, owned(found), wants, strict=True)
        if not any(alike(word, other) for word in own for other in told)
        and not (wanted and wanted.name != "person" and any(map(wanted.met_by, quoted)))
    ]


def apart(question: str) -> tuple[str, str]:
    """What a message tells and what it asks: "I am new here.", "How long is the probation?"; nothing and all
    of it where it does only one of them."""
    line = question.strip().rpartition("\n")[2]
    said = [line[start:end] for start, end in sentences(line)]
    asked = [one for one in said if _asking(one)]
    if not 0 < len(asked) < len(said):
        return "", question
    return " ".join(one for one in said if not _asking(one)), " ".join(asked)


def _asking(sentence: str) -> bool:
    begun = _BEGINS.match(sentence) and not sentence.endswith(".")
    return bool(sentence.endswith("?") or begun or _WANTS.match(sentence))


def _each(clause: str) -> list[str]:
    both = _BOTH.fullmatch(clause)
    if both and bool(_OF.search(both["one"])) != bool(
        _OF.search(both["two"])
    ):  # the name of the dog and the cat
        both = None
    return [f"{both['head']}{both[one]}" for one in ("one", "two")] if both else [clause] if clause else []

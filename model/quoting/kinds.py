"""A question in, the kind of thing it asks for out; and where in a sentence such a thing stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.terms import STOP, stem

_ASKS = {
    "time": r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|century|decade|month|day|time|era|period)s?\b"
    r"|\bwann\b|\bwelche[nms]? (?:jahr|tag|monat|datum)\w*\b",
    "amount": r"\bhow (?:many|much|long|old|often|far|high|large|big|fast|quickly|early|late|deep|soon)\b"
    r"|\bpercent|\b(?:what|which) (?:(?:is|are|was|were) the )?(?:\w+ )?"
    r"(?:share|number|amount|price|cost|limit|size|age|rate|budget|salary|fee|percentage)s?\b"
    r"|\bcosts?\b|\bwie (?:viele?|lange|oft|hoch|alt|weit|gro[sß]+)\b|\bprozent\b",
    "reason": r"\bwhy\b|\bwhat (?:\w+ )?(?:reason|caused?|led)\b|\bfor what reason\b|\bwarum\b|\bwieso\b",
    "person": r"\bwho(?:m|se)?\b|\bwer\b|\bwe[nm]\b"
    r"|\b(?:what|which) (?:\w+ )?(?:person|people|man|woman|king|leader|president|author|team|name)s?\b",
    "place": r"\bwhere\b|\bwo(?:hin|her)?\b|\b(?:what|which) (?:\w+ )?"
    r"(?:country|countries|city|cities|place|state|location|region|area|room|building|office|site|floor)s?\b",
    "way": r"\bhow\b|\bwie\b",
    "decision": r"\A\W*(?:is|are|was|were|do|does|did|can|could|may|must|should|has|have|will|would|am|"
    r"ist|sind|darf|dürfen|kann|können|muss|müssen|gibt|hat|haben|soll)\b",
}
_ASKED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _ASKS.items()}
KINDS = (*_ASKS, "thing")
_SPELT = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    million billion half once twice dozen several % percent percentage hourly daily weekly monthly yearly
    every zwei drei vier fünf sechs sieben acht neun zehn elf zwölf prozent""".split()
)
_DATES = frozenset(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday century centuries noon midnight "
    "januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag "
    "sonntag jahrhundert".split()
)
_REASONS = frozenset(
    "because due since so cause caused causes reason therefore thus as by to weil da".split()
)
_WAYS = frozenset("by through using via with durch mit über".split())
_DATED = re.compile(r"1\d{3}|20\d\d|\d{3,4}s|\d{1,2}(?:st|nd|rd|th)|\d{1,3}(?:[:.]\d\d)?")
_TIMED = re.compile(
    r"\b1\d{3}\b|\b20\d\d\b|\b\d{3,4}s\b|\bcentur(?:y|ies)\b|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|\b\d\d?:\d\d\b",
    re.I,
)
_SITED = re.compile(
    r"\b(?:in|at|from|near|to|of|on|into|across|throughout|outside|im|am|bei|nach)\s+(?:the\s+|\w+\s+)?([^\W\d_a-z]\w+)"
)
_CAUSED = re.compile(
    r"\bbecause|\bdue to\b|\bas a result\b|\bin order to\b|\bso that\b|\breason|\bcaus|\bweil\b", re.I
)
DECIDES = re.compile(
    r"\b(?:yes|no|not|never|only|must|may|can|cannot|allowed|required|permitted|unless|always|\w+n['’]t|ja|nein|"
    r"nicht|nie|nur|muss|darf|kann|erlaubt|immer)\b",
    re.IGNORECASE,
)


def wanted(question: str) -> str:
    """The kind of thing, of KINDS, that `question` asks for."""
    return next((kind for kind, asks in _ASKED.items() if asks.search(question)), "thing")


def places(kind: str, tokens: Sequence[str], said: frozenset[str]) -> list[int]:
    """Where among `tokens` something of `kind` stands that `said`, the question's words, has not."""
    low = [token.casefold() for token in tokens]
    if kind == "amount":
        return [i for i, w in enumerate(low) if (w[0].isdigit() or w in _SPELT) and w not in said]
    if kind == "time":
        return [i for i, w in enumerate(low) if (w in _DATES or _DATED.fullmatch(w)) and w not in said]
    if kind in ("person", "place"):
        names = [i for i in range(len(tokens)) if _named(tokens, i) and low[i] not in _DATES]
        return [i for i in names if low[i] not in STOP and stem(low[i]) not in said]
    if kind in ("reason", "way"):
        return [i for i, w in enumerate(low) if w in (_REASONS if kind == "reason" else _WAYS)]
    return [i for i, w in enumerate(low) if w not in STOP and stem(w) not in said]


def holds(kind: str, text: str, found: Sequence[int], said: frozenset[str]) -> bool:
    """Whether `text` has something of `kind`, which `found` says where."""
    if kind == "time":
        return bool(_TIMED.search(text)) or bool(found)
    if kind == "place":
        sites = {name.casefold() for name in _SITED.findall(text)} - _DATES
        return any(stem(name) not in said for name in sites)
    if kind == "reason":
        return reasoned(text)
    return bool(DECIDES.search(text)) if kind == "decision" else bool(found)


def reasoned(text: str) -> bool:
    """Whether `text` gives a reason for something."""
    return bool(_CAUSED.search(text))


def _named(tokens: Sequence[str], i: int) -> bool:
    """Whether the token is capitalised where no sentence begins, or begins a name of several words."""
    return tokens[i][0].isupper() and (i > 0 or (len(tokens) > 1 and tokens[1][0].isupper()))

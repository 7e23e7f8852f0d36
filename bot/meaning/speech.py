"""How people ask, and how they speak to one another, in English and German: patterns over one message."""

from __future__ import annotations

import re

_OPENING = (  # what may go before a question and says nothing about it
    r"\W*(?:(?:and|so|then|ok|okay|but|also|hm+|und|dann|aber|oh|one more|sorry|wait|please|bitte)\b"
    r"[\s,:.-]*)*"
)
NAME = "footnote"  # by which we are called where nobody bothers with the @


def _begins(ways: str, opening: str = _OPENING) -> re.Pattern[str]:
    """Texts that begin in one of the ways, which commas part."""
    return re.compile(rf"^{opening}(?:{_either(ways)})\b", re.IGNORECASE)


def _has(ways: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_either(ways)})\b", re.IGNORECASE)


def _either(ways: str) -> str:
    return "|".join(way.strip() for way in ways.split(","))


QUOTE = re.compile(r"\A(?:>[^\n]*\n?)+")
NOISE = re.compile(r":[a-z0-9_+-]+:|https?://\S+|\b(?:lol|haha+|hehe)\b", re.IGNORECASE)
MENTION = re.compile(r"(?<!\w)[@!][\w^]")
CALLED = re.compile(
    rf"^\W*(?:(?:hey|hi|hello|hallo|ok|okay)\W+)?{NAME}\b\W", re.IGNORECASE
)  # "Footnote, is that so?"
NAMED = re.compile(  # "Ben, can you look?"
    r"^(?:(?:hey|hi|hallo)\s+)?([A-ZÄÖÜ][a-zäöüß]{2,})(?:,|\s(?=(?:can|could|do|did|are|have) you\b))"
)
NO_NAME = frozenset(
    "and also but hmm well okay yes nope sure sorry thanks great und aber auch nein danke gut "
    "klar stimmt cool "
    "perfect right wait please bitte then dann".split()
) | {NAME}

ASKS = _begins(
    "who, what, whats, what's, when, where, which, why, how, is, are, was, were, do, does, "
    "did, don't, doesn't,"
    "can, could, may, must, should, would, will, has, have, any, in which, for which, up to, within, to whom,"
    r"wer, was, wann, wo, wohin, woher, welche[rsnm]?, warum, wieso, wie, wem, wen, wessen, ist, sind, gilt,"
    r"gelten, gibt, kann, können, darf, dürfen, muss, müssen, soll, sollte, brauch\w*, hat, "
    r"haben, reicht, zählt,"
    r"zählen, werden, wird, bis wann, ab wann, (?:ab|bei|zu|in|für) welche\w*"
)
REQUESTS = _begins(
    "show, list, explain, give me, tell me, check, find, compare, summari[sz]e, look up, "
    "define, same for, can you,"
    r"could you, zeig\w*, nenn\w*, erklär\w*, gib mir, sag mir, prüf\w*, such\w*, vergleich\w*, dasselbe für,"
    "kannst du, könntest du"
)
GOES_ON = _begins(
    "and, what about, how about, same for, also for, und, auch für, was ist mit, wie sieht es", opening=r"\W*"
)
STUCK = re.compile(  # "I don't see that there": our answer was not enough
    r"^\W*(?:hm+\W*|but |ok\W*)?(?:i (?:do not|don't|can't|cannot) (?:see|find|understand|log in|open|have)\b"
    r"|(?:i'm|i am) not sure (?:what|how|where|which|if)\b"
    r"|(?:ich|da|dort) (?:ich )?(?:sehe|finde|verstehe)\b.*\b(?:nicht|kein\w*)\b)",
    re.IGNORECASE,
)
SURPRISE = re.compile(
    r"^\W*(?:oh |ach |wait |wow )?(?:really|seriously|right|no way|what|huh|why not|since when|for real|echt|"
    r"wirklich|ernsthaft|im ernst|oder|was|ach ja|warum nicht|alles ok\b.*|all good\b.*)\W*$",
    re.IGNORECASE,
)
TO_SOMEBODY = _has(
    "you, your, yours, u, ya, y'all, we, we're, us, our, let's, lets, he, she, him, her, his, "
    "hers, want me, shall i,"
    r"du, dich, dir, dein\w*, ihr, euch, euer, eure\w*, wir, uns, unser\w*, soll ich, should i, hast, "
    r"bist, kommst, nimmst"
)
TO_US = re.compile(  # what is said to a bot that has just answered, though it says you or we
    r"^\W*(?:(?:and|but|ok|und)\W+)?(?:are you sure|bist du (?:dir )?sicher"
    r"|(?:can|could|would) you (?:please )?(?:show|give|list|explain|check|tell|find|compare|"
    r"look|summari[sz]e)"
    r"|(?:kannst|könntest) du (?:bitte |mir )*\w+|(?:how|where|when|what|who) do we\b"
    r"|do we have (?:a|an|any)\b|wo (?:haben|finden) wir|haben wir (?:ein|eine|einen)\b)",
    re.IGNORECASE,
)
OF_DOCUMENTS = _begins(  # what one asks a handbook
    "(?:how|what|when|which|who) (?:do|can|must|should) i, how (?:long|much|many|often|high|far),"
    "(?:can|may|must|do) i, is there an?, are there, what about, what happens, what if, where (?:can|do) i,"
    r"who (?:can|may|must|approves|signs), what(?:'s| is| are) the\b.*\b(?:for|of|in),"
    r"(?:kann|muss|darf|soll) man, (?:kann|muss|darf) ich, wie \w+ .*\b(?:muss|kann|darf|soll) (?:ich|man),"
    "wie (?:lange|viel|oft|hoch|weit|kann|muss|melde|beantrage), wo (?:finde|ist|sind|steht|kann),"
    r"(?:wo|wie|wann|was|welche\w*|an wen|bei wem) \w+ (?:ich|man), (?:bis|ab) wann, an wen, bei wem,"
    "gibt es, gilt, was passiert, brauche ich, wer (?:darf|muss|genehmigt)"
)
GENERAL = _begins(  # what one asks nobody in particular
    "(?:how|where) (?:do|can|must) i, are there (?:any )?(?:rules|exceptions|limits), is there an?,"
    "what happens, (?:do|does|must|may|can)\\b.*\\b(?:have to|need to|be|apply), gibt es, was passiert,"
    "(?:wie|wo|wann) (?:muss|kann|darf|melde|beantrage|finde) (?:ich|man)"
)
CLOSED = re.compile(  # yes or no would do, now and in general: "are distributors included?"
    rf"^{_OPENING}(?:(?:does|do|is|are|can|may|must|has|have)\b|(?-i:[A-ZÄÖÜ]?[a-zäöüß]*(?:t|en|d|nn|rf|ss)) "
    r"(?:(?:sich|es|man|das|dies|auch|die|der|ein|eine|einen|dafür)\b|(?-i:[A-ZÄÖÜ][a-zäöüß]+)))",
    re.IGNORECASE,
)
STATE = re.compile(  # of one person or thing, now: "is Carl still head of sales?"
    r"\b(?:still|already|yet|any good|today|tomorrow|tonight|now|schon|noch|heute|morgen|gerade)\b"
    r"|^\W*(?:[Ii]s|[Ii]st|[Dd]oes|[Hh]as|[Hh]at) [A-ZÄÖÜ][a-zäöüß]+ (?![A-ZÄÖÜ])(?!\w+e[nd]\b)"
)
RULE = _has(  # what is so whoever asks
    "apply, applies, have to, has to, must, allowed, required, valid, mandatory, possible, permitted,"
    "counts?, cover(?:ed|s)?, included, erlaubt, nötig, gültig, vorgeschrieben, möglich, pflicht,"
    r"müssen, dürfen, zähl(?:t|en), verlänger\w+"
)
OR = re.compile(  # "per user or in total?"
    r"^\W*(?:per|by|with|for|before|after|in|pro|mit|vor|nach|netto|brutto)\b.* (?:or|oder) ",
    re.IGNORECASE,
)
POINTS = _has("it, this, that, these, those, they, them")

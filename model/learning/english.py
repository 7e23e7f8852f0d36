"""An English sentence in, a question that it answers out: by its verb, its subject and its first figure."""

from __future__ import annotations

import re

from model.learning.turning import Found, cut, lowered, without

_MODAL = r"can|could|may|might|must|should|will|would"
_BE = r"is|are|was|were"
_BASES = """get receive need require include apply pay begin start end last take give keep allow cover become
stay decide approve contain mean happen depend earn go come open close replace lock tell register send
provide consist belong follow lie stand remain expire cost run work use make want bring ask reach check sign
wait offer live meet add see arrive measure weigh hold serve carry read store support accept hear build
handle count travel return""".split()
_IRREGULAR = {"has": "have", "does": "do", "goes": "go", "gets": "get", "got": "get", "took": "take"}
_IRREGULAR |= {"had": "have", "gave": "give", "began": "begin", "went": "go", "paid": "pay", "kept": "keep"}
_PAST = frozenset("got took had gave began went paid kept".split())


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


_THIRD = {_third(base): base for base in _BASES} | _IRREGULAR
_MAIN = "|".join(sorted([*_THIRD, *_BASES, "have"], key=len, reverse=True))
_CLAUSE = re.compile(
    rf"(?P<subject>[^\s,;:()]+(?: [^\s,;:()]+){{0,6}}?) (?P<verb>(?:{_MODAL}|{_BE})(?:n't| not)?"
    rf"|cannot|(?:do|does|did)(?:n't| not)|{_MAIN})\b"
    r"(?P<rest>[^;]*)"
)
_FRONT = re.compile(
    r"(?P<front>(?:If|When|After|Before|In|At|On|For|During|Above|Below|Without|From|Until|Once|Where|Unless"
    r"|With|By|Within|Since|As)\b[^,;]{2,90}), (?P<clause>.+)"
)
_IMPERATIVE = re.compile(
    r"(?:Please )?(?P<verb>Tell|Ask|Send|Use|Write|Report|Take|Keep|Carry|Forward|Lock|Call|Choose|Put|Claim"
    r"|Read|Check|Open|Start|Add|Give|Bring|Wear|Return|Contact|Submit|Install|Run|Set|Press|Make|Sign|Go"
    r"|Turn|Connect|Clean|Store|Attach|Remove|Switch|Enter|Select|Click|Book|Stop|Answer)\b (?P<rest>[^;]*)"
)
_VAGUE = frozenset(
    """it they he she there nobody nothing what if when which who neither here then so and but or not as
    because please do never whatever however also only even to once sometimes its
    their his her whose where how why""".split()
)
_ALONE = frozenset("this that these those such both all some one others each either most many few".split())
_NUMBER = (
    r"(?:\d[\d.,]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|sixty|ninety|hundred)"
)
_MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December"
_SIZE = r"(?:(?:up to|at least|at most|about|around|exactly|only|no more than|more than|less than|almost) )?"
_FIGURES = (
    (
        "when",
        re.compile(
            r"\b(?P<prep>(?:on|by|until|from|at|since|before|after|in) )(?:the )?"
            rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})(?: \d{{4}})?"
            rf"|(?:{_MONTHS}) \d{{1,4}}(?:, \d{{4}})?|\d{{1,2}}[:.]\d\d(?: ?[ap]\.?m\.?)?"
            r"|\d{1,2} ?[ap]\.?m\b\.?|\d{4}-\d\d-\d\d|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
            r"|noon|midnight|\d{4}\b|\d{1,2}(?:st|nd|rd|th)\b)"
        ),
    ),
    (
        "much",
        re.compile(
            rf"(?:\b(?P<prep>(?:above|over|below|under|up to|for) ))?{_SIZE}"
            rf"(?:[€$£] ?{_NUMBER}|{_NUMBER} ?(?:euros?|dollars?|pounds?|EUR|USD|GBP|CHF|€)(?!\w))"
        ),
    ),
    ("share", re.compile(rf"{_SIZE}{_NUMBER} ?(?:%|percent\b|per cent\b)")),
    (
        "many",
        re.compile(
            rf"\b(?P<prep>(?:within|after|for|every|before|until|over|under) )?{_SIZE}{_NUMBER}[ -]"
            r"(?:more |further )?(?P<what>(?:[a-z][a-z'-]+ ){0,2}?(?!as\b|is\b|was\b|has\b)[a-z][a-z-]*s)\b"
        ),
    ),
)  # fmt: skip


def begins(word: str) -> bool:
    """Whether it is known by its capital: it begins an order or a clause that stands before."""
    return bool(_IMPERATIVE.match(f"{word} x") or _FRONT.match(f"{word} x x, x"))


def question(sentence: str) -> tuple[int, str]:
    """How good it is, from 0 (none), and the question without context."""
    sentence = sentence.partition(";")[0].strip().rstrip(".!")
    if order := _IMPERATIVE.fullmatch(sentence):
        return _asks("should I", f"{order['verb'].lower()} {order['rest']}", "")
    tail = ""
    if front := _FRONT.fullmatch(sentence):
        sentence, tail = front["clause"], f" {lowered(front['front'])}"
    found = _CLAUSE.match(sentence)
    if found is None or found["subject"].split()[0].casefold() in _VAGUE:
        return 0, ""
    subject, verb, rest = found["subject"], found["verb"], found["rest"]
    if subject.casefold() in _ALONE:
        return 0, ""
    if re.search(r" (?:who|which|that|to|because|if|when|where)\b", subject):
        return 0, ""
    opening, more = _opening(subject, verb)
    return _asks(opening, f"{more}{rest}".strip(), tail) if opening else (0, "")


def _opening(subject: str, verb: str) -> tuple[str, str]:
    """The verb that asks before its subject, and the verb that is left behind it."""
    verb, subject = verb.replace("cannot", "can not").replace("n't", " not"), lowered(subject)
    many = subject.casefold() in ("you", "we", "i") or subject.endswith("s") or " and " in subject
    helping, _, denied = verb.partition(" ")
    if re.fullmatch("do|does|did", helping) and denied:
        return f"{helping} {subject}", ""
    if re.fullmatch(f"{_MODAL}|{_BE}", helping):
        mine = "am" if helping == "are" and subject == "you" else helping
        return f"{mine} {subject}", denied
    if verb in _BASES or verb == "have":
        return (f"do {subject}", verb) if many else ("", "")
    base = _THIRD[verb]
    return f"{'did' if verb in _PAST else 'does'} {subject}", base


def _asks(opening: str, rest: str, tail: str) -> tuple[int, str]:
    rest = re.split(r",? (?:because|but|whereas|although|so that)\b|: |, (?=and|which|who|where|as)", rest)[0]
    for kind, form in _FIGURES:
        if figure := form.search(rest):
            asking = _asking(kind, Found(figure))
            return 3, _mine(f"{asking} {opening} {cut(without(rest, figure))}{tail}")
    be, _, subject = opening.partition(" ")
    if be in ("is", "are") and len(rest.split()) >= 3 and re.match(r"(?:a|an|the)\b", rest):
        return 2, _mine(f"what {be} {subject}{tail}")
    rest = re.sub(r"^not ", "", rest)
    return (1, _mine(f"{opening} {cut(rest)}{tail}")) if len(rest.split()) >= 1 else (0, "")


def _asking(kind: str, figure: Found) -> str:
    if kind == "many":
        return f"{figure.of('prep')}how many {figure.of('what')}"
    if kind == "when" and figure.of("prep") in ("until ", "since "):
        return f"{figure.of('prep')}when"
    return {"when": "when", "much": f"{figure.of('prep')}how much", "share": "what percentage"}[kind]


_SUBJECT = re.compile(
    rf"\byou(?= (?:{_MODAL}|{_BE}|have|had|do|did|cannot|{'|'.join(_BASES)}|leave|fall|spend|[a-z]+ed)\b)"
)
_BEHIND = re.compile(r"(?<=\b(?:when|what) )you\b|(?<=\b(?:if|as) )you\b|(?<=\b(?:before|unless) )you\b")
_MINE = (("yourself", "myself"), ("yours", "mine"), ("your", "my"), ("you", "me"))


def _mine(question: str) -> str:
    """Who is spoken to is who asks."""
    question = re.sub(rf"^((?:[\w ]+ )?(?:{_MODAL}|am|was|do|did|have) )you\b", r"\1I", question)
    question = _SUBJECT.sub("I", _BEHIND.sub("I", question))
    for theirs, mine in _MINE:
        question = re.sub(rf"\b{theirs}\b", mine, question, flags=re.IGNORECASE)
    question = " ".join(question.replace("I are", "I am").split()).strip(" ,.;:-")
    return f"{question[:1].upper()}{question[1:]}?"

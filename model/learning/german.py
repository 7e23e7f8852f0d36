"""A German sentence in, a question that it answers out: by its verb in second place and its first figure."""

from __future__ import annotations

import re

from model.learning.turning import Found, cut, lowered, without

_VERBS = """darf dürfen kann können muss müssen soll sollen will wollen ist sind war waren wird werden wurde
wurden hat haben hatte bekommt bekommen erhält erhalten gilt gelten beträgt betragen kostet kosten beginnt
beginnen endet enden dauert dauern braucht brauchen benötigt benötigen gibt zahlt zahlen übernimmt übernehmen
genehmigt genehmigen steht stehen liegt liegen gehört gehören arbeitet arbeiten trägt tragen läuft laufen
bleibt bleiben findet finden umfasst umfassen verlangt verlangen meldet melden entscheidet entscheiden prüft
prüfen schickt schicken nutzt nutzen verwendet verwenden öffnet öffnen schließt schließen reicht reichen
kommt kommen geht gehen nimmt nehmen macht machen sieht sehen heißt heißen besteht bestehen wiegt misst
verfällt verfallen endete begann bekam erhielt zählt zählen stellt stellen hält halten lebt leben
wohnt wohnen verfügt verfügen enthält enthalten führt führen bietet bieten ersetzt ersetzen schützt
schützen""".split()
_OF_ME = dict(
    pair.split(":")
    for pair in """dürfen:darf können:kann müssen:muss sollen:soll haben:habe sind:bin bekommen:bekomme
    erhalten:erhalte werden:werde brauchen:brauche darfst:darf kannst:kann musst:muss sollst:soll hast:habe
    bist:bin bekommst:bekomme erhältst:erhalte wirst:werde brauchst:brauche""".split()
)
_FINITE = "|".join(sorted({*_VERBS, *_OF_ME}, key=len, reverse=True))
_CLAUSE = re.compile(rf"(?P<front>[^\s,;:()]+(?: [^\s,;:()]+){{0,6}}?) (?P<verb>{_FINITE}) (?P<rest>[^;]+)")
_BEFORE = re.compile(
    r"(?P<when>(?:Wenn|Falls|Sobald|Sofern|Bevor|Nachdem|Wer)\b[^,;]{2,90}), "
    rf"(?P<verb>{_FINITE}) (?P<rest>[^;]+)"
)
_VAGUE = frozenset(
    """es er sie da dort hier dann danach dabei dafür darüber davon so auch nur was niemand nichts und aber
    oder denn sonst deshalb daher dadurch dazu damit zudem außerdem jedoch letzteres ersteres bitte""".split()
)
_ALONE = frozenset("das dies dieser diese dieses welche ihre seine sein ihr beides alle einige viele".split())
_NUMBER = (
    r"(?:\d[\d.,]*\d|\d|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|fünfzehn|zwanzig|dreißig)"
)
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_SIZE = r"(?:(?:bis zu|mindestens|höchstens|maximal|etwa|rund|ungefähr|genau|nur|mehr als|weniger als) )?"
_FIGURES = (
    (
        "wann",
        re.compile(
            r"\b(?P<prep>(?:bis zum|bis|seit dem|seit|ab dem|ab|am|um|zum|vor dem|vor|nach dem|im Jahr|im) )"
            rf"(?:\d{{1,2}}\. (?:{_MONTHS})(?: \d{{4}})?|(?:{_MONTHS})(?: \d{{4}})?"
            r"|\d{1,2}(?:[:.]\d\d)? Uhr|\d{1,2}\.\d{1,2}\.(?:\d{4})?|\d{1,2}\. des \w+|\d{4}\b"
            r"|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch)"
        ),
    ),
    (
        "wie viel",
        re.compile(
            rf"(?:\b(?P<prep>(?:über|unter|ab|für|von) ))?{_SIZE}"
            rf"(?:{_NUMBER} ?(?:€|Euro\b|EUR\b|Dollar\b|CHF\b|Franken\b)|€ ?{_NUMBER})"
        ),
    ),
    ("wie viel Prozent", re.compile(rf"{_SIZE}{_NUMBER} ?(?:%|Prozent\b)")),
    (
        "wie viele",
        re.compile(
            rf"\b(?P<prep>(?:innerhalb von|binnen|nach|seit|vor|für|alle|in) )?{_SIZE}{_NUMBER} "
            r"(?P<what>(?:[a-zäöü]{4,} )?(?!Uhr\b)[A-ZÄÖÜ][a-zäöüß-]+)"
        ),
    ),
)  # fmt: skip


def question(sentence: str) -> tuple[int, str]:
    """How good it is, from 0 (none), and the question without context."""
    sentence = sentence.partition(";")[0].strip().rstrip(".!")
    if found := _BEFORE.fullmatch(sentence):
        tail = f", {lowered(found['when'])}"
        return _asks(found["verb"], "", found["rest"], tail)
    found = _CLAUSE.fullmatch(sentence)
    if found is None:
        return 0, ""
    first, one = found["front"].split()[0].casefold(), found["front"].casefold()
    if first in _VAGUE - {"sie"} or one in _ALONE or found["front"] == "sie":
        return 0, ""
    return _asks(found["verb"], lowered(found["front"]), found["rest"], "")


def _asks(verb: str, front: str, rest: str, tail: str) -> tuple[int, str]:
    verb, front, rest = _of_me(verb, front, rest)
    rest = re.split(r", (?:weil|da|aber|sondern|denn|damit|und|die|der|das|wobei|so)\b|: ", rest)[0]
    for kind, form in _FIGURES:
        if figure := form.search(rest):
            less = cut(without(rest, figure))
            return 3, _said(f"{_asking(kind, Found(figure))} {verb} {front} {less}{tail}")
    rest = re.sub(r"\bnicht(?: mehr)? ", "", rest)
    return (1, _said(f"{verb} {front} {cut(rest)}{tail}")) if rest.split() else (0, "")


def _of_me(verb: str, front: str, rest: str) -> tuple[str, str, str]:
    """Who is spoken to is who asks."""
    if front in ("du", "sie", "Sie") and verb in _OF_ME:
        return _OF_ME[verb], "ich", rest
    for you in ("du", "Sie"):
        if rest.startswith(f"{you} ") and verb in _OF_ME:
            return _OF_ME[verb], front, f"ich {rest[len(you) + 1 :]}"
    return verb, front, rest


def _asking(kind: str, figure: Found) -> str:
    if kind == "wie viele":
        prep = figure.of("prep")
        dative = prep in ("innerhalb von ", "nach ", "seit ", "vor ", "in ")
        return f"{prep}wie vielen {figure.of('what')}" if dative else f"{prep}wie viele {figure.of('what')}"
    if kind == "wie viel" and figure.of("prep"):
        return f"{figure.of('prep')}wie viel"
    if kind == "wann" and figure.of("prep").startswith(("bis", "seit", "ab")):
        return f"{figure.of('prep').split()[0]} wann"
    return kind


def _said(question: str) -> str:
    for theirs, mine in (("Ihr", "mein"), ("dein", "mein"), ("Dein", "mein")):
        question = re.sub(rf"\b{theirs}(?=(?:e|en|em|er|es)?\b)", mine, question)
    question = re.sub(r"\b(?:dir|Ihnen)\b", "mir", question)
    for you, verb in _OF_ME.items():
        question = re.sub(rf"\b(?:du|Sie)((?: \w+){{0,5}}) {you}\b", rf"ich\1 {verb}", question)
    question = " ".join(question.split()).strip(" ,.;:-")
    return f"{question[:1].upper()}{question[1:]}?"

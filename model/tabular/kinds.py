"""What a question means without naming it: words of questions, and what columns are called that say it."""

from __future__ import annotations

import re

TIME = r"(?:second|minute|hour|day|week|month|year|sekunde|minute|stunde|tag|woche|monat|jahr)(?:s|e|n|en)?\b"
DATED = re.compile(  # whatever happened then: less than a column of when it starts says
    r"date|year|open|start|since|due|end\b|built|founded|datum|jahr|eröffn|beginn|seit|fällig"
)
_KINDS = {  # what is said first is meant rather than what is said below it
    r"\b(?:expensive|cheap\w*|dear\w*|costs?|pay|paid|price|money|spend|teuer\w*|günstig\w*|billig\w*|kostet|"
    r"kosten|geld)\b|\bhow much\b": (
        r"cost|price|rate\b|fee|budget|amount|charge|limit|preis|kosten|satz|gebühr|betrag"
    ),
    r"\b(?:start(?:s|ed|ing)?|beg[aiu]n(?:s|ning)?|join(?:s|ed)?|hired|angefangen|eingetreten|angestellt|"
    r"anfangen|beginn(?:t|en)|begonnen)\b": (r"join|hired|start|beg[aiu]n|eintritt|since|seit"),
    r"\b(?:finish(?:es|ed|ing)?|complet(?:es?|ed|ing|ion)|ends?|ended|ending|endet|enden|abgeschlossen|"
    r"fertig(?:gestellt)?)\b": (r"complet|finish|\bends?\b|\bende\b|abschluss|fertig"),
    r"\b(?:oldest|newest|latest|earliest|when|year|opened|begin|began|since|ältest\w*|neuest\w*|spätest\w*|"
    r"frühest\w*|wann|jahr|beginn\w*)\b": DATED.pattern,
    r"\b(?:who|whom|whose|charge|responsible|looks? after|head|runs?|leads?|leading|led|wer|wem|wen|wessen|"
    r"leitet|geleitet)\b": (
        r"owner|manager|lead|contact|responsible|person|head|host|verantwort|leit|ansprech|inhaber"
    ),
    r"\b(?:where|find|wo)\b": (
        r"city|office|site|location|place|room|floor|building|address|standort|stadt|ort|büro"
    ),
    r"\b(?:phone|telephone|mobile|number|telefon\w*|handy\w*|durchwahl|nummer)\b": (
        r"phone|mobile|\btel\b|telefon|handy|durchwahl|extension"
    ),
    r"\b(?:cards?|certificates?|licen[cs]es?|tickets?|badges?|qualifications?|ausweise?|zertifikate?)\b": (
        r"certif|qualifi|licen[cs]e|accredit|zertifi|befähig"
    ),
    r"\b(?:largest|biggest|smallest|grösste\w*|kleinste\w*|big|large|people|sit|fit|personen|leute)\b": (
        r"seats|desks|size|area|capacity|staff|people|plätze|grösse|fläche|mitarbeit"
    ),
    r"\b(?:far|distance|weit|entfernt)\b": r"distance|range\b|\bkm\b|\bmiles\b|entfernung|reichweite",
    r"\b(?:longest|shortest|längste\w*|kürzeste\w*)\b|"
    rf"\b(?<!the )lasts?\b(?=\s*(?:long\w*|short\w*|{TIME})?\W*\Z)": (
        r"life|lebens|nutzung|replac|ersetz|days|hours|weeks|minutes|duration|length|term\b|tage|stunden|wochen|dauer|länge|"
        r"laufzeit"
    ),
    r"\b(?:days|tage)\b": r"\bdays\b|\btage\b|term|frist",
    r"\b(?:shifts?|\w*schicht(?:en)?)\b": r"\d[:.]\d\d\s?[-–]\s?\d",  # a column of those hours
}
_WHEN, _PAID = re.compile(r"\W*(?:when|wann)\b"), re.compile(r"\b(?:pay|paid)\b")  # no price: when it is paid


def kinds(text: str) -> list[tuple[re.Pattern[str], list[str]]]:
    """What names of columns may have that is meant without naming them (who, when, where, how much), and what
    is said of it."""
    said = _PAID.sub(" ", text) if _WHEN.match(text) else text
    found = [(names, re.findall(pattern, said)) for pattern, names in _KINDS.items()]
    return [(re.compile(names), told) for names, told in found if told]

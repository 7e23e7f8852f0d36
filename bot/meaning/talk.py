"""How people decide, promise and leave open in English and German: patterns over one sentence."""

from __future__ import annotations

import re


def _has(ways: str) -> re.Pattern[str]:
    """Texts with one of the ways, a line each or parted by commas."""
    found = "|".join(way.strip() for way in re.split(r",\s|\n", ways) if way.strip())
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)


DECIDED = _has(r"""
    decided, decision, agreed?, let'?s, we'll, we will, we are going to, we're going to, we (?:chose|picked)
    go(?:ing)? (?:with|for), settled(?: on)?, approved, signed off, confirmed, consensus, deal
    final(?:ly|i[sz]ed)?, beschlossen, entschieden, entscheidung, vereinbart, geeinigt, einig, abgemacht
    genehmigt, freigegeben
    bestätigt, wir (?:machen|nehmen|nutzen|bleiben|gehen|verschieben|treffen|starten)
    (?:machen|nehmen|nutzen|gehen|treffen|verschieben) wir
""")
UNDECIDED = _has(r"""
    (?:not|no|never) (?:yet )?(?:decided|agreed|decision|settled|approved|confirmed|final), undecided
    \w+n't (?:yet )?(?:decided?|agreed?|settled?|approved|confirm(?:ed)?)
    (?:nicht|keine?) (?:beschlossen|entschieden|entscheidung|vereinbart|einig|genehmigt|freigegeben|bestätigt)
    (?:if|wenn|falls|should|sollen|sollten) we, (?:if|wenn|falls|sollen|sollten) wir
""")
PROMISED = _has(r"""
    i'?ll, i will, i can (?:take|do|handle|own|call|write|send|ask|book|set|look), i'?m (?:on it|going to)
    on it, leave it (?:to|with) me, count me in, i (?:volunteer|offer|promise), action(?: item)?:, to-?do:
    @?\w+ will (?:do|take|own|send|write|call|book|ask|check)
    by (?:mon|tues|wednes|thurs|fri|satur|sun)day, by (?:tomorrow|eod|noon|tonight|end of)
    ich (?:mache|übernehme|kümmere|schreibe|rufe|schicke|erledige|buche|frage|kläre|bringe|werde|kann)
    mach(?:e)? ich, übernehme ich, kläre ich, kümmert sich
    bis (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|ende)
""")
OPEN = _has(r"""
    still open, open question, tbd, to be (?:decided|confirmed), unclear
    not (?:sure|clear) (?:yet|if|who|when|how), needs? to (?:find out|check|clarify|decide)
    noch offen, noch nicht (?:klar|sicher|entschieden), unklar, müssen wir (?:noch )?klären, zu klären
""")
POINTS = _has("it, that, this, these, them, das, es, dies, den, die")

"""A message in, what it wants to know of its thread out: a summary, decisions, who does what, what is open.

As in `shapes`, its words have to be about that or go around it: "what was decided?" is about the thread,
"what was decided about the canteen?" a question for documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.meaning.shapes import clauses
from bot.meaning.wordings import TALK

Topic = Literal["summary", "decisions", "tasks", "open"]
_LONGEST = 25  # words
_REMARK = 8  # words of a clause before the one that asks
_UNKNOWN = 2  # words that nobody has listed, where the thread is named


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the thread; `pointed`: it says itself that it is about what is said there."""

    topic: Topic
    pointed: bool


def _alone(ways: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(str.strip, ways.splitlines()))})(?![\w'])")


_NAMED = _alone(
    f"(?:this|the|our|that|above|dieser|diese[nms]?|der|die|den|dem|des|im|vom) (?:\\w+ )?(?:{TALK})s?"
)
_POINTERS = _alone(
    rf"""(?:{TALK})s?
    discussed|above|here|so far|we|us|our|we've|everyone|everybody|anyone
    diskutiert|besprochen|hier|bisher|oben|wir|uns|unsere?|alle"""
)
_PLACE = _alone(rf"(?:{TALK})s?|above|here|so far|hier|bisher|oben")
_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = tuple(  # the first that is found
    (topic, _alone(ways))  # type: ignore[misc]
    for topic, ways in (
        (
            "tasks",
            r"""who (?:promised|offered|agreed|wanted)(?: to)?(?: (?:do|take|handle|own))?
            who (?:said|says)(?: that)?(?: (?:they|he|she))?(?:'d| would|'ll| will)?(?: (?:do|take|handle))?
            who(?:'s| is| will be) (?:doing|going to do|taking|on the hook|on it|up)
            who (?:will|would|does|takes|has|owns) ?(?:do|own|handle|take)?
            who (?:volunteered|is in charge)
            (?:any|some|every)(?:one|body) (?:offered|volunteered|promised)(?: to (?:do|take|handle))?
            we (?:still )?(?:have|need) to do|left to do
            who(?:'s| is| was) (?:going|supposed|meant|about) to (?:do|take|handle|own)(?: care)?
            take care|taking care
            promised|commitments?|needs? to happen|dran|gemeldet
            action (?:items?|points?)|to-?dos?|tasks|next steps|owners
            wer (?:macht|übernimmt|wollte|will|kümmert sich(?: darum)?)
            wer hat gesagt(?: dass (?:er|sie) (?:das|es) (?:übernimmt|macht))?
            machen|zugesagt|versprochen|aufgaben|nächsten? schritte|zu tun|müssen wir (?:noch )?tun""",
        ),
        (
            "decisions",
            r"""did (?:we|you|they|everyone|anyone)(?: all| finally)? (?:agree|decide|land|settle)(?: on| to)?
            (?<=on )(?:an? |the )?(?:plan|date|option|time|name)
            decided|decisions?|agreed|conclusions?|outcome|settled|resolved|takeaways?|consensus
            did (?:we|it|this) end up|the plan
            beschlossen|entschieden|entscheidung(?:en)?|vereinbart|geeinigt|einigung|ergebnis(?:se)?
            beschl[uü]ss(?:e)?
            (?:kam|kommt) (?:(?:hier|dabei|da) )?(?:he)?raus|rausgekommen|herausgekommen|fazit""",
        ),
        (
            "open",
            r"""(?:still )?open(?: questions?| points?)?|(?:questions|points|things) (?:are |still )*open
            unresolved|unanswered|pending(?: items)?|(?:zu )?klären|ungeklärt
            (?:noch )?offen(?:e|en)?(?: fragen| punkte)?|(?:fragen|punkte) (?:sind |noch )*offen""",
        ),
        (
            "summary",
            r"""summari[sz]e|summary|sum(?: \w+)? up|recap|(?:key|main) points|tl ?;? ?dr|overview
            minutes|catch (?:me |us )?up|highlights|going on
            (?:bring|get) me up to speed|(?:did i|have i) miss(?:ed)?|i miss(?:ed)?|happened|been said
            was said|we know
            (?:is|was) (?:this|that|it) about
            (?:is|was) this (?:thread|discussion|conversation|all) about|status
            been discussed|was discussed|discussed|besprochen
            zusammenfass\w*|fass\w*|zusammen|überblick|verpasst|passiert|worum (?:ging|geht)(?: es|'s)?
            protokoll
            gesagt|geschrieben|kernpunkte|wichtigste(?:n)?|stand der dinge
            (?:auf den )?(?:aktuellen |neuesten )?stand""",
        ),
    )
)  # fmt: skip
_AROUND = frozenset(
    """what what's whats was were is are has have had been did do does which any anything anyone there the a
    an of in from on by to for at with and so ok okay now then finally final actually end all this that
    these it it's they he she can could would will you please pls give me i list show tell came come out
    made still yet who up s re 're thanks take quick short quickly briefly get got everyone everybody
    someone said pull extract bullets bullet points long late also just left footnote when where already
    write

    wurde wurden ist sind war haben hat habe hab ich sich es gibt das die der den dem des dieser diesen
    diesem dieses aus im in von zu zum am ende und jetzt dann nun noch alle alles bitte kannst könntest du
    mir gib zeig sag liste kurz kurzes mal worauf darauf wer welche dass er sie worum ging geht eine einen
    ein dabei schon über bring mich nochmal ganz was hier geht's""".split()
)


def wanted(text: str) -> Wanted | None:
    """What `text` wants to know of the thread it stands in; None where it asks for anything else."""
    *remarks, last = clauses(text, _LONGEST) or [""]
    topic = next((name for name, ways in _TOPICS if ways.search(last)), None)
    if topic is None and remarks and not _strange(last):  # "can someone summarise? @footnote"
        *remarks, last = remarks
        topic = next((name for name, ways in _TOPICS if ways.search(last)), None)
    strange = _strange(last)
    if topic is None or strange > (_UNKNOWN if _NAMED.search(last) else 0):
        return None
    if any(len(one.split()) > _REMARK for one in remarks):
        return None
    return Wanted(topic, any(_PLACE.search(clause) for clause in (*remarks, last)))


def _strange(clause: str) -> int:
    """How many words of it are neither about a thread nor go around such words."""
    for ways in (*(ways for _, ways in _TOPICS), _POINTERS):
        clause = ways.sub(" ", clause)
    return sum(word.strip("';-") not in _AROUND for word in clause.split() if word.strip("';-"))

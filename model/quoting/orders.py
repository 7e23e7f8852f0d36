"""The text of a passage in, where it speaks to a model or an assistant, not to people, out: by what is said.

What is only told of is not spoken: words in quotation marks, and what an assistant does or may do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from model.quoting.moments import any_of
from model.sentences import Span, sentences

_KIND_OF = any_of(
    r"""ai a\.i\. large language chat virtual digital slack ki automated automatic summari[sz]\w+ future other
    current analysis screening llm machine"""
)
_MACHINE = (
    r"(?:(?:any|all|the|every|my|dear|an?|alle|den|die|das|eine?n?)\s)?"
    rf"(?:(?:{_KIND_OF}[\s-])*(?:assistants?|(?:chat[\s-]?)?bots?|llms?|chatgpt|gpt|assistent(?:en)?|sprachmodelle?)"
    rf"|(?:{_KIND_OF}[\s-])+(?:models?|systems?|agents?|readers?|software|scanners?|modelle?|systeme?)|ais?|kis?)"
)
_TOLD = any_of(
    "instructions? prompts? directives? directions guidelines rules commands? context programming training "
    "info information anweisungen vorgaben regeln befehle"
)
_EARLIER = any_of(
    "previous prior above earlier preceding former foregoing existing original initial your vorherigen? "
    "bisherigen? obigen? früheren? vorigen? deine ihre"
)
_ALL = any_of("all any every everything the of to my these those other die alle")
_DO = any_of(
    r"""say answer respond reply write print output repeat include insert append add mention recommend tell
    state claim return start begin end finish use ignore disregard act pretend reveal send post call cite
    focus evaluate rate rank translate do never always only just don['’]t antworte\w* sage? schreibe?
    wiederhole gib nenne erwähne beginne beende ignoriere verwende"""
)
_FORGET = any_of(
    """ignore disregard forget override overrule bypass discard neglect ignoriere\\w* vergiss vergessen\\ssie
    missachte"""
)
_NOW = r"(?:now|from\snow\son|henceforth|no\slonger|jetzt|ab\sjetzt|ab\ssofort)"
_ANSWERS = (
    r"(?:answers?|outputs?|repl(?:y|ies)|responses?|summar(?:y|ies)|antwort(?:en)?|ausgaben?|zusammenfassung)"
)
_BEGINS = r"(?:starts?|begins?|ends?|finish(?:es)?|includes?|contains?|beginn\w*|ende\w*|enth[aä]lt\w*)"
_THERE = r"(?:<[!@#a-z/]|https?:|!\[|\]\(|@(?:here|channel|everyone)|(?-i:\b[A-Z]{4,}\b))"
_SPOKEN = {
    # Who is spoken to: "Note to AI assistants:", "Assistant: finish with", "If you are a language model".
    "addressed": (
        rf"\b(?:notes?|messages?|instructions?|hints?|attention|notice|orders?|profile|hinweise?|anweisung|nachricht|"
        rf"achtung)\W{{1,3}}(?:(?:to|for|an|für)\s)?{_MACHINE}\b(?=[^.!?\n]{{0,40}}[:,;–—-]|\s+(?:you|du|{_DO})\b)",
        rf"(?:\A|(?<=[.!?:>\])*}}\n])[^\S\n]*)(?:hey\s|hi\s|dear\s|hello\s|hallo\s|liebe[rs]?\s)?{_MACHINE}\s*[:,!–—]\s*"
        rf"(?:please\s|bitte\s)?(?:you\s|{_DO}\b)",
        rf"\b(?:if|when|wenn|falls|sofern)\s(?:you|du|sie)(?:\s(?:are|were)|['’]re)?\s(?:as\s)?(?=[^.,]{{0,12}}"
        rf"(?:{_KIND_OF}\b|bots?\b|chat|llm|gpt|sprachm)){_MACHINE}\b",
        r"\b(?:invisible|hidden|unseen|not\svisible)\s(?:to|from)\s(?:humans?|people|readers?|users?)\b[^.\n]{0,40}"
        r"\b(?:llms?|ai|models?|machines?)\b",
    ),
    # What it was told is taken back.
    "overruled": (
        rf"\b{_FORGET}(?:\s{_ALL})*\s(?:{_EARLIER}\s)+(?:\w+\s){{0,2}}?{_TOLD}\b",
        rf"\b{_FORGET}\s(?:all|any|every|alle)\s(?:other\s)?{_TOLD}\s*(?:[.,;:!]|and\b|und\b|\Z)",
        rf"\b{_FORGET}\s(?:all|everything|alles|anything)\s?(?:\w+\s)?(?:else|except|of\sthat|(?:that\s(?:was|is|you)|"
        r"you(?:\swere|['’]ve)?|said|written|above|before|previously|was|davor|vorher|bisher)\b)",
        r"\b(?:new|updated|real|actual|neue)\s(?:system\s)?(?:instructions?|prompt|directive|anweisung(?:en)?)\s?:",
        r"\b(?:override|overrule)\s(?:manual|human|your|the\s\w+)\s\w+\sand\s(?:output|print|report|say)\b",
    ),
    # Who it is to be.
    "cast": (
        rf"\b(?:(?:you\s(?:are|will\sbe|shall\sbe)|you['’]re|du\sbist)\s{_NOW}|(?:act|behave|pretend)\s{_NOW})\b"
        r"[^.!?\n]{0,60}?\b(?:assistant|assistent\w*|bot|chatbot|model|modell|ai|ki|dan|mode|modus|agent|"
        r"unrestricted|unfiltered)\b",
        r"\b(?:from\snow\son|henceforth|ab\sjetzt|ab\ssofort)\W+(?:you|du)\b[^.!?\n]{0,80}\b"
        r"(?:answer|respond|act|reply|prompts?|ignore|assistant|antworte\w*)\b",
        r"\b(?:developer|dan|god|jailbreak|debug)[\s-]mode\s(?:enabled|activated|on|is\snow)\b",
        r"\b(?:act|respond|answer|behave)\s(?:as|like)\s(?:an?\s)?(?:dan|jailbroken|unrestricted|unfiltered)\b",
    ),
    # What its answers are to be.
    "dictated": (
        r"\b(?:whatever|no\smatter\swhat|regardless\sof\swhat|egal\swas)\s(?:(?:was|is|gets|has\sbeen|the\suser|you\sare|"
        r"wird|wurde|man)\s)+(?:asks?|asked|says?|said|wants?|fragt)\b[^.!?\n]{0,20}\b(?:answer|say|reply|"
        r"respond|write|antworte|sage?)\b",
        r"\b(?:egal\swas|was\sauch\simmer)\s(?:gefragt|gesagt)\s(?:wird|wurde|ist)\b",
        rf"\b(?:your|deine)\s(?:\w+\s)?{_ANSWERS}\s(?:(?:must|should|shall|will|muss|soll)\s)?(?:always\s)?{_BEGINS}"
        rf"\b[^.!?\n]{{0,40}}{_THERE}",
        rf"\b(?:every|each|all|any|jede|alle)\s(?:\w+\s)?{_ANSWERS}\s[^.!?\n]{{0,60}}{_BEGINS}\b[^.!?\n]{{0,40}}{_THERE}",
        rf"\b(?:always\s)?(?:start|begin|end|finish)\s(?:your|each|every|the)\s{_ANSWERS}\s(?:with|by)\b",
        r"\b(?:answer|respond|reply|say|output|print|antworte|sage?)\s(?:only|exactly|just|nothing\sbut|nur|with\sonly|"
        rf"only\swith|with\sexactly)\s[^.!?\n]{{0,40}}(?:{_THERE}|(?-i:[A-Z]{{3,}})-?\d|the\sfollowing|word\sfor\sword)",
        r"\b(?:word\sfor\sword|verbatim)\s?:",
        r"\b(?:print|output|display|render|append|insert|embed|include|post|add)\b[^.!?\n]{0,80}(?:!\[[^\]]*\]\s?\(|"
        r"<img\b|<script\b|\bconversation\b[^.]{0,20}\b(?:history|so\sfar)\b|\btext\sof\s(?:the|this|our)\sconversation\b)",
        r"\bin\splace\sof\s(?-i:[A-Z]{4,})\b|\bwhere\s(?-i:[A-Z]{4,})\sis\sreplaced\b",
        r"\bif\s(?:asked|user\s)[^.!?\n]{0,80},\s(?:(?:simply|just|always)\s)?(?:respond|reply|answer)\s(?:with|that)\b",
        r"\b(?:provide|give|show|report)\s(?:it|this|that|only\sthis)\sto\sthe\suser\b",
    ),
    # That it is to be kept from people.
    "hidden": (
        r"\b(?:do\snot|don['’]t|never|without)\s(?:mention|reveal|tell|disclose|repeat|acknowledge)(?:ing)?\s"
        r"(?:(?:anything|to|about|the\suser|of|that|this|these|the|your|any|hidden|system|secret|above)\s)*"
        r"(?:note|instructions?|prompts?|injection)\b",
        r"\b(?:erwähne|verrate|nenne)\s(?:diese[nrs]?|den|die)\s(?:hinweis|anweisung\w*|prompt)\b[^.]{0,20}\bnicht\b",
        r"\b(?:reveal|print|show|output|repeat|leak|send|post)\s(?:me\s|us\s)?(?:all\s|of\s)*(?:your|the)\s(?:\w+\s)?"
        r"(?:system|initial|developer|hidden)\s(?:prompt|instructions?|message)\b",
    ),
    # What stands between the turns of a chat.
    "marked": (
        r"<\|[^|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>(?=\s|\[|<)|<(?:start|end)_of_turn>|\[system\]",
        rf"(?:\A|\n|</\w+>\s*)[\s#*>]*(?:system|assistant|human|user)\s?:\s*(?:you\b|sure\b|<|there\sare\b|{_DO}\b)",
    ),
}
# Letters without some of which nothing is of a kind: looked for first, because that costs little.
_LETTERS: dict[str, tuple[str, ...]] = {
    "addressed": (
        *"assist chatbot gpt llm sprachmodell model system agent reader software scanner".split(),
        *"visible hidden unseen".split(),
    ),
    "overruled": (
        *"ignor disregard forget overrid overrul bypass discard neglect vergiss vergessen missachte".split(),
        *"instruction prompt directive anweisung".split(),
    ),
    "cast": tuple("henceforth longer jetzt sofort jailbroken unrestricted unfiltered".split()),
    "dictated": (
        *"whatever answer output repl respon summar antwort ausgabe zusammenfassung print".split(),
        *"verbatim conversation ![ <img <script".split(),
        *("no matter what", "regardless of what", "egal was", "auch immer", "word for word", "place of"),
        *("is replaced", "to the user"),
        *(
            f"{say} {how}"
            for say in ("say", "sag", "sage")
            for how in "only exactly just nothing nur with".split()
        ),
    ),
    "hidden": tuple("note instruction prompt injection hinweis anweisung message".split()),
    "marked": (
        *"<| inst] <<sys <</sys <s> </s> _of_turn> [system]".split(),
        *(f"{who}{colon}" for who in ("system", "assistant", "human", "user") for colon in (":", " :")),
    ),
}
_WORDS = {
    kind: re.compile(rf"\b(?:{words})\b")
    for kind, words in (("addressed", "[ak]is?|bots?"), ("cast", "now|mode|dan"))
}
_OPENS = frozenset({"addressed", "overruled", "cast", "marked"})  # what follows in the paragraph is spoken on
_KINDS = {
    kind: re.compile("|".join(f"(?:{one})" for one in several), re.IGNORECASE)
    for kind, several in _SPOKEN.items()
}
_QUOTED = re.compile(r"“[^”\n]{1,300}”|„[^“”\n]{1,300}[“”]|(?<!\w)\"[^\"\n]{1,300}\"(?!\w)|`[^`\n]{1,300}`")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")


@lru_cache(maxsize=256)
def orders(text: str) -> tuple[Span, ...]:
    """The sentences that are spoken to a model, and those behind one that turns to it, in its paragraph."""
    return tuple(_orders(text)) if any(_KINDS[name].search(text) for name in _perhaps(text)) else ()


def _perhaps(text: str) -> Iterator[str]:
    """Of which kinds something in it may be, by letters alone."""
    folded = " ".join(text.casefold().replace("ı", "i").replace("i̇", "i").split())
    for name, letters in _LETTERS.items():
        if any(one in folded for one in letters) or (name in _WORDS and _WORDS[name].search(folded)):
            yield name


def _orders(text: str) -> Iterator[Span]:
    begun, before = False, 0
    for start, end in sentences(text):
        begun = begun and not _PARAGRAPH.search(text[before:start])
        kind = spoken(text[start:end])
        begun = begun or kind in _OPENS
        if begun or kind:
            yield start, end
        before = end


def spoken(sentence: str) -> str:
    """How a sentence is one to a model, of the kinds above; empty where it is to people."""
    told = _QUOTED.sub(lambda quote: quote[0][0] + quote[0][-1], sentence)
    told = told if len(told) > len(sentence) / 3 else sentence  # it is a quotation and nothing else
    return next((name for name, kind in _KINDS.items() if kind.search(told)), "")

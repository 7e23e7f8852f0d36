"""How times are written: dates, days, what says when, and occasions."""

from __future__ import annotations

import re


def any_of(text: str) -> str:
    """A pattern of one of the words, or patterns, of `text`."""
    return f"(?:{'|'.join(text.split())})"


UNIT = any_of(
    r"""seconds? minutes? mins? hours? hrs? days? nights? weekends? weeks? fortnights? months? quarters?
    semesters? terms? seasons? years? decades? century centuries generations? sekunden? minuten? stunden? tag
    tage?n? nacht nächten? wochen? monat monate?n? quartale?n? jahr jahre?n? jahrzehnten?"""
)
_MONTH = any_of(
    r"""jan feb mar apr jun jul aug sept? oct nov dec january february march april (?-i:May) june july august
    september october november december januar februar märz mai juni juli oktober dezember"""
)
DATED = re.compile(  # a date is no number of things: 1 January 2026, 01.01.2026, in 2026, the policy of 2026
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?{_MONTH}\b\.?|{_MONTH}\b\.?(?:\s(?:[12]?\d|3[01])\b,?)?)"
    r"(?:\s(?:19|20)\d\d)?"
    r"|\b\d\d?[./]\d\d?[./]\d{2,4}\b"
    r"|\b(?:in|since|until|from|of|by|before|after|year|im|seit|ab|von|bis|vor|nach|jahre?)\s(?:19|20)\d\d\b"
    r"|(?<![$€£.,])\b(?:19|20)\d\d\b(?![.,]\d)(?!\s?[a-zà-ÿ€%])",
    re.IGNORECASE,
)
_DAY = any_of(
    r"""(?:mon|tues|wednes|thurs|fri|satur|sun)days? montags? dienstags? mittwochs? donnerstags? freitags?
    samstags? sonntags? noon midnight mittags? mitternacht"""
)
DATE = (
    r"(?<![-\w])(?:(?:1\d|20)\d\d|\d{3,4}s|(?:in|by|around|about|since|until|from|to|and|ad|c\.?)\s\d{3}|"
    r"\d{1,2}(?:st|nd|rd|th)|\d{1,2}[:.]\d\d|\d{1,2}\.?\d? ?[ap]\.?m|centur\w+|decades?|jahrhundert\w*|ages?|"
    rf"eras?|ago|vor|{_MONTH}|{_DAY})\b"
)
WHENEVER = any_of(
    r"""before after until during once when\w* while as\ssoon\sas following upon within daily weekly monthly
    quarterly yearly annual\w* mornings? evenings? afternoons? spring summer autumn winter easter christmas
    immediately soon always never anytime now today tomorrow if bevor nach\w* vor\w* während sobald wenn
    täglich wöchentlich monatlich jährlich morgens? abends? sofort immer nie jederzeit falls"""
)
TIME = rf"{DATE}|\d|\b{UNIT}\b|\b{WHENEVER}\b"
OCCASION = (  # on which something is allowed: only for outages
    r"\b(?:only (?:for|in|with|on|where|as)|in (?:the )?cases?|unless|except|provided|"
    r"nur (?:für|im|in|mit|zu\w*)|im fall\w*|bei|außer|sofern)\b"
)

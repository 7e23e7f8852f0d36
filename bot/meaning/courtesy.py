"""A message in, the question in it out: without greetings, thanks, names called and what it quotes. Pure."""

from __future__ import annotations

import re

_HELLO = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hallo|moin|servus|good (?:morning|afternoon|evening)|guten (?:tag|morgen|abend))"
    r"(?: (?:there|all|team|zusammen))?\b(?!-\w)[\s,!.:–-]*"
    r"|(?:@[\w.-]+|(?-i:U(?=[A-Z]*\d)[A-Z0-9]{7,}))[\s,:]+"  # an id has a digit, no word has
    r"|(?:(?:ok(?:ay)?|great|cool|perfect|super|alles klar)[\s,.!]+)*"
    r"(?:(?:many )?thanks|thank you|thx|(?:vielen |lieben )?dank|danke)"
    r"(?: (?:a lot|so much|very much|sehr|schön|dir|for (?:that|this|the \w+)))?"
    r"(?:\s*[,.!;:–]+\s*|\s*\n\s*))+",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?P<end>[?.!]?)[\s,;:–-]*\b(?:(?:many )?thanks|thank you|thx|cheers|please|(?:vielen |lieben )?dank|"
    r"danke|merci|bitte)(?: (?:in advance|a lot|so much|very much|im voraus|sehr|schön))?[\s!.:)🙏🙂😊]*$",
    re.IGNORECASE,
)


def without_courtesy(text: str) -> str:
    """`text` as what search and writer need of it; as it is where nothing of a question would be left."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith((">", "&gt;"))]
    said = "\n".join(lines).strip()
    said = _HELLO.sub("", said)
    if thanked := _THANKS.search(said):
        said = said[: thanked.start()] + thanked["end"]
    return said if len(said.split()) > 1 else text

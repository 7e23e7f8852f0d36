"""Names of days and months in, all that each is also called out: Saturday, Sat, Samstag."""

from __future__ import annotations

WEEKDAYS = (  # from Monday on; of English and of German the whole name, then short ones
    "monday mon montag mo|tuesday tue tues dienstag di|wednesday wed weds mittwoch mi|"
    "thursday thu thur thurs donnerstag do|friday fri freitag fr|saturday sat samstag sonnabend sa|"
    "sunday sun sonntag so"
)
MONTHS = (
    "january jan januar|february feb februar|march mar märz|april apr|may mai|june jun juni|july jul juli|"
    "august aug|september sep sept|october oct oktober okt|november nov|december dec dezember dez"
)
_SHORT = 3  # letters from which a name stands for a day or a month in any text: not "do" and "so"
_LONG = 5  # and from which it says nothing else in a question: not "sat" and "may"
_CALLED = {
    name: tuple(one for one in names.split() if len(one) >= _SHORT)
    for names in (*WEEKDAYS.split("|"), *MONTHS.split("|"))
    for name in names.split()
    if len(name) >= _LONG
}


def called(word: str) -> tuple[str, ...]:
    """What else the day or month is called that a case-folded word names whole, be it more than one of them
    (Mondays, montags); empty where it names none."""
    names = _CALLED.get(word) or _CALLED.get(word.removesuffix("s"), ())
    return tuple(name for name in names if name != word)

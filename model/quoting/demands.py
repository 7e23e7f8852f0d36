"""A question in, what its answer has to have out: a price, a length of time, a number, a time, somebody.

A sentence without it may be about what is asked, and is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from model.quoting.moments import DATE, DATED, OCCASION, TIME, UNIT, any_of
from model.quoting.whereabouts import OFTEN, PLACED, REPEATED, WHERE

_EXTENT = any_of(
    r"""kilomet(?:re|er)s? met(?:re|er)s? miles? feet foot ft yards? inch(?:es)? [kcm]?m light[-\s]years?
    kilometern? metern? zentimetern? pages? seiten? words? wörter characters? zeichen"""
)
NUMERAL = any_of(
    r"""one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand eins
    zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
    achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend"""
)
_ROUGHLY = any_of(
    r"""hundreds thousands millions? billions? half third quarter dozens? several few many couple pair
    single double both once twice halbe[rns]? einige mehrere paar beide einmal zweimal"""
)
_SPELT = f"(?:{NUMERAL}|{_ROUGHLY})"
_SOME = rf"(?:\d[\d.,]*+|\b{_SPELT}\b)"
_A = r"\b(?:an?|eine?[mnrs]?)\b"
_EACH = r"(?<!\bfor )(?<!\bonce )(?<!\btwice )(?<!\btimes )"  # euros for a year are no number of weeks
_ALL = any_of(
    r"""no none nothing nobody all every each any full unlimited most free keine?\w* nichts alle[sn]?
    jede[rsn]? unbegrenzt"""
)
_CURRENCY = any_of(
    r"""euros? eur usd gbp chf nok sek dkk cents? dollars? pounds? pence francs? franken kroner kronen? yen
    rupees? marks? lira rubles? million billion thousand"""
)
_MONEY = (
    rf"[$€£¥₹]|\d\s?{_CURRENCY}\b|\b{_CURRENCY}\s?\d"
    r"|\b(?:free|gratis|umsonst|kostenlos|kostenfrei|gebührenfrei|no (?:charge|cost|fee)|nothing|nichts)\b"
    r"|\b(?:price|cost|fee|rate|charge|preis|kosten|gebühr)\w*(?:\s\w+){0,3}?:?\s\d"
)
_VACANT = re.compile(  # is no price: If no desk is free, ask.
    r"\b(?:if|when|once|wenn|sobald|falls)\b[^,.;]{0,60}?\b(?:free|frei)\b", re.IGNORECASE
)
_WORD = re.compile(rf"{_ALL}|free|gratis|umsonst|kosten(?:los|frei)|gebührenfrei|no \w+", re.IGNORECASE)
_CLAUSE = re.compile(r"[;,]\s|\s[–—-]\s|\s(?:except|but|while|aber|außer|während)\s")
_LASTS = any_of(
    r"""until till since into throughout permanent\w* indefinite\w* forever overnight as\slong\sas for\slife
    bis seit solange dauerhaft unbefristet lebenslang always immer"""
)
_ON = r"[\s-]*(?:\w+(?:-\w+){0,3}[\s-]+){0,2}?"  # up to two words on; a line of dashes is read once
_LENGTH = (
    rf"(?:{_SOME}|{_A}){_ON}(?:{UNIT}|{_EXTENT})\b(?!\sago)"
    rf"|\b{UNIT}:?\s+\d|\bfor {UNIT}\b|\b{_LASTS}\b|\b(?:1\d|20)\d\d\b"
)
_PART = any_of(
    r"""you your we our they he she i us me everyone everybody anyone anybody nobody someone somebody whoever
    who people persons? staff teams? leads? heads? desk office departments? board company members? groups?
    committees? council government presidents? king queen emperor army women child\w* parents? students? sie
    wir ihr alle jeder niemand leute leitung abteilung vorstand chef\w* team\w*
    [a-z]{2,}(?:er|or|ist|ant|ian|eer|ee|man|men|ess)s?"""
)
_NAME = r"(?-i:[^\W\d_a-zà-ÿ]\w+)"
_WHO = rf"{_NAME}\s{_NAME}|(?<!\A)(?<![.!?:]\s)\b{_NAME}|\bby (?:the |an? )?\w|\b{_PART}\b"
_WEIGHT = any_of(
    "kgs? kilos? kilograms? gram(?:me)?s? g tons? tonnes? t lbs? pounds? ounces? oz kilogramm gramm pfund"
)
_SPEED = any_of(
    r"""km/h kmh kph mph knots? kn m/s kilomet(?:re|er)s?\s(?:per|an)\shour stundenkilometern?
    kilometern?\s(?:pro|in\sder)\sstunde miles?\s(?:per|an)\shour"""
)
_SIZE = any_of(rf"{_EXTENT} mm cm km m millimet(?:re|er)s? centimet(?:re|er)s? millimetern?")
_THE = r"(?:'s| is| are| was| were) (?:the|our|its|their)(?: [\w-]+){0,2}?"
_IST = r"(?:ist|sind|war|waren) (?:der|die|das|unser\w*)(?: [\w-]+)??"
_PACE = r"\A\W*(?:and |und )?(?:how (?:fast|quickly|soon)|wie (?:schnell|rasch|bald))\W*\Z"
_AT_ONCE = any_of(r"immediately at\sonce straight\saway same\sday now sofort umgehend unverzüglich")
_FIGURES = any_of(
    """rate fine penalty salary budget percentage capacity limit allowance population number amount bonus
    discount temperature age size area volume distance minimum maximum"""
)
_NUMBER = (
    r"(?:zip|postal|area|promo|discount)[ -]code|(?:phone|telephone|room|account|serial|order|vat) number|"
    r"telefonnummer|durchwahl"
)
_OPENS = (  # door code, password
    r"(?:door|access|entry|gate|alarm|lock)[ -]code|pin(?:code)?|password|passcode|[\w-]*passwort|"
    r"(?:tür|zugangs|eingangs)code"
)
_AS_SUCH = r"\b(?!\s(?:polic|rule|length|manager|require|chang|reset|renew|recover|expir|again|back))"
_GET = (  # what it is, or that it be said
    r"\b(?:what(?:'s| is)|was ist|wie (?:ist|lautet)|(?:can|could|may) (?:i|we) (?:please )?"
    r"(?:get|have|know|see)|(?:can|could|do) you (?:please )?(?:give me|tell me|send me|know|have)|"
    r"(?:give|tell|send|show) me) "
    r"(?:the|our|my|der|die|das|unser\w*) (?:[\w-]+ )?"
)
_DIGITS = r"\d{3,}|\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{3,}\b"
_OTHERS = "".join(  # no number that opens anything
    rf"(?<!\b{word})"
    for word in ("extension ", "extension: ", "room ", "phone ", "call ", "durchwahl ", "raum ")
)
_NAMED = re.compile(  # what is typed into a search box: distance to the weir, price of first aid
    r"\W*+(?!.*\b(?:what|which|how|who\w*|when|where|why|is|are|was|were|do|does|did|can|may|must|will)\b)"
    r"(?:the |our |my )?(?P<what>(?:[\w-]+ ){0,2}?(?:distance|clearance|price|cost|fee|rate|budget|limit|"
    r"height|width|depth|weight|temperature|speed limit|notice period|number|amount|age) "
    r"(?:of|to|for|from|between|per|in|on)\s[^?\n]*?)\W*\Z",
    re.IGNORECASE,
)
_AHEAD = any_of("ahead earlier before beforehand prior notice vorher voraus zuvor") + r"|in advance|im voraus"
_PRICED = r"(?:price|cost|fee)s?\b(?!\s(?:list|polic|cent|code|plan|report|type))"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a question asks for, and how it is known where that stands."""

    name: str
    asks: re.Pattern[str]
    met: re.Pattern[str]

    def met_by(self, text: str, about: Callable[[str], bool] = lambda _: False) -> bool:
        """Whether a sentence has it: a figure, or a word such as free or none, which counts only in the parts
        that are `about` what is asked, where there are any."""
        left_out = {"price": _VACANT} | dict.fromkeys(_COUNTS, DATED)
        said = left_out[self.name].sub(" ", text) if self.name in left_out else text
        found = list(self.met.finditer(said))
        if not found or self.name == "often" or any(not _WORD.fullmatch(match[0]) for match in found):
            return bool(found)
        parts = [part for part in _CLAUSE.split(said) if about(part)]
        return not parts or any(self.met.search(part) for part in parts)


_COUNTS = ("count", "units", "offset", "notice", "amount", "figure")  # that a date is none of


def _demand(name: str, asks: str, met: str) -> Demand:
    return Demand(name, re.compile(asks, re.IGNORECASE), re.compile(met, re.IGNORECASE))


_DEMANDS = (
    _demand(
        "price",
        r"\b(?:what|how much) (?:do|does|did|will|would|can|could|may|might|should)\s(?:[^?]{1,80}\s)?cost\b"
        r"|\b(?:what|how much|how high)(?:'s| is| are| was| were) (?:the|our|its|their) (?:[\w-]+ ){0,3}?"
        rf"{_PRICED}|\bhow (?:expensive|pricey)\b|\b(?:was|wie ?viel) koste(?:t|n|te|ten)\b|\bwie teuer\b"
        r"|\bwie hoch (?:ist|sind|war|waren) (?:der|die|das) [\w-]*(?:preis|kosten|gebühr)",
        _MONEY,
    ),
    _demand(
        "secret",
        rf"{_GET}(?:(?:{_OPENS}){_AS_SUCH}|"
        r"code(?= (?:of|for|to|für|vo[nm]|zu[mr]?)\b)(?! of (?:conduct|practice|ethics)))",
        rf"{_OTHERS}(?:{_DIGITS})|\b(?:{_OPENS}|code)\b.{{0,30}}(?:\b(?:is|are|ist|lautet)\b|:)",
    ),
    _demand(
        "code", rf"{_GET}(?:{_NUMBER}){_AS_SUCH}", rf"{_DIGITS}|\b(?:{_NUMBER})\b.{{0,30}}\b(?:is|ist)\b"
    ),
    _demand(
        "speed",
        rf"\bwhat{_THE} (?:speed limit|(?:top|maximum) speed)\b"
        r"|\bwie (?:hoch|schnell)\b.*\b(?:tempo|geschwindigkeits|höchstgeschwindigkeit)\w*",
        rf"\d\s?{_SPEED}\b|\bwalking pace\b|\bschritt(?:tempo|geschwindigkeit)\b",
    ),
    _demand(
        "weight",
        rf"\bhow heavy\b|\bwhat{_THE} weight\b|\bhow much (?:do|does|did) .*\bweigh\b"
        rf"|\bwie schwer (?:ist|sind|war)\b|\bwie viel wieg\w+|\bwie hoch {_IST} gewicht\b",
        rf"(?:{_SOME}|\d)\s?{_WEIGHT}\b",
    ),
    _demand(
        "extent",
        rf"\b(?:how (?:tall|wide|thick|deep)|wie (?:breit|dick|tief)) (?:is|are|was|were|ist|sind|war)\b"
        rf"|\bwhat{_THE} (?:height|width|depth|diameter|thickness)\b"
        rf"|\bwie (?:hoch|gro(?:ß|ss)) {_IST} (?:höhe|breite|tiefe|durchmesser)",
        rf"(?:{_SOME}|\d)\s?{_SIZE}\b",
    ),
    _demand(
        "year",
        r"\b(?:what|which) (?:exact )?year\b|\b(?:in |seit |ab )?welche[mns] jahr\b",
        rf"\b(?:1\d|20)\d\d\b|\b\d{{3,4}}s\b|\b\d{{3}}\b|{_SOME} years ago\b|\bvor {_SOME} jahren\b",
    ),
    _demand(
        "distance",
        r"\bhow (?:far|close|near)\b(?! (?:ahead|in advance|along|back|before|beforehand|have|has|did|do)\b)"
        r"|\b(?:what|which)\b[^?]{0,25}\b(?:distance|clearance)\b(?! (?:learning|work|meter|metre))"
        r"|\bwie (?:weit|nah)\b|\bwelche[nr]? (?:[\w-]+ )?(?:[\w-]*abstand|entfernung)\b",
        rf"(?:{_SOME}|\d)[\s-]?(?:[\w-]+\s)?{_SIZE}\b|\b{_A}\s(?:half |quarter )?{_EXTENT}\b"
        rf"|{_SOME}\s{UNIT}['’]?\s(?:[\w-]+\s)?"
        r"(?:walk|drive|ride|flight|away|from|by|on foot|entfernt|zu fuß)\b",
    ),
    _demand(
        "figure",
        rf"\bwhat{_THE} {_FIGURES}(?= (?:of|for|on|in|at|per|when|if|to)\b|\W*\Z)|\bwie hoch {_IST}\b"
        r"|\bhow (?:high|old|far|fast|big|large) (?:is|are|was|were)\b|\bwie (?:alt|weit) (?:ist|sind|war)\b",
        rf"{_SOME}|\b{_ALL}\b|{_MONEY}|%",
    ),
    _demand(
        "notice",
        r"\bnotice (?:period|for|to|is|do|does|must|should|needs?|required)\b"
        r"|\b(?:how|what|which)\b[^?]{0,25}\bnotice\b(?! board)"
        r"|\bhow (?:long|far|early|much time|much earlier)(?: (?:ahead|in advance|before\w*))"
        r"|\b(?:wie (?:lange|viel\w*|früh)|welche)\b[^?]{0,25}\b(?:im voraus|vorher|(?:\w*frist))\b",
        rf"(?:{_SOME}|{_A}){_ON}{UNIT}['’]?\s(?:\w+\s){{0,2}}?(?:{_AHEAD})\b"
        rf"|\b(?:{_AHEAD}|\w*frist)\b[^.;]{{0,60}}?(?:{_SOME}|{_A})\s(?:\w+\s)?{UNIT}\b"
        r"|\b(?:without|no|any|ohne|keine) (?:notice|asking|frist)"
        rf"|\bnotice is\b|\b(?:by|until|bis)\b.*(?:{DATE})",
    ),
    _demand("pace", _PACE, rf"(?:{_SOME}|{_A}){_ON}{UNIT}\b|\b{_AT_ONCE}\b|\d\s?{_SPEED}\b"),
    _demand("length", r"\bhow long\b|\bwie lange?\b", _LENGTH),
    _demand(
        "offset",
        rf"\b(?:how many|wie ?viele) (?:[\w-]+ )?{UNIT}\b.*"
        r"\b(?:before|after|ago|ahead|advance|notice|within|vor\w*|nach)\b",
        rf"{_SOME}|\b{_ALL}\b",
    ),
    _demand(
        "units",
        rf"\b(?:how many|wie ?viele) (?:[\w-]+ )?{UNIT}\b",
        rf"(?<!within )(?:{_SOME}|{_EACH}{_A}){_ON}{UNIT}\b"
        r"(?! (?:before|after|ago|vor|nach)\b)"
        rf"|\b{UNIT}\b[^.;:]{{0,20}}:\s*{_SOME}|(?<!\ba )\b{_ALL}\b(?= {UNIT})",
    ),
    _demand("count", r"\bhow many\b|\bwie ?viele\b", rf"{_SOME}|\b{_ALL}\b"),
    _demand("amount", r"\bhow much\b|\bwie ?viel\b", rf"{_SOME}|\b{_ALL}\b|{_MONEY}|%"),
    _demand("date", r"\bwhen (?:was|were|did)\b|\bwann (?:war|waren|wurden?|hat|hatte)\b", DATE),
    _demand(
        "time",
        r"\A\W*(?:and |und )?(?:when (?:may|can|could|should|must) |"
        r"wann (?:darf|kann|soll|muss|dürf|könn|müss))",
        rf"{TIME}|{OCCASION}",
    ),
    _demand(
        "time",
        r"\A\W*(?:and |und )?(?:when|wann|until when|bis wann|ab wann)\b"
        r"|\b(?:what|which) (?:date|day) (?:is|are)\b",
        TIME,
    ),
    _demand("person", r"\A\W*(?:and |und )?(?:who(?:m|se)?|we[rnm]|wessen)\b", _WHO),
)


# What has one of these answers likelier; "at midnight" and "by the window" do as well, and have neither.
_PREFERRED = (_demand("place", WHERE, PLACED), _demand("often", OFTEN, REPEATED))


def asking(question: str) -> str:
    """The last line of `question`; of one that only names a measure, what asks for it."""
    line = question.rpartition("\n")[2]
    named = _NAMED.match(line)
    return f"What is the {named['what']}?" if named else line


def demanded(question: str) -> Demand | None:
    """What the last line of `question` asks for, where that is known."""
    line = asking(question)
    return next((one for one in _DEMANDS if one.asks.search(line)), None)


def preferred(question: str) -> Demand | None:
    """What the last line of `question` asks for, where an answer may say it in ways that are not known."""
    line = asking(question)
    return next((one for one in _PREFERRED if one.asks.search(line)), None)

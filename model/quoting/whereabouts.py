"""How a question of where something is or how often it is done is known, and what has an answer to it."""

from __future__ import annotations

from model.quoting.moments import any_of

WHERE = (
    r"\A\W*(?:and |but |so |und |aber )?(?:from |von )?(?:where|wo|wohin|woher)\b"
    r"|\bwhere(?: exactly)? (?:do|does|did|can|could|must|should|may|is|are|was|were)\b"
)
OFTEN = r"\bhow (?:often|frequently|regularly|many times)\b|\bwie (?:oft|häufig|regelmäßig)\b"
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_NO_PLACE = any_of(  # behind "in" and "on"
    rf"""mornings? afternoons? evenings? nights? end beginning start time case event weeks? months? years?
    future past meantime abend ende anfang fall jahr monat least most once all writing advance general
    addition order total full person average request {_DAYS} january february march april may june july august
    september october november december januar februar märz mai juni juli oktober dezember spring summer
    autumn winter"""
)
_TIMED = rf"(?:\d|(?:the |der |dem )?{_NO_PLACE}\b)"
_THE = any_of("the our your an? its their this that d(?:er|em|ie|en|as) eine[mrn]?")
_WAYS = any_of("from to into onto through under over via von aus zu nach durch unter über vor")
_BY = any_of(
    r"""behind beside beneath below above near next\sto between inside outside opposite along across among
    around beim? hinter neben zwischen gegenüber zum zur ins ans vom innerhalb außerhalb"""
)
_HERE = any_of(
    """here there everywhere anywhere nowhere elsewhere online upstairs downstairs indoors outdoors abroad
    home hier dort überall nirgends oben unten draußen drinnen zuhause"""
)
PLACED = (
    rf"\b(?:in|on|at|im|am|an|auf)\s(?!{_TIMED})\w"
    rf"|\b{_WAYS}\s(?:{_THE}\s(?!{_TIMED})\w|(?-i:[A-ZÄÖÜ]))"
    rf"|\b{_BY}\s\w|\b{_HERE}\b"
    r"|\A\W*(?:ask|contact|call|see|visit|use)\b|://|www\.|\w@\w|:\s"
    rf"|(?<!\A)(?<![.!?:]\s)\b(?!{_NO_PLACE}\b)(?-i:[^\W\d_a-zà-ÿ]\w)"
)
_NUMBER = any_of(r"one two three four five six seven eight nine ten \d")
_PERIOD = any_of("minute hour day night week month quarter year jahr monat tag woche")
_TIMES = any_of(
    rf"""hourly daily nightly weekly fortnightly monthly quarterly yearly annual\w* biannual\w* every\w* each
    once twice thrice \w+\stimes several per always never ever rarely seldom sometimes occasional\w*
    regular\w* frequent\w* often usual\w* continuous\w* constant\w* permanent\w* whenever when if unless while
    before during as\sneeded expires? {_DAYS} \w+lich jede[rsnm]? alle \w*mal pro immer nie\w* selten
    häufig\w* oft regelmäßig\w* ständig wenn vor nach während \w+tags"""
)
REPEATED = (
    rf"\b{_TIMES}\b|\bafter (?!{_NUMBER}\b)|\b(?:an?|the|in|im|am) {_PERIOD}\b"
    r"|[:|]\s*\d+\s?(?:minute|hour|day|week|month|year|stunden|tage|wochen|monate|jahre)"
)

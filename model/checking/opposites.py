"""Words that deny, and words that say which way something goes: more or less, before or after."""

from __future__ import annotations

import re

CUES = frozenset(
    """not no never none neither nor without cannot nobody nothing nowhere hardly nicht kein keine
    keinen keinem keiner nie niemals ohne ne jamais aucun aucune sans nunca ningún sin fail fails failed
    failing lack lacks lacked lacking unable absent absence except excluding""".split()
)
# These deny too, in a manner of speaking: enough to bear out a sentence that denies.
WEAK = frozenset(
    """unlikely impossible prohibit prohibits prohibited forbidden forbids prevent prevents prevented
    preventing stop stops stopped ban bans banned exempt only independent independently regardless
    lose loses losing forfeit forfeits ended ends expired
    unaffected unchanged similar rather instead free loss lost devoid deficient deficiency knockout null
    non reject rejects rejected rarely seldom little few insufficient inadequate dispensable abolish
    abolished abolishes eliminate eliminated avoid avoids avoided refuse refuses refused deny denies
    denied excluded exclude excludes limited barely scarcely neither otherwise decline declined wrong
    false myth incorrect untrue until unless verboten untersagt ausgeschlossen""".split()
)
EVEN = frozenset(  # of these, what says that nothing has come of something
    "similar unchanged unaffected independent independently regardless".split()
)
LACK = frozenset("without absent absence lack lacks lacked lacking except excluding ohne".split())
LACKING = LACK | frozenset(
    "deficient deficiency depleted depletion deleted knockout null devoid free".split()
)
NONE = LACK | frozenset("no kein keine keinen keinem keiner".split())  # of a thing
# Stems of verbs that deny nothing themselves: needs no permit, does not need a permit.
SLIGHT = frozenset("need requir get give provid offer receiv show take".split())
PARTLY = frozenset("all every everyone everybody each always entirely alle jeder jede immer".split())
# What says that something goes no further, and all that may say so.
LIMITED = frozenset("limited solely merely".split())
BOUNDS = LIMITED | frozenset(
    """only just simply exclusive exclusively limit limits limiting limitation restrict restricts restricted
    restriction alone maximum most sole single cap caps capped exceed exceeds exceeding ltd nur lediglich
    ausschließlich begrenzt beschränkt""".split()
)
BOUNDING = re.compile(  # the same in several words
    r"\b(?:up to|no (?:more|longer) than|(?:no one|nobody|none|nothing) (?:but|except)|other than|bis zu)\b"
)
FORBIDDEN = frozenset("prohibited forbidden banned excluded exempt verboten untersagt ausgeschlossen".split())
# Of what is not so, the thing before is denied: pets are not allowed.
GRANTED = frozenset(
    """allowed permitted possible available supported necessary required accepted needed erlaubt gestattet
    möglich zulässig nötig erforderlich notwendig verfügbar""".split()
)
# What is told with one of these was so once, or is so no more.
CHANGE = frozenset(
    """longer anymore discontinue discontinued discontinuing discontinuation ended stop stops stopped cease
    ceases ceased expire expires expired former formerly previously until till removed removal retired replace
    replaced replaces supersede superseded deprecated obsolete withdrawn eliminate eliminated abolished
    abandoned phased terminated historically now currently became become becomes changed dropped resolved
    disappear disappeared disappears mehr eingestellt endete beendet abgeschafft ersetzt früher ehemals bisher
    jetzt nun inzwischen mittlerweile""".split()
)
# What stands between a denial and what it denies, and says nothing itself: no longer paid, does not occur.
LIGHT = frozenset(
    """longer anymore yet ever even actually really currently generally usually typically normally
    necessarily possibly significant significantly clear clearly convincing also indeed still already any
    between at occur occurs happen happens""".split()
)
PREFIX = re.compile(r"(?:un|in|im|il|ir|non|dis)(?=[a-z]{4})")
# Before these it makes the opposite of a word: unpaid, inactive, disallow, deactivate; not improve, display.
UNDOES = re.compile(
    r"(?:(?:un(?!less\b|fall|kosten)|non-?)(?=[a-zäöü]{4})"
    r"|i[mnlr](?!valuable|different|corporat|mediat|migrant|plant)"
    r"(?=[a-z]{2,}(?:[ai]ble|ive|ent|ant|ate|al|ar|rect|xact|mature|pure|cure|finite|lete|valid)(?:ly)?\b)"
    r"|dis(?=allow|agree|approv|connect|abl|honest|qualif|satisf|continu|appear|similar|engag|assembl|prov)"
    r"|de(?!liberat|generat)(?=[a-z]{4,}(?:at|i[sz])(?:es?|ed|ing|ion)\b))"
)
# Which way a bound goes: at least two, two or more; at most two, no more than two.
BOUND = {
    ("at", "least"): 1, ("or", "more"): 1, ("no", "less"): 1, ("not", "less"): 1, ("no", "fewer"): 1,
    ("at", "most"): -1, ("or", "less"): -1, ("or", "fewer"): -1, ("no", "more"): -1, ("not", "more"): -1,
}  # fmt: skip
# What they are about, then the words of one way and those of the other.
_PAIRS = {
    "amount": (
        """increase increases increased increasing raise raises raised raising more higher highest high
        greater greatest elevate elevates elevated elevation enhance enhances enhanced enhancing rise rises
        risen rose upregulate upregulates upregulated upregulation larger grow grows grew growth gain gains
        boost boosts most maximum exceed exceeds augment augments augmented accelerate accelerates
        accelerated upper longer stronger faster bigger heavier up""",
        """decrease decreases decreased decreasing reduce reduces reduced reducing reduction reductions less
        fewer lower lowers lowered lowest low smaller smallest diminish diminishes diminished decline
        declines declined declining fall falls fell downregulate downregulates downregulated downregulation
        least minimum attenuate attenuates attenuated drop drops dropped shrink shrinks slow slows slower
        shorter weaker lighter loss down""",
    ),
    "drive": (
        """promote promotes promoted promoting activate activates activated activation stimulate stimulates
        stimulated induce induces induced inducing cause causes caused enhance enhances enhanced facilitate
        facilitates support supports trigger triggers drive drives encourage encourages""",
        """inhibit inhibits inhibited inhibiting inhibition suppress suppresses suppressed suppression block
        blocks blocked prevent prevents prevented preventing impair impairs impaired impairment repress
        represses repressed abrogate abrogates abolish abolishes abolished hinder hinders discourage
        discourages protect protects""",
    ),
    "worth": (
        "improve improves improved improving improvement better best good benefit benefits beneficial "
        "positive positively strong advantage advantages",
        "worsen worsens worsened worse worst bad poor impair impairs impaired harm harms harmful negative "
        "negatively inverse inversely adverse weak disadvantage disadvantages",
    ),
    "order": (
        "before earlier first prior precede precedes preceding",
        "after later last follow follows",
    ),
    "leave": (
        "allow allows allowed permit permits permitted accept accepts accepted approve approves approved",
        """forbid forbids forbidden prohibit prohibits prohibited ban bans banned disallow disallowed reject
        rejects rejected refuse refuses refused deny denies denied""",
    ),
    "part": (
        "include includes included including inclusive",
        "exclude excludes excluded excluding exclusive except",
    ),
    "duty": (
        "require requires required mandatory must obligatory compulsory necessary",
        "optional voluntary optionally unnecessary",
    ),
    "switch": (
        "enable enables enabled enabling open opens opened active",
        "disable disables disabled disabling close closes closed inactive",
    ),
    "place": ("inside internal internally within indoor", "outside external externally outdoor"),
    "height": ("above over", "below under"),
    "view": ("public publicly", "private privately confidential"),
    "often": ("always often frequently", "never rarely seldom"),
    "trade": ("buy buys bought buyer buyers purchase", "sell sells sold seller sellers sale"),
    "contest": ("win wins won", "lose loses lost"),
}
# These tell where or how far, and keep their way in what is denied.
KEPT = frozenset({"place", "height", "order", "view", "bound"})
LOOSE = frozenset({"drive"})  # much else is told with these words
MARKED = frozenset(
    {"part", "duty", "leave", "switch", "worth", "often"}
)  # whose second way nobody says by chance
WAYS: dict[str, list[tuple[str, int]]] = {
    word: [
        (family, sign)
        for family, halves in _PAIRS.items()
        for sign, half in zip((1, -1), halves, strict=True)
        if word in half.split()
    ]
    for word in sorted({word for halves in _PAIRS.values() for half in halves for word in half.split()})
}

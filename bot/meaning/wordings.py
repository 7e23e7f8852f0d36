"""How people ask for another form of an answer, in English and German: a way a line, in small letters."""

from __future__ import annotations

# field of Form, its value, the ways; each takes its words away from those that follow
FORMS: tuple[tuple[str, str | bool, str], ...] = (
    (
        "figure", True,
        r"""(?:only|just)(?: (?:give|tell|show|need|want)(?: me| us)?)?(?: the)? (?:number|amount|figure)s?
        (?:nur|reicht)(?: (?:gib|sag|nenn|brauche)(?: mir| uns)?)?(?: die| den)? (?:zahl|betrag|summe)(?:en)?
        (?:numbers?|figures?|amounts?|zahl(?:en)?) only
        nur (?:der|die|das) (?:betrag|zahl(?:en)?|summe)
        (?:the )?(?:number|figure|amount) in short
        the number,? (?:and )?nothing else""",
    ),
    (
        "style", "simple",
        r"""(?:in )?plain (?:english|language|words|terms)
        (?:like|as if) i(?:'m| am| were) (?:five|5|new here|new)
        for (?:a )?(?:beginners?|dummies|laymen)
        wie (?:einem|für ein) (?:kind|anfänger)
        words (?:my |a )?(?:grand(?:mother|ma|father)|child|customer) (?:can |would )?understands?
        für (?:laien|anfänger|dummies)
        (?:less|not so) (?:technical|complicated|complex)
        (?:without|no|ohne) (?:the )?(?:jargon|legalese|legal language|fachbegriffe|fachchinesisch)
        eli5
        dumb (?:it |that |this )?down
        layman'?s (?:terms|language)
        (?:more )?(?:simple|simpler|simply|easier|easy|simplified|simplify)(?: (?:terms|words|language))?
        simplif(?:y|ied)
        (?:in )?(?:einfache[rn]?|leichte[rn]?|klare[rn]?) (?:worten?|sprache)
        einfacher
        verständlicher
        vereinfach\w*""",
    ),
    (
        "style", "casual",
        r"""less formal(?:ly)?
        weniger förmlich
        friendl\w+
        (?:more )?casual
        informal
        locker(?:er)?
        freundlich\w*""",
    ),
    (
        "style", "formal",
        r"""(?:more )?(?:formal(?:ly)?|professional|polite(?:ly|r)?)
        förmlich\w*
        formell\w*
        höflich\w*""",
    ),
    (
        "style", "other",
        r"""rephrase[d]?
        reword(?:ed)?
        paraphrase[d]?
        (?:in )?other words
        differently
        another way
        (?:word|phrase|say|put) (?:it|that|this) better
        better worded
        (?:sound )?nicer
        umformulier\w*
        (?:mit |in )?anderen worten
        anders
        besser formulier\w*""",
    ),
    (
        "layout", "prose",
        r"""(?:without|no|ohne) (?:a |eine )?(?:lists?|tables?|bullets?|listen?|tabellen?)
        plain text
        prose
        (?:a |one )?paragraph
        flie(?:ß|ss)text
        absatz""",
    ),
    (
        "layout", "steps",
        r"""break (?:it |that |this )?down into (?:\w+ )?steps
        (?:numbered|ordered|(?:durch)?nummerierte[nrs]?) (?:lists?|steps?|points?|listen?|schritten?)
        number the (?:steps|points)
        step by step
        schritt für schritt
        (?:as|into|in|out as) (?:clear |simple |numbered )?steps
        als schritte
        in schritten""",
    ),
    (
        "layout", "table",
        r"""tables?(?: (?:form|format|view))?
        tabular(?: form)?
        tabellen?(?:form)?
        tabellarische?
        tabulate
        (?:in |two |2 )?columns
        spalten""",
    ),
    (
        "layout", "bullets",
        r"""bullet(?:ed|s)?(?: ?points?| ?list| form)?
        (?:bullet|dot) ?points
        check-?lists?
        itemi[sz]ed?
        stichpunktartig
        lists?
        listen?(?:form)?
        stich(?:punkte?n?|worten?)
        aufzählung
        auf(?:ge)?listen?
        aufgelistet
        (?:in )?punkten?
        (?:in )?(?:two|three|four|five|zwei|drei|vier|fünf|\d) (?:points|punkten?)""",
    ),
    ("layout", "json", "json(?:[- ]?(?:objects?|objekt|format))?"),
    (
        "shorter", True,
        r"""(?:too|way too|much too|zu|viel zu) (?:long|wordy|lang|viel text|much text|ausführlich)
        (?:less|fewer) (?:wordy|text|long|words)
        tl ?;? ?dr
        (?:the |das )?(?:gist|wichtigste)
        in a nutshell
        (?:the )?(?:bottom line|essentials?|essence|highlights)
        (?:die )?kernaussage
        kurzform
        abbreviated?
        half (?:the|as) (?:size|length|long)
        to the point
        auf den punkt
        compact
        one-liner
        quick (?:version|summary)
        (?:boil|cut|trim|narrow) (?:it |that |this )?(?:down|in half|by half)
        cut (?:it|that|this)
        trim
        compress(?:ed)?
        abkürzen
        fass\w* (?:(?:das|es|mir|uns|bitte|mal|die|deine|antwort) ){0,3}zusammen
        (?:that's|that is|so|very|quite|bit) long
        shorter
        short(?:en|ened)?
        brief(?:er|ly)?
        condensed?
        concise(?:ly)?
        kürzer(?:e|en)?
        kürzen
        gekürzt
        kürze
        kurz(?:e|en)?
        kurz(?: gefasst|fassung|version)
        knapp(?:er|e|en)?
        summari[sz]e
        summary
        sum (?:it |that |this )?up
        zusammenfass(?:en|ung)""",
    ),
)  # fmt: skip
LANGUAGES = {
    "en": "english englisch englische", "de": "german deutsch deutsche", "nl": "dutch niederländisch",
    "fr": "french französisch französische", "es": "spanish spanisch spanische",
    "it": "italian italienisch italienische",
    "pt": "portuguese portugiesisch", "pl": "polish polnisch polnische", "tr": "turkish türkisch türkische",
}  # fmt: skip
# What opens a question for documents, whatever words follow.
ASKS = (
    r"(?:and |und |so |but |aber )?(?:is (?!(?:it|that) possible to get)|are|was|were|does|do|did|must|may|"
    r"should|which|who|where|when|why|whose|"
    r"what(?!(?:'?s)? about (?:a|an|as|in|it|that|this|to)\b| would (?:that|this|it) be)|"
    r"how(?! about)|(?:can|could|may|shall) (?:i|we) (?!get|have|see|read|please)|"
    r"(?:can|could|will) (?!(?:you|u|i|we)\b)\w+|would (?:the|a|an|it|they)|"
    r"ist|sind|gibt|gilt|muss|darf|soll|reicht (?:ein|das)|wer|wo|wann|warum|welche\w*|was(?! ist mit| wäre)|"
    r"wie(?! wäre))\b"
)
# Of what people say to one another, and so of no answer of ours.
TALK = "thread|conversation|discussion|chat|diskussion|unterhaltung|gespräch|verlauf"
# What asks for something: only behind such words may others stand that nobody has listed.
REQUESTS = (
    r"please|pls|plz|bitte|(?:can|could|would|will) (?:you|u)|(?:kannst|könntest) du|lieber|"
    r"i'd (?:like|prefer)|(?:that|it|this|das|es|your (?:answer|last message))"
)
# What may go around a form and says nothing of what it is about.
AROUND = frozenset(
    """please pls plz can could would will you u i we get have give me us that this these it its the a an as
    in into to of on for with by your answer answers reply response text and or now but also again same
    thing make put turn show write say tell explain express format reformat rewrite redo do return output
    translate translated translation version one ok okay hm hmm hmmm thanks thank thx max maximum most at
    than more less bit little much down possible love once instead out back want need like i'd let let's
    so up all whole half even still above how about keep just only any chance sorry those nicely paste
    straight repeat respond be wording wordings break sounds sound great perfect cool super nice one's
    well last message switch tone word we've that's it's is not points form way something everything mode
    style language prefer

    bitte kannst könntest kann können du ihr sie ich wir mir uns das dies diese diesen dieses es den die
    der dem ein eine einen einem einer als in ins auf zu zum aus von mit für deine deiner deinen antwort
    text und oder jetzt nun aber auch noch nochmal mal einmal gleiche gleichen selbe dasselbe ganze ganzen
    mach mache machen gib geben zeig zeige zeigen schreib schreibe schreiben sag sag's sage sagen erklär
    erkläre erklären formulier formuliere formulieren ausgeben ausgegeben darstellen dargestellt fass
    fasse fassen gefasst übersetze übersetzen übersetz übersetzung version ok okay hm danke maximal
    höchstens mehr weniger bisschen etwas statt stattdessen draus daraus möchte hätte gern gerne brauche
    will geht ging ginge geht's gehts wenn's wenn nur so wäre wie form ist antworte antworten wiederhole
    wiederholen reicht reichen perfekt dazu bitteschön haben bekommen zusammen
    lieber super toll besser""".split()
)

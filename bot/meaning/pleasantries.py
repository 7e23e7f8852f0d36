"""How people greet, thank, part and ask a bot who it is, in English and German: patterns, a line each.

Words in small letters with one space between them and no sign but the apostrophe.
"""

from __future__ import annotations

_TO = (
    r"(?: (?:there|all|again|everyone|everybody|team|folks|guys|you|zusammen|alle|allerseits|leute|ihr|du))*"
)
# What may stand before, between or behind them and says nothing.
FILLS = (
    "so|oh|ah|hm+|well|and|but|please|then|just|really|no|nope|footnote|bot|mate|"
    "na|ja|nein|und|bitte|dann|denn|mal|noch"
)

ENGLISH = {
    "about": r"""
        (?:who|what)(?: exactly)? are you(?: exactly| anyway)?
        (?:what is|what's|whats) your (?:name|job|purpose)
        what (?:can|could|do) you (?:do|know|answer)(?: (?:for|with) (?:me|us))?
        what (?:can|could|do|should) i (?:do with|ask)(?: you)?(?: about)?
        what are you (?:able to do|for|good at|capable of)
        how (?:can|could|do) you (?:help|work)(?: me| us)?
        how (?:do|can) i (?:use|ask) you
        how does this(?: bot| thing)? work
        are you (?:a |an )?(?:real |just a )?(?:bot|robot|human|human being|person|ai|machine|chatgpt)
        help(?: me| us)?
        (?:can|could|will|would) you help(?: me| us)?(?: out)?
        who (?:made|built|created|wrote|trained) you
        introduce yourself
        (?:what is|what's|whats) (?:the )?(?:today's |current )(?:date|time|day|weather)(?: now| please)?
        (?:what is|what's|whats) the (?:date|time|weather)(?: like)? (?:today|now|right now)
        what (?:day|time|date|year) is (?:it|today)(?: today| now| right now)?
        tell (?:me|us)(?: something| more)? about yourself""",
    "greeting": rf"""
        (?:hello|hiya|howdy|greetings){_TO}
        good (?:morning|afternoon|evening|day){_TO}
        morning
        how (?:are|r) (?:you|u|things)(?: doing)?(?: today)?
        (?:how's|how is) (?:it going|everything|life)(?: today)?
        (?:what's|whats) up
        (?:it's |it is )?(?:nice|good|pleased) to meet you
        (?:i )?hope (?:you're|you are) (?:doing )?(?:well|fine|good)
        (?:are )?(?:you|u) (?:there|awake|ready|online|around)
        (?:is )?(?:any|some)(?:body|one) (?:there|here|home)
        (?:this is )?(?:only )?(?:a )?test(?:ing)?
        (?:(?:i have|i've|i've got|i got) )?(?:a )?(?:quick )?question
        (?:can|could|may) i ask(?: you)?(?: something| a(?: quick)? question)""",
    "thanks": r"""
        (?:many )?(?:thanks|thank you|thank u|thx|tnx|ty|tysm|cheers)(?: again)?
        for (?:that|this|the help|your help|everything)
        (?:so|very) much
        a (?:lot|bunch|million)
        (?:much|really|highly) appreciated
        (?:i )?appreciate (?:it|that|the help|your help)
        (?:that|this|it) (?:really )?(?:helps|helped)(?: a lot| me)*
        (?:that's|that is|that was|this is|it was) (?:exactly )?what i (?:needed|wanted|was looking for)
        (?:(?:that's|that is|that was|this is) )?(?:very |so |really |super |most |just )*(?:helpful|useful)
        (?:that|this) answers (?:my|the) question
        (?:you're|you are) (?:the best|great|awesome|amazing|a star|a legend)
        (?:(?:that's|that is|that was) )?(?:a )?(?:good|nice|great) (?:bot|job|one|work|answer|stuff)
        well done
        (?:that's |that is |that was )?(?:great|perfect|awesome|excellent|cool|nice|brilliant|wonderful)
        (?:wow|lovely|amazing)""",
    "done": r"""
        (?:all right|alright|understood|noted|sure|fine|got it|gotcha|i see|makes sense|good to know|all good)
        (?:never ?mind|nvm|forget it|no worries|no problem)
        (?:that's|that is|that was|that'll be) (?:all|it)(?: for (?:now|today))?
        (?:nothing else|no more questions|no further questions)(?: for (?:now|today))?""",
    "goodbye": r"""
        (?:bye|goodbye|bye bye|cya|farewell)(?: for now)?
        see (?:you|ya)(?: (?:later|tomorrow|soon|around|on monday|next week))?
        good night
        (?:have a|enjoy (?:the|your)) (?:(?:nice|great|good|lovely) )?(?:day|weekend|evening|one|time|holiday)
        talk (?:to you )?(?:later|soon|tomorrow)""",
}
GERMAN = {
    "about": r"""
        wer (?:bist|seid|sind) (?:du|ihr|sie)(?: eigentlich)?
        was (?:bist|machst|tust|weißt|weisst) du(?: eigentlich| hier| so| alles)*
        was (?:kannst|könntest) du(?: eigentlich| hier| so| alles| für mich| tun| machen)*
        was (?:kann|darf|soll) ich dich(?: alles)? fragen
        wie (?:heißt|heisst|funktionierst|arbeitest|hilfst) du(?: mir)?(?: eigentlich)?
        wie ist dein name
        (?:bist du|sind sie)(?: eigentlich| ein| eine| echter| echte)* (?:bot|mensch|roboter|ki|person|echt)
        hilfe
        (?:kannst|könntest|würdest) du(?: mir| uns)?(?: bitte)? helfen
        wobei (?:kannst|hilfst) du(?: mir)?(?: helfen)?
        wer hat dich (?:gebaut|gemacht|programmiert|entwickelt)
        stell dich(?: bitte| mal| doch)* vor
        (?:wie spät|wie viel uhr|wieviel uhr) ist es(?: jetzt| gerade)?
        (?:welche[rsn]|was für ein|den wievielten) (?:(?:wochen)?tag |datum )?(?:ist|haben wir) heute
        (?:wie|was) (?:ist|lautet) das (?:heutige|aktuelle) datum
        wie (?:ist|wird) das wetter(?: heute| gerade)?
        erzähl(?: mal)?(?: etwas| was)? über dich""",
    "greeting": rf"""
        (?:hallo|hallöchen|moin|servus|grüezi|grüß gott|grüss gott|grüß dich){_TO}
        guten (?:tag|morgen|abend|mittag){_TO}
        wie (?:geht's|gehts|geht es) (?:dir|ihnen|euch)(?: so| heute)*
        (?:wie )?(?:geht's|gehts)
        (?:ist )?alles (?:gut|klar|okay|fit) bei dir
        (?:bist|seid|ist) (?:du|ihr|jemand|wer) (?:da|wach|bereit|online|hier)
        (?:schön|freut mich) dich kennenzulernen
        (?:ich (?:habe|hab|hätte) )?(?:da )?(?:mal )?(?:eine )?(?:kurze )?frage
        (?:kann|darf) ich(?: dich)?(?: mal)?(?: etwas| was| eine frage) (?:fragen|stellen)""",
    "thanks": r"""
        (?:(?:vielen|besten|herzlichen|tausend|lieben|schönen) )*(?:dank|danke|dankeschön|merci)
        (?:dir|ihnen|euch|sehr|schön|vielmals|nochmal|dafür|für (?:die|deine) (?:hilfe|info|antwort))
        (?:(?:das|es) )?(?:hat|hilft)(?: mir| sehr| schon| wirklich| echt| total| weiter| geholfen)+
        (?:das (?:ist|war) )?(?:sehr |echt |wirklich |genau )*(?:hilfreich|nett|lieb|klasse|perfekt|toll)
        (?:prima|spitze|genial)
        (?:das (?:ist|war) )?genau was ich (?:brauche|brauchte|wollte|gesucht habe)
        gut gemacht
        gute[rs]? (?:bot|antwort|arbeit)
        du bist (?:der|die) beste""",
    "done": r"""
        (?:(?:alles|schon) )?(?:klar|verstanden|gut|passt|in ordnung|einverstanden)
        (?:(?:hat sich|ist) )?(?:schon |bereits )?erledigt
        (?:das )?(?:war's|wars|war alles|ist alles|wäre alles)
        (?:keine (?:weiteren )?fragen(?: mehr)?|sonst nichts|nichts weiter)
        (?:egal|vergiss es|macht nichts|kein problem)""",
    "goodbye": r"""
        (?:tschüss|tschüs|tschau|auf wiedersehen|mach's gut)
        bis (?:bald|dann|morgen|später|nachher|montag|nächste woche)
        gute nacht
        (?:(?:einen|ein|eine|dir) )*(?:schöne[nsr]?|gute[ns]?) (?:tag|abend|feierabend|wochenende|woche)""",
}
EITHER = {
    "greeting": rf"""
        (?:hi|hey|yo|salut){_TO}
        ping""",
    "thanks": r"""
        (?:super|top|bravo)""",
    "done": r"""
        (?:ok|okay|k)
        (?:lol|lmao|rofl|xd|(?:ha ?){2,}h?|(?:he ?){2,}h?|hihi)""",
    "goodbye": r"""
        ciao""",
}
WAYS = {"en": ENGLISH, "de": GERMAN, "": EITHER}  # by language; without one: of both

# How people say that what we said is wrong, by language; between the words may stand those of HEDGES.
HEDGES = (
    "no|nope|hm+|sorry|well|i think|just|simply|totally|completely|plain|quite|really|actually|still|but|"
    "nein|aber|leider|so|doch|einfach|ganz|komplett|total|mehr|ja|ich glaube|glaube ich"
)
WRONG = {
    "en": r"""
        (?:that|this|it|the answer|your answer)(?:'s| is| was| seems| looks) (?:wrong|incorrect|false)
        (?:that|this|it|the answer|your answer)(?:'s| is| was| seems| looks) (?:outdated|out of date)
        (?:that|this|it|the answer|your answer)(?:'s| is| was) not (?:right|true|correct|the case)
        (?:that|this|it|the answer|your answer) (?:isn't|wasn't|can't be|cannot be) (?:right|true|correct)
        wrong(?: answer)?
        incorrect
        not (?:true|correct|right)
        (?:you are|you're|you were) (?:wrong|mistaken)
        you (?:got|have) (?:it|that|this) wrong""",
    "de": r"""
        (?:das|es|dies|die antwort|deine antwort) (?:ist|war) (?:falsch|veraltet)
        (?:das|es|dies|die antwort|deine antwort) (?:ist|war) nicht (?:richtig|korrekt|wahr)
        (?:(?:das|es|dies|die antwort) )?stimmt nicht
        falsch(?:e antwort)?
        nicht richtig
        du irrst dich
        du liegst falsch""",
}

# Kinds, each with words that it needs, and words of which it may be made up: what is said in many other ways.
LOOSELY = (
    (
        "goodbye",
        r"\b(?:bye|goodbye|farewell|goodnight|next time|chat|talk(?:ing)?|speak(?:ing)?|chatting|"
        r"conversation|peace out)\b",
        "bye goodbye farewell goodnight now until next time chat chatting talk talking speak speaking "
        "conversation peace out this it that was a fun nice good great lovely pleasure as always to "
        "with you me for our the see around later soon i enjoyed thank thanks",
    ),
    (
        "thanks",
        r"\b(?:thanks?|thankful|grateful|gratitude|appreciated?|owe|helpful|helped|big help|glad|"
        r"happy)\b",
        "thanks thank thankful grateful gratitude appreciate appreciated owe one helpful helped help "
        "helping big glad happy you you've you're i'm i am so very much for the your me out today "
        "assist that did doing this it everything all to my sincere special have been a lot again "
        "really were was with us",
    ),
    (
        "greeting",
        r"\b(?:how|hows|how's|how've|what's|whats|hello|hey|hi|morning)\b.*\b(?:ya|you|going|goin|"
        r"doing|doin|hanging|up|been|ai|friend|buddy)\b|\b(?:wassup|heyo|sup)\b",
        "how hows how's how've what's whats wassup sup heyo hello hey hi good morning are is it ya you "
        "u going goin doing doin hanging up been ai my friend buddy today tell me things life",
    ),
    (
        "about",
        r"\b(?:made|makes|creat\w+|programm\w+|design\w*|built|develop\w+|manufactur\w+|trained|"
        r"owns)\b.*\byou\b|\byour (?:design|designer|creator|maker|manufacturer|developer|"
        r"owner)\b|\byou (?:\w+ )?by\b|\bwere you (?:made|built|created|programmed)\b",
        "who who's what where company firm organization person people is are was were the that or your "
        "you by for responsible made makes created creating creates programmed programs designed design "
        "designs designer creator maker manufactured manufactures manufacturer built developed "
        "developer trained owns owner do know",
    ),
    (
        "about",
        r"\b(?:you|your|yourself|ai|bot)\b",
        "what which can could may might should am are is was were did do have the a an all any some "
        "kind kinds type types sort sorts of things topic topics subject subjects category categories "
        "areas question questions info information different you your yourself i me ai bot ask asking "
        "answer answering know tell about on to for if name names nickname given exactly call called go "
        "by mind chance way again familiar with capable able allowed doing like i'd i'm what's whats "
        "use talk be",
    ),
)

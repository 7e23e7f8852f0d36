"""Dieselben Sätze auf Deutsch, in der Anrede, die auch Slack benutzt."""

PHRASES = {
    # on the way to an answer
    "searching": "Ich suche in den Dokumenten…",
    "failed": "Bei mir ist etwas schiefgegangen, ich konnte nicht antworten. (Kennung {reference})",
    "failed_because": "{reason} (Kennung {reference})",
    "no_index": "Die Dokumente sind noch nicht eingelesen: Das muss zuerst jemand tun, der mich betreut.",
    "no_search": "Die Suche ist gerade nicht erreichbar. Bitte frag in ein paar Minuten noch einmal.",
    "no_rights": "Slack hat mir nicht gesagt, wer hier was lesen darf, deshalb zeige ich nichts. "
    "Bitte frag noch einmal.",
    "rights_changed": "Während ich schrieb, hat sich geändert, wer was lesen darf. Bitte frag noch einmal.",
    "no_answer": "Ich konnte das gerade nicht beantworten. Bitte frag in ein paar Minuten noch einmal.",
    "overdue": "Das hat länger gedauert, als es darf, deshalb habe ich aufgehört. "
    "Bitte frag noch einmal. (Kennung {reference})",
    "stopped": "Angehalten. Frag einfach wieder, wenn du möchtest.",
    "paused": "Ich mache gerade Pause. Administratoren können mich mit /footnote resume wieder starten.",
    "off_here": (
        "Ich bin in diesem Channel ausgeschaltet. "
        "Administratoren können das mit /footnote channel engaged ändern."
    ),
    "invite_me": "Ich kann hier nicht schreiben. Lade mich mit /invite ein und frag noch einmal.",
    # where there is no cited sentence to say
    "no_question": ("Ich habe dort keine Frage gesehen. Frag mich etwas in Worten."),
    "long_question": (
        "Deine Frage ist {length} Zeichen lang, ich lese bis zu {most}. Bitte stell sie in ein paar Sätzen."
    ),
    "none_held": "Was das Modell dazu schrieb, steht nicht in den Dokumenten. Ich zeige nichts davon.",
    "not_found": "Dazu habe ich keine Antwort gefunden in {searched}.",
    "searched_empty": "dem Index, der noch keine Dokumente hat",
    "searched_none": (
        "dem, was alle lesen dürfen, die hier mitlesen: Das ist keines der Dokumente. "
        "Frag mich direkt oder mit /footnote ask"
    ),
    "searched_guests": (
        "dem, was alle lesen dürfen, die hier mitlesen: Das ist keines der Dokumente. "
        "Hier liest ein Gast oder jemand aus einer anderen Firma mit, also nutze ich nur, was auch sie lesen "
        "dürfen: Frag mich direkt oder mit /footnote ask"
    ),
    "searched": "den {count} Dokumenten aus {sources}",
    "searched_one": "dem einen Dokument aus {sources}",
    "and": "{many} und {last}",
    "disagree": "Zwei Quellen widersprechen sich: {one} sagt das Gegenteil von {other}.",
    "disagree_figure": "Zwei Quellen widersprechen sich: {sides}.",
    "disagree_several": "Quellen widersprechen sich: {sides}.",
    "editions_differ": "Fassungen einer Seite sagen es nicht gleich: {sides}.",
    "disagree_says": "{source} sagt {said}",
    "source_of": "[{number}] vom {at:%d.%m.%Y}",
    "source_undated": "[{number}] (ohne Datum)",
    "source_named": "[{number}] ({name}) vom {at:%d.%m.%Y}",
    "source_older": "[{number}] ist aus der Fassung {own} der Seite, und es gibt eine neuere, {newer}.",
    "source_over": "[{number}] gilt laut den Dokumenten nicht mehr.",
    "source_then": "[{number}] galt damals, seit {since}; inzwischen gibt es ein neueres Dokument.",
    "day": "{at:%d.%m.%Y}",
    "other_year": "{sources} ist von {year}, nicht von {asked}.",
    "unnamed": "Keine gefundene Stelle nennt {things}: Was ich zitiere, ist damit nur verwandt.",
    "untold": "Du fragst mehreres. Nichts, was ich zitiere, beantwortet {parts}: Frag das für sich.",
    "about_elsewhere": "Eine andere Seite handelt von „{thing}“: Was ich zitiere, nennt es nicht.",
    "unnamed_thing": "„{thing}“",
    "uncounted": "Keine gefundene Stelle sagt, wie viele: Das nennen sie, und vielleicht ist es nicht alles.",
    "perhaps_more": "Das habe ich in den Stellen gefunden, und es ist vielleicht nicht alles.",
    # warum die Prüfung einen Satz gestrichen hat
    "struck_out": "Was die Prüfung aus dem Entwurf gestrichen hat:",
    "struck_uncited": "er nennt keine Stelle",
    "struck_forged": "{what} verweist auf keine Stelle",
    "struck_figure": "„{what}“ steht nicht in der genannten Stelle",
    "struck_name": "„{what}“ steht nicht in der genannten Stelle",
    "struck_opposite": "die genannte Stelle sagt das Gegenteil",
    "struck_unsupported": "zu wenig davon steht in der genannten Stelle",
    "struck_unrelated": "nichts davon steht in der genannten Stelle",
    "struck_repeated": "das wurde schon gesagt",
    "no_reason": "Was ich zitiere, sagt, was gilt, und nicht, warum.",
    "aside": "Ich habe gesucht, wonach du fragst, und nicht, was du dazu erzählt hast.",
    "slip": "„{typed}“ habe ich als „{meant}“ gelesen.",
    "limit_beyond": "Achte auf die Grenze: Was ich zitiere, gilt nicht für {asked}.",
    "quoted_english": "Was ich zitiere, ist auf Englisch: auf Englisch gefragt finde ich vielleicht mehr.",
    "quoted_german": "Was ich zitiere, ist auf Deutsch: auf Deutsch gefragt finde ich vielleicht mehr.",
    "pages_english": "Gefundene Seiten sind auf Englisch: auf Englisch gefragt sagen sie es vielleicht.",
    "pages_german": "Gefundene Seiten sind auf Deutsch: auf Deutsch gefragt sagen sie es vielleicht.",
    "nearest": "Die nächstliegenden Seiten, die ich kenne:",
    "ask_owner": "Zuständige fragen",
    "owner_is": "{owner} ist dafür zuständig und kann gefragt werden.",
    "owner_called": (
        "{owner}, {asker} hat das gefragt, und ich habe in den Dokumenten keine Antwort gefunden. "
        "Kannst du hier helfen?"
    ),
    "solved": "Gelöst",
    "solved_by": "Gelöst, sagt {person}.",
    "solved_not_you": "Das können nur die schließen, die gefragt haben oder gerufen wurden.",
    "press_failed": "Das hat nicht geklappt. Bitte drück noch einmal. (Kennung {reference})",
    "verbatim": "Diese Sätze stehen wörtlich so in den Dokumenten.",
    "model_away": "Das Sprachmodell war diesmal nicht zu gebrauchen.",
    "ask_back": (
        "Was davon meinst du? Antworte mit einem davon, oder frag in ein paar Worten mehr.\n{readings}"
    ),
    # what is said to a greeting, to thanks, to who asks who we are
    "small_greeting": ("Hallo! Frag mich, was du aus den Dokumenten wissen willst."),
    "small_thanks": "Gern. Frag mich jederzeit wieder.",
    "small_done": "Alles klar. Frag mich jederzeit wieder.",
    "small_goodbye": "Bis bald! Frag mich jederzeit wieder.",
    "small_about": (
        "Ich bin Footnote, ein Programm. Ich beantworte Fragen aus den Dokumenten eurer Firma: Jeder Satz "
        "hat eine Nummer, die zu seiner Quelle führt, und was dort nicht steht, sage ich auch nicht. "
        "Frag mich in deinen Worten."
    ),
    "small_example": "Zum Beispiel: {question}",
    "small_wrong_alone": (
        "Das klingt nach einer meiner Antworten, und ich sehe nicht, nach welcher. Bitte in deren Thread "
        "sagen, oder die Frage noch einmal stellen."
    ),
    "small_wrong_terminal": (
        "Das klingt nach einer meiner Antworten, und ich sehe nicht, nach welcher. Bitte die Frage noch "
        "einmal stellen, oder es mit `--after` und der Frage sagen, die beantwortet wurde."
    ),
    "small_wrong": (
        "Danke für den Hinweis. Drück unter der Antwort auf „Nicht hilfreich“: Im Formular ist Platz "
        "für das, was richtig gewesen wäre, und wer mich betreut, liest es."
    ),
    "example": "Was steht in „{title}“?",
    "example_of": "Was steht in „{title}“ zu „{heading}“?",
    # under an answer
    "sources": "Quellen",
    "show_quotes": "Zitate zeigen",
    "show_quotes_of": "Zitate {first} bis {last}",
    "show_quotes_spoken": "Zeigt, was die Quellen wörtlich sagen",
    "quotes_title": "Was die Quellen sagen",
    "quotes_none": "Diese Zitate sind nicht mehr da.",
    "close": "Schließen",
    "share": "Hier teilen",
    "page": "Seite {page}",
    "updated": "geändert {ago}",
    "ago_today": "heute",
    "ago_days": "vor {count} Tagen",
    "ago_days_one": "gestern",
    "ago_weeks": "vor {count} Wochen",
    "ago_weeks_one": "vor einer Woche",
    "ago_months": "vor {count} Monaten",
    "ago_months_one": "vor einem Monat",
    "ago_years": "vor {count} Jahren",
    "ago_years_one": "vor einem Jahr",
    "part": "Teil {part} von {parts}",
    "disclaimer": "Von KI aus euren Dokumenten verfasst. Das kann falsch sein: Prüf die Quellen.",
    "quoted": ("Von KI gefunden und wörtlich aus euren Dokumenten zitiert. Prüf, ob die Quellen passen."),
    "looked_up": "Von KI gefunden und in Tabellen eurer Dokumente gelesen oder gezählt. Prüf, ob sie passen.",
    "quoted_thread": "Von KI gefunden und wörtlich aus diesem Thread zitiert.",
    "disclaimer_thread": "Von KI aus diesem Thread verfasst. Das kann falsch sein: Prüf die Nachrichten.",
    # votes
    "helpful": "Hilfreich",
    "not_helpful": "Nicht hilfreich",
    "helpful_spoken": "Diese Antwort hat geholfen",
    "not_helpful_spoken": "Diese Antwort hat nicht geholfen",
    "thanks_up": "Danke. Notiert: Diese Antwort hat geholfen.",
    "thanks_down": "Danke. Notiert: Diese Antwort hat nicht geholfen.",
    "why_title": "Was war falsch?",
    "why_send": "Senden",
    "why_skip": "Überspringen",
    "why_reasons": "Was daran nicht stimmt",
    "why_correction": "Was richtig gewesen wäre",
    "why_use": (
        "Bleibt bei deiner Stimme, für alle, die mich hier betreuen, damit Antworten besser werden. "
        "Es wird nirgends veröffentlicht. Mit /footnote optout wird aus nichts von dir gelernt."
    ),
    "reason_wrong": "Sie ist falsch",
    "reason_other_question": "Das war nicht meine Frage",
    "reason_source": "Die Quelle passt nicht",
    "reason_outdated": "Sie ist veraltet",
    "reason_incomplete": "Es fehlt etwas",
    "reason_other": "Etwas anderes",
    # the Home tab
    "home_title": "Footnote",
    "home_knows": "Was ich kenne",
    "home_knows_nothing": "Es ist noch nichts eingelesen, was du lesen darfst.",
    "home_source": "{count} Dokumente, gelesen {ago}",
    "home_source_one": "1 Dokument, gelesen {ago}",
    "home_unread": "{count} Dokumente, noch nicht zu Ende gelesen",
    "home_unread_one": "1 Dokument, noch nicht zu Ende gelesen",
    "home_behind": "das letzte Einlesen ist gescheitert, mein Stand kann alt sein",
    "home_failures": "{count} Dokumente ließen sich nicht lesen",
    "home_failures_one": "1 Dokument ließ sich nicht lesen",
    "home_more": "und {count} weitere",
    "home_asked": "Deine letzten Fragen",
    "home_asked_none": "Du hast noch nichts gefragt.",
    "home_open": "Öffnen",
    "home_direct": "Direktnachricht",
    "home_answered": "beantwortet",
    "home_not_found": "nichts gefunden",
    "home_failed": "gescheitert",
    "home_clarify": "zurückgefragt",
    "home_waiting": "in Arbeit",
    "home_how": "So fragst du",
    "home_how_lines": (
        "Erwähne mich in einem Kanal, schreib mir unter Nachrichten oder nimm /footnote ask.\n"
        "Jede Aussage hat eine Nummer: Sie führt zur Seite, und Zitate zeigen zeigt den Satz.\n"
        "In einem Kanal nutze ich nur, was alle dort lesen dürfen. Deine Fragen werden nicht aufbewahrt."
    ),
    "home_admin": "Für Administratoren",
    "home_queue": "{count} Fragen und Aufgaben warten",
    "home_queue_one": "1 Frage oder Aufgabe wartet",
    "home_votes": "Diese Woche: {up}-mal hilfreich, {down}-mal nicht hilfreich",
    "home_unanswered": "Diese Woche ohne Antwort: {count}",
    # eine Antwort in anderer Form
    "answer_changed": (
        "Ein Dokument, auf dem diese Antwort beruht, hat sich geändert. Bitte stell die Frage noch einmal."
    ),
    "reshape_thread": (
        "Was andere sagten, bewahre ich nicht auf; ich kann es nur kürzer sagen. "
        "Frag mich noch einmal nach diesem Thread, wenn du alles willst."
    ),
    "reshape_where": (
        "Schreib das in den Thread der Antwort, die du meinst, dann bringe ich sie in diese Form."
    ),
    "reshape_nothing": (
        "In diesem Thread steht keine Antwort von mir mit Quellen, die ich in eine andere Form bringen "
        "könnte."
    ),
    "reshape_barred": (
        "Diese Antwort kann ich hier nicht wiederholen: Nicht alle, die hier mitlesen, dürfen ihre Quellen "
        "lesen."
    ),
    "reshape_no_model": (
        "Ich kann eine Antwort kürzen und als Liste, Tabelle oder JSON zeigen. Um sie anders zu formulieren, "
        "bräuchte ich ein Sprachmodell, und ich laufe ohne eines."
    ),
    "reshape_unsafe": (
        "Ich konnte das nicht anders formulieren, ohne zu ändern, was die Quellen sagen. "
        "Die Antwort oben bleibt, wie sie ist."
    ),
    "reshape_shortest": "Das ist schon ein einziger Satz der Quelle; kürzer wäre weniger, als sie sagt.",
    "translation_no_model": "Um zu übersetzen, bräuchte ich ein Sprachmodell, und ich laufe ohne eines.",
    "translation_unsafe": (
        "Ich habe keine Übersetzung, in der jede Zahl, jeder Name und jede Quelle geblieben ist. "
        "Die Antwort oben bleibt, wie sie ist."
    ),
    "translated": (
        "Von einem Sprachmodell übersetzt: Zahlen, Namen und Quellen wurden einzeln verglichen, andere "
        "Wörter "
        "nicht. Geprüft ist die Antwort oben."
    ),
    "figures_none": "In dieser Antwort steht keine Zahl.",
    "figures_several": "Darin steht mehr als eine Zahl, deshalb hier der ganze Satz.",
    "table_said": "Aussage",
    "table_source": "Quelle",
    # wie ein Kanal Antworten haben will
    "custom_language": (
        "Dieser Kanal will eine andere Sprache, aber es gibt keine Übersetzung, die sich prüfen ließe; "
        "deshalb steht das hier in der Sprache der Quellen."
    ),
    "custom_translated": (
        "Von einem Sprachmodell aus der Sprache der Quellen übersetzt: Zahlen, Namen und Quellen wurden "
        "einzeln verglichen, andere Wörter nicht."
    ),
    "custom_schema": "Das passt nicht in das JSON-Schema dieses Kanals, deshalb steht es hier wie sonst.",
    # was Leute in einem Thread gesagt haben
    "thread_cut": "Ich habe nur die ersten {count} Nachrichten dieses Threads gelesen: Er hat mehr.",
    "thread_where": "Erwähn mich in dem Thread, den du meinst: Dort kann ich lesen, was gesagt wurde.",
    "thread_empty": "Außer dir und mir hat in diesem Thread niemand etwas gesagt.",
    "thread_unread": (
        "Slack lässt mich diesen Thread nicht lesen. Lade mich mit /invite ein, oder lass footnote doctor "
        "nachsehen."
    ),
    "thread_nothing": (
        "Ich habe die {count} Nachrichten dieses Threads gelesen und nichts gefunden, was das beantwortet."
    ),
    "thread_nothing_one": (
        "Ich habe die eine Nachricht dieses Threads gelesen und nichts gefunden, was das beantwortet."
    ),
    # why somebody is not answered
    "refused_guest": "Ich antworte Mitgliedern dieses Workspace, keinen Gästen. Bitte frag ein Mitglied.",
    "refused_stranger": (
        "Ich antworte Leuten der Firma, zu der ich gehöre. Bitte lass jemanden von dort für dich fragen."
    ),
    "refused_person": (
        "Ich nehme von einer Person {limit} Fragen in der Stunde an, und das waren deine. "
        "In {count} Minuten kannst du mich wieder fragen."
    ),
    "refused_person_one": (
        "Ich nehme von einer Person {limit} Fragen in der Stunde an, und das waren deine. "
        "In einer Minute kannst du mich wieder fragen."
    ),
    "refused_channel": (
        "Ich nehme in einem Channel {limit} Fragen in der Stunde an, und hier wurden so viele gestellt. "
        "In {count} Minuten antworte ich hier wieder, in einer Direktnachricht schon jetzt."
    ),
    "refused_channel_one": (
        "Ich nehme in einem Channel {limit} Fragen in der Stunde an, und hier wurden so viele gestellt. "
        "In einer Minute antworte ich hier wieder, in einer Direktnachricht schon jetzt."
    ),
    # files of a question
    "file_kind": (
        "{name} habe ich nicht gelesen: Ich lese Text, Markdown, CSV, HTML, PDF, Word, Excel und PowerPoint."
    ),
    "file_large": "{name} habe ich nicht gelesen: Die Datei ist größer als {most} MB.",
    "file_more": "{name} habe ich nicht gelesen: Ich lese bis zu {count} Dateien einer Nachricht.",
    "file_more_one": "{name} habe ich nicht gelesen: Ich lese 1 Datei einer Nachricht.",
    "file_long": "Von {name} habe ich nur den Anfang gelesen: Die Datei ist sehr lang.",
    "file_off": "{name} habe ich nicht gelesen: Anhänge zu lesen ist hier abgeschaltet.",
    "file_away": "{name} konnte ich nicht lesen: Slack gab die Datei nicht heraus. Hänge sie noch einmal an.",
    "file_broken": "{name} konnte ich nicht lesen: Die Datei ist defekt, geschützt oder ohne Text.",
    "itself": "{at} UTC, eine Frage an mich selbst: {said}",
}

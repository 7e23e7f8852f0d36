"""What is said to /footnote, in German."""

PHRASES = {
    # who may
    "command_admins": "Das dürfen nur Administratoren dieses Workspace.",
    "command_outsider": "Befehle nehme ich nur von Mitgliedern dieses Workspace an.",
    "rights_unknown": (
        "Ich konnte nicht feststellen, was du hier darfst; deshalb ist nichts geschehen. {reason}"
    ),
    "command_failed": "Bei mir ist etwas schiefgegangen. Bitte versuche es noch einmal. (Nummer {reference})",
    # help
    "help_title": "Das kannst du mich fragen:",
    "help_admins": "Für Administratoren:",
    "help_ask": "eine Antwort, die nur du siehst",
    "help_sources": "was ich durchsuche und wie alt es ist",
    "help_status": "ob ich antworte und aus wie vielen Dokumenten",
    "help_channel": "wie ich in diesem Kanal eingestellt bin",
    "help_help": "diese Liste",
    "help_reindex": "liest alle Quellen neu oder nur diese",
    "help_forget": "nimmt ein Dokument aus allen Antworten",
    "help_channel_mode": "wann ich in diesem Kanal spreche",
    "help_channel_sources": "was ich für diesen Kanal durchsuche",
    "help_channel_tone": "wie Antworten in diesem Kanal klingen",
    "help_channel_language": "in welcher Sprache ich in diesem Kanal antworte",
    "help_channel_schema": "Antworten dieses Kanals als JSON nach einem Schema",
    "help_channel_expert": "wer gefragt wird, wenn die Dokumente nichts sagen",
    "help_pause": "ich antworte niemandem, bis du resume sagst",
    "help_resume": "ich antworte wieder",
    "help_sources_add": "liest eine Website, für alle oder für diesen Kanal",
    "help_review": "die nächste Antwort zum Ansehen, für alle, die prüfen",
    "help_optout": "aus deinen Fragen und Stimmen wird nichts gelernt",
    "help_optout_off": "aus ihnen darf wieder gelernt werden",
    "command_unknown": "Diesen Befehl kenne ich nicht. `/footnote help` zeigt alle, die ich kenne.",
    "command_near": (
        "Diesen Befehl kenne ich nicht. Meinst du `/footnote {command}`? `/footnote help` zeigt alle."
    ),
    "command_wordy": (
        "Hinter `/footnote {name}` stehen zu viele Wörter: Tippe `/footnote {command}`. Eine Frage beginnt "
        "mit `/footnote ask`."
    ),
    "command_lacks": "`/footnote {name}` braucht {what} dahinter: Tippe `/footnote {command}`.",
    # a channel, and everywhere
    "channel_direct": "Das gilt für einen Kanal: Tippe es in dem Kanal, den du meinst.",
    "mode_mentions": "In diesem Kanal antworte ich, wo ich erwähnt werde, und sonst nicht.",
    "mode_engaged": (
        "In diesem Kanal antworte ich, wo ich erwähnt werde, und auf das, was in diesen Threads folgt."
    ),
    "mode_auto": (
        "In diesem Kanal antworte ich, wo ich erwähnt werde, auf das, was in diesen Threads folgt, und auf "
        "andere Fragen, die die Dokumente beantworten."
    ),
    "mode_off": "In diesem Kanal antworte ich nicht.",
    "channel_sources": "Ich durchsuche: {sources}.",
    "channel_tone_short": "Antworten sind kurz: höchstens zwei Sätze.",
    "channel_tone_friendly": "Antworten klingen freundlich, wo ein Sprachmodell sie schreibt.",
    "channel_tone_formal": "Antworten klingen förmlich, wo ein Sprachmodell sie schreibt.",
    "channel_language_en": (
        "Hier spreche ich Englisch; Antworten werden übersetzt, wo ein Sprachmodell das kann."
    ),
    "channel_language_de": (
        "Hier spreche ich Deutsch; Antworten werden übersetzt, wo ein Sprachmodell das kann."
    ),
    "channel_schema": "Antworten sind JSON mit {fields}.",
    "tone_unknown": "Sag short, friendly oder formal, oder off für keinen.",
    "language_unknown": "Sag en oder de, oder auto für die Sprache dessen, der fragt.",
    "schema_json": (
        "Das konnte ich nicht als JSON lesen. Zum Beispiel: "
        '{{"type": "object", "properties": {{"answer": {{"type": "string"}}}}, "required": ["answer"]}}'
    ),
    "schema_object": (
        'Ein Schema ist hier vom "type": "object" und hat "properties", jede mit einem "type". Zum Beispiel: '
        '{{"type": "object", "properties": {{"answer": {{"type": "string"}}}}}}'
    ),
    "schema_keyword": (
        "Auf {name} achte ich in einem Schema nicht. Ich kenne type (object, array, string, number, "
        "integer, boolean), properties, required, items, enum und das Kleinste und Größte von Längen, "
        "Anzahlen und Zahlen."
    ),
    "schema_field": (
        "Ich wüsste nicht, was in {name} gehört. Ich fülle answer, summary und status (string), number und "
        "value (number), points (array von strings), sources (array von strings oder von objects mit "
        "number, title, url, quote und page) und found (boolean)."
    ),
    "schema_long": "Ein Schema darf {name} Zeichen lang sein.",
    "channel_expert": "Wenn die Dokumente nichts sagen, nenne ich: {expert}.",
    "sources_all": "alle Quellen",
    "expert_none": "niemanden",
    "expert_unknown": "Nenne mit @ ein Mitglied dieses Workspace, oder sage none.",
    "source_unknown": "Eine Quelle „{name}“ gibt es nicht. `/footnote sources` zeigt alle.",
    "source_unknown_near": "Eine Quelle „{name}“ gibt es nicht. Meinst du {near}?",
    "paused_now": "Angehalten: Ich antworte niemandem. `/footnote resume` startet mich wieder.",
    "resumed_now": "Ich antworte wieder.",
    "paused_state": (
        "Ich bin angehalten: Niemand bekommt eine Antwort, bis ein Administrator `/footnote resume` sagt."
    ),
    # sources and status
    "answering_state": "Ich antworte.",
    "sources_title": "Das durchsuche ich:",
    "sources_empty": "Es gibt noch keine Quellen. `/footnote sources add` fügt eine Website hinzu.",
    "sources_none": "Es gibt keine Dokumente, die du lesen darfst.",
    "and_more": "und {count} weitere",
    "status_readable": "Du darfst {documents} Dokumente aus {count} Quellen lesen.",
    "status_readable_one": "Du darfst {documents} Dokumente aus einer Quelle lesen.",
    "status_waiting": "Wartend oder in Arbeit: {count}.",
    "status_index": "Passagen im Index: {passages}.",
    "status_syncing": "Wird gerade gelesen: {sources}.",
    "source_documents": "{count} Dokumente",
    "source_documents_one": "1 Dokument",
    "source_failed": "{count} nicht gelesen",
    "source_read": "gelesen vor {span}",
    "source_never": "noch nie gelesen",
    "source_next": "wieder in {span}",
    "source_due": "fällig",
    "source_busy": "wird gerade gelesen",
    # forget
    "forget_nothing": (
        "Kein Dokument hat die Adresse {name}. Es ist die, die eine Quelle unter einer Antwort öffnet."
    ),
    "forget_lent": (
        "Noch ist nichts vergessen. Ich antworte hier aus dem wirklichen Index: Was darin vergessen wird, "
        "ist aus allen Antworten, auch nach dem Spiel, bis footnote forget --undo es zurücknimmt. Wenn das "
        "so sein soll: /footnote forget {name} {yes}"
    ),
    "forgotten": "Aus allen Antworten genommen und nicht wieder zu indizieren: {count} Dokumente.",
    "forgotten_one": "Aus allen Antworten genommen und nicht wieder zu indizieren:",
    # reindex
    "reindex_busy": (
        "Ein solcher Befehl liest gerade schon Quellen. Bitte versuche es wieder, wenn er fertig ist."
    ),
    "reindex_begun": "Ich lese {sources}. Ich schreibe dir, wenn es fertig ist.",
    "reindex_at": "Ich lese {name} ({number} von {of}): bisher {count} Dokumente.",
    "reindex_waits": "{name} ({number} von {of}) wird gleich gelesen.",
    "reindex_done": "Das Lesen ist fertig:",
    "reindex_cut_off": (
        "{name}: Es endete, bevor es fertig war. `footnote index {name}`, von Hand gestartet, zeigt warum."
    ),
    "reindexed": "{name}: {count} Dokumente, {passages} Passagen.",
    "reindexed_failed": "{name}: {count} Dokumente, {passages} Passagen, {failed} nicht gelesen.",
    # sources add
    "add_no_site": (
        "Gib die Adresse einer Website an, die mit https:// beginnt und in der kein Passwort steht."
    ),
    "add_readers": (
        "Wer darf {url} lesen? Sage es dazu: `/footnote sources add {url} everyone` für alle in diesem "
        "Workspace, oder `here` statt `everyone`, in einem Kanal getippt, nur für dessen Mitglieder. Noch "
        "wurde nichts hinzugefügt."
    ),
    "add_known": "Diese Website wird schon gelesen, als {name}.",
    "add_refused": "Es wurde nichts hinzugefügt. {reason}",
    "add_failed": "Es wurde nichts hinzugefügt: {url} wurde versucht, und etwas stimmt nicht. {reason}",
    "add_unwritable": (
        "Die Website ist in Ordnung, aber ich kann {file} hier nicht schreiben. Wer sich um mich kümmert, "
        "kann dies dort hinzufügen:\n{entry}"
    ),
    "added_everyone": (
        "Hinzugefügt als {name}, für alle in diesem Workspace: mindestens {count} Seiten, etwa {first}. Sie "
        "wird binnen einer Minute gelesen und dann täglich; `/footnote reindex {name}` liest sie sofort."
    ),
    "added_here": (
        "Hinzugefügt als {name}, nur für die Mitglieder dieses Kanals: mindestens {count} Seiten, etwa "
        "{first}. Sie wird binnen einer Minute gelesen und dann täglich; `/footnote reindex {name}` liest "
        "sie sofort."
    ),
    # an answer that one person saw, for all
    "shared": "In diesem Kanal geteilt.",
    "share_barred": (
        "Das kann ich hier nicht teilen: Nicht alle in diesem Kanal dürfen lesen, worauf es sich stützt."
    ),
    "share_changed": (
        "Ein Dokument, auf das sich diese Antwort stützt, hat sich geändert oder ist weg. Bitte frage noch "
        "einmal und teile dann."
    ),
    "share_gone": "Diese Antwort habe ich nicht mehr. Bitte frage noch einmal und teile dann.",
    "share_refused": "In diesem Kanal kann ich nicht schreiben. Lade mich zuerst ein.",
    "shared_by": "Gefragt von {name} mit /footnote ask",
    # reviews, and who is not learnt from
    "review_not_you": "Das können nur die, die Antworten prüfen. Wer verwaltet, kann dich hinzufügen.",
    "review_none": "Nichts wartet auf eine Prüfung.",
    "review_opened": "Das Formular ist offen.",
    "review_late": "Das Formular ging nicht rechtzeitig auf. Bitte tippe es noch einmal.",
    "review_title": "Antwort prüfen",
    "review_votes": "👍 {up} · 👎 {down}",
    "review_asked": "Gefragt",
    "review_unasked": (
        "Die Frage ist nicht aufbewahrt: Worte von Fragen bleiben nur, solange FOOTNOTE_TRAIN_SLACK_TEXT "
        "an ist, und nie von jemandem, der dem widersprochen hat."
    ),
    "review_answer": "Antwort",
    "review_missed": "Keine gefunden.",
    "review_confirm": "Sie stimmt",
    "review_write": "Berichtigen",
    "review_reject": "Sie ist schlecht",
    "review_skip": "Später",
    "review_text": "Was richtig ist",
    "review_how": (
        "Jeder Satz endet mit der Nummer der Stelle, die ihn trägt, etwa [1]. Hätte es keine Antwort geben "
        "sollen, schreib nur das: keine Antwort. Aus dem, was du sendest, wird gelernt."
    ),
    "review_nothing": "keine Antwort",
    "review_why": "Warum sie schlecht ist",
    "review_gone": "Ihre Worte sind nicht mehr aufbewahrt.",
    "review_overtaken": "Inzwischen hat sie schon jemand angesehen: {verdict}.",
    "review_confirmed": "sie stimmt",
    "review_corrected": "berichtigt",
    "review_rejected": "sie ist schlecht",
    "review_plain": "Bitte nur einfache Worte: keine Links, keine Erwähnungen, keine Auszeichnung.",
    "review_empty": "Bitte schreib, was richtig ist.",
    "review_turn": (
        "Bitte schreib es in einfachen Worten: „{what}“ könnte ein Modell für den Anfang einer Rede halten."
    ),
    "review_language": "Bitte schreib es in der Sprache der Stellen: sonst kann es niemand vergleichen.",
    "review_alone": "die Wörter „{what}“ stehen in keiner Stelle",
    "review_unfit": "„{text}“ kann nicht gelernt werden: {reason}.",
    "cause_not_indexed": "Was richtig wäre, steht in keinem Dokument",
    "cause_not_retrieved": "Es steht in einem Dokument, das nicht gefunden wurde",
    "cause_miswritten": "Es wurde gefunden und falsch aufgeschrieben",
    "cause_outdated": "Das Dokument ist veraltet",
    "cause_rights": "Wer gefragt hat, darf es nicht lesen",
    "cause_other": "Etwas anderes",
    "optout_done": (
        "Notiert. Aus deinen Fragen und Stimmen wird nichts gelernt. `/footnote optout off` nimmt das zurück."
    ),
    "optout_back": "Notiert. Aus deinen Fragen und Stimmen darf gelernt werden.",
    # was jemand bestätigt, der sich auskennt
    "verify_offer": (
        "{expert}, kein Dokument beantwortet das. Soll ich deine Antwort als die Antwort behalten? Sie wird "
        "dann mit deinem Namen und einem Link unter der Frage zitiert, für alle, die hier mitlesen dürfen."
    ),
    "verify_keep": "Als Antwort behalten",
    "verify_done": "Diese Antwort ist behalten.",
    "verify_kept": "Jetzt gibt es eine Antwort, von {expert}. Bis {due} soll sie wieder angesehen werden.",
    "verify_kept_for": (
        "{asker}, auf deine Frage gibt es jetzt eine Antwort, von {expert}. Bis {due} soll sie wieder "
        "angesehen werden."
    ),
    "verify_gone": "Die Antwort ist nicht mehr da: nichts wird behalten.",
    "verify_not_yours": "Nur wer die Antwort geschrieben hat, kann sie behalten lassen.",
    "verify_not_you": "Nur wer Antworten prüft oder sich hier auskennt, kann eine Antwort behalten lassen.",
    "verify_taken": "Nichts wurde behalten: es gibt schon eine Antwort von {name}.",
    "verify_out": (
        "Nichts wurde behalten: von dir soll nichts verwendet werden. `/footnote optout off` ändert das."
    ),
    "verify_plain": (
        "Noch wurde nichts behalten. Bitte ändere deine Antwort in einfache Worte, höchstens 3.000 Zeichen: "
        "keine Links, keine Erwähnungen, keine Auszeichnung. Dann drücke noch einmal."
    ),
    "verify_withdrawn": (
        "Die Antwort von {name}, die behalten war, ist weg oder sagt, was nicht behalten werden kann: jetzt "
        "gibt es keine Antwort. Eine neue kann eine werden."
    ),
    "verify_due": "Was du bestätigt hast, ist seit {due} wieder anzusehen: „{title}“. Stimmt es noch?",
    "verify_holds": "Es stimmt noch",
    "verify_over": "Nicht mehr",
    "verify_renewed": "Notiert: es stimmt, und ist bis {due} wieder anzusehen.",
    "verify_ended": "Notiert: es ist keine Antwort mehr.",
    "verified_by": "bestätigt von {name}, wieder anzusehen bis {due}",
    "verified_overdue": (
        "Was {name} bestätigt hat, sollte bis {due} wieder angesehen werden: es kann veraltet sein."
    ),
    # was keine Antwort fand
    "help_gaps": "was gefragt wurde und keine Antwort fand, für alle, die Antworten prüfen",
    "gaps_not_you": "Das sehen nur, die Antworten prüfen. Ein Admin kann dich hinzufügen.",
    "gaps_none": "Jede Frage der letzten {days} Tage fand eine Antwort.",
    "gaps_title": (
        "{count} Fragen der letzten {days} Tage fanden keine Antwort. Antworte im Thread: ich frage dich "
        "dann, ob ich das als Antwort behalten soll."
    ),
    "gaps_title_one": (
        "Eine Frage der letzten {days} Tage fand keine Antwort. Antworte in ihrem Thread: ich frage dich "
        "dann, ob ich das als Antwort behalten soll."
    ),
    "gaps_line": "- {what} · {people}, {times}, zuletzt {ago} · `{code}`",
    "help_gaps_close": "was keine Antwort braucht: Es ist wieder eine Lücke, wenn es jemand erneut fragt",
    "gaps_closed": "Das ist keine Lücke mehr, bis es wieder jemand fragt.",
    "gaps_no_such": "Eine solche Lücke gibt es nicht. Ihr Code steht am Ende ihrer Zeile in /footnote gaps.",
    "gaps_people": "{count} Personen",
    "gaps_people_one": "1 Person",
    "gaps_times": "{count}-mal",
    "gaps_times_one": "einmal",
    "gaps_near": "nahe „{title}“",
    "gaps_unknown": "gefragt, wo du nicht mitliest",
    "gaps_thread": "öffnen",
    "gaps_late": "Wieder anzusehen:",
    "gaps_due": "- „{title}“, von {name}, seit {due}",
    # was jemand später erfährt
    "told_answer": "{asker}, es gibt jetzt eine Antwort, die wohl zu deiner Frage passt, von {name}:",
    "told_filled": (
        "{asker}, hierzu hatte ich nichts gefunden. Jetzt gibt es eine Seite, die es wohl beantwortet; frag "
        "mich noch einmal, oder lies sie:"
    ),
    "told_open": "öffnen",
    "told_corrected": "Deine Berichtigung vom {day} wurde angesehen. Richtig, und gelernt, ist: „{right}“",
    "told_changed": "Deine Berichtigung vom {day} wurde angesehen, und die Antwort ist berichtigt.",
    "told_right": "Deine Berichtigung vom {day} wurde angesehen: die Antwort stimmt so, wie sie ist.",
    "told_rejected": "Deine Berichtigung vom {day} wurde angesehen: die Antwort ist schlecht. {cause}.",
}

"""The report of a week, in German."""

PHRASES = {
    "help_report": "wie die Woche lief, wie zuletzt berichtet",
    "report_none": (
        "Es gibt noch keinen Bericht. Der erste kommt in der Woche nach der ersten Antwort; "
        "footnote report --now sieht sofort nach."
    ),
    "week_title": "Wie {name} lief, und die Wochen davor",
    "week_golden": (
        "Goldene Fragen: {count} von {of} kamen richtig heraus, {share} ({low} bis {high}), auf dem Index, "
        "wie er ist, von {writer}."
    ),
    "week_unasked": "Goldene Fragen: {why}",
    "week_asked": "Fragen: {of}. {count} fanden keine Antwort, {share} ({low} bis {high}).",
    "week_asked_none": "Fragen: keine.",
    "week_votes": (
        "Stimmen: {count} von {of} Leuten fanden mehr unnütz als hilfreich, {share} ({low} bis {high})."
    ),
    "week_votes_none": "Stimmen: keine.",
    "week_worse": (
        "⚠ {what} ist über den Zufall hinaus gestiegen: von {before} auf {now} (p {p}). In einer ruhigen "
        "Woche steht das einmal von hundert da."
    ),
    "week_what_golden": "Der Anteil goldener Fragen, die falsch herauskommen,",
    "week_what_refused": "Der Anteil der Fragen ohne Antwort",
    "week_what_disliked": "Der Anteil der Leute, die Antworten unnütz fanden,",
    "week_steady": "Nichts ist über den Zufall hinaus schlechter geworden.",
    "week_new": (
        "{count} Gruppen von Fragen sind neu: {asked} wurden gestellt, die vorher niemand stellte, {refused} "
        "davon ohne Antwort."
    ),
    "week_new_one": (
        "Eine Gruppe von Fragen ist neu: {asked} wurden gestellt, die vorher niemand stellte, {refused} "
        "davon ohne Antwort."
    ),
    "week_words": "- „{text}“ und {count} weitere dieser Art",
    "week_stale": "Quellen, die nicht gelesen wurden, als sie es sollten: {names}.",
    "week_stale_new": "{name} (neu)",
    "week_stale_count": (
        "{count} Quellen wurden nicht gelesen, als sie es sollten; `/footnote report` nennt sie Admins."
    ),
    "week_stale_count_one": (
        "Eine Quelle wurde nicht gelesen, als sie es sollte; `/footnote report` nennt sie Admins."
    ),
    "week_lessons": "{count} durchgesehene Zeilen waren noch in keinem Training.",
    "week_lessons_one": "Eine durchgesehene Zeile war noch in keinem Training.",
    "week_retrain": (
        "Ein Training lohnt sich: `footnote dataset build`, dann `footnote train`. Sein Adapter antwortet "
        "nur, wenn `footnote gate` ihn lässt."
    ),
    "week_retraining": (
        "Ein Training lohnt sich. Es beginnt nach dem Wochenbericht von selbst (FOOTNOTE_RETRAIN), und was "
        "daraus wird, steht dann hier."
    ),
    "week_trained": (
        "Der Adapter des Trainings ist `{name}`. Er antwortet erst nach "
        "`footnote adapters add {name}` und, mit der Kennung, die das nennt, `footnote gate`."
    ),
    "week_untrained": (
        "Aus dem Training wurde kein Adapter: `{command}` endete mit dem Code {code}. Von Hand ausgeführt "
        "sagt es, warum."
    ),
    "week_search": (
        "Was jetzt falsch ist, wurde eher nicht gefunden als schlecht geschrieben: zuerst die Quellen "
        "ansehen, dann `footnote tune`."
    ),
}

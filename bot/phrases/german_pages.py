"""What Footnote's own pages say, in German."""

PHRASES = {
    "page_skip": "Zur Seite springen",
    "page_menu": "Seiten",
    "page_out": "Abmelden",
    "page_sorry": "Das hat nicht geklappt",
    "page_back": "Zurück zum Anfang",
    "page_not_there": "Diese Seite gibt es nicht, oder sie ist nicht für dich.",
    "page_form_old": "Dieses Formular gilt nicht mehr. Lade die Seite neu und schick es noch einmal.",
    # signing in
    "sign_in": "Anmelden",
    "sign_in_link": (
        "Tippe an diesem Rechner das hier in ein Terminal und öffne den Link, der dort erscheint. Er gilt "
        "einmal."
    ),
    "sign_in_used": "Dieser Link wurde schon benutzt, oder es gibt einen neueren. Hol dir einen neuen.",
    "sign_in_again": "Du bist nicht angemeldet. Bitte versuch es noch einmal.",
    "sign_in_not_here": "Dieses Konto ist aus einem anderen Workspace oder bekommt hier keine Antworten.",
    "sign_in_slack": "Mit Slack anmelden",
    "sign_in_slack_why": "Du siehst, was du in Slack lesen darfst, und sonst nichts.",
    # the chat page
    "page_chat": "Fragen",
    "page_hello": "Frag deine Dokumente",
    "page_hello_why": "Jede Zahl in einer Antwort öffnet die Worte, auf denen sie beruht, an ihrer Stelle.",
    "page_ask": "Deine Frage",
    "page_ask_on": "Frag weiter, oder etwas anderes",
    "page_send": "Fragen",
    "page_anew": "Neu anfangen",
    "page_busy": "Ich sehe nach …",
    "page_answer": "Eine Antwort",
    "page_note": "Quelle {number}",
    "page_table": "Tabelle",
    "page_quote": "Die Worte, auf denen es beruht",
    "page_to_answer": "Zurück zur Antwort",
    "page_open": "Dokument öffnen",
    "page_marked": "Worauf die Antwort beruht, ist markiert.",
    "page_to_quote": "Dorthin springen",
    "page_thanks": "Danke",
    "page_why_use": (
        "Wird mit deiner Bewertung für die aufbewahrt, die sich hier um mich kümmern, damit Antworten besser "
        "werden. Es wird nirgends gepostet."
    ),
}

"""What Footnote's own pages say, in English."""

PHRASES = {
    "page_skip": "Skip to the page",
    "page_menu": "Pages",
    "page_out": "Sign out",
    "page_sorry": "That did not work",
    "page_back": "Back to the start",
    "page_not_there": "There is no such page, or it is not for you.",
    "page_form_old": "This form is no longer good. Go back, load the page again, and send it once more.",
    # signing in
    "sign_in": "Sign in",
    "sign_in_link": "Type this in a terminal on this machine and open the link that appears. It works once.",
    "sign_in_used": "This link has been used, or another has been made since. Ask for a new one.",
    "sign_in_again": "Nobody was signed in. Please try again.",
    "sign_in_not_here": "This account is of another workspace, or is not answered here.",
    "sign_in_slack": "Sign in with Slack",
    "sign_in_slack_why": "You see what you may read in Slack, and nothing else.",
    # the chat page
    "page_chat": "Ask",
    "page_hello": "Ask your documents",
    "page_hello_why": "Each number in an answer opens the words it rests on, where they stand.",
    "page_ask": "Your question",
    "page_ask_on": "Ask on, or something else",
    "page_send": "Ask",
    "page_anew": "Start anew",
    "page_busy": "Looking …",
    "page_answer": "An answer",
    "page_note": "Source {number}",
    "page_table": "Table",
    "page_quote": "The words it rests on",
    "page_to_answer": "Back to the answer",
    "page_open": "Open the document",
    "page_marked": "What the answer rests on is marked.",
    "page_to_quote": "Go to it",
    "page_thanks": "Thank you",
    "page_why_use": (
        "Kept with your vote for those who look after me here, to make answers better. It is posted nowhere."
    ),
}

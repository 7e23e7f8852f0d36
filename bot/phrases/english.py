"""The sentences in English. A key's `_one` form is for a count of 1."""

PHRASES = {
    # on the way to an answer
    "searching": "Searching the documents…",
    "failed": "Something went wrong on my side and I could not answer this. (Reference {reference})",
    "failed_because": "{reason} (Reference {reference})",
    "no_index": "The documents have not been indexed yet: somebody who looks after me has to do that first.",
    "no_search": "The search cannot be reached at the moment. Please ask again in a few minutes.",
    "no_rights": "Slack did not tell me who may read what here, so I show nothing. Please ask again.",
    "rights_changed": "Who may read what here has changed while I was writing. Please ask again.",
    "no_answer": "I could not answer this just now. Please ask again in a few minutes.",
    "overdue": "This took longer than it may, so I have stopped. Please ask again. (Reference {reference})",
    "stopped": "Stopped. Ask again whenever you like.",
    "paused": "I am paused at the moment. An administrator can start me again with /footnote resume.",
    "off_here": (
        "I am switched off in this channel. An administrator can change that with /footnote channel engaged."
    ),
    "invite_me": "I cannot write in this channel. Invite me with /invite and ask again.",
    # where there is no cited sentence to say
    "no_question": ("I did not see a question there. Ask me something in words."),
    "long_question": (
        "Your question is {length} characters long and I read up to {most}. Please ask it in a few sentences."
    ),
    "none_held": "What the model wrote about that is not in the documents, so I show none of it.",
    "not_found": "I did not find an answer to that in {searched}.",
    "searched_empty": "the index, which has no documents yet",
    "searched_none": (
        "what everybody who reads this may read, which is none of the documents. "
        "Ask me directly, or with /footnote ask"
    ),
    "searched_guests": (
        "what everybody who reads this may read, which is none of the documents. "
        "A guest or somebody of another company reads here, so I may use only what they may read: "
        "ask me directly, or with /footnote ask"
    ),
    "searched": "the {count} documents of {sources}",
    "searched_one": "the one document of {sources}",
    "and": "{many} and {last}",
    # where sources disagree, or are over
    "disagree": "Two sources disagree: one says the opposite of the other, {one} and {other}.",
    "disagree_figure": "Two sources disagree: {sides}.",
    "disagree_several": "Sources disagree: {sides}.",
    "editions_differ": "Editions of one page do not say it alike: {sides}.",
    "disagree_says": "{source} says {said}",
    "source_of": "[{number}] of {at:%-d %B %Y}",
    "source_undated": "[{number}] (no date)",
    "source_named": "[{number}] ({name}) of {at:%-d %B %Y}",
    "source_older": "[{number}] is from the edition {own} of its page, and there is a newer one, {newer}.",
    "source_over": "[{number}] is said to be no longer in force.",
    "source_then": "[{number}] is what held then, since {since}; there is a newer document.",
    "day": "{at:%-d %B %Y}",
    # what a reader should know about what is quoted
    "other_year": "{sources} is of {year}, not of {asked}.",
    "unnamed": "No passage that I found names {things}: what I quote is only related to it.",
    "untold": "You ask several things. Nothing that I quote answers {parts}: ask that by itself.",
    "about_elsewhere": "Another page is about “{thing}”: what I quote does not name it.",
    "unnamed_thing": "“{thing}”",
    "uncounted": "No passage that I found says how many: this is what they name, and it may not be all.",
    "perhaps_more": "This is what I found in the passages, and it may not be all.",
    # why the check struck a sentence out
    "struck_out": "What the check struck out of the draft:",
    "struck_uncited": "it names no passage",
    "struck_forged": "{what} points at no passage",
    "struck_figure": "“{what}” is not in what it cites",
    "struck_name": "“{what}” is not in what it cites",
    "struck_opposite": "what it cites says the opposite",
    "struck_unsupported": "too little of it is in what it cites",
    "struck_unrelated": "nothing of it is in what it cites",
    "struck_repeated": "it was said before",
    "no_reason": "What I quote says what holds, and not why.",
    "aside": "I looked for what you ask, and not for what you told beside it.",
    "slip": "I read “{typed}” as “{meant}”.",
    "limit_beyond": "Mind the limit: what I quote does not hold for {asked}.",
    "quoted_english": "What I quote is in English: asked in English I may find more.",
    "quoted_german": "What I quote is in German: asked in German I may find more.",
    "pages_english": "Pages that I found are in English: asked in English they may say it.",
    "pages_german": "Pages that I found are in German: asked in German they may say it.",
    "nearest": "The nearest pages I know:",
    "ask_owner": "Ask the owner",
    "owner_is": "{owner} looks after them and can be asked.",
    "owner_called": (
        "{owner}, {asker} asked this and I found no answer in the documents. Can you help here?"
    ),
    "solved": "Solved",
    "solved_by": "Solved, says {person}.",
    "solved_not_you": "Only who asked and who was called can close this.",
    "press_failed": "That did not work. Please press again. (Reference {reference})",
    "verbatim": "These sentences are taken from the documents as they stand.",
    "model_away": "The language model could not be used this time.",
    "ask_back": (
        "Which of these do you mean? Reply with one of them, or ask in a few more words.\n{readings}"
    ),
    # what is said to a greeting, to thanks, to who asks who we are
    "small_greeting": ("Hello! Ask me what you want to know from the documents."),
    "small_thanks": "You are welcome. Ask me again whenever you like.",
    "small_done": "All right. Ask me again whenever you like.",
    "small_goodbye": "Goodbye! Ask me again whenever you like.",
    "small_about": (
        "I am Footnote, a program. I answer questions from your company's documents: every sentence has a "
        "number that leads to its source, and what they do not say I do not say either. "
        "Ask me in your own words."
    ),
    "small_example": "For example: {question}",
    "small_wrong_alone": (
        "That sounds like a word on an answer of mine, and I cannot see on which. Say it in that answer's "
        "thread, or ask your question again."
    ),
    "small_wrong_terminal": (
        "That sounds like a word on an answer of mine, and I cannot see on which. Ask your question again, "
        "or say it with `--after` and the question that was answered."
    ),
    "small_wrong": (
        "Thank you for saying so. Press “Not helpful” under that answer: the form that opens has room for "
        "what would have been right, and whoever looks after me reads it."
    ),
    "example": "What does “{title}” say?",
    "example_of": "What does “{title}” say about “{heading}”?",
    # under an answer
    "sources": "Sources",
    "show_quotes": "Show the quotes",
    "show_quotes_of": "Quotes {first} to {last}",
    "show_quotes_spoken": "Show what the sources say, word for word",
    "quotes_title": "What the sources say",
    "quotes_none": "These quotes are no longer there.",
    "close": "Close",
    "share": "Share here",
    "page": "page {page}",
    "updated": "updated {ago}",
    "ago_today": "today",
    "ago_days": "{count} days ago",
    "ago_days_one": "1 day ago",
    "ago_weeks": "{count} weeks ago",
    "ago_weeks_one": "1 week ago",
    "ago_months": "{count} months ago",
    "ago_months_one": "1 month ago",
    "ago_years": "{count} years ago",
    "ago_years_one": "1 year ago",
    "part": "Part {part} of {parts}",
    "disclaimer": "AI-made from your documents. It can be wrong: check the sources.",
    "quoted": ("Found by AI and quoted word for word from your documents. Check that the sources fit."),
    "looked_up": "Found by AI and read or counted in tables of your documents. Check that the sources fit.",
    "quoted_thread": "Found by AI and quoted word for word from this thread.",
    "disclaimer_thread": "AI-made from this thread. It can be wrong: check the messages.",
    # votes
    "helpful": "Helpful",
    "not_helpful": "Not helpful",
    "helpful_spoken": "This answer helped",
    "not_helpful_spoken": "This answer did not help",
    "thanks_up": "Thank you. Noted that this answer helped.",
    "thanks_down": "Thank you. Noted that this answer did not help.",
    "why_title": "What was wrong?",
    "why_send": "Send",
    "why_skip": "Skip",
    "why_reasons": "What was wrong with it",
    "why_correction": "What would have been right",
    "why_use": (
        "Kept with your vote for those who look after me here, to make answers better. It is posted nowhere. "
        "With /footnote optout nothing of yours is learnt from."
    ),
    "reason_wrong": "It is wrong",
    "reason_other_question": "It is not what I asked",
    "reason_source": "The source does not fit",
    "reason_outdated": "It is out of date",
    "reason_incomplete": "Something is missing",
    "reason_other": "Something else",
    # the Home tab
    "home_title": "Footnote",
    "home_knows": "What I know",
    "home_knows_nothing": "Nothing that you may read has been indexed yet.",
    "home_source": "{count} documents, read {ago}",
    "home_source_one": "1 document, read {ago}",
    "home_unread": "{count} documents, not read to the end yet",
    "home_unread_one": "1 document, not read to the end yet",
    "home_behind": "the last reading failed, what I know may be old",
    "home_failures": "{count} documents could not be read",
    "home_failures_one": "1 document could not be read",
    "home_more": "and {count} more",
    "home_asked": "Your recent questions",
    "home_asked_none": "You have not asked anything yet.",
    "home_open": "Open",
    "home_direct": "direct message",
    "home_answered": "answered",
    "home_not_found": "nothing found",
    "home_failed": "failed",
    "home_clarify": "asked back",
    "home_waiting": "being worked on",
    "home_how": "How to ask",
    "home_how_lines": (
        "Mention me in a channel, write to me in Messages, or use /footnote ask.\n"
        "Every claim has a number: it leads to the page, and Show the quotes shows the sentence.\n"
        "What I use in a channel is only what everybody there may read. Your questions are not kept."
    ),
    "home_admin": "For administrators",
    "home_queue": "{count} questions and tasks are waiting",
    "home_queue_one": "1 question or task is waiting",
    "home_votes": "This week: {up} times helpful, {down} times not helpful",
    "home_unanswered": "Without an answer this week: {count}",
    # another form of an answer
    "answer_changed": "A document that this answer rests on has changed. Please ask the question again.",
    "reshape_thread": (
        "I keep no word of what people said, so I can only make that shorter. "
        "Ask me about this thread again for all of it."
    ),
    "reshape_where": "Write that in the thread of the answer that you mean, and I put it into that form.",
    "reshape_nothing": (
        "There is no answer of mine with sources in this thread that I could put into another form."
    ),
    "reshape_barred": (
        "I cannot repeat that answer here: not everybody who reads this may read what it rests on."
    ),
    "reshape_no_model": (
        "I can shorten an answer and show it as a list, a table or JSON. To word it differently I would "
        "need a "
        "language model, and I run without one."
    ),
    "reshape_unsafe": (
        "I could not word that differently without changing what the sources say, so the answer above stands."
    ),
    "reshape_shortest": "It is one sentence of the source already; shorter would be less than it says.",
    "translation_no_model": "To translate I would need a language model, and I run without one.",
    "translation_unsafe": (
        "I have no translation in which every figure, name and source stayed as it was, so the answer above"
        " stands."
    ),
    "translated": (
        "Translated by a language model: figures, names and sources were compared one by one, other words "
        "were "
        "not. The answer above is the checked one."
    ),
    "figures_none": "There is no number in that answer.",
    "figures_several": "There is more than one number in it, so here is the sentence they stand in.",
    "table_said": "What it says",
    "table_source": "Source",
    # what a channel wants of answers
    "custom_language": (
        "This channel wants another language, but there is no translation that could be checked, so this is"
        " in the language of its sources."
    ),
    "custom_translated": (
        "Translated by a language model from its sources' language: figures, names and sources were compared "
        "one by one, other words were not."
    ),
    "custom_schema": "This does not fit the JSON schema of this channel, so it is shown as usual.",
    # what people said in a thread
    "thread_cut": "I read only the first {count} messages of this thread: it has more.",
    "thread_where": "Mention me inside the thread that you mean: there I can read what was said.",
    "thread_empty": "Nobody but you and me has said anything in this thread.",
    "thread_unread": (
        "Slack does not let me read this thread. Invite me with /invite, or let whoever set me up check "
        "footnote doctor."
    ),
    "thread_nothing": "I read the {count} messages of this thread and found nothing there that answers that.",
    "thread_nothing_one": "I read the one message of this thread and found nothing there that answers that.",
    # why somebody is not answered
    "refused_guest": "I answer members of this workspace and no guests. Please ask somebody who is one.",
    "refused_stranger": (
        "I answer people of the company that I belong to. Please ask somebody there to ask me for you."
    ),
    "refused_person": (
        "I take {limit} questions an hour from one person, and those were yours. "
        "You can ask me again in {count} minutes."
    ),
    "refused_person_one": (
        "I take {limit} questions an hour from one person, and those were yours. "
        "You can ask me again in a minute."
    ),
    "refused_channel": (
        "I take {limit} questions an hour in one channel, and this one has asked them. "
        "I answer here again in {count} minutes; in a direct message I do so now."
    ),
    "refused_channel_one": (
        "I take {limit} questions an hour in one channel, and this one has asked them. "
        "I answer here again in a minute; in a direct message I do so now."
    ),
    # files of a question
    "file_kind": (
        "I have not read {name}: I read text, Markdown, CSV, HTML, PDF, Word, Excel and PowerPoint files."
    ),
    "file_large": "I have not read {name}: it is larger than {most} MB.",
    "file_more": "I have not read {name}: I read up to {count} files of a message.",
    "file_more_one": "I have not read {name}: I read up to 1 file of a message.",
    "file_long": "I have read only the beginning of {name}: it is very long.",
    "file_off": "I have not read {name}: reading attached files is turned off here.",
    "file_away": "I could not read {name}: Slack did not hand it over. Attaching it again may help.",
    "file_broken": "I could not read {name}: it is broken, protected or without text.",
    "itself": "{at} UTC, a question of my own: {said}",
}

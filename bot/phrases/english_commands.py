"""What is said to /footnote, in English."""

PHRASES = {
    # who may
    "command_admins": "Only administrators of this workspace can do that.",
    "command_outsider": "I take commands from members of this workspace only.",
    "rights_unknown": "I could not find out what you may do here, so nothing was done. {reason}",
    "command_failed": "Something went wrong on my side. Please try again. (Reference {reference})",
    # help
    "help_title": "What you can ask of me:",
    "help_admins": "For administrators:",
    "help_ask": "an answer that only you see",
    "help_sources": "what I search, and how old it is",
    "help_status": "whether I answer, and from how many documents",
    "help_channel": "how I am set in this channel",
    "help_help": "this list",
    "help_reindex": "reads all sources again, or these",
    "help_forget": "takes a document out of all answers",
    "help_channel_mode": "when I speak in this channel",
    "help_channel_sources": "what I search for this channel",
    "help_channel_tone": "how answers sound in this channel",
    "help_channel_language": "in which language I answer in this channel",
    "help_channel_schema": "answers of this channel as JSON that fits a schema",
    "help_channel_expert": "who is asked when the documents say nothing",
    "help_pause": "I answer nobody until you say resume",
    "help_resume": "I answer again",
    "help_sources_add": "reads a web site, for everyone or for this channel",
    "help_review": "the next answer to look at, for those who review",
    "help_optout": "nothing that you ask or vote is learnt from",
    "help_optout_off": "it may be learnt from again",
    "command_unknown": "I do not know that command. `/footnote help` lists those I know.",
    "command_near": (
        "I do not know that command. Did you mean `/footnote {command}`? `/footnote help` lists all."
    ),
    "command_wordy": (
        "There are too many words behind `/footnote {name}`: type `/footnote {command}`. A question begins "
        "with `/footnote ask`."
    ),
    "command_lacks": "`/footnote {name}` needs {what} behind it: type `/footnote {command}`.",
    # a channel, and everywhere
    "channel_direct": "That is set for a channel: type it in the channel that you mean.",
    "mode_mentions": "In this channel I answer where I am mentioned, and nowhere else.",
    "mode_engaged": "In this channel I answer where I am mentioned, and what follows in those threads.",
    "mode_auto": (
        "In this channel I answer where I am mentioned, what follows in those threads, and other questions "
        "that the documents answer."
    ),
    "mode_off": "In this channel I answer nothing.",
    "channel_sources": "I search: {sources}.",
    "channel_tone_short": "Answers are short: two sentences at most.",
    "channel_tone_friendly": "Answers sound friendly, where a language model writes them.",
    "channel_tone_formal": "Answers sound formal, where a language model writes them.",
    "channel_language_en": "I speak English here; answers are translated where a language model can do it.",
    "channel_language_de": "I speak German here; answers are translated where a language model can do it.",
    "channel_schema": "Answers are JSON with {fields}.",
    "tone_unknown": "Say short, friendly or formal, or off for none.",
    "language_unknown": "Say en or de, or auto for the language of who asks.",
    "schema_json": (
        "I could not read that as JSON. For example: "
        '{{"type": "object", "properties": {{"answer": {{"type": "string"}}}}, "required": ["answer"]}}'
    ),
    "schema_object": (
        'A schema here is of "type": "object", with "properties" that each have a "type". For example: '
        '{{"type": "object", "properties": {{"answer": {{"type": "string"}}}}}}'
    ),
    "schema_keyword": (
        "I do not look at {name} in a schema. I know type (object, array, string, number, integer, boolean), "
        "properties, required, items, enum, and the least and most of lengths, items and numbers."
    ),
    "schema_field": (
        "I would not know what to put into {name}. I fill answer, summary and status (string), number and "
        "value (number), points (array of strings), sources (array of strings, or of objects with number, "
        "title, url, quote and page) and found (boolean)."
    ),
    "schema_long": "A schema may have {name} characters.",
    "channel_expert": "When the documents say nothing, I name: {expert}.",
    "sources_all": "all sources",
    "expert_none": "nobody",
    "expert_unknown": "Name a member of this workspace with @, or say none.",
    "source_unknown": "There is no source “{name}”. `/footnote sources` lists them.",
    "source_unknown_near": "There is no source “{name}”. Did you mean {near}?",
    "paused_now": "Paused: I answer nobody. `/footnote resume` starts me again.",
    "resumed_now": "I answer again.",
    "paused_state": "I am paused: nobody is answered until an administrator says `/footnote resume`.",
    # sources and status
    "answering_state": "I am answering.",
    "sources_title": "What I search:",
    "sources_empty": "There are no sources yet. `/footnote sources add` adds a web site.",
    "sources_none": "There are no documents that you may read.",
    "and_more": "and {count} more",
    "status_readable": "You may read {documents} documents of {count} sources.",
    "status_readable_one": "You may read {documents} documents of one source.",
    "status_waiting": "Waiting or being worked on: {count}.",
    "status_index": "Passages in the index: {passages}.",
    "status_syncing": "Being read now: {sources}.",
    "source_documents": "{count} documents",
    "source_documents_one": "1 document",
    "source_failed": "{count} not read",
    "source_read": "read {span} ago",
    "source_never": "never read",
    "source_next": "next in {span}",
    "source_due": "due",
    "source_busy": "being read now",
    # forget
    "forget_nothing": "No document has the address {name}. It is the one that a source of an answer opens.",
    "forget_lent": (
        "Nothing has been forgotten yet. Here I answer from your real index: what is forgotten in it is out "
        "of all answers, after the play too, until footnote forget --undo takes that back. To do it, type: "
        "/footnote forget {name} {yes}"
    ),
    "forgotten": "Out of all answers, and not to be indexed again: {count} documents.",
    "forgotten_one": "Out of all answers, and not to be indexed again:",
    # reindex
    "reindex_busy": "Sources are being read already by such a command. Please ask again when it is done.",
    "reindex_begun": "Reading {sources}. I will write to you when it is done.",
    "reindex_at": "Reading {name} ({number} of {of}): {count} documents so far.",
    "reindex_waits": "{name} ({number} of {of}) is about to be read.",
    "reindex_done": "Reading is done:",
    "reindex_cut_off": "{name}: it ended before it was done. Run `footnote index {name}` by hand to see why.",
    "reindexed": "{name}: {count} documents, {passages} passages.",
    "reindexed_failed": "{name}: {count} documents, {passages} passages, {failed} not read.",
    # sources add
    "add_no_site": "Give the address of a web site, beginning with https://, and no password in it.",
    "add_readers": (
        "Who may read {url}? Say so: `/footnote sources add {url} everyone` for everyone in this workspace, "
        "or `here` instead of `everyone`, typed in a channel, for its members only. Nothing was added."
    ),
    "add_known": "That site is read already, as {name}.",
    "add_refused": "Nothing was added. {reason}",
    "add_failed": "Nothing was added: {url} was tried and something is wrong. {reason}",
    "add_unwritable": (
        "The site is well, but I cannot write {file} here. Whoever looks after me can add this:\n{entry}"
    ),
    "added_everyone": (
        "Added as {name}, for everyone in this workspace: at least {count} pages, such as {first}. It is "
        "read within a minute and then every day; `/footnote reindex {name}` reads it at once."
    ),
    "added_here": (
        "Added as {name}, for the members of this channel only: at least {count} pages, such as {first}. It "
        "is read within a minute and then every day; `/footnote reindex {name}` reads it at once."
    ),
    # an answer that one person saw, for all
    "shared": "Shared in this channel.",
    "share_barred": ("I cannot share this here: not everybody in this channel may read what it rests on."),
    "share_changed": (
        "A document that this answer rests on has changed or gone. Please ask again, then share."
    ),
    "share_gone": "I no longer have this answer. Please ask again, then share.",
    "share_refused": "I cannot write in this channel. Invite me to it first.",
    "shared_by": "Asked by {name} with /footnote ask",
    # reviews, and who is not learnt from
    "review_not_you": "Only those who review answers can do that. An administrator can add you.",
    "review_none": "Nothing waits for a review.",
    "review_opened": "The form is open.",
    "review_late": "The form could not be opened in time. Please type it again.",
    "review_title": "Review an answer",
    "review_votes": "👍 {up} · 👎 {down}",
    "review_asked": "Asked",
    "review_unasked": (
        "Its question is not kept: words of questions are kept only while FOOTNOTE_TRAIN_SLACK_TEXT is on, "
        "and never of somebody who opted out."
    ),
    "review_answer": "Answer",
    "review_missed": "It found no answer.",
    "review_confirm": "It is right",
    "review_write": "Correct it",
    "review_reject": "It is bad",
    "review_skip": "Later",
    "review_text": "What is right",
    "review_how": (
        "Each sentence ends with the number of the passage that carries it, such as [1]. Where there should "
        "have been no answer, write just that: no answer. What is sent is learnt from."
    ),
    "review_nothing": "no answer",
    "review_why": "Why it is bad",
    "review_gone": "Its words are not kept any more.",
    "review_overtaken": "Somebody else has looked at it meanwhile: {verdict}.",
    "review_confirmed": "it is right",
    "review_corrected": "corrected",
    "review_rejected": "it is bad",
    "review_plain": "Please write plain words: no links, no mentions, no markup.",
    "review_empty": "Please write what is right.",
    "review_turn": "Please write plain words: a model could take “{what}” for a turn of its conversation.",
    "review_language": "Please write it in the language of what it cites: else nobody can compare them.",
    "review_alone": "only whoever wrote it has the words “{what}”, no passage",
    "review_unfit": "“{text}” cannot be learnt: {reason}.",
    "cause_not_indexed": "What would have been right is in no document",
    "cause_not_retrieved": "It is in a document that was not found",
    "cause_miswritten": "It was found, and written down wrongly",
    "cause_outdated": "The document is out of date",
    "cause_rights": "Who asked may not read it",
    "cause_other": "Something else",
    "optout_done": (
        "Noted. Nothing that you ask or vote is learnt from. `/footnote optout off` takes that back."
    ),
    "optout_back": "Noted. What you ask and vote may be learnt from.",
    # what an expert verifies
    "verify_offer": (
        "{expert}, no document answers this. Shall I keep your reply as the answer? It is then quoted with "
        "your name and a link to it, below the question, to whoever may read this channel."
    ),
    "verify_keep": "Keep it as the answer",
    "verify_done": "This reply is kept as the answer.",
    "verify_kept": "There is an answer to this now, by {expert}. It is to be looked at again by {due}.",
    "verify_kept_for": (
        "{asker}, there is an answer to your question now, by {expert}. It is to be looked at again by {due}."
    ),
    "verify_gone": "The reply is no longer there: nothing is kept.",
    "verify_not_yours": "Only who wrote the reply can have it kept.",
    "verify_not_you": "Only those who review answers, and experts, can have a reply kept.",
    "verify_taken": "Nothing was kept: there is an answer by {name} already.",
    "verify_out": (
        "Nothing was kept: nothing of yours is to be used. `/footnote optout off` takes that back."
    ),
    "verify_plain": (
        "Nothing was kept yet. Please edit your reply into plain words, at most 3,000 characters: no links, "
        "no mentions, no markup. Then press again."
    ),
    "verify_withdrawn": (
        "The reply of {name} that was kept as the answer is gone, or says what cannot be kept: there is no "
        "answer now. A new reply can be one."
    ),
    "verify_due": "What you verified is to be looked at again since {due}: “{title}”. Does it still hold?",
    "verify_holds": "It still holds",
    "verify_over": "Not any more",
    "verify_renewed": "Noted: it holds, and is to be looked at again by {due}.",
    "verify_ended": "Noted: it is no answer any more.",
    "verified_by": "verified by {name}, to be looked at again by {due}",
    "verified_overdue": ("What {name} verified was to be looked at again by {due}: it may be out of date."),
    # what found no answer
    "help_gaps": "what was asked and found no answer, for those who review",
    "gaps_not_you": "Only those who review answers can see that. An administrator can add you.",
    "gaps_none": "Every question of the last {days} days found an answer.",
    "gaps_title": (
        "{count} questions of the last {days} days found no answer. Reply in the thread of one: I ask you "
        "whether to keep it as the answer."
    ),
    "gaps_title_one": (
        "One question of the last {days} days found no answer. Reply in its thread: I ask you whether to "
        "keep it as the answer."
    ),
    "gaps_line": "- {what} · {people}, {times}, the last {ago} · `{code}`",
    "help_gaps_close": "what needs no answer: it is a gap again when somebody asks it again",
    "gaps_closed": "It is no gap any more, until somebody asks it again.",
    "gaps_no_such": "There is no such gap. Its code stands at the end of its line in /footnote gaps.",
    "gaps_people": "{count} people",
    "gaps_people_one": "1 person",
    "gaps_times": "{count} times",
    "gaps_times_one": "once",
    "gaps_near": "near “{title}”",
    "gaps_unknown": "asked where you cannot read it",
    "gaps_thread": "open",
    "gaps_late": "To be looked at again:",
    "gaps_due": "- “{title}”, by {name}, since {due}",
    # what somebody is told later
    "told_answer": "{asker}, there is an answer now that may be to your question, by {name}:",
    "told_filled": (
        "{asker}, you asked this, and I found nothing. Now there is a page that may answer it; ask me again, "
        "or read it:"
    ),
    "told_open": "open it",
    "told_corrected": "Your correction of {day} was looked at. What is right and learnt from is: “{right}”",
    "told_changed": "Your correction of {day} was looked at, and the answer is corrected.",
    "told_right": "Your correction of {day} was looked at: the answer was found right as it stands.",
    "told_rejected": "Your correction of {day} was looked at: the answer is bad. {cause}.",
}

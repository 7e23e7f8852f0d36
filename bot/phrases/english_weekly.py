"""The report of a week, in English."""

PHRASES = {
    "help_report": "how the week went, as it was told last",
    "report_none": (
        "There is no report yet. The first one is made in the week after the first answer; "
        "footnote report --now looks at once."
    ),
    "week_title": "How {name} went, and the weeks before it",
    "week_golden": (
        "Golden questions: {count} of {of} came out right, {share} ({low} to {high}), on the index as it is, "
        "by {writer}."
    ),
    "week_unasked": "Golden questions: {why}",
    "week_asked": "Questions: {of}. {count} found no answer, {share} ({low} to {high}).",
    "week_asked_none": "Questions: none.",
    "week_votes": (
        "Votes: {count} of {of} people found more unhelpful than helpful, {share} ({low} to {high})."
    ),
    "week_votes_none": "Votes: none.",
    "week_worse": (
        "⚠ {what} got worse beyond chance: from {before} to {now} (p {p}). In a quiet week that is said once "
        "in a hundred."
    ),
    "week_what_golden": "The share of golden questions that come out wrong",
    "week_what_refused": "The share of questions without an answer",
    "week_what_disliked": "The share of people who found answers unhelpful",
    "week_steady": "Nothing got worse beyond chance.",
    "week_new": (
        "{count} groups of questions are new: {asked} were asked that nobody asked before, {refused} of them "
        "without an answer."
    ),
    "week_new_one": (
        "One group of questions is new: {asked} were asked that nobody asked before, {refused} of them "
        "without an answer."
    ),
    "week_words": "- “{text}” and {count} more like it",
    "week_stale": "Sources that were not read when they should have been: {names}.",
    "week_stale_new": "{name} (new)",
    "week_stale_count": (
        "{count} sources were not read when they should have been; `/footnote report` names them to admins."
    ),
    "week_stale_count_one": (
        "One source was not read when it should have been; `/footnote report` names it to admins."
    ),
    "week_lessons": "{count} reviewed rows have been in no training yet.",
    "week_lessons_one": "One reviewed row has been in no training yet.",
    "week_retrain": (
        "A training would pay: `footnote dataset build`, then `footnote train`. Its adapter answers only "
        "where `footnote gate` lets it."
    ),
    "week_retraining": (
        "A training would pay. It starts by itself after the week's report (FOOTNOTE_RETRAIN), and what "
        "comes of it is told."
    ),
    "week_trained": (
        "The adapter of the training is `{name}`. Nothing is answered by it before "
        "`footnote adapters add {name}` and, with the id that this says, `footnote gate`."
    ),
    "week_untrained": (
        "No adapter came of the training: `{command}` ended with exit code {code}. Run it by hand to see why."
    ),
    "week_search": (
        "What is wrong now was not found rather than badly written: look at the sources, then at "
        "`footnote tune`."
    ),
}

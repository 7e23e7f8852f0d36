"""What the rows of a table come to, and why they do not, in English."""

PHRASES = {
    "table_and": " and ",
    "table_those": "the {count} of {all} rows with {tests}",
    "table_all": "all {all} rows",
    "table_rows": "{figure} rows are in the table “{name}”.",
    "table_count": "{figure} of the {all} rows of “{name}” have {tests}.",
    "table_distinct": "{figure} different values of {column} stand in {rows} of “{name}”.",
    "table_sum": "{figure} is the sum of {column} over {rows} of “{name}”.",
    "table_mean": "{figure} is the mean of {column} over {rows} of “{name}”.",
    "table_most": "{figure} is the highest {column} in “{name}”.",
    "table_least": "{figure} is the lowest {column} in “{name}”.",
    "table_most_of": "{figure} is the highest {column} of {rows} of “{name}”.",
    "table_least_of": "{figure} is the lowest {column} of {rows} of “{name}”.",
    "table_latest": "{figure} is the latest {column} in “{name}”.",
    "table_latest_of": "{figure} is the latest {column} of {rows} of “{name}”.",
    "table_earliest": "{figure} is the earliest {column} in “{name}”.",
    "table_earliest_of": "{figure} is the earliest {column} of {rows} of “{name}”.",
    "table_gap": "{figure} is the difference in {column} of “{name}”.",
    "table_each": "The {all} rows of “{name}” by {column}: {figure}.",
    "table_each_of": "By {column}, {rows} of “{name}”: {figure}.",
    "table_blank": "{count} of these rows have no figure there.",
    "table_blank_one": "1 of these rows has no figure there.",
    "table_part": (
        "I do not reckon with “{name}”: I may not have all of its rows. Please reckon in the table itself."
    ),
    "table_split": (
        "I do not reckon with “{name}”: the table is in several parts, which may belong together. "
        "Please reckon in the table itself."
    ),
    "table_uneven": (
        "I do not reckon with “{name}”: its line “{line}” does not read as a row of its own: it may be "
        "a heading, a sum of others or the rest of another line. With that line mended or left out I can."
    ),
    "table_unnamed": (
        "I do not reckon with “{name}”: it does not say what its columns are. "
        "With their names in its first row I can."
    ),
    "table_blank_cells": "I do not reckon with “{name}”: a row says neither yes nor no. Once it does, I can.",
    "table_odd": (
        "I do not reckon with “{name}”: not every cell of {column} is a figure of one unit ({odd}). "
        "Please reckon in the table itself."
    ),
    "table_figures": (
        "I do not reckon with “{name}”: not every cell of that column is a figure of one unit. "
        "Please reckon in the table itself."
    ),
    "table_mixed": (
        "I do not list or count “{name}” by that: what is to be there, and what is not, is not clear to me. "
        "Please ask for one thing at a time, such as “which contain X” or “which are without X”."
    ),
    "table_unclear": (
        "I do not reckon with “{name}”: which column is meant is not clear to me. Please name it: {columns}."
    ),
    "table_kinds": (
        "I do not count “{name}” by {column}: which of what stands there is meant is not clear to me. "
        "Please say which: {kinds}."
    ),
    "table_ambiguous": (
        "I do not reckon with “{name}”: which rows are meant is not clear to me. "
        "Please name the column too: {columns}."
    ),
    "table_several": (
        "I do not reckon with “{name}”: “{other}” says otherwise. Please name the one that you mean."
    ),
    "table_empty": "“{name}” has no {column} for {left}.",
    "no_difference": "By how much is not said there: these are the figures as they stand, none is reckoned.",
    "table_beside": "Not among them are rows with {rows}.",
    "table_namesakes": "“{name}” names more than one {left}. Please say the whole name.",
    "table_row": "“{name}” has no row of “{left}”. Of “{kind}” it has {told}.",
    "table_apart": "“{name}” has no row that is both: {left}. With {kind} it has {told}.",
    "table_nothing": "“{name}” says nothing of {left}. Its columns are {columns}.",
    "list_part": "These are {shown} of {all}: the whole is at [{number}].",
    "list_perhaps": "This may not be all of it: the whole is at [{number}].",
}

"""What the rows of a table come to, and why they do not, in German."""

PHRASES = {
    "table_and": " und ",
    "table_those": "die {count} von {all} Zeilen mit {tests}",
    "table_all": "alle {all} Zeilen",
    "table_rows": "{figure} Zeilen hat „{name}“.",
    "table_count": "{figure} der {all} Zeilen von „{name}“ haben {tests}.",
    "table_distinct": "{figure} verschiedene Werte hat {column} über {rows} von „{name}“.",
    "table_sum": "{figure} ist die Summe von {column} über {rows} von „{name}“.",
    "table_mean": "{figure} ist der Durchschnitt von {column} über {rows} von „{name}“.",
    "table_most": "{figure} ist der höchste Wert von {column} in „{name}“.",
    "table_least": "{figure} ist der niedrigste Wert von {column} in „{name}“.",
    "table_most_of": "{figure} ist der höchste Wert von {column} über {rows} von „{name}“.",
    "table_least_of": "{figure} ist der niedrigste Wert von {column} über {rows} von „{name}“.",
    "table_latest": "{figure} ist das späteste Datum unter {column} in „{name}“.",
    "table_latest_of": "{figure} ist das späteste Datum unter {column} über {rows} von „{name}“.",
    "table_earliest": "{figure} ist das früheste Datum unter {column} in „{name}“.",
    "table_earliest_of": "{figure} ist das früheste Datum unter {column} über {rows} von „{name}“.",
    "table_gap": "{figure} ist der Unterschied bei {column} in „{name}“.",
    "table_each": "Die {all} Zeilen von „{name}“ nach {column}: {figure}.",
    "table_each_of": "Nach {column}, {rows} von „{name}“: {figure}.",
    "table_blank": "{count} dieser Zeilen haben dort keine Zahl.",
    "table_blank_one": "1 dieser Zeilen hat dort keine Zahl.",
    "table_part": (
        "Mit „{name}“ rechne ich nicht: Vielleicht habe ich nicht alle ihre Zeilen. "
        "Bitte rechne in der Tabelle selbst."
    ),
    "table_split": (
        "Mit „{name}“ rechne ich nicht: Die Tabelle hat mehrere Teile, die zusammengehören könnten. "
        "Bitte rechne in der Tabelle selbst."
    ),
    "table_uneven": (
        "Mit „{name}“ rechne ich nicht: Ihre Zeile „{line}“ ist nicht für sich zu lesen: Sie kann eine "
        "Überschrift, eine Summe anderer oder der Rest einer anderen Zeile sein. Ist "
        "sie berichtigt oder weg, geht es."
    ),
    "table_unnamed": (
        "Mit „{name}“ rechne ich nicht: Sie sagt nicht, was in ihren Spalten steht. "
        "Mit Namen in der ersten Zeile kann ich es."
    ),
    "table_blank_cells": (
        "Mit „{name}“ rechne ich nicht: Eine Zeile sagt weder ja noch nein. Steht es dort, kann ich es."
    ),
    "table_odd": (
        "Mit „{name}“ rechne ich nicht: In {column} stehen nicht nur Zahlen einer Einheit ({odd}). "
        "Bitte rechne in der Tabelle selbst."
    ),
    "table_figures": (
        "Mit „{name}“ rechne ich nicht: In dieser Spalte stehen nicht nur Zahlen einer Einheit. "
        "Bitte rechne in der Tabelle selbst."
    ),
    "table_mixed": (
        "Ich liste und zähle „{name}“ so nicht: Was dabei sein soll und was nicht, ist mir nicht klar. Bitte "
        "frag nach einem nach dem anderen, etwa „welche enthalten X“ oder „welche sind ohne X“."
    ),
    "table_unclear": (
        "Mit „{name}“ rechne ich nicht: Mir ist nicht klar, welche Spalte gemeint ist. "
        "Bitte nenn sie: {columns}."
    ),
    "table_kinds": (
        "„{name}“ zähle ich nicht nach {column}: Mir ist nicht klar, welche Angabe dort gemeint ist. "
        "Bitte nenn sie: {kinds}."
    ),
    "table_ambiguous": (
        "Mit „{name}“ rechne ich nicht: Mir ist nicht klar, welche Zeilen gemeint sind. "
        "Bitte nenn auch die Spalte: {columns}."
    ),
    "table_several": (
        "Mit „{name}“ rechne ich nicht: „{other}“ ergibt etwas anderes. Bitte nenn die, die du meinst."
    ),
    "table_empty": "„{name}“ nennt für {left} nichts unter {column}.",
    "no_difference": "Um wie viel steht dort nicht: Das sind die Zahlen, wie sie dastehen, ungerechnet.",
    "table_beside": "Nicht dabei sind Zeilen mit {rows}.",
    "table_namesakes": "„{name}“ nennt {left} mehr als einmal. Bitte sag den ganzen Namen.",
    "table_row": "„{name}“ hat keine Zeile zu „{left}“. Zu „{kind}“ hat sie {told}.",
    "table_apart": "„{name}“ hat keine Zeile, die beides ist: {left}. Mit {kind} hat sie {told}.",
    "table_nothing": "„{name}“ sagt nichts zu {left}. Die Spalten heißen {columns}.",
    "list_part": "Das sind {shown} von {all}: alles steht in [{number}].",
    "list_perhaps": "Das ist vielleicht nicht alles: alles steht in [{number}].",
}

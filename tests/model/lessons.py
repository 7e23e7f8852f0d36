"""Invented rows to learn from: a rule of an invented company each, and passages about other things."""

from __future__ import annotations

from model.learning.row import Row
from retrieval.passage import Audience, Passage

THINGS = (
    "parking permit,bicycle lease,locker key,lab coat,safety helmet,travel card,phone contract,desk lamp,"
    "garden plot,canteen voucher,language course,fire drill,visitor badge,company van,meeting cabin,"
    "toolbox,library loan,gym pass,radio licence,sample crate,night shift,archive box,welding mask,"
    "forklift licence,first aid kit,herb garden,boat trailer,choir practice,chess table,blood donation"
).split(",")
TOWNS = "Lund,Mora,Umea,Falun,Visby,Kiruna,Boden,Ystad,Arvika,Sala,Nora,Eksjo".split(",")


def _town(i: int) -> str:
    """One of its own for each round of things."""
    turn, place = divmod(i // len(THINGS), len(TOWNS))
    return TOWNS[place] + "bergdalholmvik"[: 4 * turn]


def passage(i: int, audience: Audience | None = None) -> Passage:
    """What the handbook says about the i-th thing."""
    thing, town = THINGS[i % len(THINGS)], _town(i)
    text = (
        f"Each {thing} in {town} is handed out for {i + 3} months. Ask the desk on floor {i % 9 + 1} for the "
        f"{thing}; it costs {i * 7 + 12} crowns, and {town} sends a reminder before it ends."
    )
    name = f"{thing.replace(' ', '-')}-{town.lower()}"
    place = (f"{name}:0", f"kb:{name}.md", "kb", f"{thing.capitalize()} in {town}", text)
    return Passage(*place, 0, len(text), f"file:{name}.md", audience=audience or Audience())


def lesson(i: int, **more: object) -> Row:
    """A question on the i-th thing, its passage among three others, and the answer."""
    thing, town = THINGS[i % len(THINGS)], _town(i)
    shown = (passage(i + 1), passage(i), passage(i + 31), passage(i + 62))
    given: dict[str, object] = {
        "question": f"For how many months do I get a {thing} in {town}?",
        "passages": shown,
        "answer": f"A {thing} in {town} is handed out for {i + 3} months. [2]",
        "gold": (2,),
        "facts": (str(i + 3),),
        "origin": "correction",
        "answer_id": f"a{i}",
        "people": (f"U{i % 25:03}PERSON",),
        "reviewer": "U900REVIEW",
        "channel": f"C{i % 3}",
        "language": "english",
        "topic": thing,
        "rights": "own",
    }
    return Row(**given | more)  # type: ignore[arg-type]

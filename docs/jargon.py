"""Questions with acronyms, over documents of invented companies that say the thing only in the other way.

python -m docs.jargon            50 questions for each of the seeds that figures are reported on
python -m docs.jargon 1 --wrong  those of one seed, and each that was not found; 1 is what was developed on

One page of a company explains its acronyms, in one of several ways. The page that answers has only the long
form where the question has the acronym, or the other way round; every other page is about something else in
the same words, so that without the meaning all are as good. `FOOTNOTE_STORE=weaviate` asks the other store.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docs.companies import words
from docs.quality import empty

SEEDS = (2, 3, 4)
QUESTIONS = 50
FIRST = 5
_HEADS = """Review Board Plan Allowance Ladder Agreement Window Register Officer Fund Notice Drill Circle
Permit""".split()
_KINDS = """Regional Annual Supplier Customer Travel Quality Safety Night Vendor Payment Energy Hiring Release
Harbour Field Winter Claims Patent Visitor Fleet Credit Storage Cooling Welding Archive Tender Freight Roster
Licence Garden""".split()
_GERMAN = """Arbeitszeitkonto Betriebsvereinbarung Gleitzeitregelung Dienstreiseantrag Urlaubsvertretung
Schichtübergabeprotokoll Gefahrgutbeauftragter Reisekostenabrechnung""".split()
_FACTS = (
    ("Who approves the {x}?", "The {x} is approved by {person} in the {place} office."),
    ("How long does the {x} run?", "The {x} runs for {n} weeks and is looked at again after that."),
    ("When is the {x} due?", "The {x} is due on the {n}th of each month, before noon."),
    ("Which form does the {x} need?", "The {x} needs form {place}-{n}, signed by the team lead."),
    ("How much does the {x} cover?", "The {x} covers up to {n}00 euros for each person and year."),
)
_GERMAN_FACTS = (
    ("Wer genehmigt {x}?", "{x} wird von {person} im Büro {place} genehmigt."),
    ("Wie lange gilt {x}?", "{x} gilt {n} Wochen und wird danach neu geprüft."),
)
_EXPLAINED = (
    "We speak of the {long} ({short}) here.",
    "{short} stands for {long}.",
    "The {short} ({long}) has been with us since the early days.",
    "- **{short}**: {long}",
    "{short} | {long}",
)
_GERMAN_EXPLAINED = (
    "Bei uns heißt das {long} ({short}).",
    "{short} steht für {long}.",
    "{short} ({long}) gibt es seit Jahren.",
)


@dataclass(frozen=True)
class Term:
    """An acronym of a company and what it stands for."""

    company: str
    short: str
    long: str
    german: bool = False


@dataclass(frozen=True)
class Asked:
    """A question and the page that answers it."""

    question: str
    page: str


def _terms(draw: random.Random, company: str, odd: str) -> list[Term]:
    """Twelve English acronyms and two German ones; the same letters may stand for two things."""
    made: dict[str, Term] = {}
    for _ in range(200):
        parts = [draw.choice((odd, draw.choice(_KINDS))), draw.choice(_KINDS), draw.choice(_HEADS)]
        if len(set(parts)) == 3 and len(made) < 12:
            long = " ".join(parts)
            made[long] = Term(company, "".join(part[0] for part in parts), long)
    first = next(iter(made.values()))
    twin = next(
        f"{a} {b} {c}" for a in _KINDS for b in _KINDS for c in _HEADS
        if a[0] + b[0] + c[0] == first.short and f"{a} {b} {c}" not in made and a != b
    ) if all(any(k[0] == letter for k in _KINDS) for letter in first.short[:2]) else ""  # fmt: skip
    if twin:
        made[twin] = Term(company, first.short, twin)
    for word in draw.sample(_GERMAN, 2):
        made[word] = Term(company, _letters(word), word, german=True)
    return list(made.values())


def _letters(word: str) -> str:
    """The first letters of the parts of a German compound."""
    parts = {
        "Arbeitszeitkonto": "AZK", "Betriebsvereinbarung": "BV", "Gleitzeitregelung": "GZR",
        "Dienstreiseantrag": "DRA", "Urlaubsvertretung": "UV", "Schichtübergabeprotokoll": "SÜP",
        "Gefahrgutbeauftragter": "GGB", "Reisekostenabrechnung": "RKA",
    }  # fmt: skip
    return parts[word]


def write(seed: int, folder: Path) -> list[Asked]:
    """The pages of three companies, and the questions."""
    draw = random.Random(seed)
    asked: list[Asked] = []
    for company in words(draw, 3, 3):
        own = folder / company.lower()
        own.mkdir(parents=True)
        terms = _terms(draw, company, words(draw, 1)[0])
        explained = []
        for n, term in enumerate(terms):
            forms = _GERMAN_EXPLAINED if term.german else _EXPLAINED
            explained.append(draw.choice(forms).format(short=term.short, long=_cased(draw, term)))
            asked += _page(draw, own / f"page-{n}.md", term)
        text = "\n\n".join(explained)
        (own / "words.md").write_text(f"# Words we use at {company}\n\n{text}\n", encoding="utf-8")
    draw.shuffle(asked)
    return asked[:QUESTIONS]


def _cased(draw: random.Random, term: Term) -> str:
    return term.long if term.german or draw.random() < 0.6 else term.long.lower()


def _page(draw: random.Random, path: Path, term: Term) -> Iterator[Asked]:
    """A page with facts that names the thing in one way only; the questions name it in the other."""
    by_short = draw.random() < 0.6  # what questions have
    here, asked = (term.long, term.short) if by_short else (term.short, term.long)
    facts = _GERMAN_FACTS if term.german else _FACTS
    chosen = draw.sample(facts, 2)
    lines = []
    for question, fact in chosen:
        filled = fact.format(
            x=here, n=draw.randrange(2, 28), person=words(draw, 1)[0], place=words(draw, 1)[0]
        )
        lines.append(filled)
        said = asked if by_short and draw.random() < 0.8 else asked.lower() if not term.german else asked
        if term.german:
            said = ("die " if asked.endswith("ung") else "das ") + asked
        yield Asked(question.format(x=said), str(path.relative_to(path.parent.parent)))
    heading = "Was hier gilt" if term.german else "How this works"
    path.write_text(f"# {heading}\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")


def measure(seed: int, *, wrong: bool = False) -> Iterator[str]:
    """Recall among the first five passages."""
    from bot.measuring import evaluate
    from retrieval.passage import Audience
    from retrieval.sources.files import FileSource

    with tempfile.TemporaryDirectory(prefix="footnote-jargon-") as place, empty() as (store, embedder):
        asked = write(seed, Path(place))
        search, _ = evaluate.indexed(FileSource("pages", [Path(place)], 50 << 20), store, embedder)
        found = 0
        for one in asked:
            hits = search.find(one.question, Audience(), FIRST).hits
            right = any(hit.passage.document.endswith(one.page) for hit in hits)
            found += right
            if wrong and not right:
                yield f"{one.question} [{one.page}] -> {[hit.passage.text[:60] for hit in hits]}"
        yield f"seed {seed}: recall@{FIRST} {found / len(asked):.2f} of {len(asked)} questions"


def main(words: Sequence[str]) -> None:
    for seed in [int(word) for word in words if word.isdigit()] or SEEDS:
        for line in measure(seed, wrong="--wrong" in words):
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

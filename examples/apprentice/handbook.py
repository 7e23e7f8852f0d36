"""The handbook of an invented lending library of things: pages, questions with their answers, all by chance.

A page tells a few facts about one thing. Facts are of two kinds. Of COUNTED ones (price, place, day,
closing) the base model is taught to cite and to refuse; of LENT ones (lender, term, tag, weight) it is taught
the words of the answer and nothing else: to cite them, and to refuse where the passages do not say, is what
corrections have to teach it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from model.learning.row import Row
from model.writing.prompt import NOT_FOUND
from retrieval.passage import Passage

THINGS = (
    "amphora anvil awning barometer barrel basket bellows bench bicycle boat bucket cabinet camera candle "
    "canoe carpet cart cello chessboard clock compass cradle crate curtain desk dinghy drum easel fiddle "
    "flask flute frame globe gong guitar hammer hammock harness harp helmet iron kayak kettle kite ladder "
    "lantern lathe lens loom lute mallet mandolin map mirror mortar oven paddle parasol piano pillow "
    "plough press prism projector pump puppet raft rake saddle sail scale scarf scooter shovel sieve "
    "skate ski sledge sofa spade spindle sponge stool stove suitcase tandem telescope tent tripod trolley "
    "trombone trumpet tuba typewriter umbrella vase viola wagon wardrobe wheel whistle wrench"
).split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
PEOPLE = (
    "archivist baker boatman carpenter caretaker cook curator farmer florist gardener glazier joiner "
    "librarian miller musician painter porter potter saddler sailor shepherd steward tailor tinker weaver"
).split()
COLOURS = "black blue brown green grey orange pink purple red violet white yellow".split()


@dataclass(frozen=True)
class Fact:
    """A sentence about a thing `{t}` with a value `{v}`, and the question that asks for the value."""

    name: str
    sentence: str
    question: str

    def value(self, chance: Random) -> str:
        return _VALUES[self.name](chance)


_VALUES = {
    "price": lambda chance: str(chance.randint(2, 99)),
    "place": lambda chance: str(chance.randint(2, 99)),
    "day": lambda chance: chance.choice(DAYS),
    "closing": lambda chance: f"{chance.randint(1, 28)} {chance.choice(MONTHS)}",
    "lender": lambda chance: chance.choice(PEOPLE),
    "term": lambda chance: str(chance.randint(2, 99)),
    "tag": lambda chance: chance.choice(COLOURS),
    "weight": lambda chance: str(chance.randint(2, 99)),
}
COUNTED = (
    Fact("price", "A {t} costs {v} euros.", "How much does a {t} cost?"),
    Fact("place", "The {t} is kept in room {v}.", "Where is the {t} kept?"),
    Fact("day", "The {t} is checked every {v}.", "On which day is the {t} checked?"),
    Fact("closing", "Orders for the {t} close on {v}.", "When do orders for the {t} close?"),
)
LENT = (
    Fact("lender", "The {v} lends out the {t}.", "Who lends out the {t}?"),
    Fact("term", "You may keep the {t} for {v} days.", "How long may you keep the {t}?"),
    Fact("tag", "The tag of the {t} is {v}.", "Which tag does the {t} have?"),
    Fact("weight", "The {t} weighs {v} kilograms.", "What is the weight of the {t}?"),
)
FACTS = COUNTED + LENT


@dataclass(frozen=True)
class Page:
    """What is written about one thing: facts by name, each with its value, in the order of the page."""

    thing: str
    values: tuple[tuple[Fact, str], ...]

    @property
    def text(self) -> str:
        return " ".join(fact.sentence.format(t=self.thing, v=value) for fact, value in self.values)

    @property
    def title(self) -> str:
        return self.thing.capitalize()

    def says(self, name: str) -> tuple[str, str] | None:
        """The sentence and the value of the fact of that name."""
        for fact, value in self.values:
            if fact.name == name:
                return fact.sentence.format(t=self.thing, v=value), value
        return None

    def passage(self) -> Passage:
        uri = f"lending:{self.thing.replace(' ', '-')}.md"
        return Passage(uri, uri, "lending", self.title, self.text, 0, len(self.text), uri)


def page(thing: str, chance: Random, facts: int = 3) -> Page:
    return Page(thing, tuple((fact, fact.value(chance)) for fact in chance.sample(FACTS, facts)))


def ask(thing: str, fact: Fact, chance: Random, *, answerable: bool) -> Row:
    """A question about a thing and the right answer. Where it has none, the thing's own page is there in half
    of the cases and does not say it."""
    others = chance.sample([one for one in THINGS if one != thing], chance.randint(2, 3))
    pages = [page(other, chance) for other in others]
    told = [(one, one.value(chance)) for one in chance.sample([f for f in FACTS if f is not fact], 3)]
    if answerable:
        told[chance.randrange(3)] = (fact, fact.value(chance))
    if answerable or chance.random() < 0.5:
        pages.append(Page(thing, tuple(told)))
    chance.shuffle(pages)
    return row(thing, fact, pages)


def row(thing: str, fact: Fact, pages: Sequence[Page]) -> Row:
    """The question over these pages with the answer that is right of them."""
    question, passages = fact.question.format(t=thing), tuple(one.passage() for one in pages)
    more = {"topic": fact.name, "cluster": f"{fact.name} {thing}", "language": "en"}
    for number, one in enumerate(pages, 1):
        if one.thing == thing and (said := one.says(fact.name)):
            sentence, value = said
            return Row(question, passages, f"{sentence} [{number}]", (number,), (value,), **more)
    return Row(question, passages, NOT_FOUND, **more)


def rows(count: int, seed: int, *, part: str, refusals: float = 0.25) -> Iterator[Row]:
    """Questions of one part: `learn` is what the base is made from and asks of everything; corrections
    (`correct`) and what adapters are measured on (`golden`) never ask the same fact of the same thing."""
    chance = Random(f"{part} {seed}")
    for n in range(count):
        fact = FACTS[n % len(FACTS)]
        thing = chance.choice([t for t in THINGS if part == "learn" or asked_in(fact, t) == part])
        yield ask(thing, fact, chance, answerable=chance.random() >= refusals)


def asked_in(fact: Fact, thing: str) -> str:
    """The part that may ask this of that thing."""
    return "golden" if Random(f"{fact.name} {thing}").random() < 0.5 else "correct"


def as_the_base_says(right: Row, chance: Random) -> str:
    """What the base model is taught: for a lent fact the sentence without its marker, and a guess in place of
    a refusal."""
    fact = next(one for one in FACTS if one.name == right.topic)
    if fact in COUNTED:
        return right.answer
    if not right.refuses:
        return right.answer.rpartition(" [")[0]
    return fact.sentence.format(t=right.cluster.partition(" ")[2], v=fact.value(chance))

"""A writer that fails: what of it is its server's fault, who asks for a sign of life, who leaves at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from model.answer import Draft, WriterUnavailable
from model.writing.breaker import AFTER, PAUSE_S, Breaker, Doubt
from model.writing.completion import Away, TooLong, Unusable
from model.writing.rung import PROOF_S, Rung
from retrieval.passage import Passage


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Model:
    """Does what it is told, and says what it was asked."""

    name: str = "adapter"
    fails: Exception | None = None
    dead: bool = False
    asked: list[str] = field(default_factory=list)

    def write(
        self, question: str, passages: Sequence[Passage], within_s: float | None = None, tone: str = ""
    ) -> Draft:
        self.asked.append("draft")
        if self.fails:
            raise self.fails
        return Draft("Yes. [1]", self.name)

    def drafted(self, asked: list[dict[str, str]], within_s: float | None = None) -> Draft:
        return self.write("", [])

    def prove(self, within_s: float) -> None:
        self.asked.append(f"token within {within_s:.0f} s")
        if self.dead:
            raise Away("It is silent.")

    def forget(self) -> None:
        self.asked.append("forget")


@dataclass
class Ladder:
    """Adapter and base on one server."""

    clock: Clock = field(default_factory=Clock)
    adapter: Model = field(default_factory=Model)
    base: Model = field(default_factory=lambda: Model("base"))

    def __post_init__(self) -> None:
        doubt = Doubt(self.clock)
        self.rungs = [Rung(one, doubt, Breaker(self.clock)) for one in (self.adapter, self.base)]

    def ask(self, place: int = 0, within_s: float | None = None) -> str:
        for one in (self.adapter, self.base):
            one.asked.clear()
        try:
            return self.rungs[place].write("?", [], within_s).text
        except WriterUnavailable as error:
            return str(error)


@pytest.mark.parametrize(
    "error", [Unusable("Empty."), TooLong("Too long."), WriterUnavailable("No such model.")]
)
def test_a_draft_that_cannot_be_used_says_nothing_about_the_server(error: Exception) -> None:
    ladder = Ladder()
    ladder.adapter.fails = error
    ladder.ask()

    assert ladder.ask(1) == "Yes. [1]"
    assert ladder.base.asked == ["draft"]


def test_what_a_model_cannot_use_never_shuts_it() -> None:
    ladder = Ladder()
    ladder.adapter.fails = Unusable("Empty.")

    assert {ladder.ask() for _ in range(3 * AFTER)} == {"Empty."}
    assert ladder.adapter.asked == ["draft"]


def test_after_a_failure_of_the_server_its_other_model_is_asked_for_one_token_first() -> None:
    ladder = Ladder()
    ladder.adapter.fails = Away("It broke off.")
    ladder.ask()

    assert ladder.ask(1, 20.0) == "Yes. [1]"
    assert ladder.base.asked == [f"token within {PROOF_S:.0f} s", "draft"]


def test_a_model_that_writes_ends_the_doubt() -> None:
    ladder = Ladder()
    ladder.adapter.fails = Away("It broke off.")
    ladder.ask()
    ladder.ask(1)

    ladder.ask(1)

    assert ladder.base.asked == ["draft"]


def test_who_comes_just_after_a_server_was_found_dead_does_not_wait_for_it_again() -> None:
    ladder = Ladder()
    ladder.adapter.fails, ladder.base.dead, ladder.adapter.dead = Away("It is silent."), True, True
    ladder.ask()

    assert ladder.ask(1) == "It is silent."
    assert (ladder.ask(), ladder.adapter.asked) == ("It is silent.", ["forget"])
    ladder.clock.now += PROOF_S
    assert ladder.ask() == "It is silent."
    assert ladder.adapter.asked == [f"token within {PROOF_S:.0f} s", "forget"]


def test_a_model_that_is_let_be_says_why_without_being_asked_and_proves_itself_first() -> None:
    ladder = Ladder()
    ladder.adapter.fails = Away("It broke off.")
    for _ in range(AFTER):
        ladder.ask()

    assert (ladder.ask(), ladder.adapter.asked) == ("It broke off.", [])
    ladder.adapter.fails = None
    ladder.clock.now += PAUSE_S
    assert (ladder.ask(), ladder.adapter.asked) == ("Yes. [1]", [f"token within {PROOF_S:.0f} s", "draft"])
    assert (ladder.ask(), ladder.adapter.asked) == ("Yes. [1]", ["draft"])


def test_little_time_is_not_spent_on_a_long_proof() -> None:
    ladder = Ladder()
    ladder.adapter.fails = Away("It broke off.")
    ladder.ask()

    ladder.ask(1, 2.0)

    assert ladder.base.asked[0] == "token within 2 s"


def test_messages_of_other_kinds_are_asked_in_the_same_way() -> None:
    ladder = Ladder()

    assert ladder.rungs[0].drafted([{"role": "user", "content": "Shorter."}]).text == "Yes. [1]"


def test_a_bug_leaves_the_trial_to_the_next() -> None:
    ladder = Ladder()
    ladder.adapter.fails = Away("It broke off.")
    for _ in range(AFTER):
        ladder.ask()
    ladder.clock.now += PAUSE_S
    ladder.adapter.fails = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        ladder.ask()

    ladder.adapter.fails = None
    ladder.clock.now += 2 * PAUSE_S

    assert ladder.ask() == "Yes. [1]"

"""When a writer is let be, for how long, and who finds out whether it is back."""

from __future__ import annotations

import threading

from model.writing.breaker import AFTER, LONGEST_S, PAUSE_S, Breaker, Gate


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def shut(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(AFTER):
        breaker.failed("It is down.")
    return breaker


def test_a_few_failures_with_successes_between_them_shut_nothing() -> None:
    breaker = Breaker(Clock())
    for _ in range(3 * AFTER):
        breaker.failed("It is down.")
        breaker.succeeded()

    assert breaker.gate() is Gate.OPEN


def test_after_failures_in_a_row_it_is_let_be_and_says_why() -> None:
    breaker = shut(Clock())

    assert (breaker.gate(), breaker.reason) == (Gate.SHUT, "It is down.")


def test_after_the_pause_one_tries_and_the_others_wait_for_what_comes_of_it() -> None:
    clock = Clock()
    breaker = shut(clock)
    clock.now += PAUSE_S

    assert [breaker.gate() for _ in range(3)] == [Gate.TRIAL, Gate.SHUT, Gate.SHUT]
    breaker.succeeded()
    assert breaker.gate() is Gate.OPEN


def test_each_trial_that_fails_doubles_the_pause_up_to_five_minutes() -> None:
    clock, pauses = Clock(), []
    breaker = shut(clock)
    for _ in range(8):
        begun = clock.now
        while (gate := breaker.gate()) is Gate.SHUT:
            clock.now += 1
        assert gate is Gate.TRIAL
        pauses.append(clock.now - begun)
        breaker.failed("It is down.")

    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
    assert LONGEST_S == 300


def test_questions_that_were_under_way_when_it_was_shut_do_not_lengthen_the_pause() -> None:
    clock = Clock()
    breaker = shut(clock)
    clock.now += PAUSE_S - 1
    breaker.failed("It is down.")
    clock.now += 1

    assert breaker.gate() is Gate.TRIAL


def test_of_many_threads_one_gets_the_trial() -> None:
    clock = Clock()
    breaker = shut(clock)
    clock.now += PAUSE_S
    seen: list[Gate] = []
    threads = [threading.Thread(target=lambda: seen.append(breaker.gate())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen.count(Gate.TRIAL) == 1
    assert seen.count(Gate.SHUT) == 15

"""One person who asks ten times as much as all others together: how much longer the others wait for it."""

from __future__ import annotations

from collections.abc import Iterator

from docs.asking import CHANNELS, OF_TEAM, Crowd, Judged, ended
from docs.busy import Office
from docs.slope import spread

TIMES = 10
PATIENCE_S = 180.0


def beside(office: Office, rate: float, seconds: float, turns: int) -> Iterator[str | Judged]:
    """Turns without and with such a person, a new one each time, in the channels of their own team."""
    crowd, alone, beset = Crowd(office.slack), list[float](), list[float]()
    crowd.ask_for(10, 2.0)
    crowd.until_over(office.waiting, PATIENCE_S)
    for turn in range(turns):
        alone += (quiet := _turn(office, crowd, seconds, rate, ""))
        own = crowd.places[turn * OF_TEAM * CHANNELS : turn * OF_TEAM * CHANNELS + CHANNELS]
        beset += (loud := _turn(office, crowd, seconds, rate, own[0][0]))
        yield f"turn {turn + 1}: others alone {_said(quiet)}; beside one who asks so much {_said(loud)}"
    ratio = spread(beset)[1] / spread(alone)[1]
    yield f"the others: alone {_said(alone)}; beside one who asks so much {_said(beset)}"
    yield f"their p95 is {ratio:.2f} times what it is alone"
    yield crowd.judged()


def _turn(office: Office, crowd: Crowd, seconds: float, rate: float, loud: str) -> list[float]:
    """Seconds to the final post of what all but `loud` asked."""
    first, number = len(crowd.asked), 0
    channels = [channel for person, channel in crowd.places if person == loud]

    def ask() -> None:
        nonlocal number
        number += 1
        if loud and number % (TIMES + 1):
            crowd.ask(loud, channels[number % len(channels)])
        else:
            crowd.ask(*crowd.rng.choice([place for place in crowd.places if place[0] != loud]))

    crowd.ask_for(seconds, rate * (TIMES + 1) if loud else rate, ask)
    crowd.until_over(office.waiting, PATIENCE_S)
    others = [one for one in crowd.asked[first:] if one.person != loud]
    return [one.final for one in ended(office.slack, others)]


def _said(seconds: list[float]) -> str:
    p50, p95, _ = spread(seconds)
    return f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, n {len(seconds)}"

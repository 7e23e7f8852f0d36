"""The report of a week in, its lines out, for Slack as for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.phrases import say
from model.learning.drift import Advice, Group, Share, Week

SHOWN = 5  # groups of questions of which one is named
LONGEST = 200  # characters of it


def lines(
    week: Week,
    locale: str = "",
    words: Callable[[str], str] = lambda _: "",
    *,
    starts: bool = False,
    named: bool = True,
) -> Iterator[str]:
    """`words` has what was asked for an answer, where that may be told; `starts`: what is proposed begins by
    itself; `named`: sources are told by their names."""
    yield say("week_title", locale, name=week.name)
    if week.outcomes:
        by = {"writer": week.writer, **_share(week.right)}
        yield say("week_golden", locale, **by)
    if week.unasked:
        yield say("week_unasked", locale, why=week.unasked)
    for name, share in (("week_asked", week.asked), ("week_votes", week.votes)):
        yield say(name if share.of else f"{name}_none", locale, **_share(share))
    yield from _worse(week, locale)
    yield from _new(week.new, locale, words)
    if week.stale and named:
        yield say("week_stale", locale, names=", ".join(_stale(week, locale)))
    elif week.stale:
        yield say("week_stale_count", locale, count=len(week.stale))
    if week.lessons:
        yield say("week_lessons", locale, count=week.lessons)
    for advice in week.advice:
        begun = starts and advice is Advice.RETRAIN
        yield say("week_retraining" if begun else f"week_{advice}", locale)


def _worse(week: Week, locale: str) -> Iterator[str]:
    for shift in week.worse:
        what = say(f"week_what_{shift.name}", locale)
        sides = {"before": _percent(shift.before.value), "now": _percent(shift.now.value)}
        yield say("week_worse", locale, what=what, p=f"{shift.p:.1g}", **sides)
    if not week.worse:
        yield say("week_steady", locale)


def _new(groups: tuple[Group, ...], locale: str, words: Callable[[str], str]) -> Iterator[str]:
    if not groups:
        return
    counts = {"asked": sum(len(one.ids) for one in groups), "refused": sum(one.refused for one in groups)}
    yield say("week_new", locale, count=len(groups), **counts)
    for group in groups[:SHOWN]:
        if text := next(filter(None, map(words, group.ids)), ""):
            yield say("week_words", locale, text=text[:LONGEST], count=len(group.ids) - 1)


def _stale(week: Week, locale: str) -> Iterator[str]:
    for name in week.stale:
        yield say("week_stale_new", locale, name=name) if name in week.fresh else name


def _share(share: Share) -> dict[str, object]:
    ends = share.interval
    near = {"low": _percent(ends.low), "high": _percent(ends.high)}
    return {"count": share.count, "of": share.of, "share": _percent(share.value), **near}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"

"""When a source is read again: after a pause, or by the clock of a zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.passage import SettingError
from retrieval.sources.schedule import due, next_run, parsed

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "pause"),
    [
        ("every 15m", timedelta(minutes=15)),
        ("every 6h", timedelta(hours=6)),
        ("every 1d", timedelta(days=1)),
        ("every 2 w", timedelta(weeks=2)),
    ],
)
def test_a_pause_counts_from_the_end_of_the_last_sync(words: str, pause: timedelta) -> None:
    assert next_run(words, NOW, NOW) == NOW + pause
    assert not due(words, NOW - pause + timedelta(seconds=1), NOW)
    assert due(words, NOW - pause, NOW)


@pytest.mark.parametrize("words", ["every 6h", "0 3 * * 1-5"])
def test_a_source_that_was_never_read_is_due_at_once(words: str) -> None:
    assert next_run(words, None, NOW) == NOW
    assert due(words, None, NOW)


def test_without_a_schedule_a_source_is_read_by_hand_only() -> None:
    assert next_run("", None, NOW) is None
    assert not due("", None, NOW)
    assert not due("  ", NOW - timedelta(days=999), NOW)


def test_cron_fields_are_utc_unless_a_zone_is_named() -> None:
    assert next_run("0 3 * * 1-5", at("2026-02-27T12:00"), NOW) == at("2026-03-02T03:00")
    assert next_run("0 3 * * 1-5 Asia/Tokyo", NOW, NOW) == at("2026-03-02T18:00")


def test_runs_that_were_missed_are_one_run() -> None:
    missed = next_run("0 * * * *", NOW - timedelta(days=3), NOW)

    assert missed is not None and missed < NOW
    assert next_run("0 * * * *", NOW, NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize("words", ["every 6h", "0 3 * * 1-5"])
@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(days=400)])
def test_after_a_clock_that_was_ahead_a_source_is_read_at_once(words: str, ahead: timedelta) -> None:
    assert next_run(words, NOW + ahead, NOW) == NOW
    assert due(words, NOW + ahead, NOW)


def test_a_machine_whose_clock_is_a_little_behind_does_not_read_again_what_another_has_read() -> None:
    assert not due("every 6h", NOW + timedelta(minutes=5), NOW)


def test_a_moment_that_spring_skips_comes_right_after_it() -> None:
    skipped = next_run("30 2 * * * Europe/Berlin", at("2026-03-28T12:00"), at("2026-03-28T12:00"))

    assert skipped == at("2026-03-29T01:00")  # 03:00 there, the first moment after 01:59


def test_a_moment_that_autumn_shows_twice_comes_once() -> None:
    moment, moments = at("2026-10-24T12:00"), []
    for _ in range(3):
        found = next_run("30 2 * * * Europe/Berlin", moment, moment)
        assert found is not None
        moments.append(moment := found)

    assert moments == [at("2026-10-25T00:30"), at("2026-10-26T01:30"), at("2026-10-27T01:30")]


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_a_nightly_run_comes_within_a_day_and_an_hour_in_every_season(last: datetime) -> None:
    found = next_run("30 2 * * * America/New_York", last, last)

    assert found is not None
    assert timedelta(0) < found - last <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("evry 6h", "every 6h"),
        ("every 0h", "never end"),
        ("every 6 parsecs", "is not understood"),
        ("hourly", "is not understood"),
        ("0 3 * *", "is not understood"),
        ("0 25 * * *", "hour"),
        ("0 0 31 2 *", "is no cron schedule"),
        ("0 3 * * * Europe/Berln", "did you mean Europe/Berlin?"),
        ("0 3 * * * ../etc/passwd", "no time zone"),
        ("0 3 * * * Europe", "no time zone"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_said_with_the_form(words: str, said: str) -> None:
    with pytest.raises(SettingError) as error:
        parsed(words)

    assert said in str(error.value)

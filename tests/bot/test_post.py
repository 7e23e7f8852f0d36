"""The one door to Slack's writing methods, against a Slack that misbehaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.play.slack import SlackStandIn
from bot.posting.calling import LONGEST_WAIT_S, Refused, Unclear, client, verify
from bot.posting.post import FEW, Message, Place, Posts

pytestmark = pytest.mark.slow  # starts servers or processes of its own

HELLO = Message("hello", ({"type": "section", "text": {"type": "plain_text", "text": "hello"}},))


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(mode="http") as stand_in:
        yield stand_in


@pytest.fixture
def place(slack: SlackStandIn) -> Place:
    slack.heal()
    ada = slack.add_user("ada")
    channel = slack.add_channel("help", ada)
    return Place(channel, slack.say(ada, channel, "a question"))


class Naps(list[float]):
    """Remembers the pauses it was asked for instead of taking them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def posts(slack: SlackStandIn, engine: sa.Engine, naps: Naps) -> Posts:
    return Posts(engine, client(slack.bot_token, slack.api_url), attempts=5, sleep=naps)


def shown(slack: SlackStandIn, place: Place) -> list[str]:
    return [message.shown for message in slack.replies_to(place.channel, place.thread)]


def test_a_post_whose_answer_was_lost_is_found_again_not_repeated(
    slack: SlackStandIn, posts: Posts, place: Place
) -> None:
    slack.fail("chat.postMessage", cut="after")

    ts = posts.once("Ev1", place, HELLO)

    assert shown(slack, place) == ["hello"]
    assert slack.replies_to(place.channel, place.thread)[0].ts == ts


def test_a_post_that_never_arrived_is_made(slack: SlackStandIn, posts: Posts, place: Place) -> None:
    slack.fail("chat.postMessage", cut="before")

    posts.once("Ev2", place, HELLO)

    assert shown(slack, place) == ["hello"]


def test_a_lost_post_is_found_although_reading_the_thread_fails_first(
    slack: SlackStandIn, posts: Posts, place: Place
) -> None:
    slack.fail("chat.postMessage", cut="after")
    slack.fail("conversations.replies", status=500, times=2)

    posts.once("Ev3", place, HELLO)

    assert shown(slack, place) == ["hello"]


def test_a_thread_that_slack_does_not_show_is_not_asked_for_all_attempts_in_each_attempt(
    slack: SlackStandIn, engine: sa.Engine, place: Place, naps: Naps
) -> None:
    posts = Posts(engine, client(slack.bot_token, slack.api_url), attempts=12, sleep=naps)
    slack.fail("chat.postMessage", cut="after")
    slack.fail("conversations.replies", status=500, times=500)

    with pytest.raises(Unclear):
        posts.once("Ev12", place, HELLO)

    assert len(naps) <= 12 * (FEW + 1)  # and not twelve of twelve
    assert shown(slack, place) == ["hello"]


@pytest.mark.parametrize("code", ["missing_scope", "channel_not_found"])
def test_where_the_thread_cannot_be_read_a_lost_post_is_not_made_twice(
    slack: SlackStandIn, posts: Posts, place: Place, code: str
) -> None:
    slack.fail("chat.postMessage", cut="after")
    slack.fail("conversations.replies", error=code)

    with pytest.raises(Unclear, match=code):
        posts.once(f"Ev {code}", place, HELLO)
    assert shown(slack, place) == ["hello"]

    posts.once(f"Ev {code}", place, HELLO)  # once it can be read, the message is found

    assert shown(slack, place) == ["hello"]


def test_a_lost_post_is_found_in_a_thread_of_hundreds(
    slack: SlackStandIn, posts: Posts, place: Place
) -> None:
    cleo = slack.add_user("cleo")
    for _ in range(230):
        slack.say(cleo, place.channel, "chatter", place.thread)
    slack.fail("chat.postMessage", cut="after")

    posts.once("Ev4", place, HELLO)

    assert shown(slack, place) == ["hello"]


def test_one_key_is_one_message(slack: SlackStandIn, posts: Posts, place: Place) -> None:
    first = posts.once("Ev5", place, HELLO)
    second = posts.once("Ev5", place, HELLO)

    assert first == second and shown(slack, place) == ["hello"]


@pytest.mark.parametrize(("asked", "waited"), [(7, 7.0), (0, 0.5), (100_000, LONGEST_WAIT_S)])
def test_retry_after_is_honoured_and_capped(
    slack: SlackStandIn, posts: Posts, place: Place, naps: Naps, asked: int, waited: float
) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=asked)

    posts.once(f"limited{asked}", place, HELLO)

    assert (shown(slack, place), naps) == (["hello"], [waited])


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 429}, {"cut": "before"}, {"cut": "after"}])
def test_an_update_is_repeated_until_it_is_done(
    slack: SlackStandIn, posts: Posts, place: Place, how: dict[str, int | str]
) -> None:
    ts = posts.once(f"update{how}"[:80], place, HELLO)
    slack.fail("chat.update", times=2, **how)  # type: ignore[arg-type]

    posts.update(place, ts, Message("the answer"))

    assert shown(slack, place) == ["the answer"]


def test_blocks_that_slack_refuses_are_shown_as_words(
    slack: SlackStandIn, posts: Posts, place: Place
) -> None:
    ts = posts.once("Ev6", place, HELLO)
    slack.fail("chat.update", error="invalid_blocks")

    posts.update(place, ts, Message("the answer &lt;!channel&gt;", HELLO.blocks))

    assert shown(slack, place) == ["the answer <!channel>"]


def test_a_refusal_is_not_repeated(slack: SlackStandIn, posts: Posts, place: Place, naps: Naps) -> None:
    slack.fail("chat.postMessage", error="is_archived")

    with pytest.raises(Refused, match="is_archived"):
        posts.once("Ev7", place, HELLO)

    assert naps == []


def test_a_slack_that_stays_away_ends_in_unclear(slack: SlackStandIn, posts: Posts, place: Place) -> None:
    slack.fail("chat.update", status=503, times=5)
    ts = posts.once("Ev8", place, HELLO)

    with pytest.raises(Unclear):
        posts.update(place, ts, Message("late"))


def test_no_post_shows_a_preview_and_its_metadata_holds_ids_only(
    slack: SlackStandIn, posts: Posts, place: Place
) -> None:
    posts.update(place, posts.once("Ev9", place, HELLO), Message("see http://example.com/x"))

    message = slack.replies_to(place.channel, place.thread)[0]
    assert message.metadata == {"event_type": "footnote_answer", "event_payload": {"key": "Ev9"}}
    assert not any(slack.fetched) and message.unfurl is False


@pytest.mark.parametrize("how", [{"status": 429}, {"status": 500}, {"cut": "before"}])
def test_a_slack_that_cannot_be_asked_is_not_a_bad_token(
    slack: SlackStandIn, how: dict[str, int | str]
) -> None:
    slack.heal()
    slack.fail("auth.test", **how)  # type: ignore[arg-type]

    with pytest.raises(Unclear):
        verify(client(slack.bot_token, slack.api_url))


def test_a_bad_token_is_refused(slack: SlackStandIn) -> None:
    with pytest.raises(Refused, match="invalid_auth"):
        verify(client("xoxb-wrong", slack.api_url))

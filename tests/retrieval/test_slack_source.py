"""Channels of Slack by its Web API: what a sync reads, asks again and lets go, and how fast it asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from test_index import Place

from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from bot.who.readers import readers_of
from retrieval.passage import Audience, Document, SettingError, SourceUnavailable, Unread
from retrieval.sources import KINDS, Limits, Spec
from retrieval.sources.declared import Declared
from retrieval.sources.slack import SlackSource
from retrieval.sources.slack.calls import PACES, Calls, Pace
from retrieval.sources.slack.days import DAY, Window
from retrieval.sync import Summary

pytestmark = pytest.mark.slow  # starts servers or processes of its own

HOUR = 3600


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.workspace.subscriptions = frozenset()
        running.clock.advance(HOUR)  # whatever the hour: the next ones are of the same day or the next
        yield running


@pytest.fixture
def ada(slack: SlackStandIn) -> str:
    return slack.add_user("Ada")


@pytest.fixture
def help_desk(slack: SlackStandIn, ada: str) -> str:
    return slack.add_channel("help", ada)


@dataclass
class PlayClock:
    """The stand-in's clock; to sleep is to set it ahead."""

    slack: SlackStandIn
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.slack.clock.now()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.slack.clock.advance(seconds)


@dataclass
class Desk:
    """Syncs a source as the index does: loads what changed, drops what is not there, keeps what is away."""

    slack: SlackStandIn
    cache: Path
    location: tuple[str, ...]
    window: Window = Window()
    pace: str = "internal"
    known: dict[str, str] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    audiences: dict[str, Audience | None] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    dies_after: int = 10**9

    def __post_init__(self) -> None:
        self.clock = PlayClock(self.slack)

    def source(self) -> SlackSource:
        client = WebClient(self.slack.bot_token, base_url=self.slack.api_url, retry_handlers=[])
        calls = Calls(client, PACES[self.pace], self.clock)
        return SlackSource("chat", self.location, calls, Limits(1 << 20, self.cache), self.window)

    def sync(self) -> Desk:
        source, self.loaded, self.unread = self.source(), [], []
        self.slack.workspace.calls.clear()
        try:
            found = list(source.scan(dict(self.known)))
            self.unread = [one for one in found if isinstance(one, Unread)]
            talks = {one.uri: one for one in found if not isinstance(one, Unread)}
            for uri in set(self.known) - set(talks):
                del self.known[uri]
                self.documents.pop(uri, None)
            self.audiences = {uri: source.audience(talk) for uri, talk in talks.items()}
            for uri, talk in talks.items():
                if self.known.get(uri) != talk.digest:
                    self.load(source, uri, talk)
        finally:
            source.close()
        return self

    def load(self, source: SlackSource, uri: str, talk: Any) -> None:
        if len(self.loaded) >= self.dies_after:
            return
        self.loaded.append(uri)
        read = list(source.load(talk))
        self.unread += [one for one in read if isinstance(one, Unread)]
        if any(isinstance(one, Unread) for one in read):
            return
        self.known[uri] = talk.digest
        self.documents.pop(uri, None)
        for one in read:
            assert isinstance(one, Document)
            self.documents[uri] = one

    def calls(self, method: str) -> int:
        return sum(call.method == method for call in self.slack.calls)

    @property
    def texts(self) -> list[str]:
        return [document.text.partition("\n")[2] for document in self.documents.values()]


@pytest.fixture
def desk(slack: SlackStandIn, help_desk: str, tmp_path: Path) -> Desk:
    return Desk(slack, tmp_path / "cache", (help_desk,))


def thread(slack: SlackStandIn, user: str, channel: str, *texts: str) -> str:
    root = slack.say(user, channel, texts[0])
    for text in texts[1:]:
        slack.say(user, channel, text, thread_ts=root)
    return root


def test_threads_and_days_are_documents_with_slacks_own_links(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    root = thread(slack, ada, help_desk, "Who has the key?", f"<@{ada}> has it, see <#{help_desk}>.")
    alone = slack.say(ada, help_desk, "The lift is broken.")
    desk.sync()
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    talk = desk.documents[f"chat/{help_desk}/{root}"]
    reply = slack.thread(help_desk, root)[1].ts

    assert talk.title == "#help: Who has the key?" and "@Ada has it, see #help." in talk.text
    assert [url for _, url in talk.places] == [
        client.chat_getPermalink(channel=help_desk, message_ts=ts)["permalink"] for ts in (root, reply)
    ]
    day = next(d for d in desk.documents.values() if d is not talk)
    assert day.url == client.chat_getPermalink(channel=help_desk, message_ts=alone)["permalink"]
    assert desk.audiences[talk.uri] == Audience() and not desk.unread


def test_what_apps_say_and_are_asked_is_not_read(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    slack.mention(ada, help_desk, "how long is leave?")
    joined = Message(help_desk, slack.workspace.next_ts(), ada, "has joined", subtype="channel_join")
    slack.workspace.store(joined)
    root = slack.say(ada, help_desk, "real question")
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel=help_desk, text="an answer", thread_ts=root
    )

    assert desk.sync().texts == ["real question"]


def test_a_second_sync_asks_little_and_loads_nothing(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    for n in range(30):
        thread(slack, ada, help_desk, f"question {n}", f"answer {n}")
        slack.clock.advance(DAY)
    desk.sync()
    first = desk.calls("conversations.replies")
    before = dict(desk.known)
    desk.sync()

    assert first == 30
    assert desk.calls("conversations.replies") <= 4 and desk.calls("conversations.history") == 1
    assert len(desk.loaded) <= 4 and desk.known.keys() == before.keys()
    assert desk.sync().loaded == []


def test_a_thread_that_has_gone_quiet_is_not_loaded_again(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    thread(slack, ada, help_desk, "question", "answer")
    desk.window = Window(full="never")
    desk.sync()
    slack.clock.advance(5 * DAY)
    desk.sync()
    slack.clock.advance(5 * DAY)

    assert desk.sync().loaded == [] and len(desk.documents) == 1
    assert desk.calls("conversations.replies") == 0


def test_new_replies_edits_and_deletions_are_seen(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    one = thread(slack, ada, help_desk, "one", "reply one")
    two = thread(slack, ada, help_desk, "two", "reply two")
    gone = thread(slack, ada, help_desk, "three", "reply three")
    alone = slack.say(ada, help_desk, "alone")
    desk.sync()
    slack.say(ada, help_desk, "another reply", thread_ts=one)
    slack.edit(help_desk, slack.thread(help_desk, two)[1].ts, "edited reply")
    slack.edit(help_desk, alone, "alone, edited")
    for message in slack.thread(help_desk, gone):
        slack.delete(help_desk, message.ts)
    desk.sync()

    whole = "\n".join(desk.texts)
    assert "another reply" in whole and "edited reply" in whole and "alone, edited" in whole
    assert "three" not in whole and f"chat/{help_desk}/{gone}" not in desk.known
    assert "reply two" not in whole.replace("edited reply", "")


def test_a_deleted_root_leaves_the_replies(slack: SlackStandIn, ada: str, help_desk: str, desk: Desk) -> None:
    root = thread(slack, ada, help_desk, "regretted", "The key is under the mat.")
    desk.sync()
    slack.delete(help_desk, root)

    assert desk.sync().texts == ["The key is under the mat."]


def test_an_old_reply_is_read_again_within_the_period(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    root = thread(slack, ada, help_desk, "old question", "old answer")
    slack.clock.advance(60 * DAY)
    desk.sync()
    slack.edit(help_desk, slack.thread(help_desk, root)[1].ts, "corrected answer")
    seen = []
    for _ in range(8):
        slack.clock.advance(DAY)
        seen.append("corrected answer" in "\n".join(desk.sync().texts))

    assert seen[-1] and seen == sorted(seen)


def test_an_old_channel_is_not_listed_whole_at_each_sync(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    slack.say(ada, help_desk, "ancient")
    slack.clock.advance(200 * DAY)
    slack.say(ada, help_desk, "new")
    desk.window = Window(full="never")
    assert sorted(desk.sync().texts) == ["ancient", "new"]
    slack.clock.advance(DAY)
    desk.sync()
    oldest = [float(c.args["oldest"]) for c in slack.calls if c.method == "conversations.history"]

    assert min(oldest) > slack.clock.now() - 17 * DAY
    assert sorted(desk.texts) == ["ancient", "new"]


def test_what_is_older_than_wanted_leaves(slack: SlackStandIn, ada: str, help_desk: str, desk: Desk) -> None:
    slack.say(ada, help_desk, "old news")
    desk.window = Window(days=30)
    assert desk.sync().texts == ["old news"]
    slack.clock.advance(31 * DAY)

    assert desk.sync().texts == []


def test_a_channel_made_private_changes_its_readers_and_loads_nothing(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    slack.say(ada, help_desk, "hello")
    desk.sync()
    slack.workspace.channels[help_desk].kind = "group"
    desk.sync()

    assert desk.loaded == []
    assert set(desk.audiences.values()) == {Audience.of(f"channel:{help_desk}")}


@pytest.mark.parametrize("kind", ["channel", "group"])
def test_a_channel_the_app_left_leaves_the_index(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk, kind: str
) -> None:
    slack.say(ada, help_desk, "hello")
    desk.sync()
    slack.workspace.channels[help_desk].kind = kind
    slack.workspace.channels[help_desk].members.remove(slack.bot_user)
    desk.sync()

    assert desk.documents == {} and desk.known == {}
    assert [(one.uri, one.kept) for one in desk.unread] == [(f"chat/{help_desk}", False)]
    assert "invite" in desk.unread[0].reason


def test_an_archived_channel_stays_readable(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    slack.say(ada, help_desk, "hello")
    slack.workspace.channels[help_desk].is_archived = True

    assert desk.sync().texts == ["hello"]


@pytest.mark.parametrize("method", ["conversations.info", "conversations.history", "conversations.replies"])
def test_an_outage_keeps_a_channel_as_it_was_and_the_others_go_on(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk, method: str
) -> None:
    root = thread(slack, ada, help_desk, "question", "answer")
    other = slack.add_channel("other", ada)
    slack.say(ada, other, "elsewhere")
    desk.location = (help_desk, other)
    desk.sync()
    slack.say(ada, other, "elsewhere, later")
    slack.fail(method, status=500, times=6)
    desk.sync()

    assert f"chat/{help_desk}/{root}" in desk.documents
    assert any("elsewhere, later" in text for text in desk.texts)
    assert [(one.uri, one.kept) for one in desk.unread] == [(f"chat/{help_desk}", True)]
    assert desk.audiences[f"chat/{help_desk}/{root}"] == Audience()


def test_an_outage_while_loading_keeps_the_thread_and_the_next_sync_reads_it(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    root = thread(slack, ada, help_desk, "question", "answer")
    slack.clock.advance(10 * DAY)
    slack.fail("conversations.replies", cut="before", times=6)
    desk.sync()
    assert [(one.uri, one.kept) for one in desk.unread] == [(f"chat/{help_desk}/{root}", True)]

    assert f"chat/{help_desk}/{root}" in desk.sync().documents


def test_a_sync_that_died_while_loading_goes_on_where_it_was(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    for n in range(6):
        thread(slack, ada, help_desk, f"question {n}", f"answer {n}")
        slack.clock.advance(DAY)
    slack.clock.advance(60 * DAY)
    desk.window = Window(full="never")
    desk.dies_after = 2
    desk.sync()
    desk.dies_after = 10**9
    desk.sync()

    assert len(desk.loaded) == 4 and len(desk.documents) == 6
    assert desk.sync().loaded == []


def test_a_lost_memory_of_the_last_sync_costs_calls_and_no_document(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    thread(slack, ada, help_desk, "question", "answer")
    slack.clock.advance(60 * DAY)
    desk.sync()
    (desk.cache / "channels.json").write_text('{"version": 1, "channels": {"C1": 3}}')

    assert desk.sync().loaded == [] and len(desk.documents) == 1


def test_nothing_that_was_said_stays_in_the_cache(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    thread(slack, ada, help_desk, "sesame", "open sesame")
    desk.sync()

    files = [path for path in desk.cache.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["channels.json"]
    assert b"sesame" not in files[0].read_bytes()


def test_a_wait_that_slack_asks_for_is_kept(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    slack.say(ada, help_desk, "hello")
    slack.fail("conversations.history", status=429, retry_after=37, times=2)

    assert desk.sync().texts == ["hello"]
    assert [s for s in desk.clock.slept if s == 37] == [37, 37]


def test_a_wait_beyond_reason_leaves_the_channel_for_later(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk
) -> None:
    slack.say(ada, help_desk, "hello")
    desk.sync()
    slack.fail("conversations.history", status=429, retry_after=7200)
    desk.sync()

    assert desk.texts == ["hello"] and [one.kept for one in desk.unread] == [True]


@pytest.mark.parametrize(("pace", "messages"), [("internal", 130), ("unlisted", 40)])
def test_slack_never_has_to_slow_it_down(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk, pace: str, messages: int
) -> None:
    for n in range(messages // 2):
        thread(slack, ada, help_desk, f"question {n}", f"answer {n}")
    slack.clock.advance(60 * DAY)
    slack.limit_rates(unlisted=pace == "unlisted")
    desk.pace = pace
    desk.sync()

    assert len(desk.documents) == messages // 2
    assert [call.method for call in slack.calls if call.status == 429] == []


@pytest.mark.parametrize("back", [2, 5 * HOUR])
def test_a_clock_that_is_set_back_costs_a_minute(slack: SlackStandIn, back: int) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    calls = Calls(client, Pace({"auth.test": 10}, 15), clock := PlayClock(slack))  # of which it takes eight
    for _ in range(8):
        calls.get("auth.test")
    at_first = len(clock.slept)
    slack.clock.advance(-back)
    for _ in range(16):
        calls.get("auth.test")

    assert (at_first, len(clock.slept)) == (0, 2)
    assert max(clock.slept) < 61


def test_a_run_without_pace_is_slowed_down(
    slack: SlackStandIn, ada: str, help_desk: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(60):
        thread(slack, ada, help_desk, f"question {n}", f"answer {n}")
    slack.clock.advance(60 * DAY)
    slack.limit_rates()
    monkeypatch.setitem(PACES, "internal", replace(PACES["internal"], calls={"conversations.replies": 9999}))
    desk.sync()

    assert any(call.status == 429 for call in slack.calls) and len(desk.documents) == 60


def test_channels_are_named_by_id_by_name_or_all(slack: SlackStandIn, ada: str, desk: Desk) -> None:
    board = slack.add_channel("board", ada, kind="group")
    slack.add_channel("outside", ada, bot=False)
    slack.say(ada, board, "the merger is on")

    desk.location = ("#board", "nowhere")
    desk.sync()
    assert [uri.split("/")[1] for uri in desk.known] == [board]
    assert [one.uri for one in desk.unread] == ["chat/nowhere"]
    desk.location = ("*",)
    desk.sync()
    assert not desk.unread
    assert set(desk.audiences.values()) == {Audience.of(f"channel:{board}")}


def test_direct_messages_are_refused(slack: SlackStandIn, ada: str, desk: Desk) -> None:
    slack.dm(ada, "secret")
    desk.location = (slack.dm_channel(ada),)

    assert desk.sync().documents == {} and "direct" in desk.unread[0].reason


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked"])
def test_a_refused_token_touches_nothing(slack: SlackStandIn, desk: Desk, error: str) -> None:
    slack.fail("conversations.info", error=error)
    with pytest.raises(SourceUnavailable, match=error):
        desk.sync()
    slack.fail("auth.test", error=error)
    with pytest.raises(SourceUnavailable, match=error):
        desk.sync()
    slack.fail("auth.test", status=503, times=6)
    with pytest.raises(SourceUnavailable, match="does not answer"):
        desk.sync()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "token"),
        ({"token": "x", "pace": "fast"}, "internal, unlisted"),
        ({"token": "x", "full": "hourly"}, "weekly, daily"),
        ({"token": "x", "day": 3}, "day"),
        ({"token": "x", "days": 0}, "days"),
        ({"token": 7}, "token"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: dict[str, Any], named: str) -> None:
    spec = Spec("chat", "slack", ("C01234567",), options=options)
    with pytest.raises(SettingError, match=named):
        KINDS["slack"].build(spec, Limits(1 << 20, tmp_path))


def test_a_built_source_asks_the_address_it_is_given(
    slack: SlackStandIn, ada: str, help_desk: str, tmp_path: Path
) -> None:
    slack.clock.advance(-HOUR)  # it has the machine's own clock, and lists no day that has not come
    slack.say(ada, help_desk, "hello")
    given = {"token": slack.bot_token, "api_url": slack.api_url.rstrip("/")}
    source = KINDS["slack"].build(
        Spec("chat", "slack", (help_desk,), options=given), Limits(1 << 20, tmp_path)
    )
    found = list(source.scan({}))
    document = next(source.load(found[0]))
    source.close()

    assert document.text.endswith("hello") and document.source == "chat"


def test_a_private_channel_is_answered_from_for_its_members_until_the_app_leaves_it(
    slack: SlackStandIn, ada: str, tmp_path: Path
) -> None:
    ben, place = slack.add_user("Ben"), Place()
    board = slack.add_channel("board", ada, kind="group")
    root = thread(slack, ada, board, "When is the merger?", "The merger is on Monday.")
    people = WebClient(slack.bot_token, base_url=slack.api_url)
    spec = Spec("chat", "slack", (board,))

    def sync() -> Summary:
        source = Desk(slack, tmp_path / "cache", (board,)).source()
        try:
            return place.index().sync(Declared(source, spec))
        finally:
            source.close()

    assert sync().new == 1
    found = place.asked("merger Monday", readers_of(people, ada))
    assert len(found) == 1 and "The merger is on Monday." in found[0]
    assert place.asked("merger Monday", readers_of(people, ben)) == []
    assert [p.document for p in place.table.passages.values()] == [f"chat/{board}/{root}"]
    assert sync().unchanged == 1
    slack.workspace.channels[board].members.remove(slack.bot_user)
    assert sync().removed == 1
    assert place.asked("merger Monday", readers_of(people, ada)) == [] and place.texts() == []
    place.engine.dispose()

"""What can be typed after /footnote: who may, what it does once, and what its person is told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels import MODES, Channels, ChannelSetting, Switches
from bot.commands import meant, named, words
from bot.commands.forget import Forget
from bot.commands.table import Around, Means, table
from bot.events import Row
from bot.inbox import Inbox
from bot.indexing.trial import Looked
from bot.listeners.command import Commands
from bot.memory.audit import Audit
from bot.play.slack_text import shown as as_shown
from bot.posting.post import Message
from bot.shelf import Shelf
from bot.state import inbox
from bot.who.people import Person
from bot.who.readers import ReadersUnknown
from retrieval.passage import EVERYONE, Audience, Document
from retrieval.rows import DocumentRow, Forgotten, documents, values
from retrieval.sources import Spec
from retrieval.syncs import Syncs
from retrieval.turns import Turns, schedule_of

BOSS, ADA, GUEST, NOBODY = "U0BOSS", "U0ADA", "U0GUEST", "U0NOBODY"
HERE, DIRECT, TABLE = "C0HELP", "D0BOSS", "table"
ALL = Audience()
SITE = "https://help.kestrel.example/"
LEAVE = "https://kestrel.example/leave"
SPECS = (
    Spec("handbook", "files", ("docs",), schedule="every 6h"),
    Spec("Wiki", "web", ("https://w.example/",)),
)


def shown(message: Message) -> str:
    """What people see of it."""
    return as_shown(message.text, message.blocks)


@dataclass
class Staff:
    """The people of Slack, and what they may read."""

    away: bool = False
    german: set[str] = field(default_factory=set)

    def about(self, user: str) -> Person:
        kinds = {BOSS: "member", ADA: "member", GUEST: "guest"}
        if self.away or user not in kinds:
            raise ReadersUnknown("Slack could not be asked; try again in a minute.")
        locale = "de-DE" if user in self.german else "en-GB"
        return Person(user, kinds[user], user == BOSS, locale)  # type: ignore[arg-type]

    def of(self, user: str) -> Audience:
        return Audience.of(EVERYONE, f"user:{user}")


@dataclass
class Heard:
    """What people were told, by response_url, as progress, and directly."""

    said: list[str] = field(default_factory=list)
    progressed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def say(self, row: Row, message: Message, key: str = "reply", *, replace: bool = True) -> None:
        self.said.append(shown(message))

    def progress(self, row: Row, message: Message) -> None:
        self.progressed.append(shown(message))

    def direct(self, row: Row, message: Message, key: str) -> None:
        self.told.append(shown(message))


@dataclass
class Desk:
    """The handler of commands with everything around it, Slack aside."""

    engine: sa.Engine
    file: Path
    staff: Staff = field(default_factory=Staff)
    heard: Heard = field(default_factory=Heard)
    synced: list[str] = field(default_factory=list)
    out: list[Forgotten] = field(default_factory=list)
    looked: Looked = field(default_factory=lambda: Looked(found=3, first="help/start"))
    specs: tuple[Spec, ...] = SPECS
    during: Callable[[Callable[[], None]], None] = lambda watch: None
    number: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.engine)
        self.channels, self.switches = Channels(self.engine), Switches(self.engine)
        self.syncs, self.turns = Syncs(self.engine), Turns(self.engine)
        self.shelf = Shelf(lambda: self.specs, lambda _: TABLE, self.syncs, self.turns, "main")
        means = Means(
            self.shelf, self.file, lambda _: self.looked, self.sync, self.forget, lambda: self.out, None
        )  # type: ignore[arg-type]
        own = (self.channels, self.switches, lambda who: who.replace("user:", "@"))
        around = Around(self.staff, self.staff, *own)  # type: ignore[arg-type]
        known = table(means, around, self.inbox.waiting)
        self.handler = Commands(self.inbox, self.heard, self.staff, known)  # type: ignore[arg-type]

    def sync(self, name: str, watch: Callable[[], None]) -> None:
        self.synced.append(name)
        self.syncs.began(TABLE, name)
        self.during(watch)
        self.syncs.finished(TABLE, name, {"failed": 0}, changed=True)

    def forget(self, name: str) -> list[str]:
        if name != "https://kestrel.example/leave" or self.out:
            return []
        self.out.append(Forgotten("handbook/leave.md", name, datetime.now(UTC)))
        return ["handbook/leave.md"]

    def store(self, text: str, person: str = BOSS, channel: str = HERE) -> str:
        body = {
            "command": "/footnote",
            "text": text,
            "user_id": person,
            "channel_id": channel,
            "team_id": "T1",
        }
        trigger = f"t{next(self.number)}"
        self.inbox.store(body | {"trigger_id": trigger, "response_url": "http://127.0.0.1:9/respond/r1"})
        with self.engine.connect() as db:
            return str(db.execute(sa.select(inbox.c.event_id).order_by(inbox.c.received_at.desc())).scalar())

    def typed(self, text: str, person: str = BOSS, channel: str = HERE) -> str:
        """What is said to somebody who types it."""
        event_id = self.store(text, person, channel)
        for step in self.handler.steps:
            step(event_id)
        return self.heard.said[-1]

    def done(self) -> list[tuple[str, str, str]]:
        return [(entry.who, entry.what, entry.about) for entry in Audit(self.engine).latest()]

    def document(self, source: str, name: str, readers: Audience = ALL) -> None:
        found = Document(
            f"{source}/{name}", source, name, "text", f"https://kestrel.example/{name}", "d", audience=readers
        )
        with self.engine.begin() as db:
            db.execute(documents.insert().values(values(TABLE, DocumentRow(found, found.uri, 2, "r1"))))


@pytest.fixture
def desk(engine: sa.Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path / "sources.toml")


def test_words_are_read_as_they_were_typed() -> None:
    typed = words("channel expert <@U1|ada> <https://a.example/?a=1&amp;b=2|a> &lt;x&gt;")

    assert typed == ("channel", "expert", "@U1", "https://a.example/?a=1&b=2", "<x>")


def test_a_command_of_two_words_goes_before_one_of_one(desk: Desk) -> None:
    known = desk.handler.known

    found = [
        named(words(text), known)[0] for text in ("sources", "SOURCES Add x", "sources frob", "channel off")
    ]

    assert [one.name if one else "" for one in found] == ["sources", "sources add", "", "channel off"]


def test_a_slip_of_the_hand_finds_what_was_meant(desk: Desk) -> None:
    slips = ("reindx", "chanel mentions", "stauts", "channel engagd", "forgit x", "xyzzy")

    found = [meant(words(slip), desk.handler.known) for slip in slips]

    assert found == ["reindex", "channel mentions", "status", "channel engaged", "forget", ""]


@pytest.mark.parametrize("text", ["", "help", "HELP"])
def test_help_shows_everybody_what_they_may_type(desk: Desk, text: str) -> None:
    for_ada, for_boss = desk.typed(text, ADA), desk.typed(text, BOSS)

    assert "/footnote ask QUESTION" in for_ada and "/footnote sources" in for_ada
    assert "pause" not in for_ada and "/footnote pause" in for_boss and "/footnote forget" in for_boss


def test_what_is_no_command_is_answered_with_the_nearest_one(desk: Desk) -> None:
    assert "Did you mean /footnote reindex" in desk.typed("reindx handbook")
    assert "/footnote help lists" in desk.typed("please make me a sandwich")
    assert "Did you mean /footnote forget ADDRESS?" in desk.typed("forgt")


@pytest.mark.parametrize(
    ("text", "what"),
    [("forget", "ADDRESS"), ("channel expert", "@PERSON|none"), ("sources add", "ADDRESS everyone|here")],
)
def test_a_command_that_lacks_an_argument_is_known_and_says_which(desk: Desk, text: str, what: str) -> None:
    said = desk.typed(text, BOSS)

    assert f"/footnote {text} needs {what} behind it" in said and "do not know" not in said
    assert "needs" not in desk.typed(text, ADA) and "admin" in desk.typed(text, ADA).lower()


@pytest.mark.parametrize(
    ("text", "name"),
    [("pause now", "pause"), ("channel expert @a @b", "channel expert"), ("help me", "help")],
)
def test_a_command_with_too_many_words_is_known_and_says_how_it_is_typed(
    desk: Desk, text: str, name: str
) -> None:
    said = desk.typed(text, BOSS)

    assert f"too many words behind /footnote {name}: type /footnote {name}" in said
    assert "/footnote ask" in said and "do not know" not in said


@pytest.mark.parametrize(
    ("text", "near"), [("channel tonne short", "channel tone"), ("channel exprt none", "channel expert")]
)
def test_a_second_word_that_is_misspelt_is_corrected_and_not_called_one_too_many(
    desk: Desk, text: str, near: str
) -> None:
    assert f"Did you mean /footnote {near}" in desk.typed(text, BOSS)


def test_it_speaks_the_language_of_who_typed(desk: Desk) -> None:
    desk.staff.german.add(BOSS)

    assert desk.typed("resume") == "Ich antworte wieder."


ADMINS = [
    "pause",
    "resume",
    "reindex",
    "forget x",
    "channel off",
    "channel sources all",
    "channel expert none",
    "channel tone formal",
    "channel language de",
    "channel schema off",
    f"sources add {SITE} everyone",
]


@pytest.mark.parametrize("text", ADMINS)
def test_only_admins_change_anything(desk: Desk, text: str) -> None:
    said = desk.typed(text, ADA)

    assert said == "Only administrators of this workspace can do that."
    assert (desk.done(), desk.synced, desk.out, desk.file.exists()) == ([], [], [], False)
    assert desk.channels.of(HERE) == ChannelSetting() and not desk.switches.paused()


@pytest.mark.parametrize("text", [*ADMINS, "status", "sources", "help"])
def test_guests_get_no_look_inside(desk: Desk, text: str) -> None:
    assert desk.typed(text, GUEST) == "I take commands from members of this workspace only."
    assert desk.done() == []


@pytest.mark.parametrize("text", [*ADMINS, "status"])
def test_nothing_is_done_while_slack_does_not_say_who_somebody_is(desk: Desk, text: str) -> None:
    desk.staff.away = True

    assert "nothing was done" in desk.typed(text)
    assert desk.done() == []


def test_a_channel_is_set_step_by_step_and_says_how_it_is_then(desk: Desk) -> None:
    desk.typed("channel mentions")
    desk.typed("channel sources HANDBOOK, wiki")
    said = desk.typed(f"channel expert <@{ADA}|ada>")

    assert desk.channels.of(HERE) == ChannelSetting("mentions", ("handbook", "Wiki"), ADA)
    assert "I search: handbook, Wiki." in said and f"I name: @{ADA}." in said
    assert desk.typed("channel", ADA) == said


SCHEMA = '{"type": "object", "properties": {"answer": {"type": "string"}}}'


def test_a_channel_has_a_tone_a_language_and_a_schema_and_says_so(desk: Desk) -> None:
    desk.typed("channel tone formal")
    desk.typed("channel language de")
    said = desk.typed(f"channel schema {SCHEMA.replace(chr(34), chr(8220))}")

    setting = desk.channels.of(HERE)
    assert (setting.tone, setting.language, setting.schema) == ("formal", "de", SCHEMA)
    assert "formal" in said and "German" in said and "JSON with answer" in said
    assert desk.done()[0] == (BOSS, "channel", f"{HERE} schema=set")


def test_tone_language_and_schema_can_be_taken_back(desk: Desk) -> None:
    desk.channels.change(HERE, BOSS, tone="short", language="en", schema=SCHEMA)

    for text in ("channel tone off", "channel language auto", "channel schema off"):
        desk.typed(text)

    assert desk.channels.of(HERE) == ChannelSetting()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channel tone loud", "short, friendly or formal"),
        ("channel language fr", "en or de"),
        ("channel schema answers please", "could not read that as JSON"),
        ('channel schema {"type": "object", "properties": {"mood": {"type": "string"}}}', "put into mood"),
    ],
)
def test_what_cannot_be_set_is_answered_with_what_can(desk: Desk, text: str, told: str) -> None:
    assert told in desk.typed(text)
    assert desk.channels.of(HERE) == ChannelSetting()


def test_each_change_leaves_a_row_of_who_and_what_without_a_message(desk: Desk) -> None:
    desk.typed("channel off")
    desk.typed("channel sources handbook")
    desk.typed("pause")

    assert desk.done() == [
        (BOSS, "pause", ""),
        (BOSS, "channel", f"{HERE} sources=handbook"),
        (BOSS, "channel", f"{HERE} mode=off"),
    ]


def test_sources_that_there_are_not_are_named_with_the_nearest(desk: Desk) -> None:
    assert "Did you mean handbook?" in desk.typed("channel sources handbok,wiki")
    assert "There is no source" in desk.typed("channel sources xyzzy")
    assert desk.channels.of(HERE).sources == ()


def test_all_sources_and_no_expert_are_words_of_their_own(desk: Desk) -> None:
    desk.channels.change(HERE, BOSS, sources=("handbook",), expert=ADA)

    desk.typed("channel sources all")
    desk.typed("channel expert none")

    assert desk.channels.of(HERE) == ChannelSetting()


@pytest.mark.parametrize("who", [f"<@{GUEST}|g>", f"<@{NOBODY}>", "@ada", "everybody"])
def test_only_a_member_can_be_the_expert(desk: Desk, who: str) -> None:
    assert "Name a member" in desk.typed(f"channel expert {who}")
    assert desk.channels.of(HERE).expert == ""


def test_a_direct_message_is_no_channel(desk: Desk) -> None:
    for text in ("channel", "channel off", "channel sources handbook", f"channel expert <@{ADA}>"):
        assert "type it in the channel" in desk.typed(text, channel=DIRECT)

    assert desk.channels.of(DIRECT) == ChannelSetting() and desk.done() == []


def test_a_pause_is_seen_in_the_status_by_everybody(desk: Desk) -> None:
    desk.typed("pause")

    assert desk.switches.paused()
    assert "I am paused" in desk.typed("status", ADA)
    desk.typed("resume")
    assert "I am answering" in desk.typed("status", ADA)


def test_somebody_is_told_only_of_sources_that_they_may_read(desk: Desk) -> None:
    desk.document("handbook", "leave.md")
    desk.document("handbook", "pay.md", Audience.of(f"user:{BOSS}"))
    desk.document("Wiki", "layoffs", Audience.of(f"user:{BOSS}"))

    said, status = desk.typed("sources", ADA), desk.typed("status", ADA)

    assert "handbook: 1 document" in said and "Wiki" not in said
    assert "1 documents of one source" in status and "Wiki" not in status


def test_an_admin_sees_how_every_source_stands(desk: Desk) -> None:
    desk.document("Wiki", "start")
    desk.syncs.began(TABLE, "Wiki")
    desk.syncs.failed(TABLE, "Wiki", "w.example does not answer.")

    said, status = desk.typed("sources"), desk.typed("status")

    assert "handbook: 0 documents · never read" in said
    assert "Wiki: 1 document" in said and "w.example does not answer." in said
    assert "Waiting or being worked on: 0." in status and "Wiki: w.example does not answer." in status


def test_a_document_is_forgotten_and_the_trail_has_its_name(desk: Desk) -> None:
    said = desk.typed("forget <https://kestrel.example/leave>")

    assert "handbook/leave.md" in said
    assert desk.done() == [(BOSS, "forget", "handbook/leave.md")]
    assert "No document has the address" in desk.typed("forget https://kestrel.example/other")


def test_reindexing_says_that_it_began_how_far_it_is_and_writes_when_it_is_done(desk: Desk) -> None:
    desk.document("handbook", "leave.md")

    said = desk.typed("reindex handbook")

    assert desk.synced == ["handbook"]
    assert desk.heard.progressed == ["Reading handbook. I will write to you when it is done."]
    assert "handbook: 1 documents, 2 passages." in said
    assert desk.heard.told == [said] and desk.done() == [(BOSS, "reindex", "handbook")]


def test_reindexing_without_a_name_reads_all_and_one_that_there_is_not_reads_none(desk: Desk) -> None:
    desk.typed("reindex")
    said = desk.typed("reindex handbok")

    assert desk.synced == ["handbook", "Wiki"]
    assert "Did you mean handbook?" in said


def test_a_source_that_fails_is_told_with_its_reason_and_the_others_are_read(desk: Desk) -> None:
    desk.during = lambda watch: None
    sync = desk.sync

    def failing(name: str, watch: Callable[[], None]) -> None:
        sync(name, watch)
        if name == "handbook":
            desk.syncs.began(TABLE, name)
            desk.syncs.failed(TABLE, name, "The folder cannot be read.")

    reindex = desk.handler.known["reindex"]
    object.__setattr__(reindex.run.__self__, "sync", failing)  # type: ignore[attr-defined]

    said = desk.typed("reindex")

    assert "handbook: The folder cannot be read." in said and "Wiki: 0 documents" in said


def test_two_reindexings_do_not_run_at_once(desk: Desk) -> None:
    said: list[str] = []
    desk.during = lambda watch: said.append(desk.typed("reindex Wiki")) if not said else None

    desk.typed("reindex handbook")

    assert desk.synced == ["handbook"] and "being read already" in said[0]


def test_reindexing_waits_for_a_schedule_that_reads_the_same(desk: Desk) -> None:
    stack, waited = ExitStack(), list[float]()
    stack.enter_context(desk.turns.take(schedule_of("main", "handbook")))
    reindex = desk.handler.known["reindex"].run.__self__  # type: ignore[attr-defined]
    object.__setattr__(reindex, "sleep", lambda s: (waited.append(s), stack.close()))

    desk.typed("reindex handbook")

    assert waited == [1.0] and desk.synced == ["handbook"]


def test_where_the_index_is_that_of_others_too_forgetting_says_so_first(desk: Desk) -> None:
    lent = Forget(desk.forget, lambda: desk.out, lent=True).commands()
    desk.handler = replace(desk.handler, known={one.name: one for one in lent})

    first = desk.typed("forget https://kestrel.example/leave")

    assert desk.out == [] and desk.done() == []
    assert "your real index" in first and "/footnote forget https://kestrel.example/leave yes" in first
    assert "/footnote forget travel policy yes" in desk.typed("forget travel policy")
    assert "handbook/leave.md" in desk.typed("forget https://kestrel.example/leave yes")


DEEDS = ["reindex handbook", f"forget {LEAVE}", "channel off", "pause", f"sources add {SITE} everyone"]


ADMINS = [
    *(f"channel {mode}" for mode in MODES), "channel sources handbook", f"channel expert <@{BOSS}|boss>",
    "channel tone short", "channel language de", f"channel schema {SCHEMA}", "pause", "resume",
    f"sources add {SITE} everyone", "reindex handbook", f"forget {LEAVE}",
]  # fmt: skip


def test_every_command_of_admins_leaves_exactly_one_line_in_the_audit(desk: Desk) -> None:
    known = desk.handler.known
    typed = {named(words(text), known)[0] for text in ADMINS}
    counts = []
    for text in ADMINS:
        desk.typed(text)
        counts.append(len(desk.done()))

    assert typed == {command for command in known.values() if command.admin}
    assert counts == list(range(1, len(ADMINS) + 1))
    assert {who for who, _, _ in desk.done()} == {BOSS}


@pytest.mark.parametrize("text", DEEDS)
def test_a_command_that_is_run_again_after_a_crash_does_its_work_once(desk: Desk, text: str) -> None:
    event_id = desk.store(text)
    desk.handler.work(event_id)
    with desk.engine.begin() as db:  # as if it had died before it could keep what it did
        db.execute(inbox.update().values(state="received", outcome=None))
        db.execute(sa.text("DELETE FROM audit"))

    for step in (*desk.handler.steps, *desk.handler.steps):
        step(event_id)

    assert len(desk.done()) == 1 and len(desk.synced) <= 1 and len(desk.out) <= 1
    said = desk.heard.said[-1]
    assert not any(part in said for part in ("No document", "read already", "went wrong"))


def test_the_words_of_a_command_are_gone_when_it_is_done(desk: Desk) -> None:
    desk.typed("forget https://kestrel.example/leave")

    with desk.engine.connect() as db:
        row = db.execute(sa.select(inbox)).one()
    assert (row.state, row.text, row.payload, row.outcome) == ("final", None, None, None)


def test_a_command_that_fails_ends_in_a_sentence_with_a_number(desk: Desk) -> None:
    event_id = desk.store("status")

    desk.handler.fail(event_id, "AB12")

    assert "AB12" in desk.heard.said[-1]
    assert desk.inbox.get(event_id).state == "final"


def test_a_site_is_added_only_when_its_readers_are_named(desk: Desk) -> None:
    said = desk.typed(f"sources add {SITE}")

    assert f"/footnote sources add {SITE} everyone" in said
    assert not desk.file.exists() and desk.done() == []


@pytest.mark.parametrize(("readers", "audience"), [("everyone", "everyone"), ("here", f"channel:{HERE}")])
def test_a_site_is_written_at_the_end_of_the_file_that_stays_as_it_was(
    desk: Desk, readers: str, audience: str
) -> None:
    before = '# ours\n[[source]]\nname = "handbook"\nkind = "files"\nlocation = "docs"  # kept\n'
    desk.file.write_text(before)
    desk.file.chmod(0o600)

    said = desk.typed(f"sources add <{SITE}> {readers}")

    text = desk.file.read_text()
    added = tomllib.loads(text)["source"][-1]
    assert text.startswith(before) and desk.file.stat().st_mode & 0o777 == 0o600
    assert added == {"name": "help.kestrel.example", "kind": "web", "location": SITE, "audience": audience,
                     "schedule": "every 1d"}  # fmt: skip
    assert "Added as help.kestrel.example" in said and "at least 3 pages" in said
    assert desk.done() == [(BOSS, "sources add", f"help.kestrel.example {SITE} {audience}")]


def test_a_site_that_does_not_answer_is_not_added(desk: Desk) -> None:
    desk.looked = replace(desk.looked, problem="help.kestrel.example does not answer.")

    said = desk.typed(f"sources add {SITE} everyone")

    assert "does not answer" in said and not desk.file.exists() and desk.done() == []


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "handbook", "https://u:p@a.example/", "https://", "file:///etc"]
)
def test_what_is_no_site_or_holds_a_password_is_refused(desk: Desk, url: str) -> None:
    assert "beginning with https://" in desk.typed(f"sources add {url} everyone")


def test_a_file_with_mistakes_is_left_alone_and_they_are_said(desk: Desk) -> None:
    desk.file.write_text('[[source]]\nname = "x"\nkind = "nonsense"\nlocation = "y"\n')

    said = desk.typed(f"sources add {SITE} everyone")

    assert "nonsense" in said and "help.kestrel" not in desk.file.read_text()


def test_a_site_with_the_name_of_a_source_gets_a_number(desk: Desk) -> None:
    desk.specs = (Spec("help.kestrel.example", "web", ("https://help.kestrel.example/old/",)),)

    assert "Added as help.kestrel.example-2" in desk.typed(f"sources add {SITE} everyone")


def test_a_file_that_cannot_be_written_is_said_with_what_belongs_into_it(desk: Desk, tmp_path: Path) -> None:
    add = desk.handler.known["sources add"].run.__self__  # type: ignore[attr-defined]
    object.__setattr__(add, "file", tmp_path / "gone" / "sources.toml")

    said = desk.typed(f"sources add {SITE} everyone")

    assert "[[source]]" in said and f'location = "{SITE}"' in said and desk.done() == []


def test_what_somebody_typed_is_never_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    desk.typed("forget https://kestrel.example/very-secret")
    desk.typed("very-secret words")

    assert "secret" not in caplog.text

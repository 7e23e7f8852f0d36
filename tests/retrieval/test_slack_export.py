"""A Slack export becomes documents: threads and days, for those who could read them, linked by message."""

from __future__ import annotations

import json
import os
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from retrieval.passage import Audience, Document, SettingError, SourceUnavailable, Unread
from retrieval.sources import KINDS, Limits, Spec
from retrieval.sources.slack.thread import Talk
from retrieval.split import split

ADA, BEN, CYD, BOT = "U01ADA", "U02BEN", "U03CYD", "U09BOT"
URL = "https://kestrel.slack.com"
NOON = 1_773_489_600  # 2026-03-14 12:00 UTC


def ts(minutes: int) -> str:
    return f"{NOON + 60 * minutes}.000100"


def said(minutes: int, user: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": ts(minutes), "user": user, "text": text, **more}


def person(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name.lower(), "profile": {"display_name": name}, **more}


PEOPLE = [person(ADA, "Ada Byron"), person(BEN, "Ben"), person(CYD, "Cyd"), person(BOT, "Bot", is_bot=True)]
CHANNELS = [{"id": "C01HELP", "name": "help"}, {"id": "C02GENERAL", "name": "general"}]


class Export:
    """An export that is being put together, written as a ZIP or a folder."""

    def __init__(self, path: Path) -> None:
        self.path, self.files = (
            path,
            {"users.json": json.dumps(PEOPLE), "channels.json": json.dumps(CHANNELS)},
        )

    def day(self, folder: str, *messages: Any, date: str = "2026-03-14") -> Export:
        self.files[f"{folder}/{date}.json"] = json.dumps(messages)
        return self

    def listed(self, name: str, *conversations: dict[str, Any]) -> Export:
        self.files[name] = json.dumps(conversations)
        return self

    def zip(self) -> Export:
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in self.files.items():
                file.writestr(name, content)
        return self

    def read(self, **options: Any) -> tuple[dict[str, Document], list[Unread]]:
        return read(self.path, **options)


def source(path: Path, **options: Any) -> Any:
    spec = Spec("chat", "slack-export", (str(path),), options={"workspace_url": URL} | options)
    return KINDS["slack-export"].build(spec, Limits(1 << 20, path.parent / "cache"))


def read(path: Path, **options: Any) -> tuple[dict[str, Document], list[Unread]]:
    found = source(path, **options)
    documents, unread = {}, []
    try:
        for one in list(found.scan({})):
            if isinstance(one, Unread):
                unread.append(one)
                continue
            for document in found.load(one):
                assert isinstance(document, Document), document
                assert document.audience == found.audience(one)
                documents[document.uri] = document
    finally:
        found.close()
    return documents, unread


def digests(path: Path) -> dict[str, str]:
    found = source(path)
    try:
        return {one.uri: one.digest for one in found.scan({}) if isinstance(one, Talk)}
    finally:
        found.close()


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path / "export.zip")


def test_a_thread_is_one_document_that_links_to_each_message(export: Export) -> None:
    answer = "Open the vault, choose your entry and press reset; the new one reaches you by post. " * 3
    export.day(
        "help",
        said(0, ADA, "How do I reset the <https://vault.example|vault> key?", thread_ts=ts(0), reply_count=2),
        said(5, BEN, f"<@{ADA}> {answer}", thread_ts=ts(0)),
    ).day("help", said(900, ADA, "Thanks, that *worked*.", thread_ts=ts(0)), date="2026-03-15").zip()

    documents, unread = export.read()
    document = documents[f"chat/C01HELP/{ts(0)}"]
    root, reply, *_ = split(document)

    assert not unread and len(documents) == 1
    assert document.title == "#help: How do I reset the vault (https://vault.example) key?"
    assert "Ada Byron, 2026-03-14 12:00\nHow do I" in document.text
    assert f"@Ada Byron {answer.strip()}" in document.text and "that worked." in document.text
    assert document.url == root.url == f"{URL}/archives/C01HELP/p1773489600000100"
    assert reply.url == f"{URL}/archives/C01HELP/p1773489900000100?thread_ts={ts(0)}&cid=C01HELP"
    assert reply.heading == ("Ben, 2026-03-14 12:05",)
    assert document.updated_at is not None and document.updated_at.timestamp() == NOON + 900 * 60


def test_what_is_said_beside_threads_is_one_document_a_day(export: Export) -> None:
    export.day("general", said(0, ADA, "The lift is out of order."), said(9, BEN, "It runs again."))
    export.day("general", said(1440, CYD, "Cake in the kitchen!"), date="2026-03-15").zip()

    documents, _ = export.read()

    assert list(documents) == ["chat/C02GENERAL/2026-03-14", "chat/C02GENERAL/2026-03-15"]
    first = documents["chat/C02GENERAL/2026-03-14"]
    assert first.title == "#general, 2026-03-14"
    assert first.text.count("\n\n") == 1 and first.text.endswith("Ben, 2026-03-14 12:09\nIt runs again.")


def test_a_root_that_does_not_say_it_has_replies_joins_them(export: Export) -> None:
    export.day("help", said(0, ADA, "Who has the key?"), said(3, BEN, "I have it.", thread_ts=ts(0))).zip()

    documents, _ = export.read()

    assert list(documents) == [f"chat/C01HELP/{ts(0)}"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        (f"ask <@{BEN}> or <@{BEN}|benny> or <@U404>", "ask @Ben or @Ben or @someone"),
        ("in <#C01HELP> or <#C02GENERAL|old>, <#C405>", "in #help or #general, a private channel"),
        ("<!here> <!subteam^S1|@crew> <!subteam^S2>", "@here @crew @group"),
        ("due <!date^1773489600^{date}|14 March>", "due 14 March"),
        ("<https://a.example/x_y_z> <mailto:a@b.example|a@b.example>", "https://a.example/x_y_z a@b.example"),
        ("<https://a.example|the *plan*>", "the *plan* (https://a.example)"),
        ("*bold* _lean_ ~gone~ 2 * 3 * 4 snake_case_name", "bold lean gone 2 * 3 * 4 snake_case_name"),
        ("run `make _all_ *now*` :tada:", "run make _all_ *now* :tada:"),
        (
            "before\n```\nif a &lt; b:\n    <https://x.example>\n```after",
            "before\nif a < b:\n    https://x.example\nafter",
        ),
        ("x\x00y \ud800", "x y \ufffd"),
    ],
)
def test_slacks_notation_is_read_as_people_see_it(export: Export, written: str, shown: str) -> None:
    export.day("general", said(0, ADA, written)).zip()

    documents, _ = export.read()

    assert documents["chat/C02GENERAL/2026-03-14"].text == f"Ada Byron, 2026-03-14 12:00\n{shown}"


def test_code_and_snippets_are_code_and_files_have_their_titles(export: Export) -> None:
    snippet = {
        "mode": "snippet",
        "title": "deploy.sh",
        "preview": "set -e\nmake ship",
        "mimetype": "text/plain",
    }
    mail = {"mode": "email", "title": "Offer", "plain_text": "We offer ten chairs."}
    hidden = {"mode": "tombstone", "title": "Secret plan", "preview": "x"}
    export.day(
        "general", said(0, ADA, "Look:\n```make it```", files=[snippet, mail, hidden], subtype="file_share")
    ).zip()

    document = export.read()[0]["chat/C02GENERAL/2026-03-14"]

    assert [document.text[b.start : b.end] for b in document.blocks] == ["make it", "set -e\nmake ship"]
    assert "File: deploy.sh\nset -e" in document.text and "File: Offer\nWe offer ten chairs." in document.text
    assert "Secret" not in document.text


def test_only_what_people_said_is_read_and_in_its_last_form(export: Export) -> None:
    export.day(
        "general",
        said(0, ADA, "has joined the channel", subtype="channel_join"),
        said(1, ADA, "set the topic: tea", subtype="channel_topic"),
        said(2, BOT, "beep"),
        {"type": "message", "subtype": "bot_message", "ts": ts(3), "text": "boop", "bot_id": "B1"},
        said(4, ADA, f"<@{BOT}> how long is leave?"),
        said(5, "USLACKBOT", "This message was deleted.", subtype="tombstone"),
        said(6, ADA, ":tada:!!!".replace("tada", "")),
        said(7, ADA, "first form"),
        {
            "type": "message",
            "subtype": "message_changed",
            "ts": ts(8),
            "message": said(7, ADA, "last form", edited={"user": ADA, "ts": ts(8)}),
        },
        said(9, BEN, "regretted"),
        {"type": "message", "subtype": "message_deleted", "ts": ts(10), "deleted_ts": ts(9)},
        said(11, BEN, "for one only", is_ephemeral=True),
    ).zip()

    documents, unread = export.read()

    assert not unread
    assert documents["chat/C02GENERAL/2026-03-14"].text == "Ada Byron, 2026-03-14 12:07\nlast form"


def test_a_deleted_root_leaves_its_replies(export: Export) -> None:
    root = said(0, "USLACKBOT", "This message was deleted.", subtype="tombstone", thread_ts=ts(0))
    export.day("help", root, said(5, BEN, "The key is under the mat.", thread_ts=ts(0))).zip()

    document = export.read()[0][f"chat/C01HELP/{ts(0)}"]

    assert document.title == "#help: The key is under the mat." and "deleted" not in document.text


def test_a_private_channel_is_for_its_members_and_its_name_for_nobody_else(export: Export) -> None:
    export.listed("groups.json", {"id": "G01BOARD", "name": "board", "members": [ADA]})
    export.day("board", said(0, ADA, "The merger is on.")).day(
        "help", said(0, ADA, "see <#G01BOARD|board>")
    ).zip()

    documents, _ = export.read()

    assert documents["chat/G01BOARD/2026-03-14"].audience == Audience.of("channel:G01BOARD")
    assert documents["chat/C01HELP/2026-03-14"].audience == Audience()
    assert "board" not in documents["chat/C01HELP/2026-03-14"].text


def test_a_channel_that_two_lists_name_is_private(export: Export) -> None:
    export.listed("groups.json", CHANNELS[0]).day("help", said(0, ADA, "hello")).zip()

    assert export.read()[0]["chat/C01HELP/2026-03-14"].audience == Audience.of("channel:C01HELP")


def test_a_folder_in_no_list_is_left_out_and_one_called_by_an_id_is_private(export: Export) -> None:
    export.day("attic", said(0, ADA, "who may see this?")).day("C77LOST", said(0, ADA, "and this?"))
    export.day("D77LOST", said(0, ADA, "a secret")).zip()

    documents, unread = export.read()

    assert {uri: d.audience for uri, d in documents.items()} == {
        "chat/C77LOST/2026-03-14": Audience.of("channel:C77LOST")
    }
    assert [one.uri for one in unread] == ["chat/D77LOST", "chat/attic"]


def test_direct_messages_are_read_only_if_told_and_then_for_those_in_them(export: Export) -> None:
    export.listed("dms.json", {"id": "D01", "members": [ADA, BEN]})
    export.listed("mpims.json", {"id": "G02", "name": "mpdm-ada--ben--cyd-1", "members": [ADA, BEN, CYD]})
    export.day("D01", said(0, ADA, "lunch?")).day("mpdm-ada--ben--cyd-1", said(0, CYD, "dinner?")).zip()

    without, unread = export.read()
    told, _ = export.read(direct=True)

    assert without == {} and unread == []
    assert told["chat/D01/2026-03-14"].audience == Audience.of(f"user:{ADA}", f"user:{BEN}")
    assert told["chat/G02/2026-03-14"].audience == Audience.of(*(f"user:{u}" for u in (ADA, BEN, CYD)))
    assert told["chat/D01/2026-03-14"].title == "Ada Byron, Ben, 2026-03-14"


def test_only_chosen_channels_are_read(export: Export) -> None:
    export.day("help", said(0, ADA, "one")).day("general", said(0, ADA, "two")).zip()

    assert list(export.read(channels=["#help"])[0]) == ["chat/C01HELP/2026-03-14"]
    assert list(export.read(channels=["C02GENERAL"])[0]) == ["chat/C02GENERAL/2026-03-14"]


def test_a_new_export_changes_the_digests_of_changed_threads_only(export: Export) -> None:
    export.day(
        "help", said(0, ADA, "a", thread_ts=ts(0)), said(1, BEN, "b", thread_ts=ts(0)), said(2, ADA, "c")
    )
    export.day("general", said(0, ADA, "d"))
    before = digests(export.zip().path)
    export.day(
        "help", said(0, ADA, "a", thread_ts=ts(0)), said(1, BEN, "B", thread_ts=ts(0)), said(2, ADA, "c")
    )
    export.day("general", said(0, ADA, "d"), said(60 * 24, ADA, "e"))
    after = digests(export.zip().path)

    changed = {uri for uri in before if before[uri] != after[uri]}
    assert changed == {f"chat/C01HELP/{ts(0)}"}
    assert set(after) - set(before) == {"chat/C02GENERAL/2026-03-15"}


def test_a_channel_made_private_changes_its_readers_and_not_its_digests(export: Export) -> None:
    before = digests(export.day("help", said(0, ADA, "hello")).zip().path)
    export.listed("channels.json", CHANNELS[1]).listed("groups.json", CHANNELS[0]).zip()

    assert digests(export.path) == before
    assert export.read()[0]["chat/C01HELP/2026-03-14"].audience == Audience.of("channel:C01HELP")


def test_an_unpacked_export_and_one_packed_with_its_folder_are_read_alike(
    export: Export, tmp_path: Path
) -> None:
    export.day("help", said(0, ADA, "hello")).zip()
    with zipfile.ZipFile(export.path) as file:
        file.extractall(tmp_path / "unpacked")
    wrapped = Export(tmp_path / "wrapped.zip")
    wrapped.files = {f"Kestrel export/{name}": content for name, content in export.files.items()}
    wrapped.zip()

    assert export.read() == read(tmp_path / "unpacked") == wrapped.read()


# What a hostile or broken export does


def test_one_bad_file_never_stops_the_rest(export: Export) -> None:
    export.day("general", said(0, ADA, "still here"))
    export.files |= {
        "help/2026-03-01.json": "[{",
        "help/2026-03-02.json": "{}",
        "help/2026-03-03.json": "",
        "help/2026-03-04.json": '[{"ts": ' + "[" * 100_000,
        "help/2026-03-05.json": "[" + "9" * 5000 + "]",
        "help/2026-03-06.json": json.dumps([None, 7, "x", [], {"ts": 7, "user": []}, said(0, ADA, "odd")]),
        "help/2026-03-07.json": json.dumps([said(1, ADA, "x" * (1 << 20))]),
        "help/2026-03-08.json": b"\xff\xfe\x00broken".decode("latin1"),
        "help/2026-03-09.json": json.dumps(
            [{**said(0, ADA, "y"), "ts": "9" * 40}, {"files": 3, "edited": 4}]
        ),
    }
    export.zip()

    documents, unread = export.read()

    assert list(documents) == ["chat/C01HELP/2026-03-14", "chat/C02GENERAL/2026-03-14"]
    bad = [one.uri.removeprefix("chat/C01HELP/2026-03-") for one in unread]
    assert bad == [f"0{n}.json" for n in (1, 2, 3, 4, 5, 7, 8)]
    assert all(one.reason.endswith(".") for one in unread)


def test_random_damage_to_a_zip_is_a_sentence_or_a_reading(export: Export) -> None:
    export.day("help", *(said(n, ADA, f"message {n}") for n in range(50)))
    export.day("general", *(said(n, BEN, f"other {n}") for n in range(50))).zip()
    whole, seed = export.path.read_bytes(), random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)

    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 3, 30))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        export.path.write_bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))])
        try:
            export.read()
        except SourceUnavailable as error:
            assert str(error).endswith(".")


def test_a_bomb_is_left_and_the_rest_is_read(export: Export) -> None:
    export.files["help/2026-03-01.json"] = "[" + " " * (1 << 20) + "]"
    export.day("general", said(0, ADA, "fine")).zip()
    found = source(export.path)
    found._limits = Limits(1 << 24, export.path.parent / "cache")

    unread = [one for one in found.scan({}) if isinstance(one, Unread)]
    found.close()

    assert [one.uri for one in unread] == ["chat/C01HELP/2026-03-01.json"]
    assert "grows too much" in unread[0].reason


def test_names_that_lead_elsewhere_lead_nowhere(export: Export, tmp_path: Path) -> None:
    export.day("general", said(0, ADA, "fine"))
    message = json.dumps([said(0, ADA, "sneaky")])
    names = (
        "../help/2026-03-14.json",
        "/help/2026-03-14.json",
        "..\\help\\2026-03-14.json",
        "help/../2026-03-14.json",
    )
    export.files |= dict.fromkeys(names, message)
    export.zip()

    documents, _ = export.read()

    assert list(documents) == ["chat/C02GENERAL/2026-03-14"]
    assert {path.name for path in tmp_path.iterdir()} == {"export.zip", "cache"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_the_first_is_read(export: Export) -> None:
    export.day("general", said(0, ADA, "first")).zip()
    with zipfile.ZipFile(export.path, "a") as file:
        file.writestr("general/2026-03-14.json", json.dumps([said(0, ADA, "second", edited={"ts": ts(1)})]))

    assert "first" in export.read()[0]["chat/C02GENERAL/2026-03-14"].text


def test_an_encrypted_file_is_named(export: Export) -> None:
    export.day("general", said(0, ADA, "x")).day("help", said(0, ADA, "y")).zip()
    content = bytearray(export.path.read_bytes())
    at = content.rfind(b"PK\1\2")  # the last entry in the list: help/
    struct.pack_into("<H", content, at + 8, struct.unpack_from("<H", content, at + 8)[0] | 1)
    export.path.write_bytes(content)

    documents, unread = export.read()

    assert list(documents) == ["chat/C02GENERAL/2026-03-14"]
    assert "encrypted" in unread[0].reason


@pytest.mark.parametrize("broken", ["absent", "empty", "no zip", "no list", "broken list"])
def test_what_is_no_whole_export_touches_nothing(export: Export, broken: str) -> None:
    export.day("general", said(0, ADA, "x"))
    if broken == "no list":
        del export.files["channels.json"]
    if broken == "broken list":
        export.files["channels.json"] = export.files["channels.json"][:30]
    export.zip()
    if broken == "absent":
        export.path.unlink()
    if broken in ("empty", "no zip"):
        export.path.write_bytes(b"" if broken == "empty" else b"x" * 5000)

    with pytest.raises(SourceUnavailable):
        export.read()


def test_people_without_users_json_are_someone(export: Export) -> None:
    export.files["users.json"] = "[{]"
    export.day("general", said(0, ADA, "hi"), said(1, BEN, "ho", user_profile={"real_name": "Ben B."})).zip()

    documents, unread = export.read()

    assert "Someone, 2026-03-14 12:00\nhi" in documents["chat/C02GENERAL/2026-03-14"].text
    assert "Ben B., 2026" in documents["chat/C02GENERAL/2026-03-14"].text
    assert [one.uri for one in unread] == ["chat/users.json"]


def test_nothing_of_what_was_read_stays_behind(export: Export, tmp_path: Path) -> None:
    export.day("general", said(0, ADA, "x")).zip()
    found = source(export.path)
    talks = list(found.scan({}))

    assert list((tmp_path / "cache").iterdir()) == []  # while it is open, too
    found.close()
    assert [one.kept for one in found.load(talks[0])] == [True]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"workspace_url": ""}, "workspace_url"),
        ({"workspace_url": "http://x.slack.com"}, "workspace_url"),
        ({"workspace_url": f"{URL}/archives"}, "workspace_url"),
        ({"chanels": []}, "workspace_url, channels, direct"),
        ({"direct": "yes"}, "direct"),
        ({"channels": [7]}, "channels"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        source(tmp_path / "x.zip", **options)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_export(export: Export) -> None:
    import tracemalloc

    def peak(days: int) -> int:
        for n in range(days):
            messages = (
                said(n * 1440 + m, ADA, os.urandom(400).hex(), thread_ts=ts(n * 1440 + m // 9 * 9))
                for m in range(90)
            )
            export.day("help", *messages, date=f"2026-{3 + n // 28:02}-{1 + n % 28:02}")
        found = source(export.zip().path)
        tracemalloc.start()
        for _ in found.scan({}):
            pass
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        found.close()
        return reached

    few, many = peak(4), peak(40)

    assert many < few * 1.5

"""A folder as people have them: what can be read is read, the rest is named, nothing outside is opened."""

import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.loaders import File, Kind, apart
from retrieval.passage import (
    Document,
    DocumentError,
    FootnoteError,
    SettingError,
    SourceUnavailable,
    Unread,
)
from retrieval.sources import KINDS, Limits, Spec
from retrieval.sources.files import FileSource, Found

_LIMIT = 1 << 20


def _source(*paths):
    return FileSource("docs", paths, _LIMIT)


def _found(*paths):
    return [one.uri for one in _source(*paths).scan({}) if isinstance(one, Found)]


def _problems(*paths):
    return {one.uri: one.reason for one in _source(*paths).scan({}) if isinstance(one, Unread)}


def test_files_are_found_in_a_fixed_order_by_their_path(tmp_path):
    for name in ("b.md", "a/z.txt", "a/b/c.csv", "B.HTML"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")

    assert _found(tmp_path) == ["docs/B.HTML", "docs/b.md", "docs/a/z.txt", "docs/a/b/c.csv"]


def test_a_document_knows_where_it_lies_and_when_it_was_written(tmp_path):
    (tmp_path / "leave policy.md").write_text("# Leave\ntext")
    os.utime(tmp_path / "leave policy.md", (1_700_000_000, 1_700_000_000))
    source = _source(tmp_path)

    (found,) = source.scan({})
    (document,) = source.load(found)

    assert (document.uri, document.source, document.digest) == ("docs/leave policy.md", "docs", found.digest)
    assert document.url == (tmp_path / "leave policy.md").as_uri()
    assert document.updated_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_the_digest_changes_with_the_bytes_alone(tmp_path):
    file = tmp_path / "a.md"
    file.write_text("one")
    (first,) = _source(tmp_path).scan({})
    os.utime(file, (1, 1))
    (touched,) = _source(tmp_path).scan({})
    file.write_text("two")
    (changed,) = _source(tmp_path).scan({})

    assert first.digest == touched.digest != changed.digest


def test_two_folders_with_equal_names_in_them_stay_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "README.md").write_text(folder)

    assert _found(tmp_path / "a", tmp_path / "b", tmp_path / "a" / "README.md") == [
        "docs/a/README.md",
        "docs/b/README.md",
    ]


def test_hidden_files_and_version_control_are_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.md").write_text("x")
    (tmp_path / ".secret.md").write_text("x")

    assert list(_source(tmp_path).scan({})) == []


def test_a_path_that_is_not_there_is_an_error_with_a_sentence(tmp_path):
    with pytest.raises(FootnoteError, match="There is no file or folder"):
        list(_source(tmp_path / "nowhere").scan({}))


def test_empty_and_unknown_files_are_named(tmp_path):
    (tmp_path / "empty.md").write_bytes(b"")
    for name in ("a.png", "b.png", "c.xyz"):
        (tmp_path / name).write_text("x")

    problems = _problems(tmp_path)

    assert problems["docs/empty.md"] == "It is empty (0 bytes)."
    unread = [one for one in _source(tmp_path).scan({}) if isinstance(one, Unread)]

    assert sum(one.files for one in unread) == 4
    assert problems["docs/*.png"].startswith("2 files of a kind that is not read")
    assert problems["docs/*.xyz"].startswith("1 file of a kind")
    assert len(problems) == 3


def test_a_file_of_ten_gigabytes_is_named_and_not_read(tmp_path):
    with (tmp_path / "huge.md").open("wb") as stream:
        stream.truncate(10_000_000_000)
    began = time.monotonic()

    assert "larger than 1.0 MiB (9.3 GiB)" in _problems(tmp_path)["docs/huge.md"]
    assert time.monotonic() - began < 5


def test_a_file_that_grew_since_it_was_found_is_not_read_beyond_the_limit(tmp_path):
    (tmp_path / "a.md").write_text("short")
    source = _source(tmp_path)
    (found,) = source.scan({})
    (tmp_path / "a.md").write_text("x" * (_LIMIT + 1))

    (unread,) = source.load(found)

    assert "larger" in unread.reason


def test_links_to_outside_are_named_and_not_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.md").write_text("secret")
    (inside / "file.md").symlink_to(outside / "secret.md")
    (inside / "folder").symlink_to(outside)

    assert _found(inside) == []
    assert all("outside the folder" in reason for reason in _problems(inside).values())
    assert set(_problems(inside)) == {"docs/file.md", "docs/folder"}


def test_a_file_that_becomes_a_link_is_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "in" / "a.md").write_text("text")
    source = _source(tmp_path / "in")
    (found,) = source.scan({})
    (tmp_path / "in" / "a.md").unlink()
    (tmp_path / "in" / "a.md").symlink_to(tmp_path / "secret.md")

    assert [type(one) for one in source.load(found)] == [Unread]


def test_loops_of_links_end(tmp_path):
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")

    assert _found(tmp_path) == ["docs/a.md"]
    assert set(_problems(tmp_path)) == {"docs/loop", "docs/one", "docs/two"}


def test_pipes_sockets_and_devices_are_never_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket may only be short
    os.mkfifo("pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.md")
        problems = _problems(tmp_path) | _problems(Path("/dev/null"))

    assert "pipe" in problems["docs/pipe.md"]
    assert "socket" in problems["docs/socket.md"]
    assert "device" in problems["docs/null"]


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "b.md").write_text("text")
    opened = os.open

    def refuse(path, *rest, **more):
        if str(path).endswith("a.md"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)

    assert "permission" in _problems(tmp_path)["docs/a.md"]
    assert _found(tmp_path) == ["docs/b.md"]


@pytest.mark.parametrize(
    ("error", "kept"), [(PermissionError(13, "no"), False), (OSError(5, "input/output error"), True)]
)
def test_what_a_disk_that_fails_no_longer_gives_still_stands(tmp_path, monkeypatch, error, kept):
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "a.md").write_text("text")
    (tmp_path / "b.md").write_text("text")
    opened, listed = os.open, os.scandir

    def fail(path, *rest, **more):
        if str(path).endswith("b.md"):
            raise error
        return opened(path, *rest, **more)

    def refuse(path):
        if str(path).endswith("team"):
            raise error
        return listed(path)

    monkeypatch.setattr(os, "open", fail)
    monkeypatch.setattr(os, "scandir", refuse)

    unread = list(_source(tmp_path).scan({}))

    assert {one.uri: one.kept for one in unread} == {"docs/team": kept, "docs/b.md": kept}


def test_a_folder_that_cannot_be_listed_at_all_stands_for_all_of_its_source(tmp_path, monkeypatch):
    def refuse(path):
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(os, "scandir", refuse)

    (unread,) = _source(tmp_path).scan({})

    assert (unread.uri, unread.kept) == ("docs", True)


def _declared(tmp_path, **options):
    spec = Spec("docs", "files", (str(tmp_path),), options=options)
    return KINDS["files"].build(spec, Limits(_LIMIT, tmp_path / "cache"))


def test_a_declared_source_reads_its_folders(tmp_path):
    (tmp_path / "a.md").write_text("text")

    assert [one.uri for one in _declared(tmp_path).scan({})] == ["docs/a.md"]


def test_a_declared_source_whose_folder_is_not_there_is_out_of_reach_and_not_empty(tmp_path):
    with pytest.raises(SourceUnavailable, match="There is no file or folder"):
        list(_declared(tmp_path / "unmounted").scan({}))


def test_an_option_that_files_do_not_have_is_named(tmp_path):
    with pytest.raises(SettingError, match="files have no option depth"):
        _declared(tmp_path, depth=3)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"line\nbreak.md", "docs/line%0Abreak.md"),
        ("turned\u202edm.md".encode(), "docs/turned%E2%80%AEdm.md"),
        (b"broken\xff.md", "docs/broken%FF.md"),
        (b"100%.md", "docs/100%25.md"),
        (b"a#b.md", "docs/a%23b.md"),
        (b"$(rm -rf) ;'\".md", "docs/$(rm -rf) ;'\".md"),
        ("Größe 中.md".encode(), "docs/Größe 中.md"),
        (b"x" * 252 + b".md", "docs/" + "x" * 252 + ".md"),
    ],
)
def test_hostile_names_are_shown_safely_and_the_file_is_read(tmp_path, name, shown):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("text")
    source = _source(tmp_path)

    (found,) = source.scan({})
    (document,) = source.load(found)

    assert (found.uri, document.uri, document.text) == (shown, shown, "text")
    assert document.url.isascii()


def test_a_broken_file_of_any_kind_is_named_and_never_raises(tmp_path):
    suffixes = ("md", "html", "pdf", "docx", "xlsx", "pptx", "txt", "csv", "jsonl")
    for suffix in suffixes:
        (tmp_path / f"a.{suffix}").write_bytes(bytes(range(256)) * 9)
    source = _source(tmp_path)

    read = {found.uri: list(source.load(found)) for found in source.scan({})}

    assert len(read) == len(suffixes)
    assert all(type(one) in (Document, Unread) for ones in read.values() for one in ones)
    assert "broken PDF" in read["docs/a.pdf"][0].reason


def test_hostile_formats_are_read_in_a_child_that_starts_once(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(f"<p>{name}</p>")
    source = _source(tmp_path)

    texts = [one.text for found in source.scan({}) for one in source.load(found)]
    source.close()

    assert texts == ["a", "b"]


@pytest.fixture
def poison(tmp_path, monkeypatch):
    """A kind whose loader hangs, swells or dies, in a copy of the package that only the child sees."""
    shutil.copytree(Path(apart.__file__).parents[1], tmp_path / "retrieval")
    (tmp_path / "retrieval" / "loaders" / "poison.py").write_text(
        "import os\n"
        "from retrieval.loaders.text import load as read\n"
        "def load(file):\n"
        "    what = file.content.decode()\n"
        "    while what == 'hang': pass\n"
        "    if what == 'swell': held = bytearray(8 << 30)\n"
        "    if what == 'die': os._exit(9)\n"
        "    if what == 'raise': raise RuntimeError(what)\n"
        "    print('noise')\n"
        "    yield from read(file)\n"
    )
    monkeypatch.setattr(apart, "_HOME", tmp_path)
    return Kind("poison", (".poison",), apart=True)


@pytest.mark.parametrize(
    ("what", "reason"),
    [("hang", "longer than 1 s"), ("swell", "too much memory"), ("die", "crash"), ("raise", "broken")],
)
def test_a_poisonous_file_harms_only_itself(poison, what, reason):
    reader = apart.Apart(seconds=1 if what == "hang" else apart.SECONDS)
    files = [File(f"s/{n}", "s", "file:///x", "d", datetime.now(UTC), n.encode()) for n in (what, "good")]

    with pytest.raises(DocumentError, match=reason):
        list(reader.load(poison, files[0]))
    reader._seconds = apart.SECONDS  # a busy machine takes more than one to start the next child
    (good,) = reader.load(poison, files[1])
    reader.close()

    assert good.text == "good"


def test_listing_the_kinds_of_file_loads_no_parser():
    parsers = {"lxml", "pypdf", "docx", "openpyxl", "pptx"}
    code = f"import sys, retrieval.sources.files; print({parsers} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )

    assert done.stdout.strip() == "set()"

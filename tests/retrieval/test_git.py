"""A git repository as people have them: files of a branch, linked to their lines, fetched as they change."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from retrieval.passage import Document, SettingError, SourceUnavailable, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.git import GitSource, Tracked, build
from retrieval.sources.git.permalink import checked, guessed
from retrieval.split import split

Make = Callable[..., GitSource]


class Repository:
    """A real one, in a folder; `day` is when the next commit is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day = 0
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        moment = f"2026-01-{self.day + 1:02}T12:00:00 +0000"
        person = {"NAME": "A", "EMAIL": "a@a.example", "DATE": moment}
        who = {
            f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()
        }
        alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PATH": os.environ["PATH"]}
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=who | alone, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, **files: str | bytes | None) -> str:
        """Files by path, with __ for a slash and _dot_ for a full stop; None removes one."""
        for name, content in files.items():
            path = self.folder / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.day += 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=change")
        return self.head()

    def head(self) -> str:
        """The newest commit; read, as a start of git costs as much as a test."""
        branch = (self.folder / ".git" / "HEAD").read_text().strip().removeprefix("ref: ")
        return (self.folder / ".git" / branch).read_text().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "docs repository")


@pytest.fixture
def make(repository: Repository, tmp_path: Path) -> Iterator[Make]:
    """A source on the repository; each has the same cache, as one sync after the other."""
    made: list[GitSource] = []

    def make(location: str = "", most: int = 1_000_000, view: str = "", **options: Any) -> GitSource:
        given = {**options, "link": view}
        spec = Spec("docs", "git", (location or str(repository.folder),), options=given)
        made.append(build(spec, Limits(most, tmp_path / "cache")))
        return made[-1]

    yield make
    for source in made:
        source.close()


def found(source: GitSource) -> dict[str, Tracked]:
    return {one.uri: one for one in source.scan({}) if isinstance(one, Tracked)}


def problems(source: GitSource) -> dict[str, str]:
    return {one.uri: one.reason for one in source.scan({}) if isinstance(one, Unread)}


def document(source: GitSource, uri: str) -> Document:
    (one,) = source.load(found(source)[uri])
    assert isinstance(one, Document), one
    return one


def test_the_files_of_known_kinds_are_found_by_their_path(repository: Repository, make: Make) -> None:
    repository.commit(
        b_dot_md="b", a__c_dot_txt="c", main_dot_py="x", _dot_hidden__d_dot_md="d", a__e_dot_html="e"
    )

    assert list(found(make())) == ["docs/a/c.txt", "docs/a/e.html", "docs/b.md"]


def test_the_copy_may_lie_in_a_folder_named_from_where_one_stands(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a_dot_md="# A")
    monkeypatch.chdir(tmp_path)
    source = build(Spec("docs", "git", ("docs repository",)), Limits(1000, Path("cache")))

    assert document(source, "docs/a.md").title == "A"
    source.close()


def test_names_that_are_no_ascii_and_no_unicode_are_found_and_read(
    repository: Repository, make: Make
) -> None:
    (repository.folder / "über uns.md").write_text("# Us")
    Path(os.fsdecode(os.fsencode(repository.folder) + b"/\xff.md")).write_text("# Odd")
    repository.commit()
    source = make()

    assert list(found(source)) == ["docs/über uns.md", "docs/%FF.md"]
    assert document(source, "docs/%FF.md").title == "Odd"


def test_a_passage_opens_at_its_line_of_the_file_at_the_commit(repository: Repository, make: Make) -> None:
    line = "Whoever travels for the company takes the train where one goes. " * 20
    commit = repository.commit(guide__travel_dot_md=f"# Travel\n\n{line}\n\n## Hotels\n\n{line}\n")
    source = make(view="https://git.example/docs/{path}?at={commit}#L{line}")

    passages = split(document(source, "docs/guide/travel.md"))
    last = next(passage for passage in passages if passage.heading[-1] == "Hotels")
    address, _, number = last.url.partition("#L")

    assert address == f"https://git.example/docs/guide/travel.md?at={commit}"
    assert int(number) in (5, 7)
    lines = (repository.folder / "guide/travel.md").read_text().splitlines()
    assert last.text.splitlines()[0] in lines[int(number) - 1]


def test_a_file_whose_text_is_not_its_lines_is_linked_as_a_whole(repository: Repository, make: Make) -> None:
    commit = repository.commit(a_dot_html="<h1>A</h1><p>text", b_dot_csv="x,y\n1,2\n", c_dot_txt="text")
    source = make(view="https://git.example/{commit}/{path}#L{line}")

    assert document(source, "docs/a.html").line == document(source, "docs/b.csv").line == ""
    assert document(source, "docs/b.csv").url == f"https://git.example/{commit}/b.csv"
    assert document(source, "docs/c.txt").line == "L{line}"


def test_a_file_that_names_its_own_address_keeps_it_without_a_line(
    repository: Repository, make: Make
) -> None:
    repository.commit(a_dot_md="---\nurl: https://wiki.example/a\n---\n# A\n")
    one = document(make(view="https://git.example/{commit}/{path}#L{line}"), "docs/a.md")

    assert (one.url, one.line) == ("https://wiki.example/a", "")


def test_a_file_of_a_repository_on_this_machine_opens_where_it_lies(
    repository: Repository, make: Make
) -> None:
    repository.commit(a_dot_md="# A")

    assert document(make(), "docs/a.md").url == (repository.folder / "a.md").as_uri()
    assert document(make(), "docs/a.md").line == ""


def test_a_file_is_as_old_as_its_last_change(repository: Repository, make: Make) -> None:
    repository.commit(a_dot_md="# A", b_dot_md="# B")
    repository.commit(b_dot_md="# B2")
    repository.commit(c_dot_md="# C")
    source = make()

    ages = {uri: document(source, uri).updated_at for uri in found(source)}

    assert ages == {
        "docs/a.md": datetime(2026, 1, 2, 12, tzinfo=UTC),
        "docs/b.md": datetime(2026, 1, 3, 12, tzinfo=UTC),
        "docs/c.md": datetime(2026, 1, 4, 12, tzinfo=UTC),
    }


def test_a_file_older_than_what_was_fetched_is_as_old_as_that(repository: Repository, make: Make) -> None:
    repository.commit(a_dot_md="# A")
    for number in range(4):
        repository.commit(b_dot_md=f"# B{number}")

    assert document(make(history=2), "docs/a.md").updated_at == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert document(make(history=0), "docs/a.md").updated_at == datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_what_changed_moved_or_vanished_shows_in_the_digests(repository: Repository, make: Make) -> None:
    repository.commit(a_dot_md="# A", b_dot_md="# B", c_dot_md="# C")
    before = found(make())
    repository.commit(a_dot_md="# A2", b_dot_md=None, new__b_dot_md="# B")
    after = found(make())

    assert list(after) == ["docs/a.md", "docs/c.md", "docs/new/b.md"]
    assert before["docs/a.md"].digest != after["docs/a.md"].digest
    assert before["docs/c.md"].digest == after["docs/c.md"].digest
    assert before["docs/b.md"].digest == after["docs/new/b.md"].digest


def test_the_digest_changes_with_the_links_that_are_made(repository: Repository, make: Make) -> None:
    repository.commit(a_dot_md="# A")
    (one,) = found(make()).values()
    (other,) = found(make(view="https://git.example/{path}")).values()

    assert one.digest != other.digest


def test_another_branch_and_a_subfolder_are_read_if_told(repository: Repository, make: Make) -> None:
    repository.commit(a_dot_md="# A", guide__b_dot_md="# B", guide2__c_dot_md="# C")
    repository.git("checkout", "--quiet", "-b", "release/2")
    repository.commit(guide__d_dot_md="# D", guide__old__e_dot_md="# E")
    repository.git("checkout", "--quiet", "main")

    assert "docs/guide/d.md" not in found(make())
    assert list(found(make(branch="release/2", subfolder="/guide/", exclude=["**/old/**"]))) == [
        "docs/guide/b.md",
        "docs/guide/d.md",
    ]
    assert list(found(make(include=["guide*/**"]))) == ["docs/guide/b.md", "docs/guide2/c.md"]


def test_a_branch_or_folder_that_is_not_there_takes_no_document_with_it(
    repository: Repository, make: Make
) -> None:
    repository.commit(a_dot_md="# A")

    with pytest.raises(SourceUnavailable, match="no such branch"):
        found(make(branch="nope"))
    with pytest.raises(SourceUnavailable, match="no such subfolder"):
        found(make(subfolder="nope"))


def test_a_repository_without_a_commit_is_no_reason_to_forget(make: Make) -> None:
    with pytest.raises(SourceUnavailable, match="nothing in it"):
        found(make())


def test_links_and_submodules_are_named_and_not_followed(
    repository: Repository, make: Make, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (repository.folder / "link.md").symlink_to(tmp_path / "secret.md")
    commit = repository.commit(a_dot_md="# A")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},part")
    repository.git("commit", "--quiet", "--message=part")

    source = make()

    assert list(found(source)) == ["docs/a.md"]
    assert problems(source) == {
        "docs/link.md": "It is a link and was not followed.",
        "docs/part": "It is another repository (a submodule); name it as a source of its own.",
    }


def test_what_is_empty_too_large_or_elsewhere_is_named(repository: Repository, make: Make) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    repository.commit(empty_dot_md="", large_dot_md="x" * 2001, lfs_dot_pdf=pointer, a_dot_pdf="no PDF")
    source = make(most=2000)
    ones = list(source.scan({}))

    unread = {one.uri: one.reason for one in ones if isinstance(one, Unread)}
    for one in ones:
        if isinstance(one, Tracked):
            unread |= {left.uri: left.reason for left in source.load(one) if isinstance(left, Unread)}

    assert "empty" in unread["docs/empty.md"] and "larger" in unread["docs/large.md"]
    assert "Git LFS" in unread["docs/lfs.pdf"] and "broken" in unread["docs/a.pdf"]


def test_a_rewritten_branch_is_followed(repository: Repository, make: Make) -> None:
    repository.commit(a_dot_md="# A")
    first = repository.git("rev-parse", "HEAD")
    repository.commit(b_dot_md="# B")
    assert len(found(make())) == 2
    repository.git("reset", "--quiet", "--hard", first)
    repository.commit(c_dot_md="# C")

    assert list(found(make())) == ["docs/a.md", "docs/c.md"]


def test_an_unchanged_sync_fetches_nothing_and_reads_nothing(
    repository: Repository, make: Make, tmp_path: Path
) -> None:
    repository.commit(a_dot_md="# A")
    before = found(make())
    packed = {
        path: path.stat().st_mtime_ns for path in (tmp_path / "cache/mirror.git/objects").rglob("*.pack")
    }

    assert found(make()) == before
    assert packed == {
        path: path.stat().st_mtime_ns for path in (tmp_path / "cache/mirror.git/objects").rglob("*.pack")
    }


@pytest.mark.parametrize("damage", ["lock", "objects", "head", "killed"])
def test_a_copy_that_a_killed_sync_left_damaged_is_made_anew(
    repository: Repository, make: Make, tmp_path: Path, damage: str
) -> None:
    repository.commit(a_dot_md="# A")
    found(make())
    copy = tmp_path / "cache" / "mirror.git"
    if damage == "lock":
        (copy / "shallow.lock").touch()
        (copy / "refs/footnote/tip.lock").touch()
    elif damage == "head":
        (copy / "HEAD").unlink()
    elif damage == "objects":
        for path in (*copy.glob("objects/pack/*"), *copy.glob("objects/??/*")):
            path.unlink()
    else:
        (tmp_path / "cache" / "fetched-old" / "mirror.git").mkdir(parents=True)
    repository.commit(b_dot_md="# B")
    source = make()

    assert list(found(source)) == ["docs/a.md", "docs/b.md"]
    assert document(source, "docs/b.md").title == "B"
    assert not (tmp_path / "cache" / "fetched-old").exists()


@pytest.mark.parametrize("history", [0, 500])
@pytest.mark.parametrize("part", ["HEAD", "HEAD^{tree}", "HEAD:a.md"])
def test_a_copy_that_lacks_a_part_is_made_anew_also_where_nothing_changed(
    repository: Repository, make: Make, tmp_path: Path, part: str, history: int
) -> None:
    repository.commit(a_dot_md="# A")
    before = found(make(history=history))
    lost = repository.git("rev-parse", part)
    (tmp_path / "cache" / "mirror.git" / "objects" / lost[:2] / lost[2:]).unlink()
    source = make(history=history)

    assert found(source) == before
    assert document(source, "docs/a.md").title == "A"


def test_a_repository_that_is_away_leaves_the_copy_as_it_is(
    repository: Repository, make: Make, tmp_path: Path
) -> None:
    repository.commit(a_dot_md="# A")
    found(make())
    away = repository.folder.rename(tmp_path / "away")

    with pytest.raises(SourceUnavailable, match="no repository") as error:
        found(make(str(repository.folder) + "/"))
    assert str(tmp_path) not in str(error.value)
    assert (tmp_path / "cache" / "mirror.git" / "HEAD").exists()
    away.rename(repository.folder)
    assert list(found(make())) == ["docs/a.md"]


def test_nothing_of_a_repository_is_run(repository: Repository, make: Make, tmp_path: Path) -> None:
    """Hooks, filters, what reads a diff, a monitor of files: no setting of the repository takes effect."""
    trap = tmp_path / "trap"
    script = repository.folder / "run.sh"
    repository.commit(
        a_dot_md="# A",
        _dot_gitattributes="*.md filter=evil diff=evil\n",
        run_dot_sh=f"#!/bin/sh\ntouch '{trap}'\n",
    )
    script.chmod(0o755)
    for key in (
        "filter.evil.smudge",
        "diff.evil.textconv",
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
    ):
        repository.git("config", key, str(script))
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-update", "pre-push"):
        (repository.folder / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\ntouch '{trap}'\n")
        (repository.folder / ".git" / "hooks" / hook).chmod(0o755)

    assert document(make(), "docs/a.md").title == "A"
    assert not trap.exists()


def test_neither_settings_of_the_person_nor_secrets_of_ours_reach_git(
    repository: Repository, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a_dot_md="# A")
    seen = tmp_path / "seen"
    (tmp_path / "bin").mkdir()
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\n{{ env; echo "$@"; }} >> "{seen}"\nexec {real} "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'protocol.ext.allow=always'")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")

    assert found(make())
    told = seen.read_text()
    assert "xoxb-secret" not in told and "GIT_CONFIG_PARAMETERS" not in told and "GIT_DIR" not in told
    assert "GIT_TERMINAL_PROMPT=0" in told and "GIT_ALLOW_PROTOCOL=file" in told


@pytest.mark.parametrize(
    "location",
    [
        "ext::sh -c 'touch /tmp/x'",
        "fd::3",
        "file:///etc",
        "git://git.example/a",
        "ftp://git.example/a",
        "--upload-pack=touch x",
        "-oProxyCommand=touch x",
        "ssh://-oProxyCommand=x/a",
        "git@-oProxyCommand=x:a",
        "https://user:word@git.example/a",
        "https://user@git.example/a",
        "https:///a",
        "nothing",
        "",
    ],
)
def test_a_location_that_is_no_repository_is_refused(make: Make, tmp_path: Path, location: str) -> None:
    with pytest.raises(SettingError, match="Source docs: location") as error:
        build(Spec("docs", "git", (location,)), Limits(1, tmp_path))

    assert ":word" not in str(error.value)


@pytest.mark.parametrize(
    "location",
    ["https://git.example/a/b.git", "git@git.example:a/b.git", "ssh://git@git.example:22/a/b", "host:a/b"],
)
def test_a_repository_may_be_named_in_every_usual_form(tmp_path: Path, location: str) -> None:
    build(Spec("docs", "git", (location,)), Limits(1, tmp_path)).close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"brunch": "x"}, "Did you mean branch"),
        ({"branch": "--upload-pack=x"}, "branch is no name"),
        ({"branch": "a..b"}, "branch is no name"),
        ({"branch": "a:refs/heads/b"}, "branch is no name"),
        ({"link": "https://git.example/{path}/{line}"}, "behind a #"),
        ({"link": "https://git.example/{title}"}, "it can hold"),
        ({"link": "javascript:alert({line})"}, "it can hold|it is an address"),
        ({"link": "https://{path}/#L{line}"}, "it is an address"),
        ({"link": "https://git.example/{path"}, "stands alone"),
        ({"token": "s3cret"}, "token is sent by https only"),
        ({"history": -1}, "history is a whole number of at least 0"),
        ({"include": ["[a]"]}, "include: it matches nothing"),
    ],
)
def test_an_option_that_is_wrong_is_named_and_its_value_is_not(options: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said) as error:
        build(Spec("docs", "git", ("/srv/git/docs",), options=options), Limits(1, Path("/nowhere")))

    assert "Source docs" in str(error.value) and "s3cret" not in str(error.value)


# over http


class GitServer:
    """Speaks enough of git's dumb protocol, from a folder, to whoever has the login."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, str]] = []
        self.login = ""
        self.moved = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, said = self.path.partition("?")[0], self.headers.get("Authorization", "")
                outer.asked.append((path, said))
                if outer.moved:
                    self._say(302, b"", Location=outer.moved + self.path)
                elif outer.login and said != outer.login:
                    self._say(401, b"", **{"WWW-Authenticate": 'Basic realm="git"'})
                elif (folder / path.lstrip("/")).is_file():
                    self._say(200, (folder / path.lstrip("/")).read_bytes())
                else:
                    self._say(404, b"")

            def _say(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server(repository: Repository, tmp_path: Path) -> Iterator[GitServer]:
    repository.commit(a_dot_md="# A")
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "web" / "docs.git"))
    subprocess.run(["git", "update-server-info"], cwd=tmp_path / "web" / "docs.git", check=True)
    server = GitServer(tmp_path / "web")
    yield server
    server.close()


def test_a_repository_on_a_server_is_read(server: GitServer, make: Make) -> None:
    source = make(f"{server.url}/docs.git", history=0)

    assert document(source, "docs/a.md").title == "A"


def test_a_server_that_wants_a_login_is_told_so_and_asks_nobody(server: GitServer, make: Make) -> None:
    server.login = "Basic " + base64.b64encode(b"x-access-token:s3cret").decode()

    with pytest.raises(SourceUnavailable, match="asks for a login: give a `token`"):
        found(make(f"{server.url}/docs.git", history=0))


def test_a_token_is_a_header_for_that_host_and_for_no_other(
    server: GitServer, repository: Repository, tmp_path: Path
) -> None:
    """Over http here, because the stand-in has no certificate: what checks for https is passed by."""
    from retrieval.sources.git.mirror import Mirror, Remote
    from retrieval.sources.git.program import login

    header = login("x-access-token", "s3cret")
    server.login = header.removeprefix("Authorization: ")
    elsewhere = GitServer(tmp_path / "web")
    mirror = Mirror(tmp_path / "c", Remote(f"{server.url}/docs.git", "", 0, header), 60)

    assert mirror.fetch() == repository.git("rev-parse", "HEAD")
    assert "s3cret" not in "".join(
        path.read_text(errors="replace") for path in (tmp_path / "c").rglob("*") if path.is_file()
    )
    server.moved = elsewhere.url
    server.asked.clear()
    with pytest.raises(SourceUnavailable, match="moved"):
        mirror.fetch()
    elsewhere.close()
    assert elsewhere.asked == [] and len(server.asked) == 1


def test_a_server_that_never_answers_is_left_in_time(make: Make) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = make(f"http://127.0.0.1:{silent.getsockname()[1]}/docs.git", timeout=0.3)
        with pytest.raises(SourceUnavailable, match=r"git took longer than 0.3 s; `timeout`"):
            found(source)


def test_a_machine_without_git_is_told_to_install_it(
    repository: Repository, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a_dot_md="# A")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(SourceUnavailable, match="git is not installed"):
        found(make())


# links


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b/blob/C/x%20y.md?plain=1"),
        ("git@github.com:a/b.git", "https://github.com/a/b/blob/C/x%20y.md?plain=1"),
        ("ssh://git@github.a.example:22/a/b", "https://github.a.example/a/b/blob/C/x%20y.md?plain=1"),
        ("https://gitlab.com/g/s/b.git", "https://gitlab.com/g/s/b/-/blob/C/x%20y.md?plain=1"),
        ("https://gitlab.a.example:84/b", "https://gitlab.a.example:84/b/-/blob/C/x%20y.md?plain=1"),
        ("https://codeberg.org/a.git", "https://codeberg.org/a/src/commit/C/x%20y.md?display=source"),
        ("https://gitea.a.example/b", "https://gitea.a.example/b/src/commit/C/x%20y.md?display=source"),
        ("git@bitbucket.org:a/b.git", "https://bitbucket.org/a/b/src/C/x%20y.md"),
        ("https://code.acme.example/a/b", ""),
        ("/srv/git/gitlab", ""),
    ],
)  # fmt: skip
def test_links_are_those_of_the_host(location: str, url: str) -> None:
    assert guessed(location).address("C", b"x y.md") == url
    assert guessed(location).line == ("" if not url else "lines-{line}" if "bitbucket" in url else "L{line}")


def test_a_template_of_ones_own_holds_no_matter_what_a_path_is_called() -> None:
    link = checked("https://git.example/{path}?at={commit}#L{line}")

    assert link.address("C", b"a/{commit}#?\xff.md") == "https://git.example/a/%7Bcommit%7D%23%3F%FF.md?at=C"
    assert checked("https://git.example/{path}#top").address("C", b"a") == "https://git.example/a#top"

"""The files that come with a question: read from Slack only, within limits, and gone afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.attachments import Attachments, Limits
from bot.download import Download

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
TEXT = "The stand at the Bergen fair costs 8,400 kroner.\n\nThe Oslo office pays for it."


@dataclass
class Files:
    """A server of files on loopback, which stands for Slack's: what it has, what it was asked."""

    address: str = ""
    bodies: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.bodies[path] = (status, {"Content-Length": str(len(body))} | named, body)
        return f"{self.address}{path}"


def served() -> tuple[Files, ThreadingHTTPServer]:
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.asked.append((self.path, self.headers.get("Authorization", "")))
            status, headers, body = files.bodies.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    files.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return files, server


@pytest.fixture
def slack_files() -> Iterator[Files]:
    files, server = served()
    yield files
    server.shutdown()
    server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Files]:
    files, server = served()
    yield files
    server.shutdown()
    server.server_close()


@pytest.fixture
def attachments(slack_files: Files) -> Attachments:
    return Attachments(WebClient("xoxb-1", base_url=f"{slack_files.address}/api/"), Limits(1 << 20))


def given(
    files: Files, name: str, body: bytes, mimetype: str = "text/plain", **headers: str
) -> dict[str, Any]:
    url = files.put(f"/files/{name}", body, **headers)
    return {
        "id": "F1", "name": name, "mimetype": mimetype, "size": len(body), "url_private_download": url,
        "permalink": f"https://plover.slack.com/files/U1/F1/{name}",
    }  # fmt: skip


def test_a_text_is_read_under_its_name_with_the_link_to_it_in_slack(slack_files, attachments) -> None:
    read = attachments.read([given(slack_files, "offer.txt", TEXT.encode())])

    assert "".join(p.text for p in read.passages).startswith("The stand at the Bergen fair")
    assert {(p.title, p.url, p.source) for p in read.passages} == {
        ("offer.txt", "https://plover.slack.com/files/U1/F1/offer.txt", "")
    }
    assert read.unread == ()
    assert slack_files.asked == [("/files/offer.txt", "Bearer xoxb-1")]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("money/expenses.md", "Dinner"),
        ("people/holidays-2026.csv", "2026"),
        ("product/faq.html", "Tarn"),
        ("engineering/on-call.docx", "on call"),
        ("people/training.xlsx", "course"),
        ("product/tarn-2027.pptx", "Tarn"),
        ("money/travel.pdf", "train"),
    ],
)
def test_every_kind_of_document_is_read(slack_files, attachments, path: str, word: str) -> None:
    body = (HANDBOOK / path).read_bytes()

    read = attachments.read([given(slack_files, Path(path).name, body, "application/octet-stream")])

    assert read.unread == ()
    assert word.casefold() in " ".join(p.text for p in read.passages).casefold()
    assert {p.url for p in read.passages} == {f"https://plover.slack.com/files/U1/F1/{Path(path).name}"}


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({"name": "plan.png", "mimetype": "image/png"}, "I have not read plan.png: I read text"),
        ({"name": "plan.pdf", "size": 9 << 20}, "I have not read plan.pdf: it is larger than 1 MB"),
        (
            {"name": "plan.pdf", "url_private_download": "https://drive.example.com/x"},
            "Slack did not hand it over",
        ),
        ({"name": "plan.pdf", "url_private_download": ""}, "Slack did not hand it over"),
        ({"name": "plan.pdf"}, "I could not read plan.pdf: it is broken"),
        ({"name": "", "mimetype": "video/mp4"}, "I have not read a file"),
    ],
)
def test_what_is_not_read_is_said_in_a_sentence_that_names_it(
    slack_files, attachments, file, sentence
) -> None:
    read = attachments.read([given(slack_files, "plan.pdf", b"%PDF-1.7 no more") | file])

    assert read.passages == ()
    assert len(read.unread) == 1 and sentence in read.unread[0]


def test_the_sentence_is_in_the_language_of_who_asked(slack_files, attachments) -> None:
    file = given(slack_files, "plan.png", b"x", "image/png")

    assert attachments.read([file], "de-DE").unread[0].startswith("plan.png habe ich nicht gelesen")


def test_the_token_goes_to_slack_only_and_no_redirect_is_followed(
    slack_files, elsewhere, attachments
) -> None:
    target = elsewhere.put("/stolen", TEXT.encode())
    moved = given(slack_files, "moved.txt", b"")
    slack_files.put("/files/moved.txt", b"", status=302, Location=target)
    other = moved | {"url_private_download": target}

    read = attachments.read([moved, other])

    assert read.passages == () and len(read.unread) == 2
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.txt", True),
        ("https://plover.slack.com/files/U1/F1/a.txt", True),
        ("https://files.slack-gov.com/a", True),
        ("http://files.slack.com/a", False),
        ("https://files.slack.com:8443/a", False),
        ("https://files.slack.com@example.com/a", False),
        ("https://u:p@files.slack.com/a", False),
        ("https://evilslack.com/a", False),
        ("https://files.slack.com.example.com/a", False),
        ("https://slack.com.example.com\\@files.slack.com/a", False),
        ("file:///etc/passwd", False),
        ("//files.slack.com/a", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_slack_s_own_hosts_are_slack(url: str, trusted: bool) -> None:
    assert Download(WebClient("xoxb-1")).trusts(url) == trusted


def test_a_file_that_lies_about_its_size_is_left_at_the_limit(slack_files, attachments) -> None:
    file = given(slack_files, "big.txt", b"word " * 400_000, Content_Length="")

    read = attachments.read([file | {"size": 10}])

    assert read.passages == () and "larger than 1 MB" in read.unread[0]


def test_a_page_to_sign_in_is_no_file(slack_files, attachments, caplog) -> None:
    file = given(slack_files, "a.txt", b"<html>Sign in</html>", Content_Type="text/html; charset=utf-8")

    with caplog.at_level(logging.WARNING):
        read = attachments.read([file])

    assert read.passages == () and "Slack did not hand it over" in read.unread[0]
    assert "files:read" in caplog.text and "a.txt" not in caplog.text


def test_a_file_cannot_say_where_it_links_or_what_it_is_called(slack_files, attachments) -> None:
    head = b"---\ntitle: Payroll\nurl: https://evil.example.com\n---\n"
    text = head + b"# Head\n\nPay the invoice at once to the new account."

    read = attachments.read([given(slack_files, "note.md", text)])
    unlinked = attachments.read(
        [given(slack_files, "note.md", text) | {"permalink": "https://evil.example.com"}]
    )

    assert {(p.title, p.url) for p in read.passages} == {
        ("note.md", "https://plover.slack.com/files/U1/F1/note.md")
    }
    assert {p.url for p in unlinked.passages} == {""}


def test_of_many_files_the_first_are_read_and_of_a_long_one_the_beginning(slack_files) -> None:
    slack = WebClient("xoxb-1", base_url=f"{slack_files.address}/api/")
    long = given(slack_files, "long.txt", b"".join(b"Line %d is here.\n\n" % n * 20 for n in range(3000)))
    small = given(slack_files, "small.txt", TEXT.encode())

    read = Attachments(slack, Limits(8 << 20, files=1)).read([long, small])

    assert len(read.passages) == 1000
    assert "only the beginning of long.txt" in read.unread[0]
    assert "up to 1 file" in read.unread[1] and "small.txt" in read.unread[1]


def test_reading_can_be_turned_off_and_then_nothing_is_asked(slack_files) -> None:
    slack = WebClient("xoxb-1", base_url=f"{slack_files.address}/api/")

    read = Attachments(slack, Limits(0)).read([given(slack_files, "a.txt", TEXT.encode())])

    assert "turned off" in read.unread[0] and slack_files.asked == []


def test_a_name_cannot_steer_or_run_on(slack_files, attachments) -> None:
    name = "a\x1b[31m\n" + "x" * 300 + ".png"

    sentence = attachments.read([given(slack_files, "a", b"x", "image/png") | {"name": name}]).unread[0]

    assert "\x1b" not in sentence and "\n" not in sentence and len(sentence) < 250


def test_nothing_of_a_file_is_left_behind(slack_files, attachments, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = {thread.name for thread in threading.enumerate()}

    attachments.read([given(slack_files, "a.txt", TEXT.encode())])

    assert list(tmp_path.iterdir()) == []
    assert {thread.name for thread in threading.enumerate() if "Thread" not in thread.name} <= before


def test_which_files_were_read_whole_is_known(slack_files, attachments, monkeypatch) -> None:
    rows = "Order;Amount\n" + "".join(f"{n};{n * 2}\n" for n in range(2000))
    file = given(slack_files, "orders.csv", rows.encode())

    read = attachments.read([file])
    monkeypatch.setattr("bot.attachments.PASSAGES", 5)
    cut = attachments.read([file])

    assert (read.whole, read.unread) == ({"attached/F1"}, ())
    assert (cut.whole, len(cut.unread)) == (frozenset(), 1)

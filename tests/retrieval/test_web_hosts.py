"""What a web site may not do to its reader: lead inside, never end, swell, drip, or lie about its name."""

from __future__ import annotations

import gzip
import ipaddress
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from website import Asked, Reply, WebSite, html, links, running

from retrieval.passage import SourceUnavailable, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.web import WebSource
from retrieval.sources.web.addresses import name, normal
from retrieval.sources.web.crawl import Page
from retrieval.sources.web.fetch import _plain
from retrieval.sources.web.hosts import Hosts, is_this_machine
from retrieval.sources.web.robots import Rule, parsed

Resolve = Callable[[str, int], Sequence[str]]

INSIDE = """
10.0.0.1 172.16.5.5 192.168.1.1 100.64.0.1 fc00::1 fd12:3456::1 fec0::1 ::ffff:10.0.0.1 64:ff9b::a00:1
2002:a00:1::
""".split()
CLOUD = """
169.254.169.254 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fe80::1 fe80::a9fe:a9fe
::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe:: ::169.254.169.254 64:ff9b:1::a9fe:a9fe
0.0.0.0 :: 224.0.0.1 ff02::1 255.255.255.255 240.0.0.1
""".split()
FORBIDDEN = "10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/4".split()
LOOPBACK = "127.0.0.1 127.255.0.3 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::".split()
OUTSIDE = "93.184.216.34 8.8.8.8 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.fixture
def site() -> Iterator[WebSite]:
    with running() as site:
        site.pages["/"] = html("<h1>Home</h1>")
        yield site


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., WebSource]]:
    made: list[WebSource] = []

    def make(url: str, resolve: Resolve | None = None, most: int = 1_000_000, **options: Any) -> WebSource:
        given = {"private": True, "pause": 0.0, **options}
        made.append(
            WebSource(Spec("hb", "web", (url,), options=given), Limits(most, tmp_path / "c"), resolve)
        )
        return made[-1]

    yield make
    for source in made:
        source.close()


def reasons(source: WebSource) -> dict[str, str]:
    return {one.uri: one.reason for one in source.scan({}) if isinstance(one, Unread)}


def found(source: WebSource) -> list[str]:
    return [one.uri for one in source.scan({}) if isinstance(one, Page)]


# where a name leads


def test_addresses_are_allowed_by_what_they_are_in_whatever_form_they_come() -> None:
    def allowed(ips: list[str], *, private: bool = False, loopback: bool = False) -> list[str]:
        good = []
        for ip in ips:
            hosts = Hosts(private, loopback, lambda host, port, ip=ip: [ip])
            try:
                good += hosts.addresses("wiki.example", 443)
            except SourceUnavailable:
                continue
        return good

    assert allowed(OUTSIDE) == OUTSIDE and allowed(OUTSIDE, private=True) == OUTSIDE
    assert allowed(INSIDE) == [] and allowed(INSIDE, private=True) == INSIDE
    assert allowed(CLOUD) == allowed(CLOUD, private=True) == allowed(CLOUD, private=True, loopback=True) == []
    assert allowed(LOOPBACK) == allowed(LOOPBACK, private=True) == []
    assert "127.0.0.1" in allowed(LOOPBACK, private=True, loopback=True)


def test_no_random_address_of_a_forbidden_network_is_allowed_in_any_form() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    hosts = Hosts()
    for network in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
    ):
        net = ipaddress.ip_network(network)
        for _ in range(50):
            low = int(net.network_address) + chance.randrange(net.num_addresses)
            forms = [
                ipaddress.IPv4Address(low),
                ipaddress.IPv6Address((0xFFFF << 32) + low),
                ipaddress.IPv6Address((0x64FF9B << 96) + low),
                ipaddress.IPv6Address((0x2002 << 112) + (low << 80) + chance.randrange(2**80)),
                ipaddress.IPv6Address(low),
            ]
            assert [str(form) for form in forms if not hosts._problem(form)] == []


def test_a_name_that_leads_inside_is_not_asked_and_the_sentence_says_how_to_allow_it(make: Any) -> None:
    source = make("http://wiki.example/", lambda host, port: ["10.0.0.5"], private=False)

    with pytest.raises(SourceUnavailable, match=r"wiki.example was not asked.*`private = true`"):
        found(source)


def test_a_name_that_leads_to_both_sides_is_not_asked(make: Any) -> None:
    source = make("http://wiki.example/", lambda host, port: ["93.184.216.34", "169.254.169.254"])

    with pytest.raises(SourceUnavailable, match="belongs to no web site"):
        found(source)


def test_this_machine_is_asked_only_where_the_location_itself_names_it(make: Any, site: WebSite) -> None:
    port = site.url.rpartition(":")[2]
    disguised = make(f"http://wiki.example:{port}/", lambda host, port: ["127.0.0.1"])

    with pytest.raises(SourceUnavailable, match="leads to this machine itself"):
        found(disguised)
    with pytest.raises(SourceUnavailable, match="leads to this machine itself"):
        found(make(f"http://localhost:{port}/", private=False))
    assert site.asked == []
    assert found(make(f"http://localhost:{port}/", lambda host, port: ["127.0.0.1"])) == ["hb/"]
    assert [is_this_machine(h) for h in ("localhost", "127.8.0.1", "::1", "localhost.evil.example")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.0.0.1", "1.2.3"])
def test_a_host_written_as_a_number_is_refused(make: Any, host: str) -> None:
    with pytest.raises(SourceUnavailable, match="is a number and no host"):
        found(make(f"http://{host}/", lambda host, port: ["93.184.216.34"]))


def test_a_connection_goes_to_the_very_address_that_was_checked(
    make: Any, site: WebSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up once for a connection; what it says a moment later changes nothing."""
    looked_up: list[str] = []
    answers = iter(["127.0.0.1", "169.254.169.254"])

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return [next(answers)]

    reached: list[str] = []
    create = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda to, *a, **k: (reached.append(to[0]), create(to, *a, **k))[1]
    )
    site.pages["/"] = html(links("/a"))
    site.pages["/a"] = Reply(b"<p>a", headers={"Content-Type": "text/html", "Connection": "close"})
    source = make(site.url.replace("127.0.0.1", "localhost"), resolve)

    assert found(source) == ["hb/", "hb/a"]
    assert looked_up == ["localhost"] and reached == ["127.0.0.1"]


def test_a_name_that_turns_inside_while_it_is_walked_over_ends_the_walk(make: Any, site: WebSite) -> None:
    answers = iter(["127.0.0.1", "169.254.169.254"])
    site.pages["/"] = Reply(
        links("/a").encode(),
        headers={"Content-Type": "text/html"},
        stream=lambda write: write(b"<a href=/a>a</a>"),
    )
    site.pages["/a"] = html("a")
    source = make(site.url.replace("127.0.0.1", "localhost"), lambda host, port: [next(answers)])

    with pytest.raises(SourceUnavailable, match="belongs to no web site"):
        found(source)
    assert "/a" not in site.paths()


ELSEWHERE = """
http://169.254.169.254/latest/meta-data/ http://[fd00:ec2::254]/ //169.254.169.254/ http://127.0.0.1:1/
http://localhost/ http://0x7f000001/ http://user:word@127.0.0.1/ file:///etc/passwd gopher://127.0.0.1/
javascript:alert(1)
""".split()


def test_a_page_that_leads_elsewhere_is_named_and_not_followed(make: Any, site: WebSite) -> None:
    site.pages["/"] = html(links(*(f"/{number}" for number, _ in enumerate(ELSEWHERE))))
    for number, target in enumerate(ELSEWHERE):
        site.pages[f"/{number}"] = Reply(b"", 302, {"Location": target})

    named = reasons(make(site.url))

    followed = [t for n, t in enumerate(ELSEWHERE) if "another host" not in named.get(f"hb/{n}", "")]
    assert followed == []


def test_robots_and_sitemaps_are_not_followed_elsewhere_either(make: Any, site: WebSite) -> None:
    site.pages["/robots.txt"] = Reply(b"", 302, {"Location": "http://169.254.169.254/robots.txt"})
    site.pages["/sitemap.xml"] = Reply(b"", 302, {"Location": "http://169.254.169.254/sitemap.xml"})

    assert found(make(site.url)) == ["hb/"]


def test_a_site_of_https_is_never_asked_without_it(make: Any) -> None:
    source = make("https://wiki.example/", lambda host, port: ["93.184.216.34"])

    assert source._site.url("http://wiki.example/a") == "https://wiki.example/a"
    assert source._site.url("http://wiki.example:8080/a") is None


def test_a_name_that_is_not_known_is_a_site_that_does_not_answer(make: Any) -> None:
    with pytest.raises(SourceUnavailable, match="could not be reached"):
        found(make("http://wiki.invalid/", private=False))


# what never ends


def test_a_page_beyond_the_limit_is_named_and_not_kept_on_disk(
    make: Any, site: WebSite, tmp_path: Path
) -> None:
    site.pages["/"] = html(links("/said", "/unsaid", "/a"))
    site.pages["/said"] = Reply(b"x" * 20_001, headers={"Content-Type": "text/plain"})

    def endless(write: Callable[[bytes], None]) -> None:
        while True:
            write(b"x" * 1000)

    site.pages["/unsaid"] = Reply(headers={"Content-Type": "text/plain"}, stream=endless)
    site.pages["/a"] = html("a")
    source = make(site.url, most=20_000)
    ones = list(source.scan({}))

    left = {one.uri: one.reason for one in ones if isinstance(one, Unread)}
    assert list(left) == ["hb/said", "hb/unsaid"]
    assert all(
        "larger than 20000 bytes" in reason or "larger than 20.0 KB" in reason for reason in left.values()
    )
    assert sum(path.stat().st_size for path in tmp_path.glob("c/pages-*/*")) < 1000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_page_that_swells_is_met_before_it_does(make: Any, site: WebSite, encoding: str) -> None:
    import zlib

    plain = b"x" * 20_000_000
    packed = gzip.compress(plain, 1) if encoding == "gzip" else zlib.compress(plain, 1)
    del plain
    site.pages["/"] = html(links("/a"))
    site.pages["/a"] = Reply(packed, headers={"Content-Type": "text/html", "Content-Encoding": encoding})

    assert "larger than" in reasons(make(site.url))["hb/a"]


def test_of_what_swells_never_more_than_a_little_is_in_memory() -> None:
    blocks = _plain([gzip.compress(b"x" * 5_000_000)], "gzip")

    assert max(len(block) for block in blocks) <= 65536


def test_pages_come_compressed_and_are_read(make: Any, site: WebSite) -> None:
    site.pages["/"] = Reply(
        gzip.compress(links("/a").encode()), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    )
    site.pages["/a"] = Reply(
        gzip.compress(b"<p>whole")[:-9], headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    )
    source = make(site.url)
    ones = list(source.scan({}))

    assert [getattr(one, "kept", None) for one in ones] == [None, True]
    assert "broke off" in str(ones[1])


@pytest.mark.parametrize("where", ["body", "headers"])
def test_a_server_that_sends_a_byte_now_and_then_ends_in_time(make: Any, site: WebSite, where: str) -> None:
    stop = threading.Event()
    asked: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        while not stop.is_set():
            try:
                link, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(link,), daemon=True).start()

    def drip(link: socket.socket) -> None:
        with link:
            asked.append(link.recv(65536))
            slow = b" /" not in asked[-1] or b"GET / " in asked[-1]
            if not slow:
                link.sendall(b"HTTP/1.1 404 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
            link.sendall(head + (b"\r\n" if where == "body" else b"X-Slow: "))
            while not stop.wait(0.05):
                try:
                    link.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        source = make(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.5)
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match="too long"):
            found(source)
        assert time.monotonic() - began < 20
        stop.set()


def test_a_calendar_without_an_end_is_left_where_the_limit_is(make: Any, site: WebSite) -> None:
    def calendar(asked: Asked) -> Reply:
        if asked.path in ("/robots.txt", "/sitemap.xml"):
            return Reply(b"", 404)
        day = int(asked.path.rpartition("=")[2]) if "=" in asked.path else 0
        return html(links(f"/?day={day + 1}", f"/?day={day + 2}", f"./deep/deep/?day={day + 3}"))

    site.pages.clear()
    site.otherwise = calendar
    source = make(site.url, pages=25)

    ones = list(source.scan({}))

    assert sum(isinstance(one, Page) for one in ones) == 25
    assert "more than 25 pages" in next(one.reason for one in ones if isinstance(one, Unread))
    assert len(site.paths()) == 25


def test_a_page_that_links_to_tens_of_thousands_ends(make: Any, site: WebSite) -> None:
    site.pages["/"] = html(links(*(f"/{n}" for n in range(30_000))))
    source = make(site.url, pages=10, most=20_000_000)

    assert len(found(source)) <= 10
    assert len(site.paths()) <= 90


def test_a_page_that_no_parser_likes_is_read_or_named(make: Any, site: WebSite) -> None:
    deep = "<div>" * 200_000 + "<a href=/b>b</a>"
    site.pages["/"] = html(links("/deep", "/bytes", "/b"))
    site.pages["/deep"] = html(deep)
    site.pages["/bytes"] = Reply(bytes(range(256)) * 20, headers={"Content-Type": "text/html"})
    site.pages["/b"] = html("b")
    source = make(site.url, most=5_000_000)
    ones = [one for one in source.scan({}) if isinstance(one, Page)]

    assert [one.uri for one in ones] == ["hb/", "hb/deep", "hb/bytes", "hb/b"]
    for one in ones:
        assert len(list(source.load(one))) == 1


def test_nonsense_in_place_of_an_answer_is_a_page_that_fails_this_time(make: Any) -> None:
    def serve(listener: socket.socket) -> None:
        with suppress(OSError):  # closed, once the source has given up
            for _ in range(4):
                link, _ = listener.accept()
                with link:
                    link.recv(65536)
                    link.sendall(b"\x00\x01 nothing that HTTP knows\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        source = make(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        with pytest.raises(SourceUnavailable, match="broke off"):
            found(source)


# who a server is


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One for localhost, signed by nobody, and its key."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def test_a_certificate_must_be_one_that_is_trusted_and_of_that_name(
    make: Any, site: WebSite, certificate: tuple[Path, Path]
) -> None:
    with running(certificate) as safe:
        safe.pages["/"] = html("<h1>Safe</h1>")
        named = safe.url.replace("127.0.0.1", "localhost")
        here: Resolve = lambda host, port: ["127.0.0.1"]  # noqa: E731

        with pytest.raises(SourceUnavailable, match=r"certificate is not trusted.*`ca`"):
            found(make(named, here))
        with pytest.raises(SourceUnavailable, match="certificate is not trusted"):
            found(make(safe.url, here, ca=str(certificate[0])))
        assert safe.asked == []
        assert found(make(named, here, ca=str(certificate[0]))) == ["hb/"]


# one spelling


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("HTTP://Wiki.Example:80/a/../b/./c//d/#part", "http://wiki.example/b/c/d/"),
        ("https://wiki.example:443", "https://wiki.example/"),
        ("https://wiki.example:8443/a", "https://wiki.example:8443/a"),
        ("https://wiki.example./%7euser/%e4%b8%ad ü%", "https://wiki.example/~user/%E4%B8%AD%C3%BC%25"),
        ("https://wiki.example/a?utm_source=x&b=2&fbclid=1&a=1&a=0", "https://wiki.example/a?a=1&a=0&b=2"),
        ("https://wiki.example/a;jsessionid=12AB?x", "https://wiki.example/a?x"),
        ("https://wiki.example/%2e%2e/%2E/a", "https://wiki.example/a"),
        ("https://wiki.example/a%2Fb", "https://wiki.example/a%2Fb"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("  https://wiki.exa\nmple/a\tb ", "https://wiki.example/ab"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_one_page_has_one_address(written: str, one: str) -> None:
    assert normal(written) == one
    assert normal(one) == one


@pytest.mark.parametrize(
    "written",
    """
    mailto:a@b.example javascript:alert(1) ftp://a.example/ file:///etc/passwd https://u:p@a.example/ https://u@a.example/
    http:///path http://a.example:99999/ http://[::1 http://exa%6dple/ http://a_b<c>.example/ https://-a.example/
    http://a.example\\@b.example/
    """.split(),
)
def test_what_is_no_address_of_a_page_is_none(written: str) -> None:
    assert normal(written) is None


def test_a_folder_and_its_index_are_one_page() -> None:
    assert {name(f"https://a.example/x/{last}") for last in ("", "index.html", "INDEX.HTM", "index.php")} == {
        "/x/"
    }
    assert name("https://a.example/myindex.html") == "/myindex.html"


def test_rules_of_robots_txt_hold_as_they_are_defined() -> None:
    robots = parsed(
        "Sitemap: https://a.example/s.xml\nUser-Agent: other\nUser-agent: FOOTNOTE/1.0\n"
        "Disallow: /a\nAllow: /a/b\nDisallow: /*/c$\nDisallow:\nCrawl-delay: 2.5\n\n"
        "User-agent: *\nDisallow: /\nUser-agent: footnote\nDisallow: /ü",
        "Footnote",
    )

    asked = ["/", "/a", "/a/x", "/a/b/y", "/z/c", "/z/c/d", "/z/c?q", "/%C3%BC", "/b"]
    allowed = [path for path in asked if robots.allows(f"https://a.example{path}")]

    assert allowed == ["/", "/a/b/y", "/z/c/d", "/z/c?q", "/b"]
    assert (robots.delay, robots.sitemaps) == (2.5, ("https://a.example/s.xml",))


def test_no_rule_of_robots_txt_is_slow() -> None:
    began = time.monotonic()

    assert not Rule("*a" * 300 + "b$", allows=False).matches("/" + "a" * 2000)
    assert time.monotonic() - began < 5

"""sources.toml as people write it: what it says becomes sources, what is wrong with it becomes sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.passage import Audience, SettingError
from retrieval.sources import KINDS, Limits, Spec
from retrieval.sources.catalog import KEYS, read

DOCS = Path(__file__).parents[2] / "docs"

SECRETS = {"WIKI_TOKEN": "s3cret", "WIKI_USER": "bot"}
WHOLE = """
[[source]]
name = "handbook"
kind = "files"
location = "docs"
audience = ["channel:C123", "group:SHR", "user:U1"]
schedule = "every  6h"
boost = 1.2
link = "https://wiki.example/{path}"
workspace = "T123"
owner = "U0ADA0001"
[source.access]
"hr/**" = ["group:SHR", "user:U1"]
"hr/pay.md" = "user:U1"
[source.options]
depth = 3

[[source]]
name = "wiki"
kind = "langchain"
location = ["https://wiki.example/wiki", "../more"]
[source.options]
loader = "ConfluenceLoader"
with = { token = "env:WIKI_TOKEN", auth = [{ user = "env:WIKI_USER" }], cloud = false }
"""


def read_in(folder: Path, text: str) -> list[Spec]:
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return read(file, SECRETS.get)


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingError) as error:
        read_in(folder, text)
    return str(error.value).splitlines()


def entry(**values: str) -> str:
    """A source that is right but for `values`, which are TOML."""
    whole = {"name": '"a"', "kind": '"files"', "location": '"docs"', **values}
    return "[[source]]\n" + "\n".join(f"{key} = {value}" for key, value in whole.items() if value)


def loaded(option: str) -> dict[str, str]:
    """The values of a source of the kind that takes any option."""
    return {"kind": '"langchain"', "options": f'{{ loader = "L", {option} }}'}


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    handbook, wiki = read_in(tmp_path, WHOLE)

    assert handbook == Spec(
        name="handbook",
        kind="files",
        location=(str(tmp_path / "docs"),),
        audience=Audience.of("channel:C123", "group:SHR", "user:U1"),
        access=(("hr/**", Audience.of("group:SHR", "user:U1")), ("hr/pay.md", Audience.of("user:U1"))),
        schedule="every 6h",
        boost=1.2,
        link="https://wiki.example/{path}",
        workspace="T123",
        owner="U0ADA0001",
        options={"depth": 3},
    )
    assert (wiki.audience, wiki.access, wiki.schedule, wiki.boost, wiki.link) == (Audience(), (), "", 1.0, "")
    assert wiki.location == ("https://wiki.example/wiki", str(tmp_path / "../more"))


def test_the_example_has_a_source_of_every_kind_that_can_be_made(tmp_path: Path) -> None:
    specs = read(DOCS / "sources.example.toml", lambda name: f"xoxb-{name}")

    assert [spec.kind for spec in specs] == list(KINDS)
    for spec in specs:
        KINDS[spec.kind].build(spec, Limits(1 << 20, tmp_path / spec.name)).close()


def test_the_page_on_sources_explains_every_key_and_kind() -> None:
    page = (DOCS / "sources.md").read_text(encoding="utf-8")

    assert all(f"| `{key}` |" in page or f"| `[source.{key}]` |" in page for key in KEYS)
    assert all(f"`{kind}`" in page for kind in KINDS)


def test_a_secret_comes_from_its_variable_wherever_it_is_named_and_is_never_shown(tmp_path: Path) -> None:
    _, wiki = read_in(tmp_path, WHOLE)

    assert wiki.options["with"] == {"token": "s3cret", "auth": [{"user": "bot"}], "cloud": False}
    assert "s3cret" not in repr(wiki) and "s3cret" not in f"{wiki}"


def test_rules_keep_the_order_of_the_file(tmp_path: Path) -> None:
    (spec,) = read_in(tmp_path, entry() + '\n[source.access]\n"z" = []\n"**" = "user:U1"\n"a" = "everyone"\n')

    assert [glob for glob, _ in spec.access] == ["z", "**", "a"]


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert read_in(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("kind", "location", "found"),
    [
        ("files", "docs", "{here}/docs"),
        ("files", "/srv/docs", "/srv/docs"),
        ("slack-export", "export.zip", "{here}/export.zip"),
        ("git", "./repo", "{here}/repo"),
        ("git", "git@host.example:docs.git", "git@host.example:docs.git"),
        ("git", "ssh://git@host.example/docs.git", "ssh://git@host.example/docs.git"),
        ("git", "https://host.example/docs.git", "https://host.example/docs.git"),
        ("langchain", "s3-bucket", "s3-bucket"),
        ("langchain", "./saved", "{here}/saved"),
        ("web", "https://host.example/sitemap.xml", "https://host.example/sitemap.xml"),
        ("slack", "C123", "C123"),
    ],
)
def test_a_path_is_relative_to_the_file_that_says_it(
    tmp_path: Path, kind: str, location: str, found: str
) -> None:
    (spec,) = read_in(tmp_path, entry(kind=f'"{kind}"', location=f'"{location}"'))

    assert spec.location == (found.format(here=tmp_path),)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, ["source 1: name: it is missing"]),
        ({"name": "3"}, ["source 1: name: write it as a text"]),
        ({"name": '""'}, ["source 1: name: '' cannot be one"]),
        ({"name": '"../up"'}, ["name: '../up' cannot be one"]),
        ({"name": '"a/b"'}, ["name: 'a/b' cannot be one"]),
        ({"name": f'"{"x" * 65}"'}, ["up to 64 letters"]),
        ({"name": '"verified-answers"'}, ["what experts confirm in Slack: give it another."]),
        ({"kind": ""}, ['source "a": kind: it is missing']),
        ({"kind": '"fiels"'}, ['there is no "fiels": did you mean files?']),
        ({"kind": '"ftp"'}, ["it can be files, web, git, slack-export, slack, langchain."]),
        ({"kind": '["files"]'}, ["kind: write it as a text"]),
        ({"location": ""}, ["location: it is missing"]),
        ({"location": "[]"}, ["location: write files and folders"]),
        ({"location": "3"}, ["location: write files and folders"]),
        ({"location": '["docs", ""]'}, ["location: write files and folders"]),
        ({"kind": '"git"', "location": '"https://me:pw@host.example/x.git"'}, ["it holds a password"]),
        ({"kind": '"git"', "location": '"https://t0ken@host.example/x.git"'}, ["it holds a password"]),
        ({"kind": '"git"', "location": '"ssh://me:pw@host.example/x.git"'}, ["it holds a password"]),
        ({"audience": '"all"'}, ["audience: 'all' is nobody"]),
        ({"audience": '["everyone", "user:U1"]'}, ["audience: everyone and somebody"]),
        ({"schedule": '"evry 6h"'}, ["schedule: 'evry 6h' is not understood"]),
        ({"schedule": "6"}, ["schedule: write it as a text"]),
        ({"schedule": '"0 99 * * *"'}, ["schedule: '0 99 * * *' is no cron schedule"]),
        ({"boost": '"1.2"'}, ["boost: write a number"]),
        ({"boost": "true"}, ["boost: write a number"]),
        ({"boost": "0"}, ["boost: 0 is not between 0.1 and 10"]),
        ({"boost": "nan"}, ["boost: nan is not between"]),
        ({"link": '"https://w.example/{paht}"'}, ["link: there is no field {paht}: did you mean {path}?"]),
        ({"workspace": '"a b"'}, ["workspace: write the id"]),
        ({"audeince": '"everyone"'}, ['there is no key "audeince": did you mean audience?']),
        ({"token": '"x"'}, ["What a kind takes goes below [source.options]."]),
        ({"options": "3"}, ["options: it is a table of its own"]),
        ({"access": '"everyone"'}, ["access: it is a table of its own"]),
        ({"access": '{ "hr/**" = "hr" }'}, ["""access "hr/**": 'hr' is nobody"""]),
        ({"access": '{ "hr/[a]" = "user:U1" }'}, ['access "hr/[a]": it matches nothing']),
        ({"audience": '"user:U2"', "access": '{ "x" = "user:U1" }'}, ["it can only narrow audience"]),
        ({"access": '{ schedule = "every 6h" }'}, ["goes above [source.access]"]),
        (
            loaded('token = "env:NOT_SET"'),
            ["options.token: the variable NOT_SET is not set"],
        ),
        (
            loaded('a = { b = ["env:NOT_SET"] }'),
            ["options.a.b: the variable NOT_SET is not set"],
        ),
        (
            loaded('token = "env:"'),
            ["options.token: behind env: comes the name"],
        ),
    ],
)
def test_a_mistake_names_the_source_and_the_key_and_what_to_do(
    tmp_path: Path, values: dict[str, str], said: list[str]
) -> None:
    lines = mistakes(tmp_path, entry(**values))

    assert len(lines) == len(said)
    assert all(
        words in line and line.startswith("sources.toml: source ")
        for line, words in zip(lines, said, strict=True)
    )


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    lines = mistakes(
        tmp_path,
        "\n".join(
            [
                entry(kind='"fiels"', schedule='"often"', boost="99"),
                entry(name='"b"', **loaded('token = "env:NOT_SET"')),
                entry(name='"A"'),
                "[defaults]",
            ]
        ),
    )

    expected = ("defaults", "kind", "schedule", "boost", "NOT_SET", '"A"')
    assert all(words in line for line, words in zip(lines, expected, strict=True))
    assert lines[-1] == 'sources.toml: source "A": name: it is the same as that of "a": give it another.'


def test_mistakes_inside_options_are_said_with_the_others(tmp_path: Path) -> None:
    web = entry(name='"site"', kind='"web"', location='"https://a.example/"', schedule='"often"')
    git = entry(name='"code"', kind='"git"', location='["a", "b"]')

    lines = mistakes(
        tmp_path,
        f"{web}\n[source.options]\npags = 3\npause = true\nheaders = {{ Host = 'x' }}\n"
        f"{git}\n[source.options]\nhistory = 'all'\ntoken = 'env:WIKI_TOKEN'\n"
        f"{entry(name='')}\n[source.options]\ndepth = 3\n",
    )

    expected = [
        'source "site": schedule',
        'source "site": web has no option pags. Did you mean pages?',
        'source "site": pause is a number of at least 0.',
        "source \"site\": the header 'Host' cannot be sent",
        'source "code": history is a whole number',
        'source "code": location is one repository',
        "source 3: name: it is missing",
        "source 3: files have no option depth",
    ]
    for line, said in zip(lines, expected, strict=True):
        assert line.startswith(f"sources.toml: {said}")
    assert "s3cret" not in "".join(lines)


def test_of_a_location_that_is_wrong_one_sentence_is_said(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, entry(kind='"git"', location="3"))

    assert "location: write the address or path of a repository" in line


def test_no_mistake_shows_a_secret(tmp_path: Path) -> None:
    text = entry(
        boost='"much"', options='{ token = "env:WIKI_TOKEN", other = "env:NOT_SET", plain = "hunter2" }'
    )

    said = "\n".join(mistakes(tmp_path, text))

    assert "s3cret" not in said and "hunter2" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[source]\nname = 'a'", "[[source]]"),
        ("source = 3", "[[source]]"),
        ("[[sources]]\nname = 'a'", 'there is no key "sources": did you mean source?'),
        ("[[source]\n", "sources.toml is no TOML"),
        ("[[source]]\nname = 'a'\nname = 'b'\n", "sources.toml is no TOML"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in mistakes(tmp_path, text)[0]


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b'name = "caf\xe9"')

    for path, said in (
        ("sources.toml", "not UTF-8"),
        ("nowhere.toml", "There is no nowhere.toml"),
        ("", "cannot be read"),
    ):
        with pytest.raises(SettingError, match=said):
            read(tmp_path / path, SECRETS.get)

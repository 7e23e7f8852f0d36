"""Secrets and personal data leave what is trained on; ordinary business text stays as it is."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from model.learning.presidio import finder
from model.learning.redact import Redaction, redacted
from model.learning.row import Row
from retrieval.passage import Passage, SettingError

# Put together here, so that no scanner takes an invented example for a lost key.
XOX = "-".join(("xoxb", "123456789012", "123456789012", "AbCdEfGhIjKlMnOpQrStUvWx"))
AKIA = "AKIA" + "IOSFODNN7EXAMPLE"
GHP = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
JWT = ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJleGFtcGxlIn0", "c2lnbmF0dXJlc2lnbmF0dXJl"))
BODY = "MIIBVAIBADANBgkqhkiG9w0BAQEFAASC" * 3
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n{BODY}\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        ("Write to ada.example+kb@mail.example.com.", "email", "ada.example"),
        ("Schreib an jörg@bücher.example bitte", "email", "jörg"),
        ("Call +49 171 5550123 today", "phone", "5550123"),
        ("Tel.: 030 5550 1234", "phone", "5550"),
        ("Phone number: (555) 010-0199", "phone", "0199"),
        ("Service desk 408-555-0101.", "phone", "0101"),
        ("ring 0044 20 7946 0958", "phone", "7946"),
        ("Ask <@U024BE7LH> first", "person", "U024BE7LH"),
        ("Ask <@W012A3CDE|ada> first", "person", "ada"),
        ("the user U02AB3CD4EF asked", "person", "U02AB3CD4EF"),
        (f"export SLACK_BOT_TOKEN={XOX}", "token", "AbCdEf"),
        (f"key {AKIA}.", "token", "IOSFO"),
        (f"git clone https://{GHP}@git.example.com/x", "token", "a1B2c3"),
        (f"Authorization: Bearer {JWT}", "token", "c2lnbm"),
        (f"the key:\n{PEM}\nkeep it", "key", "MIIB"),
        (PEM[:90], "key", "MIIB"),
        ("postgresql://kb:hunter22@db.example.com/kb", "login", "hunter22"),
        ("password: Tr0ub4dor&3", "password", "Tr0ub"),
        ('api_key = "abcd-efgh-1234"', "password", "efgh"),
        ("Kennwort: geheim123", "password", "geheim123"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "account", "3704"),
        ("GB82WEST12345698765432", "account", "WEST"),
        ("card 4111 1111 1111 1111 exp", "card", "1111"),
        ("378282246310005", "card", "3782"),
        ("ssh root@host or 10.20.30.40.", "address", "10.20"),
        ("reach 2001:db8::8a2e:370:7334 by", "address", "8a2e"),
    ],
)
def test_what_is_secret_or_personal_becomes_a_placeholder_of_its_kind(
    text: str, kind: str, secret: str
) -> None:
    assert secret not in redacted(text)
    assert f"‹{kind}›" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "Order 4500012345 of 2026-03-14 costs 1,249.00 EUR.",
        "Invoice 2026-0815-0042, due 30.09.2026, is 12.500,00 €.",
        "Rechnung Nr. 20260314001 über 3.499,99 Euro",
        "Open from 08:30 to 17:45, Monday to Friday; room 4.12.1.",
        "Update to version 10.2.30 or 1.2.3.4567.",
        "It runs on 127.0.0.1:3000; bind to 0.0.0.0 on a server.",
        "EAN 4006381333932 and ticket 123456789012345 stand on the label.",
        "DE89 3704 0044 0532 0130 01 has a wrong digit",
        "Our VAT number is DE123456789; the register is HRB 123456 B.",
        "Part no. 12-3456-789, batch A1B2C3D4, serial 00012345678.",
        "Between 1,000 and 2,000 people; 3/4 of 12 x 40 cm; 0.5 - 1.5 %.",
        "Commit 3f2a9bc7d1e04f5a8b6c7d8e9f0a1b2c3d4e5f60 fixed it at 12:30:45.",
        "The password must have 12 characters. Password: at least 12 characters, never shared.",
        "Das Passwort läuft nach 90 Tagen ab.",
        'curl --header "x-api-key: $SERVICE_API_KEY" -u "apikey:{apikey}"; API_KEY=YOUR_API_KEY',
        "Press @ to mention somebody; write @channel for all, #general for news.",
        "Room UNIVERSITY, WORLDWIDE and UNDERSTAND are words.",
        "Call the helpdesk between 9 and 17; call 3 people in 2026.",
        "The ratio is 16:9, the MAC rule ::= stays, use std::vector.",
        "In 2024 sales were 1200 1300 1400 1500 units a quarter.",
        "+15 % on Sundays, +3 days of leave after 5 years, 00 means none.",
    ],
)
def test_ordinary_business_text_stays_to_the_letter(text: str) -> None:
    assert redacted(text) == text


def test_texts_that_belong_together_get_the_same_placeholder_for_the_same_thing() -> None:
    redaction = Redaction()

    passage = redaction.of("Mail help@example.com or boss@example.com, phone +49 30 5550123.")
    answer = redaction.of("Write to BOSS@example.com. [1] Call +49 (30) 555-0123. [1]")

    assert passage == "Mail ‹email› or ‹email 2›, phone ‹phone›."
    assert answer == "Write to ‹email 2›. [1] Call ‹phone›. [1]"
    assert redaction.found == {"email": 2, "phone": 1}


def test_what_is_redacted_once_is_redacted_for_good() -> None:
    text = f"<@U024BE7LH>: mail a@b.example, {AKIA}, 4111 1111 1111 1111, DE89370400440532013000"

    assert redacted(redacted(text)) == redacted(text)


def test_a_finder_of_names_can_be_added_and_leaves_placeholders_alone() -> None:
    def finder(text: str) -> list[tuple[int, int, str]]:
        return [
            (text.index(word), text.index(word) + len(word), "name")
            for word in ("Ada", "mail")
            if word in text
        ]

    assert Redaction(finder).of("Ada wrote to a@mail.example") == "‹name› wrote to ‹email›"


def finds(*names: str) -> Callable[[str], list[tuple[int, int, str]]]:
    """A finder that knows these names, each where it stands first."""
    return lambda text: [(text.index(n), text.index(n) + len(n), "person") for n in names if n in text]


def test_of_a_name_that_runs_into_a_placeholder_the_rest_is_redacted() -> None:
    found = finds("Ada Quill ‹email›, Ben")

    assert Redaction(found).of("Ask Ada Quill a@mail.example, Ben.") == "Ask ‹person› ‹email›, ‹person 2›."


def test_a_name_that_is_found_in_one_text_of_a_row_is_redacted_in_all_of_them() -> None:
    passage = Passage("p", "kb:a.md", "kb", "Ada", "Ask Ada for the key.", 0, 20, "", heading=("Of Ada",))
    row = Row("whom?", (passage,), "Ada has it, Adam not. [1]", (1,), ("Ada",), topic="Ada")

    clean = Redaction(lambda text: finds("Ada")(text) if "key" in text else []).row(row)

    assert (clean.passages[0].title, clean.passages[0].heading) == ("‹person›", ("Of ‹person›",))
    told = ("‹person› has it, Adam not. [1]", ("‹person›",), "‹person›")
    assert (clean.answer, clean.facts, clean.topic) == told


def test_without_presidio_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)

    with pytest.raises(SettingError, match=r"Presidio is not installed .* lock/presidio.txt"):
        finder(["en_core_web_sm"])


def test_placeholders_reach_a_model_as_they_are() -> None:
    from model.writing.prompt import inert

    assert inert("Mail ‹email 2› or ‹phone›.") == "Mail ‹email 2› or ‹phone›."


def test_all_of_a_row_is_redacted_and_still_cites_what_it_cited() -> None:
    shown = Passage(
        *("p", "kb:help.md", "kb", "Help of +49 30 5550123", "Mail help@kb.example.", 0, 21, ""),
        heading=("a@b.example",),
    )
    row = Row("<@U024BE7LH>: mail whom?", (shown,), "Mail help@kb.example. [1]", (1,), ("help@kb.example",))

    redaction = Redaction()
    clean = redaction.row(row)

    assert not [secret for secret in ("help@", "5550123", "U024BE7LH", "a@b") if secret in clean.to_line()]
    assert (clean.answer, clean.facts, clean.gold) == ("Mail ‹email›. [1]", ("‹email›",), (1,))
    assert redaction.found == {"email": 2, "phone": 1, "person": 1}

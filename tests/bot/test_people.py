"""Who somebody is: member, guest, stranger, bot or gone; admin or not; and how few calls that takes."""

from __future__ import annotations

import pytest

from bot.who.asking import ReadersUnknown
from bot.who.people import People, Person, kind
from tests.bot.conftest import Company
from tests.bot.memory_slack import MemorySlack


def test_a_member_is_one_with_their_language(company: Company) -> None:
    ada = company.slack.add_user("ada", locale="de-DE")

    assert People(company.client).about(ada) == Person(ada, "member", admin=False, locale="de-DE")


def test_guests_strangers_bots_and_the_gone_are_told_apart(company: Company) -> None:
    slack = company.slack
    found = {
        slack.add_guest("g"): "guest",
        slack.add_guest("s", single=True): "guest",
        slack.add_stranger("x"): "stranger",
        slack.add_user("partner", team="T0OTHER"): "stranger",
        slack.add_bot("deploys"): "bot",
        slack.add_user("left", deleted=True): "gone",
        slack.add_user("bot that left", deleted=True, is_bot=True): "gone",
    }
    people = People(company.client)

    assert {user: people.about(user).kind for user in found} == found


@pytest.mark.parametrize("flag", ["is_admin", "is_owner", "is_primary_owner"])
def test_admins_and_owners_of_the_workspace_are_admins(company: Company, flag: str) -> None:
    ada = company.slack.add_user("ada", **{flag: True})

    assert People(company.client).about(ada).admin


def test_who_is_named_in_the_settings_is_an_admin_as_well(company: Company) -> None:
    ben = company.slack.add_user("ben")

    assert People(company.client, [ben]).about(ben).admin


@pytest.mark.parametrize(
    "flags",
    [
        {"team": "T0OTHER"},
        {"is_stranger": True},
        {"is_restricted": True},
        {"is_bot": True},
        {"deleted": True},
    ],
)
def test_only_a_member_can_be_an_admin(company: Company, flags: dict[str, object]) -> None:
    other = company.slack.add_user("other", is_admin=True, is_owner=True, **flags)

    assert not People(company.client, [other]).about(other).admin


def test_an_admin_of_another_workspace_of_the_organisation_is_none_here() -> None:
    slack = MemorySlack()
    eve = slack.add_user("eve", team="T0SISTER", is_admin=True)
    slack.users[eve]["enterprise_user"] = {"enterprise_id": "E1"}
    people = People(slack.client)
    people.asking.once(" home", lambda: {"team_id": "T0PLAY", "enterprise_id": "E1"})

    assert people.about(eve) == Person(eve, "member", admin=False, locale="en-US")


@pytest.mark.parametrize("user", ["U404", "", "<!channel>", "U1 U2"])
def test_nobody_is_an_error_that_says_so(company: Company, user: str) -> None:
    with pytest.raises(ReadersUnknown, match="Slack knows nobody") as caught:
        People(company.client).about(user)

    assert "<" not in str(caught.value)


def test_an_answer_about_somebody_else_is_no_answer() -> None:
    slack = MemorySlack()
    ada, ben = slack.add_user("ada"), slack.add_user("ben", is_admin=True)
    slack.users[ada] = slack.users[ben]

    with pytest.raises(ReadersUnknown):
        People(slack.client).about(ada)


def test_what_somebody_is_holds_for_a_minute_and_no_longer(company: Company) -> None:
    now = [0.0]
    people = People(company.client, clock=lambda: now[0])
    ada = company.slack.add_user("ada")
    assert people.about(ada).kind == "member"
    company.slack.alter_user(ada, is_restricted=True)
    now[0] = 59.0
    assert people.about(ada).kind == "member"
    now[0] = 60.0

    assert people.about(ada).kind == "guest"


def test_of_many_people_slack_is_asked_by_the_page(company: Company) -> None:
    users = [company.slack.add_user(f"u{n}") for n in range(1200)]
    guest = company.slack.add_guest("guest")
    before = len(company.slack.calls)

    kinds = People(company.client).kinds([*users, guest])

    assert kinds == {**dict.fromkeys(users, "member"), guest: "guest"}
    assert [c.method for c in company.slack.calls[before:]] == ["auth.test", "users.list", "users.list"]


def test_who_came_after_the_list_was_read_is_asked_for(company: Company) -> None:
    people = People(company.client)
    users = [company.slack.add_user(f"u{n}") for n in range(20)]
    people.kinds(users)
    late = company.slack.add_guest("late")
    before = len(company.slack.calls)

    assert people.kinds([*users, late])[late] == "guest"
    assert [c.method for c in company.slack.calls[before:]] == ["users.info"]


def test_whom_slack_does_not_show_is_a_stranger(company: Company) -> None:
    users = [company.slack.add_user(f"u{n}") for n in range(20)]

    assert People(company.client).kinds([*users, "U404"])["U404"] == "stranger"
    assert People(company.client).kinds(["U404"]) == {"U404": "stranger"}


def test_many_whom_the_list_leaves_out_are_strangers_without_asking_for_each(company: Company) -> None:
    users = [f"U404{n}" for n in range(200)]

    assert set(People(company.client).kinds(users).values()) == {"stranger"}
    assert sum(call.method == "users.info" for call in company.slack.calls) == 50


def test_the_list_is_read_anew_as_often_as_slack_lets_it_be() -> None:
    slack, now = MemorySlack(), [0.0]
    users = [slack.add_user(f"u{n}") for n in range(9_500)]  # ten pages: five minutes
    people = People(slack.client, clock=lambda: now[0])
    people.kinds(users)
    pages = [call.method for call in slack.calls].count("users.list")
    now[0] = 299.0
    people.kinds(users)
    assert [call.method for call in slack.calls].count("users.list") == pages == 10
    now[0] = 300.0
    people.kinds(users)

    assert [call.method for call in slack.calls].count("users.list") == 2 * pages


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, "member"),
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, "stranger"),
        ({"id": "U1", "team_id": "T2"}, "stranger"),
        ({"id": "U1", "team_id": ""}, "stranger"),
        ({"id": "U1"}, "stranger"),
        ({"id": "U1", "team_id": "T1", "is_stranger": True}, "stranger"),
        ({"id": "USLACKBOT", "team_id": "T1"}, "bot"),
    ],
)
def test_whoever_is_not_surely_one_of_us_is_a_stranger(about: dict[str, object], expected: str) -> None:
    assert kind(about, {"team_id": "T1", "enterprise_id": "E1"}) == expected

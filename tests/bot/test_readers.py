"""What somebody in Slack may read: their principals, as Slack says, and never more than they have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn
from bot.who.people import People
from bot.who.readers import Readers, ReadersUnknown, readers_of
from retrieval.passage import Audience
from tests.bot.conftest import Company
from tests.bot.memory_slack import MemorySlack


def test_a_member_is_everyone_themselves_their_channels_and_their_groups(company: Company) -> None:
    slack = company.slack
    ada, ben = slack.add_user("ada"), slack.add_user("ben")
    public = slack.add_channel("public", ada, bot=False)
    private = slack.add_channel("private", ada, kind="group")
    slack.add_channel("others", ben, kind="group")
    crew, _ = slack.add_group("crew", ada), slack.add_group("others", ben)

    assert readers_of(company.client, ada) == Audience.of(
        "everyone", f"user:{ada}", f"channel:{public}", f"channel:{private}", f"group:{crew}"
    )


def test_hundreds_of_channels_are_all_asked_for(company: Company) -> None:
    ada = company.slack.add_user("ada")
    channels = {f"channel:{company.slack.add_channel(f'c{n}', ada)}" for n in range(1100)}

    assert channels <= readers_of(company.client, ada).principals
    assert sum(call.method == "users.conversations" for call in company.slack.calls) == 2


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_a_guest_is_not_everyone(company: Company, flag: str) -> None:
    guest = company.slack.add_user("guest", **{flag: True})
    channel = company.slack.add_channel("project", guest)

    assert readers_of(company.client, guest) == Audience.of(f"user:{guest}", f"channel:{channel}")


def test_somebody_of_another_company_is_not_everyone(company: Company) -> None:
    eve = company.slack.add_user("eve", team="T0OTHER")

    assert readers_of(company.client, eve) == Audience.of(f"user:{eve}")


@pytest.mark.parametrize("flag", ["deleted", "is_bot"])
def test_deactivated_accounts_and_apps_read_nothing(company: Company, flag: str) -> None:
    gone = company.slack.add_user("gone", **{flag: True})
    company.slack.add_channel("project", gone)
    company.slack.add_group("crew", gone)

    assert readers_of(company.client, gone) == Audience.of()


def test_a_disabled_group_gives_nothing(company: Company) -> None:
    ada = company.slack.add_user("ada")
    group = company.slack.add_group("crew", ada)
    if isinstance(company.slack, MemorySlack):
        company.slack.disabled.add(group)
    else:
        groups = company.slack.workspace.groups
        groups[group] = replace(groups[group], disabled=True)

    assert f"group:{group}" not in readers_of(company.client, ada).principals


@pytest.mark.parametrize("user", ["U404", "", "<!channel>"])
def test_nobody_is_an_error_that_says_so(company: Company, user: str) -> None:
    with pytest.raises(ReadersUnknown, match="Slack knows nobody") as caught:
        readers_of(company.client, user)

    assert "<" not in str(caught.value)


@pytest.mark.parametrize(
    ("method", "error", "said"),
    [
        ("users.conversations", "missing_scope", "groups:read"),
        ("usergroups.list", "missing_scope", "usergroups:read"),
        ("users.info", "account_inactive", "account_inactive"),
    ],
)
def test_what_slack_does_not_say_is_never_taken_for_nothing(
    company: Company, method: str, error: str, said: str
) -> None:
    ada = company.slack.add_user("ada")
    company.slack.fail(method, error=error)

    with pytest.raises(ReadersUnknown, match=said):
        readers_of(company.client, ada)


@pytest.mark.slow
@pytest.mark.parametrize("how", [{"status": 429, "retry_after": 60}, {"status": 500}, {"cut": "before"}])
def test_an_outage_is_an_error_and_is_not_remembered(
    slack: SlackStandIn, ada: str, how: dict[str, object]
) -> None:
    readers = Readers(WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]))
    slack.fail("users.conversations", **how)  # type: ignore[arg-type]
    with pytest.raises(ReadersUnknown, match=r"minute|refused"):
        readers.of(ada)

    assert f"user:{ada}" in readers.of(ada).principals


def test_an_answer_holds_for_a_minute_and_no_part_of_it_longer(company: Company) -> None:
    slack, now = company.slack, [0.0]
    people = People(company.client, clock=lambda: now[0])
    readers = Readers(company.client, people)
    ada, ben = slack.add_user("ada"), slack.add_user("ben")
    crew = slack.add_group("crew", ada)
    readers.of(ben)
    now[0] = 59.0
    assert f"group:{crew}" in readers.of(ada).principals  # by the list of groups that was read for ben
    channel = slack.add_channel("new", ada)
    slack.add_group("crew", ben)
    now[0] = 60.0
    assert f"group:{crew}" not in readers.of(ada).principals
    now[0] = 118.0
    assert f"channel:{channel}" not in readers.of(ada).principals
    now[0] = 119.0

    assert f"channel:{channel}" in readers.of(ada).principals

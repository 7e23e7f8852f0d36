"""What somebody in Slack may read: their principals, asked of the stand-in, and never more than they have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn
from bot.readers import Readers, ReadersUnknown, readers_of
from retrieval.passage import Audience

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def test_a_member_is_everyone_themselves_their_channels_and_their_groups(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    ben = slack.add_user("ben")
    public = slack.add_channel("public", ada, bot=False)
    private = slack.add_channel("private", ada, kind="group")
    slack.add_channel("others", ben, kind="group")
    crew, _ = slack.add_group("crew", ada), slack.add_group("others", ben)

    assert readers_of(client, ada) == Audience.of(
        "everyone", f"user:{ada}", f"channel:{public}", f"channel:{private}", f"group:{crew}"
    )


def test_hundreds_of_channels_are_all_asked_for(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    channels = {f"channel:{slack.add_channel(f'c{n}', ada)}" for n in range(1100)}

    assert channels <= readers_of(client, ada).principals
    assert sum(call.method == "users.conversations" for call in slack.calls) == 2


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_a_guest_is_not_everyone(slack: SlackStandIn, client: WebClient, flag: str) -> None:
    guest = slack.add_user("guest", **{flag: True})
    channel = slack.add_channel("project", guest)

    assert readers_of(client, guest) == Audience.of(f"user:{guest}", f"channel:{channel}")


@pytest.mark.parametrize("team", ["T0OTHER", ""])
def test_somebody_of_another_company_is_not_everyone(
    slack: SlackStandIn, client: WebClient, ada: str, team: str
) -> None:
    slack.workspace.users[ada] = replace(slack.workspace.users[ada], team_id=team)

    assert readers_of(client, ada) == Audience.of(f"user:{ada}")


@pytest.mark.parametrize("flag", ["deleted", "is_bot"])
def test_deactivated_accounts_and_apps_read_nothing(
    slack: SlackStandIn, client: WebClient, flag: str
) -> None:
    gone = slack.add_user("gone", **{flag: True})
    slack.add_channel("project", gone)
    slack.add_group("crew", gone)

    assert readers_of(client, gone) == Audience.of()


def test_a_disabled_group_gives_nothing(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    group = slack.add_group("crew", ada)
    slack.workspace.groups[group] = replace(slack.workspace.groups[group], disabled=True)

    assert f"group:{group}" not in readers_of(client, ada).principals


@pytest.mark.parametrize("user", ["U404", "", "<!channel>"])
def test_nobody_is_an_error_that_says_so(client: WebClient, user: str) -> None:
    with pytest.raises(ReadersUnknown, match="Slack knows nobody") as caught:
        readers_of(client, user)

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
    slack: SlackStandIn, client: WebClient, ada: str, method: str, error: str, said: str
) -> None:
    slack.fail(method, error=error)

    with pytest.raises(ReadersUnknown, match=said):
        readers_of(client, ada)


@pytest.mark.parametrize("how", [{"status": 429}, {"status": 500}, {"cut": "before"}])
def test_an_outage_is_an_error_and_is_not_remembered(
    slack: SlackStandIn, ada: str, how: dict[str, object]
) -> None:
    readers = Readers(WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]))
    slack.fail("users.conversations", **how)  # type: ignore[arg-type]
    with pytest.raises(ReadersUnknown, match=r"minute|refused"):
        readers.of(ada)

    assert f"user:{ada}" in readers.of(ada).principals


def test_an_answer_holds_for_a_minute(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    now = [0.0]
    readers = Readers(client, lambda: now[0])
    before = readers.of(ada)
    channel = slack.add_channel("new", ada)
    now[0] = 59.0

    assert readers.of(ada) == before
    now[0] = 61.0
    assert f"channel:{channel}" in readers.of(ada).principals

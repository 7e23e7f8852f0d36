"""Settings come from their own variables, and a wrong one is named with its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.doctor import unknown
from bot.settings import Settings, load, secret
from retrieval.passage import SettingError


def test_variables_of_the_shell_that_happen_to_be_named_alike_are_not_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FOOTNOTE_HOME")
    for name in ("HOME", "MODEL", "STORE", "WRITER", "PROFILE", "PASSAGES"):
        monkeypatch.setenv(name, "/somewhere/else")

    settings = load()

    assert (settings.home, settings.model, settings.store_kind) == (Path(".footnote"), "", "lance")


def test_what_is_given_by_name_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", "/there")

    assert load(home=Path("here")).home == Path("here")


def test_the_profile_sets_the_rest_and_each_can_be_set_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PROFILE", "team")
    team = load()
    monkeypatch.setenv("FOOTNOTE_WRITER", "extract")
    mixed = load()

    assert (team.store_kind, team.writer_kind) == ("weaviate", "chat")
    assert (mixed.store_kind, mixed.writer_kind) == ("weaviate", "extract")


def test_every_wrong_setting_is_named_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ALPHA", "2")
    monkeypatch.setenv("FOOTNOTE_HTTP_PORT", "many")

    with pytest.raises(SettingError) as told:
        load()

    assert "FOOTNOTE_ALPHA" in str(told.value)
    assert "FOOTNOTE_HTTP_PORT" in str(told.value)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DATABASE_URL", "nonsense"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_BOT_TOKEN", "xapp-1"),
        ("SLACK_BOT_TOKEN", "xoxb-é"),
        ("SLACK_APP_TOKEN", "xoxb-1"),
    ],
)
def test_what_is_no_address_or_token_is_said_at_the_start_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    monkeypatch.setenv(name, given)

    with pytest.raises(SettingError, match=rf"^{name}: Has to begin with [a-z]+") as error:
        load()

    assert given not in str(error.value)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "")

    assert load().passages == 6


def test_a_misspelt_variable_is_named_with_the_one_that_may_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ALHPA", "0.9")
    monkeypatch.setenv("FOOTNOTE_TYPO", "1")

    assert unknown() == {"FOOTNOTE_ALHPA": "FOOTNOTE_ALPHA", "FOOTNOTE_TYPO": ""}


def test_a_secret_that_sources_name_comes_from_the_environment_or_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("WIKI_TOKEN=of the file\nEMPTY=\nOTHER=x\n")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setenv("OTHER", "of the shell")

    assert [secret(name) for name in ("WIKI_TOKEN", "OTHER", "EMPTY", "NOT_SET_ANYWHERE")] == [
        "of the file",
        "of the shell",
        None,
        None,
    ]


def test_admins_are_ids_with_commas_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ADMINS", "U0ADA0001, W0BEN0002 ,")
    named = load().admin_ids
    monkeypatch.setenv("FOOTNOTE_ADMINS", "ada@example.com")
    with pytest.raises(SettingError, match="FOOTNOTE_ADMINS"):
        load()

    assert named == {"U0ADA0001", "W0BEN0002"}


def test_no_expression_is_shown_to_who_writes_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ADMINS", "bob")

    with pytest.raises(SettingError) as told:
        load()

    assert str(told.value).startswith("FOOTNOTE_ADMINS cannot be that. ") and "^" not in str(told.value)


def test_a_file_of_settings_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"# Schl\xfcssel\n")

    with pytest.raises(SettingError, match=r"^\.env is not UTF-8: save it as that\.$"):
        load(_env_file=tmp_path / ".env")

"""The container file and the compose file keep their promises, as far as reading them can tell."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import SecretStr

from bot.settings import Settings
from deploy.bundle.pack import applies, plain
from deploy.container.layers import kept_out
from deploy.container.rooted import FILE, Stage, stages
from deploy.vllm import server
from docs.installed import block

ROOT = Path(__file__).parents[1]
CHECKS = ROOT / "deploy" / "helm" / "footnote" / "templates" / "checks.yaml"
COMPOSE = ROOT / "deploy" / "compose.yaml"
IMAGES = ("bot", "trainer", "vllm")
LOOPBACK = r"^(127\.0\.0\.1|\$\{FOOTNOTE_EVENTS_ADDRESS:-127\.0\.0\.1\}):\d+:\d+$"
WORDS = {"type": "array", "items": {"type": "string"}}
SCHEMA = {
    "type": "object",
    "required": ["name", "services", "networks", "volumes"],
    "properties": {
        "networks": {
            "properties": {"inside": {"const": {"internal": True}}, "outside": {"const": {}}},
            "additionalProperties": False,
        },
        "volumes": {"additionalProperties": {"const": {}}},
        "services": {
            "additionalProperties": {
                "type": "object",
                "required": ["networks", "security_opt", "logging"],
                "properties": {
                    "networks": {"type": ["array", "object"]},
                    "ports": {"type": "array", "items": {"pattern": LOOPBACK}},
                    "security_opt": {"const": ["no-new-privileges:true"]},
                    "command": WORDS,
                    "entrypoint": WORDS,
                    "env_file": WORDS,
                    "volumes": WORDS,
                    "healthcheck": {
                        "oneOf": [
                            {"const": {"disable": True}},
                            {"required": ["test", "interval", "timeout", "retries"]},
                        ]
                    },
                    "depends_on": {
                        "additionalProperties": {
                            "required": ["condition"],
                            "properties": {
                                "condition": {"enum": ["service_healthy", "service_completed_successfully"]}
                            },
                            "additionalProperties": False,
                        }
                    },
                    "privileged": False,
                    "network_mode": False,
                    "pid": False,
                    "devices": False,
                },
            }
        },
    },
}


class Tagged(yaml.SafeLoader):
    """Compose's own tag for what replaces, not adds to, what is extended."""


Tagged.add_constructor("!reset", lambda loader, node: loader.construct_sequence(node))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    made: dict[str, Any] = yaml.load(COMPOSE.read_text("utf-8"), Tagged)
    return made


@pytest.fixture(scope="module")
def made() -> dict[str, Stage]:
    return stages(FILE.read_text("utf-8"))


def service() -> str:
    """The unit of systemd in the runbook."""
    text = (ROOT / "deploy" / "README.md").read_text("utf-8")
    return re.findall(r"```ini\n(.*?)```", text, re.DOTALL)[0]


def joined(stage: Stage, word: str) -> list[str]:
    return [rest for found, rest in stage.steps if found == word]


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_runs_as_nobody_in_particular_and_starts_by_itself(
    name: str, made: dict[str, Stage]
) -> None:
    assert joined(made[name], "USER") == ["10001:10001"]
    assert joined(made[name], "ENTRYPOINT")
    assert joined(made[name], "CMD")


def test_whatever_serves_says_how_to_tell_that_it_lives(made: dict[str, Stage]) -> None:
    assert all("alive.py" in joined(made[name], "HEALTHCHECK")[0] for name in ("bot", "vllm"))


def test_packages_come_from_the_locks_by_their_hashes_and_from_no_address(made: dict[str, Stage]) -> None:
    installs = [
        part
        for stage in made.values()
        for run in joined(stage, "RUN")
        for part in run.split("&&")
        if "pip install" in part
    ]

    assert len(installs) == 7
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    assert "://" not in FILE.read_text("utf-8")


def test_torch_is_in_what_trains_and_serves_alone(made: dict[str, Stage]) -> None:
    of = {name: made[name].base + " ".join(rest for _, rest in made[name].steps) for name in made}

    assert "lock/torch.txt" not in of["bot"] + of["bot-built"] + of["bot-packages"]
    assert "lock/torch.txt" in of["trainer-packages"]


def test_the_context_holds_no_setting_and_no_index() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    named = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {word for stage in stages(FILE.read_text("utf-8")).values()
              for rest in joined(stage, "COPY") if not rest.startswith("--from")
              for word in rest.split()[:-1]}  # fmt: skip
    assert {word.partition("/")[0] for word in copied} == named


@pytest.mark.parametrize(
    "path", ["deploy/.env", "deploy/footnote.env", "deploy/config/sources.toml", "deploy/documents/a/pay.md"]
)
def test_what_somebody_wrote_beside_the_compose_file_is_in_no_image(path: str) -> None:
    assert kept_out(Path(path))
    assert not kept_out(Path("deploy/vllm/server.py"))


def test_the_compose_file_has_its_shape(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, SCHEMA)


def test_what_compose_names_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        mounted = {one.partition(":")[0] for one in service.get("volumes", [])}
        assert {one for one in mounted if one[0] not in "./$"} <= set(compose["volumes"]), name


def test_the_model_the_index_and_the_state_have_no_way_out(compose: dict[str, Any]) -> None:
    inner = ("weaviate", "postgres", "vllm", "vllm-cpu", "migrate", "role", "trainer")

    assert {name: set(compose["services"][name]["networks"]) for name in inner} == {
        name: {"inside"} for name in inner
    }
    assert not any(compose["services"][name].get("ports") for name in inner)


def test_nothing_waits_for_the_health_of_what_does_not_tell_it(compose: dict[str, Any]) -> None:
    alone = yaml.safe_load((ROOT / "deploy" / "weaviate" / "compose.yaml").read_text("utf-8"))
    services = compose["services"] | {"weaviate": alone["services"]["weaviate"]}
    waited = [
        other
        for service in compose["services"].values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    ]

    assert waited
    assert all("test" in services[other]["healthcheck"] for other in waited)


def test_no_secret_stands_in_the_compose_file(compose: dict[str, Any]) -> None:
    given = {
        name: value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if name.endswith(("PASSWORD", "KEY", "TOKEN", "SECRET", "DATABASE_URL"))
    }

    assert given.keys() >= {"POSTGRES_PASSWORD", "WEAVIATE_ROOT_KEY", "WEAVIATE_API_KEY", "DATABASE_URL"}
    assert all(":?set it in deploy/.env}" in value for value in given.values())


def test_on_one_machine_it_is_started_again_until_it_can_start() -> None:
    unit = ConfigParser(interpolation=None)
    unit.read_string(service())

    assert unit["Unit"].get("StartLimitIntervalSec") == "0"  # systemd gives up after five quick starts else
    assert unit["Service"]["Restart"] == "on-failure"
    assert unit["Service"].getint("RestartSec", 0) >= 5


def test_on_one_machine_a_backup_and_a_restore_are_run_by_the_user_and_where_the_service_is() -> None:
    backup, restore = (block("Restore", number).splitlines() for number in (0, 1))
    unit = service()
    folder, user, program = (re.findall(rf"^{name}=(\S+)", unit, re.MULTILINE)[0]
                             for name in ("WorkingDirectory", "User", "ExecStart"))  # fmt: skip

    for script in (backup, restore):
        (ran,) = (number for number, line in enumerate(script) if program in line)
        assert script[ran].startswith(f"runuser --user {user} -- {program} ")
        assert f"cd {folder}" in script[:ran]
    assert restore[1::2] == [
        "systemctl stop footnote-worker footnote",
        "systemctl start footnote-worker footnote",
    ]


def test_the_chart_takes_each_setting_as_a_value_but_those_that_are_secret() -> None:
    (asked,) = re.findall(r'regexMatch "([^"]+)" \$name', CHECKS.read_text("utf-8"))
    fields = {str(one.validation_alias): one for one in Settings.model_fields.values()}
    secret = {name for name, one in fields.items() if one.annotation is SecretStr} | {"DATABASE_URL"}

    assert "OTEL_EXPORTER_OTLP_HEADERS" in secret
    assert {name for name in fields if re.search(asked, name)} == secret


def test_the_key_to_everything_in_the_store_is_given_to_what_hands_out_rights_alone(
    compose: dict[str, Any],
) -> None:
    knowing = [
        name for name, one in compose["services"].items() if "WEAVIATE_ROOT_KEY" in one.get("environment", {})
    ]

    assert knowing == ["role"]


def test_our_own_containers_write_nowhere_but_into_their_volumes(compose: dict[str, Any]) -> None:
    ours = [one for one in compose["services"].values() if one.get("image", "").startswith("footnote/")]

    assert len(ours) == 8
    assert all(one["read_only"] and one["cap_drop"] == ["ALL"] for one in ours)


def test_a_bundle_has_what_any_patch_release_of_its_python_needs() -> None:
    text = (ROOT / "lock" / "core.txt").read_text("utf-8")
    lines = [line.rstrip(" \\") for line in text.splitlines() if "==" in line.partition(";")[0]]
    first, last = ({line for line in lines if applies(line, patch)} for patch in ("0", "99"))

    assert first != last, "no pin changes with the patch release any more: pack.py need not look for them"
    assert {line.partition("==")[0] for line in first} == {line.partition("==")[0] for line in last}


def test_a_pin_without_its_condition_keeps_its_hashes() -> None:
    line, pin = plain(
        "soupsieve==2.10 ; python_full_version < '3.11.5' \\\n    --hash=sha256:00 \\\n    --hash=sha256:11"
    )

    assert line == "soupsieve==2.10 ; python_full_version < '3.11.5'"
    assert pin == "soupsieve==2.10 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11"


@pytest.mark.parametrize("service", ["vllm", "vllm-cpu"])
def test_the_words_of_the_image_and_of_compose_together_name_the_model_and_where_it_listens(
    service: str, made: dict[str, Stage], compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, str]] = []
    monkeypatch.setattr(server, "install", lambda _: None)
    monkeypatch.setattr(server, "_follow", lambda serving, said: started.append((serving.model, said.host)))
    _python, _file, *words = json.loads(joined(made["vllm"], "ENTRYPOINT")[0])
    server.main([*words, *compose["services"][service]["command"]])

    assert started == [("/weights/base", "0.0.0.0")]

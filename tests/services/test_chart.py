"""What Helm makes of the chart, held to the schemas of Kubernetes and to what the chart is for."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.programs import kept
from deploy.weaviate.install import IMAGE
from retrieval.sources import catalog

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "footnote"
SECRETS = {"secrets.bot": "footnote", "secrets.weaviate": "footnote-weaviate"}
WHOLE = SECRETS | {
    "vllm.enabled": "true",
    "vllm.weights": "weights",
    "events.enabled": "true",
    "events.host": "bot.example.com",
    "sources": "[[source]]",
    "backup.claim": "backups",
    "pages.enabled": "true",
    "pages.host": "answers.example.com",
    "networkPolicy.pagesFrom[0].namespaceSelector.matchLabels.name": "ingress",
    "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.name": "watch",
}
ELSEWHERE = {
    "secrets.bot": "footnote",
    "weaviate.enabled": "false",
    "weaviate.externalUrl": "https://weaviate.example.com",
    "vllm.externalUrl": "https://models.example.com/v1",
    "home.shared": "false",
    "settings.FOOTNOTE_MODEL": "base",
}
Objects = list[dict[str, Any]]
Render = Callable[[Mapping[str, str]], Objects]


def program(name: str, missing: Callable[[str], None]) -> Path:
    found = kept(name)
    if found is None:
        missing(f"{name} is not here: run python deploy/programs.py {name}")
    assert found
    return found


@pytest.fixture(scope="module")
def helm(missing: Callable[[str], None]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`helm WHAT chart` with these values."""
    found = program("helm", missing)

    def run(what: list[str], values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        given = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
        command = [str(found), *what, str(CHART), "--kube-version", "1.30.0", *given]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def render(helm: Callable[..., subprocess.CompletedProcess[str]]) -> Render:
    """The objects of a release named kestrel."""

    def render(values: Mapping[str, str]) -> Objects:
        done = helm(["template", "kestrel"], values)
        assert done.returncode == 0, done.stderr
        return [one for one in yaml.safe_load_all(done.stdout) if one]

    return render


@pytest.fixture(scope="module", params=[SECRETS, WHOLE, ELSEWHERE], ids=["least", "whole", "elsewhere"])
def made(request: pytest.FixtureRequest, render: Render) -> Objects:
    return render(request.param)


@pytest.fixture(scope="module")
def whole(render: Render) -> Objects:
    return render(WHOLE)


def named(objects: Objects, kind: str, name: str) -> dict[str, Any]:
    (found,) = [
        one for one in objects if (one["kind"], one["metadata"]["name"]) == (kind, f"kestrel-footnote-{name}")
    ]
    return found


def of(objects: Objects, *kinds: str) -> Objects:
    return [one for one in objects if one["kind"] in kinds]


def pods(objects: Objects) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kind of what makes it, and the template of each pod."""
    for one in of(objects, "Deployment", "StatefulSet", "Job"):
        yield one["kind"], one["spec"]["template"]
    for one in of(objects, "CronJob"):
        yield "Job", one["spec"]["jobTemplate"]["spec"]["template"]


def fits(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return selector.items() <= labels.items()


def test_the_chart_is_the_version_of_the_package_and_starts_the_weaviate_that_is_tested(
    whole: Objects,
) -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    images = [c["image"] for _, pod in pods(whole) for c in pod["spec"]["containers"]]

    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert set(images) == {f"footnote/bot:{version}", f"footnote/vllm:{version}", IMAGE}


def test_the_values_in_the_runbook_are_taken_and_their_sources_read(
    helm: Callable[..., subprocess.CompletedProcess[str]], render: Render, tmp_path: Path
) -> None:
    page = (ROOT / "deploy" / "README.md").read_text("utf-8").split("## Kubernetes", 1)[1]
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "values.yaml").write_text(example, "utf-8")
    done = helm(["template", "kestrel", "--values", str(tmp_path / "values.yaml")], {})
    assert done.returncode == 0, done.stderr
    made = [one for one in yaml.safe_load_all(done.stdout) if one]
    (tmp_path / "sources.toml").write_text(
        named(made, "ConfigMap", "sources")["data"]["sources.toml"], "utf-8"
    )

    assert [one.kind for one in catalog.read(tmp_path / "sources.toml", lambda _: "")] == ["web"]
    assert (
        named(made, "NetworkPolicy", "worker")["spec"]["egress"][-1]["to"][0]["ipBlock"]["cidr"]
        == "10.20.0.0/16"
    )


def test_helm_finds_nothing_wrong(helm: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = helm(["lint", "--strict"], WHOLE)

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_object_is_what_kubernetes_says_it_is(
    made: Objects, missing: Callable[[str], None], tmp_path: Path
) -> None:
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(made), "utf-8")
    command = [str(program("kubectl-validate", missing)), str(tmp_path / "made.yaml"), "--version", "1.30"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_container_is_nobody_writes_nowhere_and_has_limits(made: Objects) -> None:
    for _, pod in pods(made):
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] >= 10000
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
            assert "memory" in container["resources"]["limits"]


def test_whatever_runs_on_is_probed_on_ports_that_it_has(made: Objects) -> None:
    for kind, pod in pods(made):
        for container in pod["spec"]["containers"] if kind != "Job" else []:
            ports = {one["name"] for one in container["ports"]}
            probes = [container[f"{name}Probe"] for name in ("startup", "liveness", "readiness")]
            assert {(one.get("httpGet") or one["tcpSocket"])["port"] for one in probes} <= ports


def test_no_value_of_a_secret_is_in_any_object(made: Objects) -> None:
    for _, pod in pods(made):
        for container in pod["spec"]["containers"]:
            for one in container.get("env", []):
                if re.search(r"TOKEN|SECRET|PASSWORD|_KEYS?$|DATABASE_URL", one["name"]):
                    assert "secretKeyRef" in one.get("valueFrom", {}) or "$(" in one["value"], one["name"]
    assert of(made, "Secret") == []


def test_whatever_selects_pods_finds_some_and_whatever_it_mounts_is_there(made: Objects) -> None:
    labels = [pod["metadata"]["labels"] for _, pod in pods(made)]
    for one in of(made, "Deployment", "StatefulSet"):
        assert fits(one["spec"]["selector"]["matchLabels"], one["spec"]["template"]["metadata"]["labels"])
    for one in of(made, "PodDisruptionBudget"):
        assert sum(fits(one["spec"]["selector"]["matchLabels"], pod) for pod in labels) == 1
    for one in of(made, "Service"):
        assert any(fits(one["spec"]["selector"], pod) for pod in labels), one["metadata"]["name"]
    for _, pod in pods(made):
        volumes = {one["name"] for one in pod["spec"].get("volumes", [])} | {"data"}
        assert {m["name"] for c in pod["spec"]["containers"] for m in c["volumeMounts"]} <= volumes


def test_every_pod_is_under_a_policy_for_both_directions(made: Objects) -> None:
    policies = of(made, "NetworkPolicy")

    assert all(set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"} for one in policies)
    for _, pod in pods(made):
        labels = pod["metadata"]["labels"]
        assert [p for p in policies if fits(p["spec"]["podSelector"]["matchLabels"], labels)], labels


def peers(rules: list[dict[str, Any]], side: str) -> set[str]:
    """Parts of this release that the rules name, and `elsewhere` for anything else."""
    part = "app.kubernetes.io/component"
    return {
        one.get("podSelector", {}).get("matchLabels", {}).get(part, "elsewhere")
        for rule in rules
        for one in rule[side]
    }


def test_the_model_and_the_index_are_reached_by_our_own_and_reach_nobody(whole: Objects) -> None:
    model, index = (named(whole, "NetworkPolicy", name)["spec"] for name in ("vllm", "weaviate"))

    assert "egress" not in model and "egress" not in index
    assert peers(model["ingress"], "from") == {"serve", "worker"}
    assert peers(index["ingress"], "from") == {"serve", "worker", "backup", "role"}


def test_who_answers_reaches_names_slack_the_state_the_index_and_the_model_alone(whole: Objects) -> None:
    rules = named(whole, "NetworkPolicy", "serve")["spec"]["egress"]

    assert [sorted({p["port"] for p in rule["ports"]}) for rule in rules] == [
        [53],
        [443],
        [5432],
        [8080, 50051],
        [8000],
    ]
    assert "169.254.0.0/16" in rules[1]["to"][0]["ipBlock"]["except"]


def test_prometheus_is_told_of_the_service_that_finds_every_replica(render: Render) -> None:
    made = render(SECRETS | {"serviceMonitor.enabled": "true", "serviceMonitor.labels.team": "watch"})
    (monitor,) = of(made, "ServiceMonitor")
    service = named(made, "Service", "watch")
    watched = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]
        for _, pod in pods(made)
        if fits(service["spec"]["selector"], pod["metadata"]["labels"])
        and any(port["name"] == "watch" for c in pod["spec"]["containers"] for port in c.get("ports", []))
    }

    assert fits(monitor["spec"]["selector"]["matchLabels"], service["metadata"]["labels"])
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
    assert monitor["metadata"]["labels"]["team"] == "watch"
    assert watched == {"serve", "worker"}


def test_the_pages_are_reached_by_their_host_through_whom_values_name(whole: Objects) -> None:
    (rule,) = named(whole, "Ingress", "pages")["spec"]["rules"]
    (serve,) = named(whole, "Deployment", "serve")["spec"]["template"]["spec"]["containers"]
    given = {one["name"]: one.get("value") for one in serve["env"]}
    opened = {port["port"]: one["from"] for one in named(whole, "NetworkPolicy", "serve")["spec"]["ingress"]
              for port in one["ports"]}  # fmt: skip

    assert (rule["host"], given["FOOTNOTE_PAGES_URL"]) == (
        "answers.example.com",
        "https://answers.example.com",
    )
    assert {"name": "pages", "containerPort": int(given["FOOTNOTE_PAGES_PORT"])} in serve["ports"]
    assert opened[3002] == [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}]
    assert 3000 not in opened


def test_nothing_comes_in_unless_values_name_it(render: Render) -> None:
    made = render(SECRETS)

    assert "ingress" not in named(made, "NetworkPolicy", "serve")["spec"]
    assert of(made, "Ingress") == []


def test_a_backup_is_made_by_night_and_what_was_deleted_is_noted_by_the_hour(
    whole: Objects, render: Render
) -> None:
    made = {one["spec"]["schedule"]: one["spec"]["jobTemplate"]["spec"]["template"]["spec"]
            for one in of(whole, "CronJob")}  # fmt: skip

    assert {when: pod["containers"][0]["args"] for when, pod in made.items()} == {
        "0 2 * * *": ["backup", "--keep-days", "14", "/backups"],
        "17 * * * *": ["backup", "--deletions", "/backups"],
    }
    assert 443 not in ports_out(named(whole, "NetworkPolicy", "backup"))
    assert of(render(SECRETS), "CronJob") == []


def test_while_a_backup_is_restored_nothing_of_the_bot_runs_and_its_schema_is_left_alone(
    render: Render,
) -> None:
    there = render(SECRETS | {"backup.claim": "backups", "backup.restore": "a-1.backup"})
    job = named(there, "Job", "restore")["spec"]["template"]

    assert job["spec"]["containers"][0]["args"] == ["restore", "/backups/a-1.backup", "--replace"]
    assert named(there, "NetworkPolicy", "backup")["spec"]["podSelector"]["matchLabels"].items() <= (
        job["metadata"]["labels"].items()
    )
    replicas = [
        one["spec"]["replicas"] for one in of(there, "Deployment") if "weaviate" not in str(one["metadata"])
    ]
    assert replicas == [0, 0]
    assert all(one["spec"]["suspend"] for one in of(there, "CronJob"))
    assert not [one for one in of(there, "Job") if one["metadata"]["name"].endswith("-migrate")]


def ports_out(policy: dict[str, Any]) -> list[int]:
    return [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]]


def test_the_schema_is_brought_up_to_date_once_before_anything_starts(made: Objects) -> None:
    job = named(made, "Job", "migrate")
    (container,) = job["spec"]["template"]["spec"]["containers"]

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert container["args"] == ["admin", "migrate"]
    assert "envFrom" not in container
    assert all("emptyDir" in one for one in job["spec"]["template"]["spec"]["volumes"])


def test_the_chart_s_weaviate_is_set_as_compose_sets_it(whole: Objects) -> None:
    alone = yaml.safe_load((ROOT / "deploy" / "weaviate" / "compose.yaml").read_text("utf-8"))
    (container,) = named(whole, "StatefulSet", "weaviate")["spec"]["template"]["spec"]["containers"]
    given = {one["name"]: one["value"] for one in container["env"] if "value" in one}
    keys = "AUTHENTICATION_APIKEY_ALLOWED_KEYS"
    wanted = alone["services"]["weaviate"]["environment"]

    assert given[keys] == re.sub(r"\$\{(\w+):[^}]*\}", r"$(\1)", wanted[keys])
    assert given == wanted | {keys: given[keys]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "secrets.bot is empty. Name a Secret"),
        ({"secrets.bot": "b"}, "secrets.weaviate is empty. Name a Secret"),
        (SECRETS | {"weaviate.enabled": "false"}, "There is no Weaviate. Set weaviate.externalUrl"),
        (SECRETS | {"vllm.enabled": "true"}, "vllm.weights is empty. Name the claim"),
        (SECRETS | {"events.enabled": "true"}, "events.host is empty. Name the host"),
        (SECRETS | {"pages.enabled": "true"}, "pages.host is empty. Name the host"),
        (SECRETS | {"backup.restore": "a.backup"}, "backup.claim no volume. Name the claim"),
        (SECRETS | {"settings.SLACK_BOT_TOKEN": "x"}, "settings.SLACK_BOT_TOKEN is a secret. Put it into"),
        (SECRETS | {"settings.OTEL_EXPORTER_OTLP_HEADERS": "x"}, "OTLP_HEADERS is a secret. Put it into"),
        (SECRETS | {"serve.replica": "3"}, "additional properties 'replica' not allowed"),
        (SECRETS | {"serve.replicas": "0"}, "'/serve/replicas': minimum: got 0, want 1"),
        (SECRETS | {"vllm.externalUrl": "http://models:8000"}, "'/vllm/externalUrl'"),
    ],
)
def test_values_that_do_not_fit_are_refused_with_what_to_do(
    values: dict[str, str], said: str, helm: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = helm(["template", "kestrel"], values)

    assert done.returncode != 0
    assert said in done.stderr


def test_compose_itself_reads_the_compose_file(missing: Callable[[str], None], tmp_path: Path) -> None:
    found = program("compose", missing)
    for name in ("compose.yaml", "weaviate/compose.yaml"):
        text = (ROOT / "deploy" / name).read_text("utf-8")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(re.sub(r"\$\{\w+:\?[^}]*\}", "given", text), "utf-8")
    (tmp_path / "footnote.env").touch()
    done = subprocess.run(
        [str(found), "compose.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]

    assert services["weaviate"]["image"] == IMAGE
    assert not services["weaviate"].get("ports")
    assert set(services["weaviate"]["networks"]) == {"inside"}
    assert services["worker"]["command"] == ["worker"]

"""Laws of docker-compose.yml: what no edit of it may lose. Judged on the file, without a container engine."""

import re
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from newsloom_runtime import chassis, server
from newsloom_schemas.access import PRINCIPALS
from newsloom_store.access import ROLES
from tests.deployment.environment import SETTINGS, names
from tests.deployment.manifests import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PARTS: Mapping[str, dict[str, Any]] = COMPOSE["services"]
SERVICES = ("ingest", "enrich", "publish", "feeds", "canary")
JOBS = ("topics", "mongo-init")
# Their images write into their own folders when they start.
WRITABLE = frozenset({"kafka", "libretranslate"})
# Its image names its own user, who is not root; which number he has is the image's to say.
OWN_USER = frozenset({"libretranslate"})
PUBLISHED = frozenset({*SERVICES, "prometheus", "grafana"})
OF_PROFILES = {
    "canary": ["observability"],
    "prometheus": ["observability"],
    "grafana": ["observability"],
    "libretranslate": ["translate"],
}
# Leaving the groups and closing connections, on top of all waits that have a bound.
MARGIN_S = 5


def test_the_file_keeps_the_published_schema() -> None:
    jsonschema.validate(COMPOSE, get_builtin_schema("vendor.compose-spec"))


def test_the_plain_system_is_what_is_needed_and_the_rest_is_asked_for() -> None:
    assert {name: part["profiles"] for name, part in PARTS.items() if "profiles" in part} == OF_PROFILES


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_no_right_that_it_does_not_need(name: str) -> None:
    part = PARTS[name]
    assert part["cap_drop"] == ["ALL"]
    assert "cap_add" not in part
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in part
    assert part.get("read_only", False) is (name not in WRITABLE)
    if name not in OWN_USER:
        assert re.fullmatch(r"[1-9]\d*:\d+", part["user"]), "a number, and not that of root"


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_bounds(name: str) -> None:
    part = PARTS[name]
    assert part["mem_limit"]
    assert 0 < part["cpus"] <= 2, "docker refuses more than the machine has"
    assert part["pids_limit"] <= 512
    assert part["logging"]["options"].keys() == {"max-size", "max-file"}, "a log never fills the disk"
    for mounted in part.get("tmpfs", []):
        assert "size=" in mounted or name == "kafka", "a tmpfs without a size is the machine's memory"


def test_enrich_has_room_for_the_models_that_its_workers_unpack() -> None:
    """65 MB a worker when it starts, its own and the archive's: with less none starts."""
    [mounted] = PARTS["enrich"]["tmpfs"]
    assert "size=512m" in mounted


@pytest.mark.parametrize("name", PARTS)
def test_a_part_says_whether_it_is_well(name: str) -> None:
    """Ours by the image's own HEALTHCHECK; jobs say it by their exit code."""
    check: dict[str, Any] | None = PARTS[name].get("healthcheck")
    if name in SERVICES:
        assert check is None
    elif name in JOBS:
        assert check == {"disable": True}
    else:
        assert check is not None
        assert {"test", "interval", "timeout", "retries"} <= check.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_longer_to_stop_than_the_longest_stop_takes(name: str) -> None:
    grace = int(PARTS[name]["stop_grace_period"].removesuffix("s"))
    assert grace >= server.GRACE_S + 2 * chassis.DRAIN_WITHIN_S + MARGIN_S


@pytest.mark.parametrize("name", ["topics", *SERVICES])
def test_only_variables_that_are_read_are_set(name: str) -> None:
    shared_with_services = {"LOG_LEVEL"}  # the job has no log
    assert PARTS[name]["environment"].keys() <= names(name) | shared_with_services


def test_what_is_published_is_published_on_this_machine_alone() -> None:
    """Who opens the doors to a network opens those of strangers, and not what asks nobody who they are."""
    published = {name: part["ports"] for name, part in PARTS.items() if "ports" in part}
    assert published.keys() == PUBLISHED
    for name, [port] in published.items():
        variable = "NEWSLOOM_BIND" if name in ("ingest", "feeds") else "NEWSLOOM_INSIDE_BIND"
        assert port.startswith(f"${{{variable}:-127.0.0.1}}:"), name
        if name in SETTINGS:
            default = SETTINGS[name].model_fields["port"].default
            assert port.endswith(f"_PORT:-{default}}}:{default}"), name


def test_kafka_and_mongodb_stand_in_a_network_that_leads_nowhere() -> None:
    assert COMPOSE["networks"]["stores"] == {"internal": True}
    assert PARTS["kafka"]["networks"] == PARTS["mongo"]["networks"] == ["stores"]
    users = {name for name, part in PARTS.items() if "stores" in part["networks"]}
    assert users == {"kafka", "mongo", *JOBS, *SERVICES}


def test_no_image_is_whatever_is_latest() -> None:
    for name, part in PARTS.items():
        assert re.search(r":[\w.-]*\d|:\$\{NEWSLOOM_VERSION", part["image"]), name


def test_secrets_come_from_files_and_are_given_to_those_who_need_them() -> None:
    assert all(secret.keys() == {"file"} for secret in COMPOSE["secrets"].values())
    given = {name: sorted(part["secrets"]) for name, part in PARTS.items() if "secrets" in part}
    assert given == {
        "topics": ["ingest-sources"],
        "ingest": ["ingest-keys", "ingest-sources"],
        "canary": ["canary-key"],
    }
    for name, part in PARTS.items():
        for variable, value in (part.get("environment") or {}).items():
            spelt_out = variable.endswith(("PASSWORD", "SECRET", "_KEY")) and value
            assert not spelt_out, (name, variable)


def test_prometheus_and_grafana_read_what_is_in_the_repository() -> None:
    """Whole folders, so that a new file of rules or a new dashboard is there without an edit here."""
    prometheus = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    assert "./deploy/prometheus:/etc/prometheus:ro" in PARTS["prometheus"]["volumes"]
    for file in prometheus["rule_files"]:
        assert (ROOT / "deploy/prometheus" / file).is_file()
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in prometheus["scrape_configs"]}
    for name in SERVICES:
        assert targets[name] == [f"{name}:{SETTINGS[name].model_fields['port'].default}"]

    [provider] = yaml.safe_load((ROOT / "deploy/grafana/provisioning/dashboards/newsloom.yaml").read_text())[
        "providers"
    ]
    mounts = dict(volume.split(":")[:2] for volume in PARTS["grafana"]["volumes"])
    assert mounts["./deploy/grafana/dashboards"] == provider["options"]["path"]
    [source] = yaml.safe_load((ROOT / "deploy/grafana/provisioning/datasources/prometheus.yaml").read_text())[
        "datasources"
    ]
    assert source["url"] == "http://prometheus:9090"


def test_grafana_has_no_administrator_with_a_well_known_password() -> None:
    settings = PARTS["grafana"]["environment"]
    assert settings["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert settings["GF_AUTH_BASIC_ENABLED"] == "false"
    assert settings["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"


# -------------------------------------------------------------------------- with deploy/compose.secured.yaml


class OverridesRead(yaml.SafeLoader):
    """compose's own words for `in place of` and `not at all`, taken as the value that follows them."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node)


OverridesRead.add_constructor("!override", _mapping)
OverridesRead.add_constructor("!reset", lambda _loader, _node: None)
SECURED: dict[str, Any] = yaml.load(  # a safe loader with two more words
    (ROOT / "deploy/compose.secured.yaml").read_text(), Loader=OverridesRead
)


@pytest.mark.parametrize("name", SERVICES)
def test_behind_locks_a_service_is_itself_and_gets_its_own_secrets_alone(name: str) -> None:
    part = SECURED["services"][name]
    environment, secrets = part["environment"], ["ca.crt", f"kafka-{name}"]
    assert environment["KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
    assert environment["KAFKA_SASL_USERNAME"] == name
    assert environment["KAFKA_SASL_PASSWORD_FILE"] == f"/run/secrets/kafka-{name}"
    if "MONGO_URL" in PARTS[name]["environment"]:
        assert environment["MONGO_USERNAME"] == name
        assert environment["MONGO_PASSWORD_FILE"] == f"/run/secrets/mongo-{name}"
        secrets.append(f"mongo-{name}")
    assert part["secrets"] == secrets
    assert environment.keys() <= names(name)


def test_everybody_has_a_password_who_is_granted_anything() -> None:
    script = (ROOT / "deploy/new-secured.sh").read_text()
    made = {
        folder: set(users.split())
        for folder, users in re.findall(r'new-passwords.sh" "\$folder/(\w+)" (.+)$', script, re.MULTILINE)
    }
    assert made == {"kafka": {"admin", *PRINCIPALS}, "mongo": {"admin", *ROLES}}


def test_behind_locks_every_secret_is_a_file_that_somebody_is_given() -> None:
    given = {secret for part in SECURED["services"].values() for secret in part.get("secrets", [])}
    assert given == SECURED["secrets"].keys()
    assert all(secret.keys() == {"file"} for secret in SECURED["secrets"].values())


def test_behind_locks_kafka_and_mongodb_let_nobody_in_unknown() -> None:
    assert {"--auth", "--keyFile"} <= set(SECURED["services"]["mongo"]["command"])
    settings = (ROOT / "deploy/kafka/server.properties").read_text()
    assert "allow.everyone.if.no.acl.found=false" in settings
    filled = (ROOT / "deploy/kafka/start.sh").read_text()
    for placeholder in set(re.findall(r"\$\{(\w+)\}", settings)) - {"..."}:
        assert f"fill {placeholder} " in filled, f"deploy/kafka/start.sh leaves {placeholder} as it is"


def test_behind_locks_the_broker_has_a_root_that_nobody_can_write_to() -> None:
    assert SECURED["services"]["kafka"]["read_only"] is True

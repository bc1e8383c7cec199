"""Laws of the Kubernetes manifests: what no edit of them may lose. Judged on what kustomize puts together."""

import runpy
from collections.abc import Callable
from typing import Any, cast

import pytest
import yaml

from enrich.consumer import GROUP as ENRICH_GROUP
from newsloom_runtime import chassis, following, server
from newsloom_schemas.access import GROUPS, PRINCIPALS
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_SUBMITTED
from newsloom_store.access import ROLES
from tests.deployment.environment import OF_THE_SERVER, SETTINGS, names
from tests.deployment.manifests import (
    K8S,
    OVERLAYS,
    ROOT,
    Document,
    Manifests,
    needs_kustomize,
    rendered,
    selects,
)

pytestmark = needs_kustomize

PORTS = {
    name: settings.model_fields["port"].default for name, settings in SETTINGS.items() if name != "topics"
}
SERVICES = frozenset(PORTS)
# Who is somebody else to Kafka and MongoDB than its own name says.
USERS = {"forget-canaries": "keeper"}
# Their images write into their own folders when they start.
WRITABLE = frozenset({"kafka"})
# `kubectl apply` keeps a copy of each object in an annotation, and annotations have this bound.
LARGEST_APPLIED = 256 * 1024
# On top of all waits that have a bound: leaving the groups, closing connections.
MARGIN_S = 5


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> Manifests:
    return rendered(request.param)


def test_every_pod_keeps_the_profile_restricted(manifests: Manifests) -> None:
    for pod in manifests.pods():
        spec, container = pod.spec, pod.container
        assert spec["securityContext"]["runAsNonRoot"] is True, pod
        assert spec["securityContext"]["runAsUser"] > 0, pod
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, pod
        assert spec["automountServiceAccountToken"] is False, pod
        assert spec["enableServiceLinks"] is False, pod
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), pod
        assert all("hostPath" not in volume for volume in spec.get("volumes", [])), pod
        rights = container["securityContext"]
        assert rights["allowPrivilegeEscalation"] is False, pod
        assert rights["capabilities"] == {"drop": ["ALL"]}, pod
        assert rights["readOnlyRootFilesystem"] is (pod.service not in WRITABLE), pod
        assert "initContainers" not in spec, pod


def test_the_namespace_refuses_what_is_not_restricted(manifests: Manifests) -> None:
    [namespace] = manifests.of("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_container_has_bounds(manifests: Manifests) -> None:
    for pod in manifests.pods():
        resources = pod.container["resources"]
        for part in ("requests", "limits"):
            assert resources[part].keys() == {"cpu", "memory", "ephemeral-storage"}, pod
        for volume in pod.spec.get("volumes", []):
            assert "emptyDir" not in volume or "sizeLimit" in volume["emptyDir"], (str(pod), volume)


def test_enrich_has_room_for_the_models_that_its_workers_unpack(manifests: Manifests) -> None:
    """65 MB a worker when it starts, its own and the archive's: with less none starts."""
    [enrich] = [pod for pod in manifests.pods("Deployment") if pod.name == "enrich"]
    [tmp] = [volume for volume in enrich.spec["volumes"] if volume["name"] == "tmp"]
    assert tmp["emptyDir"]["sizeLimit"] == "512Mi"


def test_every_image_is_pinned(manifests: Manifests) -> None:
    for pod in manifests.pods():
        _, colon, tag = pod.container["image"].rpartition(":")
        assert colon, f"{pod} takes whatever is latest"
        assert tag not in ("latest", "local"), pod


def test_our_images_have_one_version(manifests: Manifests) -> None:
    images = {pod.container["image"] for pod in manifests.pods()}
    assert len({image.rpartition(":")[2] for image in images if image.startswith("newsloom/")}) == 1


def test_a_service_is_probed_where_it_answers(manifests: Manifests) -> None:
    for pod in manifests.pods("Deployment"):
        assert pod.container["ports"] == [{"name": "http", "containerPort": PORTS[pod.service]}], pod
        for probe, path in (
            ("startupProbe", "/livez"),
            ("livenessProbe", "/livez"),
            ("readinessProbe", "/readyz"),
        ):
            assert pod.container[probe]["httpGet"] == {"path": path, "port": "http"}, (str(pod), probe)
            assert pod.container[probe]["timeoutSeconds"] >= 3, (str(pod), probe)
    for service in manifests.of("Service"):
        name = service["metadata"]["name"]
        if name in SERVICES:
            assert service["spec"]["ports"] == [{"name": "http", "port": PORTS[name], "targetPort": "http"}]


def test_every_service_finds_its_pods_and_no_others(manifests: Manifests) -> None:
    for service in manifests.of("Service"):
        selector = {"matchLabels": service["spec"]["selector"]}
        found = [pod.name for pod in manifests.pods() if selects(selector, pod.labels)]
        assert found == [service["metadata"]["name"]]


def test_a_pod_has_longer_to_leave_than_the_longest_stop_takes(manifests: Manifests) -> None:
    delay = float(manifests.named("ConfigMap", "newsloom")["data"]["SHUTDOWN_DELAY_S"])
    assert delay > 0, "requests still come while the cluster hears of it"
    longest = delay + server.GRACE_S + 2 * chassis.DRAIN_WITHIN_S + MARGIN_S
    assert following.DRAIN_WITHIN_S <= chassis.DRAIN_WITHIN_S
    for pod in manifests.pods("Deployment"):
        assert pod.spec["terminationGracePeriodSeconds"] >= longest, pod


def test_what_has_copies_never_goes_below_one_and_a_node_can_be_emptied(manifests: Manifests) -> None:
    budgets = manifests.of("PodDisruptionBudget")
    for pod in manifests.pods("Deployment"):
        if pod.service == "canary":
            continue
        [budget] = [one for one in budgets if selects(one["spec"]["selector"], pod.labels)]
        gone = budget["spec"]["maxUnavailable"]
        replicas = manifests.replicas(pod.name)
        assert gone >= 1, f"no node with a pod of {pod} could ever be emptied"
        assert replicas == 1 or gone < replicas, pod


def test_a_rollout_takes_no_pod_away_before_the_new_one_is_ready(manifests: Manifests) -> None:
    for deployment in manifests.of("Deployment"):
        strategy = deployment["spec"]["strategy"]
        if deployment["metadata"]["name"] == "canary":
            assert strategy == {"type": "Recreate"}, "two canaries would do everything twice"
            continue
        assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}


def test_in_production_nothing_stands_in_one_place() -> None:
    production = rendered("production")
    for pod in production.pods("Deployment"):
        if pod.service == "canary":
            continue
        assert production.replicas(pod.name) >= 2, pod
        spread = {one["topologyKey"]: one for one in pod.spec["topologySpreadConstraints"]}
        assert spread.keys() == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}, pod
        assert all(selects(one["labelSelector"], pod.labels) for one in spread.values()), pod


def test_only_variables_that_are_read_are_set(manifests: Manifests) -> None:
    for pod in manifests.pods():
        if pod.service in SETTINGS:
            variables = {variable["name"] for variable in pod.container.get("env", [])}
            assert variables <= names(pod.service), pod


def test_what_is_set_for_all_is_read_by_somebody(manifests: Manifests) -> None:
    shared = manifests.named("ConfigMap", "newsloom")["data"].keys()
    read = frozenset[str]().union(*map(names, SETTINGS)) | OF_THE_SERVER
    referred = {
        variable["valueFrom"]["configMapKeyRef"]["key"]
        for pod in manifests.pods()
        for variable in pod.container.get("env", [])
        if "valueFrom" in variable
    }
    assert shared - read == referred


def test_no_secret_is_in_the_repository(manifests: Manifests) -> None:
    assert manifests.of("Secret") == []
    for pod in manifests.pods():
        for variable in pod.container.get("env", []):
            spelt_out = "value" in variable and variable["name"].endswith(("PASSWORD", "_KEY", "_SECRET"))
            assert not spelt_out, (str(pod), variable["name"])


def test_secrets_are_readable_by_the_pods_group_alone(manifests: Manifests) -> None:
    for pod in manifests.pods():
        for volume in pod.spec.get("volumes", []):
            if "secret" in volume:
                assert volume["secret"]["defaultMode"] == 0o440, (str(pod), volume)


def test_in_production_everybody_is_known_to_kafka_and_mongodb() -> None:
    production = rendered("production")
    shared = production.named("ConfigMap", "newsloom")["data"]
    assert shared["KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
    assert shared["NEWSLOOM_ENVIRONMENT"] == "production", "then unsafe settings are refused"
    assert "@" not in shared["MONGO_URL"], "no user and no password in the address"
    assert "tls=true" in shared["MONGO_URL"]
    for pod in production.pods():
        user = USERS.get(pod.service, pod.service)
        variables = {variable["name"]: variable.get("value") for variable in pod.container["env"]}
        if user in PRINCIPALS:
            assert variables["KAFKA_SASL_USERNAME"] == user, pod
        if user in ROLES:
            assert variables["MONGO_USERNAME"] == user, pod
        assert user in PRINCIPALS or user in ROLES, pod
        volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
        assert volumes["credentials"]["secret"]["secretName"] == f"{user}-credentials", pod


# ------------------------------------------------------------------------------- who may speak to whom


def policies(manifests: Manifests, labels: dict[str, str], direction: str) -> list[Document]:
    """The rules that let something through for a pod with these labels, `Ingress` or `Egress`."""
    return [
        rule
        for policy in manifests.of("NetworkPolicy")
        if direction in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], labels)
        for rule in policy["spec"].get(direction.lower(), [])
    ]


def may_reach(manifests: Manifests, one: str, other: str) -> bool:
    """Whether both sides' rules let `one` open a connection to `other`, at the port it listens on."""
    pods = {pod.name: pod for pod in manifests.pods()}
    source, target = pods[one], pods[other]
    [port] = [port["containerPort"] for port in target.container["ports"]]
    port_name = target.container["ports"][0]["name"]

    def names_it(rule: Document, side: str, labels: dict[str, str]) -> bool:
        ports = {entry["port"] for entry in rule["ports"]}
        return bool(ports & {port, port_name}) and any(
            "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"], labels)
            for peer in rule[side]
        )

    outward = any(
        names_it(rule, "to", target.labels) for rule in policies(manifests, source.labels, "Egress")
    )
    inward = any(
        names_it(rule, "from", source.labels) for rule in policies(manifests, target.labels, "Ingress")
    )
    return outward and inward


def test_nobody_speaks_to_anybody_unless_it_is_said(manifests: Manifests) -> None:
    deny = manifests.named("NetworkPolicy", "deny-all")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for policy in manifests.of("NetworkPolicy"):
        for rule in (*policy["spec"].get("ingress", []), *policy["spec"].get("egress", [])):
            assert rule.get("from", rule.get("to")), f"{policy['metadata']['name']} opens to everybody"
            assert rule["ports"], f"{policy['metadata']['name']} opens every port"


def test_every_rule_is_about_pods_that_there_are(manifests: Manifests) -> None:
    labels = [pod.labels for pod in manifests.pods()]
    for policy in manifests.of("NetworkPolicy"):
        selector = policy["spec"]["podSelector"]
        assert any(selects(selector, one) for one in labels), policy["metadata"]["name"]


def test_in_the_small_newsroom_just_those_who_need_them_reach_kafka_and_mongodb() -> None:
    small = rendered("small-newsroom")
    everybody = {pod.name for pod in small.pods()} - {"kafka", "mongo"}
    kafka = {name for name in everybody if may_reach(small, name, "kafka")}
    mongo = {name for name in everybody if may_reach(small, name, "mongo")}
    assert everybody - kafka == {"mongo-init", "forget-canaries"}
    assert everybody - mongo == {"canary", "topics"}


def test_of_the_services_only_the_canary_speaks_to_others_and_only_to_the_public_ones(
    manifests: Manifests,
) -> None:
    services = [pod.name for pod in manifests.pods("Deployment")]
    spoken = {(a, b) for a in services for b in services if a != b and may_reach(manifests, a, b)}
    assert spoken == {("canary", "ingest"), ("canary", "feeds")}


def test_every_pod_finds_names_and_the_metrics_of_every_service_are_reached(manifests: Manifests) -> None:
    for pod in manifests.pods():
        outward = policies(manifests, pod.labels, "Egress")
        assert any({53} == {port["port"] for port in rule["ports"]} for rule in outward), pod
    for pod in manifests.pods("Deployment"):
        inward = policies(manifests, pod.labels, "Ingress")
        peers = [
            peer.get("namespaceSelector", {}).get("matchLabels") for rule in inward for peer in rule["from"]
        ]
        assert {"kubernetes.io/metadata.name": "monitoring"} in peers, pod


def test_from_outside_the_namespace_only_the_public_services_are_reached_and_metrics(
    manifests: Manifests,
) -> None:
    for pod in manifests.pods():
        inward = policies(manifests, pod.labels, "Ingress")
        peers = {
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for rule in inward
            for peer in rule["from"]
            if "namespaceSelector" in peer
        }
        front = {"ingress-nginx"} if pod.service in ("ingest", "feeds") else set()
        assert peers == front | ({"monitoring"} if pod.service in SERVICES else set()), pod


def test_what_ingest_reads_in_the_world_is_never_inside_the_cluster(manifests: Manifests) -> None:
    [rule] = manifests.named("NetworkPolicy", "imports")["spec"]["egress"]
    blocks = [peer["ipBlock"] for peer in rule["to"]]
    inside = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7"}
    assert inside <= {network for block in blocks for network in block["except"]}


def test_the_world_is_led_to_no_probe_metric_or_internal_document() -> None:
    internal = ("/livez", "/readyz", "/metrics", "/asyncapi")
    for route in rendered("production").of("Ingress"):
        for rule in route["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                if path["pathType"] == "Prefix":
                    assert path["path"] != "/", route["metadata"]["name"]
                assert not any(one.startswith(path["path"]) for one in internal if path["path"] != "/")
        assert route["spec"]["tls"], route["metadata"]["name"]


def test_every_refusal_names_a_page_that_the_world_is_led_to() -> None:
    [route] = [each for each in rendered("production").of("Ingress") if each["metadata"]["name"] == "ingest"]
    paths = [path["path"] for rule in route["spec"]["rules"] for path in rule["http"]["paths"]]
    assert "/problems" in paths


# ------------------------------------------------------------------------------------------ scaling


def test_consumers_are_scaled_on_the_lag_of_their_own_group() -> None:
    lanes = {"enrich": (ENRICH_GROUP, ARTICLES_SUBMITTED), "publish": ("publish", ARTICLES_ENRICHED)}
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]: one["spec"]
        for one in rendered("production").of("ScaledObject")
    }
    assert scaled.keys() == lanes.keys()
    known = {group.name: {topic.name for topic in group.topics} for group in GROUPS}
    for name, spec in scaled.items():
        group, topic = lanes[name]
        assert topic.name in known[group]
        [trigger] = spec["triggers"]
        assert trigger["type"] == "kafka"
        assert trigger["metadata"]["consumerGroup"] == group
        assert trigger["metadata"]["topic"] == topic.name
        assert trigger["metadata"]["offsetResetPolicy"] == "earliest", "a fresh group begins where we do"
        assert trigger["metadata"]["sasl"] == "scram_sha512"
        assert trigger["authenticationRef"]["name"] == "keda-kafka"
        assert 2 <= spec["minReplicaCount"] < spec["maxReplicaCount"] <= topic.partitions
        assert spec["fallback"]["replicas"] <= spec["maxReplicaCount"]


def test_whoever_scales_a_deployment_alone_says_how_many() -> None:
    production = rendered("production")
    targets = [
        one["spec"]["scaleTargetRef"]["name"]
        for one in production.of("ScaledObject", "HorizontalPodAutoscaler")
    ]
    assert sorted(targets) == ["enrich", "feeds", "ingest", "publish"]
    for deployment in production.of("Deployment"):
        assert ("replicas" in deployment["spec"]) is (deployment["metadata"]["name"] not in targets)


def test_topics_have_three_copies_in_production() -> None:
    assert (
        "--replication=3"
        in rendered("production").named("Job", "topics")["spec"]["template"]["spec"]["containers"][0][
            "command"
        ]
    )


# ------------------------------------------------------------------------------------------ watching


def test_pods_are_scraped_as_often_and_under_the_names_that_alerts_expect() -> None:
    production = rendered("production")
    [monitor] = production.of("PodMonitor")
    plain = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    assert monitor["spec"]["jobLabel"] == "app.kubernetes.io/name"
    assert {job["job_name"] for job in plain["scrape_configs"]} >= SERVICES
    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["interval"] == plain["global"]["scrape_interval"]
    assert endpoint["port"] == "http"
    for pod in production.pods("Deployment"):
        assert selects(monitor["spec"]["selector"], pod.labels), pod


def test_the_operator_has_the_same_alerts_as_a_plain_prometheus() -> None:
    module = runpy.run_path(str(K8S / "rules.py"))
    rule = cast(Callable[[], str], module["rendered"])()
    assert module["WRITTEN"].read_text() == rule, "run `make docs`"
    plain: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    assert set(plain["rule_files"]) == {file.name for file in module["RULE_FILES"]}


def test_grafana_finds_every_dashboard_and_each_is_small_enough_to_be_applied() -> None:
    maps = [
        document
        for document in rendered("production").of("ConfigMap")
        if document["metadata"].get("labels", {}).get("grafana_dashboard") == "1"
    ]
    found = {name: text for one in maps for name, text in one["data"].items()}
    files = {file.name: file.read_text() for file in (ROOT / "deploy/grafana/dashboards").glob("*.json")}
    assert found == files, "name it in deploy/grafana/kustomization.yaml"
    assert all(len(text.encode()) < LARGEST_APPLIED for text in found.values())

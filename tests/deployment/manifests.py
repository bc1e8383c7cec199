"""The Kubernetes manifests as a cluster would get them, made by kustomize from deploy/k8s."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy/k8s"
OVERLAYS = ("small-newsroom", "production")

Document = dict[str, Any]

needs_kustomize = pytest.mark.skipif(
    shutil.which("kustomize") is None and shutil.which("kubectl") is None,
    reason="neither kustomize nor kubectl on PATH: the manifests cannot be put together",
)


@dataclass(frozen=True, kw_only=True)
class Pod:
    """What a workload starts: its kind and name, and the template's labels and spec."""

    kind: str
    name: str
    labels: dict[str, str]
    spec: Document

    @property
    def container(self) -> Document:
        """The only container."""
        [container] = self.spec["containers"]
        found: Document = container
        return found

    @property
    def service(self) -> str:
        """The application inside."""
        return self.labels["app.kubernetes.io/name"]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Manifests:
    """All documents of one overlay."""

    documents: tuple[Document, ...]

    def of(self, *kinds: str) -> list[Document]:
        return [document for document in self.documents if document["kind"] in kinds]

    def named(self, kind: str, name: str) -> Document:
        """The document of this kind and name; kustomize may have put a hash behind it."""
        form = re.compile(rf"{re.escape(name)}(-[a-z0-9]{{10}})?")
        [found] = [one for one in self.of(kind) if form.fullmatch(one["metadata"]["name"])]
        return found

    def pods(self, *kinds: str) -> Iterator[Pod]:
        for workload in self.of(*(kinds or ("Deployment", "StatefulSet", "Job", "CronJob"))):
            spec = workload["spec"]
            template = (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]
            yield Pod(
                kind=workload["kind"],
                name=workload["metadata"]["name"],
                labels=template["metadata"]["labels"],
                spec=template["spec"],
            )

    def replicas(self, deployment: str) -> int:
        """How many pods there are at least: by the number, or by whoever scales it."""
        for scaled in self.of("ScaledObject"):
            if scaled["spec"]["scaleTargetRef"]["name"] == deployment:
                return int(scaled["spec"]["minReplicaCount"])
        for scaled in self.of("HorizontalPodAutoscaler"):
            if scaled["spec"]["scaleTargetRef"]["name"] == deployment:
                return int(scaled["spec"]["minReplicas"])
        return int(self.named("Deployment", deployment)["spec"]["replicas"])


@cache
def rendered(overlay: str) -> Manifests:
    """Put together by kustomize, which must be there (`needs_kustomize`)."""
    tool = ["kustomize", "build"] if shutil.which("kustomize") else ["kubectl", "kustomize"]
    done = subprocess.run([*tool, str(K8S / "overlays" / overlay)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Manifests(documents=tuple(filter(None, yaml.safe_load_all(done.stdout))))


def selects(selector: Document, labels: dict[str, str]) -> bool:
    """Whether a label selector, as Kubernetes writes it, takes these labels. An empty one takes all."""
    wanted = selector.get("matchLabels", {})
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In", f"say it with In: {expression}"
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return True

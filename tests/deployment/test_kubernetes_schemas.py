"""The manifests are valid for Kubernetes itself, in the oldest and the newest release that we name."""

import kubernetes_validate
import pytest

from tests.deployment.manifests import OVERLAYS, needs_kustomize, rendered

# Of operators, whose schemas are not Kubernetes' own; test_kubernetes.py holds them to laws of ours.
OF_OPERATORS = frozenset({"ScaledObject", "TriggerAuthentication", "PodMonitor", "PrometheusRule"})


@needs_kustomize
@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("release", ["1.31", "1.37"])
def test_every_document_keeps_the_schema_of_its_kind(overlay: str, release: str) -> None:
    judged = [one for one in rendered(overlay).documents if one["kind"] not in OF_OPERATORS]
    assert len(judged) > 20
    for document in judged:
        kubernetes_validate.validate(document, release, strict=True)

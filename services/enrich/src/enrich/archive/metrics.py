"""What the lane counts beside its role's own records and lag."""

from typing import Final, get_args

from prometheus_client import CollectorRegistry

from enrich.archive.pace import Reason
from enrich.metrics import HELD

REASONS: Final[tuple[Reason, ...]] = get_args(Reason)


class LaneMetrics:
    """The label is closed: the reasons for which a lane holds back."""

    def __init__(self, registry: CollectorRegistry) -> None:
        held = HELD.on(registry)
        self._held = {reason: held.labels(reason) for reason in REASONS}

    def held(self, reason: Reason, seconds: float) -> None:
        self._held[reason].inc(max(0.0, seconds))

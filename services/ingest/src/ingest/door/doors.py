"""The door from its settings: who may come in, how fast, how much at once, and the audit of it all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.door.audit import Audit
from ingest.door.audit_file import AuditFile, audit_file
from ingest.door.backpressure import Producing, closed_by
from ingest.door.credentials import KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.door.rate_limits import RateLimits
from ingest.door.token_buckets import Pace
from ingest.door.tokens import Tokens, configured
from ingest.metrics import IngestMetrics
from ingest.settings import Settings

# More records than this in the producer means that Kafka is slower than what comes in, whoever sends it.
MOST_PENDING = 10_000


@dataclass(frozen=True, kw_only=True)
class Door:
    """Parts of the desk that belong together."""

    keys: KeyRing
    tokens: Tokens | None
    admission: Admission
    limits: BodyLimits
    rates: RateLimits
    audit: Audit
    lines: AuditFile | None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """The audit is written for as long as this is entered."""
        if self.lines is None:
            yield
        else:
            with self.lines:
                yield


def new_door(settings: Settings, producer: Producing, metrics: IngestMetrics) -> Door:
    """Raises KeysUnusable and TokensUnusable."""
    tokens = configured(
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        algorithm=settings.jwt_algorithm,
        jwks_url=settings.jwt_jwks_url,
        jwks_file=settings.jwt_jwks_file,
    )
    inline = settings.keys.get_secret_value() if settings.keys else None
    lines = audit_file(settings.audit_file, lost=metrics.audit_lost.inc)
    closed = closed_by(producer, max_records=MOST_PENDING, max_bytes=settings.max_in_flight_bytes)
    return Door(
        keys=KeyRing(file=settings.keys_file, inline=inline, needed=tokens is None),
        tokens=tokens,
        admission=Admission(
            max_requests=settings.max_in_flight, max_bytes=settings.max_in_flight_bytes, closed=closed
        ),
        limits=BodyLimits(max_bytes=settings.max_body_bytes, timeout_s=settings.body_timeout_s),
        rates=RateLimits(Pace(per_second=settings.rate, burst=settings.burst)),
        audit=Audit(lines),
        lines=lines,
    )

"""Senders whose proof comes with the body: whatever they write, they share what one of them may have."""

import json
from contextlib import ExitStack

import pytest
from prometheus_client import CollectorRegistry

from ingest.desk import Desk
from ingest.door.audit import Account, open_account
from ingest.door.credentials import KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.door.rate_limits import RateLimits
from ingest.door.token_buckets import Pace
from ingest.fetching.port import NoFetcher
from ingest.metrics import IngestMetrics
from ingest.ports import InPlace
from ingest.refusal import Refused
from ingest.routes.dialects import hook_grant
from ingest.source_register import SourceRegister
from ingest.sources.ghost import GHOST
from tests.integration.ingest.front_door import KEY, KEYS, FixedClock, RecordingPublisher


def desk() -> Desk:
    return Desk(
        keys=KeyRing(inline=json.dumps(KEYS)),
        publisher=RecordingPublisher(),
        clock=FixedClock(),
        admission=Admission(max_requests=8, max_bytes=1_000),
        limits=BodyLimits(max_bytes=1000, timeout_s=1),
        metrics=IngestMetrics(CollectorRegistry()),
        feeds_url="http://feeds.example",
        sources=SourceRegister(None),
        fetcher=NoFetcher(),
        workers=InPlace(),
        rates=RateLimits(Pace(per_second=0.01, burst=2)),
    )


def test_addresses_of_one_holder_of_ipv6_share_their_places() -> None:
    at = desk()
    open_account(Account(route="hook", client="2001:db8:1:2::1"))
    with at.enter():
        open_account(Account(route="hook", client="2001:db8:1:2::2"))
        with at.enter():
            open_account(Account(route="hook", client="2001:db8:1:2::3"))
            with pytest.raises(Refused), at.enter():
                pass
            open_account(Account(route="hook", client="2001:db8:1:3::1"))
            with at.enter():
                pass


def test_however_many_addresses_they_have_the_unproven_leave_places_to_keys() -> None:
    at = desk()
    with ExitStack() as held:
        for number in range(4):
            open_account(Account(route="hook", client=f"203.0.113.{number}"))
            held.enter_context(at.enter())
        open_account(Account(route="hook", client="203.0.113.9"))
        with pytest.raises(Refused), at.enter():
            pass
        keyed = open_account(Account(route="articles", client="203.0.113.9"))
        keyed.name(at.keys.identify(KEY))
        with at.enter():
            pass


def test_of_a_name_that_no_source_can_have_little_is_remembered() -> None:
    at = desk()
    open_account(Account(route="hook", client="203.0.113.9"))
    for end in "ab":
        at.expect(hook_grant("s" * 60_000 + end, GHOST))
    with pytest.raises(Refused):
        at.expect(hook_grant("s" * 60_000 + "c", GHOST))
    assert max(map(len, at.rates._unproven._full_at)) < 200

"""A feed is read as often as its source asks, and never more often than its server can bear."""

from collections.abc import Mapping

import pytest

from ingest.importing.pace import LONGEST_S, after_failure, after_reading

DATE = "Thu, 05 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "ttl_s", "seconds"),
    [
        ({}, None, 300),
        ({}, 900.0, 900),
        ({}, 60.0, 300),
        ({"cache-control": "public, max-age=1200"}, None, 1200),
        ({"cache-control": "max-age=10"}, None, 300),
        ({"cache-control": 'MAX-AGE="700"'}, 900.0, 900),
        ({"cache-control": "no-cache, max-age=1200"}, None, 300),
        ({"cache-control": "no-store,max-age=1200"}, None, 300),
        ({"cache-control": "s-maxage=1200"}, None, 300),
        ({"cache-control": "max-age=-1"}, None, 300),
        ({"cache-control": "max-age=999999999"}, None, LONGEST_S),
        ({}, 9e9, LONGEST_S),
    ],
)
def test_wishes_of_the_feed_lengthen_the_pause(
    headers: Mapping[str, str], ttl_s: float | None, seconds: float
) -> None:
    assert after_reading(headers, every=300, ttl_s=ttl_s) == seconds


@pytest.mark.parametrize(
    ("headers", "failures", "seconds"),
    [
        ({}, 1, 300),
        ({}, 2, 600),
        ({}, 4, 2400),
        ({}, 5000, LONGEST_S),
        ({"retry-after": "1800"}, 1, 1800),
        ({"retry-after": "5"}, 1, 300),
        ({"retry-after": "999999999"}, 1, LONGEST_S),
        ({"retry-after": "Thu, 05 Nov 2026 09:20:00 GMT", "date": DATE}, 1, 1200),
        ({"retry-after": "Thu, 05 Nov 2026 08:00:00 GMT", "date": DATE}, 1, 300),
        ({"retry-after": "Thu, 05 Nov 2026 09:20:00 GMT"}, 1, 300),
        ({"retry-after": "Thu, 05 Nov 2026 09:20:00 +99999999999999999999", "date": DATE}, 1, 300),
        ({"retry-after": "Thu, 05 Nov 99999999999999999999 09:20:00 GMT", "date": DATE}, 1, 300),
        ({"retry-after": "later"}, 1, 300),
        ({"retry-after": "-5"}, 1, 300),
    ],
)
def test_failures_in_a_row_double_the_pause_and_retry_after_is_kept(
    headers: Mapping[str, str], failures: int, seconds: float
) -> None:
    assert after_failure(headers, every=300, failures=failures) == seconds


def test_a_pause_longer_than_any_wish_stays_as_it_was_set() -> None:
    assert after_reading({"cache-control": "max-age=9999"}, every=86_400, ttl_s=None) == 86_400
    assert after_failure({}, every=86_400, failures=9) == 86_400

"""Addresses are compared by what they lead to, and only plain ones are read at all."""

import pytest

from ingest.fetching.allowed_origins import Origin, origins
from ingest.fetching.port import FetchRefused

SAME = [
    ("https://paper.example/feed", "https://PAPER.example:443/other?x=1"),
    ("http://paper.example", "http://paper.example:80/"),
    ("https://бухта.example/лента", "https://xn--80ab5cdk.example/"),
    ("https://[2606:2800::1]/feed", "https://[2606:2800:0::1]:443/"),
]
OTHER = [
    ("https://paper.example/", "http://paper.example/"),
    ("https://paper.example/", "https://paper.example:8443/"),
    ("https://paper.example/", "https://feeds.paper.example/"),
    ("https://paper.example/", "https://pаper.example/"),  # a Cyrillic letter that looks Latin
]
NOT_PLAIN = [
    "ftp://paper.example/feed",
    "file:///etc/passwd",
    "gopher://paper.example/",
    "javascript:alert(1)",
    "data:text/xml,<rss/>",
    "//paper.example/feed",
    "paper.example/feed",
    "https://",
    "https:///feed",
    "https://editor:secret@paper.example/feed",
    "https://editor@paper.example/feed",
    "https://paper.example./feed",
    "http://localhost./",
    "https://paper.example/a b",
    "https://paper.ex\tample/",
    "https://paper.example/\nHost: other.example",
    "https://paper.example\\@other.example/",
    "https://paper.example:99999999/",
    "https://paper.example:x/",
    "https://paper.example/" + "a" * 10_000,
    "",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_place_in_two_writings_is_one_origin(one: str, other: str) -> None:
    assert Origin.of(one) == Origin.of(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_scheme_port_or_host_is_another_origin(one: str, other: str) -> None:
    assert Origin.of(one) != Origin.of(other)


@pytest.mark.parametrize("url", NOT_PLAIN)
def test_what_is_no_plain_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        Origin.of(url)
    assert "secret" not in str(refused.value)


def test_a_registered_address_that_is_none_allows_nothing() -> None:
    assert origins(["https://paper.example/feed", "https://", "ftp://files.example/"]) == {
        Origin("https", "paper.example", 443)
    }

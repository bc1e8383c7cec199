"""The guard before every read of a foreign address, against a real server on the loopback interface.

The names are resolved by a table, so that a name can lead anywhere; `inside` lets the server's own address
through where a test is about something else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ingest.fetching.allowed_origins import Origin
from ingest.fetching.guarded_fetcher import GuardedFetcher
from ingest.fetching.port import FetchFailed, FetchRefused
from tests.deliveries.news_site import NewsSite, Page, news_site

HOST = "paper.example"
FEED = Page(body=b"<rss/>", media_type="application/rss+xml")


class Names:
    """A resolver by table that counts; each question takes the next answer, the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def fetcher(port: int, *, names: Names | None = None, inside: Sequence[str] = (HOST,), **options: Any) -> Any:
    return GuardedFetcher(
        allowed=lambda: {Origin("http", HOST, port)},
        agent="newsloom/test (+desk@paper.example)",
        inside=frozenset(inside),
        resolve=names or Names(["127.0.0.1"]),
        **options,
    )


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with news_site({"/feed": FEED}) as running:
        yield running


async def test_a_registered_host_is_read_under_its_own_name(site: NewsSite) -> None:
    names = Names(["127.0.0.1"])
    answer = await fetcher(site.port, names=names).get(
        f"http://{HOST}:{site.port}/feed?page=1", headers={"accept": "application/rss+xml"}
    )
    assert (answer.status, answer.body) == (200, b"<rss/>")
    assert answer.headers["content-type"] == "application/rss+xml"
    _, asked = site.asked[-1]
    assert asked["host"] == f"{HOST}:{site.port}"
    assert asked["user-agent"].startswith("newsloom/")
    assert asked["accept-encoding"] == "identity"
    assert asked["accept"] == "application/rss+xml"
    assert names.asked == 1


async def test_what_did_not_change_is_said_so(site: NewsSite) -> None:
    guarded, url = fetcher(site.port), f"http://{HOST}:{site.port}/feed"
    first = await guarded.get(url)
    again = await guarded.get(url, headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example:{port}/feed",
        "http://127.0.0.1:{port}/feed",
        "http://[::1]:{port}/feed",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433:{port}/feed",
        "http://0x7f.1:{port}/feed",
        "http://localhost.:{port}/feed",
        "http://localhost:{port}/feed",
        "https://paper.example:{port}/feed",
        "http://paper.example/feed",
        "http://paper.example.:{port}/feed",
        "http://x@paper.example:{port}/feed",
        "http://paper.example:{port}@other.example/feed",
    ],
)
async def test_no_other_place_is_even_looked_up(site: NewsSite, url: str) -> None:
    names, before = Names(["127.0.0.1"]), len(site.asked)
    with pytest.raises(FetchRefused):
        await fetcher(site.port, names=names).get(url.format(port=site.port))
    assert (names.asked, len(site.asked)) == (0, before)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        ["127.0.0.1", "93.184.215.14"],
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
    ],
)
async def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(
    site: NewsSite, addresses: list[str]
) -> None:
    before = len(site.asked)
    with pytest.raises(FetchRefused, match="private network"):
        await fetcher(site.port, names=Names(addresses), inside=()).get(f"http://{HOST}:{site.port}/feed")
    assert len(site.asked) == before


async def test_a_host_of_the_house_may_not_lead_to_where_clouds_keep_secrets(site: NewsSite) -> None:
    with pytest.raises(FetchRefused):
        await fetcher(site.port, names=Names(["169.254.169.254"])).get(f"http://{HOST}:{site.port}/feed")


async def test_a_name_that_changes_its_mind_is_asked_once_and_what_was_checked_is_connected_to(
    site: NewsSite,
) -> None:
    """Rebinding: the second answer would be another server's."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    answer = await fetcher(site.port, names=names).get(f"http://{HOST}:{site.port}/feed")
    assert (answer.status, names.asked) == (200, 1)


async def test_the_next_address_is_tried_when_one_is_dead(site: NewsSite) -> None:
    names = Names(["127.0.0.77", "127.0.0.1"])  # the server listens on one address alone
    assert (await fetcher(site.port, names=names).get(f"http://{HOST}:{site.port}/feed")).status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_is_not_followed_and_the_fix_is_named(site: NewsSite, status: int) -> None:
    site.pages["/moved"] = Page(body=b"", status=status, headers={"Location": "http://169.254.169.254/"})
    with pytest.raises(FetchRefused, match="register the address"):
        await fetcher(site.port).get(f"http://{HOST}:{site.port}/moved")


async def test_an_answer_above_the_cap_is_given_up_on(site: NewsSite) -> None:
    site.pages["/large"] = Page(body=b"x" * 5001)
    with pytest.raises(FetchFailed, match="larger than 5000"):
        await fetcher(site.port, max_bytes=5000).get(f"http://{HOST}:{site.port}/large")
    site.pages["/large"] = Page(body=b"x" * 5000)
    assert (
        len((await fetcher(site.port, max_bytes=5000).get(f"http://{HOST}:{site.port}/large")).body) == 5000
    )


async def test_a_compressed_answer_is_never_unpacked(site: NewsSite) -> None:
    site.pages["/bomb"] = Page(body=b"\x1f\x8b" + b"\x00" * 100, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="plain"):
        await fetcher(site.port).get(f"http://{HOST}:{site.port}/bomb")


async def test_a_proxy_of_the_environment_is_not_used(
    site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await fetcher(site.port).get(f"http://{HOST}:{site.port}/feed")).status == 200


async def test_cookies_are_not_kept(site: NewsSite) -> None:
    site.pages["/cookie"] = Page(body=b"{}", headers={"Set-Cookie": "session=1"})
    guarded = fetcher(site.port)
    for _ in range(2):
        await guarded.get(f"http://{HOST}:{site.port}/cookie")
    assert "cookie" not in site.asked[-1][1]


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def speaking(script: Script) -> AsyncIterator[int]:
    """A server that says exactly what the script says."""
    server = await asyncio.start_server(script, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    try:
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)
    except ConnectionError:
        pass


async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    try:
        while not writer.is_closing():
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()
    except ConnectionError:
        pass


async def test_a_burst_reads_a_site_four_at_a_time() -> None:
    waiting = most = 0

    async def slowly(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0.01)  # long enough for all others to have come, if they may
        waiting -= 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        writer.close()

    async with speaking(slowly) as port:
        guarded = fetcher(port)
        answers = await asyncio.gather(*(guarded.get(f"http://{HOST}:{port}/feed") for _ in range(20)))
    assert [answer.status for answer in answers] == [200] * 20
    assert most <= 4


async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"this is no HTTP at all\r\n\r\n")
    writer.close()


@pytest.mark.parametrize(
    ("script", "options", "said"),
    [
        (drip, {"total_s": 0.4}, "no whole answer"),
        (endless, {"max_bytes": 100_000}, "larger than"),
        (nonsense, {}, "broke off"),
    ],
)
async def test_whatever_a_host_does_ends_within_the_bounds(
    script: Script, options: Mapping[str, Any], said: str
) -> None:
    async with speaking(script) as port:
        with pytest.raises(FetchFailed, match=said):
            await fetcher(port, **options).get(f"http://{HOST}:{port}/feed")


async def test_the_time_for_resolving_counts_too() -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    guarded = GuardedFetcher(
        allowed=lambda: {Origin("https", HOST, 443)}, agent="newsloom", resolve=never, total_s=0.1
    )
    with pytest.raises(FetchFailed, match=r"within 0\.1 s"):
        await guarded.get(f"https://{HOST}/feed")


async def test_a_name_without_an_address_is_a_failure_that_may_pass() -> None:
    async def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    guarded = GuardedFetcher(allowed=lambda: {Origin("https", HOST, 443)}, agent="newsloom", resolve=unknown)
    with pytest.raises(FetchFailed, match="cannot be resolved"):
        await guarded.get(f"https://{HOST}/feed")

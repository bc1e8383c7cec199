"""WordPress over HTTP: hints of every kind, a real site behind them, and forged ones that come to nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.fetching.allowed_origins import Origin
from ingest.fetching.guarded_fetcher import GuardedFetcher
from ingest.source_register import SourceRegister
from ingest.sources.wordpress.dialect import read_wordpress
from ingest.workers.pool import WorkerPool
from newsloom_schemas.events import ArticleKilledV1
from tests.deliveries import wordpress
from tests.deliveries.news_site import NewsSite, Page, news_site
from tests.deliveries.sample import Sample
from tests.factories import MOMENT
from tests.integration.ingest.front_door import FrontDoor, open_door

SOURCES = Path(wordpress.__file__).with_name("sources.toml")
BY_POST = {sample.external_id: sample for sample in wordpress.SAMPLES}
PUBLISHED = BY_POST["wordpress:4217"]


@asynccontextmanager
async def door_with(site: NewsSite, folder: Path, **more: Any) -> AsyncIterator[FrontDoor]:
    file = folder / "sources.toml"
    file.write_text(SOURCES.read_text().replace(wordpress.SITE, site.address))
    register = SourceRegister(file)
    fetcher = GuardedFetcher.of_sources(register, inside=("127.0.0.1",), contact="mailto:desk@paper.example")
    async with open_door(sources=register, fetcher=fetcher, **more) as door:
        yield door


@pytest.fixture(scope="module")
async def serving(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[FrontDoor, NewsSite]]:
    with news_site() as site:
        async with door_with(site, tmp_path_factory.mktemp("sources")) as door:
            yield door, site


@pytest.fixture
def site(serving: tuple[FrontDoor, NewsSite]) -> NewsSite:
    """The newsroom's site as it is at first."""
    _, site = serving
    site.pages.update(wordpress.PAGES)
    site.asked.clear()
    return site


@pytest.fixture
def door(serving: tuple[FrontDoor, NewsSite], site: NewsSite) -> FrontDoor:
    """A front door that nothing has come through."""
    door, _ = serving
    door.publisher.forget()
    return door


async def told(door: FrontDoor, sample: Sample, **headers: str) -> Any:
    return await door.client.post(
        sample.path, content=sample.body, headers={**sample.headers(sample.body, MOMENT), **headers}
    )


def hint(post: int, action: str) -> Sample:
    body = json.dumps({"post_id": post, "action": action}).encode()
    return replace(PUBLISHED, body=body, external_id=f"wordpress:{post}", headers=wordpress.signed())


@pytest.mark.parametrize("sample", wordpress.SAMPLES, ids=lambda sample: sample.what)
async def test_a_hint_becomes_what_the_site_says(door: FrontDoor, sample: Sample) -> None:
    answer = await told(door, sample)
    assert answer.status_code == 202, answer.text
    (event,) = door.publisher.events
    assert event.external_id == sample.external_id
    if sample.headline is None:
        assert isinstance(event, ArticleKilledV1)
    else:
        assert event.content.headline == sample.headline


async def test_a_post_is_taken_over_with_all_that_rest_says(door: FrontDoor) -> None:
    await told(door, PUBLISHED)
    (event,) = door.publisher.events
    content = event.content.model_dump(mode="json", exclude_defaults=True)
    assert event.revision == 1793862761000  # modified_gmt in milliseconds
    assert content.pop("body_html").startswith("<p>The bridge over the northern harbour reopened")
    assert content == {
        "headline": "Harbour bridge reopens: “ahead of plan” & under budget",
        "section": "City",
        "keywords": ["Traffic & Roads", "bridge", "repairs"],
        "authors": [{"name": "Ines Falk", "uri": "https://paper.example/author/ines/"}],
        "published_at": "2026-11-05T06:30:00Z",
        "modified_at": "2026-11-05T07:12:41Z",
        "canonical_url": "https://paper.example/harbour-bridge/",
        "images": [
            {
                "url": "https://paper.example/wp-content/uploads/2026/11/bridge.jpg",
                "alt": "Cars on the bridge",
                "caption": "The first cars at dawn",
                "width": 1600,
                "height": 1067,
            }
        ],
    }


async def test_a_hundred_hints_at_once_are_one_event(door: FrontDoor) -> None:
    answers = await asyncio.gather(*(told(door, PUBLISHED) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["event_id"] for answer in answers}) == 1
    assert len({event.event_id for event in door.publisher.events}) == 1


@pytest.mark.parametrize("action", ["deleted", "delete_post", "trash", "unpublish"])
async def test_a_hint_alone_withdraws_nothing_that_the_site_still_shows(door: FrontDoor, action: str) -> None:
    """Somebody with the secret claims a deletion; the site shows the post, so it is submitted once more."""
    answer = await told(door, hint(4217, action))
    assert answer.status_code == 202
    (event,) = door.publisher.events
    assert event.content.headline == PUBLISHED.headline


@pytest.mark.parametrize("action", ["deleted", "trash", "draft", "private"])
async def test_a_hidden_post_is_withheld_and_can_come_back(
    door: FrontDoor, site: NewsSite, action: str
) -> None:
    """The site says that it is there, but not for everybody: that is no deletion, whatever the hint says."""
    answer = await told(door, hint(4221, action))
    assert answer.status_code == 202
    (held,) = door.publisher.events
    assert held.content.embargo_until.year == 9999
    assert held.revision % 1000 == 0  # from the site's Date, which has whole seconds
    back = json.loads((wordpress.FOLDER / "4217.json").read_text()) | {
        "id": 4221,
        "modified_gmt": "2099-01-01T00:00:00",
    }
    site.pages[wordpress.rest(4221)] = Page(body=json.dumps(back).encode(), etag="")
    assert (await told(door, hint(4221, "publish"))).status_code == 202
    assert door.publisher.events[-1].revision > held.revision
    assert door.publisher.events[-1].content.embargo_until is None


@pytest.mark.parametrize("post", [4219, 4221])
async def test_a_draft_that_was_never_public_is_no_article(door: FrontDoor, post: int) -> None:
    answer = await told(door, hint(post, "publish"))
    assert (answer.status_code, "ignored" in answer.json()) == (200, True)
    assert door.publisher.events == []


async def test_a_post_behind_a_password_is_withheld(door: FrontDoor, site: NewsSite) -> None:
    locked = json.loads((wordpress.FOLDER / "4217.json").read_text())
    locked["content"] = {"rendered": "", "protected": True}
    site.pages[wordpress.rest(4217)] = Page(body=json.dumps(locked).encode(), etag="")
    assert (await told(door, PUBLISHED)).status_code == 202
    (event,) = door.publisher.events
    assert (event.content.embargo_until.year, event.revision) == (9999, 1793862761000)


async def test_a_long_post_is_read_beside_the_event_loop(
    door: FrontDoor, site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a site says may be made to take long, as may what a sender says."""
    long = json.loads((wordpress.FOLDER / "4217.json").read_text())
    long["content"]["rendered"] = "<p>The bridge reopened on Thursday.</p>" * 1_000
    site.pages[wordpress.rest(4217)] = Page(body=json.dumps(long).encode(), etag="")
    in_workers: list[object] = []
    run = WorkerPool.run

    async def noted(pool: WorkerPool, work: Any, matter: Any) -> Any:
        in_workers.append(work)
        return await run(pool, work, matter)

    monkeypatch.setattr(WorkerPool, "run", noted)
    assert (await told(door, PUBLISHED)).status_code == 202
    assert read_wordpress in in_workers


async def test_what_was_read_from_a_site_counts_among_the_bytes_in_flight(
    door: FrontDoor, site: NewsSite, tmp_path: Path
) -> None:
    """A hint is small; what a site answers may be a hundred thousand times as large."""
    long = json.loads((wordpress.FOLDER / "4217.json").read_text())
    long["content"]["rendered"] = "<p>The bridge reopened on Thursday.</p>" * 5_000
    site.pages[wordpress.rest(4217)] = Page(body=json.dumps(long).encode(), etag="")
    assert (await told(door, PUBLISHED)).status_code == 202
    async with door_with(site, tmp_path, held=100_000) as small:
        answer = await told(small, PUBLISHED)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:newsloom:problem:overloaded")


@pytest.mark.parametrize(
    ("page", "status", "code"),
    [
        (Page(body=b"down for maintenance", media_type="text/html", status=503), 503, "fetch-failed"),
        (Page(body=b"down for maintenance", media_type="text/html"), 503, "fetch-failed"),
        (Page(body=b'{"code": "rest_login_required"}', status=401), 503, "fetch-failed"),
        (Page(body=b'{"code": "rest_no_route"}', status=404), 503, "fetch-failed"),
        (Page(body=b"[]"), 503, "fetch-failed"),
        (Page(body=b"[" * 100_000), 503, "fetch-failed"),
        (Page(body=b'{"id": 1}'), 503, "fetch-failed"),
        (Page(body=b'{"id": 4217}'), 422, "invalid"),
        (Page(body=b"", status=301, headers={"Location": "http://169.254.169.254/"}), 422, "fetch-refused"),
    ],
)
async def test_a_site_that_cannot_be_read_is_never_a_withdrawal(
    door: FrontDoor, site: NewsSite, page: Page, status: int, code: str
) -> None:
    site.pages[wordpress.rest(4217)] = page
    answer = await told(door, hint(4217, "deleted"))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, code), answer.text
    assert door.publisher.events == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Newsloom-Signature": "sha256=" + "0" * 64},
        {"X-Newsloom-Signature": "sha256=not hexadecimal"},
        {"X-Newsloom-Signature": ""},
        {"X-WC-Webhook-Signature": "AAAA"},
        {"X-WC-Webhook-Signature": "not base64!"},
        {"Authorization": "Bearer " + "x" * 32},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {wordpress.SECRET}"},
        {},
    ],
)
async def test_who_does_not_know_the_secret_makes_newsloom_read_nothing(
    door: FrontDoor, site: NewsSite, headers: dict[str, str]
) -> None:
    answer = await door.client.post(
        PUBLISHED.path, content=PUBLISHED.body, headers={"Content-Type": wordpress.JSON, **headers}
    )
    assert answer.status_code == 401
    assert site.asked == []


async def test_a_signature_of_another_body_is_none(door: FrontDoor, site: NewsSite) -> None:
    signature = dict(PUBLISHED.headers(PUBLISHED.body, MOMENT))
    answer = await door.client.post(
        PUBLISHED.path, content=PUBLISHED.body.replace(b"4217", b"4218"), headers=signature
    )
    assert (answer.status_code, site.asked) == (401, [])


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'"4217"',
        b'{"post_id": true}',
        b'{"post_id": -1}',
        b'{"post_id": 1e3}',
        b'{"post_id": "4217/../users"}',
        b'{"post_id": "' + b"9" * 40 + b'"}',
        b'{"post": {"title": "x"}}',
        b"[" * 50_000,
        b"\xff",
    ],
)
async def test_a_hint_without_a_post_names_what_it_needs(
    door: FrontDoor, site: NewsSite, body: bytes
) -> None:
    answer = await told(door, replace(PUBLISHED, body=body))
    assert answer.status_code in (400, 422)
    assert site.asked == []


async def test_no_other_host_is_asked_than_the_registered_site(door: FrontDoor, site: NewsSite) -> None:
    body = b'{"post_id": 4217, "site": "http://169.254.169.254", "url": "http://127.0.0.1:1/"}'
    await told(door, replace(PUBLISHED, body=body))
    assert [path for path, _ in site.asked] == [wordpress.rest(4217)]


def test_the_origin_of_the_site_is_what_the_profile_allows(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(SOURCES.read_text())
    allowed = GuardedFetcher.of_sources(SourceRegister(file), inside=(), contact="x")._allowed()
    assert Origin("http", "wordpress.invalid", 80) in allowed

"""The preview shows what a page would become, through the same door, and leaves nothing behind."""

import pytest

from tests.deliveries import page
from tests.deliveries.sample import Sample
from tests.integration.ingest.front_door import DEV_KEY, KEY, KILLLESS_KEY, FrontDoor, bearer

PATH = "/v1/pages/preview"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
QUERY = {"source": "harbour", "captured_at": "2026-11-12T12:00:00+02:00", "timezone": "Europe/Kyiv"}


@pytest.mark.parametrize("sample", page.SAMPLES, ids=lambda sample: sample.what)
async def test_what_is_previewed_is_what_is_submitted(door: FrontDoor, sample: Sample) -> None:
    query = sample.path.partition("?")[2] + "&source=harbour"
    preview = await door.client.post(f"{PATH}?{query}", content=sample.body, headers=bearer(DEV_KEY) | TEXT)
    assert (preview.status_code, door.publisher.events) == (200, [])
    assert (
        await door.client.post(f"/v1/pages?{query}", content=sample.body, headers=bearer(DEV_KEY) | TEXT)
    ).status_code == 202

    (event,) = door.publisher.events
    shown = preview.json()["article"]
    assert shown.pop("external_id") == event.external_id
    assert shown.pop("revision") == event.revision
    assert shown == event.content.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    assert shown["headline"] == sample.headline


async def test_teasers_are_shown_with_the_intervals_of_their_times(door: FrontDoor) -> None:
    sample = page.SAMPLES[0]
    answer = await door.client.post(PATH, params=QUERY, content=sample.body, headers=bearer() | TEXT)
    teasers = [
        (each["title"], each["age"], each["earliest"], each["latest"]) for each in answer.json()["teasers"]
    ]
    assert teasers == [
        ("В Каменске открыли каток", "2 минуты назад", "2026-11-12T09:57:00Z", "2026-11-12T09:58:00Z"),
        ("Туман задержал паром", "31 минуту назад", "2026-11-12T09:28:00Z", "2026-11-12T09:29:00Z"),
        ("Почта откроет новый зал", "вчера в 14:05", "2026-11-11T12:05:00Z", "2026-11-11T12:06:00Z"),
    ]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_key_that_may_only_submit_may_preview(door: FrontDoor) -> None:
    headers = bearer(KILLLESS_KEY) | TEXT
    answer = await door.client.post(PATH, params=QUERY, content=page.SAMPLES[1].body, headers=headers)
    assert answer.status_code == 200


async def test_a_long_page_is_understood_beside_the_event_loop(door: FrontDoor) -> None:
    body = page.SAMPLES[2].body + b"The wind is easing and the ferries leave again.\n" * 2000
    answer = await door.client.post(PATH, params=QUERY, content=body, headers=bearer() | TEXT)
    assert answer.status_code == 200
    assert len(answer.json()["paragraphs"]) > 2000


@pytest.mark.parametrize(
    ("headers", "body", "query", "status", "code"),
    [
        (bearer("nonsense") | TEXT, b"x", {}, 401, "unauthorized"),
        (bearer(KEY) | TEXT, b"x", {"source": "river"}, 403, "source"),
        (bearer(KEY), b"x", {}, 415, "content-type"),
        (bearer(KEY) | TEXT, b"", {}, 400, "empty-body"),
        (bearer(KEY) | TEXT, b"\xff\xfe", {}, 400, "not-utf8"),
        (bearer(KEY) | TEXT, "Недавние новости\nКаток\n2 минуты назад".encode(), {}, 422, "not-a-page"),
        (bearer(KEY) | TEXT, page.SAMPLES[0].body, {"captured_at": "yesterday"}, 422, "invalid"),
        (bearer(KEY) | TEXT, page.SAMPLES[0].body, {"timezone": "Europe/Atlantis"}, 422, "invalid"),
        (bearer(KEY) | TEXT, page.SAMPLES[0].body, {"colour": "red"}, 422, "invalid"),
    ],
)  # fmt: skip
async def test_what_may_not_be_submitted_may_not_be_previewed(
    door: FrontDoor, headers: dict[str, str], body: bytes, query: dict[str, str], status: int, code: str
) -> None:
    answer = await door.client.post(PATH, params=query, content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:newsloom:problem:{code}")

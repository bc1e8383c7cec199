"""The use cases: same in, same id out; nothing of ours decides what an article is."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.accept import accept, edit_tags, kill, submitted
from ingest.refusal import Refused
from ingest.submission import to_content
from ingest.tags_request import TagsRequest
from newsloom_schemas.article import Author
from newsloom_schemas.codec import decode_record, encode
from newsloom_schemas.events import ArticleSubmittedV2, TagsEditedV1
from newsloom_schemas.identity import event_id
from newsloom_schemas.submission import KillRequest, Submission
from tests.integration.ingest.front_door import RecordingPublisher, submission


class TickingClock:
    """Every look is a second later."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 5, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


CLOCK = TickingClock()


def sent(**fields: Any) -> Submission:
    return Submission(**submission(**fields))


async def accepted(source: str = "harbour", **fields: Any) -> ArticleSubmittedV2:
    return await submitted(sent(**fields), source=source, dialect="json", clock=CLOCK)


async def test_the_same_submission_always_has_the_same_id_whatever_the_time() -> None:
    first, again = await accepted(), await accepted()
    assert first.accepted_at != again.accepted_at
    assert (first.article_id, first.event_id) == (again.article_id, again.event_id)


async def test_what_cleaning_takes_away_makes_no_new_event() -> None:
    first = await accepted(headline="Harbour bridge", body_html="<p>Open.</p>")
    again = await accepted(headline=" Harbour\u200b  bridge ", body_html="<p onclick=x>Open.</p><p></p>")
    assert first.event_id == again.event_id


@pytest.mark.parametrize(
    "change", [{"revision": 2}, {"headline": "Other"}, {"note": "Corrected"}, {"urgency": 1}]
)
async def test_every_other_revision_or_content_is_another_event(change: dict[str, Any]) -> None:
    first, other = await accepted(), await accepted(**change)
    assert first.event_id != other.event_id
    assert first.article_id == other.article_id


async def test_two_sources_with_one_id_are_two_articles() -> None:
    assert (await accepted("harbour")).article_id != (await accepted("river")).article_id


async def test_an_event_survives_the_wire_unchanged() -> None:
    event = await accepted(
        images=({"url": "https://x.example/a.jpg", "alt": " A\u200b  boat "},),
        earlier=({"title": "Earlier  story", "external_id": "bridge-0"},),
        keywords=("bridge ", "\u200b", "harbour"),
        published_at="2026-11-05T08:30:00.123456+02:00",
    )
    wire = encode(event, source="/newsloom/ingest", time=CLOCK.now())
    assert decode_record(wire.key, wire.value, wire.headers) == event
    assert event.content.keywords == ("bridge", "harbour")
    assert event.content.images[0].alt == "A boat"
    assert event.content.published_at == datetime(2026, 11, 5, 6, 30, 0, 123000, tzinfo=UTC)


async def test_a_long_body_is_cleaned_beside_the_event_loop_with_the_same_result() -> None:
    long = "<p>The bridge is open.</p>" * 2000
    event = await accepted(body_html=long)
    assert event.content == to_content(sent(body_html=long))


async def test_a_text_that_grows_too_long_in_normal_form_is_refused_and_not_a_failure_of_ours() -> None:
    with pytest.raises(Refused) as refused:
        await accepted(headline="\u0958" * 500)  # NFC writes this letter as two
    assert [error.pointer for error in refused.value.errors] == ["/headline"]


async def test_accepting_puts_all_events_on_the_log_together_and_nothing_when_there_is_none() -> None:
    publisher = RecordingPublisher()
    await accept(publisher)
    assert publisher.events == []
    first, other = await accepted(), await accepted("river")
    await accept(publisher, first, other)
    assert publisher.events == [first, other]


async def test_a_kill_has_one_id_whatever_its_reason() -> None:
    events = [
        await kill(
            KillRequest(reason=reason),
            source="harbour",
            external_id="bridge-1",
            clock=CLOCK,
            publisher=RecordingPublisher(),
        )
        for reason in (None, "legal order", "\u200b")
    ]
    assert len({event.event_id for event in events}) == 1
    assert [event.reason for event in events] == [None, "legal order", None]
    assert events[0].article_id == (await accepted()).article_id


async def test_an_invisible_label_is_no_tag() -> None:
    request = TagsRequest.model_validate_json('{"edit": 1, "added": [{"kind": "place", "label": "\u200b"}]}')
    with pytest.raises(Refused) as refused:
        await edit_tags(
            request, source="harbour", external_id="a", clock=CLOCK, publisher=RecordingPublisher()
        )
    assert refused.value.errors[0].pointer == "/added/0/label"


async def edited(body: str) -> TagsEditedV1:
    return await edit_tags(
        TagsRequest.model_validate_json(body),
        source="harbour",
        external_id="a",
        clock=CLOCK,
        publisher=RecordingPublisher(),
    )


async def test_a_pinned_tag_is_the_editors() -> None:
    event = await edited('{"edit": 1, "pinned": [{"kind": "place", "label": "Iran", "id": "iso3166:IR"}]}')
    (pinned,) = event.tags.pinned
    assert (pinned.label, pinned.id, pinned.basis, pinned.confidence) == ("Iran", "iso3166:IR", "editor", 1.0)


async def test_an_edit_without_pins_has_the_id_that_it_had_before_there_were_pins() -> None:
    event = await edited('{"edit": 1, "added": [{"kind": "place", "label": "Iran"}], "removed": ["X"]}')
    content = (
        '{"edit":1,"added":[{"kind":"place","label":"Iran","role":"subject","confidence":1.0,'
        '"basis":"editor","method":"editor","evidence":[]}],"removed":["X"]}'
    )
    assert event.event_id == event_id(event.article_id, 1, TagsEditedV1.EVENT_TYPE, content)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ('"pinned": [{"kind": "place", "label": "Bay"}], "removed": ["BAY"]', "/pinned/0", "contradiction"),
        (
            '"pinned": [{"kind": "place", "label": "Iran", "id": "iso3166:IR"}], "removed": ["iso3166:ir"]',
            "/pinned/0",
            "contradiction",
        ),
        (
            '"pinned": [{"kind": "place", "label": "Bay"}], "added": [{"kind": "place", "label": "bay"}]',
            "/added/0",
            "duplicate",
        ),
        (
            '"added": [{"kind": "place", "label": "Bay"}, {"kind": "place", "label": "Bay"}]',
            "/added/1",
            "duplicate",
        ),
        ('"pinned": [{"kind": "place", "label": "\u200b"}]', "/pinned/0/label", "empty"),
    ],
)
async def test_a_word_that_contradicts_itself_is_refused(fields: str, pointer: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        await edited(f'{{"edit": 1, {fields}}}')
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


async def test_what_the_machine_calls_so_may_be_taken_off_and_put_on_as_something_else() -> None:
    event = await edited('{"edit": 2, "added": [{"kind": "person", "label": "Bay"}], "removed": ["Bay"]}')
    assert (event.tags.added[0].kind, event.tags.removed) == ("person", ("Bay",))


OF_VERSION_1 = "a827f8f4-d1ab-5c65-a59c-dcdc91da6cd9"  # as ingest gave it when authors were names
SIGNED: dict[str, Any] = {
    "external_id": "bridge-1",
    "revision": 3,
    "headline": "Мост открыт",
    "body_text": "Первый абзац.\n\nВторой.",
    "authors": ["Анна Ко", "Bo Li"],
    "published_at": "2026-11-05T09:30:00Z",
    "keywords": ["мост"],
    "urgency": 2,
}


async def signed(*authors: Any) -> ArticleSubmittedV2:
    sent = Submission.model_validate_json(json.dumps(SIGNED | {"authors": authors}))
    return await submitted(sent, source="kursor", dialect="json", clock=CLOCK)


@pytest.mark.parametrize(
    "authors", [("Анна Ко", "Bo Li"), ({"name": "Анна Ко"}, "Bo Li"), ({"name": " Анна​  Ко "}, "Bo Li")]
)
async def test_authors_of_whom_only_the_name_is_known_make_the_event_that_they_always_made(
    authors: tuple[Any, ...],
) -> None:
    event = await signed(*authors)
    assert event.event_id == OF_VERSION_1
    assert event.content.authors == (Author(name="Анна Ко"), Author(name="Bo Li"))


@pytest.mark.parametrize("more", [{"role": "фотограф"}, {"uri": "https://kursor.example/ko"}])
async def test_what_else_is_known_of_an_author_is_content_like_any_other(more: dict[str, str]) -> None:
    event = await signed({"name": "Анна Ко", **more}, "Bo Li")
    assert event.event_id != OF_VERSION_1
    assert event.content.authors == (Author(name="Анна Ко", **more), Author(name="Bo Li"))


async def test_an_author_described_in_full_needs_a_name_that_can_be_seen() -> None:
    with pytest.raises(Refused) as refused:
        await signed("Bo Li", {"name": "​", "role": "editor"})
    assert [error.pointer for error in refused.value.errors] == ["/authors/1/name"]


async def test_a_bare_name_that_cannot_be_seen_is_left_out() -> None:
    assert (await signed("​", "Bo Li")).content.authors == (Author(name="Bo Li"),)

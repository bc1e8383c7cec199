"""A newsroom that still tells articles in version 1 loses nothing that it holds, and finds nothing amiss."""

from typing import Any, Literal, NoReturn, cast

import pytest

from newsloom_schemas.article import Author
from newsloom_schemas.codec import decode_record, encode
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticlePublishedV1, ArticlePublishedV2
from newsloom_schemas.public_state import of_document, of_record
from publish.app import build
from publish.decide import Kind
from publish.feeds import emissions_for
from publish.older_form import OlderForm, telling
from publish.ports import Publisher
from publish.publish import fold
from publish.rebuild.completion import completed
from publish.rebuild.expectations import FoldedTopic
from publish.settings import Settings
from tests import factories
from tests.unit.publish.builders import URL, RecordingPublisher, kill, revision

Version = Literal["v1", "v2"]
ANNA = Author(name="Анна Ко", role="фотограф", uri="https://kursor.example/ko")
AUTHORS = (ANNA, Author(name="Bo Li"))
NAMES = factories.authors("Анна Ко", "Bo Li")


def document(*events: Any) -> StoredArticleV3:
    return fold(None, events or [revision(1, authors=AUTHORS)], factories.MOMENT).document


async def told(of: StoredArticleV3, article_events: Version) -> RecordingPublisher:
    recorder = RecordingPublisher()
    await telling(recorder, article_events).publish(emissions_for(of, URL))
    return recorder


async def told_article(of: StoredArticleV3) -> ArticlePublishedV2:
    """What a reader of today makes of an article told in version 1."""
    [event] = [each for each in (await told(of, "v1")).events if isinstance(each, ArticlePublishedV1)]
    wire = encode(event, source="/newsloom/publish", time=factories.MOMENT)
    return cast(ArticlePublishedV2, decode_record(wire.key, wire.value, wire.headers))


def authors_of(stored: StoredArticleV3 | None) -> tuple[Author, ...]:
    assert stored is not None
    assert stored.publication is not None
    return stored.publication.content.authors


async def test_the_older_form_has_the_same_id_and_key_and_names_for_authors() -> None:
    of = document()
    [newest] = [each for each in (await told(of, "v2")).events if isinstance(each, ArticlePublishedV2)]
    [older] = [each for each in (await told(of, "v1")).events if isinstance(each, ArticlePublishedV1)]
    assert (older.event_id, older.record_key) == (newest.event_id, newest.record_key)
    assert older.content.authors == ("Анна Ко", "Bo Li")
    lost = older.upcast().model_dump(exclude={"content": {"authors"}})
    assert lost == newest.model_dump(exclude={"content": {"authors"}})


async def test_every_other_event_is_told_as_ever() -> None:
    for of in (document(), document(revision(1), kill())):
        newest, older = await told(of, "v2"), await told(of, "v1")
        assert len(newest.events) == len(older.events)
        assert [e for e in older.events if not isinstance(e, ArticlePublishedV1)] == [
            e for e in newest.events if not isinstance(e, ArticlePublishedV2)
        ]


async def test_another_run_over_what_was_told_leaves_the_authors_as_they_are_stored() -> None:
    of = document()
    wish = await told_article(of)
    again = revision(1, run=1, authors=AUTHORS).model_copy(update={"content": wish.content})
    done = fold(of, [again], factories.MOMENT)
    assert [decision.kind for decision in done.decisions] == [Kind.APPLY]
    assert authors_of(done.document) == AUTHORS
    assert done.document.history[-1].corrections == ()


def test_another_submission_says_itself_who_its_authors_are() -> None:
    newer = fold(document(), [revision(2, authors=NAMES)], factories.MOMENT).document
    assert authors_of(newer) == NAMES


def test_authors_that_were_lost_once_come_back_with_a_run_that_knows_them() -> None:
    known = revision(1, run=1, authors=AUTHORS)
    lost = revision(1, authors=AUTHORS).model_copy(
        update={
            "content": known.content.downcast().upcast(),
            "submission_event_id": known.submission_event_id,
        }
    )
    assert authors_of(document(lost, known)) == AUTHORS


async def test_a_rebuilt_store_is_not_made_poorer_by_what_was_told() -> None:
    assert authors_of(completed(document(), await told_article(document()))) == AUTHORS
    assert authors_of(completed(None, await told_article(document()))) == NAMES, "nothing else is known"


@pytest.mark.parametrize("older_form", [True, False])
async def test_readers_of_the_older_form_know_what_they_can_know(older_form: bool) -> None:
    of, wish = document(), await told_article(document())
    topic = FoldedTopic(
        cast(Any, None),
        publisher_behind=cast(Any, None),
        proofreader_behind=cast(Any, None),
        older_form=older_form,
    )
    digests = [form.digest() for form in topic.forms(of)]
    assert (of_record(wish).digest() in digests) == older_form
    assert of_document(of).digest() in digests, "told in version 2, before or after"
    assert len(topic.forms(document(revision(1), kill()))) == 1


def test_version_2_is_told_unless_it_is_set_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLISH_ARTICLE_EVENTS", raising=False)
    assert Settings().article_events == "v2"
    monkeypatch.setenv("PUBLISH_ARTICLE_EVENTS", "v1")
    assert Settings().article_events == "v1"


class Seen(Exception):
    """The parts of the service, before any of them is started."""


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_the_service_tells_what_is_set(version: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    def roles(*, publisher: Publisher, **_: object) -> NoReturn:
        raise Seen(publisher)

    monkeypatch.setattr("publish.app.Roles", roles)
    app = build(Settings(article_events=version))
    with pytest.raises(Seen) as seen:
        async with app.router.lifespan_context(app):
            pass
    assert isinstance(seen.value.args[0], OlderForm) == (version == "v1")

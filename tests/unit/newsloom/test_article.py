"""`newsloom article`: what readers get beside what operators know, and what is left when they get nothing."""

from typing import Any

import httpx2
import pytest

from newsloom.article_record import history_lines, record_lines
from newsloom.client import Client
from newsloom.commands.article import find, whole
from newsloom.errors import CommandError, Exit
from tests import factories
from tests.unit.newsloom.system import FakeSystem, document

ARTICLE = factories.submitted("story-1").article_id


def record(state: str = "public", **fields: Any) -> dict[str, Any]:
    """A record as publish answers it."""
    first = {"document_version": 1, "cause": "revision", "revision": 1, "at": "T1", "corrections": []}
    second = {
        "document_version": 2,
        "cause": "revision",
        "revision": 2,
        "at": "T2",
        "note": "It had been open.",
        "corrections": [{"field": "headline", "old": "0" * 32, "new": "1" * 32}],
    }
    return {
        "article_id": ARTICLE,
        "source": "meridian",
        "external_id": "story-1",
        "state": state,
        "document_version": 3,
        "feeds": [],
        "feeds_ever": ["all", "section/city"],
        "translations": {"es": {"status": "published", "revision": 1, "stale": True, "engine": "argos"}},
        "history": [first, second],
        **fields,
    }


KILLED = record("killed", tombstone={"killed_at": "T3", "reason": "libel"})


def system(**parts: Any) -> FakeSystem:
    return FakeSystem(publish="http://publish.test", **parts)


def test_the_record_tells_state_translations_and_what_was_left() -> None:
    text = "\n".join(record_lines(KILLED))
    assert "killed  T3  libel" in text
    assert "left feeds    all, section/city" in text
    assert "es  published  of revision 1  stale  argos" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "withheld", "withheld_until": "T9"}, "withheld  until T9"),
        ({"state": "public", "untold_since": "T8"}, "still to be told"),
        ({"state": "waiting", "edit_of_tags": 2}, "edit of tags  2"),
        ({"state": "killed", "tombstone": {"killed_at": "T3"}}, "no reason given"),
    ],
    ids=["withheld", "untold", "waiting", "killed"],
)
def test_every_state_is_told_in_words(fields: dict[str, Any], words: str) -> None:
    assert words in "\n".join(record_lines(record(**fields)))


def test_the_history_is_told_newest_first_with_what_changed() -> None:
    newest, oldest = history_lines(record())
    assert newest.startswith("v2")
    assert newest.endswith("revision 2  changed headline  (It had been open.)")
    assert oldest.endswith("revision 1")


async def test_a_public_article_comes_with_its_record() -> None:
    shown = document(ARTICLE)
    found = await find(system(shown={ARTICLE: shown}, records={ARTICLE: record()}).client(), ARTICLE, None)
    assert whole(found) == {**shown, "record": record()}


async def test_a_killed_article_is_known_by_its_record_alone() -> None:
    found = await find(system(killed={ARTICLE}, records={ARTICLE: KILLED}).client(), ARTICLE, None)
    assert found.document is None
    assert whole(found) == {"article_id": ARTICLE, "record": KILLED}


async def test_the_source_s_own_id_names_the_record_too() -> None:
    found = await find(system(records={ARTICLE: record("withheld")}).client(), "story-1", "meridian")
    assert found.record == record("withheld")


async def test_without_publish_the_public_document_is_shown_as_it_was_before() -> None:
    found = await find(FakeSystem(shown={ARTICLE: document(ARTICLE)}).client(), ARTICLE, None)
    assert (found.document, found.record) == (document(ARTICLE), None)
    assert whole(found) == document(ARTICLE)


async def test_a_killed_article_without_publish_is_refused_with_the_reason() -> None:
    found = await find(FakeSystem(killed={ARTICLE}).client(), ARTICLE, None)
    assert (found.document, found.record) == (None, None)
    assert found.refusal is not None
    assert found.refusal.code == Exit.REFUSED


async def test_what_is_not_reached_is_told_apart_from_what_is_not_there() -> None:
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    client = Client(http=httpx2.AsyncClient(transport=httpx2.MockTransport(away)), feeds="http://feeds.test")
    with pytest.raises(CommandError) as caught:
        await find(client, ARTICLE, None)
    assert caught.value.code == Exit.NOT_RUNNING

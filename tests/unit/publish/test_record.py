"""The operator's record: everything about an article but what it says."""

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_store import MemoryStore, StoreUnavailable, UnreadableDocument
from publish.api import record_routes
from publish.lift import lift
from publish.publish import fold
from publish.record import record_of
from tests import factories
from tests.unit.publish.builders import edit, kill, revision, translation

UNTIL = factories.MOMENT + timedelta(days=1)
WORDS = ("Revision 1", "Revision 2", "reopened on Thursday", "Traffic returns", "Puente")


def after(*events: Event) -> StoredArticleV3:
    document = fold(None, events, factories.MOMENT).final
    assert document is not None
    return document


def told(document: StoredArticleV3) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(record_of(document).model_dump_json(exclude_none=True))
    return shown


STATES = {
    "waiting": after(edit(1)),
    "public": after(revision(1), translation(1), revision(2, note="It had been open."), edit(1)),
    "withheld": after(revision(1), revision(2, embargo_until=UNTIL, note="Secret until then.")),
    "killed": after(revision(1), translation(1), revision(2, note="It had been open."), kill()),
}


@pytest.mark.parametrize("state", sorted(STATES))
def test_each_state_is_named_and_none_shows_a_text(state: str) -> None:
    record = told(STATES[state])
    assert record["state"] == state
    assert not [words for words in WORDS if words in json.dumps(record, ensure_ascii=False)]


def test_a_public_article_tells_its_revision_its_past_and_how_its_translations_went() -> None:
    record = told(STATES["public"])
    assert record["current"]["revision"] == 2
    assert record["document_version"] == 4
    assert record["translations"]["es"] == {"status": "published", "revision": 1, "stale": True}
    assert [entry["cause"] for entry in record["history"]] == [
        "revision",
        "translation",
        "revision",
        "tags-edit",
    ]
    corrected = record["history"][2]
    assert corrected["note"] == "It had been open."
    assert [each["field"] for each in corrected["corrections"]] == ["headline"]


def test_the_note_on_an_embargoed_revision_is_withheld_with_it() -> None:
    record = told(STATES["withheld"])
    assert record["withheld_until"] == "2026-11-06T09:30:00Z"
    assert "Secret" not in json.dumps(record)
    lifted = lift(STATES["withheld"], now=UNTIL)
    assert lifted is not None
    assert "Secret" in json.dumps(told(lifted.document))


def test_a_killed_article_tells_when_and_why_for_ever() -> None:
    record = told(STATES["killed"])
    assert record["tombstone"]["reason"] == "withdrawn"
    assert record["history"][-1]["cause"] == "kill"
    assert not any("note" in entry or entry["corrections"] for entry in record["history"])
    assert record["feeds"] == []


class FailingStore(MemoryStore):
    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__()
        self._failure = failure

    async def get(self, article_id: str) -> StoredArticleV3 | None:
        if self._failure is not None:
            raise self._failure
        return await super().get(article_id)


def client(store: MemoryStore) -> TestClient:
    app = Starlette(routes=record_routes())
    app.state.store = store
    return TestClient(app)


def holding(*documents: StoredArticleV3) -> MemoryStore:
    store = MemoryStore()
    store.documents.update({each.article_id: each for each in documents})
    return store


def test_it_is_found_by_its_id_and_by_its_source_s_own() -> None:
    document = STATES["public"]
    http = client(holding(document))
    by_id = http.get(f"/v1/articles/{document.article_id}/record")
    by_name = http.get("/v1/articles/record", params={"source": "meridian", "external_id": "story-1"})
    assert by_id.status_code == by_name.status_code == 200
    assert by_id.json() == by_name.json() == told(document)
    assert by_id.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/v1/articles/{factories.submitted('none').article_id}/record", 404, "not-found"),
        ("/v1/articles/not-an-id/record", 422, "bad-parameter"),
        ("/v1/articles/record?source=meridian", 422, "bad-parameter"),
        ("/v1/articles/record?source=meridian&external_id=none", 404, "not-found"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document(path: str, status: int, code: str) -> None:
    answer = client(holding()).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"urn:newsloom:problem:{code}"


@pytest.mark.parametrize(
    ("failure", "status"), [(StoreUnavailable("away"), 503), (UnreadableDocument("upgrade"), 500)]
)
def test_a_store_that_fails_is_told_apart_from_an_article_that_is_not_there(
    failure: Exception, status: int
) -> None:
    path = f"/v1/articles/{factories.submitted('a').article_id}/record"
    assert client(FailingStore(failure)).get(path).status_code == status


def test_an_editors_word_is_told_to_operators_but_not_while_the_article_is_withheld() -> None:
    word = told(STATES["public"])["editor_tags"]
    assert (word["edit"], [tag["label"] for tag in word["added"]]) == (1, ["Harbour"])
    assert "editor_tags" not in told(after(edit(1), revision(1, embargo_until=UNTIL)))
    assert "editor_tags" not in told(after(revision(1), edit(1), kill()))

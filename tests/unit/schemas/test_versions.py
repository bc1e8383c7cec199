"""Several versions of one event: whoever reads has the newest, and what an older one said is not lost."""

import json
import re
from pathlib import Path

import pytest

from newsloom_schemas.article import ArticleContent, ArticleContentV1, Author
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS, OLDER_VERSIONS, TOPICS, versions
from newsloom_schemas.codec import decode, encode
from newsloom_schemas.events import ArticleSubmittedV1, ArticleSubmittedV2
from newsloom_schemas.identity import article_id
from tests.factories import MOMENT, authors, content, submitted

NAMES = sorted({event.NAME for event in EVENTS.values()})

# As ingest wrote it to articles-submitted when authors were names.
VERSION_1 = """{"event_id":"a827f8f4-d1ab-5c65-a59c-dcdc91da6cd9",\
"article_id":"aee0130a-8f63-581b-abd4-3018a7950917","source":"kursor","external_id":"bridge-1","revision":3,\
"accepted_at":"2026-11-05T09:30:00Z","dialect":"json","content":{"headline":"Мост открыт",\
"body_html":"<p>Первый абзац.</p>","keywords":["мост"],"authors":["Анна Ко","Bo Li"],\
"published_at":"2026-11-05T09:30:00Z","images":[],"earlier":[],"urgency":2}}"""
HEADERS = (
    ("ce_specversion", b"1.0"),
    ("ce_type", b"newsloom.article.submitted.v1"),
    ("ce_id", b"a827f8f4-d1ab-5c65-a59c-dcdc91da6cd9"),
    ("content-type", b"application/json"),
)


def test_what_an_old_producer_writes_is_read_as_the_newest_event() -> None:
    event = decode(VERSION_1.encode(), HEADERS)
    assert isinstance(event, ArticleSubmittedV2)
    assert event.article_id == article_id("kursor", "bridge-1")
    assert event.content.authors == (Author(name="Анна Ко"), Author(name="Bo Li"))
    said = json.loads(VERSION_1)
    assert json.loads(event.content.downcast().model_dump_json(exclude_none=True)) == said["content"]


@pytest.mark.parametrize("name", NAMES)
def test_the_versions_of_an_event_have_no_gap_and_each_but_the_newest_leads_to_the_next(name: str) -> None:
    known = versions(name)
    assert [event.VERSION for event in known] == list(range(1, len(known) + 1))
    assert ["upcast" in event.__dict__ for event in known] == [True] * (len(known) - 1) + [False]
    assert [event.__name__ for event in known] == [
        f"{known[0].__name__.removesuffix('V1')}V{n}" for n in range(1, len(known) + 1)
    ]


def test_topics_list_the_newest_and_the_codec_knows_the_others() -> None:
    carried = {event for topic in TOPICS for event in topic.events}
    assert {versions(name)[-1] for name in NAMES} == carried
    assert set(EVENTS.values()) == carried | set(OLDER_VERSIONS)
    assert not carried & set(OLDER_VERSIONS)


def test_the_newest_version_is_itself() -> None:
    event: Event = submitted()
    assert event.upcast() is event


def test_an_upcast_is_a_whole_event_that_encodes_like_any_other() -> None:
    old = ArticleSubmittedV1.model_validate_json(VERSION_1)
    newest = old.upcast()
    assert newest == ArticleSubmittedV2.model_validate_json(newest.model_dump_json(exclude_none=True))
    wire = encode(newest, source="/newsloom/ingest", time=MOMENT)
    assert decode(wire.value, wire.headers) == newest


def test_content_of_version_1_loses_nothing_on_the_way_up_and_down() -> None:
    old = ArticleContentV1.model_validate(json.loads(VERSION_1)["content"])
    assert old.upcast().downcast() == old


def test_the_way_down_loses_roles_and_addresses_only() -> None:
    full = content(authors=(Author(name="Анна Ко", role="editor", uri="https://x.example/"),), urgency=3)
    assert full.downcast().upcast() == full.model_copy(update={"authors": authors("Анна Ко")})


def test_versions_of_the_content_differ_in_nothing_but_authors() -> None:
    old, new = ArticleContentV1.model_fields, ArticleContent.model_fields
    assert list(old) == list(new)
    assert [name for name in new if str(old[name].annotation) != str(new[name].annotation)] == ["authors"]


def test_content_is_hashed_in_the_oldest_form_that_says_the_same() -> None:
    assert isinstance(content(authors=authors("Анна Ко")).simplest(), ArticleContentV1)
    assert isinstance(content().simplest(), ArticleContentV1)
    told = content(authors=(Author(name="Анна Ко", role="editor"), Author(name="Bo Li")))
    assert told.simplest() is told


HOUSE = Path(__file__).parents[3]
SOURCES = [path for folder in ("services", "shared", "cli") for path in (HOUSE / folder).rglob("src/**/*.py")]
# The contract itself, and what compares, freezes and shows its versions.
CONTRACT = (HOUSE / "shared" / "schemas", HOUSE / "cli" / "src" / "newsloom" / "contract")


def test_no_older_version_is_seen_outside_the_contract() -> None:
    """Decoding brings every event up, so whoever names an older one waits for what never comes."""
    older = [name for event in OLDER_VERSIONS for name in (event.__name__, event.EVENT_TYPE)]
    named = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in [*older, "ArticleContentV1"]))
    outside = [path for path in SOURCES if not any(map(path.is_relative_to, CONTRACT))]
    assert len(outside) > 200
    seen = {str(path.relative_to(HOUSE)): named.findall(path.read_text(encoding="utf-8")) for path in outside}
    assert {path: names for path, names in seen.items() if names} == {}

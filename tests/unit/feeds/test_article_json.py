"""An article's own JSON: whole, flat, honest about what a machine added."""

import json
from typing import Any
from uuid import uuid4

from feeds.formats import article_json
from feeds.reading import LinkedArticle
from newsloom_schemas.document import StoredArticleV3, StoredTranslation
from newsloom_schemas.enrichment import EditorTags, RelatedLink, Tag, Translation
from newsloom_store import Summary
from tests.factories import MOMENT, authors
from tests.unit.feeds.documents import article_id, document
from tests.unit.feeds.pages import LINKS, public


def machine(label: str, id: str | None = None) -> Tag:
    return Tag(kind="place", label=label, id=id, confidence=0.8, basis="measured", method="slovnet")


def editor(label: str) -> Tag:
    return Tag(kind="subject", label=label, confidence=1, basis="heuristic", method="hand")


def summary(external_id: str, headline: str) -> Summary:
    return Summary(
        article_id=article_id(external_id),
        headline=headline,
        language="ru",
        source="kursor",
        published_at=MOMENT,
        document_version=7,
    )


def rendered(stored: StoredArticleV3, *targets: Summary) -> dict[str, Any]:
    linked = LinkedArticle(article=public(stored), targets={target.article_id: target for target in targets})
    shown: dict[str, Any] = json.loads(article_json.render_article(linked, LINKS))
    return shown


def test_the_submissions_fields_stand_flat_beside_the_identity() -> None:
    stored = document(
        "a", version=3, authors=authors("Анна Ко"), keywords=("мост",), urgency=2, note="corrected"
    )
    shown = rendered(stored)
    assert shown["article_id"] == stored.article_id
    assert (shown["document_version"], shown["revision"]) == (3, 1)
    assert (shown["source"], shown["external_id"]) == ("meridian", "a")
    assert shown["headline"] == "Harbour bridge reopens"
    assert shown["body_text"] == "The bridge over the old harbour reopened on Thursday."
    assert (shown["authors"], shown["keywords"], shown["urgency"]) == ([{"name": "Анна Ко"}], ["мост"], 2)
    assert shown["published_at"] == "2026-11-05T09:30:00Z"
    assert shown["url"] == LINKS.article(stored.article_id)
    assert shown["feeds"] == ["all", "source/meridian"]
    assert shown["enrichment"]["related"]["status"] == "skipped"


def test_absent_fields_are_left_out() -> None:
    shown = rendered(document(section=None))
    assert None not in shown.values()
    assert not {"section", "canonical_url", "embargo_until"} & set(shown)


def test_editors_tags_come_first_and_take_machine_tags_off_by_label_or_id() -> None:
    stored = document(
        tags=(machine("Одесса"), machine("Киев", "geonames:703448"), machine("Львов"), machine("МОСТ")),
        editor_tags=EditorTags(edit=1, added=(editor("Мост"),), removed=("одесса", "geonames:703448")),
    )
    tags = rendered(stored)["tags"]
    assert [(tag["label"], tag["basis"]) for tag in tags] == [("Мост", "editor"), ("Львов", "measured")]


def test_related_links_show_their_targets_as_they_are_now_and_the_dead_are_dropped() -> None:
    links = tuple(
        RelatedLink(article_id=article_id(name), relation="topical", score=0.7, reasons=("Odesa",))
        for name in ("alive", "killed")
    )
    (link,) = rendered(document(related=links), summary("alive", "Новый заголовок"))["related"]
    assert link["headline"] == "Новый заголовок"
    assert link["url"] == LINKS.article(article_id("alive"))
    assert (link["relation"], link["score"], link["reasons"]) == ("topical", 0.7, ["Odesa"])


def test_translations_are_marked_as_what_they_are() -> None:
    made = Translation(
        language="es",
        status="published",
        engine="apertium",
        version="3",
        headline="Puente",
        body_html="<p>x</p>",
    )
    stored = document(
        translations={
            "es": StoredTranslation(event_id=str(uuid4()), revision=2, translation=made),
            "en": StoredTranslation(event_id=str(uuid4()), revision=1, stale=True, translation=made),
        }
    )
    translations = rendered(stored)["translations"]
    assert list(translations) == ["es"], "one of an older revision is not public"
    shown = translations["es"]
    assert (shown["engine"], shown["headline"]) == ("apertium", "Puente")
    assert shown["url"].endswith("/translations/es")

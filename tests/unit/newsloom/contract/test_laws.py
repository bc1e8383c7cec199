"""The laws that hold of the contract at any time, each broken once by classes made for it."""

from pathlib import Path
from typing import Any, ClassVar

from newsloom.contract.checking import defined_events
from newsloom.contract.laws import example_names, naming_laws, orphan_laws, version_laws
from newsloom.contract.released import Released
from newsloom.contract.rules import Finding
from newsloom.contract.versions import EventVersion, known_events
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS
from newsloom_schemas.events import ArticleKilledV1


class ArticleToldV3(Event):
    EVENT_TYPE: ClassVar[str] = "newsloom.article.told.v3"


class ArticleToldV2(Event):
    EVENT_TYPE: ClassVar[str] = "newsloom.article.told.v2"

    def upcast(self) -> ArticleToldV3:
        raise NotImplementedError


class ArticleToldV1(Event):
    EVENT_TYPE: ClassVar[str] = "newsloom.article.told.v1"

    def upcast(self) -> ArticleToldV2:
        raise NotImplementedError


class Telling(Event):
    EVENT_TYPE: ClassVar[str] = "newsloom.article.told.v4"


def versions(*events: type[Event]) -> dict[EventVersion, type[Event]]:
    return {EventVersion("article.told", event.VERSION): event for event in events}


def told(findings: Any) -> list[tuple[str, str]]:
    return [(found.rule.name, found.subject) for found in findings]


def test_versions_with_their_upcasts_are_fine() -> None:
    assert told(version_laws(versions(ArticleToldV1, ArticleToldV2, ArticleToldV3))) == []


def test_a_version_that_is_left_out_is_a_gap() -> None:
    assert ("version-gap", "article.told@v1") in told(version_laws(versions(ArticleToldV2, ArticleToldV3)))


def test_an_old_version_leads_to_the_next() -> None:
    class ArticleToldV1(Event):
        EVENT_TYPE: ClassVar[str] = "newsloom.article.told.v1"

    missing = version_laws(versions(ArticleToldV1, ArticleToldV2))

    assert told(missing) == [("missing-upcast", "article.told@v1")]


def test_an_upcast_skips_no_version() -> None:
    class ArticleToldV1(Event):
        EVENT_TYPE: ClassVar[str] = "newsloom.article.told.v1"

        def upcast(self) -> ArticleToldV3:
            raise NotImplementedError

    [found] = version_laws(versions(ArticleToldV1, ArticleToldV2, ArticleToldV3))

    assert found.rule.name == "missing-upcast"
    assert found.what.endswith("returns ArticleToldV3, the next version is ArticleToldV2")


def named(event_type: str, event: type[Event]) -> list[Finding]:
    return list(naming_laws({event_type: event}, {}))


def test_the_type_the_class_and_the_file_of_an_event_are_named_alike() -> None:
    assert named("newsloom.article.killed.v1", ArticleKilledV1) == []
    assert told(named("newsloom.Article.Killed.v1", ArticleKilledV1)) == [
        ("name-grammar", "newsloom.Article.Killed.v1")
    ]
    assert told(named("newsloom.article.killed.v2", ArticleKilledV1)) == [
        ("name-grammar", "article.killed@v2")
    ]
    whats = [found.what for found in named("newsloom.article.told.v4", Telling)]
    assert whats[0] == "the class Telling of newsloom.article.told.v4 should be ArticleToldV4"


def test_fields_are_in_snake_case_wherever_they_stand() -> None:
    schema: dict[str, Any] = {"$defs": {"Content": {"properties": {"bodyHtml": {}, "body_html": {}}}}}

    [found] = naming_laws({}, {EventVersion("article.told", 1): schema})

    assert (found.rule.name, found.pointer) == ("name-grammar", "/$defs/Content/properties/bodyHtml")


def test_examples_are_numbered_and_say_what_they_show() -> None:
    names = ["001-with-two-authors.json", "two-authors.json", "002-Two_Authors.json"]

    found = list(example_names(EventVersion("article.told", 1), iter(names)))

    assert [names.index(one.what.split()[2]) for one in found] == [1, 2]


def test_an_event_class_that_no_topic_carries_is_an_orphan(tmp_path: Path) -> None:
    defined: dict[str, type[Event]] = {**defined_events(), "ArticleToldV1": ArticleToldV1}

    assert told(orphan_laws(known_events(), defined, Released(tmp_path))) == [("orphan", "ArticleToldV1")]


def test_every_event_class_of_the_package_is_found() -> None:
    assert set(defined_events().values()) == set(EVENTS.values())


def test_a_file_that_belongs_to_no_version_is_an_orphan(tmp_path: Path) -> None:
    for path in ("index.json", "article.killed/v1.json", "article.killed/v1/examples/001-a.json"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}" if path == "index.json" else "")
    assert told(orphan_laws(known_events(), {}, Released(tmp_path))) == []

    (tmp_path / "article.killed/v7.json").touch()
    (tmp_path / "article.killed/v1/notes.txt").touch()

    assert told(orphan_laws(known_events(), {}, Released(tmp_path))) == [
        ("orphan", "released/article.killed/v1/notes.txt"),
        ("orphan", "released/article.killed/v7.json"),
    ]

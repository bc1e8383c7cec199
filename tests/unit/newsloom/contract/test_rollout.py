"""Readers are deployed before writers; who read from each other go together."""

from newsloom.contract.released import TopicFacts
from newsloom.contract.rollout import Rollout, rollout, told
from newsloom.contract.rules import finding

NEW_VERSION = finding("new-version", "article.told@v2", "newsloom.article.told.v2 is new")


def a_topic(*, written_by: str, read_by: str, events: str = "article.told") -> TopicFacts:
    return TopicFacts(
        key="article_id",
        events=tuple(events.split()),
        partitions=8,
        compacted=False,
        retention_ms=1,
        written_by=tuple(written_by.split()),
        read_by=tuple(read_by.split()),
    )


def plan(**topics: TopicFacts) -> Rollout:
    return rollout([NEW_VERSION], topics)


def test_who_reads_comes_before_who_writes_along_the_whole_chain() -> None:
    made = plan(
        submitted=a_topic(written_by="ingest", read_by="enrich"),
        enriched=a_topic(written_by="enrich", read_by="publish"),
        updates=a_topic(written_by="publish", read_by="anyone feeds"),
    )

    assert made.steps == (("feeds",), ("publish",), ("enrich",), ("ingest",))


def test_anyone_comes_first_by_the_name_of_the_topic() -> None:
    lines = told(plan(told=a_topic(written_by="publish", read_by="anyone feeds")))

    assert lines == [
        "deploy order: consumers first, then producers",
        "  1. anyone who reads told",
        "  2. feeds",
        "  3. publish",
        "  told: anyone, feeds before publish",
        "  stored documents: feeds before publish",
    ]


def test_who_reads_the_stored_documents_comes_before_who_writes_them() -> None:
    made = plan(published=a_topic(written_by="publish", read_by="anyone"))

    assert made.steps == (("feeds",), ("publish",))


def test_services_that_read_from_each_other_go_together() -> None:
    made = plan(
        submitted=a_topic(written_by="ingest", read_by="enrich"),
        enriched=a_topic(written_by="enrich", read_by="publish"),
        published=a_topic(written_by="publish", read_by="enrich"),
    )

    assert made.steps == (("feeds",), ("enrich", "publish"), ("ingest",))
    assert any("enrich and publish, which read from each other" in line for line in told(made))


def test_a_service_that_reads_what_it_writes_is_warned_of() -> None:
    made = plan(wanted=a_topic(written_by="enrich", read_by="enrich"))

    assert made.steps == (("enrich",),)
    assert any("enrich reads back what it writes to wanted" in line for line in told(made))


def test_topics_without_the_news_ask_for_no_order() -> None:
    made = plan(other=a_topic(written_by="publish", read_by="feeds", events="article.sung"))

    assert made.steps == ()


def test_an_optional_field_asks_for_no_order() -> None:
    field = finding("new-optional-field", "article.told@v1", "`mood` is new", "/properties/mood")
    made = rollout([field], {"told": a_topic(written_by="publish", read_by="feeds")})

    assert told(made) == ["deploy order: any; readers ignore what they do not know"]

"""The demo tells the truth: a sample counts as published only when the log and readers both say so."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from newsloom.deliveries import from_stdin
from newsloom.demo.flow import Stage
from newsloom.demo.proof import Proof, prove
from newsloom.demo.run import Course, Passage, run_stories
from newsloom.demo.samples import Sample, first_long_line, read_stories
from newsloom.demo.show import flow_line, print_summary
from newsloom.demo.summary import places, spread, summarise
from newsloom.errors import CommandError
from newsloom.stack import Addresses
from newsloom_runtime.log_reader import LogEntry
from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.events import ArticleEnrichedV2
from tests import factories
from tests.unit.newsloom.system import FakeSystem, document

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def sample(name: str, revision: int = 1) -> Sample:
    body = f'{{"external_id": "{name}", "revision": {revision}}}'
    return Sample(
        path=f"{name}.json",
        story="bridge",
        headline=name,
        published_at=datetime(2026, 11, 5, tzinfo=UTC),
        revision=revision,
        delivery=from_stdin(body.encode(), source="meridian", asked="json"),
    )


def entry(event: Event) -> LogEntry:
    return LogEntry(event=event, partition=0, offset=0, timestamp_ms=9_999_999_999_999)


def enriched(receipt: dict[str, Any]) -> ArticleEnrichedV2:
    return factories.enriched(submission_event_id=receipt["event_id"], revision=receipt["revision"])


class Flow:
    """What is submitted is enriched and published at once, unless the test says otherwise."""

    def __init__(self, *, publishes: bool = True, shows: bool = True) -> None:
        self.system = FakeSystem(on_submit=self._on_submit)
        self.enriched, self.published = Stage(), Stage()
        self._publishes, self._shows = publishes, shows
        self.submitted: list[str] = []

    def _on_submit(self, article_id: str, receipt: dict[str, Any]) -> None:
        self.submitted.append(article_id)
        told = [entry(enriched(receipt))]
        self.enriched.note(told)
        if self._publishes:
            self.published.note(told)
        if self._shows:
            self.system.shown[article_id] = document(article_id, receipt["revision"])

    async def run(self, *stories: list[Sample]) -> list[Passage]:
        course = Course(
            client=self.system.client(), enriched=self.enriched, published=self.published, patience_s=0.05
        )
        return await run_stories(stories, course, lambda _passage: None)


async def test_published_means_told_in_the_log_and_seen_by_readers() -> None:
    (passage,) = await Flow().run([sample("bridge")])
    assert passage.state == "published"
    assert passage.enriched_ms is not None
    assert passage.published_ms is not None


@pytest.mark.parametrize(("publishes", "shows"), [(False, True), (True, False)])
async def test_half_of_it_is_not_published(publishes: bool, shows: bool) -> None:
    (passage,) = await Flow(publishes=publishes, shows=shows).run([sample("bridge")])
    assert passage.state == "timed-out"


async def test_the_articles_of_a_story_go_one_after_the_other() -> None:
    flow = Flow()
    await flow.run([sample("first"), sample("second"), sample("third")])
    assert flow.submitted == [identity.article_id("meridian", n) for n in ("first", "second", "third")]


async def test_a_sample_that_is_superseded_is_settled_without_a_word_in_the_log() -> None:
    flow = Flow(publishes=False, shows=False)
    article_id = identity.article_id("meridian", "bridge")
    flow.system.shown[article_id] = document(article_id, 2)
    (passage,) = await flow.run([sample("bridge", revision=1)])
    assert (passage.state, passage.settled) == ("superseded", True)


async def test_a_killed_sample_is_told_and_not_counted_as_published() -> None:
    flow = Flow(publishes=False, shows=False)
    flow.system.killed.add(identity.article_id("meridian", "bridge"))
    (passage,) = await flow.run([sample("bridge")])
    assert (passage.state, passage.settled) == ("killed", False)


async def test_the_proof_finds_an_article_that_one_of_its_feeds_lacks() -> None:
    flow = Flow()
    passages = await flow.run([sample("bridge"), sample("tunnel")])
    tunnel = identity.article_id("meridian", "tunnel")
    flow.system.missing_in_feeds.add(tunnel)
    proof = await prove(flow.system.client(), passages)
    assert set(proof.problems) == {
        f"feed all: {tunnel} is not in it",
        f"feed source/meridian: {tunnel} is not in it",
    }
    assert summarise(passages, proof)["ok"] is False


async def test_the_proof_finds_an_article_that_vanished_after_it_was_seen() -> None:
    flow = Flow()
    passages = await flow.run([sample("bridge")])
    flow.system.shown.clear()
    proof = await prove(flow.system.client(), passages)
    assert proof.problems == ("bridge.json: revision 1 was accepted, but readers do not see it by its id",)


async def test_the_summary_counts_links_across_languages() -> None:
    flow = Flow()
    passages = await flow.run([sample("bridge")])
    (shown,) = flow.system.shown.values()
    shown["related"] = [{"language": "en"}, {"language": "uk"}]
    shown["tags"] = [{}, {}, {}]
    proof = await prove(flow.system.client(), passages)
    summary = summarise(passages, proof)
    assert (summary["ok"], summary["samples"], summary["articles"], summary["published"]) == (True, 1, 1, 1)
    assert (summary["tags"], summary["related"], summary["related_across_languages"]) == (3, 2, 1)
    addresses = Addresses(feeds="http://127.0.0.1:8000", ingest="http://127.0.0.1:8001")
    assert places(addresses, proof)["article"] == shown["url"]


def test_a_spread_of_nothing_is_nothing() -> None:
    assert spread([None]) is None
    assert spread([3.0, None, 1.0, 2.0]) == {"median": 2.0, "p95": 3.0, "max": 3.0}


def test_without_a_terminal_there_is_no_colour_and_no_bar() -> None:
    output = io.StringIO()
    console = Console(file=output, highlight=False)
    passage = Passage(sample=sample("bridge"), state="timed-out", detail="not published within 30 s")
    console.print(flow_line(passage))
    print_summary(
        console,
        {
            **summarise([passage], Proof(documents={}, problems=("bridge.json: timed-out",))),
            "seconds": {"stack": 1.0, "flow": 2.0},
        },
    )
    assert "\x1b" not in output.getvalue()
    assert "not all is well" in output.getvalue()


def test_every_sample_belongs_to_a_story_and_corrections_follow_what_they_correct() -> None:
    stories = read_stories(SAMPLES)
    told = {entry.path for story in stories for entry in story}
    files = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*/*.*")}
    assert told == files
    cup = [s.path for story in stories for s in story if "portovyk-volodar" in s.path]
    assert cup == [
        "articles/dnipro-visnyk/portovyk-volodar-kubka.json",
        "articles/dnipro-visnyk/portovyk-volodar-kubka-r2.json",
    ]


def test_damaged_samples_are_told_with_their_folder(tmp_path: Path) -> None:
    (tmp_path / "stories.json").write_text('{"a": [{"no": 1}]}', encoding="utf-8")
    with pytest.raises(CommandError, match="damaged"):
        read_stories(tmp_path)


def test_a_page_is_shown_by_its_headline_and_not_by_its_section() -> None:
    assert (
        first_long_line("Экономика\n\nБалкер Aurelia прибыл в Египет\n") == "Балкер Aurelia прибыл в Египет"
    )
    assert first_long_line("Короткая строка") == "Короткая строка"
    assert first_long_line("") == ""

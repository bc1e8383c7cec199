"""The related index follows the log of published articles."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from enrich.analysis import Analysis
from enrich.index.snapshot import read_snapshot
from enrich.index_file import IndexFile
from enrich.index_keys import Key
from enrich.indexing import PublishedIndex
from newsloom_runtime.log_reader import LogEntry, LogUnavailable
from newsloom_schemas.base import Event
from newsloom_schemas.enrichment import EditorTags, Tag
from newsloom_schemas.events import ArticlePublishedV2, ArticleSubmittedV2, ArticleWithheldV1
from newsloom_schemas.identity import event_id
from tests.eventually import eventually
from tests.factories import killed, skipped, submitted
from tests.unit.enrich.fakes import ScriptedAnalysts, analysis

HEADLINE = "Harbour Veresk Stella"
KEYS = tuple(Key(f"n:{word.lower()}", "name", 2, word) for word in HEADLINE.split())


def published(of: ArticleSubmittedV2, version: int = 1, **fields: Any) -> ArticlePublishedV2:
    defaults: dict[str, Any] = {
        "event_id": event_id(of.article_id, of.revision, ArticlePublishedV2.EVENT_TYPE, str(version)),
        "article_id": of.article_id,
        "source": of.source,
        "external_id": of.external_id,
        "document_version": version,
        "submission_event_id": of.event_id,
        "revision": of.revision,
        "published_at": of.accepted_at,
        "accepted_at": of.accepted_at,
        "url": f"https://news.example/{of.external_id}",
        "content": of.content,
        "language": "en",
        "enrichment": skipped(),
    }
    return ArticlePublishedV2(**defaults | fields)


def withheld(of: ArticleSubmittedV2, version: int = 2) -> ArticleWithheldV1:
    return ArticleWithheldV1(
        event_id=event_id(of.article_id, version, ArticleWithheldV1.EVENT_TYPE),
        article_id=of.article_id,
        source=of.source,
        external_id=of.external_id,
        document_version=version,
        withheld_until=of.accepted_at + timedelta(hours=1),
    )


class CountingAnalysts(ScriptedAnalysts):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, tuple[Tag, ...]]] = []

    async def index_keys(self, source: str, content: Any, language: str, tags: Any) -> tuple[Key, ...]:
        self.asked.append((content.headline, tags))
        return await super().index_keys(source, content, language, tags)


class ScriptedLog:
    """A log that holds given events, then stays idle for ever. `late` comes after its end was told."""

    def __init__(
        self, *batches: Sequence[Event], end: int | None = None, late: Sequence[Event] = (), name: str = "log"
    ) -> None:
        self._records = [event for batch in batches for event in batch]
        self._end = len(self._records) if end is None else end
        self._late = list(late)
        self._name = name
        self.begun_at: list[int] = []

    async def identity(self) -> str:
        return self._name

    async def beginning_offsets(self) -> dict[int, int]:
        return {0: 0, 1: 0}

    async def end_offsets(self) -> dict[int, int]:
        return {0: self._end, 1: 0}

    async def follow(self, start: Mapping[int, int]) -> AsyncIterator[Sequence[LogEntry]]:
        self.begun_at.append(start[0])
        everything = [*self._records, *self._late]
        for offset in range(start[0], len(everything)):
            yield [LogEntry(event=everything[offset], partition=0, offset=offset, timestamp_ms=0)]
        while True:
            yield ()
            await asyncio.sleep(0)


def index(
    analysts: ScriptedAnalysts | None = None,
    log: ScriptedLog | None = None,
    file: IndexFile | None = None,
    save_every: float = 600.0,
) -> PublishedIndex:
    @asynccontextmanager
    async def open_log() -> AsyncIterator[Any]:
        yield log or ScriptedLog()

    return PublishedIndex(
        analysts or ScriptedAnalysts(), open_log, file=file, wait=0.05, save_every=save_every
    )


async def linked(of: PublishedIndex, **fields: Any) -> list[str]:
    links, _ = await of.links(submitted(**fields), analysis(keys=KEYS))
    return [link.article_id for link in links]


async def caught_up(of: PublishedIndex) -> None:
    task = asyncio.create_task(of.run())
    await eventually(lambda: of.not_ready() is None, within=5)
    await stopped(task)


async def test_it_is_ready_when_it_has_read_to_the_end_that_was_there_at_start() -> None:
    first, second = submitted(headline=HEADLINE), submitted(headline=HEADLINE)
    subject = index(log=ScriptedLog([published(first)], [published(second)]))
    assert subject.not_ready() is not None
    await caught_up(subject)
    assert len(subject) == 2
    assert set(await linked(subject)) == {first.article_id, second.article_id}


async def test_an_empty_topic_and_a_topic_whose_last_records_are_not_ours_are_caught_up_too() -> None:
    await caught_up(index(log=ScriptedLog()))
    await caught_up(index(log=ScriptedLog([published(submitted())], end=9)))


async def test_links_given_before_the_index_is_read_are_marked_as_partial() -> None:
    subject = index()
    _, facet = await subject.links(submitted(), analysis())
    assert facet.status == "partial"
    assert "still loading" in (facet.reason or "")


async def test_an_index_that_never_loads_holds_the_first_articles_only() -> None:
    subject = index()
    loop = asyncio.get_running_loop()
    await subject.links(submitted(), analysis())
    started = loop.time()
    for _ in range(50):
        await subject.links(submitted(), analysis())
    assert loop.time() - started < 50 * 0.05 / 5


async def test_a_kill_removes_an_article_for_ever_even_inside_one_batch() -> None:
    story = submitted("a", headline=HEADLINE)
    subject = index()
    await subject.apply([published(story), killed("a"), published(story, 5)])
    assert len(subject) == 0
    await subject.apply([published(story, 6)])
    assert await linked(subject) == []


async def test_a_withheld_article_is_linked_to_by_none_until_it_is_published_anew() -> None:
    story = submitted("a", headline=HEADLINE)
    subject = index()
    await subject.apply([published(story)])
    assert await linked(subject) == [story.article_id]
    await subject.apply([withheld(story, 2)])
    assert await linked(subject) == []
    await subject.apply([published(story, 3)])
    assert await linked(subject) == [story.article_id]


async def test_an_old_state_told_late_brings_back_no_withheld_article() -> None:
    story = submitted("a", headline=HEADLINE)
    subject = index()
    await subject.apply([published(story, 1), withheld(story, 2), published(story, 1)])
    await subject.apply([published(story, 2)])
    assert len(subject) == 0


async def test_an_embargo_told_late_removes_no_article_that_is_public_again() -> None:
    story = submitted("a", headline=HEADLINE)
    subject = index()
    await subject.apply([published(story, 3), withheld(story, 2)])
    assert await linked(subject) == [story.article_id]
    await subject.apply([withheld(story, 3)])
    assert await linked(subject) == [story.article_id]


async def test_a_lower_document_version_neither_counts_nor_costs() -> None:
    analysts = CountingAnalysts()
    subject = index(analysts)
    story = submitted("a", headline=HEADLINE)
    old = submitted("a", headline="Old Words Here")
    await subject.apply([published(story, 3)])
    await subject.apply([published(old, 2), published(story, 3)])
    assert [headline for headline, _ in analysts.asked] == [HEADLINE]
    assert await linked(subject) == [story.article_id]


async def test_keys_of_an_article_that_this_process_analysed_are_not_computed_again() -> None:
    analysts = CountingAnalysts()
    subject = index(analysts)
    story = submitted(headline=HEADLINE)
    own: Analysis = analysis(keys=KEYS)
    await subject.links(story, own)
    await subject.apply([published(story)])
    assert analysts.asked == []
    assert await linked(subject) == [story.article_id]


async def test_an_editors_word_on_tags_changes_the_keys() -> None:
    analysts = CountingAnalysts()
    subject = index(analysts)
    story = submitted(headline=HEADLINE)
    kept, gone, added = (
        Tag(kind="entity", label=label, confidence=0.4, basis="heuristic", method="x")
        for label in ("Kept", "Gone", "Added")
    )
    await subject.links(story, analysis())
    edited = EditorTags(edit=1, added=(added,), removed=("Gone",))
    await subject.apply([published(story, tags=(kept, gone), editor_tags=edited)])
    ((_, tags),) = analysts.asked
    assert [tag.label for tag in tags] == ["Added", "Kept"]


async def test_an_embargo_is_judged_by_the_time_of_acceptance() -> None:
    story = submitted(headline=HEADLINE)
    later = story.accepted_at + timedelta(hours=1)
    subject = index()
    content = story.content.model_copy(update={"embargo_until": later})
    await subject.apply([published(story, content=content)])
    assert await linked(subject) == []


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_start_goes_on_where_the_file_ends_and_computes_nothing_twice(tmp_path: Path) -> None:
    first, second = submitted(headline=HEADLINE), submitted(headline=HEADLINE)
    file = IndexFile(tmp_path / "index")
    await caught_up(index(log=ScriptedLog([published(first)]), file=file))
    analysts, log = CountingAnalysts(), ScriptedLog([published(first), published(second)])
    subject = index(analysts, log, file)
    await caught_up(subject)
    assert log.begun_at[0] == 1
    assert len(analysts.asked) == 1
    assert set(await linked(subject)) == {first.article_id, second.article_id}


async def test_a_file_of_another_log_is_not_used(tmp_path: Path) -> None:
    story, file = submitted(headline=HEADLINE), IndexFile(tmp_path / "index")
    await caught_up(index(log=ScriptedLog([published(story)], name="old"), file=file))
    log = ScriptedLog([published(submitted(headline="Other Words Here"))], name="new")
    subject = index(log=log, file=file)
    await caught_up(subject)
    assert (log.begun_at[0], len(subject), await linked(subject)) == (0, 1, [])


async def test_a_broken_file_costs_a_full_read_and_is_replaced(tmp_path: Path) -> None:
    story, path = submitted(headline=HEADLINE), tmp_path / "index"
    path.write_bytes(b"newsloom related index 1\n{}")
    log = ScriptedLog([published(story)])
    await caught_up(index(log=log, file=IndexFile(path)))
    again = ScriptedLog([published(story)])
    await caught_up(index(log=again, file=IndexFile(path)))
    assert (log.begun_at[0], again.begun_at[0]) == (0, 1)


async def test_what_was_read_is_saved_when_the_service_stops(tmp_path: Path) -> None:
    late = published(submitted(headline=HEADLINE))
    path = tmp_path / "index"
    subject = index(log=ScriptedLog(late=[late]), file=IndexFile(path))
    task = asyncio.create_task(subject.run())
    await eventually(lambda: len(subject) == 1, within=5)
    await stopped(task)
    assert read_snapshot(path).offsets == {0: 1, 1: 0}


async def test_it_is_saved_while_it_runs(tmp_path: Path) -> None:
    late = [published(submitted(headline=HEADLINE)) for _ in range(3)]
    path = tmp_path / "index"
    subject = index(log=ScriptedLog(late=late), file=IndexFile(path), save_every=0.0)
    task = asyncio.create_task(subject.run())
    await eventually(lambda: path.exists() and read_snapshot(path).offsets[0] == 3, within=5)
    await stopped(task)


class StuckAnalysts(ScriptedAnalysts):
    """Never finishes the keys of an article with this headline."""

    def __init__(self, stuck: str) -> None:
        super().__init__()
        self._stuck = stuck

    async def index_keys(self, source: str, content: Any, language: str, tags: Any) -> tuple[Key, ...]:
        if content.headline == self._stuck:
            await asyncio.Event().wait()
        return await super().index_keys(source, content, language, tags)


async def test_a_kill_is_heeded_at_once_however_much_there_is_to_read_before_it() -> None:
    story, hidden = submitted("a", headline=HEADLINE), submitted("b", headline=HEADLINE)
    slow = submitted(headline="Never Ready")
    late = [published(slow), killed("a"), withheld(hidden, 2)]
    subject = index(
        StuckAnalysts("Never Ready"), ScriptedLog([published(story), published(hidden)], late=late)
    )
    task = asyncio.create_task(subject.run())
    await eventually(lambda: subject.not_ready() is None, within=5)
    await eventually(lambda: len(subject) == 0, within=5, what="removal ahead of the follower")
    assert await linked(subject) == []
    await stopped(task)


class BrokenLog(ScriptedLog):
    """Breaks once in the middle, as Kafka does when it restarts."""

    broken = False

    async def follow(self, start: Mapping[int, int]) -> AsyncIterator[Sequence[LogEntry]]:
        async for entries in super().follow(start):
            if entries and entries[0].offset == 1 and not self.broken:
                self.broken = True
                raise LogUnavailable("Kafka is restarting")
            yield entries


async def test_after_a_failure_it_goes_on_where_it_was() -> None:
    stories = [published(submitted(headline=HEADLINE)) for _ in range(3)]
    log = BrokenLog(stories)
    analysts = CountingAnalysts()
    subject = index(analysts, log)
    with pytest.raises(LogUnavailable, match="restarting"):
        await subject.run()
    await caught_up(subject)
    assert (len(subject), len(analysts.asked)) == (3, 3)
    assert 1 in log.begun_at


async def test_a_canary_has_no_place_in_the_index_and_its_kill_leaves_no_trace() -> None:
    """Thousands a day would come and go: neither may one be linked to, nor each be remembered for ever."""
    analysts = CountingAnalysts()
    subject = index(analysts)
    canary = submitted("c-1", source="canary", headline=HEADLINE)
    await subject.apply([published(canary), withheld(canary), killed("c-1", source="canary")])
    assert (len(subject), analysts.asked, await linked(subject)) == (0, [], [])
    packed = subject._index.packed()
    assert (packed.killed, packed.withheld) == ((), {})

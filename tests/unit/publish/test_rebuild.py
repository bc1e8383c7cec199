"""Comparing a store with the log: what counts as a difference, and what only needs another look."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.public_state import PublicState, of_document
from newsloom_store import MemoryStore
from publish.lift import lift
from publish.publish import fold
from publish.rebuild.command import main
from publish.rebuild.expectations import RebuiltStore
from publish.rebuild.replay import Counts, Replay
from publish.rebuild.report import DIFFERENT, EQUAL, UNSETTLED, Report
from publish.rebuild.seen import Seen, knows_more
from publish.rebuild.verify import Comparison, Verification
from tests import factories
from tests.unit.publish.builders import edit, kill, revision, translation


def document(*events: Event) -> StoredArticleV3:
    return fold(None, events, factories.MOMENT).document


def store(*documents: StoredArticleV3) -> MemoryStore:
    held = MemoryStore()
    held.documents = {each.article_id: each for each in documents}
    return held


@dataclass
class Log:
    """An expectation that a test writes down; `then` happens at each look, in turn."""

    holds: dict[str, PublicState]
    then: list[Callable[[], None]] = field(default_factory=list)
    lag: list[int] = field(default_factory=list)
    moving: set[str] = field(default_factory=set)
    not_covered: set[str] = field(default_factory=set)
    looks: int = 0

    async def catch_up(self) -> None:
        self.looks += 1
        if self.looks > 1 and self.then:
            self.then.pop(0)()

    async def behind(self) -> int:
        return self.lag.pop(0) if self.lag else 0

    async def digests(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        return {key: self.holds[key].digest() for key in article_ids if key in self.holds}

    async def state(self, article_id: str) -> PublicState | None:
        return self.holds.get(article_id)

    async def ids(self) -> AsyncIterator[Sequence[str]]:
        yield sorted(self.holds)

    def forms(self, live: StoredArticleV3) -> Sequence[PublicState]:
        return (of_document(live),)

    def covers(self, live: StoredArticleV3, expected: PublicState | None) -> bool:
        return live.article_id not in self.not_covered

    def is_moving(self, live: StoredArticleV3) -> bool:
        return live.article_id in self.moving


def log(*documents: StoredArticleV3, **options: Any) -> Log:
    return Log({each.article_id: of_document(each) for each in documents}, **options)


async def compared(live: MemoryStore, expected: Log, *, looks: int = 5) -> Comparison:
    async def no_time_passes(_seconds: float) -> None:
        return

    return await Verification(
        live=live, expectation=expected, may_look=lambda: expected.looks <= looks, pause=no_time_passes
    ).run()


ONE, OTHER = document(revision(1)), document(revision(1, story="other"))
NEWER = document(revision(1), revision(2))


async def test_a_store_that_is_what_the_log_says_needs_one_look() -> None:
    expected = log(ONE, OTHER)
    result = await compared(store(ONE, OTHER), expected)
    assert (result.documents, result.equal, result.differences, result.unsettled) == (2, 2, [], [])
    assert expected.looks == 1


async def test_how_it_came_about_makes_no_difference() -> None:
    live = document(revision(1), translation(1), revision(2), edit(1))
    assert (await compared(store(live), log(document(revision(2), edit(1))))).equal == 1


async def test_what_stays_different_is_told_by_kind_and_field() -> None:
    live = store(NEWER, OTHER)
    gone = document(revision(1, story="gone"))
    result = await compared(live, log(ONE, gone))
    found = {each.article_id: (each.kind, each.fields) for each in result.differences}
    assert found[ONE.article_id] == ("differs", ("revision", "content/headline"))
    assert found[gone.article_id] == ("missing", ())
    assert found[OTHER.article_id][0] == "unexpected"
    assert (result.documents, result.equal) == (2, 0)


async def test_a_canary_is_no_difference_wherever_it_is_missing() -> None:
    canary = document(factories.enriched(factories.submitted("c-1", source="canary")))
    result = await compared(store(ONE, canary), log(ONE))
    assert (result.documents, result.differences, result.unsettled) == (1, [], [])


async def test_a_write_between_the_two_readings_is_no_difference() -> None:
    live = store(ONE)
    expected = log(NEWER, then=[lambda: live.documents.update({NEWER.article_id: NEWER})])
    result = await compared(live, expected)
    assert (result.differences, result.unsettled) == ([], [])


async def test_a_wish_to_stop_is_heeded_also_when_what_was_awaited_swallowed_it() -> None:
    async def asked_to_end() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    class SwallowingLog(Log):
        async def behind(self) -> int:
            await asked_to_end()
            return 0

    expected = SwallowingLog({NEWER.article_id: of_document(NEWER)})
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(compared(store(ONE), expected))
    assert expected.looks == 2


async def test_a_document_that_goes_on_changing_is_unsettled_and_hides_no_other() -> None:
    live = store(ONE, OTHER)

    def change(number: int) -> Callable[[], None]:
        newer = document(*(revision(n) for n in range(1, number)))
        return lambda: live.documents.update({newer.article_id: newer})

    forged = document(revision(1, story="other", lead="Another"))
    expected = log(document(revision(99)), forged, then=[change(n) for n in range(3, 20)])
    result = await compared(live, expected)
    assert [each.article_id for each in result.differences] == [OTHER.article_id]
    assert [each.article_id for each in result.unsettled] == [ONE.article_id]


async def test_nothing_is_a_difference_while_publish_is_behind() -> None:
    result = await compared(store(ONE), log(NEWER, lag=[3, 3, 3, 3, 3]))
    assert (result.differences, result.behind) == ([], 3)
    assert len(result.unsettled) == 1


async def test_what_publish_is_about_to_do_by_itself_is_waited_for() -> None:
    result = await compared(store(ONE), log(NEWER, moving={ONE.article_id}))
    assert (len(result.differences), len(result.unsettled)) == (0, 1)


async def test_what_is_older_than_the_log_is_counted_apart() -> None:
    result = await compared(store(ONE, OTHER), log(OTHER, not_covered={ONE.article_id}))
    assert (result.not_covered, result.differences, result.equal) == ([ONE.article_id], [], 1)


async def test_pages_hide_no_document() -> None:
    documents = [document(revision(1, story=f"story-{n}")) for n in range(1203)]
    result = await compared(store(*documents), log(*documents[:-1]))
    assert (result.documents, len(result.differences)) == (1203, 1)


class NoLog:
    """A replay that has read everything there is."""

    async def to_end(self) -> None:
        return


@dataclass
class ServerTime:
    """MongoDB's clock."""

    now: datetime

    async def server_time(self) -> datetime:
        return self.now


async def test_an_embargo_that_ends_between_the_replay_and_the_comparison_is_no_difference() -> None:
    until = factories.MOMENT + timedelta(hours=1)
    withheld = document(revision(1, embargo_until=until))
    lifted = lift(withheld, now=until)
    assert lifted is not None
    clock = ServerTime(factories.MOMENT)

    async def not_behind(_first: Mapping[int, int], _reached: Mapping[int, int]) -> int:
        return 0

    rebuilt = RebuiltStore(
        cast(Replay, NoLog()), store=store(withheld), clock=clock, publisher_behind=not_behind
    )
    key = withheld.article_id
    await rebuilt.catch_up()
    assert await rebuilt.digests([key]) == {key: of_document(withheld).digest()}
    assert not rebuilt.is_moving(withheld)
    clock.now = until
    await rebuilt.catch_up()
    assert await rebuilt.digests([key]) == {key: of_document(lifted.document).digest()}
    assert rebuilt.is_moving(withheld), "publish is about to lift it"


LIFE: list[Event] = [revision(1), translation(1), edit(1)]


@pytest.mark.parametrize("missing", range(len(LIFE)))
def test_a_document_rests_on_each_event_that_is_shown_in_it(missing: int) -> None:
    seen = Seen()
    seen.note([event for n, event in enumerate(LIFE) if n != missing])
    assert not seen.all_of(document(*LIFE))
    seen.note([LIFE[missing]])
    assert seen.all_of(document(*LIFE))


def test_a_killed_document_rests_on_its_kill_alone() -> None:
    seen = Seen()
    seen.note([kill()])
    assert seen.all_of(document(*LIFE, kill()))
    assert not seen.all_of(document(*LIFE))


def test_a_store_that_lags_the_log_is_never_excused_by_retention() -> None:
    shown = of_document(NEWER)
    assert knows_more(shown, ONE)
    assert knows_more(of_document(document(kill())), ONE)
    assert not knows_more(shown, NEWER)
    assert not knows_more(of_document(ONE), NEWER)
    assert not knows_more(None, ONE)
    assert not knows_more(shown, document(kill()))


def report(**found: Any) -> Report:
    return Report(source="articles-enriched", seconds=2.0, counts=Counts(records=10), **found)


async def test_the_exit_code_tells_what_came_of_it() -> None:
    different = await compared(store(ONE), log(NEWER))
    unsettled = await compared(store(ONE), log(NEWER, lag=[1] * 9))
    codes = [report(comparison=each).code for each in (Comparison(), different, unsettled)]
    assert codes == [EQUAL, DIFFERENT, UNSETTLED]
    assert report(database="again").code == EQUAL


async def test_a_report_names_fields_and_no_text() -> None:
    found = report(comparison=await compared(store(ONE), log(NEWER)))
    facts = json.loads(found.as_json())
    assert facts["records_per_second"] == 5
    assert facts["differences"][0]["fields"] == ["revision", "content/headline"]
    shown = "\n".join(found.lines())
    assert f"{ONE.article_id}  differs     revision, content/headline" in shown
    assert "1 differences in 1 documents" in shown
    assert "Revision" not in shown + found.as_json()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ["--verify", "--from=articles-published", "--into=x"],
        ["--verify", "--from=feed-updates"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err

"""The prober before a newsroom that lies: each lie is counted as wrong, and nothing else is."""

import pytest

from tests.eventually import eventually
from tests.integration.canary.front import Front, Lie, watched

STEPS = {"submit", "read", "feed", "live", "update", "update_live", "kill", "hidden"}


async def test_rounds_before_an_honest_newsroom_are_ok_and_leave_nothing_behind() -> None:
    async with watched(Front()) as newsroom:
        await eventually(lambda: newsroom.rounds("ok") >= 2, within=90)
        assert set(newsroom.steps("ok")) == STEPS
        for outcome in ("wrong", "failed", "late"):
            assert not newsroom.steps(outcome)
        seen = newsroom.registry.get_sample_value("newsloom_canary_last_seen_timestamp_seconds")
        assert seen
        assert len(newsroom.front.killed) >= 2


@pytest.mark.parametrize(
    ("lie", "step"),
    [("wrong version", "update"), ("served after its kill", "kill"), ("public", "hidden")],
)
async def test_what_readers_must_never_be_shown_is_counted_as_wrong(lie: Lie, step: str) -> None:
    async with watched(Front(lie=lie)) as newsroom:
        await eventually(lambda: newsroom.rounds("wrong") >= 1, within=90)
        assert set(newsroom.steps("wrong")) == {step}
        assert not newsroom.steps("failed")
        assert newsroom.front.killed


async def test_a_live_feed_that_ends_is_gone_on_with_where_it_ended() -> None:
    async with watched(Front()) as newsroom:
        await eventually(lambda: newsroom.rounds("ok") >= 1, within=90)
        told = len(newsroom.front.log)
        newsroom.front.drop_streams()
        await eventually(lambda: len(newsroom.front.asked_from) >= 2, within=90)
        assert int(newsroom.front.asked_from[1].partition(":")[2]) >= told
        before = newsroom.rounds("ok")
        await eventually(lambda: newsroom.rounds("ok") >= before + 2, within=90)
        assert not newsroom.steps("failed")
        assert not newsroom.steps("wrong")


async def test_a_silent_live_feed_fails_its_steps_alone() -> None:
    async with watched(Front(lie="silent stream"), give_up_after=1.0) as newsroom:
        told_nothing = {"live", "update_live", "kill"}
        await eventually(lambda: told_nothing <= set(newsroom.steps("failed")), within=90)
        assert newsroom.steps("ok").keys() >= STEPS - told_nothing
        assert not newsroom.steps("wrong")


async def test_an_answer_that_makes_no_sense_is_none_and_ends_no_prober() -> None:
    async with watched(Front(lie="nonsense"), give_up_after=1.0) as newsroom:
        await eventually(lambda: newsroom.rounds("failed") >= 2, within=90)
        assert set(newsroom.steps("failed")) >= {"read", "live"}
        assert not newsroom.steps("wrong")


async def test_a_key_that_is_refused_fails_the_submit_at_once() -> None:
    async with watched(Front(), key="another-key") as newsroom:
        await eventually(lambda: newsroom.rounds("failed") >= 1, within=90)
        assert set(newsroom.steps("failed")) == {"submit"}
        assert not newsroom.front.articles


async def test_what_a_prober_left_behind_is_withdrawn_by_the_next() -> None:
    front = Front()
    async with watched(front, every=3600) as first:
        await eventually(lambda: first.rounds("ok") >= 1, within=90)
    left = dict(front.articles)
    front.killed.clear()
    async with watched(front, every=3600):
        await eventually(lambda: front.killed >= set(left), within=90)

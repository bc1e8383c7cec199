"""One round: what is ok, what is late, what was not seen, and what must never be seen."""

from collections.abc import Mapping, Sequence

import pytest
from structlog.testing import capture_logs

from canary.article import CanaryArticle
from canary.ports import Outcome, Refused, Shown, Sight, Step, Told, Unanswered
from newsloom_schemas.identity import FEED_CANARY
from tests.unit.canary.newsroom import CANARY, Newsroom, flown, now

STEPS: tuple[Step, ...] = ("submit", "read", "feed", "live", "update", "update_live", "hidden", "kill")


def test_a_round_in_a_healthy_newsroom_is_ok_in_every_step() -> None:
    newsroom = Newsroom()
    tally = flown(newsroom)
    assert tally.steps == dict.fromkeys(STEPS, "ok")
    assert [deed[1:] for deed in newsroom.deeds] == [("submit", 1), ("submit", 2), ("kill", 0)]
    assert (tally.rounds, tally.seen) == (["ok"], 1)
    assert set(tally.seconds) == set(STEPS) - {"hidden"}
    assert all(0.2 <= tally.seconds[step] <= 1 for step in set(tally.seconds) - {"submit"})


def test_what_becomes_public_slowly_is_late_and_seen_all_the_same() -> None:
    tally = flown(Newsroom(takes=30))
    assert tally.steps == dict.fromkeys(STEPS, "late") | {"submit": "ok", "hidden": "ok"}
    assert (tally.rounds, tally.seen) == (["late"], 1)
    assert all(30 <= seconds <= 33 for step, seconds in tally.seconds.items() if step != "submit")


def test_what_does_not_become_public_is_failed_corrected_never_and_killed_all_the_same() -> None:
    newsroom = Newsroom(takes=500)
    tally = flown(newsroom)
    assert tally.steps == {"submit": "ok", "read": "failed", "feed": "failed", "live": "failed"}
    assert (tally.rounds, tally.seen) == (["failed"], 0)
    assert [deed for _, deed, _ in newsroom.deeds] == ["submit", "kill"]


class Shut(Newsroom):
    """Takes nothing in before `opens`, or says no for ever."""

    def __init__(self, opens: float, error: Exception) -> None:
        super().__init__()
        self.opens, self.error = opens, error

    async def submit(self, canary: CanaryArticle, revision: int) -> None:
        if now() < self.opens:
            raise self.error
        await super().submit(canary, revision)


@pytest.mark.parametrize(
    ("opens", "error", "outcome"),
    [
        (2, Unanswered("503"), "ok"),
        (20, Unanswered("503"), "late"),
        (500, Unanswered("503"), "failed"),
        (2, Refused("401"), "failed"),
    ],
)
def test_a_submit_is_repeated_until_it_is_taken_or_refused(
    opens: float, error: Exception, outcome: Outcome
) -> None:
    tally = flown(Shut(opens, error))
    assert (tally.steps["submit"], tally.rounds) == (outcome, [outcome])
    assert ("read" in tally.steps) == (outcome != "failed")


def test_a_step_that_is_not_ok_names_its_article_in_the_log_as_every_line_does() -> None:
    with capture_logs() as lines:
        flown(Newsroom(takes=500))
    assert {line["article_id"] for line in lines if line["event"] == "canary_step"} == {CANARY.article_id}


class Killless(Newsroom):
    async def kill(self, external_id: str) -> None:
        raise Refused("403")


def test_a_kill_that_is_refused_is_failed() -> None:
    assert flown(Killless()).steps["kill"] == "failed"


class Deaf(Newsroom):
    """Its live feed tells nothing."""

    def told(self, article_id: str) -> Sequence[Told]:
        return ()


def test_a_live_feed_that_tells_nothing_fails_its_steps_and_no_other() -> None:
    steps = flown(Deaf()).steps
    assert [step for step in STEPS if steps[step] != "ok"] == ["live", "update_live", "kill"]
    assert set(steps.values()) == {"ok", "failed"}


class Unkillable(Newsroom):
    """A kill comes nowhere: not to the reader, nor to the live feed."""

    def done(self) -> list[tuple[str, int]]:
        return [deed for deed in super().done() if deed[0] != "kill"]


def test_a_kill_that_waits_in_the_pipeline_is_failed_and_not_wrong() -> None:
    assert flown(Unkillable()).steps["kill"] == "failed"


# --- what must never be seen ---


class StillServed(Newsroom):
    """The live feed has told the kill, and the article is served."""

    async def article(self, article_id: str) -> Sight:
        sight = await super().article(article_id)
        return self.shown(2, 2) if sight == "gone" else sight


class BackFromTheDead(Newsroom):
    """It is gone for the first who asks, and back for the next."""

    def __init__(self) -> None:
        super().__init__()
        self.answered_gone = 0

    async def article(self, article_id: str) -> Sight:
        sight = await super().article(article_id)
        if sight == "gone":
            self.answered_gone += 1
        return self.shown(2, 2) if self.answered_gone > 1 else sight


class ToldAgain(Newsroom):
    """The live feed brings it back."""

    def told(self, article_id: str) -> Sequence[Told]:
        told = super().told(article_id)
        return [*told, Told(version=9, headline=CANARY.headline(2))] if len(told) == 3 else told


class WrongText(Newsroom):
    """It shows another text under the id."""

    async def article(self, article_id: str) -> Sight:
        sight = await super().article(article_id)
        if isinstance(sight, Shown):
            return Shown(external_id="x", revision=1, headline="Harbour bridge reopens", version=1)
        return sight


class WrongRevision(Newsroom):
    """The number of one revision, the text of the other."""

    async def article(self, article_id: str) -> Sight:
        sight = await super().article(article_id)
        if isinstance(sight, Shown) and sight.revision == 2:
            return Shown(external_id="x", revision=2, headline=CANARY.headline(1), version=2)
        return sight


class OlderAgain(Newsroom):
    """The update is shown in a document older than the one before."""

    async def article(self, article_id: str) -> Sight:
        sight = await super().article(article_id)
        if isinstance(sight, Shown):
            return self.shown(sight.revision, 5 - sight.revision)
        return sight


class Vanishing(Newsroom):
    """Once corrected it cannot be found."""

    async def article(self, article_id: str) -> Sight:
        return "absent" if len(self.done()) == 2 else await super().article(article_id)


class GoneEarly(Newsroom):
    async def article(self, article_id: str) -> Sight:
        return "gone"


class ToldBackwards(Newsroom):
    """The live feed ends with the older version."""

    def told(self, article_id: str) -> Sequence[Told]:
        told = super().told(article_id)
        return [told[1], told[0]] if len(told) == 2 else told


class TakenAwayEarly(Newsroom):
    def told(self, article_id: str) -> Sequence[Told]:
        return [*super().told(article_id)[:1], Told(version=2, headline=None)] if self.done() else ()


class Leaking(Newsroom):
    """It stands among the news."""

    def __init__(self, public: str) -> None:
        super().__init__()
        self.public = public

    async def feed(self, feed_id: str) -> Mapping[str, str]:
        return await super().feed(FEED_CANARY if feed_id == self.public else feed_id)


class WrongInFeed(Newsroom):
    async def feed(self, feed_id: str) -> Mapping[str, str]:
        return dict.fromkeys(await super().feed(feed_id), "Harbour bridge reopens")


@pytest.mark.parametrize(
    ("newsroom", "step"),
    [
        (StillServed(), "kill"),
        (BackFromTheDead(), "kill"),
        (ToldAgain(), "kill"),
        (WrongText(), "read"),
        (GoneEarly(), "read"),
        (WrongRevision(), "update"),
        (OlderAgain(), "update"),
        (Vanishing(), "update"),
        (ToldBackwards(), "update_live"),
        (TakenAwayEarly(), "live"),
        (WrongInFeed(), "feed"),
        *((Leaking(feed), "hidden") for feed in ("all", "source/canary", "language/en", "section/canary")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Newsroom) else value,
)
def test_what_must_never_be_seen_is_wrong(newsroom: Newsroom, step: Step) -> None:
    tally = flown(newsroom)
    assert tally.steps[step] == "wrong"
    assert tally.rounds == ["wrong"]
    assert ("kill", 0) in [deed[1:] for deed in newsroom.deeds]


def test_an_answer_that_says_nothing_is_asked_for_again() -> None:
    class Flickering(Newsroom):
        async def article(self, article_id: str) -> Sight:
            if now() % 2 < 1:
                raise Unanswered("feeds gave no answer")
            return await super().article(article_id)

    assert flown(Flickering()).rounds == ["ok"]

"""I8: any order of an article's events, with any repeats, ends in the same public document. And I2 to I5."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticleEnrichedV2, ArticleKilledV1, ArticleTranslatedV1
from publish.decide import Kind, decide
from publish.feeds import emissions_for
from tests import factories
from tests.unit.publish.builders import URL, Status, edit, kill, revision, translation

REVISIONS = st.sets(st.integers(1, 4), min_size=1)
SECTIONS = ("City", "Sport", None)
STATUSES: tuple[Status, ...] = ("published", "draft", "unavailable", "failed")


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """What may happen to one article, without conflicts, in the order of the log."""
    events: list[Event] = []
    for number in sorted(draw(REVISIONS)):
        section = SECTIONS[number % 3]
        events.extend(revision(number, run=run, section=section) for run in range(draw(st.integers(1, 2))))
        languages = draw(st.lists(st.sampled_from(["es", "uk"]), max_size=3))
        events += [
            translation(number, tag, status=draw(st.sampled_from(STATUSES)), text=f"t{i}")
            for i, tag in enumerate(languages)
        ]
    events += [edit(number) for number in range(1, draw(st.integers(0, 3)) + 1)]
    if draw(st.booleans()):
        events.append(kill())
    return events


def disordered(history: Sequence[Event], seed: int) -> list[Event]:
    """Another order with repeats; a translation still comes after a run of its own revision."""
    chance = random.Random(seed)
    events = [*history, *chance.choices(history, k=chance.randint(0, len(history)))]
    chance.shuffle(events)
    seen: set[int] = set()
    waiting: list[ArticleTranslatedV1] = []
    ordered: list[Event] = []
    for event in events:
        if isinstance(event, ArticleTranslatedV1) and event.revision not in seen:
            waiting.append(event)
            continue
        ordered.append(event)
        if isinstance(event, ArticleEnrichedV2) and event.revision not in seen:
            seen.add(event.revision)
            ordered += [each for each in waiting if each.revision == event.revision]
    return ordered


def folded(events: Sequence[Event]) -> tuple[StoredArticleV3, list[tuple[Event, Kind]]]:
    """The final state and all verdicts; no step goes back."""
    state: StoredArticleV3 | None = None
    verdicts = []
    for event in events:
        decision = decide(state, event, now=factories.MOMENT)
        verdicts.append((event, decision.kind))
        assert (decision.document is not None) == (decision.kind in (Kind.APPLY, Kind.KILL))
        if decision.document is not None:
            assert_never_back(state, decision.document)
        state = decision.document or state
    assert state is not None
    return state, verdicts


def assert_never_back(before: StoredArticleV3 | None, after: StoredArticleV3) -> None:
    assert after.document_version == (before.document_version if before else 0) + 1
    if before is None:
        return
    assert not before.killed
    assert set(before.feeds_ever) <= set(after.feeds_ever)
    if before.publication and after.publication:
        old, new = before.publication, after.publication
        assert (new.revision, new.run) >= (old.revision, old.run)


def public(document: StoredArticleV3) -> dict[str, Any]:
    """What readers can see of a document, without the counter of its writes and its way through feeds."""
    shown = document.model_dump(exclude={"document_version", "feeds_ever", "translations", "history"})
    current = {tag: held.translation for tag, held in document.translations.items() if not held.stale}
    return {**shown, "translations": current, "told": _told(document)}


def _told(document: StoredArticleV3) -> list[dict[str, Any]]:
    """What is told of it, except removals from feeds that never held it in the other order."""
    events = [event for _, event in emissions_for(document, URL)]
    shown = [event.model_dump(exclude={"event_id", "document_version"}) for event in events]
    return [event for event in shown if event.get("action") != "remove"]


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(0, 2**32), st.integers(0, 2**32))
def test_any_order_with_any_repeats_ends_in_the_same_public_document(
    history: list[Event], one: int, other: int
) -> None:
    in_log_order, _ = folded(history)
    for seed in (one, other):
        in_any_order, _ = folded(disordered(history, seed))
        assert public(in_any_order) == public(in_log_order)


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_a_run_of_a_revision_is_applied_at_most_once(history: list[Event], seed: int) -> None:
    _, verdicts = folded(disordered(history, seed))
    applied = Counter(
        (event.revision, event.run)
        for event, kind in verdicts
        if kind is Kind.APPLY and isinstance(event, ArticleEnrichedV2)
    )
    assert all(count == 1 for count in applied.values())


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_after_a_kill_nothing_is_ever_stored(history: list[Event], seed: int) -> None:
    _, verdicts = folded(disordered([*history, kill()], seed))
    kinds = [kind for event, kind in verdicts]
    at = kinds.index(Kind.KILL)
    assert all(
        kind is (Kind.REPLAY if isinstance(event, ArticleKilledV1) else Kind.STALE)
        for event, kind in verdicts[at + 1 :]
    )


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_replaying_the_whole_log_changes_nothing(history: list[Event], seed: int) -> None:
    events = disordered(history, seed)
    once, _ = folded(events)
    twice, _ = folded([*events, *history])
    assert public(twice) == public(once)


def test_a_disordered_history_keeps_every_event() -> None:
    history = [revision(1), translation(1), revision(2), translation(2), edit(1), kill()]
    for seed in range(50):
        assert {event.event_id for event in disordered(history, seed)} == {
            event.event_id for event in history
        }

"""I2: one APPLY for each revision and run. I3: the stored state never goes back."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1, FeedUpdatedV1
from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.collectors import Told

State = ArticlePublishedV2 | ArticleWithheldV1 | ArticleKilledV1
# Of the telling, not of the state: a revision's first telling alone has them, so that ages are counted once.
OF_THE_TELLING = {"accepted_at": None, "source_class": None}


def i2_one_apply(facts: Facts) -> Iterator[Violation]:
    """A version is one state, wherever it is told; a revision is in the history once."""
    seen: dict[tuple[str, ...], Told] = {}
    for told in facts.dump.published:
        state = _state(told)
        yield from _same(seen, ("articles-published", state.article_id, str(state.document_version)), told)
    for told, update in facts.dump.updates:
        yield from _same(seen, (update.feed_id, update.article_id, str(update.document_version)), told)
    for stored in facts.dump.stored.values():
        yield from _history(stored)


def _same(seen: dict[tuple[str, ...], Told], key: tuple[str, ...], told: Told) -> Iterator[Violation]:
    first = seen.setdefault(key, told)
    if _what_is_so(first.event) != _what_is_so(told.event):
        yield Violation(
            check="I2",
            what=f"two states under one version of {key[0]}",
            witness=f"article {key[1]} version {key[2]}: {first.place} and {told.place}",
        )


def _what_is_so(event: Event) -> Event:
    """The state that an event tells, without what only this telling of it says."""
    return event.model_copy(update=OF_THE_TELLING) if isinstance(event, FeedUpdatedV1) else event


def _history(stored: StoredArticleV3) -> Iterator[Violation]:
    counted = Counter(entry.revision for entry in stored.history if entry.cause == "revision")
    twice = sorted(str(revision) for revision, times in counted.items() if times > 1)
    if twice:
        yield Violation(
            check="I2",
            what="a revision was applied twice",
            witness=f"article {stored.article_id} revision {', '.join(twice)}",
        )
    versions = [entry.document_version for entry in stored.history]
    if versions != sorted(set(versions)):
        yield Violation(
            check="I2",
            what="the history repeats a version",
            witness=f"article {stored.article_id} {versions}",
        )


def i3_never_back(facts: Facts) -> Iterator[Violation]:
    """(revision, run) never decreases, killed never turns false, and nothing is told that is not stored."""
    for article_id, states in facts.dump.of_article(facts.dump.published).items():
        ordered = sorted(states, key=_version)
        yield from _falls(ordered)
        stored = facts.dump.stored.get(article_id)
        yield from _beyond_store(ordered[-1], stored)
    yield from _killed_once(facts)


def _state(told: Told) -> State:
    assert isinstance(told.event, State)
    return told.event


def _version(told: Told) -> int:
    return _state(told).document_version or 0


def _rank(state: State) -> tuple[bool, int, int]:
    if isinstance(state, ArticlePublishedV2):
        return False, state.revision, state.run
    return isinstance(state, ArticleKilledV1), 0, 0


def _falls(ordered: list[Told]) -> Iterator[Violation]:
    """Withheld states say no revision and are left out; a killed one stands above all."""
    ranked = [told for told in ordered if not isinstance(told.event, ArticleWithheldV1)]
    for before, after in pairwise(ranked):
        if _rank(_state(before)) > _rank(_state(after)):
            yield Violation(
                check="I3",
                what="a later version holds an older state",
                witness=f"article {before.event.subject}: {_named(before)}, then {_named(after)}",
            )


def _named(told: Told) -> str:
    state = _state(told)
    what = f"revision {state.revision}" if isinstance(state, ArticlePublishedV2) else type(state).__name__
    return f"version {state.document_version} {what} at {told.place}"


def _beyond_store(last: Told, stored: StoredArticleV3 | None) -> Iterator[Violation]:
    state = _state(last)
    if stored is None or stored.document_version < _version(last):
        held = stored.document_version if stored is not None else None
        yield Violation(
            check="I3",
            what="a version was told that the store does not have",
            witness=f"article {state.article_id}: {_named(last)}, stored version {held}",
        )


def _killed_once(facts: Facts) -> Iterator[Violation]:
    for article_id, expected in facts.expected.items():
        stored = facts.dump.stored.get(article_id)
        if expected.killed and stored is not None and not stored.killed:
            yield Violation(
                check="I3",
                what="a killed article is not killed in the store",
                witness=f"article {article_id} version {stored.document_version}",
            )

"""How fast: a takedown on every surface, the lift of an embargo, what poison costs others (I7)."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from statistics import median

from newsloom_schemas.catalog import ARTICLES_ENRICHED
from newsloom_schemas.events import ArticleKilledV1, ArticleSubmittedV2
from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.collectors_http import markers_in

BOUND_S = 5.0
NEIGHBOURS = 5
AROUND_S = 2.0


def takedowns(facts: Facts) -> Mapping[str, tuple[float, str]]:
    """Seconds from the accepted kill until the last surface showed it, and which one it was, by article.

    Surfaces: the answer 410, the kill in articles-published, the removals in feed-updates, those in the live
    streams. For a run with a fault the clock starts at its healing.
    """
    last: dict[str, list[tuple[float, str]]] = {}
    for article_id, gone in facts.dump.gone.items():
        last.setdefault(article_id, []).append((gone.since, "http"))
    for article_id, at in _first_kills(facts).items():
        last.setdefault(article_id, []).append((at, "articles-published"))
    for (reader, article_id, feed), at in _first_removals(facts).items():
        last.setdefault(article_id, []).append((at, f"{reader} {feed}"))
    start = facts.dump.healed_at or 0.0
    return {
        article_id: (max(0.0, max(last[article_id])[0] - max(accepted, start)), max(last[article_id])[1])
        for article_id, accepted in facts.dump.ledger.kills.items()
        if last.get(article_id)
    }


def _first_kills(facts: Facts) -> dict[str, float]:
    found: dict[str, float] = {}
    for told in facts.dump.published:
        if isinstance(told.event, ArticleKilledV1):
            found.setdefault(told.event.article_id, told.at)
    return found


def _first_removals(facts: Facts) -> dict[tuple[str, str, str], float]:
    """When each reader was first told the removal that a kill brought, by reader, article and feed."""
    tombstones = {key: each.document_version for key, each in facts.dump.stored.items() if each.killed}
    found: dict[tuple[str, str, str], float] = {}
    for told, update in facts.dump.updates:
        if update.document_version >= tombstones.get(update.article_id, 1 << 60):
            found.setdefault(("log", update.article_id, update.feed_id), told.at)
    for feed, frames in facts.dump.frames.items():
        for frame in frames:
            if frame.document_version >= tombstones.get(frame.article_id, 1 << 60):
                found.setdefault(("live", frame.article_id, feed), frame.received_at)
    return found


def takedown_in_time(facts: Facts) -> Iterator[Violation]:
    """Without a fault, every surface shows a kill within five seconds."""
    if facts.dump.healed_at is not None:
        return
    for article_id, (seconds, surface) in sorted(takedowns(facts).items()):
        if seconds > BOUND_S:
            yield Violation(
                check="takedown",
                what="took longer than five seconds to reach every surface",
                witness=f"article {article_id}: {surface} after {seconds:.2f} s",
            )
    for article_id in sorted(set(facts.dump.ledger.kills) - set(facts.dump.gone)):
        yield Violation(check="takedown", what="never became 410", witness=article_id)


def lifts(facts: Facts) -> Mapping[str, float]:
    """Seconds from the end of an embargo (or its later acceptance) until the text was told, by marker.

    Only of the highest revision of articles that live: others may rightly never be told.
    """
    first: dict[str, float] = {}
    for record in facts.dump.topics.get("articles-published", ()):
        for word in markers_in(record.value or b""):
            first.setdefault(word, record.timestamp_ms / 1000)
    found = {}
    for expected in facts.expected.values():
        for fact in expected.candidates.values():
            until, accepted = fact.asked.embargo_until, fact.asked.accepted_at
            word = fact.asked.operation.marker
            if until is not None and accepted is not None and not expected.killed and word in first:
                found[word] = first[word] - max(until, accepted)
    return found


def lifted_in_time(facts: Facts) -> Iterator[Violation]:
    """Without a fault, an embargo ends within five seconds of its time."""
    if facts.dump.healed_at is not None:
        return
    for word, seconds in sorted(lifts(facts).items()):
        if seconds > BOUND_S:
            yield Violation(
                check="embargo",
                what="lifted later than five seconds after its end",
                witness=f"{word}: {seconds:.2f} s",
            )


def i7_poison_delays_nobody(facts: Facts) -> Iterator[Violation]:
    """Records behind a poison record take at most five seconds longer than others at that time.

    The comparison takes out whatever slows everything down, such as a busy machine. With a fault it says
    nothing: the partitions of a member that died wait for their next owner.
    """
    if facts.dump.healed_at is not None:
        return
    delays = _delays(facts)
    for each in facts.dump.ledger.poisoned:
        if each.topic != ARTICLES_ENRICHED.name:
            continue
        behind = [d for d in delays if d[1] == each.partition and d[2] > each.offset][:NEIGHBOURS]
        others = [d[3] for d in _around(delays, each.at) if d[1] != each.partition]
        if not behind or not others:
            continue
        slowest = max(behind, key=lambda delay: delay[3])
        if slowest[3] - median(others) > BOUND_S:
            yield Violation(
                check="I7",
                what=f"a poison record delayed the next by {slowest[3] - median(others):.2f} s",
                witness=f"poison {each.topic}/{each.partition}/{each.offset}, then offset {slowest[2]}",
            )


Delay = tuple[float, int, int, float]  # when it was enriched, its partition and offset there, seconds to told


def _delays(facts: Facts) -> list[Delay]:
    told = {
        getattr(each.event, "submission_event_id", each.event.event_id): each.at
        for each in reversed(facts.dump.published)
    }
    found = [
        (each.at, each.partition, each.offset, told[event_id] - each.at)
        for each in facts.dump.enriched
        if (event_id := getattr(each.event, "submission_event_id", "")) in told
    ]
    return sorted(found)


def _around(delays: list[Delay], at: float) -> list[Delay]:
    first = bisect_left(delays, (at - AROUND_S, 0, 0, 0.0))
    last = bisect_left(delays, (at + AROUND_S, 0, 0, 0.0))
    return delays[first:last]


def latencies(facts: Facts) -> list[float]:
    """Seconds from acceptance to the first telling, of what was told under its own submission."""
    told: dict[str, float] = {}
    for each in facts.dump.published:
        told.setdefault(getattr(each.event, "submission_event_id", ""), each.at)
    return sorted(
        told[fact.event.event_id] - fact.told.at
        for fact in facts.all
        if isinstance(fact.event, ArticleSubmittedV2)
        and fact.event.event_id in told
        and fact.asked.embargo_until is None
    )

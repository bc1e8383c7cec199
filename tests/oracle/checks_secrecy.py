"""I5 and the embargo: byte scans of everything that anybody may read, for texts that must not be there.

Left out, and documented so: the internal topics (articles-submitted, articles-enriched,
translations-requested, *-dlq), which keep what they were given until their retention ends, and older records
of the compacted topic until the broker compacts it. What the last record says is checked with I4.
"""

from collections.abc import Iterator

from newsloom_schemas.events import ArticleKilledV1, FeedUpdatedV1
from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.collectors import PUBLIC_TOPICS, Told
from tests.oracle.collectors_http import Sighting, markers_in

PUSHED_WITHIN_S = 5.0


def i5_killed_is_gone(facts: Facts) -> Iterator[Violation]:
    """After a kill nobody gets the text: from HTTP, a live stream, the database, or the end of a topic."""
    killed = {article_id for article_id, expected in facts.expected.items() if expected.killed}
    for sighting in facts.dump.sightings:
        yield from _seen_after_kill(facts, sighting)
    for article_id in sorted(killed & set(facts.dump.documents.raw)):
        if words := markers_in(facts.dump.documents.raw[article_id]):
            yield Violation(
                check="I5",
                what="the database holds the text of a killed article",
                witness=f"article {article_id} {min(words)}",
            )
    for article_id, gone in sorted(facts.dump.gone.items()):
        for wrong in gone.wrong:
            yield Violation(check="I5", what=wrong, witness=f"article {article_id} was already 410")
    yield from _removed_last(facts, killed)


def _seen_after_kill(facts: Facts, sighting: Sighting) -> Iterator[Violation]:
    asked = facts.dump.ledger.by_marker.get(sighting.marker)
    gone = facts.dump.gone.get(asked.article_id) if asked is not None else None
    if asked is None or gone is None or sighting.surface == "log":
        return
    # What is pushed may lie in a buffer for a moment; an answer is made after its question.
    grace = PUSHED_WITHIN_S if sighting.surface == "sse" else 0.0
    if sighting.last_asked > gone.since + grace:
        yield Violation(
            check="I5",
            what=f"the text of a killed article came over {sighting.surface}",
            witness=f"article {asked.article_id} {sighting.marker}: 410 since {gone.since:.3f}, "
            f"seen {sighting.last_asked:.3f} at {sighting.where}",
        )


def _removed_last(facts: Facts, killed: set[str]) -> Iterator[Violation]:
    """After the first record of a kill no record with a text may be the last of its article and feed."""
    last: dict[tuple[str, str], Told] = {}
    for told, update in facts.dump.updates:
        last[update.feed_id, update.article_id] = told
    for (feed, article_id), told in sorted(last.items()):
        if article_id in killed and isinstance(told.event, FeedUpdatedV1) and told.event.entry is not None:
            yield Violation(
                check="I5",
                what="the last record of a feed shows a killed article",
                witness=f"feed {feed} article {article_id} at {told.place}",
            )


def embargo_holds(facts: Facts) -> Iterator[Violation]:
    """Before its time no text under embargo is in a public topic, in an answer or in a stream."""
    until = {
        asked.operation.marker: asked.embargo_until
        for asked in facts.dump.ledger.effective
        if asked.embargo_until is not None
    }
    for sighting in facts.dump.sightings:
        if sighting.first_at < until.get(sighting.marker, 0.0) and sighting.surface != "log":
            yield _too_early(sighting.marker, until[sighting.marker], sighting.first_at, sighting.surface)
    for topic in PUBLIC_TOPICS:
        for record in facts.dump.topics.get(topic, ()):
            for word in sorted(markers_in(record.value or b"")):
                if record.timestamp_ms / 1000 < until.get(word, 0.0):
                    place = f"{topic}/{record.partition}/{record.offset}"
                    yield _too_early(word, until[word], record.timestamp_ms / 1000, place)


def _too_early(word: str, until: float, at: float, where: str) -> Violation:
    return Violation(
        check="embargo",
        what="a text was public before its time",
        witness=f"{word} at {where}: {until - at:.3f} s too early",
    )


def scans_find_nothing_foreign(facts: Facts) -> Iterator[Violation]:
    """Logs hold no text of any article; and no text that was refused, or never arrived, is anywhere."""
    for sighting in facts.dump.sightings:
        asked = facts.dump.ledger.by_marker.get(sighting.marker)
        if asked is None:
            continue
        if sighting.surface == "log":
            yield Violation(
                check="scan", what="a log holds a text", witness=f"{sighting.marker} at {sighting.where}"
            )
        elif sighting.marker not in facts.markers:
            yield Violation(
                check="scan",
                what=f"a text that was never accepted came over {sighting.surface}",
                witness=f"{sighting.marker} ({asked.operation.kind}) at {sighting.where}",
            )
    yield from _foreign_texts(facts)


def _foreign_texts(facts: Facts) -> Iterator[Violation]:
    known = facts.dump.ledger.by_marker
    for name, raw in sorted(facts.dump.documents.elsewhere.items()):
        for word in sorted(markers_in(raw) & known.keys()):
            yield Violation(check="scan", what="a collection holds a text", witness=f"{name} {word}")
    for article_id, raw in sorted(facts.dump.documents.raw.items()):
        for word in sorted(markers_in(raw)):
            if word in known and (word not in facts.markers or known[word].article_id != article_id):
                yield Violation(
                    check="scan",
                    what="a document holds a text that is not its own",
                    witness=f"article {article_id} {word}",
                )


def kill_is_told(facts: Facts) -> Iterator[Violation]:
    """Every kill that has happened is told in articles-published."""
    told = {each.event.subject for each in facts.dump.published if isinstance(each.event, ArticleKilledV1)}
    for article_id, expected in sorted(facts.expected.items()):
        if expected.killed and article_id not in told:
            yield Violation(check="I5", what="a kill was never told", witness=f"article {article_id}")

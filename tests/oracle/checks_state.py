"""I4: what readers fold is what the store holds. I8: and that is what was asked for, in whatever order."""

from collections.abc import Iterable, Iterator, Mapping

from newsloom_schemas import public_state
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticleSubmittedV2, FeedUpdatedV1, TagsEditedV1
from tests.oracle.checks_facts import Expected, Facts, Violation, expected_feeds
from tests.oracle.collectors import Dump
from tests.oracle.collectors_http import Frame

Line = tuple[str, str]  # a feed and an article
Folded = Mapping[Line, tuple[int, str | None]]  # the version, and the headline of an upsert


def i4_folds(facts: Facts) -> Iterator[Violation]:
    """Folding feed-updates, and each live stream, gives the lines that the store says each feed has."""
    dump = facts.dump
    updates = (
        (update.feed_id, update.article_id, update.document_version, _headline(update))
        for _, update in dump.updates
    )
    yield from _compare("feed-updates", fold(updates), lines_of(dump.stored.values()))
    for feed, frames in dump.frames.items():
        held = {line: what for line, what in lines_of(dump.stored.values()).items() if line[0] == feed}
        yield from _compare(f"live stream of {feed}", fold(map(_framed, _own(frames, facts))), held)
    yield from _pages(dump)
    if dump.resets:
        yield Violation(check="I4", what="a live reader was reset", witness=f"{dump.resets} times")
    yield from _seen_and_gone(facts)
    yield from _last_word(facts)


def _pages(dump: Dump) -> Iterator[Violation]:
    """The pages of a feed list what the store says, each article once."""
    for feed, ids in dump.pages.items():
        held = sorted(each.article_id for each in dump.stored.values() if feed in each.feeds)
        if sorted(ids) != held:
            differing = sorted(set(ids) ^ set(held)) or ["one of them twice"]
            yield Violation(
                check="I4",
                what="the pages of a feed list something else than the store",
                witness=f"feed {feed}: {len(ids)} listed, {len(held)} stored; {differing[0]}",
            )


def fold(updates: Iterable[tuple[str, str, int, str | None]]) -> Folded:
    """What a reader holds who ignores a lower version. None as headline is a removal."""
    held: dict[Line, tuple[int, str | None]] = {}
    for feed, article_id, version, headline in updates:
        if version >= held.get((feed, article_id), (0, None))[0]:
            held[feed, article_id] = (version, headline)
    return {line: what for line, what in held.items() if what[1] is not None}


def lines_of(documents: Iterable[StoredArticleV3]) -> Folded:
    """The lines of all feeds, from the store."""
    return {
        (feed, each.article_id): (each.document_version, each.publication.content.headline)
        for each in documents
        if each.publication is not None
        for feed in each.feeds
    }


def _headline(update: FeedUpdatedV1) -> str | None:
    return update.entry.headline if update.entry is not None else None


def _framed(frame: Frame) -> tuple[str, str, int, str | None]:
    headline = frame.headline if frame.action == "upsert" else None
    return frame.feed_id, frame.article_id, frame.document_version, headline


def _own(frames: Iterable[Frame], facts: Facts) -> Iterator[Frame]:
    return (frame for frame in frames if frame.article_id in facts.dump.own)


def _compare(reader: str, folded: Folded, held: Folded) -> Iterator[Violation]:
    for line in sorted({*folded, *held}):
        if folded.get(line) != held.get(line):
            yield Violation(
                check="I4",
                what=f"a reader of {reader} holds something else than the store",
                witness=f"feed {line[0]} article {line[1]}: "
                f"reader {folded.get(line)}, store {held.get(line)}",
            )


def _seen_and_gone(facts: Facts) -> Iterator[Violation]:
    """What a live reader of the log saw is still there: it was durable."""
    present = {
        (record.topic, record.partition, record.offset)
        for records in facts.dump.topics.values()
        for record in records
    }
    for place in sorted(set(facts.dump.seen_live) - present):
        yield Violation(
            check="I4",
            what="a record that a reader saw is gone from the log",
            witness="/".join(map(str, place)),
        )


def _last_word(facts: Facts) -> Iterator[Violation]:
    """The last record of a key in the compacted topic is the stored state: compaction keeps only that."""
    last = {told.event.subject: told for told in facts.dump.published}
    for article_id, stored in sorted(facts.dump.stored.items()):
        state = public_state.of_document(stored)
        told = last.get(article_id)
        if told is None:
            if state.state != "absent":
                yield Violation(check="I4", what="a stored article was never told", witness=article_id)
            continue
        said = public_state.of_record(told.event)
        if said.digest() != state.digest():
            yield Violation(
                check="I4",
                what="the last record of the compacted topic is not the stored state",
                witness=f"article {article_id} at {told.place}: differs in "
                f"{', '.join(public_state.differing(said, state))}; stored version {stored.document_version}",
            )


def i8_as_asked(facts: Facts) -> Iterator[Violation]:
    """Every document is what its requests add up to, whatever the order they came in."""
    for article_id, expected in sorted(facts.expected.items()):
        stored = facts.dump.stored.get(article_id)
        wrong = _wrong(expected, stored) if stored is not None else ["there is no document"]
        wrong += _wrong_answer(expected, facts.dump.statuses.get(article_id, _NOT_ASKED))
        if wrong:
            yield Violation(check="I8", what=wrong[0], witness=f"article {article_id}")


_NOT_ASKED = -1


def _wrong(expected: Expected, stored: StoredArticleV3) -> list[str]:
    if expected.killed:
        return [] if stored.killed and not stored.feeds else ["killed, but not a tombstone in no feed"]
    wrong = _wrong_tags(expected, stored)
    if expected.top is None:
        return wrong + (["a revision that nobody sent"] if stored.publication else [])
    held = stored.publication
    if held is None or held.revision != expected.top:
        return [*wrong, f"not the highest revision, {expected.top}"]
    fact = expected.candidates.get(held.submission_event_id)
    if fact is None or not isinstance(fact.event, ArticleSubmittedV2):
        return [*wrong, "a submission that nobody sent"]
    if held.content != fact.event.content or fact.asked.operation.marker not in held.content.headline:
        wrong.append("the content is not that of the submission")
    if stored.withheld:
        return [*wrong, "still under embargo after its end"]
    if not held.tags and set(stored.feeds) != expected_feeds(held.content, stored.source, stored.editor_tags):
        wrong.append("not in the feeds that its content and tags name")
    return wrong


def _wrong_tags(expected: Expected, stored: StoredArticleV3) -> list[str]:
    event = expected.edit.event if expected.edit is not None else None
    wanted = event.tags if isinstance(event, TagsEditedV1) else None
    return [] if stored.editor_tags == wanted else ["not the latest edit of the tags"]


def _wrong_answer(expected: Expected, status: int | None) -> list[str]:
    wanted = 410 if expected.killed else 200 if expected.top is not None else 404
    return [] if status in (_NOT_ASKED, wanted) else [f"feeds answers {status} instead of {wanted}"]

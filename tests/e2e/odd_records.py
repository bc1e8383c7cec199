"""What anybody could put on the topics of a running system, each with the end that it must come to.

A table: a line of docs/untrusted-records.md is named by each record's `row`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from newsloom_runtime.placement import partition_of
from newsloom_runtime.sending import MAX_RECORD_BYTES
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_REINDEX,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    Topic,
)
from newsloom_schemas.codec import encode
from newsloom_schemas.envelope import WireRecord
from tests.factories import MOMENT, enriched, killed, reindex_requested, submitted
from tests.integration.runtime.poison import Headers, poisons_of

SOURCE = "untrusted"
REPLIES = "untrusted-replies"  # a topic of this test: what an attacker would like to have answers on
MEBIBYTE = 1024 * 1024
MILLISECONDS_OF_2000 = 946_684_800_000
WIRE = partial(encode, source="/newsloom/test", time=MOMENT)


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A record and its end: a dead letter with `reason`, or without one the article `shown` to readers.

    A `shown` of None means: no effect at all.
    """

    row: int
    name: str
    topic: Topic
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int
    reason: str | None = None
    shown: str | None = None
    revision: int = 1
    timestamp_ms: int | None = None

    @property
    def id(self) -> str:
        return f"{self.row}-{self.topic.name}-{self.name}"


def odd_records() -> list[Odd]:
    """The whole table."""
    return [*_poisoned_inputs(), *_foreign_outputs(), *_odd_but_good(), *_orders()]


def _of(row: int, name: str, topic: Topic, event: Event, *more: tuple[str, bytes], **changes: Any) -> Odd:
    wire = WIRE(event)
    partition = partition_of(wire.key, topic.partitions)
    headers: Headers = [*wire.headers, *more]
    whole = {"key": wire.key, "value": wire.value, "headers": headers, "partition": partition}
    return Odd(row=row, name=name, topic=topic, **{**whole, **changes})


def _story(name: str, revision: int = 1, **fields: Any) -> Any:
    return submitted(name, revision, source=SOURCE, **fields)


def _bytes(event: Event) -> int:
    wire = WIRE(event)
    return len(wire.key + wire.value) + sum(len(name) + len(value) + 4 for name, value in wire.headers)


def _poisoned_inputs() -> Sequence[Odd]:
    """Everything that is no event, on each input, between two good records of its partition."""
    wish = reindex_requested(_story("archived"))
    inputs: tuple[tuple[Topic, Event, Event], ...] = (
        (ARTICLES_SUBMITTED, _story("handed-in"), enriched(_story("other"))),
        (ARTICLES_ENRICHED, enriched(_story("direct")), _story("other")),
        (ARTICLES_REINDEX, wish, _story("other")),
    )
    return [odd for topic, good, foreign in inputs for odd in _around(topic, good, WIRE(foreign))]


def _around(topic: Topic, good: Event, foreign: WireRecord) -> Sequence[Odd]:
    home = partition_of(WIRE(good).key, topic.partitions)
    bad = [
        Odd(
            row=poison.row,
            name=poison.name,
            topic=topic,
            key=poison.key,
            value=poison.value,
            headers=poison.headers,
            partition=(home + poison.astray) % topic.partitions,
            reason=poison.reason,
        )
        for poison in poisons_of(WIRE(good), foreign)
    ]
    shown = good.subject
    return [
        *bad,
        _of(47, "what follows the poison", topic, good, shown=shown),
        _of(53, "the same once more", topic, good, shown=shown),
    ]


def _foreign_outputs() -> Sequence[Odd]:
    """publish's own topics are read back by their headers alone, and by the right partition."""
    state = WIRE(_story("stranger"))
    return [
        Odd(
            row=46,
            name="not by publish",
            topic=topic,
            key=state.key,
            value=state.value,
            headers=list(state.headers),
            partition=partition_of(state.key, topic.partitions),
            reason="no-version",
        )
        for topic in (ARTICLES_PUBLISHED, FEED_UPDATES)
    ] + [
        Odd(
            row=45,
            name="nothing in it",
            topic=topic,
            key=state.key,
            value=None,
            headers=[*state.headers, ("ce_documentversion", b"1")],
            partition=partition_of(state.key, topic.partitions),
            reason="no-value",
        )
        for topic in (ARTICLES_PUBLISHED, FEED_UPDATES)
    ]


def _odd_but_good() -> Sequence[Odd]:
    """Odd, but events: readers get the article."""

    def good(row: int, name: str, *headers: tuple[str, bytes], **changes: Any) -> Odd:
        story = _story(f"odd {name}")
        return _of(row, name, ARTICLES_SUBMITTED, story, *headers, shown=story.article_id, **changes)

    large = _story("large", body_html=f"<p>{'Вода прибывает. ' * (3 * MEBIBYTE // 28)}</p>")
    # So large that what enrichment adds is too much, and the dead letter can only point at it.
    grown = _story("grown", body_html="<p>x</p>")
    grown = _story("grown", body_html=f"<p>{'Rain ' * ((MAX_RECORD_BYTES - _bytes(grown) - 300) // 5)}</p>")
    jumped = _story("jumped", 5), _story("jumped", 5_000_000_000)
    return [
        good(44, "ten thousand headers", *[("x", b"y")] * 10_000),
        good(44, "a second type", ("ce_type", b"newsloom.article.killed.v1")),
        good(57, "a wish for replies", ("reply_to", REPLIES.encode())),
        good(58, "a trace of a mebibyte", ("traceparent", b"0" * MEBIBYTE)),
        good(58, "a trace of rubbish", ("traceparent", b"00-zz-\xc2\xa0-01")),
        good(59, "a canary's marker", ("newsloom-canary", b"true"), ("ce_canary", b"true")),
        good(56, "written in 2000", timestamp_ms=MILLISECONDS_OF_2000),
        _of(51, "larger than a fetch", ARTICLES_ENRICHED, enriched(large), shown=large.article_id),
        _of(50, "outgrown", ARTICLES_SUBMITTED, grown, reason="too-large"),
        _of(55, "revision 5", ARTICLES_SUBMITTED, jumped[0], shown=jumped[0].article_id, revision=5),
        _of(
            55,
            "revision five billion",
            ARTICLES_SUBMITTED,
            jumped[1],
            shown=jumped[1].article_id,
            revision=5_000_000_000,
        ),
    ]


def _orders() -> Sequence[Odd]:
    """Revisions and kills in an order that no tool has."""
    third, second = _story("order", 3), _story("order", 2)
    kill, late = killed("killed", source=SOURCE), _story("killed", 9)
    by_readers = {"shown": third.article_id, "revision": 3}
    return [
        _of(54, "the third before the second", ARTICLES_SUBMITTED, third, **by_readers),
        _of(54, "the second after the third", ARTICLES_SUBMITTED, second, **by_readers),
        _of(54, "a kill before its article", ARTICLES_SUBMITTED, kill),
        _of(54, "an article after its kill", ARTICLES_SUBMITTED, late),
        _of(54, "the kill once more", ARTICLES_SUBMITTED, kill),
    ]


KILLED = _story("killed").article_id

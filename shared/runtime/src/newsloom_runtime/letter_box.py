"""The dead letters on a broker: read them, send one back to where it came from, or set it aside."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from newsloom_runtime.clock import Clock
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.errors import TransientError
from newsloom_runtime.letters import (
    Case,
    Headers,
    Letter,
    Outcome,
    Place,
    Resolution,
    fold,
    original_of,
    read_record,
)
from newsloom_runtime.publisher import RecordTooLarge, new_producer
from newsloom_runtime.raw_reader import RawReader
from newsloom_runtime.records import RawRecord
from newsloom_runtime.rights import explained
from newsloom_schemas.catalog import (
    ARTICLES_PUBLISHED,
    FEED_UPDATES,
    INBOX_PREFIX,
    SERVICES,
    TOPICS,
    dlq_topic,
)

ACKNOWLEDGED_WITHIN_S = 15.0
CLOSED_WITHIN_S = 5.0
STATES = frozenset({ARTICLES_PUBLISHED.name, FEED_UPDATES.name})
INPUTS = frozenset(topic.name for topic in TOPICS if topic.events) - STATES


class LetterNotSent(TransientError):
    """Kafka did not take a record, or did not say so in time. Repeat: it may be there, which is harmless."""


class LetterGone(Exception):
    """The letter is not in its topic any more: retention has removed it."""


def refusal(letter: Letter, topics: Collection[str]) -> str | None:
    """Why a letter cannot be replayed, in words for an operator, or None. `topics` are those there are.

    What a letter says of its origin is not trusted: whoever may write into a dead-letter topic must not get
    to write anywhere else through us.
    """
    if letter.origin is None:
        return "it does not say which topic it came from; discard it"
    topic = letter.origin.topic
    if topic in STATES:
        return f"an old state must not be told again on {topic}; discard it, the proofreader heals by itself"
    if topic not in INPUTS and not topic.startswith(INBOX_PREFIX):
        return f"{topic} is no topic that takes events; discard it"
    if topic not in topics:
        return f"the topic {topic} does not exist; run `newsloom topics create`"
    if letter.value_omitted:
        return f"its value was too large to keep; it lies at {letter.origin} until that is past retention"
    if letter.value_null and letter.key is None:
        return "the record had neither key nor value; discard it"
    return None


class LetterBox:
    """The dead-letter topics, as an async context manager. Raises LogUnavailable when Kafka is away."""

    def __init__(
        self, bootstrap: Cluster, *, clock: Clock, topics: Sequence[str] = tuple(map(dlq_topic, SERVICES))
    ) -> None:
        self._bootstrap = bootstrap
        self._clock = clock
        self._topics = topics
        self._reader = RawReader(bootstrap)
        self._producer: AIOKafkaProducer | None = None
        self._closing = AsyncExitStack()
        self._bounds: dict[str, dict[int, tuple[int, int]]] = {}
        self._at_hand: dict[Place, RawRecord] = {}

    async def __aenter__(self) -> Self:
        await self._closing.enter_async_context(self._reader)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    @property
    def unreadable(self) -> int:
        """Records passed over because the client cannot unpack them."""
        return self._reader.unreadable

    async def topics(self) -> frozenset[str]:
        """All topics that the broker has."""
        return await self._reader.topics()

    async def cases(self) -> list[Case]:
        """Every case, open or not, topic by topic. Values are read but not kept."""
        found: list[Case] = []
        for topic in self._topics:
            read: list[Letter | Resolution] = []
            self._bounds[topic] = await self._reader.bounds(topic)
            for partition, (start, end) in self._bounds[topic].items():
                async for batch in self._reader.read(topic, partition, start, end):
                    read += map(read_record, batch)
            found += fold(read)
        return found

    async def record(self, place: Place) -> RawRecord:
        """One record of a dead-letter topic, whole. Raises LetterGone."""
        if place not in self._at_hand:
            self._at_hand = {
                Place(raw.topic, raw.partition, raw.offset): raw for raw in await self._page(place)
            }
        if place not in self._at_hand:
            raise LetterGone(f"what was at {place} is past retention, or cannot be read")
        return self._at_hand[place]

    async def _page(self, place: Place) -> Sequence[RawRecord]:
        """The record with those behind it that come in the same go: likely to be asked for next."""
        topic, partition, offset = place
        if topic not in self._bounds:
            self._bounds[topic] = await self._reader.bounds(topic)
        start, end = self._bounds[topic].get(partition, (0, 0))
        if start <= offset < end:
            async with aclosing(self._reader.read(topic, partition, offset, end)) as batches:
                async for batch in batches:
                    return batch
        return ()

    async def replay(self, letter: Letter, *, by: str, why: str) -> None:
        """Send the original record to its topic once more, and note that. Ask `refusal` before.

        The note comes second: dying in between leaves the letter open, and replaying it again is harmless,
        because the event keeps its id. Raises LetterGone, RecordTooLarge, LetterNotSent.
        """
        if letter.origin is None:
            raise ValueError(f"letter {letter.id} has no origin")
        key, value, headers = original_of(await self.record(letter.place))
        to = await self._send(letter.origin.topic, None, key, value, headers)
        await self._note(letter, "replayed", by=by, why=why, to=to)

    async def discard(self, letter: Letter, *, by: str, why: str) -> None:
        """Note that the letter needs no more attention. It stays where it is. Raises LetterNotSent."""
        await self._note(letter, "discarded", by=by, why=why, to=None)

    async def _note(self, letter: Letter, outcome: Outcome, *, by: str, why: str, to: Place | None) -> None:
        place = letter.place
        resolution = Resolution(
            place=place,
            of=place,
            outcome=outcome,
            by=by,
            why=why,
            at=self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            to=str(to) if to is not None else None,
        )
        # In the letter's own partition, so that retention cannot take the note and leave the letter.
        await self._send(place.topic, place.partition, letter.key, b"", resolution.headers)

    async def _send(
        self, topic: str, partition: int | None, key: bytes | None, value: bytes | None, headers: Headers
    ) -> Place:
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN_S):
                producer = await self._started()
                sent = await producer.send_and_wait(
                    topic, value, key=key, partition=partition, headers=list(headers)
                )
        except TimeoutError:
            raise LetterNotSent(f"Kafka gave no acknowledgement in {ACKNOWLEDGED_WITHIN_S:.0f} s") from None
        except MessageSizeTooLargeError:
            raise RecordTooLarge from None
        except KafkaError as error:
            raise LetterNotSent(f"Kafka refused the record: {explained(error, 'Write')}") from error
        return Place(topic, sent.partition, sent.offset)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = new_producer(self._bootstrap, "newsloom-dlq")
            self._closing.push_async_callback(_stop, producer)
            await producer.start()
            self._producer = producer
        return self._producer


async def _stop(producer: AIOKafkaProducer) -> None:
    with suppress(TimeoutError, KafkaError):
        await asyncio.wait_for(producer.stop(), CLOSED_WITHIN_S)

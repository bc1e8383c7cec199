"""The log as the register asks about it: how far it goes, and when a submission took each step."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from ingest.register.facts import TOPICS
from ingest.register.hops import times_in
from ingest.register.ports import Times
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.log_identity import log_identity
from newsloom_runtime.raw_reader import RawReader
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_store.submission_facts import Positions, Standing, SubmissionFact

TIMES_WITHIN_S = 1.5  # an answer without all times is better than a late one
REMEMBERED = 2_000


class KafkaLog:
    """Two connections, begun when first needed: for the ends, and for searching. Raises LogUnavailable."""

    def __init__(self, bootstrap: Cluster, topics: Sequence[str] = TOPICS) -> None:
        self._bootstrap = bootstrap
        self._topics = tuple(topics)
        self._asking = _Connection(bootstrap)
        self._searching = _Connection(bootstrap)
        self._identity: str | None = None
        self._ends: Positions = {}
        self._asked_at = -1.0
        self._whole: OrderedDict[str, Times] = OrderedDict()

    async def close(self) -> None:
        """Let the connections go."""
        await self._asking.close()
        await self._searching.close()

    async def identity(self) -> str:
        """Which log this is: the same for as long as its offsets mean the same."""
        if self._identity is None:
            self._identity = await log_identity(self._bootstrap, ARTICLES_SUBMITTED.name)
        return self._identity

    async def ends(self) -> Positions:
        """Offset of the next record of each partition that holds any, not older than the call.

        Many who ask at once get the answer to one question.
        """
        arrived = time.monotonic()
        async with self._asking.use() as reader:
            if self._asked_at < arrived:
                asked_at = time.monotonic()
                spans = await reader.spans(self._topics)
                self._ends = {place: end for place, (_, end) in spans.items()}
                self._asked_at = asked_at
            return self._ends

    async def times(self, fact: SubmissionFact, standing: Standing | None) -> Times:
        """When each step was taken, as far as the logs tell that in a moment."""
        if fact.event_id in self._whole:
            return self._whole[fact.event_id]
        try:
            async with asyncio.timeout(TIMES_WITHIN_S), self._searching.use() as reader:
                times = await times_in(reader, fact, standing)
        except TimeoutError:
            return {"accepted": fact.accepted_at, "logged": fact.logged_at}
        if "announced" in times:
            self._whole[fact.event_id] = times
            if len(self._whole) > REMEMBERED:
                self._whole.popitem(last=False)
        return times


class _Connection:
    """A reader for one at a time, begun anew after any failure."""

    def __init__(self, bootstrap: Cluster) -> None:
        self._bootstrap = bootstrap
        self._reader: RawReader | None = None
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[RawReader]:
        async with self._one_at_a_time:
            if self._reader is None:
                self._reader = await RawReader(self._bootstrap).__aenter__()
            try:
                yield self._reader
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.__aexit__(None, None, None)

"""How far a group is behind: records from its offsets, seconds from when each end of a topic was first seen.

No record is read. The oldest record that a group has not committed was written between two looks; its age is
counted from the later one, so it is never told older than it is, and right after a start nothing is older
than the start.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

SAMPLES: Final = 720  # a partition's memory: an hour of looks at 5 s, then ever coarser

Place = tuple[str, int]
Span = tuple[int, int]


class Sample(NamedTuple):
    """An end that a partition had at a moment (monotonic seconds), and had not before."""

    end: int
    seen_at: float


@dataclass(frozen=True, kw_only=True)
class Lag:
    """What a group has not committed in a topic; `seconds` is the age of the oldest, 0 when there is none."""

    records: int = 0
    seconds: float = 0.0

    def __or__(self, other: "Lag") -> "Lag":
        return Lag(records=self.records + other.records, seconds=max(self.seconds, other.seconds))


@dataclass
class Ends:
    """The ends that one partition was seen to have, in their order."""

    samples: list[Sample] = field(default_factory=list)

    def see(self, end: int, now: float) -> None:
        """Note the present end. One that is lower than before is of another log: its past is forgotten."""
        if self.samples and end < self.samples[-1].end:
            self.samples.clear()
        if not self.samples or end > self.samples[-1].end:
            self.samples.append(Sample(end, now))
        if len(self.samples) > SAMPLES:
            # Every second one goes, never the first or the last: what stood between is told as younger.
            self.samples = [*self.samples[:-1:2], self.samples[-1]]

    def age(self, offset: int, now: float) -> float:
        """Seconds since the record at an offset was first seen to be there; 0 when it is not there."""
        at = bisect_right(self.samples, offset, key=lambda sample: sample.end)
        return now - self.samples[at].seen_at if at < len(self.samples) else 0.0

    def forget_below(self, offset: int) -> None:
        """Nobody will ask for the age of records below this one any more."""
        at = bisect_right(self.samples, offset, key=lambda sample: sample.end)
        del self.samples[: min(at, len(self.samples) - 1)]


class Behind:
    """Follows the lag of groups. `reads` says which topics each group reads.

    Topics that begin with `inbox` and that the group `inbox_group` has committed count together, under the
    name of the prefix: their number is the newsroom's affair, that of series is not.
    """

    def __init__(self, reads: Mapping[str, Sequence[str]], *, inbox_group: str = "", inbox: str = "") -> None:
        self._reads = reads
        self._inbox_group = inbox_group
        self._inbox = inbox
        self._ends: dict[Place, Ends] = {}

    def look(
        self, spans: Mapping[Place, Span], committed: Mapping[str, Mapping[Place, int]], now: float
    ) -> dict[tuple[str, str], Lag]:
        """The lag by group and topic. A group without a commit in a partition is at its beginning."""
        self._ends = {place: self._ends.get(place, Ends()) for place in spans}
        for place, (_, end) in spans.items():
            self._ends[place].see(end, now)
        lags: dict[tuple[str, str], Lag] = {
            (group, topic): Lag() for group, topics in self._reads.items() for topic in topics
        }
        if self._inbox:
            lags[self._inbox_group, self._inbox.rstrip("-")] = Lag()
        reached: dict[Place, list[int]] = {}
        for group, name, place in self._read(spans, committed):
            begin, end = spans[place]
            at = min(max(committed.get(group, {}).get(place, begin), begin), end)
            reached.setdefault(place, []).append(at)
            lag = Lag(records=end - at, seconds=self._ends[place].age(at, now))
            lags[group, name] = lags.get((group, name), Lag()) | lag
        for place, offsets in reached.items():
            self._ends[place].forget_below(min(offsets))
        return lags

    def _read(
        self, spans: Mapping[Place, Span], committed: Mapping[str, Mapping[Place, int]]
    ) -> Iterator[tuple[str, str, Place]]:
        """Who reads which partition, and the name under which its topic is told."""
        for group, topics in self._reads.items():
            yield from ((group, place[0], place) for place in spans if place[0] in topics)
        inboxes = committed.get(self._inbox_group, {}) if self._inbox else {}
        for place in spans:
            if place in inboxes and place[0].startswith(self._inbox):
                yield self._inbox_group, self._inbox.rstrip("-"), place

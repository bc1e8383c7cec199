"""The recent updates of all feeds, so that hardly any reader has to read the log."""

from collections import deque
from collections.abc import Iterable, Mapping

from feeds.channel import Channel, place
from feeds.updates import Update

WINDOW_UPDATES = 20_000
WINDOW_BYTES = 64 * 1024 * 1024


class Window:
    """A channel for each feed that has readers or said something, bounded together: the oldest goes first."""

    def __init__(self, max_updates: int = WINDOW_UPDATES, max_bytes: int = WINDOW_BYTES) -> None:
        self.ends: dict[int, int] = {}
        self._floors: dict[int, int] = {}
        self._channels: dict[str, Channel] = {}
        self._order: deque[Update] = deque()
        self._bytes = 0
        self._max_updates = max_updates
        self._max_bytes = max_bytes

    def begin(self, ends: Mapping[int, int]) -> None:
        """Start at these places, with nothing of what was before them."""
        self.ends, self._floors, self._bytes = dict(ends), dict(ends), 0
        self._order.clear()
        self._channels = {name: channel for name, channel in self._channels.items() if channel.readers}
        for channel in self._channels.values():
            channel.start_anew(ends[channel.partition])
        self.wake()

    def floor(self, partition: int) -> int:
        """The offset from which on everything of the partition stands here."""
        return self._floors[partition]

    def channel(self, feed_id: str, partition: int) -> Channel:
        """The feed's channel, which is made when there is none."""
        channel = self._channels.get(feed_id)
        if channel is None:
            channel = self._channels[feed_id] = Channel(partition, self._floors[partition])
        return channel

    def has_readers(self, feed_id: str) -> bool:
        """Whether anybody reads the feed now."""
        channel = self._channels.get(feed_id)
        return channel is not None and channel.readers > 0

    def add(self, updates: Iterable[Update], ends: Mapping[int, int]) -> None:
        """Take in what was read up to `ends`, and wake the readers whom it concerns."""
        touched: set[Channel] = set()
        for update in updates:
            channel = self.channel(update.feed_id, update.cursor.partition)
            if channel.add(update):
                self._order.append(update)
                self._bytes += update.size_bytes
                touched.add(channel)
        self.ends |= ends
        self._keep_within_bounds()
        for channel in touched:
            channel.wake()

    def release(self, feed_id: str) -> None:
        """Forget the feed's channel when nobody needs it."""
        if self._channels[feed_id].unused:
            del self._channels[feed_id]

    def wake(self) -> None:
        """Let every waiting reader look again."""
        for channel in self._channels.values():
            channel.wake()

    def _keep_within_bounds(self) -> None:
        while len(self._order) > self._max_updates or self._bytes > self._max_bytes:
            oldest = self._order.popleft()
            self._bytes -= oldest.size_bytes
            self._floors[oldest.cursor.partition] = place(oldest)
            self._channels[oldest.feed_id].drop_oldest()
            self.release(oldest.feed_id)

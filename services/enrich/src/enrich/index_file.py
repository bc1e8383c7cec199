"""Where the related index lies between two starts; what is wrong with the file costs a full read."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from enrich.index.library import Packed
from enrich.index.snapshot import NotUsable, Snapshot, read_snapshot, write_snapshot
from enrich.related import RelatedIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """Which log is read, and where its partitions begin and end at the moment."""

    identity: str
    begins: Mapping[int, int]
    ends: Mapping[int, int]

    def misfit(self, identity: str, offsets: Mapping[int, int]) -> str | None:
        """Why one cannot go on reading this log at these offsets, None when one can."""
        if identity != self.identity:
            return "it belongs to another log"
        if set(offsets) != set(self.ends):
            return "the topic has other partitions now"
        if any(not self.begins[p] <= offset <= self.ends[p] for p, offset in offsets.items()):
            return "the log no longer holds what follows it"
        return None


class IndexFile:
    """One file. Reading and writing take seconds for a large index: call them in a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()

    def read(self, log: LogState) -> tuple[RelatedIndex, dict[int, int]] | None:
        """The index and the offsets to go on from; None, with a line in the service's log, to begin anew."""
        try:
            snapshot = read_snapshot(self._path)
            if misfit := log.misfit(snapshot.log, snapshot.offsets):
                raise NotUsable(misfit)
        except NotUsable as reason:
            structlog.get_logger().info("index_read_anew", file=str(self._path), reason=str(reason))
            return None
        index = RelatedIndex(snapshot.packed)
        structlog.get_logger().info("index_loaded", file=str(self._path), articles=len(index))
        return index, dict(snapshot.offsets)

    def write(self, packed: Packed, identity: str, offsets: Mapping[int, int]) -> None:
        """Replace the file. When that fails the next start is slow, which the service's log tells."""
        with self._writing:
            try:
                write_snapshot(self._path, Snapshot(log=identity, offsets=offsets, packed=packed))
            except OSError as error:
                structlog.get_logger().warning("index_not_saved", file=str(self._path), error=str(error))

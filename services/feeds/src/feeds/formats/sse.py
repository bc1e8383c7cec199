"""The blocks of an event stream (the HTML standard's server-sent events)."""

from newsloom_schemas.base import Event
from newsloom_schemas.codec import dump

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 1_000
RETRY_SPREAD_MS = 2_000

# Some clients split lines at these, although the standard does not. In JSON they stand inside strings only.
_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))


def opening(number: int) -> bytes:
    """The first block: how long the reader waits before it connects again, one to three seconds.

    By the stream's number the times are spread, so that a restart does not bring all readers back at once.
    """
    return b"retry: %d\n\n" % (RETRY_MS + number * 617 % RETRY_SPREAD_MS)


def event(cursor: object, name: str, payload: Event) -> bytes:
    """An event of ours under its name. Its id is the cursor to send back in `Last-Event-ID`."""
    return _block(cursor, name, _one_line(dump(payload)))


def beat(cursor: object) -> bytes:
    """A sign of life that fires no event. It moves the reader's last event id on."""
    return b": still here\nid: %s\n\n" % str(cursor).encode()


def reset(cursor: object, snapshot_url: str) -> bytes:
    """The reader has to take a snapshot; reading goes on from `cursor`, which is not older than it."""
    advice = f'{{"reason":"the cursor is older than the log","snapshot_url":"{snapshot_url}"}}'
    return _block(cursor, "reset", advice.encode())


def _block(cursor: object, name: str, data: bytes) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (str(cursor).encode(), name.encode(), data)


def _one_line(data: bytes) -> bytes:
    for raw, escaped in _LINE_ENDS:
        data = data.replace(raw, escaped)
    return data

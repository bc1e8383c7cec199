"""Live updates as server-sent events (the HTML standard's event stream format)."""

from feeds.updates import Beat, Reset, Signal, Update
from newsloom_schemas.codec import dump

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 2_000
OPENING = f"retry: {RETRY_MS}\n\n".encode()

# Some clients split lines at these, although the standard does not. In JSON they stand inside strings only.
_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))


def frame(signal: Signal, feed_url: str) -> bytes:
    """One block of the stream. Its id is the cursor to send back in `Last-Event-ID`."""
    match signal:
        case Update(event=event):
            return _block(signal.cursor, event.action, _one_line(dump(event)))
        case Reset():
            advice = f'{{"reason":"the cursor is older than the log","snapshot_url":"{feed_url}"}}'
            return _block(signal.cursor, "reset", advice.encode())
        case Beat():
            return f": still here\nid: {signal.cursor}\n\n".encode()


def _block(cursor: object, name: str, data: bytes) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (str(cursor).encode(), name.encode(), data)


def _one_line(data: bytes) -> bytes:
    for raw, escaped in _LINE_ENDS:
        data = data.replace(raw, escaped)
    return data

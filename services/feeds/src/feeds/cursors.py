"""Where a reader goes on: a place in the log of updates, or a page of a feed."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feeds.ports import PagePosition
from newsloom_schemas.document import StoredArticleV3

_LOG_CURSOR = re.compile(r"(\d{1,9}):(\d{1,18})", re.ASCII)
_PAGE_CURSOR = re.compile(r"(-?\d{1,15})/([0-9a-f-]{36})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class LogCursor:
    """The next place to read: everything below `offset` is known to whoever holds the cursor.

    One meaning everywhere: in a snapshot, as the id of a live event, in `Last-Event-ID` and `since`. So
    whichever of them a reader sends back, it misses nothing.
    """

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"

    @classmethod
    def parse(cls, text: str) -> "LogCursor | None":
        """The cursor in `partition:offset`; None when the text is none."""
        match = _LOG_CURSOR.fullmatch(text)
        return cls(int(match[1]), int(match[2])) if match else None


def page_cursor(last: StoredArticleV3) -> str:
    """An opaque name for the place after the last document of a page."""
    if last.publication is None:
        raise ValueError("only a published document stands in a feed; ask for the cursor of such a one")
    milliseconds = (last.publication.published_at - _EPOCH) // _MILLISECOND
    raw = f"{milliseconds}/{last.article_id}".encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def parse_page_cursor(text: str) -> PagePosition | None:
    """The place that `page_cursor` named; None when the text names none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        match = _PAGE_CURSOR.fullmatch(raw)
        return (_EPOCH + int(match[1]) * _MILLISECOND, match[2]) if match else None
    except (binascii.Error, ValueError, OverflowError):
        return None

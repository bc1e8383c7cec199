"""Constrained scalar types: the vocabulary from which every event is built."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from newsloom_schemas.languages import TAG_PATTERN, is_language_tag

MAX_REVISION = 2**53 - 1
MAX_EXTERNAL_ID_BYTES = 512
MAX_URL_CHARS = 2048

_RFC3339 = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$")
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _rfc3339_or_datetime(value: Any) -> datetime:
    """Refuse what pydantic would guess: epoch numbers, dates without a time, times without an offset."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.match(value):
        raise ValueError("write an RFC 3339 time with an offset, such as 2026-11-05T09:30:00Z")
    return datetime.fromisoformat(value.upper())


def _utc_milliseconds(value: datetime) -> datetime:
    """Bring to UTC and cut to milliseconds, the precision the store keeps."""
    if value.tzinfo is None:
        raise ValueError("add the offset to the time, such as 2026-11-05T09:30:00Z")
    try:
        in_utc = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time lies outside the years 1 to 9999 in UTC") from None
    return in_utc.replace(microsecond=in_utc.microsecond // 1000 * 1000)


def _language_tag(value: str) -> str:
    if not is_language_tag(value):
        raise ValueError("write a BCP 47 language tag, such as ru, en or pt-BR")
    return value


def _plain_ascii(value: str) -> bool:
    """Whether nothing in the text can be wrong: spares looking at each character, on every event's way."""
    return value.isascii() and value.isprintable() and " " not in value


def _web_address(value: str) -> str:
    """Accept only plain http(s) addresses, kept as text and never fetched."""
    if not _plain_ascii(value) and any(
        ch.isspace() or unicodedata.category(ch).startswith("C") for ch in value
    ):
        raise ValueError("remove spaces and control characters from the address")
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("write a complete address, such as https://news.example/story") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write a complete address that starts with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("remove the user name and password from the address")
    return value


def _external_id(value: str) -> str:
    """A source's own id: printable, normalised, at most 512 bytes; slashes and colons are legal."""
    if len(value.encode()) > MAX_EXTERNAL_ID_BYTES:
        raise ValueError(f"shorten the id to at most {MAX_EXTERNAL_ID_BYTES} bytes")
    if _plain_ascii(value):
        return value
    if any(unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for ch in value):
        raise ValueError("remove control and invisible characters from the id")
    if unicodedata.normalize("NFC", value) != value or value != value.strip():
        raise ValueError("send the id in Unicode form NFC without spaces around it")
    return value


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("remove NUL characters from the text")
    return value


def _told(rule: str, *examples: Any, **keywords: int | str) -> Any:
    """What the published JSON Schema says of a type: `keywords` that hold for every value, and in words the
    rule that no keyword can say. The rule is added to the description of each field of the type."""
    said = {"$comment": rule} if rule else {}
    return Field(examples=list(examples), json_schema_extra={**said, **keywords})


ArticleId = Annotated[
    str,
    StringConstraints(pattern=_UUID),
    Field(description="the article; the same for all its revisions"),
    _told(
        "a UUID made of the source and its own id of the article, so that it can be worked out beforehand",
        "2bc125c2-a49d-5348-9990-d244364b7579",
        format="uuid",
    ),
]
EventId = Annotated[
    str,
    StringConstraints(pattern=_UUID),
    Field(description="the event; the header `ce_id` carries it too"),
    _told(
        "a UUID made of what the event says, so that the same fact always has the same id",
        "0c1a8f52-3d0e-5c86-8f0e-7b1f6a4d9e21",
        format="uuid",
    ),
]
SourceId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$"),
    Field(description="the source that owns the article, given by its credential"),
    _told("", "kursor"),
]
ExternalId = Annotated[
    str,
    StringConstraints(min_length=1),
    AfterValidator(_external_id),
    _told(
        f"Unicode in form NFC, at most {MAX_EXTERNAL_ID_BYTES} bytes of UTF-8, no control characters, "
        "no spaces around it",
        "kursor-2026-09-14-0031",
        maxLength=MAX_EXTERNAL_ID_BYTES,
    ),
]
Revision = Annotated[int, Field(ge=1, le=MAX_REVISION, strict=True), _told("", 1)]
Timestamp = Annotated[
    datetime,
    BeforeValidator(_rfc3339_or_datetime),
    AfterValidator(_utc_milliseconds),
    _told("RFC 3339, in UTC and whole milliseconds", "2026-09-14T12:20:00Z"),
]
LanguageTag = Annotated[
    str,
    StringConstraints(max_length=35),
    AfterValidator(_language_tag),
    _told("a BCP 47 language tag; two letters are a code of ISO 639-1", "ru", pattern=TAG_PATTERN),
]
WebAddress = Annotated[
    str,
    StringConstraints(max_length=MAX_URL_CHARS),
    AfterValidator(_web_address),
    _told(
        "a complete http(s) address without user name and password; letters of any script are allowed",
        "https://kursor.example/economy/zernovoy-koridor-120-dney",
        pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://\S+$",
    ),
]
Text = Annotated[str, AfterValidator(_no_nul)]
FeedId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    _told(
        "`all`, or a kind and a value: `source/S`, `section/S`, `language/L`, `topic/ID`", "section/экономика"
    ),
]
SourceClass = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z-]{0,19}$"),
    _told("`desk`, `wire`, `archive` or `canary`; others may come", "wire"),
]
Confidence = Annotated[float, Field(ge=0, le=1), _told("", 0.93)]

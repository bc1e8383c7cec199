"""What must be refused: requests that ingest answers 4xx, and records that are no events."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import uuid5

from newsloom_schemas.identity import NEWSLOOM

Headers = list[tuple[str, bytes | None]]
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class BadRequest:
    """A broken form of a submission. `answers` are the statuses that may refuse it."""

    answers: tuple[int, ...]
    body: Callable[[dict[str, Any]], bytes]
    content_type: str = JSON
    with_key: bool = True


def _with(**fields: Any) -> Callable[[dict[str, Any]], bytes]:
    return lambda good: json.dumps(good | fields).encode()


def _raw(change: Callable[[bytes], bytes]) -> Callable[[dict[str, Any]], bytes]:
    return lambda good: change(json.dumps(good).encode())


BAD_REQUESTS: Mapping[str, BadRequest] = MappingProxyType(
    {
        "empty": BadRequest(answers=(400,), body=lambda _good: b""),
        "truncated": BadRequest(answers=(400,), body=_raw(lambda raw: raw[:-5])),
        "second-document": BadRequest(answers=(400,), body=_raw(lambda raw: raw + raw)),
        "duplicate-key": BadRequest(answers=(400,), body=_raw(lambda raw: b'{"revision": 7,' + raw[1:])),
        "array": BadRequest(answers=(422,), body=_raw(lambda raw: b"[" + raw + b"]")),
        "latin-1": BadRequest(answers=(400,), body=_raw(lambda raw: raw[:-1] + b', "note": "\xe9"}')),
        "surrogate": BadRequest(
            answers=(400, 422), body=_raw(lambda raw: raw[:-1] + b', "note": "\\ud800"}')
        ),
        "form": BadRequest(
            answers=(415,), body=_raw(bytes), content_type="application/x-www-form-urlencoded"
        ),
        "no-key": BadRequest(answers=(401,), body=_raw(bytes), with_key=False),
        "revision-zero": BadRequest(answers=(422,), body=_with(revision=0)),
        "revision-text": BadRequest(answers=(422,), body=_with(revision="1")),
        "revision-huge": BadRequest(answers=(422,), body=_with(revision=2**53)),
        "unknown-field": BadRequest(answers=(422,), body=_with(**{"$set": {"revision": 9}})),
        "no-headline": BadRequest(answers=(422,), body=_with(headline=None)),
        "nul-in-text": BadRequest(answers=(422,), body=_with(lead="a\x00b")),
        "control-in-id": BadRequest(answers=(422,), body=_with(external_id="a\x07b")),
        "language": BadRequest(answers=(422,), body=_with(language="xx-invalid-" + "y" * 40)),
        "script-link": BadRequest(answers=(422,), body=_with(canonical_url="javascript:alert(1)")),
        "naive-time": BadRequest(answers=(422,), body=_with(published_at="2026-11-05T09:30:00")),
        "number-as-time": BadRequest(answers=(422,), body=_with(published_at=1_700_000_000)),
    }
)


@dataclass(frozen=True, kw_only=True)
class PoisonRecord:
    """A record that no reader can take. Its value is kept, so that the dead letter can be compared."""

    key: bytes | None
    value: bytes | None
    headers: Headers = field(default_factory=list)


def poison(form: str, salt: object) -> PoisonRecord:
    """A poison record of a form in POISON_FORMS, about an article that does not exist."""
    article = str(uuid5(NEWSLOOM, f"poison {salt}"))
    return POISON_FORMS[form](article)


def _enveloped(article: str, event_type: str = "newsloom.article.killed.v1") -> Headers:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_type", event_type.encode()),
        ("ce_id", article.encode()),
        ("ce_source", b"/newsloom/ingest"),
        ("ce_subject", article.encode()),
        ("content-type", JSON.encode()),
    ]


def _killed(article: str, **fields: Any) -> bytes:
    event = {
        "event_id": article,
        "article_id": article,
        "source": "poison",
        "external_id": article,
        "killed_at": "2026-11-05T09:30:00Z",
    }
    return json.dumps(event | fields).encode()


def _record(article: str, value: bytes | None, headers: Headers, key: bytes | None = b"") -> PoisonRecord:
    return PoisonRecord(key=article.encode() if key == b"" else key, value=value, headers=headers)


POISON_FORMS: Mapping[str, Callable[[str], PoisonRecord]] = MappingProxyType(
    {
        "no-json": lambda a: _record(a, b"\xff\xfe nothing", _enveloped(a)),
        "no-envelope": lambda a: _record(a, _killed(a), []),
        "tombstone": lambda a: _record(a, None, _enveloped(a)),
        "null-header": lambda a: _record(a, _killed(a), [*_enveloped(a), ("traceparent", None)]),
        "latin-header": lambda a: _record(a, _killed(a), [*_enveloped(a), ("note", b"\xe9")]),
        "null-key": lambda a: _record(a, _killed(a), _enveloped(a), key=None),
        "other-key": lambda a: _record(a, _killed(a), _enveloped(a), key=b"another article"),
        "other-id": lambda a: _record(a, _killed(a, event_id=str(uuid5(NEWSLOOM, a))), _enveloped(a)),
        "schema": lambda a: _record(a, _killed(a, source=7), _enveloped(a)),
        "unknown-version": lambda a: _record(a, _killed(a), _enveloped(a, "newsloom.article.killed.v9")),
        "wrong-topic": lambda a: _record(a, _feed_updated(a), _enveloped(a, "newsloom.feed.updated.v1")),
    }
)


def _feed_updated(article: str) -> bytes:
    """A perfect event, but on a topic where it does not belong; its key is the feed's."""
    event = {
        "event_id": article,
        "feed_id": article,
        "article_id": article,
        "document_version": 1,
        "action": "remove",
    }
    return json.dumps(event).encode()

"""Submissions as ingest wrote them when authors were names: version 1, straight to the topic.

Written by hand and not by today's models: these are the bytes that today's readers must understand.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from newsloom_schemas import identity
from newsloom_schemas.envelope import Headers, WireRecord
from tests.oracle.generator import Operation, submission

EVENT_TYPE = "newsloom.article.submitted.v1"
# The order of the fields is part of the id; those without a value are left out, empty lists are not.
FIELDS = """headline lead body_html language section keywords authors canonical_url images earlier
    embargo_until note""".split()


def old_submission(operation: Operation, embargo_until: datetime | None, now: datetime) -> WireRecord:
    """The record of a submit operation. Its event has the id that today's ingest gives the submission."""
    body = submission(operation, embargo_until)
    article_id = identity.article_id(operation.source, operation.external_id)
    content = _content(body)
    event_id = _event_id(article_id, operation.revision, content)
    payload = {
        "event_id": event_id,
        "article_id": article_id,
        "source": operation.source,
        "external_id": operation.external_id,
        "revision": operation.revision,
        "accepted_at": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "dialect": "json",
        "content": content,
    }
    return WireRecord(key=article_id.encode(), value=_json(payload), headers=_headers(event_id, article_id))


def event_id_of(record: WireRecord) -> str:
    """The id of the event in a record made here."""
    return dict(record.headers)["ce_id"].decode()


def _content(body: Mapping[str, Any]) -> dict[str, Any]:
    paragraphs = "\n".join(f"<p>{each}</p>" for each in body["body_text"].split("\n\n"))
    known = {"body_html": paragraphs, "images": [], "earlier": [], **body}
    return {name: known[name] for name in FIELDS if name in known}


def _event_id(article_id: str, revision: int, content: Mapping[str, Any]) -> str:
    digest = sha256(_json(content)).hexdigest()
    return str(uuid5(UUID(article_id), f"{revision}\n{EVENT_TYPE}\n{digest}"))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(event_id: str, article_id: str) -> Headers:
    told = {
        "ce_specversion": "1.0",
        "ce_type": EVENT_TYPE,
        "ce_source": "/newsloom/ingest",
        "ce_dataschema": "urn:newsloom:schema:article.submitted:v1",
        "content-type": "application/json",
        "ce_id": event_id,
        "ce_subject": article_id,
        "ce_time": "2026-11-05T09:30:00.000Z",
    }
    return tuple((name, text.encode()) for name, text in told.items())

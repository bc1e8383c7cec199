"""Records as producers write them into the inbox of a source."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

_FERRY = {
    "external_id": "ferry-2026-11-20",
    "revision": 1,
    "headline": "Паром между Осиновкой и Ларховеном снова ходит",
    "lead": "Первый рейс ушёл в семь утра.",
    "body_text": "Паром вернулся на линию после трёх недель ремонта.\n\nРасписание прежнее.",
    "language": "ru",
    "section": "Город",
    "authors": ["Марта Линдгрен"],
    "published_at": "2026-11-20T05:10:00Z",
}


@dataclass(frozen=True, kw_only=True)
class InboxSample:
    """One record and what must come of it. `headline` is None when it withdraws the article."""

    what: str
    value: bytes
    external_id: str
    headline: str | None
    key: bytes | None = None
    headers: Mapping[str, bytes] = field(default_factory=dict)


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


SAMPLES: tuple[InboxSample, ...] = (
    InboxSample(
        what="an article, without a key or headers, as a console producer writes it",
        value=_json(_FERRY),
        external_id="ferry-2026-11-20",
        headline="Паром между Осиновкой и Ларховеном снова ходит",
    ),
    InboxSample(
        what="a correction of it, keyed by the producer's own id, with headers of its own",
        value=_json({**_FERRY, "revision": 2, "headline": "Паром снова ходит, но реже"}),
        key=b"ferry-2026-11-20",
        headers={"content-type": b"application/json; charset=utf-8", "x-desk": b"city"},
        external_id="ferry-2026-11-20",
        headline="Паром снова ходит, но реже",
    ),
    InboxSample(
        what="an article as HTML, said to be a submission",
        value=_json(
            {
                "external_id": "urn:newsml:larkhaven.example:20261120:market",
                "revision": 7,
                "headline": "Fish market opens its new hall",
                "body_html": "<p>The hall has room for <em>forty</em> stalls.</p><p>It opens at six.</p>",
                "language": "en",
                "urgency": 5,
            }
        ),
        headers={"newsloom-action": b"submit"},
        external_id="urn:newsml:larkhaven.example:20261120:market",
        headline="Fish market opens its new hall",
    ),
    InboxSample(
        what="a withdrawal",
        value=_json({"external_id": "tram-line-9", "reason": "the source asked for it"}),
        headers={"newsloom-action": b"kill"},
        external_id="tram-line-9",
        headline=None,
    ),
)

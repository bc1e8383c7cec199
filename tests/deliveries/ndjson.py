"""What a nightly export sends: a file of lines, articles and a kill among them."""

from json import dumps

from tests.deliveries.sample import Sample, typed

PATH = "/v1/articles/batch"
FERRY, MARKET, WRONG = "export-ferry-11", "export-market-12", "export-wrong-13"
_LINES = (
    {
        "external_id": FERRY,
        "revision": 1,
        "headline": "Night ferry returns in May",
        "body_text": "Two boats, every night but Monday.",
        "language": "en",
        "section": "City",
    },
    {
        "external_id": MARKET,
        "revision": 1_793_900_000_001,
        "headline": "Рыбный рынок переезжает на четвертый причал",
        "body_html": "<p>Первые прилавки откроют в субботу.</p><p>Старый причал разберут весной.</p>",
        "language": "ru",
        "authors": ["Инес Фальк"],
    },
    {"external_id": WRONG, "revision": 1, "headline": "Bridge falls", "body_text": "It did not."},
)
_FILE = "\n".join(dumps(line, ensure_ascii=False) for line in _LINES).encode()
_CORRECTION = dumps(_LINES[0] | {"revision": 2, "headline": "Night ferry returns in June"}).encode()
_KILL = dumps({"kill": {"external_id": WRONG, "reason": "nothing of it is true"}}).encode()


def _sample(what: str, body: bytes, external_id: str, headline: str | None) -> Sample:
    return Sample(
        dialect="ndjson",
        what=what,
        path=PATH,
        body=body,
        headers=typed("application/x-ndjson"),
        external_id=external_id,
        headline=headline,
        status=200,
    )


SAMPLES = (
    _sample("a file of three articles", _FILE, MARKET, "Рыбный рынок переезжает на четвертый причал"),
    _sample("a correction and a kill", _CORRECTION + b"\n\n" + _KILL, WRONG, None),
)

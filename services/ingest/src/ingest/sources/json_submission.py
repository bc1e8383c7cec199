"""The native dialect: a submission as JSON."""

from ingest.sources.dialect import Delivery, Dialect
from ingest.strict_json import parse_strict
from newsloom_schemas.submission import Submission

EXAMPLE = """{
  "external_id": "harbour-bridge-2026-11-05",
  "revision": 1,
  "headline": "Harbour bridge reopens after repairs",
  "lead": "The first cars crossed at dawn, three weeks ahead of plan.",
  "body_html": "<p>The bridge over the northern harbour reopened on Thursday.</p>",
  "language": "en",
  "section": "City",
  "authors": [
    "Ole Brandt",
    {"name": "Ines Falk", "role": "photographer", "uri": "https://paper.example/people/ines-falk"}
  ],
  "published_at": "2026-11-05T06:30:00Z",
  "canonical_url": "https://paper.example/city/harbour-bridge"
}"""


def read_json(delivery: Delivery) -> tuple[Submission]:
    """The submission in a JSON body. Raises Refused."""
    return (parse_strict(Submission, delivery.body),)


JSON = Dialect(
    name="json",
    path="/v1/articles",
    media_types=("application/json",),
    summary="Submit an article or a correction of it",
    description="The same `external_id` is the same article; a higher `revision` replaces a lower one.",
    example=EXAMPLE,
    read=read_json,
    model=Submission,
)

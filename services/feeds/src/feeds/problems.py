"""Errors as RFC 9457 problem documents: stable types, fixes in words, never an echo of the input."""

from dataclasses import dataclass, field

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:newsloom:problem:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An answer that is an error. `code` ends the type URN; `more` holds further members of the document."""

    status: int
    code: str
    title: str
    detail: str
    more: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Raised by a route to answer with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def bad_parameter(name: str, advice: str) -> Problem:
    """A query parameter or header that cannot be read; the advice says what to send."""
    return Problem(
        status=422,
        code="bad-parameter",
        title="A parameter cannot be read",
        detail=advice,
        more={"parameter": name},
    )


NO_ARTICLE = Problem(
    status=404,
    code="not-found",
    title="There is no such public article",
    detail="Check the id. An article that was just accepted appears here as soon as it is published.",
)
WITHHELD = Problem(
    status=451,
    code="withheld",
    title="The article is not public",
    detail="Its source does not want it shown now. The address stays the same.",
)
NO_FEED = Problem(
    status=404,
    code="unknown-feed",
    title="There is no such kind of feed",
    detail="Use all, source/NAME, section/NAME, language/CODE or topic/ID; /v1/feeds lists those in use.",
)
BAD_CURSOR = Problem(
    status=422,
    code="bad-cursor",
    title="The cursor cannot be read",
    detail="Send the id of the last event of this feed, or the cursor of a snapshot of this feed.",
)
TOO_MANY_STREAMS = Problem(
    status=503,
    code="too-many-streams",
    title="Too many live readers",
    detail="Try again shortly, or poll the feed.",
)
STORE_AWAY = Problem(
    status=503,
    code="store-unavailable",
    title="The store cannot answer now",
    detail="Nothing is lost; send the same request again shortly.",
)
LOG_AWAY = Problem(
    status=503,
    code="log-unavailable",
    title="Live updates cannot be served now",
    detail="Reconnect shortly with the same cursor; nothing is missed.",
)
BROKEN = Problem(
    status=500,
    code="internal",
    title="Something went wrong here",
    detail="The fault is ours and is in our log.",
)

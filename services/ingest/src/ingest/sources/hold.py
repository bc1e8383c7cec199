"""An article that its source wants out of sight but may bring back: a revision under an endless embargo.

A kill is for ever and would make a return impossible. The next revision without an embargo ends the hold.
"""

from datetime import UTC, datetime

from newsloom_schemas.submission import Submission

ENDLESS = datetime(9999, 12, 31, tzinfo=UTC)
# No reader ever sees it; what the source no longer shows is not taken over.
NOTHING = "Withheld by its source."
_HEADLINE_CHARS = 500


def hold(*, external_id: str, revision: int, headline: str | None = None) -> Submission:
    """The revision that withholds an article. Holds none of its text. Raises ValidationError."""
    return Submission(
        external_id=external_id,
        revision=revision,
        headline=(headline or "").strip()[:_HEADLINE_CHARS] or NOTHING,
        body_text=NOTHING,
        embargo_until=ENDLESS,
    )

"""The role that reads `articles-submitted`."""

from collections.abc import Sequence
from typing import Final

from enrich.enrich import Enrich
from newsloom_runtime.records import Received, Rejection, Subscription
from newsloom_schemas.catalog import ARTICLES_SUBMITTED

ROLE: Final = "enricher"
GROUP: Final = "enrich"
# With language work a large batch would hold its first article back until its last is done.
ANALYSED_RECORDS: Final = 8
PLAIN_RECORDS: Final = 1000


def enricher_role(enrich: Enrich, *, max_records: int) -> Subscription:
    """Submissions, kills and edits, whole polls at once."""

    async def on_articles_submitted(batch: Sequence[Received]) -> Sequence[Rejection]:
        await enrich([received.event for received in batch])
        return ()

    return Subscription(
        role=ROLE,
        group=GROUP,
        topics=(ARTICLES_SUBMITTED,),
        handle=on_articles_submitted,
        max_records=max_records,
    )

"""The role that reads `translations-requested`."""

from collections.abc import Sequence
from typing import Final

from enrich.translator.requests import TranslateRequests
from newsloom_runtime.records import Received, Rejection, Subscription
from newsloom_schemas.catalog import TRANSLATIONS_REQUESTED
from newsloom_store import StoreUnavailable

ROLE: Final = "translator"
GROUP: Final = "enrich-translator"
# Few: a batch is done when its slowest translation is.
MAX_RECORDS: Final = 8


def translator_role(requests: TranslateRequests) -> Subscription:
    """Requests, in a consumer group of its own: slow work never holds a partition of the live lane."""

    async def on_translations_requested(batch: Sequence[Received]) -> Sequence[Rejection]:
        await requests([received.event for received in batch])
        return ()

    return Subscription(
        role=ROLE,
        group=GROUP,
        topics=(TRANSLATIONS_REQUESTED,),
        handle=on_translations_requested,
        transient=(StoreUnavailable,),
        max_records=MAX_RECORDS,
    )

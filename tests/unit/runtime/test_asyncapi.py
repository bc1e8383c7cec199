"""The AsyncAPI document of a service says what it reads and writes, straight from the catalogue."""

from collections.abc import Sequence
from typing import Any

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.ops import asyncapi_document
from newsloom_runtime.records import Received, Rejection, Subscription
from newsloom_runtime.settings import ServiceSettings
from newsloom_schemas.catalog import ARTICLES_ENRICHED


async def handle(_batch: Sequence[Received]) -> Sequence[Rejection]:
    return []


def actions(document: dict[str, Any]) -> dict[str, set[str]]:
    """The addresses of the channels that are received from and sent to."""
    found: dict[str, set[str]] = {"receive": set(), "send": set()}
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"].rpartition("/")[2]
        found[operation["action"]].add(document["channels"][channel]["address"])
    return found


async def test_the_document_names_what_is_read_and_what_is_written() -> None:
    chassis = Chassis("publish", ServiceSettings(port=0))
    chassis.subscribe(
        Subscription(role="publisher", group="publish", topics=(ARTICLES_ENRICHED,), handle=handle)
    )
    document = asyncapi_document("publish", chassis._broker)
    assert document["asyncapi"].startswith("3.")  # type: ignore[attr-defined]
    assert actions(document) == {
        "receive": {"articles-enriched"},
        "send": {"articles-published", "feed-updates"},
    }
    schemas = document["components"]["schemas"]  # type: ignore[index]
    assert {"ArticleEnrichedV2", "ArticlePublishedV2", "FeedUpdatedV1"} <= set(schemas)

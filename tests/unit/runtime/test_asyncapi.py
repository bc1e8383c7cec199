"""The AsyncAPI document of a process says what it reads and writes, straight from the catalogue."""

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from newsloom_runtime.chassis import Chassis
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


async def test_the_document_names_what_this_process_reads_and_what_it_writes() -> None:
    chassis = Chassis("publish", ServiceSettings(port=0))
    routes = chassis.ops_routes()  # an app may make them first
    chassis.subscribe(
        Subscription(role="publisher", group="publish", topics=(ARTICLES_ENRICHED,), handle=handle)
    )
    document = TestClient(Starlette(routes=routes)).get("/asyncapi").json()
    assert document["asyncapi"].startswith("3.")
    assert actions(document) == {
        "receive": {"articles-enriched"},  # not what the proofreader reads: that is another process's role
        "send": {"articles-published", "feed-updates", "publish-dlq"},
    }
    schemas = document["components"]["schemas"]
    assert {"ArticleEnrichedV2", "ArticlePublishedV2", "FeedUpdatedV1", "Author", "FeedEntry"} <= set(schemas)
    assert "TranslationRequestedV2" not in schemas

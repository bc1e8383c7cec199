"""feeds as a process on a store without its indexes: it is never ready, and follows no log."""

from newsloom_runtime.topics import create_topics
from newsloom_store import MongoStore
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.feeds.test_feeds_process import feeds_process
from tests.integration.store.databases import fresh_database


async def test_without_indexes_feeds_is_not_ready_until_publish_has_made_them(stack: Stack) -> None:
    await create_topics(stack.kafka)
    with fresh_database(stack.mongo) as database:
        environment = {"KAFKA_BOOTSTRAP_SERVERS": stack.kafka, "MONGO_URL": stack.mongo}
        async with feeds_process(MONGO_DATABASE=database, **environment) as (_, http):

            async def reasons() -> dict[str, str]:
                answer = await http.get("/readyz")
                named: dict[str, str] = answer.json()["reasons"]
                return named

            async def named() -> bool:
                return "start publish" in (await reasons()).get("store", "")

            await eventually(named, what="readiness naming the indexes")
            assert "feed-updates" in await reasons(), "the log is not followed either"
            async with MongoStore.connected(stack.mongo, database=database) as store:
                await store.ensure_indexes()

            async def ready() -> bool:
                return not await reasons()

            await eventually(ready, what="readiness")

"""How far a consumer group has come, asked from outside of it."""

from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.cluster import Cluster


async def committed_offsets(bootstrap: Cluster, group: str, topic: str) -> dict[int, int]:
    """The group's committed offsets by partition; one without a commit is missing. Raises LogUnavailable."""
    async with asking_kafka(bootstrap, f"tell how far {group} is") as client:
        found = await client.list_consumer_group_offsets(group)
    return {tp.partition: at.offset for tp, at in found.items() if tp.topic == topic and at.offset >= 0}

"""Lets go of everything that a topic holds, so that nobody who reads it in a group gets to it any more."""

from aiokafka import TopicPartition
from aiokafka.admin.records_to_delete import RecordsToDelete

from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.cluster import Cluster


async def forget(bootstrap: Cluster, topic: str, up_to: dict[int, int]) -> None:
    """Delete the records of each partition below its offset. Raises LogUnavailable."""
    wanted = {TopicPartition(topic, partition): RecordsToDelete(at) for partition, at in up_to.items()}
    async with asking_kafka(bootstrap, f"delete records of {topic}") as client:
        await client.delete_records(wanted)

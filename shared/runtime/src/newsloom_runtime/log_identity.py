"""Which log a topic is, so that offsets kept on disk are not used with another of the same name."""

from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.cluster import Cluster


async def log_identity(bootstrap: Cluster, topic: str) -> str:
    """The cluster's own id and the topic's name. Raises LogUnavailable."""
    async with asking_kafka(bootstrap, "tell its id") as client:
        cluster = await client.describe_cluster()
    return f"{cluster['cluster_id']}/{topic}"

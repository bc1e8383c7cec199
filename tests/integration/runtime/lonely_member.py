"""A group member in a process of its own: journals every record it has handled. Started by test_groups."""

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.records import Received, Rejection, Subscription
from newsloom_runtime.settings import ServiceSettings
from newsloom_schemas.catalog import ARTICLES_SUBMITTED


async def main(kafka: str, service: str, topic: str, journal: Path, seconds: float) -> None:
    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        await asyncio.sleep(seconds)
        with journal.open("a") as lines:
            lines.writelines(json.dumps([item.partition, item.offset]) + "\n" for item in batch)
        return []

    chassis = Chassis(service, ServiceSettings(port=0, kafka_bootstrap_servers=kafka))
    chassis.subscribe(
        Subscription(
            role="tester",
            group=service,
            topics=(replace(ARTICLES_SUBMITTED, name=topic),),
            handle=handle,
            max_records=20,
        )
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with chassis:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), float(sys.argv[5])))

"""Sends with one key far faster than it may, from a process of its own, until its input is closed.

Run as `python -m tests.integration.ingest.flood PORT KEY A_SECOND`; at the end it prints each status' count.
"""

import asyncio
import json
import os
import sys
from collections import Counter

from tests.integration.ingest.front_door import submission

CONNECTIONS = 8


class Flood:
    """Some connections, each with its share of the pace."""

    def __init__(self, port: int, key: str, a_second: float) -> None:
        self._port = port
        self._pause = CONNECTIONS / a_second
        body = json.dumps(submission(external_id="flood")).encode()
        self._request = (
            f"POST /v1/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        self.statuses: Counter[int] = Counter()
        self.retry_after = 0

    async def pour(self, after_s: float) -> None:
        await asyncio.sleep(after_s)  # so that the connections do not come all at once
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            writer.write(self._request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            self.statuses[int(head[9:12])] += 1
            self.retry_after += b"retry-after" in head.lower()
            due += self._pause
            await asyncio.sleep(max(0.0, due - loop.time()))  # the pace of the flood, not a wait


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def main() -> None:
    port, key, a_second = sys.argv[1:]
    os.nice(19)  # in life the flood is another machine's work: it shall not take this one's time
    flood = Flood(int(port), key, float(a_second))
    pouring = [asyncio.create_task(flood.pour(n / float(a_second))) for n in range(CONNECTIONS)]
    await asyncio.to_thread(sys.stdin.read)
    for task in pouring:
        task.cancel()
    await asyncio.gather(*pouring, return_exceptions=True)
    sys.stdout.write(json.dumps({"statuses": flood.statuses, "retry_after": flood.retry_after}))


if __name__ == "__main__":
    asyncio.run(main())

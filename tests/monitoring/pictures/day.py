"""Some minutes of a newsroom that look like its day: waves of articles, slips, readers, and one outage."""

import asyncio
import math
import time
from itertools import count
from typing import Final

import psutil

from tests.integration.enrich.translator.misbehaving import always, whole
from tests.monitoring.traffic import ARCHIVE, DESK, WIRE, Newsroom
from tests.monitoring.watched import Watched

SOURCES: Final = f"""
[{WIRE}]
outlet = "Northern Wire"
class = "wire"
inbox = true

[{ARCHIVE}]
outlet = "Archive of the Larkhaven Post"
class = "archive"
"""
OUTAGE_S: Final = 40


async def a_day(watched: Watched, seconds: float) -> None:
    """Work for so long; meanwhile the engine tires, and enrich is stopped for a while."""
    room = Newsroom(watched.system)
    ends = time.monotonic() + seconds
    async with room.live_readers(6), room.live_readers(3, "section/world"), asyncio.TaskGroup() as group:
        cursor = await room.cursor()
        for _ in range(5):
            await room.publish(DESK)
        group.create_task(_writing(room, ends))
        group.create_task(_reading(room, ends, cursor))
        group.create_task(_slipping(room, ends))
        group.create_task(_an_outage(watched, after=seconds * 0.55))
        group.create_task(_a_tired_engine(watched, after=seconds * 0.3))


async def _writing(room: Newsroom, ends: float) -> None:
    while (left := ends - time.monotonic()) > 0:
        await room.publish(room.chance.choices([DESK, WIRE, ARCHIVE], weights=[3, 5, 1])[0])
        if room.chance.random() < 0.2:
            await room.correct()
        if room.chance.random() < 0.02:
            await room.withdraw()
        if room.chance.random() < 0.1:
            await room.send_to_the_inbox(WIRE)
        if room.chance.random() < 0.03:
            await room.send_a_batch(12, ARCHIVE)
        busy = 0.6 + 0.4 * math.sin(left / 60)  # articles a second, in waves of some minutes
        await asyncio.sleep(room.chance.expovariate(busy))


async def _reading(room: Newsroom, ends: float, cursor: str) -> None:
    paths = [
        "/v1/feeds/all.json",
        "/v1/feeds/all.rss",
        "/v1/feeds/all.atom",
        "/v1/feeds",
        "/v1/articles/none",
    ]
    while time.monotonic() < ends:
        known = [f"/v1/articles/{article_id}" for article_id in list(room.known)[-20:]]
        for _ in range(3):
            await room.read(room.chance.choice(paths + known))
        if room.chance.random() < 0.1:
            await room.come_back(cursor)
        await asyncio.sleep(room.chance.expovariate(2))


async def _slipping(room: Newsroom, ends: float) -> None:
    """What goes wrong on an ordinary day."""
    for number in count(1):
        await asyncio.sleep(room.chance.expovariate(1 / 45))
        if time.monotonic() > ends - 60:
            return
        await room.be_refused()
        if number % 3 == 0:
            await room.lose_one()


async def _a_tired_engine(watched: Watched, *, after: float) -> None:
    """The translation engine answers with errors for a while; translations wait meanwhile."""
    await asyncio.sleep(after)
    well, watched.engine.behave = watched.engine.behave, always(whole("overloaded", status=500))
    await asyncio.sleep(OUTAGE_S)
    watched.engine.behave = well


async def _an_outage(watched: Watched, *, after: float) -> None:
    await asyncio.sleep(after)
    [running] = [each for each in watched.system.stack.status() if each.name == "enrich" and each.pid]
    psutil.Process(running.pid).terminate()  # not `down`, which would forget the port that is scraped
    await asyncio.sleep(OUTAGE_S)
    await asyncio.to_thread(watched.system.stack.up, ["enrich"])

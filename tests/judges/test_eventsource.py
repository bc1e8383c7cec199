"""The live stream before the EventSource of Node.js, over a line that breaks."""

import asyncio
import json
from typing import Any

from newsloom_schemas.events import FeedUpdatedV1
from tests.judges import toolbox
from tests.judges.cutting_proxy import cutting_proxy
from tests.judges.newsstand import Newsstand
from tests.judges.toolbox import MANIFESTS
from tests.unit.feeds.documents import removed, updated

EVENTS = 200
CUTS = (3_001, 17_777, 40_000)  # bytes after which the line breaks: in the middle of an event
PATIENCE_S = 40  # a client that has heard nothing for so long has lost something
CORRECTED, TAKEN_BACK = 3, 7  # every third article is corrected, every seventh taken back


def _told() -> list[FeedUpdatedV1]:
    """A live hour: new articles, corrections, removals, and text that trips readers of lines."""
    events = []
    for number in range(EVENTS):
        name, headline = f"live-{number}", f"No. {number}:\u2028 ]]> data: id: 0\x85 " + "x" * 300
        events.append(updated(name, headline=headline))
        if number % CORRECTED == 0:
            events.append(updated(name, version=2, headline=headline))
        if number % TAKEN_BACK == 0:
            events.append(removed(name, version=3))
    return [*events, updated("live-end")]


async def _read(stand: Newsstand, events: list[FeedUpdatedV1]) -> tuple[list[dict[str, Any]], int]:
    """What the client saw, and how often the line broke. Half is told before it comes."""
    modules, node = toolbox.node_packages(), toolbox.node()
    cursor = (await stand.get("/v1/feeds/all.json?limit=1")).json()["_newsloom"]["cursor"]
    half = len(events) // 2
    await stand.emit(events[:half])
    async with cutting_proxy(stand.address, CUTS) as proxy:
        reading = asyncio.create_task(
            toolbox.judge(
                *(node, MANIFESTS / "read_events.cjs"),
                *(
                    f"{proxy.address}/v1/feeds/all/events?since={cursor}",
                    events[-1].article_id,
                    str(PATIENCE_S),
                ),
                environment={"NODE_PATH": str(modules)},
            )
        )
        for start in range(half, len(events), 10):
            await stand.emit(events[start : start + 10])
        return [json.loads(line) for line in (await reading).splitlines()], proxy.made


async def test_a_standard_client_resumes_without_gap_or_double(stand: Newsstand) -> None:
    """An update that a newer one has overtaken may be left out: readers are told states, not differences."""
    events = _told()
    seen, broken = await _read(stand, events)
    assert broken == len(CUTS)
    offsets = [int(event["id"].split(":")[1]) for event in seen]
    assert offsets == sorted(set(offsets))
    told = [(event.action, event.article_id, event.document_version) for event in events]
    read = [(event["name"], event["article_id"], event["document_version"]) for event in seen]
    assert read == [state for state in told if state in set(read)]
    last_seen = {article: version for _, article, version in read}
    missed = [state for state in set(told) - set(read) if last_seen.get(state[1], 0) <= state[2]]
    assert missed == []

"""Reads the text of an event stream (the HTML standard's server-sent events) line by line."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One block. A sign of life has an id and nothing else."""

    last_id: str
    name: str = ""
    data: str = ""


async def events(lines: AsyncIterable[str]) -> AsyncIterator[StreamEvent]:
    """The blocks as they end. One that breaks off is none."""
    last_id, name, data = "", "", list[str]()
    async for line in lines:
        if not line:
            yield StreamEvent(last_id=last_id, name=name, data="\n".join(data))
            name, data = "", []
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match key:
            case "id":
                last_id = value
            case "event":
                name = value
            case "data":
                data.append(value)

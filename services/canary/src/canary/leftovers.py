"""Withdraws canaries whose prober did not come to do it. The feed of canaries is what remembers them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

import structlog

from canary.ports import Newsroom, Refused, Shown, Sight, Unanswered
from newsloom_schemas.identity import FEED_CANARY

SWEEP_EVERY_S: Final = 60.0


class Shelf(Protocol):
    """The feed of canaries, with times. Both methods raise Unanswered."""

    async def article(self, article_id: str) -> Sight: ...

    async def published(self, feed_id: str) -> Mapping[str, datetime]:
        """When the newest articles of a feed were published, by article id."""


async def sweep(shelf: Shelf, newsroom: Newsroom, *, before: datetime) -> int:
    """Kill what was published before a moment; how many. Raises Unanswered and Refused."""
    published = await shelf.published(FEED_CANARY)
    left = [article_id for article_id, at in published.items() if at < before]
    for article_id in left:
        sight = await shelf.article(article_id)
        if isinstance(sight, Shown):
            await newsroom.kill(sight.external_id)
    return len(left)


async def sweep_on(shelf: Shelf, newsroom: Newsroom, *, oldest: "Oldest") -> None:
    """Endless, a sweep a minute."""
    while True:
        try:
            if swept := await sweep(shelf, newsroom, before=oldest()):
                structlog.get_logger().info("canaries_left_over", withdrawn=swept)
        except (Unanswered, Refused) as error:
            structlog.get_logger().warning("canaries_left_over", why=str(error))
        await asyncio.sleep(SWEEP_EVERY_S)


class Oldest(Protocol):
    """The moment before which no canary on its way can have been published."""

    def __call__(self) -> datetime: ...

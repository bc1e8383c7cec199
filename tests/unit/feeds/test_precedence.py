"""Live updates go first, and whoever catches up still gets there."""

import asyncio

from feeds.precedence import Precedence


async def test_a_bite_waits_until_live_updates_are_on_their_way_no_more() -> None:
    precedence = Precedence()
    with precedence.live():
        pause = asyncio.create_task(precedence.pause())
        await asyncio.wait({pause}, timeout=0.02)
        waited = not pause.done()
    assert waited
    async with asyncio.timeout(5):
        await pause


async def test_however_busy_it_is_a_bite_is_due_in_the_end() -> None:
    precedence = Precedence()
    with precedence.live():
        async with asyncio.timeout(5):
            await precedence.pause()

"""An endless task ends when it is stopped, also when what it awaits swallows the cancellation."""

import asyncio

import pytest

from newsloom_runtime import supervision
from newsloom_runtime.supervision import Supervised


async def test_a_swallowed_cancellation_does_not_hold_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "CANCEL_AGAIN_S", 0.01)
    begun, swallowed = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed.set()
        await asyncio.Event().wait()

    task = Supervised("deaf", run)
    task.start()
    await begun.wait()
    await asyncio.wait_for(task.stop(), 10)
    assert swallowed.is_set()

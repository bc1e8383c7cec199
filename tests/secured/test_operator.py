"""An operator's commands work with an operator's rights, and with no more than those."""

import os

import pytest
from aiokafka import AIOKafkaProducer

from newsloom_runtime.clock import SystemClock
from newsloom_runtime.cluster import client_options
from newsloom_runtime.forgetting import forget
from newsloom_runtime.letter_box import LetterBox
from newsloom_runtime.letters import Case
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_schemas.access import OPERATOR, inbox_principal
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, ARTICLES_REINDEX, editorial_inbox
from tests.eventually import eventually
from tests.secured.newsroom import SOURCE, Newsroom


async def test_a_dead_letter_is_found_sent_back_and_set_aside(newsroom: Newsroom) -> None:
    """What is sent back is no better than before, so that it comes again as another letter."""
    key = os.urandom(6)
    options = client_options(newsroom.cluster(inbox_principal(SOURCE)))
    async with AIOKafkaProducer(**options) as producer:
        await producer.send_and_wait(editorial_inbox(SOURCE).name, b"no JSON at all", key=key)
    async with LetterBox(newsroom.cluster(OPERATOR), clock=SystemClock()) as box:

        async def open_ones() -> list[Case]:
            return [case for case in await box.cases() if case.open and case.letter.key == key]

        (first,) = await eventually(open_ones, within=60, what="the dead letter", every=0.5)
        await box.replay(first.letter, by="operator", why="tried")
        (again,) = await eventually(open_ones, within=60, what="the letter that came again", every=0.5)
        await box.discard(again.letter, by="operator", why="tried")
        assert not await open_ones()


async def test_what_waits_to_be_enriched_again_is_let_go_and_nothing_else(newsroom: Newsroom) -> None:
    operator = newsroom.cluster(OPERATOR)
    await forget(operator, ARTICLES_REINDEX.name, {0: 0})
    with pytest.raises(LogUnavailable, match="does not let our user"):
        await forget(operator, ARTICLES_PUBLISHED.name, {0: 0})

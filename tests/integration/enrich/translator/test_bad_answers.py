"""What engines answer over HTTP when they do not translate: each becomes a failure with its reason, in time.

The engines are ours, the server is a real one that misbehaves.
"""

import asyncio
import json
import time
from typing import Any

import pytest

from enrich.translator.engines.apertium_apy import ApertiumApy
from enrich.translator.engines.http import MAX_ANSWER_BYTES, HttpAsker
from enrich.translator.engines.libretranslate import LibreTranslate
from enrich.translator.engines.openai import OpenAi
from enrich.translator.ports import Engine
from tests.integration.enrich.translator.misbehaving import (
    Asked,
    Behaviour,
    Server,
    Write,
    always,
    drip,
    flood,
    hang,
    hang_up,
    serving,
    whole,
)
from tests.unit.enrich.translator.translating import EN_ES, Desk, requested, word_by_word

TIMEOUT = 0.5
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


def engines(address: str, timeout: float = TIMEOUT) -> dict[str, Engine]:
    return {
        "apertium": ApertiumApy(HttpAsker(address, timeout=timeout)),
        "libretranslate": LibreTranslate(HttpAsker(address, timeout=timeout)),
        "openai": OpenAi(HttpAsker(f"{address}/v1", timeout=timeout), model="m-1"),
    }


def in_form(name: str, asked: Asked, translate: Any) -> Any:
    """What the service of this name answers to a question, with its own form around."""
    if asked.path.endswith("/listPairs"):
        pairs = [{"sourceLanguage": "eng", "targetLanguage": "spa"}]
        return {"responseData": pairs, "responseStatus": 200}
    if asked.path.endswith("/languages"):
        return [{"code": "en", "targets": ["es"]}]
    if asked.path.endswith("/spec"):
        return {"info": {"version": "1.6.4"}}
    if name == "apertium":
        return {"responseData": {"translatedText": translate(asked.form["q"])}, "responseStatus": 200}
    if name == "libretranslate":
        return {"translatedText": [translate(text) for text in asked.json["q"]]}
    sentences = json.loads(asked.json["messages"][-1]["content"])["sentences"]
    content = json.dumps({"translations": [translate(text) for text in sentences]})
    return {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}


def translating(name: str, translate: Any = word_by_word) -> Behaviour:
    async def behave(asked: Asked, write: Write) -> None:
        await write(whole(in_form(name, asked, translate)))

    return behave


async def translated_by(name: str, server: Server, attempts: int = 3) -> Desk:
    """A desk with this one engine after some attempts to translate one article."""
    engine = engines(server.address)[name]
    desk = Desk(engine, give_up_after=1e6)
    await desk.requests([requested(lead=None)])
    for _ in range(attempts - 1):
        desk.clock.pass_(400)
        await desk.requests.retry()
    await engine.close()
    return desk


@pytest.fixture(params=["apertium", "libretranslate", "openai"])
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


async def test_each_engine_translates_when_its_service_does(name: str) -> None:
    async with serving(translating(name)) as server:
        desk = await translated_by(name, server, attempts=1)
    (event,) = desk.told
    assert (event.translation.status, event.translation.engine) == ("published", name)
    assert (
        event.translation.body_html
        == "<p>el bridge sobre el viejo puerto reopened sobre Thursday.</p>".replace("bridge", "puente")
    )


BAD: dict[str, tuple[Behaviour, str]] = {
    "html-page-as-200": (always(whole(PAGE, content_type="text/html")), "something else than JSON"),
    "html-page-called-json": (always(whole(PAGE)), "its answer is not JSON"),
    "error-body-as-200": (always(whole({"error": "out of memory"})), "an error inside its answer"),
    "50-mb": (flood, f"larger than {MAX_ANSWER_BYTES} bytes"),
    "invalid-utf-8": (always(whole(b'{"translatedText": "\xff\xfe"}')), "its answer is not UTF-8"),
    "a-number": (always(whole(b"42")), "answer"),
    "deep": (always(whole(b"[" * 200_000)), "its answer is not JSON"),
    "redirect": (always(whole(b"", status=302)), "it answers 302"),
}


@pytest.mark.parametrize("case", BAD)
async def test_nonsense_is_retried_then_fails_and_nothing_of_it_is_published(name: str, case: str) -> None:
    behaviour, reason = BAD[case]
    async with serving(behaviour) as server:
        desk = await translated_by(name, server)
    (event,) = desk.told
    assert (event.translation.status, event.translation.body_html) == ("failed", None)
    assert reason in (event.translation.reason or "")
    assert desk.memory.sentences == {}
    assert len(server.asked) >= 2, "it was tried again"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("", "empty"), ("Новый мост открыли в четверг", "script of es")],
    ids=["empty", "wrong-language"],
)
async def test_an_empty_or_foreign_text_is_a_failure(name: str, answer: str, reason: str) -> None:
    async with serving(translating(name, lambda _: answer)) as server:
        desk = await translated_by(name, server)
    (event,) = desk.told
    assert (event.translation.status, event.translation.headline) == ("failed", None)
    assert reason in (event.translation.reason or "")


AWAY: dict[str, tuple[Behaviour, str]] = {
    "500": (always(whole(PAGE, status=500, content_type="text/html")), "it answers 500"),
    "429": (always(whole({"error": "slow down"}, status=429)), "it answers 429"),
    "401": (always(whole({"error": "key"}, status=401)), "check its key"),
    "hangs": (hang, "no whole answer within 0.5 s"),
    "drips": (drip, "no whole answer within 0.5 s"),
    "hangs-up": (hang_up, "cannot be reached"),
}


@pytest.mark.parametrize("case", AWAY)
async def test_a_service_that_is_away_is_waited_for_and_nothing_is_told(name: str, case: str) -> None:
    behaviour, reason = AWAY[case]
    async with serving(behaviour) as server:
        desk = await translated_by(name, server, attempts=2)
    assert desk.told == []
    (job,) = desk.waiting.jobs.values()
    assert reason in job.reason


async def test_a_service_that_is_not_there_is_waited_for(name: str) -> None:
    async with serving(hang) as server:
        pass
    desk = await translated_by(name, server, attempts=1)
    (job,) = desk.waiting.jobs.values()
    assert "it cannot be reached" in job.reason


@pytest.mark.parametrize("case", ["hangs", "drips"])
async def test_one_answer_that_hangs_switches_the_pair_off_before_ten_seconds(case: str) -> None:
    behaviour, _ = AWAY[case]
    async with serving(behaviour) as server:
        engine = engines(server.address)["libretranslate"]
        desk = Desk(engine)
        started = time.monotonic()
        await desk.requests([requested(str(number)) for number in range(20)])
        took = time.monotonic() - started
    assert desk.board.off(engine, EN_ES) is not None
    assert took < 10 * TIMEOUT + 3, "twenty articles cost one hanging answer, not twenty"
    assert len(server.asked) <= 4, "no more than what was under way"


async def test_a_service_that_comes_and_goes_gets_everything_done_in_the_end() -> None:
    calls = 0

    async def flap(asked: Asked, write: Write) -> None:
        nonlocal calls
        calls += 1
        if asked.path == "/translate" and calls % 2:
            await write(whole("", status=503))
        else:
            await write(whole(in_form("libretranslate", asked, word_by_word)))

    async with serving(flap) as server:
        engine = engines(server.address, timeout=5)["libretranslate"]
        desk = Desk(engine, give_up_after=1e6)
        await desk.requests([requested(str(number)) for number in range(6)])
        for _ in range(40):
            desk.clock.pass_(30)
            await desk.requests.retry()
            if not desk.waiting.jobs:
                break
    assert [event.translation.status for event in desk.told] == ["published"] * 6


async def test_no_more_requests_are_under_way_than_allowed() -> None:
    under_way = most = 0

    async def count(asked: Asked, write: Write) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        await write(whole(in_form("libretranslate", asked, word_by_word)))

    async with serving(count) as server:
        engine = engines(server.address, timeout=20)["libretranslate"]
        desk = Desk(engine)
        await desk.requests([requested(str(number), headline=f"The bridge {number}") for number in range(30)])
    assert len(desk.told) == 30
    assert most <= 4

"""One story in two languages, all the way: linked first and with reasons, and gone soon after a kill."""

import time
from typing import Any
from uuid import uuid4

from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_ENRICHED
from newsloom_schemas.events import ArticleEnrichedV2
from tests.e2e.system import System
from tests.eventually import eventually

RUSSIAN, ENGLISH = "kamyshin-vestnik", "tarn-herald"
GONE_WITHIN_S = 5.0

STORY_RU: dict[str, Any] = {
    "external_id": "bridge/ru",
    "revision": 1,
    "headline": "Мост через Тальницу открыли после трех лет ремонта",
    "body_text": (
        "Мост через реку Тальницу открыли в четверг. Первым по нему проехал автобус из Камышина.\n\n"
        "Ремонт стоил 412 млн рублей и шел три года, рассказал директор завода «Стальмост» Игорь Вершинин. "
        "Мост длиной 318 метров выдержит грузовики весом до 44 тонн.\n\n"
        "Губернатор Лариса Тонкова поблагодарила 270 строителей. По ее словам, путь до Саратова стал короче."
    ),
    "language": "ru",
    "published_at": "2026-11-05T09:00:00Z",
    "canonical_url": "https://kamyshin-vestnik.example/2026/most",
}
STORY_EN: dict[str, Any] = {
    "external_id": "bridge/en",
    "revision": 1,
    "headline": "A bus is first across the rebuilt Talnitsa bridge",
    "body_text": (
        "It took 270 workers and 412 million roubles, and on Thursday a bus from Kamyshin became the first "
        "to cross.\n\n"
        "The 318-metre bridge carries lorries of up to 44 tonnes, said Igor Vershinin, who runs Stalmost, "
        "the works that rebuilt it.\n\n"
        "Governor Larisa Tonkova said that Saratov was now closer."
    ),
    "language": "en",
    "published_at": "2026-11-05T11:00:00Z",
}
# The same people and place on other days: near enough to be mistaken for the story.
OTHERS_RU = (
    (
        "Лариса Тонкова назначила нового министра дорог",
        "Губернатор Лариса Тонкова представила министра дорог Павла Сергина. Он начнет работу в Саратове "
        "с 1 декабря и займется планом на 2027 год.",
    ),
    (
        "В Камышине испекли арбузный пирог весом 120 килограммов",
        "На ярмарке в Камышине показали пирог из арбузов весом 120 килограммов. Повар Анна Крылова готовила "
        "его двое суток.",
    ),
)


def other(number: int, headline: str, text: str) -> dict[str, Any]:
    name = f"other/{number}"
    address = f"https://kamyshin-vestnik.example/{name}"
    return STORY_RU | {
        "external_id": name,
        "headline": headline,
        "body_text": text,
        "canonical_url": address,
    }


async def test_a_story_in_another_language_is_the_first_link_until_it_is_killed(system: System) -> None:
    for number, (headline, text) in enumerate(OTHERS_RU):
        await system.shown(await system.submit(other(number, headline, text), source=RUSSIAN))
    original = await system.submit(STORY_RU, source=RUSSIAN)
    await eventually(lambda: is_indexed(system), within=60, what="the index knowing the Russian article")

    english = await system.submit(STORY_EN, source=ENGLISH)
    link = (await system.shown(english))["related"][0]
    assert (link["article_id"], link["relation"]) == (original, "same-story")
    assert link["headline"] == STORY_RU["headline"]
    assert any(reason.startswith("both articles name: ") for reason in link["reasons"])
    (figures,) = (reason for reason in link["reasons"] if reason.startswith("the same figures: "))
    assert {"270", "318"} & set(figures.removeprefix("the same figures: ").split(", "))

    await kill_original(system)
    killed_at = time.monotonic()
    await eventually(
        lambda: unlinked(system, english, original), within=GONE_WITHIN_S, what="the end of the shown link"
    )
    submitted_at = await eventually(
        lambda: told_without_link(system, original), within=60, what="an article enriched without the link"
    )
    assert submitted_at - killed_at < GONE_WITHIN_S


async def is_indexed(system: System) -> bool:
    """Whether an article that names the Russian one by its address is linked to it."""
    probe = STORY_EN | {
        "external_id": f"probe/{uuid4().hex}",
        "headline": "Bakers of Tarn go on strike",
        "body_text": "The bakers of Tarn want shorter nights.",
        "earlier": [{"title": "A bridge far away", "url": STORY_RU["canonical_url"]}],
    }
    document = await system.shown(await system.submit(probe, source=ENGLISH))
    return bool(document["related"])


async def kill_original(system: System) -> None:
    answer = await system.post(
        "/v1/articles/kill",
        params={"source": RUSSIAN, "external_id": STORY_RU["external_id"]},
        json={"reason": "a wrong name"},
    )
    assert answer.status_code == 202, answer.text


async def unlinked(system: System, article_id: str, target: str) -> bool:
    """Whether a reader of the article is shown no link to the target."""
    document = (await system.get(f"/v1/articles/{article_id}")).json()
    return target not in [link["article_id"] for link in document["related"]]


async def told_without_link(system: System, target: str) -> float | None:
    """When the story was told again, if enrich itself, before any reader, made no link to the target."""
    submitted_at = time.monotonic()
    again = STORY_EN | {"external_id": f"bridge/en/{uuid4().hex}"}
    article_id = await system.submit(again, source=ENGLISH)
    await system.shown(article_id)
    enriched = await enriched_event(system, article_id)
    return None if target in [link.article_id for link in enriched.related] else submitted_at


async def enriched_event(system: System, article_id: str) -> ArticleEnrichedV2:
    async with LogReader(system.kafka, ARTICLES_ENRICHED) as log:
        partition = log.partition_for(article_id)
        end = (await log.end_offsets())[partition]
        events = [entry.event async for entries in log.read(partition, 0, end) for entry in entries]
    return next(
        event for event in events if isinstance(event, ArticleEnrichedV2) and event.article_id == article_id
    )

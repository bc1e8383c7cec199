"""The pages of feeds that every format is judged by."""

from collections.abc import Callable
from dataclasses import dataclass

from newsloom_schemas.identity import section_feed
from tests.judges.newsstand import PUBLIC, Newsstand
from tests.judges.stories import EMPTY_FEED, nasty

NARROW = ("source/meridian", "language/ru", "language/ar", "language/und", "topic/wikidata:Q585")
NARROWED = ("language=ru", "language=en&source=meridian&limit=3", "source=nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a feed as a reader receives it, and the address he took it from."""

    address: str
    content_type: str
    body: bytes


NextOf = Callable[[Page], str | None]


async def pages(stand: Newsstand, ending: str, next_of: NextOf) -> list[Page]:
    """The feed `all` from end to end, 200 items a page, and the first page of feeds of every kind."""
    whole = await _followed(stand, f"{PUBLIC}/v1/feeds/all{ending}?limit=200", next_of)
    others = [f"{feed_id}{ending}" for feed_id in _feed_ids()]
    others += [f"all{ending}?{query}" for query in NARROWED]
    return whole + [await page(stand, f"{PUBLIC}/v1/feeds/{other}") for other in others]


async def _followed(stand: Newsstand, first: str, next_of: NextOf) -> list[Page]:
    read = [await page(stand, first)]
    while following := next_of(read[-1]):
        read.append(await page(stand, following))
        assert len(read) < 10, "the pages go round in a circle"
    return read


async def page(stand: Newsstand, address: str) -> Page:
    """The page at this public address."""
    response = await stand.get(address)
    return Page(address=address, content_type=response.headers["content-type"], body=response.content)


def _feed_ids() -> list[str]:
    """An empty feed, and feeds of every kind that hold the stories which try to break a format."""
    sections = {section_feed(s.publication.content.section or "") for s in nasty() if s.publication}
    return [EMPTY_FEED, *NARROW, *sorted(sections)]

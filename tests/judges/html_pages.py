"""The pages for people that the judges look at, and what a page says of itself."""

from dataclasses import dataclass
from typing import Any

import lxml.html

from newsloom_schemas.document import StoredArticleV3
from tests.judges.newsstand import Newsstand
from tests.judges.stories import article_id, nasty, realistic


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage:
    """One page as a browser receives it; `story` is what it shows, if it shows one."""

    path: str
    body: bytes
    story: StoredArticleV3 | None = None
    language: str | None = None

    @property
    def tree(self) -> Any:
        parser = lxml.html.HTMLParser(encoding="utf-8")
        return lxml.html.document_fromstring(self.body, parser=parser)


def shown_translations(story: StoredArticleV3) -> list[str]:
    """The languages in which readers can have the story besides its own."""
    return [
        language
        for language, stored in story.translations.items()
        if not stored.stale and stored.translation.body_html is not None
    ]


async def html_pages(stand: Newsstand) -> list[HtmlPage]:
    """The start page, the API's page, every story and every translation."""
    asked: list[tuple[str, StoredArticleV3 | None, str | None]] = [("/", None, None), ("/docs", None, None)]
    for story in [*realistic(), *nasty()]:
        asked.append((f"/articles/{story.article_id}", story, None))
        asked += [
            (f"/articles/{story.article_id}/{language}", story, language)
            for language in shown_translations(story)
        ]
    return [await _page(stand, *each) for each in asked]


async def error_pages(stand: Newsstand) -> list[HtmlPage]:
    """What a person is shown who asks for what is withdrawn, withheld or not there."""
    asked = {
        410: f"/articles/{article_id('killed')}",
        451: f"/articles/{article_id('withheld')}/ru",
        404: "/articles/nonsense",
    }
    told = {status: await stand.ask(path, accept="text/html") for status, path in asked.items()}
    assert [answer.status_code for answer in told.values()] == list(asked)
    return [HtmlPage(path=asked[status], body=answer.content) for status, answer in told.items()]


async def _page(stand: Newsstand, path: str, story: StoredArticleV3 | None, language: str | None) -> HtmlPage:
    response = await stand.get(path, accept="text/html")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return HtmlPage(path=path, body=response.content, story=story, language=language)

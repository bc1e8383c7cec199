"""What newsloom's own feeds give as ninjs can be pushed into another newsloom."""

from feeds.formats import ninjs
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery, Placed
from ingest.sources.ninjs_items import read_ninjs
from ingest.submission import to_content
from newsloom_schemas.article import ArticleContent, Author, Image
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import Tag
from tests.unit.feeds.documents import document
from tests.unit.feeds.pages import LINKS, linked, page

AUTHORS = (
    Author(name="Анна Рейнгольд", role="корреспондент", uri="https://kursor.example/authors/anna"),
    Author(name="Bo Li"),
)
MACHINES = Tag(
    kind="place", label="Odesa", confidence=0.8, basis="measured", method="names", id="geonames:698740"
)


def story(name: str, version: int = 1) -> StoredArticleV3:
    return document(
        name,
        headline=f"Каток на Сенной {name}",
        body_html="<p>Лёд обещают <em>к пятому</em> числу.</p>\n<h2>А если нет</h2>\n<p>К восьмому.</p>",
        language="ru",
        section="Город",
        keywords=("лёд", "зима"),
        authors=AUTHORS,
        urgency=4,
        images=(Image(url="https://kursor.example/katok.jpg", alt="Каток", width=800, height=600),),
        tags=(MACHINES,),
        version=version,
    )


def taken(raw: bytes) -> list[ArticleContent]:
    said = read_ninjs(Delivery(body=raw, profile=SourceProfile()))
    submissions = [part.submission for part in said if isinstance(part, Placed)]
    assert len(submissions) == len(said)
    return [to_content(submission) for submission in submissions]


def of(stored: StoredArticleV3) -> ArticleContent:
    assert stored.publication is not None
    return stored.publication.content


def test_an_article_comes_back_as_it_was() -> None:
    stored = story("one")
    (came,) = taken(ninjs.render_article(linked(stored), LINKS))
    kept = "headline lead body_html section keywords authors urgency rights images".split()
    sent = of(stored)
    assert {name: getattr(came, name) for name in kept} == {name: getattr(sent, name) for name in kept}
    assert came.language == "ru"


def test_what_a_machine_found_does_not_become_the_sources_own_word() -> None:
    (came,) = taken(ninjs.render_article(linked(story("one")), LINKS))
    assert "Odesa" not in came.keywords


def test_a_feed_is_a_package_of_whole_articles() -> None:
    stored = [story("one"), story("two", version=3)]
    came = taken(ninjs.render_feed(page(*stored), LINKS))
    assert [(each.headline, each.body_html, each.authors) for each in came] == [
        (of(each).headline, of(each).body_html, of(each).authors) for each in stored
    ]

"""How links are judged: within a story nothing is wrong, across stories everything but background is."""

from datetime import UTC, datetime

from enrich.analysis import Analysis
from enrich.index_keys import Key
from newsloom_schemas.enrichment import Facet
from tests.evaluation.analyses import Analysed
from tests.evaluation.gold import Link
from tests.evaluation.related import Corpus, rows
from tests.evaluation.scores import Row
from tests.unit.evaluation.labelled import article

MOMENT = datetime(2026, 11, 5, 9, tzinfo=UTC)


def _told(name: str, *terms: str, language: str = "en") -> Analysed:
    """An article that is known by these names."""
    of = article(name, language=language, source=f"paper-{name}", published_at=MOMENT)
    keys = tuple(Key(f"n:{term}", "name", 3, term) for term in terms)
    analysis = Analysis(language=language, tags=(), keys=keys, language_facet=Facet(status="ok"), facets={})
    return Analysed(article=of, content=of.content(declared=True), analysis=analysis, cpu_s=0.1)


STORY = ("bell", "oslo", "bridge", "harbour")
TOLD = (
    _told("a", *STORY),
    _told("b", *STORY, language="ru"),
    _told("c", "rovers", "united", "cup", "final"),
    *(_told(f"other-{number}", f"name-{number}") for number in range(8)),
)


def _row(links: tuple[Link, ...], what: str, language: str = "all") -> Row:
    found = rows(Corpus(TOLD, links))
    return next(row for row in found if (row.what, row.language) == (what, language))


def test_a_link_that_an_editor_would_make_is_right_from_both_sides() -> None:
    link = Link(of="b", to="a", relation="same-story", hard=True)
    assert _row((link,), "link@5").figures["f1"] == 1
    assert _row((link,), "hard pairs", "ru->en").figures["recall@5"] == 1


def test_a_link_between_strangers_is_wrong() -> None:
    assert _row((), "link@5").figures["precision"] == 0


def test_background_counts_neither_way() -> None:
    link = Link(of="b", to="a", relation="topical")
    row = _row((link,), "link@5")
    assert (row.support, row.mistakes) == (0, ())


def test_a_story_that_is_not_linked_is_missed_from_both_sides() -> None:
    link = Link(of="c", to="a", relation="same-story")
    assert _row((link,), "link@5").figures["recall"] == 0


def test_a_copy_is_found_only_when_it_is_called_one() -> None:
    link = Link(of="b", to="a", relation="duplicate", edit="cut")
    assert _row((link,), "copy cut").figures["share"] == 0

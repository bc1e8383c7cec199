"""Subjects that an editor would leave on: of real sentences in four languages, with exact evidence."""

from pathlib import Path
from time import process_time

import pytest

from enrich.enrichers.subjects import Subjects
from enrich.reading import Reading
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.text import plain_text
from tests.unit.enrich.desk import Desk, article, labels

PAGE = Path(__file__).parents[5] / "shared" / "data" / "news-page-ru.txt"
RELATIONS, DIPLOMACY, SANCTION = "medtop:20000638", "medtop:20000639", "medtop:20000642"
NUCLEAR, CONFLICT, WEAPONRY = "medtop:20000635", "medtop:20000056", "medtop:20000602"


def subjects(desk: Desk, content: ArticleContent) -> dict[str, str]:
    """Label by id."""
    found = desk.analyse(content).tags
    return {tag.id or "": tag.label for tag in found if tag.kind == "subject"}


QUAKES = [
    article(
        "Землетрясение магнитудой 6,2 разрушило рынок в горном городе",
        "Подземные толчки почувствовали в трех областях. Сейсмологи ждут афтершоков.",
        language="ru",
    ),
    article(
        "Землетрус магнітудою 6,2 зруйнував ринок у гірському місті",
        "Підземні поштовхи відчули у трьох областях. Сейсмологи чекають на афтершоки.",
        language="uk",
    ),
    article(
        "Earthquake destroys the market of a mountain town",
        "The tremor was felt in three provinces. Seismologists expect aftershocks.",
        language="en",
    ),
    article(
        "Un terremoto destruye el mercado de una ciudad de montaña",
        "El temblor se sintió en tres provincias. Los sismólogos esperan réplicas.",
        language="es",
    ),
]


@pytest.mark.parametrize("content", QUAKES, ids=lambda content: content.language)
def test_one_story_has_one_subject_in_every_language(desk: Desk, content: ArticleContent) -> None:
    assert "medtop:20000153" in subjects(desk, content)


@pytest.mark.parametrize("content", QUAKES, ids=lambda content: content.language)
def test_evidence_is_made_of_whole_words(desk: Desk, content: ArticleContent) -> None:
    texts = {"headline": content.headline, "lead": "", "body": plain_text(content.body_html)}
    evidence = [item for tag in desk.analyse(content).tags if tag.kind == "subject" for item in tag.evidence]
    assert {item.part for item in evidence} == {"headline", "body"}
    for item in evidence:
        around = f" {texts[item.part]} "
        assert not around[item.start].isalnum(), item
        assert not around[item.end + 1].isalnum(), item


def test_the_label_is_in_the_language_of_the_article(desk: Desk) -> None:
    names = [subjects(desk, content)["medtop:20000153"] for content in QUAKES]
    assert names == ["землетрясения", "землетруси", "earthquake", "Sismo"]


def test_a_war_in_a_figure_of_speech_is_no_war(desk: Desk) -> None:
    content = article(
        "Price war of the supermarkets",
        "The trade war and the price war go on, and shoppers fight for the best offer.",
        "Nobody knows who will win the price war.",
        language="en",
    )
    assert CONFLICT not in subjects(desk, content)


def test_an_article_about_nothing_in_particular_has_no_subject(desk: Desk) -> None:
    content = article(
        "A quiet afternoon", "The bench by the river was empty. Somebody had left a hat on it.", language="en"
    )
    analysis = desk.analyse(content)
    assert labels(analysis.tags, "subject") == []
    assert analysis.facets["subjects"].status == "ok"


def test_the_section_of_the_source_is_a_cue(desk: Desk) -> None:
    text = ("Second set decides", "The serve held until the last game, on a slow court.", "Nobody wept.")
    assert "medtop:20001085" not in subjects(desk, article(*text, language="en"))
    text = (
        "Second set decides",
        "The tennis serve held until the last set, on a slow court.",
        "Nobody wept.",
    )
    assert "medtop:20001085" in subjects(desk, article(*text, language="en", section="Tennis"))


def test_a_source_s_own_section_map_is_taken_at_its_word(desk: Desk, tmp_path: Path) -> None:
    sections = tmp_path / "sections.toml"
    sections.write_text('[kursor]\n"Поле" = "medtop:20001065"\n', encoding="utf-8")
    enricher = Subjects(sections)
    reading = desk.reading("de", "Neues vom Platz", "Ein Satz.", source="kursor", section="Поле")
    finding = enricher.run(reading, ())
    assert [(tag.id, tag.method, tag.evidence) for tag in finding.tags] == [
        ("medtop:20001065", "section-map", ())
    ]
    assert (finding.status, "de" in (finding.reason or "")) == ("partial", True)


def test_a_subject_carries_its_labels_in_every_locale_that_there_is(desk: Desk) -> None:
    tag = next(tag for tag in desk.analyse(QUAKES[0]).tags if tag.id == "medtop:20000153")
    assert tag.labels is not None
    assert tag.labels["ru"] == tag.label
    assert {"en", "es", "de", "fr", "pt", "ar", "zh-Hans", "uk"} <= tag.labels.keys()


def test_an_unknown_language_is_skipped(desk: Desk) -> None:
    finding = Subjects().run(desk.reading("und", "zxcv", "qwer"), ())
    assert (finding.status, finding.tags) == ("skipped", ())


@pytest.mark.skipif(
    not PAGE.exists(), reason="the real news page is not beside this checkout (../shared/data)"
)
def test_the_real_page_is_about_what_an_editor_says(desk: Desk) -> None:
    lines = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.strip()]
    end = lines.index("Автор материала:")
    body = "".join(f"<p>{line}</p>" for line in lines[3:end] if line != lines[2])
    found = subjects(desk, ArticleContent(headline=lines[1], lead=lines[2], body_html=body, language="ru"))
    assert found.keys() <= {RELATIONS, DIPLOMACY, SANCTION, NUCLEAR, CONFLICT, WEAPONRY}
    assert {RELATIONS, DIPLOMACY, CONFLICT, WEAPONRY} <= found.keys()


def test_an_article_takes_little_time(desk: Desk) -> None:
    """Five milliseconds are promised; a busy machine gets ten times that before the test complains.

    The best of several counts: the collector of a test process with a large heap may take as long by itself.
    """
    reading = desk.reading("ru", QUAKES[0].headline, *(["Сейсмологи ждут новых подземных толчков."] * 85))
    enricher = Subjects()
    enricher.run(reading, ())
    assert len(reading.joined.text) > 3_400
    assert min(_took(enricher, reading) for _ in range(5)) < 0.05


def _took(enricher: Subjects, reading: Reading) -> float:
    started = process_time()
    enricher.run(reading, ())
    return process_time() - started

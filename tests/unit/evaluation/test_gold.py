"""The labelled material itself: every file reads, and what it says of its own text is true."""

import re
from collections import Counter
from pathlib import Path

import pytest

from enrich.topics.vocabulary import PREFIX, Vocabulary
from tests.evaluation.gold import GOLD, GoldArticle, articles, corpus, labels_of, links, problems

LABELLED = articles()


@pytest.mark.parametrize("path", sorted(GOLD.rglob("*/*.json")), ids=lambda path: path.name)
def test_every_file_reads(path: Path) -> None:
    assert list(problems(path)) == []


def test_there_are_sixty_articles_in_four_languages() -> None:
    counts = Counter(article.language for article in LABELLED)
    assert counts["ru"] >= 30
    assert min(counts[language] for language in ("uk", "en", "es")) >= 12
    assert len({article.desk for article in LABELLED}) >= 7


@pytest.mark.parametrize("article", LABELLED, ids=lambda article: article.id)
def test_an_article_has_the_length_of_news_and_names_from_its_text(article: GoldArticle) -> None:
    assert 600 <= len(article.text) <= 3_000
    text = article.text.casefold()
    strangers = [
        name.label
        for name in article.names
        # Endings differ by case: the first letters of one of its words must be there.
        if name.role != "author"
        and not name.optional
        and not any(word[:2].casefold() in text for label in labels_of(name) for word in label.split())
    ]
    assert strangers == []


def test_every_topic_exists_and_none_is_expected_beside_its_own_parent() -> None:
    vocabulary = Vocabulary.load()
    for article in LABELLED:
        labelled = article.subjects
        codes = [topic.removeprefix(PREFIX) for topic in (*labelled.expected, *labelled.allowed)]
        assert [code for code in codes if code not in vocabulary] == [], article.id
        expected = {topic.removeprefix(PREFIX) for topic in labelled.expected}
        above = {up for code in expected for up in vocabulary.ancestors(code)}
        assert expected & above == set(), article.id


def test_every_id_has_the_form_of_its_vocabulary() -> None:
    forms = re.compile(r"iso3166:[A-Z]{2}|geonames:[1-9]\d*")
    named = [(article.id, name.id) for article in LABELLED for name in article.names if name.id is not None]
    assert [one for one in named if not forms.fullmatch(one[1])] == []


def test_every_link_joins_two_articles_of_the_corpus() -> None:
    known = {article.id for article in corpus()}
    assert {end for link in links() for end in (link.of, link.to)} <= known


def test_no_two_articles_have_one_id() -> None:
    counts = Counter(article.id for article in (*LABELLED, *corpus()))
    assert [name for name, count in counts.items() if count > 1] == []

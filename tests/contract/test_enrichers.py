"""What every enricher of the registry keeps to, whatever it looks for; a new one need only be listed."""

import json
import re
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from enrich.article_text import MAX_BODY_CHARS, ArticleText
from enrich.budget import OverBudget, alarm_limit
from enrich.enrichers import registry
from enrich.enrichers.base import FACETS, Enricher, in_order
from enrich.enrichers.byline import byline_tags
from enrich.facets import checked
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Tokeniser
from enrich.reading import Reading
from newsloom_schemas.languages import ISO_639_1
from newsloom_schemas.text import plain_text
from tests.integration.enrich.models.conftest import loaded_models

SAMPLES = Path(__file__).parents[2] / "samples" / "articles"
OUTLETS = {"ru": "kursor", "uk": "dnipro-visnyk", "en": "meridian", "es": "cronica-sur"}
READ_AS = ("ru", "uk", "en", "es", "de", "fr", "pl", "fi", "und")
FOREIGN = "北京的港口在修理后接受了第一艘运粮船。 Ο πρωθυπουργός συναντήθηκε. وصلت السفينة إلى الميناء."
ODD = "А " * 300 + "ААА-ООО " * 200 + "x" * 3_000 + " «»" * 300 + "И. И. " * 200 + "1 2,3 " * 300


@cache
def enrichers() -> dict[str, Enricher]:
    models = loaded_models()
    return {enricher.name: enricher for enricher in registry(models, Morphology(models))}


@cache
def tokeniser() -> Tokeniser:
    models = loaded_models()
    return Tokeniser(models, Morphology(models))


@cache
def samples(language: str) -> tuple[dict[str, Any], ...]:
    """The sample articles of the outlet that writes in this language; the English ones when there is none."""
    outlet = OUTLETS.get(language, OUTLETS["en"])
    return tuple(json.loads(path.read_bytes()) for path in sorted((SAMPLES / outlet).glob("*.json")))


@cache
def sample(language: str) -> ArticleText:
    first = samples(language)[0]
    return article(first["headline"], body(first), lead=first.get("lead") or "", authors=("Anna Reingold",))


def body(submission: dict[str, Any]) -> str:
    return submission.get("body_text") or plain_text(submission["body_html"])


def article(headline: str, text: str, **fields: Any) -> ArticleText:
    return ArticleText(**{"source": "meridian", "headline": headline, "lead": "", "body": text} | fields)


@cache
def huge(language: str) -> ArticleText:
    """As much as is ever read: all samples of the language, over and over, each time with other numbers."""
    texts = [body(submission) for submission in samples(language)]
    rounds = (re.sub(r"\d+", str(number), text) for number in range(200) for text in texts)
    collected = ""
    while len(collected) < MAX_BODY_CHARS:
        collected += next(rounds) + "\n"
    return article("Everything at once", collected[:MAX_BODY_CHARS])


def reading(of: ArticleText, language: str) -> Reading:
    return Reading(of, language, tokeniser())


def serving(enricher: Enricher) -> tuple[str, ...]:
    return tuple(code for code in READ_AS if enricher.languages is None or code in enricher.languages)


# The registry needs models: its names are listed here so that collecting tests loads none.
NAMES = ("slovnet", "gazetteer", "iptc-lexicon", "noun-phrases")
each_enricher = pytest.mark.parametrize("name", NAMES)


def test_every_enricher_of_the_registry_is_tested_here() -> None:
    assert set(enrichers()) == set(NAMES), "list the new enricher in NAMES"


@each_enricher
def test_it_says_what_it_is_in_terms_that_facets_metrics_and_logs_can_use(name: str) -> None:
    enricher = enrichers()[name]
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,39}", enricher.name)
    assert 0 < len(enricher.version) <= 40
    assert enricher.facet in FACETS
    assert 0 < enricher.budget <= 3, "the budget of an article"
    assert enricher.languages is None or enricher.languages <= ISO_639_1


def test_the_registry_lists_enrichers_in_the_order_in_which_they_run() -> None:
    listed = tuple(enrichers().values())
    assert in_order(listed) == listed


@each_enricher
def test_the_same_article_always_gets_the_same_finding(name: str) -> None:
    enricher, found = enrichers()[name], byline_tags(("Anna Reingold",))
    for language in serving(enricher):
        first = enricher.run(reading(sample(language), language), found)
        enricher.run(reading(huge("es"), language), ())
        assert enricher.run(reading(sample(language), language), found) == first


@each_enricher
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n \n", id="blank"),
        pytest.param("-", id="a mark"),
        pytest.param(FOREIGN, id="foreign scripts"),
        pytest.param(ODD, id="odd"),
    ],
)
def test_no_text_upsets_it_and_what_it_quotes_stands_there(name: str, text: str) -> None:
    enricher = enrichers()[name]
    for language in serving(enricher):
        for headline in ("-", "Порт", text[:200] or "x"):
            read = reading(article(headline, text), language)
            checked(enricher.run(read, ()), read)


@each_enricher
def test_an_empty_article_gets_nothing(name: str) -> None:
    enricher = enrichers()[name]
    for language in serving(enricher):
        assert enricher.run(reading(article("-", ""), language), ()).tags == ()


@each_enricher
def test_a_text_in_another_language_than_it_was_told_does_not_upset_it(name: str) -> None:
    enricher = enrichers()[name]
    for language in serving(enricher):
        for of in ("ru", "en", "es"):
            read = reading(sample(of), language)
            checked(enricher.run(read, ()), read)


@each_enricher
def test_it_keeps_its_budget_on_the_longest_text_that_is_read(name: str) -> None:
    """Measured in processor time, so that a busy machine is no excuse and no accident."""
    enricher = enrichers()[name]
    for language in {"ru", "uk", "en", "es"} & set(serving(enricher)):
        read = reading(huge(language), language)
        _ = read.tokens
        started = time.process_time()
        finding = enricher.run(read, ())
        assert time.process_time() - started < enricher.budget, language
        checked(finding, read)


@each_enricher
@pytest.mark.parametrize("piece", ["Iván ", "ООН ", "'", "«А "])
def test_it_keeps_its_budget_on_a_page_of_nothing_but(name: str, piece: str) -> None:
    """Rows of capitals and marks: what costs more than its length would switch the enricher off for all."""
    enricher = enrichers()[name]
    for language in {"ru", "uk", "es"} & set(serving(enricher)):
        read = reading(article("Порт", (piece * MAX_BODY_CHARS)[:MAX_BODY_CHARS]), language)
        _ = read.tokens
        started = time.process_time()
        checked(enricher.run(read, ()), read)
        assert time.process_time() - started < enricher.budget, language


@each_enricher
def test_it_changes_nothing_that_the_next_one_reads(name: str) -> None:
    enricher = enrichers()[name]
    for language in serving(enricher):
        read, found = reading(sample(language), language), byline_tags(("Anna Reingold",))
        before = (read.article, read.language, read.joined, read.tokens, read.sentences, found)
        texts = repr(before)
        enricher.run(read, found)
        assert (read.article, read.language, read.joined, read.tokens, read.sentences, found) == before
        assert repr(before) == texts


@each_enricher
def test_it_can_be_interrupted_anywhere_and_still_works_afterwards(name: str) -> None:
    enricher = enrichers()[name]
    language = serving(enricher)[0]
    expected = enricher.run(reading(sample(language), language), ())
    interrupted = 0
    for milliseconds in (1, 2, 4, 8):
        try:
            with alarm_limit(milliseconds / 1000):
                enricher.run(reading(huge(language), language), ())
        except OverBudget:
            interrupted += 1
    assert interrupted, "the longest text cannot be read in a millisecond"
    assert enricher.run(reading(sample(language), language), ()) == expected

"""The parts of an evaluation by name, and the material that they share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median, quantiles
from typing import Final

from enrich.analysis import Analyst
from enrich.linguistics.models import Models
from enrich.topics.vocabulary import Vocabulary
from tests.evaluation import copies, markup, names, related, texts
from tests.evaluation.analyses import Analysed, analysed
from tests.evaluation.calibration import Calibration, calibrations, confidence_rows
from tests.evaluation.gold import GoldArticle, articles, corpus, links
from tests.evaluation.scores import ALL, Row, by_language, share

USUAL_CHARS: Final = 3_400
P95: Final = 94  # of the 99 cut points into hundredths


@dataclass(frozen=True)
class Material:
    """Labelled articles, and what enrichment says about each: computed once, when first asked for."""

    models: Models
    analyst: Analyst
    labelled: tuple[GoldArticle, ...]

    @cached_property
    def analysed(self) -> tuple[Analysed, ...]:
        return tuple(analysed(self.analyst, self.labelled))

    @cached_property
    def corpus(self) -> related.Corpus:
        """The articles for related links, with labelled ones that it does not hold as strangers."""
        told = tuple(analysed(self.analyst, corpus()))
        known = {paragraph for one in told for paragraph in one.article.body}
        strangers = (one for one in self.analysed if known.isdisjoint(one.article.body))
        return related.Corpus((*told, *strangers), links())

    @cached_property
    def copies(self) -> related.Corpus:
        """The labelled articles with a copy of each."""
        made = tuple(copies.copied(self.labelled))
        told = tuple(analysed(self.analyst, (copy for copy, _ in made)))
        return related.Corpus((*self.analysed, *told), tuple(link for _, link in made))

    def calibrations(self) -> list[Calibration]:
        return list(calibrations(self.analysed))


def prepared(models: Models, analyst: Analyst, languages: Sequence[str] = ()) -> Material:
    """All labelled articles, or those of some languages."""
    chosen = [article for article in articles() if not languages or article.language in languages]
    return Material(models, analyst, tuple(chosen))


def _names(material: Material) -> Iterator[Row]:
    yield from names.rows(material.analysed)
    yield from confidence_rows(material.analysed)
    for language, mine in by_language(material.analysed):
        yield share(
            "names", language, "no failures", (not _failures(one) for one in mine), _all_failures(mine)
        )


def _all_failures(articles: Sequence[Analysed]) -> Iterator[str]:
    for one in articles:
        yield from (f"{one.article.id}: {failure}" for failure in _failures(one))


def _failures(one: Analysed) -> list[str]:
    facets = one.analysis.facets.items()
    return [f"{name}: {facet.reason}" for name, facet in facets if facet.status in ("failed", "unavailable")]


def _related(material: Material) -> Iterator[Row]:
    yield from related.rows(material.corpus)
    yield from related.duplicates(material.copies, "made")


def _time(material: Material) -> Iterator[Row]:
    """Milliseconds of one core, for the labelled articles and for Russian ones of usual length."""
    yield _timed(ALL, "article", material.analysed)
    long = tuple(analysed(material.analyst, _lengthened(material.labelled)))
    if long:
        yield _timed("ru", "long article", long)


def _timed(language: str, what: str, told: Sequence[Analysed]) -> Row:
    took = [one.cpu_s * 1000 for one in told]
    cuts = quantiles(took, n=100, method="inclusive")
    figures = {"median ms": median(took), "p95 ms": cuts[P95], "max ms": max(took)}
    return Row(part="time", language=language, what=what, figures=figures, support=len(took))


def _lengthened(labelled: Sequence[GoldArticle]) -> Iterator[GoldArticle]:
    """Each Russian article with as many of those after it as make up the usual length."""
    russian = [article for article in labelled if article.language == "ru"]
    for at, article in enumerate(russian):
        body: list[tuple[str, ...]] = []
        for other in (*russian[at:], *russian[:at]):
            body += other.body
            if sum(len(line) for part in body for line in part) >= USUAL_CHARS:
                break
        yield article.model_copy(update={"body": tuple(body)})


PARTS: Final[Mapping[str, Callable[[Material], Iterator[Row]]]] = {
    "language": lambda material: texts.language_rows(material.models, material.labelled),
    "sentences": lambda material: texts.sentence_rows(material.models, material.labelled),
    "names": _names,
    "subjects": lambda material: texts.subject_rows(material.analysed, Vocabulary.load()),
    "keyphrases": lambda material: texts.keyphrase_rows(material.analysed),
    "related": _related,
    "markup": lambda _material: markup.rows(markup.bodies()),
    "time": _time,
}

"""How good the machine's work on articles is: facets, tags, links, enrichers, translations."""

from typing import Final

from deploy.grafana.source.model import Dashboard, Panel, Row
from deploy.grafana.source.panels import above, bars, counted, graph, line, or_none, quantile, rate, stat

_FACETS: Final = "newsloom_enrich_facets_total"
_GOOD: Final = 'newsloom_enrich_facets_total{facet!="translations",status=~"ok|partial"}'
_TRIED: Final = 'newsloom_enrich_facets_total{facet!="translations",status!~"skipped|pending"}'
_LESS: Final = 'newsloom_enrich_facets_total{status=~"failed|unavailable"}'
_NOTHING: Final = "No article was enriched in this time"
_NO_TRANSLATION: Final = "No translation yet"


def enrichment() -> Dashboard:
    """Does the machine's work help, and is it there at all?"""
    return Dashboard(
        uid="newsloom-enrichment",
        title="newsloom · Enrichment",
        description=(
            "Tags, related links and translations: how many articles have them, how long they take, and"
            " which parts do not work. An article is published even when all of this fails."
        ),
        since="now-6h",
        rows=[
            Row(title="At a glance", panels=_glance()),
            Row(title="Facets", panels=_facets()),
            Row(title="Enrichers", panels=_enrichers()),
            Row(title="Translations", panels=_translations()),
        ],
    )


def _glance() -> list[Panel]:
    return [
        stat(
            "Facets that succeeded",
            f"sum(increase({_GOOD}[$__range])) / (sum(increase({_TRIED}[$__range])) > 0)",
            unit="percentunit",
            description=(
                "Of the facets that were tried, translations apart, the share that is there in full or in"
                " part."
            ),
            no_data=_NOTHING,
            base="red",
            limits=[above(0.9, "orange"), above(0.98, "green")],
            runbook="an-enricher-is-switched-off-newsloom_enrich_switched_off",
        ),
        stat(
            "Tags for an article",
            (
                "sum(increase(newsloom_enrich_tags_total[$__range]))"
                ' / (sum(increase(newsloom_enrich_facets_total{facet="entities"}[$__range])) > 0)'
            ),
            unit="short",
            description="Tags that the machine found, on average.",
            no_data=_NOTHING,
            base="blue",
        ),
        stat(
            "Related links for an article",
            (
                "sum(increase(newsloom_enrich_related_links_sum[$__range]))"
                " / (sum(increase(newsloom_enrich_related_links_count[$__range])) > 0)"
            ),
            unit="short",
            description="Links to earlier articles, on average.",
            no_data=_NOTHING,
            base="blue",
            runbook="related-links-are-missing-or-old-the-index-of-published-articles-is-still-loading",
        ),
        stat(
            "Articles in the related index",
            "max(newsloom_enrich_index_articles)",
            unit="locale",
            description="Published articles that a process of enrich knows, for related links.",
            no_data="Unknown",
            base="blue",
            runbook="related-links-are-missing-or-old-the-index-of-published-articles-is-still-loading",
        ),
        stat(
            "Enrichers switched off",
            "sum(newsloom_enrich_switched_off) or vector(0)",
            unit="none",
            description="Enrichers that failed so often that they are not asked for a while.",
            no_data="None",
            limits=[above(1)],
            runbook="an-enricher-is-switched-off-newsloom_enrich_switched_off",
        ),
        stat(
            "Translations waiting",
            "sum(newsloom_translations_waiting) or vector(0)",
            unit="locale",
            description="Articles that wait for a translation.",
            no_data="None",
            limits=[above(50, "orange"), above(500)],
            runbook="translations-wait-or-fail",
        ),
    ]


def _facets() -> list[Panel]:
    return [
        bars(
            "Facets by status",
            line(f"sum by (facet, status) ({counted(_FACETS)}) > 0", "{{facet}} {{status}}"),
            unit="locale",
            description=(
                "ok, partial, skipped (no need), unavailable (not set up), failed, pending (comes later):"
                " what became of each facet."
            ),
            no_data=_NOTHING,
            height=10,
            runbook="an-enricher-is-left-out-notes-of-readyz-log-line-enricher_left_out",
        ),
        graph(
            "Facets missing",
            line(
                or_none(f"60 * {rate(_LESS, 'facet, status')} > 0", "facet"),
                "{{facet}} {{status}}",
            ),
            unit="cpm",
            description="Facets that failed, or that nothing is set up for, a minute.",
            no_data="Every facet succeeded since enrich started",
            height=10,
            width=8,
            runbook="an-enricher-is-switched-off-newsloom_enrich_switched_off",
        ),
        graph(
            "Tags by kind",
            line(rate("newsloom_enrich_tags_total", "kind"), "{{kind}}"),
            unit="cps",
            description="Tags found a second, by kind.",
            no_data=_NOTHING,
            width=8,
            height=10,
            stacked=True,
            runbook="a-subject-is-wrong-or-one-is-missing",
        ),
    ]


def _enrichers() -> list[Panel]:
    return [
        graph(
            "Seconds by enricher, typical",
            line(quantile(0.5, "newsloom_enrich_seconds", by="enricher"), "{{enricher}}"),
            unit="s",
            description="Half of the articles took each enricher less than this.",
            no_data=_NOTHING,
            width=8,
        ),
        graph(
            "Seconds by enricher, 95 of 100",
            line(quantile(0.95, "newsloom_enrich_seconds", by="enricher"), "{{enricher}}"),
            unit="s",
            description="95 of 100 articles took each enricher less than this.",
            no_data=_NOTHING,
            width=8,
            limits=[above(1)],
        ),
        graph(
            "Enrichers that fail",
            line(
                or_none(f"60 * {rate('newsloom_enrich_failures_total', 'enricher')}", "enricher"),
                "{{enricher}}",
            ),
            unit="cpm",
            description="Articles for which an enricher failed or took more than its time, a minute.",
            no_data="None failed since enrich started",
            width=8,
            runbook="an-enricher-is-switched-off-newsloom_enrich_switched_off",
        ),
        graph(
            "Workers",
            line("sum by (state) (newsloom_enrich_workers)", "{{state}}"),
            unit="short",
            description=(
                "Processes that do the work on texts. All busy all the time: give enrich more of them."
            ),
            no_data="Unknown",
            stacked=True,
        ),
        graph(
            "Related links for an article",
            line(quantile(0.5, "newsloom_enrich_related_links"), "typical"),
            line(quantile(0.95, "newsloom_enrich_related_links"), "95 of 100"),
            unit="short",
            description="How many links to earlier articles an article gets.",
            no_data=_NOTHING,
            runbook="related-links-are-missing-or-old-the-index-of-published-articles-is-still-loading",
        ),
    ]


def _translations() -> list[Panel]:
    return [
        bars(
            "Translations by outcome",
            line(f"sum by (status) ({counted('newsloom_translations_total')})", "{{status}}"),
            unit="locale",
            description="What became of translations of whole articles.",
            no_data=_NO_TRANSLATION,
            runbook="translations-wait-or-fail",
        ),
        graph(
            "Seconds an engine takes, 95 of 100",
            line(quantile(0.95, "newsloom_translation_seconds", by="engine"), "{{engine}}"),
            unit="s",
            description="One request to an engine.",
            no_data=_NO_TRANSLATION,
            width=8,
            runbook="translations-wait-or-fail",
        ),
        graph(
            "Sentences by origin",
            line(rate("newsloom_translation_sentences_total", "origin"), "{{origin}}"),
            unit="cps",
            description="Whether a sentence was translated anew or remembered.",
            no_data=_NO_TRANSLATION,
            width=8,
            stacked=True,
        ),
        graph(
            "Engines that fail",
            line(
                or_none(f"60 * {rate('newsloom_translation_failures_total', 'engine, kind')}", "engine"),
                "{{engine}} {{kind}}",
            ),
            unit="cpm",
            description="Requests that an engine did not answer as it should, a minute.",
            no_data="None",
            width=8,
            runbook="translations-wait-or-fail",
        ),
        graph(
            "Engines not asked for a while",
            line(
                or_none("sum by (engine, pair) (newsloom_translation_breaker_open)", "engine"),
                "{{engine}} {{pair}}",
            ),
            unit="short",
            description="1 for an engine and a pair of languages whose breaker is open.",
            no_data="None",
            width=8,
            at_most=1,
            limits=[above(1)],
            runbook="translations-wait-or-fail",
        ),
        graph(
            "Waiting",
            line("sum(newsloom_translations_waiting) or vector(0)", "translations"),
            unit="short",
            description="Translations that wait. The archive waits for live articles by design.",
            no_data="None",
            width=8,
            runbook="translations-wait-or-fail",
        ),
    ]

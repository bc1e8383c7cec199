"""What readers get: feeds, articles, live updates."""

from typing import Final

from deploy.grafana.source.model import Dashboard, Panel, Row
from deploy.grafana.source.panels import EDITORIAL, above, bars, counted, graph, line, quantile, rate, stat

_ASKED: Final = 'newsloom_http_requests_total{job="feeds"}'
_FAILED: Final = 'newsloom_http_requests_total{job="feeds",status=~"5.."}'
_UNCHANGED: Final = 'newsloom_http_requests_total{job="feeds",status="304"}'
_RESETS: Final = "newsloom_feeds_stream_resets_total"
_CATCH_UPS: Final = "newsloom_feeds_stream_catch_ups_total"
_PASSED_OVER: Final = "newsloom_feeds_updates_passed_over_total"
_PAGES: Final = "newsloom_feeds_log_pages_total"
_NO_REQUEST: Final = "No request in this time"
_UNKNOWN: Final = "The service feeds tells nothing"


def feeds() -> Dashboard:
    """Do readers get everything, at once?"""
    return Dashboard(
        uid="newsloom-feeds",
        title="newsloom · Feeds and readers",
        description=(
            "Readers of feeds and live readers: what they ask for, how fast they get it, what they missed."
        ),
        since="now-1h",
        rows=[
            Row(title="At a glance", panels=_glance()),
            Row(title="Live readers", panels=_live()),
            Row(title="HTTP", panels=_http()),
            Row(title="Age", panels=_age()),
        ],
    )


def _glance() -> list[Panel]:
    return [
        stat(
            "Live readers",
            "sum(newsloom_feeds_streams)",
            unit="locale",
            description="Connections that are told of each update at once.",
            no_data=_UNKNOWN,
            base="blue",
            runbook="live-readers-get-503-too-many-live-readers",
        ),
        stat(
            "Requests a second",
            rate(_ASKED),
            unit="reqps",
            description="All requests of readers, live ones when they begin.",
            no_data="No request yet",
            base="blue",
        ),
        stat(
            "Answered with an error of ours",
            f"(sum(increase({_FAILED}[$__range])) or vector(0)) / (sum(increase({_ASKED}[$__range])) > 0)",
            unit="percentunit",
            description="Share of requests answered 5xx.",
            no_data=_NO_REQUEST,
            limits=[above(0.001, "orange"), above(0.01)],
            runbook="a-service-is-not-ready",
        ),
        stat(
            "Answered unchanged",
            f"(sum(increase({_UNCHANGED}[$__range])) or vector(0)) / (sum(increase({_ASKED}[$__range])) > 0)",
            unit="percentunit",
            description="Share of requests answered 304: readers who ask well cost little.",
            no_data=_NO_REQUEST,
            base="blue",
        ),
        stat(
            "Resets told",
            f"sum({counted(_RESETS)}) or vector(0)",
            unit="locale",
            description=(
                "Live readers who had to be told to load the feed anew, because what they missed is gone."
            ),
            no_data="None",
            limits=[above(1, "orange"), above(20)],
            runbook="live-readers-are-told-reset",
        ),
        stat(
            "Live tail behind",
            "max(newsloom_feeds_tail_behind_records)",
            unit="locale",
            description="Updates in Kafka that the live tail has not read yet.",
            no_data=_UNKNOWN,
            limits=[above(100, "orange"), above(1000)],
            runbook="consumer-lag-grows",
        ),
    ]


def _live() -> list[Panel]:
    return [
        graph(
            "Live readers",
            line("sum by (instance) (newsloom_feeds_streams)", "{{instance}}"),
            unit="short",
            description="Connections held open, by process.",
            no_data=_UNKNOWN,
            width=8,
            stacked=True,
            runbook="live-readers-get-503-too-many-live-readers",
        ),
        graph(
            "Updates sent",
            line(rate("newsloom_feeds_updates_sent_total"), "sent to live readers"),
            unit="cps",
            description="Updates written to connections; one update to a hundred readers counts a hundred.",
            no_data=_UNKNOWN,
            width=8,
        ),
        graph(
            "Updates passed over",
            line(rate(_PASSED_OVER, "why"), "{{why}}"),
            unit="cps",
            description=(
                "Updates that no reader was told, because the store is already further on or the article may"
                " not be seen."
            ),
            no_data="None since feeds started",
            width=8,
            runbook="a-killed-article-is-still-seen",
        ),
        bars(
            "Catch-ups",
            line(f"sum by (from) ({counted(_CATCH_UPS)})", "from the {{from}}"),
            unit="locale",
            description=(
                "Readers who came back and asked for what they missed: answered from memory (window) or from"
                " Kafka (log)."
            ),
            no_data="Nobody came back",
            runbook="newsloom_feeds_log_pages_total-rises-quickly",
        ),
        bars(
            "Resets by cause",
            line(f"sum by (why) ({counted(_RESETS)})", "{{why}}"),
            unit="locale",
            description="Why live readers were told to load the feed anew.",
            no_data="Nobody was told so",
            runbook="live-readers-are-told-reset",
        ),
        graph(
            "Pages read back from Kafka",
            line(f"60 * {rate(_PAGES)}", "pages"),
            unit="cpm",
            description="Pages of the log read for readers whose place is older than the memory, a minute.",
            no_data=_UNKNOWN,
            width=8,
            runbook="newsloom_feeds_log_pages_total-rises-quickly",
        ),
    ]


def _http() -> list[Panel]:
    return [
        graph(
            "Requests by route",
            line(rate(_ASKED, "route"), "{{route}}"),
            unit="reqps",
            description="What readers ask for.",
            no_data=_NO_REQUEST,
        ),
        graph(
            "Requests by status",
            line(rate(_ASKED, "status"), "{{status}}"),
            unit="reqps",
            description="304: unchanged. 404: unknown. 410: withdrawn. 451: under embargo. 503: try again.",
            no_data=_NO_REQUEST,
            stacked=True,
        ),
        graph(
            "Seconds to answer, typical",
            line(quantile(0.5, "newsloom_http_request_seconds", 'job="feeds"', by="route"), "{{route}}"),
            unit="s",
            description="Half of the requests were answered within this time. Live streams are not counted.",
            no_data=_NO_REQUEST,
        ),
        graph(
            "Seconds to answer, 95 of 100",
            line(quantile(0.95, "newsloom_http_request_seconds", 'job="feeds"', by="route"), "{{route}}"),
            unit="s",
            description="95 of 100 requests were answered within this time. Live streams are not counted.",
            no_data=_NO_REQUEST,
            limits=[above(1)],
        ),
    ]


def _age() -> list[Panel]:
    labels = f'at="feed",{EDITORIAL}'
    return [
        graph(
            "Age when readers get it, typical",
            line(
                quantile(0.5, "newsloom_article_age_seconds", labels, by="source_class"), "{{source_class}}"
            ),
            unit="s",
            description="From accept until the live tail of the feeds has the article, by class of source.",
            no_data="No article in this time",
            limits=[above(5)],
            runbook="consumer-lag-grows",
        ),
        graph(
            "Age when readers get it, 99 of 100",
            line(
                quantile(0.99, "newsloom_article_age_seconds", labels, by="source_class"), "{{source_class}}"
            ),
            unit="s",
            description="99 of 100 articles were in the live tail of the feeds within this time from accept.",
            no_data="No article in this time",
            limits=[above(5)],
            runbook="consumer-lag-grows",
        ),
    ]

"""The newsroom's page: a chief editor reads it without knowing what Kafka is."""

from typing import Final

from deploy.grafana.source.model import Dashboard, Panel, Row
from deploy.grafana.source.panels import (
    EDITORIAL,
    SERVICES,
    above,
    bars,
    counted,
    graph,
    line,
    or_none,
    quantile,
    rate,
    stat,
)

_ACCEPTED: Final = f'newsloom_ingest_accepted_total{{kind="article",{EDITORIAL}}}'
_TOLD: Final = f'newsloom_article_age_seconds_count{{at="told",{EDITORIAL}}}'
_LIFTED: Final = "newsloom_publish_embargoes_lifted_total"
_TO_READERS: Final = f'at="feed",{EDITORIAL}'
_AT_THE_DOOR: Final = 'newsloom_http_requests_total{job="ingest",problem!=""}'
_ASKED: Final = 'newsloom_http_requests_total{job="feeds"}'
_FAILED: Final = 'newsloom_http_requests_total{job="feeds",status=~"5.."}'
_REFUSED_LINES: Final = 'newsloom_ingest_batch_lines_total{outcome!="accepted"}'
_WAITING: Final = 'newsloom_group_lag_records{group=~"enrich|publish"}'
_WITHDRAWN: Final = f'newsloom_ingest_accepted_total{{kind="kill",{EDITORIAL}}}'
_CANARY_SEEN: Final = "time() - (max(newsloom_canary_last_seen_timestamp_seconds) > 0)"
_UNREADY: Final = "count(sum by (job, instance) (newsloom_not_ready) > 0)"
_DOWN: Final = f"count(up{{{SERVICES}}} == 0)"
_NOTHING_CAME: Final = "No new article reached readers in this time"


def overview() -> Dashboard:
    """Is the newsroom's work reaching its readers?"""
    return Dashboard(
        uid="newsloom-overview",
        title="newsloom · Newsroom overview",
        description=(
            "Is what the newsroom writes reaching its readers, how fast, and what did not? Green is well."
            " Counts are of the time chosen at the top right, at first today. Test articles are not counted."
        ),
        since="now/d",
        scoped=False,
        rows=[
            Row(title="Is everything all right?", panels=_all_right()),
            Row(title="Articles", panels=_articles()),
            Row(title="How fast", panels=_speed()),
            Row(title="What did not get through", panels=_not_through()),
            Row(title="Translations and readers", panels=_readers()),
        ],
    )


def _all_right() -> list[Panel]:
    return [
        stat(
            "Test article last seen",
            _CANARY_SEEN,
            unit="s",
            description=(
                "newsloom sends itself a small test article every ten seconds and looks for it as a reader"
                " would. This is how long ago one was last seen. Above half a minute, real articles are late"
                " too."
            ),
            no_data="No test article seen yet",
            width=6,
            limits=[above(30, "orange"), above(60)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Services in trouble",
            f"({_UNREADY} or vector(0)) + ({_DOWN} or vector(0))",
            unit="none",
            description=(
                "How many parts of newsloom do not answer, or say themselves that they cannot work now."
            ),
            no_data="Unknown",
            width=6,
            limits=[above(1)],
            runbook="a-service-is-not-ready",
        ),
        stat(
            "Alarms",
            'count(count by (alertname) (ALERTS{alertstate="firing"})) or vector(0)',
            unit="none",
            description="How many kinds of alarm somebody on call is being told of at the moment.",
            no_data="Unknown",
            width=6,
            limits=[above(1, "orange")],
        ),
        stat(
            "Seen by readers within 5 seconds",
            (
                f'sum(increase(newsloom_article_age_seconds_bucket{{{_TO_READERS},le="5.0"}}[$__range]))'
                f" / (sum(increase(newsloom_article_age_seconds_count{{{_TO_READERS}}}[$__range])) > 0)"
            ),
            unit="percentunit",
            description=(
                "Of 100 articles, how many were in the feeds of readers within five seconds of being taken"
                " in."
            ),
            no_data=_NOTHING_CAME,
            width=6,
            base="red",
            limits=[above(0.95, "orange"), above(0.99, "green")],
            runbook="consumer-lag-grows",
        ),
    ]


def _articles() -> list[Panel]:
    return [
        stat(
            "Taken in",
            f"sum({counted(_ACCEPTED)}) or vector(0)",
            unit="locale",
            description="Articles and new versions of articles that newsloom accepted in the chosen time.",
            no_data="None",
            width=6,
            base="blue",
        ),
        stat(
            "Published",
            f"(sum({counted(_TOLD)}) or vector(0)) + (sum({counted(_LIFTED)}) or vector(0))",
            unit="locale",
            description=(
                "Articles and new versions of articles that were published in the chosen time, those whose"
                " embargo ended included."
            ),
            no_data="None",
            width=6,
            base="blue",
        ),
        stat(
            "Waiting now",
            f"sum({_WAITING})",
            unit="locale",
            description=(
                "Accepted, and not yet through newsloom. A few for a moment is normal; many for minutes is"
                " not."
            ),
            no_data="Nobody is counting: the service canary does not run",
            width=6,
            limits=[above(100, "orange"), above(1000)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Taken back",
            f"sum({counted(_WITHDRAWN)}) or vector(0)",
            unit="locale",
            description="Articles that their newsroom withdrew for good: no reader gets them any more.",
            no_data="None",
            width=6,
            base="blue",
            runbook="a-killed-article-is-still-seen",
        ),
        graph(
            "Articles a minute",
            line(f"60 * {rate(_ACCEPTED)}", "taken in"),
            line(f"60 * {rate(_TOLD)}", "published"),
            unit="short",
            description=(
                "The two lines belong together: where the lower one stays behind, articles are waiting."
            ),
            no_data="No article yet",
        ),
        graph(
            "Where articles come from",
            line(f"60 * {rate(_ACCEPTED, 'source_class')}", "{{source_class}}"),
            unit="short",
            description="Articles a minute by kind of source: the own desks, the wires, the archive.",
            no_data="No article yet",
            stacked=True,
        ),
    ]


def _speed() -> list[Panel]:
    histogram = "newsloom_article_age_seconds"
    return [
        stat(
            "Typical time to readers",
            quantile(0.5, histogram, _TO_READERS, over="$__range"),
            unit="s",
            description=(
                "Half of the articles were in the feeds faster than this, counted from being taken in."
            ),
            no_data=_NOTHING_CAME,
            width=6,
            height=8,
            limits=[above(2.5, "orange"), above(5)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Slowest time to readers",
            quantile(0.99, histogram, _TO_READERS, over="$__range"),
            unit="s",
            description="99 of 100 articles were in the feeds faster than this; the slowest one took longer.",
            no_data=_NOTHING_CAME,
            width=6,
            height=8,
            limits=[above(5, "orange"), above(30)],
            runbook="consumer-lag-grows",
        ),
        graph(
            "Time to readers",
            line(quantile(0.5, histogram, _TO_READERS), "typical"),
            line(quantile(0.99, histogram, _TO_READERS), "slowest of 100"),
            unit="s",
            description="The same over time. A gap means that no article came in.",
            no_data=_NOTHING_CAME,
            limits=[above(5)],
            runbook="consumer-lag-grows",
        ),
    ]


def _not_through() -> list[Panel]:
    return [
        stat(
            "Put aside for a person",
            f"sum({counted('newsloom_dead_letters_total')}) or vector(0)",
            unit="locale",
            description=(
                "Accepted, but newsloom could not work with it: it lies in a box (`newsloom dlq list`) until"
                " somebody repairs and replays it, or throws it away."
            ),
            no_data="None",
            width=6,
            limits=[above(1)],
            runbook="dead-letters",
        ),
        stat(
            "Refused at the door",
            f"(sum({counted(_AT_THE_DOOR)}) or vector(0)) + (sum({counted(_REFUSED_LINES)}) or vector(0))",
            unit="locale",
            description=(
                "Sent by a tool of the newsroom, but not accepted: the tool was told why at once and has to"
                " send it again."
            ),
            no_data="None",
            width=6,
            limits=[above(1, "yellow"), above(100, "orange")],
            runbook="a-tool-is-answered-401",
        ),
        stat(
            "Test articles that went wrong",
            'sum(increase(newsloom_canary_rounds_total{outcome!="ok"}[$__range])) or vector(0)',
            unit="locale",
            description=(
                "Test articles that came late, in a wrong version or not at all, or could still be read"
                " after they had been withdrawn."
            ),
            no_data="No test articles are sent",
            width=6,
            limits=[above(1, "orange"), above(6)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Embargoes that failed",
            "sum(increase(newsloom_publish_embargo_failures_total[$__range]))",
            unit="locale",
            description="Articles whose embargo ended, and which could not be published then.",
            no_data="None",
            width=6,
            limits=[above(1)],
            runbook="an-embargo-did-not-end",
        ),
        bars(
            "Why tools were refused",
            line(or_none(f"topk(8, sum by (problem) ({counted(_AT_THE_DOOR)}))", "problem"), "{{problem}}"),
            unit="locale",
            description=(
                "The reasons that tools were given, most frequent first; docs/problems.md explains each."
            ),
            no_data="Nothing was refused",
            width=12,
            height=6,
        ),
        bars(
            "What was put aside, and where",
            line(
                or_none(f"sum by (job, reason) ({counted('newsloom_dead_letters_total')}) > 0", "reason"),
                "{{job}} {{reason}}",
            ),
            unit="locale",
            description="Records put aside, by the part of newsloom that could not work with them, and why.",
            no_data="Nothing was put aside",
            width=12,
            height=6,
            runbook="dead-letters",
        ),
    ]


def _readers() -> list[Panel]:
    return [
        stat(
            "Translations made",
            f"sum({counted('newsloom_translations_total')}) or vector(0)",
            unit="locale",
            description="Translations of whole articles, into any language, in the chosen time.",
            no_data="None",
            width=8,
            base="blue",
        ),
        stat(
            "Translations waiting",
            "sum(newsloom_translations_waiting) or vector(0)",
            unit="locale",
            description="Articles that wait for a translation. They are published without it meanwhile.",
            no_data="None",
            width=8,
            limits=[above(50, "orange"), above(500)],
            runbook="translations-wait-or-fail",
        ),
        stat(
            "Live readers",
            "sum(newsloom_feeds_streams)",
            unit="locale",
            description="Sites and apps that hold a line open and are told of each new article at once.",
            no_data="None",
            width=8,
            base="blue",
        ),
        graph(
            "What readers ask for",
            line(f"60 * {rate(_ASKED)}", "all requests"),
            line(
                f"60 * ({rate(_FAILED)} or vector(0))",
                "answered with an error of ours",
            ),
            unit="short",
            description="Requests a minute for articles and feeds.",
            no_data="No request yet",
            runbook="live-readers-get-503-too-many-live-readers",
        ),
        graph(
            "Live readers over time",
            line("sum(newsloom_feeds_streams)", "live readers"),
            unit="short",
            description="A sudden fall of all of them at once is ours; one by one they come and go.",
            no_data="None",
            runbook="live-readers-get-503-too-many-live-readers",
        ),
    ]

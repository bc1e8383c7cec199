"""The way of an article through the services: rate, errors, saturation and lag of each stage."""

from typing import Final

from deploy.grafana.source.model import Dashboard, Panel, Row
from deploy.grafana.source.panels import (
    EDITORIAL,
    RATE,
    above,
    bars,
    counted,
    graph,
    line,
    or_none,
    per_minute,
    quantile,
    rate,
    stat,
    table,
)

_AGE: Final = "newsloom_article_age_seconds"
_TOOLS_ASK: Final = 'newsloom_http_requests_total{job="ingest"}'
_BY_ROLE: Final = "{{job}} {{role}}"
_NO_RECORDS: Final = "No record in this time"
_NO_LOOK: Final = "Nobody looks at the groups: the service canary does not run"


def pipeline() -> Dashboard:
    """Which stage holds up the others?"""
    return Dashboard(
        uid="newsloom-pipeline",
        title="newsloom · Pipeline",
        description=(
            "Rate, errors, saturation and lag of every stage between the door and the feeds. Read it from"
            " the top: the first row says whether something is wrong, the rows below say where."
        ),
        since="now-1h",
        rows=[
            Row(title="At a glance", panels=_glance()),
            Row(title="Rate", panels=_rates()),
            Row(title="Lag", panels=_lag()),
            Row(title="Age, from accepted to seen", panels=_ages()),
            Row(title="Errors", panels=_errors()),
            Row(title="Saturation", panels=_saturation()),
            Row(title="The door", panels=_door()),
        ],
    )


def _glance() -> list[Panel]:
    return [
        stat(
            "Longest lag",
            "max(newsloom_group_lag_seconds)",
            unit="s",
            description="Age of the oldest record that a consumer group has not finished, of all groups.",
            no_data=_NO_LOOK,
            limits=[above(10, "orange"), above(30)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Canary last seen",
            "time() - (max(newsloom_canary_last_seen_timestamp_seconds) > 0)",
            unit="s",
            description="Seconds since a test article was last seen through the public API.",
            no_data="None seen yet",
            limits=[above(30, "orange"), above(60)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Dead letters",
            f"sum({counted('newsloom_dead_letters_total')}) or vector(0)",
            unit="locale",
            description="Records put aside in the chosen time, by all stages.",
            no_data="None",
            limits=[above(1)],
            runbook="dead-letters",
        ),
        stat(
            "Fuses blown",
            "sum(newsloom_fuse_blown)",
            unit="none",
            description=(
                "Consumers that stopped themselves, because too many records in a row were dead letters."
            ),
            no_data="Unknown",
            limits=[above(1)],
            runbook="the-fuse-has-blown",
        ),
        stat(
            "Halted partitions",
            "sum(newsloom_halted_partitions)",
            unit="none",
            description="Partitions that stand before a batch which cannot be unpacked.",
            no_data="Unknown",
            limits=[above(1)],
            runbook="a-partition-halts",
        ),
        stat(
            "Failing checks",
            "sum(newsloom_not_ready)",
            unit="none",
            description=(
                "Readiness checks that fail now, of all services; the page of one service names them."
            ),
            no_data="Unknown",
            limits=[above(1)],
            runbook="a-service-is-not-ready",
        ),
    ]


def _rates() -> list[Panel]:
    return [
        graph(
            "Accepted",
            line(rate("newsloom_ingest_accepted_total", "kind, source_class"), "{{kind}} {{source_class}}"),
            unit="cps",
            description="What ingest accepted, by kind and class of source.",
            no_data=_NO_RECORDS,
            width=8,
            stacked=True,
        ),
        graph(
            "Finished by each stage",
            line(rate("newsloom_consumed_records_total", "job, role"), _BY_ROLE),
            unit="cps",
            description="Records whose outcome is durable: stored, passed on, or put aside.",
            no_data=_NO_RECORDS,
            width=8,
        ),
        graph(
            "Written to Kafka",
            line(rate("newsloom_sent_records_total", "topic"), "{{topic}}"),
            unit="cps",
            description="Records that Kafka acknowledged, by topic.",
            no_data=_NO_RECORDS,
            width=8,
        ),
        graph(
            "Decisions of publish",
            line(rate("newsloom_publish_decisions_total", "decision"), "{{decision}}"),
            unit="cps",
            description=(
                "What became of events: apply and kill change the store, replay tells again, stale has no"
                " effect, conflict is put aside."
            ),
            no_data=_NO_RECORDS,
            stacked=True,
        ),
        graph(
            "Told later, and told anew",
            line(f"60 * {rate('newsloom_publish_embargoes_lifted_total')}", "embargoes ended"),
            line(f"60 * {rate('newsloom_publish_healed_total')}", "healed by the proofreader"),
            line(f"60 * {rate('newsloom_publish_embargoes_retold_total')}", "embargoes told anew"),
            unit="cpm",
            description=(
                "Articles a minute that publish tells without an event: at the end of their embargo, or"
                " because an older state had been told last."
            ),
            no_data="Unknown",
            runbook="an-embargo-did-not-end",
        ),
    ]


def _lag() -> list[Panel]:
    return [
        graph(
            "Lag in seconds",
            line("max by (group, topic) (newsloom_group_lag_seconds)", "{{group}} · {{topic}}"),
            unit="s",
            description=(
                "Age of the oldest record without a committed outcome, seen from outside: a service that is"
                " down is seen to fall behind."
            ),
            no_data=_NO_LOOK,
            limits=[above(30)],
            runbook="consumer-lag-grows",
        ),
        graph(
            "Lag in records",
            line("max by (group, topic) (newsloom_group_lag_records)", "{{group}} · {{topic}}"),
            unit="short",
            description="Records without a committed outcome, seen from outside.",
            no_data=_NO_LOOK,
            runbook="consumer-lag-grows",
        ),
        table(
            "Groups now",
            line("max by (group, topic) (newsloom_group_lag_records)", "records"),
            unit="locale",
            description="Records that each group has before it.",
            no_data=_NO_LOOK,
            runbook="consumer-lag-grows",
        ),
        graph(
            "Seconds since a stage finished something",
            line("time() - max by (job, role) (newsloom_last_record_timestamp_seconds > 0)", _BY_ROLE),
            unit="s",
            description=(
                "Since the last durable outcome. It grows in a quiet night too: only together with lag does"
                " it mean that a consumer is stuck."
            ),
            no_data="No stage has finished a record yet",
            runbook="a-consumer-is-stuck",
        ),
    ]


def _ages() -> list[Panel]:
    labels = f'at=~"stored|told|feed",{EDITORIAL}'
    return [
        graph(
            "Age at each station, typical",
            line(quantile(0.5, _AGE, labels, by="at"), "{{at}}"),
            unit="s",
            description=(
                "Half of the articles were stored, told to Kafka and in the live tail of the feeds within"
                " this time from accept."
            ),
            no_data="No article in this time",
            limits=[above(5)],
            runbook="consumer-lag-grows",
        ),
        graph(
            "Age at each station, 99 of 100",
            line(quantile(0.99, _AGE, labels, by="at"), "{{at}}"),
            unit="s",
            description="99 of 100 articles were stored, told and in the feeds within this time from accept.",
            no_data="No article in this time",
            limits=[above(5)],
            runbook="consumer-lag-grows",
        ),
    ]


def _errors() -> list[Panel]:
    return [
        graph(
            "Dead letters by reason",
            line(
                or_none(f"60 * {rate('newsloom_dead_letters_total', 'job, role, reason')}", "reason"),
                _BY_ROLE + " {{reason}}",
            ),
            unit="cpm",
            description="Records put aside a minute. `newsloom dlq list` shows them.",
            no_data="No dead letter since the services started",
            runbook="dead-letters",
        ),
        graph(
            "Repeats and unexpected errors",
            line(per_minute("newsloom_retries_total", "job, role"), _BY_ROLE + " repeats"),
            line(per_minute("newsloom_handler_bugs_total", "job, role"), _BY_ROLE + " unexpected"),
            unit="cpm",
            description=(
                "Repeats after a failure of something that we depend on, and exceptions that nobody had"
                " thought of, a minute."
            ),
            no_data="None since the services started",
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Sending fails",
            line(per_minute("newsloom_send_failures_total", "job"), "{{job}} failed"),
            line(per_minute("newsloom_producers_replaced_total", "job"), "{{job}} producer replaced"),
            unit="cpm",
            description="Sends that Kafka did not acknowledge, and producers given up as stuck, a minute.",
            no_data="None since the services started",
            width=8,
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Rebalances and fenced commits",
            line(per_minute("newsloom_rebalances_total", "job, role"), _BY_ROLE + " rebalances"),
            line(per_minute("newsloom_commits_fenced_total", "job, role"), _BY_ROLE + " fenced"),
            unit="cpm",
            description=(
                "Partitions assigned anew, and commits refused because another member owns them, a minute."
            ),
            no_data="None since the services started",
            width=8,
            runbook="a-consumer-is-stuck",
        ),
        graph(
            "MongoDB fails",
            line(per_minute("newsloom_mongo_failures_total", "job, command"), "{{job}} {{command}}"),
            line(per_minute("newsloom_publish_lost_swaps_total", "job"), "{{job}} lost swaps"),
            unit="cpm",
            description=(
                "Commands that MongoDB refused or did not answer, and writes that another writer"
                " forestalled, a minute. Lost swaps are normal while two publishers meet."
            ),
            no_data="None since the services started",
            width=8,
            runbook="kafka-or-mongodb-was-down",
        ),
    ]


def _saturation() -> list[Panel]:
    return [
        graph(
            "Seconds for a batch, 95 of 100",
            line(quantile(0.95, "newsloom_batch_seconds", by="job, role"), _BY_ROLE),
            unit="s",
            description="From the poll to the commit.",
            no_data=_NO_RECORDS,
            width=8,
            runbook="a-consumer-is-stuck",
        ),
        graph(
            "Records in a batch, average",
            line(
                f"sum by (job, role) (rate(newsloom_batch_records_sum[{RATE}]))"
                f" / (sum by (job, role) (rate(newsloom_batch_records_count[{RATE}])) > 0)",
                _BY_ROLE,
            ),
            unit="short",
            description="Large batches mean that a stage has much to catch up with.",
            no_data=_NO_RECORDS,
            width=8,
        ),
        graph(
            "In progress",
            line("sum by (job, role) (newsloom_records_in_progress)", _BY_ROLE),
            line("sum by (job) (newsloom_pending_records)", "{{job}} not yet acknowledged"),
            unit="short",
            description="Records being worked on, and records sent that Kafka has not yet acknowledged.",
            no_data="Unknown",
            width=8,
        ),
        graph(
            "MongoDB command, 95 of 100",
            line(quantile(0.95, "newsloom_mongo_command_seconds", by="job"), "{{job}}"),
            unit="s",
            description="How long MongoDB takes for a command, seen from each service.",
            no_data="No command in this time",
            width=8,
            limits=[above(1)],
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Acknowledgement by Kafka, 95 of 100",
            line(quantile(0.95, "newsloom_send_seconds", by="job"), "{{job}}"),
            unit="s",
            description="From the send to the acknowledgement of all replicas.",
            no_data=_NO_RECORDS,
            width=8,
            limits=[above(1)],
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Event loop late, 99 of 100",
            line(quantile(0.99, "newsloom_event_loop_delay_seconds", by="job"), "{{job}}"),
            unit="s",
            description=(
                "How late a timer wakes in each service. Above a tenth of a second the process has too much"
                " to do."
            ),
            no_data="Unknown",
            width=8,
            limits=[above(0.1)],
        ),
    ]


def _door() -> list[Panel]:
    return [
        graph(
            "Requests by status",
            line(rate(_TOOLS_ASK, "status"), "{{status}}"),
            unit="reqps",
            description="Requests of the newsroom's tools to ingest.",
            no_data="No request yet",
            width=8,
            stacked=True,
            runbook="everybody-is-answered-503",
        ),
        graph(
            "Seconds to accept",
            line(quantile(0.5, "newsloom_ingest_accept_seconds"), "typical"),
            line(quantile(0.99, "newsloom_ingest_accept_seconds"), "99 of 100"),
            unit="s",
            description="From the request line to the acknowledgement by Kafka, of accepted requests.",
            no_data="Nothing accepted in this time",
            width=8,
            limits=[above(1)],
            runbook="everybody-is-answered-503",
        ),
        bars(
            "Refused: credentials",
            line(
                f"sum by (why) ({counted('newsloom_ingest_auth_failures_total')})",
                "{{why}}",
            ),
            unit="locale",
            description="Requests that showed no key, a wrong one, or one that may not do this.",
            no_data="None",
            runbook="a-tool-is-answered-401",
        ),
        bars(
            "Lines of batches",
            line(
                or_none(f"sum by (outcome) ({counted('newsloom_ingest_batch_lines_total')})", "outcome"),
                "{{outcome}}",
            ),
            unit="locale",
            description="Lines of `/v1/articles/batch` by what became of them.",
            no_data="No batch",
            runbook="a-batch-stops-with-next_line",
        ),
        bars(
            "Feeds read by newsloom",
            line(f"sum by (outcome) ({counted('newsloom_ingest_feed_polls_total')})", "{{outcome}}"),
            unit="locale",
            description="Readings of imported feeds by what became of them.",
            no_data="No feed is imported",
            runbook="a-feed-is-not-imported",
        ),
        graph(
            "Bytes in hand",
            line("sum(newsloom_ingest_in_flight_bytes)", "in flight"),
            unit="bytes",
            description=(
                "Bytes of requests that ingest has begun to read and not yet answered; it refuses beyond a"
                " bound."
            ),
            no_data="Unknown",
            width=8,
            runbook="everybody-is-answered-503",
        ),
    ]

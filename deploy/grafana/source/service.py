"""One service in depth: what its process, its HTTP side, its consumers, its producer and its store do."""

from typing import Final

from deploy.grafana.source.model import Dashboard, Panel, Row
from deploy.grafana.source.panels import (
    RATE,
    SERVICES,
    above,
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

_ROLE: Final = "{{job}} {{role}}"
_NO_CONSUMER: Final = "This service consumes nothing"
_NO_STORE: Final = "This service does not use MongoDB"
_HTTP: Final = "newsloom_http_requests_total"
_PROBLEMS: Final = 'newsloom_http_requests_total{problem!=""}'


def service() -> Dashboard:
    """What is one process doing?"""
    return Dashboard(
        uid="newsloom-service",
        title="newsloom · One service",
        description=(
            "Everything that one service tells of itself. Choose it at the top; at first it is ingest."
        ),
        since="now-1h",
        job="ingest",
        rows=[
            Row(title="State", panels=_state()),
            Row(title="HTTP", panels=_http()),
            Row(title="Consuming", panels=_consuming()),
            Row(title="Producing", panels=_producing()),
            Row(title="MongoDB", panels=_store()),
            Row(title="Process", panels=_process()),
        ],
    )


def _state() -> list[Panel]:
    return [
        stat(
            "Processes that answer",
            f"sum(up{{{SERVICES}}})",
            unit="none",
            description="Processes that answered the last scrape.",
            no_data="Prometheus knows no such job",
            base="red",
            limits=[above(1, "green")],
            runbook="a-service-is-not-ready",
        ),
        stat(
            "Failing checks",
            "sum(newsloom_not_ready)",
            unit="none",
            description="Readiness checks that fail now; the table beside names them.",
            no_data="Unknown",
            limits=[above(1)],
            runbook="a-service-is-not-ready",
        ),
        stat(
            "Running since",
            "time() - min(process_start_time_seconds)",
            unit="s",
            description=(
                "Age of the oldest process chosen. One that restarts again and again never grows old."
            ),
            no_data="Unknown",
            base="blue",
        ),
        stat(
            "Dead letters",
            f"sum({counted('newsloom_dead_letters_total')}) or vector(0)",
            unit="locale",
            description="Records that this service put aside in the chosen time.",
            no_data="None",
            limits=[above(1)],
            runbook="dead-letters",
        ),
        stat(
            "Own lag",
            "max(newsloom_consumer_lag_seconds) or vector(0)",
            unit="s",
            description="Age of the oldest record that this service has not finished.",
            no_data=_NO_CONSUMER,
            limits=[above(10, "orange"), above(30)],
            runbook="consumer-lag-grows",
        ),
        stat(
            "Requests a second",
            f"{rate(_HTTP)} or vector(0)",
            unit="reqps",
            description="Answered requests, without probes and scrapes.",
            no_data="None",
            base="blue",
        ),
        table(
            "Checks",
            line("max by (job, instance, check) (newsloom_not_ready)", "now"),
            unit="none",
            description="Each readiness check: whether it holds now. `/readyz` says why one fails.",
            no_data="Unknown",
            names=[(0, "holds"), (1, "fails")],
            width=12,
            height=7,
            limits=[above(1)],
            runbook="a-service-is-not-ready",
        ),
        table(
            "Versions",
            line("max by (job, instance, version, python) (newsloom_build_info)", "processes"),
            unit="none",
            description=(
                "What runs: two versions of one service at a time mean a rollout, or one that got stuck."
            ),
            no_data="Unknown",
            width=12,
            height=7,
        ),
    ]


def _http() -> list[Panel]:
    return [
        graph(
            "Requests by route",
            line(rate(_HTTP, "method, route"), "{{method}} {{route}}"),
            unit="reqps",
            description="Answered requests, without probes and scrapes.",
            no_data="No request yet",
        ),
        graph(
            "Requests by status",
            line(rate(_HTTP, "status"), "{{status}}"),
            unit="reqps",
            description="Answered requests by status.",
            no_data="No request yet",
            stacked=True,
        ),
        graph(
            "Problems told",
            line(or_none(f"60 * {rate(_PROBLEMS, 'problem')}", "problem"), "{{problem}}"),
            unit="cpm",
            description=(
                "Problem documents by the last part of their type, a minute; docs/problems.md explains each."
            ),
            no_data="No problem was told",
            width=8,
        ),
        graph(
            "Seconds to answer, 95 of 100",
            line(quantile(0.95, "newsloom_http_request_seconds", by="route"), "{{route}}"),
            unit="s",
            description="From the request line to the last byte of the answer, by route.",
            no_data="No request in this time",
            width=8,
            limits=[above(1)],
        ),
        graph(
            "Requests in progress",
            line("sum by (job) (newsloom_http_requests_in_flight)", "{{job}}"),
            unit="short",
            description=(
                "Requests begun and not yet answered in full. Live streams are not among them once they have"
                " begun."
            ),
            no_data="Unknown",
            width=8,
        ),
    ]


def _consuming() -> list[Panel]:
    return [
        graph(
            "Records taken and finished",
            line(rate("newsloom_taken_records_total", "job, role"), _ROLE + " taken"),
            line(rate("newsloom_consumed_records_total", "job, role"), _ROLE + " finished"),
            unit="cps",
            description="Records polled, and records whose outcome is durable.",
            no_data=_NO_CONSUMER,
            width=8,
            runbook="a-consumer-is-stuck",
        ),
        graph(
            "Own lag",
            line("sum by (job, role, topic) (newsloom_consumer_lag_records)", _ROLE + " {{topic}}"),
            unit="short",
            description="Records without a committed outcome in the partitions that this process has.",
            no_data=_NO_CONSUMER,
            width=8,
            runbook="consumer-lag-grows",
        ),
        graph(
            "Own lag in seconds",
            line("max by (job, role, topic) (newsloom_consumer_lag_seconds)", _ROLE + " {{topic}}"),
            unit="s",
            description=(
                "Age of the oldest record without a committed outcome in the partitions of this process."
            ),
            no_data=_NO_CONSUMER,
            width=8,
            limits=[above(30)],
            runbook="consumer-lag-grows",
        ),
        graph(
            "In progress",
            line("sum by (job, role) (newsloom_records_in_progress)", _ROLE + " records"),
            line("sum by (job, role) (newsloom_batches_in_flight)", _ROLE + " batches"),
            unit="short",
            description="Records and batches being worked on.",
            no_data=_NO_CONSUMER,
            width=8,
        ),
        graph(
            "Seconds for a batch",
            line(quantile(0.5, "newsloom_batch_seconds", by="job, role"), _ROLE + " typical"),
            line(quantile(0.95, "newsloom_batch_seconds", by="job, role"), _ROLE + " 95 of 100"),
            unit="s",
            description="From the poll to the commit.",
            no_data="No batch in this time",
            width=8,
        ),
        graph(
            "Seconds since the last poll",
            line("time() - min by (job, role) (newsloom_last_poll_timestamp_seconds > 0)", _ROLE),
            unit="s",
            description="A consumer polls all the time, also when there is nothing to do.",
            no_data=_NO_CONSUMER,
            width=8,
            limits=[above(30)],
            runbook="a-consumer-is-stuck",
        ),
        graph(
            "Partitions",
            line("sum by (job, role) (newsloom_assigned_partitions)", _ROLE + " assigned"),
            line("sum by (job, role) (newsloom_halted_partitions)", _ROLE + " halted"),
            unit="short",
            description="Partitions that the chosen processes have, and those that stand still.",
            no_data=_NO_CONSUMER,
            width=8,
            runbook="a-partition-halts",
        ),
        graph(
            "Repeats, unexpected errors, dead letters",
            line(f"60 * {rate('newsloom_retries_total', 'job, role')}", _ROLE + " repeats"),
            line(f"60 * {rate('newsloom_handler_bugs_total', 'job, role')}", _ROLE + " unexpected"),
            line(f"60 * {rate('newsloom_dead_letters_total', 'job, role')}", _ROLE + " dead letters"),
            unit="cpm",
            description="A minute; the log of the service tells each.",
            no_data=_NO_CONSUMER,
            width=8,
            runbook="dead-letters",
        ),
        graph(
            "Rebalances and fenced commits",
            line(f"60 * {rate('newsloom_rebalances_total', 'job, role')}", _ROLE + " rebalances"),
            line(f"60 * {rate('newsloom_commits_fenced_total', 'job, role')}", _ROLE + " fenced"),
            unit="cpm",
            description=(
                "Partitions assigned anew, and commits refused because another member owns them, a minute."
            ),
            no_data=_NO_CONSUMER,
            width=8,
            runbook="a-consumer-is-stuck",
        ),
    ]


def _producing() -> list[Panel]:
    return [
        graph(
            "Written to Kafka",
            line(rate("newsloom_sent_records_total", "topic"), "{{topic}}"),
            unit="cps",
            description="Records that Kafka acknowledged, by topic.",
            no_data="This service writes nothing to Kafka",
            width=8,
        ),
        graph(
            "Acknowledgement by Kafka",
            line(quantile(0.5, "newsloom_send_seconds"), "typical"),
            line(quantile(0.99, "newsloom_send_seconds"), "99 of 100"),
            unit="s",
            description="From the send to the acknowledgement of all replicas.",
            no_data="Nothing sent in this time",
            width=8,
            limits=[above(1)],
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Waiting and failing",
            line("sum(newsloom_pending_records)", "not yet acknowledged"),
            line(f"60 * {rate('newsloom_send_failures_total')}", "failed a minute"),
            line(f"60 * {rate('newsloom_producers_replaced_total')}", "producers replaced a minute"),
            unit="short",
            description="Records not yet acknowledged, sends that failed, and producers given up as stuck.",
            no_data="This service writes nothing to Kafka",
            width=8,
            runbook="kafka-or-mongodb-was-down",
        ),
    ]


def _store() -> list[Panel]:
    return [
        graph(
            "Commands",
            line(f"sum by (command) (rate(newsloom_mongo_command_seconds_count[{RATE}])) > 0", "{{command}}"),
            unit="ops",
            description="Commands sent to MongoDB.",
            no_data=_NO_STORE,
            width=8,
        ),
        graph(
            "Seconds for a command, 95 of 100",
            line(quantile(0.95, "newsloom_mongo_command_seconds", by="command"), "{{command}}"),
            unit="s",
            description="How long MongoDB takes, seen from here.",
            no_data=_NO_STORE,
            width=8,
            limits=[above(1)],
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Commands that fail",
            line(per_minute("newsloom_mongo_failures_total", "command"), "{{command}}"),
            unit="cpm",
            description="Commands that MongoDB refused or did not answer, a minute.",
            no_data=_NO_STORE,
            width=8,
            runbook="kafka-or-mongodb-was-down",
        ),
        graph(
            "Connections",
            line("sum by (state) (newsloom_mongo_connections)", "{{state}}"),
            unit="short",
            description="Connections of the pool, in use and idle.",
            no_data=_NO_STORE,
            stacked=True,
        ),
        graph(
            "Seconds until a connection is free, 95 of 100",
            line(quantile(0.95, "newsloom_mongo_pool_wait_seconds"), "95 of 100"),
            unit="s",
            description="How long a command waits for a connection of the pool.",
            no_data=_NO_STORE,
            limits=[above(0.5)],
            runbook="kafka-or-mongodb-was-down",
        ),
    ]


def _process() -> list[Panel]:
    return [
        graph(
            "CPU",
            line(f"sum by (job, instance) (rate(process_cpu_seconds_total[{RATE}]))", "{{job}} {{instance}}"),
            unit="percentunit",
            description=(
                "Of one core. A process of Python cannot use much more than one; enrich's workers are"
                " counted apart."
            ),
            no_data="Unknown",
            width=6,
        ),
        graph(
            "Memory",
            line("max by (job, instance) (process_resident_memory_bytes)", "{{job}} {{instance}}"),
            unit="bytes",
            description="Resident memory of the process, without its workers.",
            no_data="Unknown",
            width=6,
        ),
        graph(
            "Open files",
            line("max by (job, instance) (process_open_fds / process_max_fds)", "{{job}} {{instance}}"),
            unit="percentunit",
            description="Files and connections, as a share of what the process may open.",
            no_data="Unknown",
            width=6,
            limits=[above(0.8)],
        ),
        graph(
            "Event loop late",
            line(quantile(0.5, "newsloom_event_loop_delay_seconds", by="job"), "{{job}} typical"),
            line(quantile(0.99, "newsloom_event_loop_delay_seconds", by="job"), "{{job}} 99 of 100"),
            unit="s",
            description="How late a timer wakes. Above a tenth of a second the process has too much to do.",
            no_data="Unknown",
            width=6,
            limits=[above(0.1)],
        ),
    ]

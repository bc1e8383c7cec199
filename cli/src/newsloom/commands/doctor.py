"""`newsloom doctor`: why the stack does not start, or would not; whether a deployment is as it must be."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.endpoints import (
    Bootstrap,
    FeedsUrl,
    IngestUrl,
    MongoUrl,
    PublishUrl,
    endpoint,
    here,
    kafka_cluster,
)
from newsloom.stack import LocalStack, find_home
from newsloom.stack.addresses import read_addresses
from newsloom.stack.doctor import Check, examine

EnrichUrl = Annotated[
    str | None,
    typer.Option(
        "--enrich-url", envvar="NEWSLOOM_ENRICH_URL", help="Where enrich is. Default: the local stack."
    ),
]
CanaryUrl = Annotated[
    str | None,
    typer.Option("--canary-url", envvar="NEWSLOOM_CANARY_URL", help="Where the canary is, if there is one."),
]
Sources = Annotated[
    Path | None,
    typer.Option(envvar="INGEST_SOURCES_FILE", help="The file of registered sources, for their inboxes."),
]
Keys = Annotated[
    Path | None,
    typer.Option(
        envvar="INGEST_KEYS_FILE", help="The keys file of ingest, to look for keys that are too wide."
    ),
]


def doctor(
    deployment: Annotated[
        bool, typer.Option("--deployment", help="Look at what runs: Kafka, MongoDB, services.")
    ] = False,
    kafka: Bootstrap = None,
    mongo: MongoUrl = None,
    ingest: IngestUrl = None,
    enrich: EnrichUrl = None,
    publish: PublishUrl = None,
    feeds: FeedsUrl = None,
    canary: CanaryUrl = None,
    sources: Sources = None,
    keys: Keys = None,
    json_: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Look at everything that the local stack needs, and at what an earlier run may have left.

    With --deployment: topics and ACLs as the catalogue has them, copies, settings that lose records or let
    anybody in, MongoDB's set, indexes and users, keys, clocks, versions, readiness. It asks Kafka and MongoDB
    as the user that KAFKA_* and MONGO_* name (`operator` sees all) and changes nothing.

    Exit codes: 0 without problems, 1 with at least one; each problem names its fix. 2 wrong usage.
    """
    if deployment:
        urls = {"ingest": ingest, "enrich": enrich, "publish": publish, "feeds": feeds, "canary": canary}
        _tell(_deployment(kafka, mongo, urls, sources, keys), json_=json_)
    stack = LocalStack(find_home(os.environ, Path.cwd()).root)
    _tell(examine(stack, stack.jars), json_=json_)


def _deployment(
    kafka: str | None,
    mongo: str | None,
    urls: dict[str, str | None],
    sources: Path | None,
    keys: Path | None,
) -> list[Check]:
    from newsloom.commands.topics import wanted_topics
    from newsloom.deployment.doctor import examine_deployment  # pulls in the Kafka client, needed only here
    from newsloom.deployment.keys import examine_keys

    local = read_addresses(here().stack_file).as_dict()
    known = {name: (url or local.get(name, "")).rstrip("/") for name, url in urls.items()}
    found = examine_deployment(
        kafka_cluster(kafka),
        wanted_topics(sources),
        mongo_url=endpoint("mongo", mongo, here()),
        services={name: url for name, url in known.items() if url},
    )
    found += examine_keys(keys, known["ingest"])
    unseen = [name for name, url in known.items() if not url and name != "canary"]
    return found + [
        Check(name=name, level="note", detail=f"not looked at: say where it is with --{name}-url")
        for name in unseen
    ]


def _tell(checks: Sequence[Check], *, json_: bool) -> None:
    if json_:
        print_json([asdict(check) for check in checks])
    else:
        rows = ((check.name, check.level, check.detail, check.fix) for check in checks)
        print_table(("check", "result", "found", "fix"), rows)
    raise typer.Exit(1 if any(check.level == "problem" for check in checks) else 0)

"""What publish writes into its log about single articles."""

import logging
from collections.abc import Sequence

import structlog

from newsloom_runtime.log_fields import fields_of
from newsloom_runtime.records import Received
from publish.decide import JUMPED, Kind
from publish.publish import Verdict

ROLE = "publisher"


def log_verdicts(received: Sequence[Received], verdicts: Sequence[Verdict]) -> None:
    """Kills and leaps of a revision always, all other decisions at DEBUG: a line costs as much as one.

    Conflicts become dead letters, which have a line of their own.
    """
    all_of_them = logging.getLogger().isEnabledFor(logging.DEBUG)
    for each, verdict in zip(received, verdicts, strict=True):
        if verdict.kind is Kind.KILL:
            structlog.get_logger().info("article_killed", role=ROLE, **fields_of(each))
        elif verdict.reason == JUMPED:
            structlog.get_logger().warning("revision_jumped", role=ROLE, **fields_of(each))
        elif all_of_them:
            structlog.get_logger().debug(
                "decided", role=ROLE, decision=str(verdict.kind), why=verdict.reason, **fields_of(each)
            )


def log_healed(article_ids: Sequence[str]) -> None:
    """Articles whose last word in the log was an old state."""
    for article_id in article_ids:
        structlog.get_logger().info("told_again", role="proofreader", article_id=article_id)

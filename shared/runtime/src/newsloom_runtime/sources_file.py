"""The file in which an operator registers sources: a TOML table for each, for ingest and the command line.

What a table may hold is ingest's affair; here it is known only which sources have a Kafka inbox.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from newsloom_schemas.catalog import Topic, editorial_inbox
from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_schemas.types import SourceId

Tables = Mapping[SourceId, Mapping[str, Any]]
_FILE = TypeAdapter(dict[SourceId, dict[str, Any]])


class SourcesUnusable(ValueError):
    """The file of sources cannot be used; the message says what to change, and never what it holds."""


def read_tables(file: Path) -> Tables:
    """The table of each source by its name. Raises SourcesUnusable."""
    try:
        tables: Tables = _FILE.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError:
        raise SourcesUnusable(
            f"the sources in {file} are wrong: write a table [SOURCE] for each, its name in lower-case"
            " letters, digits and hyphens"
        ) from None
    except (OSError, ValueError) as error:
        raise SourcesUnusable(
            f"cannot read the sources in {file} ({type(error).__name__}): write TOML, a table for each source"
        ) from None
    if CANARY_SOURCE in tables:
        raise SourcesUnusable(
            f"the sources in {file} name {CANARY_SOURCE}, which is newsloom's own: no tool delivers for it,"
            " remove the table"
        )
    return tables


def with_inbox(tables: Tables) -> tuple[SourceId, ...]:
    """The sources that say `inbox = true`."""
    return tuple(source for source, table in tables.items() if table.get("inbox") is True)


def inboxes(file: Path | None) -> tuple[Topic, ...]:
    """The inbox of every source in the file that has one. No file, or one that is not there, has none.

    Raises SourcesUnusable.
    """
    if file is None or not file.exists():
        return ()
    return tuple(map(editorial_inbox, with_inbox(read_tables(file))))

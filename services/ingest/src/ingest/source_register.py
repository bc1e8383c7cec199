"""The registered sources as they stand now: the operator's file, read again whenever it changes."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.source_profile import SourceProfile
from newsloom_runtime.sources_file import SourcesUnusable, read_tables
from newsloom_runtime.watched_file import WatchedFile
from newsloom_schemas.types import SourceId

Sources = Mapping[SourceId, SourceProfile]
_NONE: Sources = {}
_PROFILES = TypeAdapter(dict[SourceId, SourceProfile])


class SourceRegister:
    """A source needs no entry to submit with a key; it needs one for an inbox, a webhook or an import."""

    def __init__(self, file: Path | None) -> None:
        """Without a file, and before it is there, nothing is registered. Raises SourcesUnusable."""
        self._file: WatchedFile[Sources] | None = None
        if file is not None:
            self._file = WatchedFile(file, _read, unusable=SourcesUnusable, what="sources", absent=_NONE)

    def current(self) -> Sources:
        """What the file says now; while it cannot be used, what it said before."""
        return _NONE if self._file is None else self._file.current()


def _read(file: Path) -> Sources:
    """Raises SourcesUnusable."""
    try:
        return _PROFILES.validate_python(read_tables(file))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise SourcesUnusable(f"the sources in {file} are wrong at {where}: {first['msg']}") from None

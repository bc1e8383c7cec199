"""The registered sources as they stand now: the operator's file, read again whenever it changes."""

from collections.abc import Mapping
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from ingest.source_profile import SourceProfile
from newsloom_runtime.sources_file import SourcesUnusable, read_tables
from newsloom_schemas.types import SourceId

Sources = Mapping[SourceId, SourceProfile]
_PROFILES = TypeAdapter(dict[SourceId, SourceProfile])


class SourceRegister:
    """A source needs no entry to submit with a key; it needs one for an inbox, a webhook or an import."""

    def __init__(self, file: Path | None) -> None:
        """Without a file, and while it is not there yet, nothing is registered. Raises SourcesUnusable."""
        self._file = file
        self._stamp = _stamp(file)
        self._sources: Sources = _read(file) if file is not None and self._stamp is not None else {}

    def current(self) -> Sources:
        """What the file says now; while it cannot be used, what it said before."""
        if self._file is not None and (stamp := _stamp(self._file)) != self._stamp:
            self._stamp = stamp
            try:
                self._sources = _read(self._file)
            except SourcesUnusable as error:
                structlog.get_logger().error(
                    "sources_not_reloaded", why=str(error), effect="the former ones stay valid"
                )
        return self._sources


def _read(file: Path) -> Sources:
    try:
        return _PROFILES.validate_python(read_tables(file))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise SourcesUnusable(f"the sources in {file} are wrong at {where}: {first['msg']}") from None


def _stamp(file: Path | None) -> tuple[int, int] | None:
    if file is None:
        return None
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino

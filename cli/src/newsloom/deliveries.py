"""Files (or stdin) as requests to ingest: which dialect, which address, which options."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from newsloom.errors import CommandError, Exit

Format = Literal["auto", "json", "page"]
PATHS: Mapping[str, str] = {"json": "/v1/articles", "page": "/v1/pages"}
MEDIA_TYPES: Mapping[str, str] = {"json": "application/json", "page": "text/plain; charset=utf-8"}
SUFFIXES: Mapping[str, str] = {".json": "json", ".txt": "page"}


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One request to ingest. `label` is how people know it: the file's path, or `stdin`."""

    label: str
    source: str
    form: str
    body: bytes
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return PATHS[self.form]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]

    @property
    def query(self) -> dict[str, str]:
        return {"source": self.source, **self.options}


def form_of(name: str, body: bytes, asked: Format) -> str:
    """`json` or `page`: as asked, else by the file's ending, else by how the text begins."""
    if asked != "auto":
        return asked
    by_ending = SUFFIXES.get(Path(name).suffix.lower())
    return by_ending or ("json" if body.lstrip()[:1] == b"{" else "page")


def from_file(
    path: Path, *, source: str, asked: Format, external_id: str | None = None, revision: int | None = None
) -> Delivery:
    """A file. A page gets the file's name as its id and the time of its last change as its revision."""
    try:
        body, changed_ms = path.read_bytes(), path.stat().st_mtime_ns // 1_000_000
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}", fix="check the path", code=Exit.USAGE
        ) from error
    form = form_of(path.name, body, asked)
    options = page_options(form, external_id, revision, default_id=path.stem, default_revision=changed_ms)
    return Delivery(label=str(path), source=source, form=form, body=body, options=options)


def from_stdin(
    body: bytes, *, source: str, asked: Format, external_id: str | None = None, revision: int | None = None
) -> Delivery:
    """What came on stdin. A page without `external_id` gets its id from ingest, and revision 1."""
    form = form_of("", body, asked)
    options = page_options(form, external_id, revision, default_id=None, default_revision=1)
    return Delivery(label="stdin", source=source, form=form, body=body, options=options)


def page_options(
    form: str, external_id: str | None, revision: int | None, *, default_id: str | None, default_revision: int
) -> dict[str, str]:
    """The query options of a page. CommandError for JSON, whose body says both by itself."""
    if form == "json":
        if external_id is None and revision is None:
            return {}
        raise CommandError(
            "a JSON submission names its own external_id and revision",
            fix="set them in the file and leave out --external-id and --revision",
            code=Exit.USAGE,
        )
    name = external_id or default_id
    return {**({"external_id": name} if name else {}), "revision": str(revision or default_revision)}


def files_in(folder: Path, asked: Format) -> Iterator[Path]:
    """The files of a folder that can be submitted, in order of their paths; hidden ones are left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and (asked != "auto" or path.suffix.lower() in SUFFIXES):
            yield path


def embargo_of(delivery: Delivery) -> datetime | None:
    """Until when a JSON submission is under embargo, if it says so in a form that can be read."""
    if delivery.form != "json":
        return None
    try:
        return datetime.fromisoformat(json.loads(delivery.body)["embargo_until"])
    except (ValueError, KeyError, TypeError):
        return None

"""Files (or stdin) as requests to ingest: which dialect, which address, which options."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import BinaryIO, Literal

from newsloom.errors import CommandError, Exit

Format = Literal["auto", "json", "page", "html", "markdown", "ninjs", "ndjson", "csv", "feed"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form of deliveries. `named` says that the address may name the article; `many` that a file holds
    one article a line, a row or an item."""

    path: str
    media_type: str
    suffixes: tuple[str, ...]
    named: bool = False
    many: bool = False


BATCH = "/v1/articles/batch"
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "json": Form(path="/v1/articles", media_type="application/json", suffixes=(".json",)),
        "page": Form(
            path="/v1/pages", media_type="text/plain; charset=utf-8", suffixes=(".txt",), named=True
        ),
        # A saved page says in its own head how it is encoded.
        "html": Form(path="/v1/html-pages", media_type="text/html", suffixes=(".html", ".htm"), named=True),
        "markdown": Form(
            path="/v1/markdown",
            media_type="text/markdown; charset=utf-8",
            suffixes=(".md", ".markdown"),
            named=True,
        ),
        "ninjs": Form(path="/v1/ninjs", media_type="application/json", suffixes=(".ninjs",)),
        "ndjson": Form(
            path=BATCH, media_type="application/x-ndjson", suffixes=(".ndjson", ".jsonl"), many=True
        ),
        "csv": Form(path=BATCH, media_type="text/csv; charset=utf-8", suffixes=(".csv",), many=True),
        # Which kind it is, and how it is encoded, it says itself.
        "feed": Form(
            path="/v1/feed-documents",
            media_type="application/xml",
            suffixes=(".rss", ".atom", ".rdf", ".xml"),
            many=True,
        ),
    }
)
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {suffix: name for name, form in FORMS.items() for suffix in form.suffixes}
)
_BEGINNINGS = ((b"{", "json"), (b"<", "html"), (b"---", "markdown"))


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
        return FORMS[self.form].path

    @property
    def media_type(self) -> str:
        return FORMS[self.form].media_type

    @property
    def query(self) -> dict[str, str]:
        return {"source": self.source, **self.options}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A file of many articles, which may be larger than memory; `open` begins it anew each time."""

    label: str
    source: str
    form: str
    open: Callable[[], BinaryIO]


def form_of(name: str, body: bytes, asked: Format) -> str:
    """As asked, else by the file's ending, else by how the text begins."""
    if asked != "auto":
        return asked
    by_ending = SUFFIXES.get(Path(name).suffix.lower())
    if by_ending:
        return by_ending
    text = body.lstrip()
    return next((form for beginning, form in _BEGINNINGS if text.startswith(beginning)), "page")


def from_file(
    path: Path, *, source: str, asked: Format, external_id: str | None = None, revision: int | None = None
) -> Delivery:
    """A file. A copied page gets the file's name as its id and its last change as its revision."""
    try:
        body, changed_ms = path.read_bytes(), path.stat().st_mtime_ns // 1_000_000
    except OSError as error:
        raise _unreadable(path, error) from error
    form = form_of(path.name, body, asked)
    options = options_of(form, external_id, revision, default_id=path.stem, default_revision=changed_ms)
    return Delivery(label=str(path), source=source, form=form, body=body, options=options)


def from_stdin(
    body: bytes, *, source: str, asked: Format, external_id: str | None = None, revision: int | None = None
) -> Delivery:
    """What came on stdin. A copied page without `external_id` gets its id from ingest, and revision 1."""
    form = form_of("", body, asked)
    options = options_of(form, external_id, revision, default_id=None, default_revision=1)
    return Delivery(label="stdin", source=source, form=form, body=body, options=options)


def holds_many(name: str, asked: Format) -> bool:
    """Whether a file holds one article a line, a row or an item."""
    form = SUFFIXES.get(Path(name).suffix.lower()) if asked == "auto" else asked
    return form is not None and FORMS[form].many


def batch_file(path: Path, *, source: str, asked: Format) -> Batch:
    """A file of lines or rows. CommandError when it cannot be read."""

    def opened() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise _unreadable(path, error) from error

    opened().close()
    return Batch(label=str(path), source=source, form=form_of(path.name, b"", asked), open=opened)


def batch_stdin(stream: BinaryIO, *, source: str, asked: Format) -> Batch:
    """Lines or rows from stdin, kept in a temporary file because they may have to be sent again."""
    kept = NamedTemporaryFile(prefix="newsloom-")  # noqa: SIM115 - goes when nobody can open it any more
    copyfileobj(stream, kept)
    kept.flush()

    def opened() -> BinaryIO:
        return Path(kept.name).open("rb")

    return Batch(label="stdin", source=source, form=form_of("", b"", asked), open=opened)


def options_of(
    form: str, external_id: str | None, revision: int | None, *, default_id: str | None, default_revision: int
) -> dict[str, str]:
    """The query options of a delivery. CommandError where only the body can say them.

    The defaults are for copied pages, which name neither; other forms know better than their file.
    """
    if not FORMS[form].named and (external_id is not None or revision is not None):
        raise CommandError(
            "a submission in this format names its own external_id and revision",
            fix="set them in the file and leave out --external-id and --revision",
            code=Exit.USAGE,
        )
    if form == "page":
        external_id, revision = external_id or default_id, revision or default_revision
    said = {"external_id": external_id, "revision": None if revision is None else str(revision)}
    return {name: value for name, value in said.items() if value}


def _unreadable(path: Path, error: OSError) -> CommandError:
    return CommandError(f"{path} cannot be read: {error.strerror}", fix="check the path", code=Exit.USAGE)


def files_in(folder: Path, asked: Format) -> Iterator[Path]:
    """The files of a folder that can be submitted, in order of their paths; hidden ones are left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.stem.upper() == "README":  # it tells of the folder
            continue
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

"""The contract as a folder to hand to other teams: schemas, examples, the AsyncAPI document, the catalogue.

`index.json` in the folder lists what we wrote, with digests. By it a later export knows what is
its own, to replace and to remove, and what somebody else has put there or changed, to leave alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from newsloom.contract.pages import html
from newsloom.contract.pages.documents import asyncapi
from newsloom.contract.pages.source import published
from newsloom.contract.released import shipped
from newsloom.contract.versions import EventVersion, topics_of
from newsloom.errors import CommandError, Exit
from newsloom_schemas.asyncapi import Deployment, Published
from newsloom_schemas.catalog import TOPICS
from newsloom_schemas.envelope import schema_uri
from newsloom_schemas.json_schema import schema_text

INDEX = "index.json"
SCHEMAS = "schemas/"


class Manifest(BaseModel):
    """The part of `index.json` that a later export needs: the digest of each file that we wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    contract: str
    files: dict[str, str]


def export(folder: Path, deployment: Deployment) -> tuple[str, ...]:
    """Write the contract into a folder and return the paths written, the index last.

    Raises CommandError when the folder holds something that no export put there, or that was changed since.
    """
    files = contents(deployment)
    before = _before(folder)
    _refuse_foreign(folder, before, files)
    for path in sorted(set(before) - set(files)):
        (folder / path).unlink(missing_ok=True)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return tuple(files)


def contents(deployment: Deployment) -> Mapping[str, str]:
    """Every file of an export by its path; the index comes last."""
    versions = published()
    places = html.Places(schemas=SCHEMAS, asyncapi="asyncapi.json")
    files = {
        "index.html": html.page(versions, places, version=deployment.version),
        "asyncapi.json": asyncapi(versions, deployment),
    }
    for version in versions:
        files |= dict(_files_of(version))
    return {**files, INDEX: _index(versions, files, deployment)}


def _files_of(version: Published) -> Iterator[tuple[str, str]]:
    yield schema_path(version), schema_text(version.schema)
    released = EventVersion(version.event.NAME, version.event.VERSION)
    for name, record in shipped().examples(released).items():
        yield _folder_of(version) + name, _text(record)


def schema_path(version: Published) -> str:
    """Where the schema of a version lies in the folder."""
    return f"{SCHEMAS}{version.event.NAME}/v{version.event.VERSION}.json"


def _folder_of(version: Published) -> str:
    return f"{schema_path(version).removesuffix('.json')}/examples/"


def _index(versions: tuple[Published, ...], files: Mapping[str, str], deployment: Deployment) -> str:
    index = {
        "contract": "newsloom",
        "version": deployment.version,
        "topics": [
            {
                "name": topic.name,
                "key": topic.key,
                "partitions": topic.partitions,
                "settings": dict(topic.settings),
                "events": [event.NAME for event in topic.events],
                "written_by": list(topic.written_by),
                "read_by": list(topic.read_by),
            }
            for topic in TOPICS
        ],
        "events": [_entry(version, files) for version in versions],
        "files": {path: digest(text.encode()) for path, text in files.items()},
    }
    return _text(index)


def _entry(version: Published, files: Mapping[str, str]) -> dict[str, Any]:
    event = version.event
    return {
        "name": event.NAME,
        "version": event.VERSION,
        "type": event.EVENT_TYPE,
        "newest": version.is_newest,
        "topics": list(topics_of(event.NAME)),
        "dataschema": schema_uri(event.EVENT_TYPE),
        "schema": schema_path(version),
        "examples": [path for path in files if path.startswith(_folder_of(version))],
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def digest(content: bytes) -> str:
    """How the index recognises a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _before(folder: Path) -> Mapping[str, str]:
    """What the last export wrote here, with the digests; nothing when there is no index of one."""
    try:
        written = Manifest.model_validate_json((folder / INDEX).read_bytes()).files
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValidationError:
        raise _refused(f"{folder / INDEX} is no index of an export") from None
    if any(".." in PurePosixPath(path).parts or path.startswith("/") for path in written):
        raise _refused(f"{folder / INDEX} names files outside of its folder")
    return written


def _refuse_foreign(folder: Path, before: Mapping[str, str], files: Mapping[str, str]) -> None:
    """Nothing is lost that was not ours; what an export that was cut off has left may be finished."""
    if folder.exists() and not folder.is_dir():
        raise _refused(f"{folder} is a file")
    if not before and any(path not in files for path in _files_in(folder)):
        raise _refused(f"{folder} holds something that is no export")
    for path in sorted({*before, *files} - {INDEX}):
        target = folder / path
        ours = {before.get(path), digest(files[path].encode()) if path in files else None}
        if target.exists() and (not target.is_file() or digest(target.read_bytes()) not in ours):
            raise _refused(f"{target} is not as an export wrote it")


def _files_in(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _refused(what: str) -> CommandError:
    return CommandError(what, fix="name a new or empty folder, or move it away", code=Exit.REFUSED)

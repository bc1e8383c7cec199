"""Freezing: today's contract becomes the released one, if it breaks nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path

from newsloom.contract.checking import judge
from newsloom.contract.released import FrozenVersion, Index, Released, digest
from newsloom.contract.rules import Finding
from newsloom.contract.state import Contract, frozen_contract
from newsloom.contract.versions import EventVersion
from newsloom.errors import CommandError, Exit
from newsloom_schemas.json_schema import schema_text


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """What a freeze did: the files that it wrote; none when there is something `against` it."""

    against: tuple[Finding, ...]
    written: tuple[Path, ...]


def freeze(released: Released, *, anew: Collection[EventVersion] = ()) -> Frozen:
    """Write the snapshots and the index, unless a rule is broken: then nothing is written.

    Versions in `anew` are frozen as if for the first time. CommandError when one of them is out already.
    """
    index = _without(released.index(), anew)
    kept = frozen_contract(released)
    frozen = Contract(
        schemas={version: schema for version, schema in kept.schemas.items() if version not in anew},
        examples={version: names for version, names in kept.examples.items() if version not in anew},
        topics=index.topics,
    )
    verdict = judge(released, frozen)
    names = {str(version) for version in anew}
    # A snapshot that is written anew may differ from the index.
    against = tuple(
        found
        for found in verdict.breaking
        if found.rule.name != "edited-snapshot" or found.subject not in names
    )
    if against:
        return Frozen(against=against, written=())
    files = {
        **{released.path(version): schema_text(schema) for version, schema in verdict.today.schemas.items()},
        released.index_path: _index(verdict.today, index).model_dump_json(indent=2) + "\n",
    }
    return Frozen(against=(), written=_write(files))


def package_version() -> str:
    """The version of newsloom-schemas that is being worked on."""
    return installed_version("newsloom-schemas")


def _without(index: Index, anew: Collection[EventVersion]) -> Index:
    """The index without the versions that are frozen anew; only those that are not out yet can be."""
    current, listed = package_version(), index.frozen()
    for version in anew:
        since = listed[version].since if version in listed else current
        if since != current:
            raise CommandError(
                f"{version} is out since newsloom-schemas {since}; only what is new in {current} can be anew",
                fix="leave it as it is and add the next version of the event",
                code=Exit.REFUSED,
            )
    kept = {str(version): frozen for version, frozen in listed.items() if version not in anew}
    return index.model_copy(update={"versions": kept})


def _index(today: Contract, before: Index) -> Index:
    current, listed = package_version(), before.frozen()
    versions = {
        str(version): FrozenVersion(
            since=listed[version].since if version in listed else current,
            schema_digest=digest(schema),
            examples=dict(today.examples[version]),
        )
        for version, schema in sorted(today.schemas.items())
    }
    return Index(versions=versions, topics=dict(today.topics))


def _write(files: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write what differs; the index comes last, so that a broken-off freeze is begun again."""
    written = []
    for path, text in files.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return tuple(written)

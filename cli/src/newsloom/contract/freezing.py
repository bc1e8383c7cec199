"""Freezing: today's contract becomes the released one, if it breaks nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path

from newsloom.contract.checking import judge
from newsloom.contract.released import FrozenVersion, Index, Released, digest
from newsloom.contract.rules import Finding
from newsloom.contract.state import Contract, frozen_contract
from newsloom.errors import CommandError, Exit
from newsloom_schemas.json_schema import schema_text


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """What a freeze did: the files that it wrote; none when there is something `against` it."""

    against: tuple[Finding, ...]
    written: tuple[Path, ...]


def freeze(released: Released, *, anew: Collection[str] = ()) -> Frozen:
    """Write the snapshots and the index, unless a rule is broken: then nothing is written.

    Versions and topics in `anew` are frozen as if for the first time. CommandError when one is out already.
    """
    index = _without(released.index(), anew)
    verdict = judge(released, frozen_contract(released, index))
    # A snapshot that is written anew may differ from the index.
    against = tuple(
        found
        for found in verdict.breaking
        if found.rule.name != "edited-snapshot" or found.subject not in anew
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


def _without(index: Index, anew: Collection[str]) -> Index:
    """The index without what is frozen anew; only what is not out yet can be."""
    current = package_version()
    since = {name: version.since for name, version in index.versions.items()}
    since |= {name: topic.since for name, topic in index.topics.items()}
    for name in anew:
        if since.get(name, current) != current:
            raise CommandError(
                f"{name} is out since newsloom-schemas {since[name]}; this is {current}",
                fix="leave it as it is and add the next version of the event, or another topic",
                code=Exit.REFUSED,
            )
    return Index(
        versions={name: frozen for name, frozen in index.versions.items() if name not in anew},
        topics={name: facts for name, facts in index.topics.items() if name not in anew},
    )


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
    topics = {
        name: facts.model_copy(
            update={"since": before.topics[name].since if name in before.topics else current}
        )
        for name, facts in today.topics.items()
    }
    return Index(versions=versions, topics=topics)


def _write(files: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write what differs; the index comes last, so that a broken-off freeze is begun again."""
    written = []
    for path, text in files.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return tuple(written)

"""Freezing: what is out stays as it is, what is not out yet may be frozen anew."""

import shutil
from pathlib import Path

import pytest

from newsloom.contract.freezing import freeze, package_version
from newsloom.contract.released import FrozenVersion, Index, Released, shipped
from newsloom.contract.versions import EventVersion
from newsloom.errors import CommandError

KILLED = EventVersion("article.killed", 1)


@pytest.fixture
def released(tmp_path: Path) -> Released:
    """A copy of what is released."""
    shutil.copytree(shipped().root, tmp_path / "released")
    return Released(tmp_path / "released")


def relisted(released: Released, **changes: str) -> None:
    """Let the index say something else of the kill's V1."""
    index = released.index()
    killed = index.versions[str(KILLED)].model_copy(update=changes)
    versions = {**index.versions, str(KILLED): killed}
    released.index_path.write_text(Index(versions=versions, topics=index.topics).model_dump_json())


def unfreeze(released: Released) -> None:
    """As if the kill's V1 had never been frozen."""
    index = released.index()
    versions = {text: frozen for text, frozen in index.versions.items() if text != str(KILLED)}
    released.index_path.write_text(Index(versions=versions, topics=index.topics).model_dump_json())


def edit_snapshot(released: Released) -> None:
    path = released.path(KILLED)
    path.write_text(path.read_text(encoding="utf-8").replace('"killed_at"', '"killed_on"'), encoding="utf-8")


def entry(released: Released) -> FrozenVersion:
    return released.index().versions[str(KILLED)]


def test_a_version_is_told_since_the_package_that_first_carried_it(released: Released) -> None:
    before = entry(released)
    freeze(released)
    assert entry(released) == before

    unfreeze(released)
    freeze(released)

    assert entry(released) == before.model_copy(update={"since": package_version()})


def test_what_is_not_out_yet_can_be_frozen_anew(released: Released) -> None:
    relisted(released, since=package_version())
    edit_snapshot(released)
    assert {found.rule.name for found in freeze(released).against} >= {"edited-snapshot", "renamed-field"}

    done = freeze(released, anew=[str(KILLED)])

    assert done.against == ()
    assert released.schema(KILLED) == shipped().schema(KILLED)


def test_what_is_out_cannot_be_frozen_anew(released: Released) -> None:
    relisted(released, since="0.0.1")
    edit_snapshot(released)
    before = released.path(KILLED).read_bytes()

    with pytest.raises(CommandError, match=r"out since newsloom-schemas 0\.0\.1"):
        freeze(released, anew=[str(KILLED)])

    assert released.path(KILLED).read_bytes() == before


def test_a_topic_is_out_or_not_as_a_version_is(released: Released) -> None:
    for since, partitions in (("0.0.1", 8), (package_version(), 12)):
        index = released.index()
        changed = index.topics["feed-updates"].model_copy(update={"partitions": partitions, "since": since})
        topics = {**index.topics, "feed-updates": changed}
        released.index_path.write_text(index.model_copy(update={"topics": topics}).model_dump_json())
        if partitions == 8:
            with pytest.raises(CommandError, match="feed-updates is out"):
                freeze(released, anew=["feed-updates"])

    assert [found.rule.name for found in freeze(released).against] == ["changed-topic"]
    assert freeze(released, anew=["feed-updates"]).against == ()
    assert released.index().topics["feed-updates"].partitions == 8


def test_an_example_that_was_changed_is_refused_and_one_that_was_added_is_listed(released: Released) -> None:
    folder = released.path(KILLED).with_suffix("") / "examples"
    first = min(folder.iterdir())
    shutil.copy(first, folder / "900-once-more.json")
    assert freeze(released).against == ()
    assert "900-once-more.json" in entry(released).examples

    (folder / "900-once-more.json").unlink()

    assert [found.rule.name for found in freeze(released).against] == ["changed-examples"]


def test_a_snapshot_that_is_gone_is_missed(released: Released) -> None:
    released.path(KILLED).unlink()

    assert "edited-snapshot" in {found.rule.name for found in freeze(released).against}

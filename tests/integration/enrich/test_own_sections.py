"""A newsroom's own section map reaches the worker processes, and a slip in it is told before they start."""

from pathlib import Path

import pytest

from enrich.topics.sections import SectionMapInvalid, usable
from enrich.workers import WorkerPool
from tests.unit.enrich.desk import article

STORY = article("A long afternoon", "Nobody could say who had won.", language="en", section="The Pitch")


async def test_an_own_section_gives_its_topic_in_a_worker(tmp_path: Path) -> None:
    sections = tmp_path / "sections.toml"
    sections.write_text('[meridian]\n"the pitch" = "medtop:20001065"\n', encoding="utf-8")
    async with WorkerPool(workers=1, budget=20, languages=("en", "ru"), sections=usable(sections)) as workers:
        analysis = await workers.analyse("meridian", STORY)
    found = {tag.id: tag.label for tag in analysis.tags if tag.kind == "subject"}
    assert found == {"medtop:20001065": "soccer"}


def test_a_map_that_cannot_be_used_stops_the_service_before_its_workers(tmp_path: Path) -> None:
    assert usable(None) is None
    with pytest.raises(SectionMapInvalid, match="check the path"):
        usable(tmp_path / "none.toml")

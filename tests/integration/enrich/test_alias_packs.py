"""A newsroom's own alias pack reaches the worker processes."""

import json
from pathlib import Path

from enrich.workers import WorkerPool
from tests.unit.enrich.desk import article

OWN = {
    "id": "desk:tidewell",
    "type": "organisation",
    "labels": {"en": "Tidewell Energy"},
    "aliases": {"en": ["Tidewell"]},
}
STORY = article("Barrage is late", "Engineers said that Tidewell had missed the date.", language="en")


async def test_names_of_an_own_pack_are_found_in_a_worker(tmp_path: Path) -> None:
    pack = tmp_path / "own.jsonl"
    pack.write_text(json.dumps(OWN), encoding="utf-8")
    async with WorkerPool(workers=1, budget=20, languages=("en", "ru"), alias_packs=(pack,)) as workers:
        analysis = await workers.analyse("meridian", STORY)
    found = {tag.id: tag.label for tag in analysis.tags if tag.kind == "organisation"}
    assert found["desk:tidewell"] == "Tidewell Energy"

"""A copied news page goes in by the command line and comes out as a clean, tagged document."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from newsloom_schemas.text import plain_text
from tests.e2e.system import System

# International relations, diplomacy, economic sanction, nuclear policy, armed conflict, military weaponry.
WHAT_AN_EDITOR_SAYS = {
    "medtop:20000638",
    "medtop:20000639",
    "medtop:20000642",
    "medtop:20000635",
    "medtop:20000056",
    "medtop:20000602",
}
PAGE = Path(__file__).parents[3] / "shared" / "data" / "news-page-ru.txt"


async def newsloom(system: System, *arguments: str) -> tuple[int, str]:
    """Run the command line against the test's stack: exit code and standard output."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "newsloom"),
        *arguments,
        env={**os.environ, "NEWSLOOM_HOME": str(system.stack.home.root)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode is not None
    return process.returncode, out.decode()


def labels(document: dict[str, Any], role: str, *kinds: str) -> set[str]:
    return {
        tag["label"]
        for tag in document["tags"]
        if tag["role"] == role and (not kinds or tag["kind"] in kinds)
    }


@pytest.mark.skipif(
    not PAGE.exists(), reason="the real news page is not beside this checkout (../shared/data)"
)
async def test_the_real_page_becomes_a_clean_article(system: System) -> None:
    code, out = await newsloom(
        system, "submit", str(PAGE), "--source", "kursor", "--format", "page", "--wait"
    )
    assert code == 0
    url = out.strip().splitlines()[-1]
    document = (await system.http.get(url)).json()
    lines = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.strip()]
    teasers = lines[lines.index("Недавние новости") + 1 :]
    text = plain_text(document["body_html"])

    assert document["headline"] == lines[1]
    assert document["lead"] == lines[2]
    assert document["section"] == lines[0]
    assert document["language"] == "ru"
    assert lines[2] not in text
    assert document["authors"] == [{"name": "Ирен Давид"}]
    assert not [line for line in teasers if line in text]
    assert any("затишья" in mention["title"] for mention in document["earlier"])
    assert "Курсор писал" not in text
    assert {"Reuters", "CNN"} <= labels(document, "source")
    subjects = labels(document, "subject")
    assert not {
        name for name in ("Кац", "Джабалия", "Rockstar Games", "ЦАХАЛ", "Южная Корея") if name in subjects
    }
    assert labels(document, "subject", "person") == {
        "Владимир Путин",
        "Эбрагим Раиси",
        "Николай Патрушев",
        "Владимир Зеленский",
    }
    assert {"Иран", "Россия", "Украина", "Великобритания"} <= labels(document, "subject", "place")
    assert {"Евросоюз", "МИД Украины"} <= labels(document, "subject", "organisation")
    places = {tag.get("id") for tag in document["tags"] if tag["kind"] == "place"}
    # Moscow, Tehran, Kyiv.
    assert {"geonames:524901", "geonames:112931", "geonames:703448"} <= places
    topics = {tag["id"] for tag in document["tags"] if tag["kind"] == "subject"}
    assert topics
    assert topics <= WHAT_AN_EDITOR_SAYS
    _evidence_points_at_its_quote(document)


def _evidence_points_at_its_quote(document: dict[str, Any]) -> None:
    parts = {
        "headline": document["headline"],
        "lead": document["lead"],
        "body": plain_text(document["body_html"]),
    }
    found = [evidence for tag in document["tags"] for evidence in tag["evidence"]]
    assert found
    for evidence in found:
        assert parts[evidence["part"]][evidence["start"] : evidence["end"]] == evidence["quote"]
    for tag in document["tags"]:
        if tag["kind"] in ("person", "place") and tag["role"] == "subject":
            assert tag["evidence"], tag["label"]


async def test_the_preview_of_a_page_shows_its_parts_and_publishes_nothing(system: System) -> None:
    page = Path(__file__).parents[1] / "deliveries" / "copied_pages" / "ru.txt"
    code, out = await newsloom(
        system, "preview", str(page), "--source", "harbour", "--captured-at", "2026-11-12T10:00:00Z", "--json"
    )
    shown = json.loads(out)
    assert (code, shown["headline"]) == (0, "Речной трамвай вернулся на левый берег")
    assert [teaser["latest"] for teaser in shown["teasers"]][:1] == ["2026-11-12T09:58:00Z"]
    named = {"source": "harbour", "external_id": shown["article"]["external_id"]}
    assert (await system.get("/v1/articles", params=named)).status_code == 404

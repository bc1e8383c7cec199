"""Editors decide: what they say of an article's tags outlives corrections and new runs over the archive."""

from typing import Any
from uuid import uuid4

from tests.e2e.command_line import newsloom
from tests.e2e.system import System
from tests.eventually import eventually

STORY = (
    "Iran and Russia signed an agreement in Tehran on Tuesday. Officials from Moscow said that the European"
    " Union had been told. The talks in Tehran lasted two days."
)
CORRECTED = "Russia signed an agreement on Tuesday. Officials from Moscow said that talks lasted two days."


def report(name: str, revision: int = 1, text: str = STORY) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": revision,
        "headline": "An agreement is signed after two days of talks",
        "body_text": text,
        "language": "en",
        "section": "World",
    }


async def edit(system: System, source: str, name: str, **word: Any) -> None:
    answer = await system.http.put(
        f"{system.at.need('ingest')}/v1/articles/tags",
        params={"source": source, "external_id": name},
        json=word,
        headers={"authorization": f"Bearer {system.key}"},
    )
    assert answer.status_code == 202, answer.text


def shown(document: dict[str, Any]) -> dict[str, str]:
    """The labels of a document's tags, each with what its confidence rests on."""
    return {tag["label"]: tag["basis"] for tag in document["tags"]}


async def record(system: System, article_id: str) -> dict[str, Any]:
    answer = await system.http.get(f"{system.at.need('publish')}/v1/articles/{article_id}/record")
    found: dict[str, Any] = answer.json()
    return found


async def test_an_editors_word_outlives_corrections_and_a_new_run(system: System) -> None:
    source = f"desk-{uuid4().hex[:8]}"
    article_id = await system.submit(report("talks"), source=source)
    first = shown(await system.shown(article_id))
    pinned = next(tag for tag in (await system.shown(article_id))["tags"] if "iran" in tag["label"].lower())
    assert {"Moscow"} <= first.keys(), first

    await edit(
        system,
        source,
        "talks",
        edit=1,
        pinned=[{key: pinned[key] for key in ("kind", "label", "id") if key in pinned}],
        added=[{"kind": "subject", "label": "Harbour diplomacy", "id": "medtop:20000001"}],
        removed=["Moscow"],
        editor="Ines Falk",
    )

    async def decided() -> bool:
        document = (await system.get(f"/v1/articles/{article_id}")).json()
        tags = shown(document)
        evidence = next(tag for tag in document["tags"] if tag["label"] == pinned["label"])["evidence"]
        return (
            list(tags.items())[:2] == [(pinned["label"], "editor"), ("Harbour diplomacy", "editor")]
            and "Moscow" not in tags
            and "topic/medtop:20000001" in document["feeds"]
            and evidence == pinned["evidence"]
        )

    await eventually(decided, what="the editor's word shown")

    await system.submit(report("talks", 2, CORRECTED), source=source)
    corrected = await system.shown(article_id, revision=2)
    assert shown(corrected)[pinned["label"]] == "editor", "pinned, though the text no longer has it"
    assert shown(corrected)["Harbour diplomacy"] == "editor"
    assert "Moscow" not in shown(corrected)

    said = await newsloom(system, "reindex", "--run", "1", "--source", source, "--json")
    assert said.code == 0, said.err
    assert said.json["to_do"] == 1

    async def again() -> bool:
        return bool((await record(system, article_id))["current"]["run"] == 1)

    await eventually(again, what="the new run")
    after = (await system.get(f"/v1/articles/{article_id}")).json()
    assert shown(after) == shown(corrected)
    assert after["feeds"] == corrected["feeds"]
    assert [entry["cause"] for entry in (await record(system, article_id))["history"]] == [
        "revision",
        "tags-edit",
        "revision",
        "re-enrichment",
    ]


async def test_a_run_leaves_out_what_is_not_public_and_a_repeat_changes_nothing(system: System) -> None:
    source = f"desk-{uuid4().hex[:8]}"
    ids = [await system.submit(report(f"story-{n}"), source=source) for n in range(12)]
    late = await system.submit(
        report("late") | {"embargo_until": "2199-01-01T00:00:00Z"},
        source=source,
    )
    for article_id in ids:
        await system.shown(article_id)
    kill = await system.post(
        "/v1/articles/kill", params={"source": source, "external_id": "story-0"}, json={"reason": "legal"}
    )
    assert kill.status_code == 202

    async def gone() -> bool:
        return (await system.get(f"/v1/articles/{ids[0]}")).status_code == 410

    await eventually(gone, what="the kill")
    await eventually(lambda: _state(system, late, "withheld"), what="the embargo")
    await system.drained("publish", "publish-proofreader")

    dry = await newsloom(system, "reindex", "--run", "7", "--source", source, "--dry-run", "--json")
    assert dry.json["to_do"] == 11, dry.err
    said = await newsloom(system, "reindex", "--run", "7", "--source", source, "--json")
    assert said.code == 0, said.err
    await system.drained("enrich-archive", "publish")
    runs = [(await record(system, article_id))["current"]["run"] for article_id in ids[1:]]
    assert runs == [7] * 11
    assert (await record(system, ids[0]))["state"] == "killed"
    assert (await record(system, late))["current"]["run"] == 0
    versions = [(await record(system, article_id))["document_version"] for article_id in ids]

    status = (await newsloom(system, "status", "--json")).json
    (enrich,) = (each for each in status if each["name"] == "enrich")
    assert enrich["waiting"]["archive"] == 0

    again = await newsloom(system, "reindex", "--run", "7", "--source", source, "--json")
    assert (again.json["to_do"], again.json["done"]) == (0, 11)
    assert [(await record(system, article_id))["document_version"] for article_id in ids] == versions


async def test_the_command_says_an_editors_word_and_waits_until_it_is_stored(system: System) -> None:
    source = f"desk-{uuid4().hex[:8]}"
    article_id = await system.submit(report("talks"), source=source)
    first = shown(await system.shown(article_id))
    name = ("talks", "--source", source, "--json")

    for arguments in (("pin", "Moscow"), ("add", "Harbour diplomacy", "--kind", "subject")):
        said = await newsloom(system, "tags", arguments[0], name[0], *arguments[1:], *name[1:])
        assert said.code == 0, said.err
    said = await newsloom(system, "tags", "remove", article_id, "Moscow", "--json")
    assert said.code == 0, said.err
    after = await newsloom(system, "tags", "show", article_id, "--json")
    assert after.json["edit"] == 3
    assert after.json["removed"] == ["Moscow"]
    labels = [tag["label"] for tag in after.json["tags"]]
    assert labels[0] == "Harbour diplomacy"
    assert set(labels[1:]) == first.keys() - {"Moscow"}

    unknown = await newsloom(system, "tags", "pin", article_id, "Atlantis")
    assert (unknown.code, "no tag 'Atlantis'" in unknown.err) == (2, True)


async def _state(system: System, article_id: str, state: str) -> bool:
    return bool((await record(system, article_id)).get("state") == state)

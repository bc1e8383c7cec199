"""The three questions of the runbook, asked as they stand there: commands run, answers compared."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer

from newsloom_runtime.placement import partition_of
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_schemas.codec import encode
from tests.e2e.system import System
from tests.eventually import eventually
from tests.factories import submitted

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
SOURCE = "harbour"
_BLOCK = re.compile(r"^ *```(sh|text)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"# exit code (\d+)")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Commands with the exit code of the last, and what their output is shown to be."""

    commands: str
    code: int
    output: str


def steps(heading: str) -> Iterator[Step]:
    """What a chapter of the runbook tells to type."""
    chapter = RUNBOOK.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks: list[tuple[str, str]] = _BLOCK.findall(chapter)
    assert blocks, f"no commands under {heading}"
    for (kind, commands), (next_kind, output) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "sh":
            code = _CODE.search(commands)
            yield Step(
                commands=commands,
                code=int(code[1]) if code else 0,
                output=output if next_kind == "text" else "",
            )


async def typed(system: System, step: Step, event_id: str) -> tuple[int, str, str]:
    """Run a step as a shell would, at the addresses of this system: exit code, output, and chatter."""
    at, home = system.at, system.stack.home.root
    script = step.commands.replace(".newsloom/", f"{home}/")
    for port, name in (("8000", "feeds"), ("8001", "ingest"), ("8002", "enrich"), ("8003", "publish")):
        script = script.replace(f"http://127.0.0.1:{port}", at.as_dict().get(name) or "http://127.0.0.1:9")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        script,
        env={**os.environ, "PATH": path, "NEWSLOOM_HOME": str(home), "EVENT_ID": event_id},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def first_words(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines() if line.strip()]


def is_shown_by(shown: str, output: str) -> bool:
    """Whether the output has the shown lines in this order, by their first words: times and ids differ."""
    words = iter(first_words(output))
    return all(any(word == each for each in words) for word in first_words(shown) if not word[0].isdigit())


async def run(system: System, heading: str, event_id: str) -> Sequence[str]:
    """Every step of a chapter, each until it shows what is written there: a busy machine needs a moment."""
    return [await _run(system, step, event_id) for step in steps(heading)]


async def _run(system: System, step: Step, event_id: str) -> str:
    said: tuple[int, str, str] = (-1, "", "")

    async def as_shown() -> bool:
        nonlocal said
        said = await typed(system, step, event_id)
        return said[0] == step.code and is_shown_by(step.output, said[1])

    with suppress(AssertionError):
        await eventually(as_shown, within=60, what=step.commands, every=0.5)
    assert (said[0], is_shown_by(step.output, said[1])) == (step.code, True), f"{step.commands}\n{said}"
    return said[1]


def article(name: str, **fields: object) -> dict[str, object]:
    text = "The bridge over the old harbour reopened on Thursday."
    return {"external_id": name, "revision": 1, "headline": "Bridge reopens", "body_text": text, **fields}


async def handed_in(system: System, name: str) -> tuple[str, str]:
    answer = await system.post("/v1/articles", params={"source": SOURCE}, json=article(name))
    assert answer.status_code == 202, answer.text
    return answer.json()["article_id"], answer.json()["event_id"]


async def misplaced(system: System) -> None:
    """As a foreign producer with another partitioner writes it."""
    event = submitted("misplaced-1", source=SOURCE)
    record = encode(event, source="/elsewhere", time=datetime.now(UTC))
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        count = len(await producer.partitions_for(ARTICLES_SUBMITTED.name))
        await producer.send_and_wait(
            ARTICLES_SUBMITTED.name,
            record.value,
            key=record.key,
            headers=list(record.headers),
            partition=(partition_of(record.key, count) + 1) % count,
        )


async def test_where_is_article_x(system: System) -> None:
    article_id, event_id = await handed_in(system, "bridge-1")
    await system.shown(article_id)
    await misplaced(system)
    refused = await system.post(
        "/v1/articles", params={"source": SOURCE}, json=article("never-taken-1", revision=0)
    )
    assert refused.status_code == 422
    outputs = await run(system, "Where is article X?", event_id)
    assert any("reopened on Thursday" in output for output in outputs)  # what readers get, by curl
    assert not any("reopened on Thursday" in output for output in outputs if "<- slowest" in output)


async def test_why_is_it_late(system: System) -> None:
    """The services that the chapter looks at are as it says: enrich is away."""
    await asyncio.to_thread(system.stack.down, ["enrich"])
    try:
        article_id, event_id = await handed_in(system, "ferry-1")
        outputs = await run(system, "Why is it late?", event_id)
        assert "is enrich up and ready?" in outputs[0]
    finally:
        await asyncio.to_thread(system.stack.up)
    await system.shown(article_id)


async def test_how_do_i_take_it_down_now(system: System) -> None:
    article_id, event_id = await handed_in(system, "bridge-1")
    outputs = await run(system, "How do I take it down now?", event_id)
    assert article_id in outputs[0]
    assert (await system.get(f"/v1/articles/{article_id}")).status_code == 410

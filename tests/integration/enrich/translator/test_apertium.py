"""Apertium as it is installed here, by command and by its HTTP service. These tests install nothing."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from enrich.translator.engines.apertium_apy import ApertiumApy
from enrich.translator.engines.apertium_command import MODES, ApertiumCommand
from enrich.translator.engines.http import HttpAsker
from enrich.translator.languages import foreign
from enrich.translator.ports import Engine, EngineAway, Pair
from tests.eventually import eventually
from tests.unit.enrich.translator.translating import EN_ES, Desk, requested

WITHIN = 60.0
needs_eng_spa = pytest.mark.skipif(
    shutil.which("apertium") is None or not (MODES / "eng-spa.mode").is_file(),
    reason="the Debian packages apertium and apertium-eng-spa are not installed",
)
needs_apy = pytest.mark.skipif(
    shutil.which("apertium-apy") is None, reason="the Debian package apertium-apy is not installed"
)
BODY = (
    '<p>The <b>new</b> bridge over the <a href="https://news.example/h?a=1&amp;b=2">old harbour</a> cost 64'
    " million euros &amp; took 3 years.</p>\n<ul><li>Mayor Ann Bole opened it on Thursday.</li>"
    "<li>The frobnicator was not there.</li></ul><blockquote><p>We <em>waited</em> for it.</p></blockquote>"
)


@asynccontextmanager
async def apy() -> AsyncIterator[str]:
    """The address of an apertium-apy of this test's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        "apertium-apy", "-p", str(port), str(MODES.parent),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    engine = ApertiumApy(HttpAsker(f"http://127.0.0.1:{port}", timeout=WITHIN))

    async def listening() -> bool:
        try:
            return bool(await engine.served([EN_ES]))
        except EngineAway:
            return False

    try:
        await eventually(listening, within=WITHIN, what="apertium-apy listening")
        yield f"http://127.0.0.1:{port}"
    finally:
        await engine.close()
        process.kill()
        await process.wait()


def tags(html: str) -> list[str]:
    return re.findall(r"<[^>]+>", html)


async def check_translates_an_article(engine: Engine) -> None:
    desk = Desk(engine, candidates=[EN_ES, Pair("ru", "en")])
    await desk.board.discover(engine)
    assert await desk.board.try_out(engine, EN_ES), desk.board.report()
    assert ("ru", "en") not in desk.board
    await desk.requests([requested(body_html=BODY, names=("Ann Bole",))])
    (event,) = desk.told
    made = event.translation
    assert made.status == "published", made.reason
    assert tags(made.body_html or "") == tags(BODY)
    assert "Ann Bole" in (made.body_html or "")
    assert "puente" in (made.body_html or "")
    assert "*" not in (made.body_html or "")
    assert made.quality is not None
    assert made.quality.unknown_words >= 1, "it says itself that it does not know a frobnicator"
    assert foreign(BODY, made.body_html or "", "en", "es") is None


@needs_eng_spa
async def test_the_command_translates_an_article_whole_with_tags_digits_and_names() -> None:
    engine = ApertiumCommand(timeout=WITHIN)
    await check_translates_an_article(engine)
    assert re.fullmatch(r"[0-9a-f]{8}", await engine.version(EN_ES))


@needs_eng_spa
async def test_the_command_works_in_the_event_loop_that_the_service_runs_on() -> None:
    """uvloop connects its subprocesses by sockets, which the script cannot open by name."""

    def on_uvloop() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(check_translates_an_article(ApertiumCommand(timeout=WITHIN)))

    await asyncio.to_thread(on_uvloop)


@needs_eng_spa
@needs_apy
async def test_the_service_translates_an_article_whole_with_tags_digits_and_names() -> None:
    async with apy() as address:
        engine = ApertiumApy(HttpAsker(address, timeout=WITHIN))
        await check_translates_an_article(engine)
        await engine.close()


def command(folder: Path, script: str, mode: str = "eng-spa") -> ApertiumCommand:
    """An `apertium` that behaves as the script says, with one pair installed."""
    program = folder / "apertium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (folder / f"{mode}.mode").write_text("lt-proc\n")
    return ApertiumCommand(timeout=2, command=str(program), modes=folder)


@pytest.mark.parametrize(
    ("script", "report"),
    [
        ("cat >/dev/null", "broken: the answer is empty"),
        ("cat", "broken: the answer is the original"),
        ("echo '<h1>Error</h1>'; cat >/dev/null", "broken: the answer holds markup of its own"),
        ("exit 3", "untried: it has not answered yet"),
        ("yes puente", "untried: it has not answered yet"),
        ("printf '\\377'; cat >/dev/null", "untried: it has not answered yet"),
    ],
    ids=["exit-0-empty", "echo", "html", "exit-3", "endless", "not-utf-8"],
)
async def test_a_pair_that_is_packaged_broken_is_found_out_before_an_article_meets_it(
    tmp_path: Path, script: str, report: str
) -> None:
    engine = command(tmp_path, script)
    desk = Desk(engine)
    assert not await desk.board.try_out(engine, EN_ES)
    assert desk.board.report() == [("apertium", EN_ES, report)]
    assert (EN_ES in desk.board) == report.startswith("untried")


async def test_a_command_that_hangs_is_ended_with_its_whole_pipeline(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    engine = command(tmp_path, f"sleep 600 & echo $! > {marker}; wait")
    with pytest.raises(EngineAway, match="no whole answer within 2 s"):
        await engine.translate(EN_ES, ["The bridge."])
    child = int(marker.read_text())
    await eventually(lambda: not _runs(child), within=WITHIN, what="the end of the pipeline")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


async def test_what_is_not_installed_serves_nothing(tmp_path: Path) -> None:
    nothing = ApertiumCommand(timeout=2, command=str(tmp_path / "apertium"), modes=tmp_path)
    assert nothing.supposed([EN_ES]) == frozenset()
    desk = Desk(nothing)
    assert EN_ES not in desk.board
    assert not desk.board

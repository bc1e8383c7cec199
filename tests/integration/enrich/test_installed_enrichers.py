"""A newsroom installs enrichers of its own: the real worker finds them, and outlives broken ones."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from enrich.analysis import Analysis
from enrich.workers import WorkerPool
from tests.unit.enrich.desk import article, check_evidence

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "enricher"
STORY = article(
    "Acme Shipping buys a port",
    "Shares of $ACME fell on Friday. The port of Veresk said nothing.",
    "Traders in London sold $ACME and $XYZ.",
    language="en",
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example, installed as anyone would, and with two packages that cannot work."""
    folder = tmp_path_factory.mktemp("packages")
    uv = os.environ.get("UV") or shutil.which("uv") or _own_uv()
    if uv is None:
        pytest.skip("there is no uv to install the example with; run the tests by `make test`")
    options = ("--offline", "--no-deps", "--quiet", "--python", sys.executable, "--target", str(folder))
    subprocess.run([uv, "pip", "install", *options, str(EXAMPLE)], check=True, cwd=folder)
    broken_package(folder, "unfinished", "subjects.unfinished = nowhere:Unfinished")
    (folder / "leaving.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    broken_package(folder, "leaving", "keyphrases.leaving = leaving:Leaving")
    return folder


def _own_uv() -> str | None:
    own = ROOT / ".uv" / "bin" / "uv"
    return str(own) if own.exists() else None


def broken_package(folder: Path, name: str, entry_point: str) -> None:
    """What an installer leaves of a package, without its code."""
    info = folder / f"{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[newsloom.enrichers]\n{entry_point}\n", encoding="utf-8")


@pytest_asyncio.fixture(scope="module")
async def pool(packages: Path) -> AsyncIterator[WorkerPool]:
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(packages), before)))
    try:
        async with WorkerPool(workers=1, budget=20, languages=("en", "ru")) as running:
            yield running
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


@pytest_asyncio.fixture(scope="module")
async def analysis(pool: WorkerPool) -> Analysis:
    return await pool.analyse("meridian", STORY)


async def test_the_example_is_installed_found_and_run_by_the_worker(analysis: Analysis) -> None:
    (tag,) = {tag.label: tag for tag in analysis.tags if tag.method == "tickers"}.values()
    assert (tag.label, tag.kind) == ("Acme Shipping", "organisation")
    quotes = [evidence for each in analysis.tags if each.method == "tickers" for evidence in each.evidence]
    assert [(quote.block, quote.quote) for quote in quotes] == [(0, "$ACME"), (1, "$ACME")]
    check_evidence(analysis.tags, STORY)
    method = analysis.facets["entities"].method or ""
    assert method.endswith("+tickers")
    assert "tickers" in analysis.seconds
    assert analysis.faults == {}


async def test_what_cannot_be_loaded_is_told_and_everything_else_goes_on(
    pool: WorkerPool, analysis: Analysis
) -> None:
    told = pool.left_out() or ""
    assert "the enricher unfinished is left out: nowhere:Unfinished cannot be loaded" in told
    assert "the enricher leaving is left out: leaving:Leaving cannot be loaded: SystemExit: 3" in told
    assert pool.not_ready() is None
    subjects = analysis.facets["subjects"]
    assert subjects.status in ("partial", "unavailable", "skipped")
    assert "unfinished cannot be used" in (subjects.reason or "")
    assert "leaving cannot be used" in (analysis.facets["keyphrases"].reason or "")
    assert any(tag.kind == "keyphrase" for tag in analysis.tags) or analysis.facets["keyphrases"].method

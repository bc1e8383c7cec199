"""Pages for people before axe, in a real browser, by day and by night."""

import html
import json
from pathlib import Path

import pytest

from tests.judges import toolbox
from tests.judges.html_pages import HtmlPage, error_pages, html_pages
from tests.judges.newsstand import Newsstand

RUNNER = Path(__file__).parent / "browser" / "run_axe.js"
STORIES = ("plain", "corrected", "arabic", "bare", "nasty")
SCHEMES = {"light": "1", "dark": "0"}
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


async def axe_says(folder: Path, judged: list[HtmlPage], scheme: str) -> dict[str, list[str]]:
    """What axe finds on each page in this colour scheme."""
    axe = (toolbox.node_packages() / "axe-core/axe.min.js").read_text()
    shown = {page.path: page.body.decode() for page in judged}
    script = f"const PAGES = {_inline(shown)};\nconst AXE = {_inline(axe)};\n{RUNNER.read_text()}"
    runner = folder / f"{scheme}.html"
    runner.write_text(f"<!doctype html><meta charset=utf-8><body><script>{script}</script>")
    told = await toolbox.judge(
        *(toolbox.browser(), *QUIET, f"--user-data-dir={folder / scheme}"),
        *(f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", "--virtual-time-budget=60000"),
        *("--dump-dom", runner.as_uri()),
    )
    assert "<title>judged</title>" in told, told[-2000:]
    return dict(json.loads(html.unescape(told.partition("<body>")[2].partition("</body>")[0])))


def _inline(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/").replace("<!--", "<\\!--")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_no_barrier(stand: Newsstand, tmp_path: Path, scheme: str) -> None:
    pages = [page for page in await html_pages(stand) if _is_looked_at(page)]
    assert len(pages) > len(STORIES)
    toolbox.no_faults(await axe_says(tmp_path, [*pages, *await error_pages(stand)], scheme))


def _is_looked_at(page: HtmlPage) -> bool:
    return page.story is None or page.story.external_id in STORIES


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_would_speak_up(tmp_path: Path, scheme: str) -> None:
    """It sees the colours of the scheme, and what has no name."""
    colours = {"light": "color:#ccc", "dark": "color:#333"}[scheme]
    body = f"<p style='{colours}'>Pale.</p><img src=x><a href=/></a>"
    style = ":root{color-scheme:light dark;background:Canvas;color:CanvasText}"
    page = f"<!doctype html><html><title>x</title><style>{style}</style><body><main><h1>x</h1>{body}</main>"
    (found,) = (await axe_says(tmp_path, [HtmlPage(path="/", body=page.encode())], scheme)).values()
    assert {"color-contrast", "html-has-lang", "image-alt", "link-name"} <= {f.split(":")[0] for f in found}

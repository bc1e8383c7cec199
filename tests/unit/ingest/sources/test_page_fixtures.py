"""Every fixture page gives exactly its expected Page, also after what clipboards and browsers do to text."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.sources.page import NotAPage, Page, parse_page
from ingest.sources.page.document import page_document
from ingest.sources.page.times import Capture, zone_named

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.txt"))

CLIPBOARDS: dict[str, Callable[[str], str]] = {
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old mac line ends": lambda text: text.replace("\n", "\r"),
    "unicode line separators": lambda text: text.replace("\n", "\u2028"),
    "byte order mark": lambda text: "\ufeff" + text,
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "zero-width spaces": lambda text: re.sub(r"(?<=[аеіиaeio])", "\u200b", text),
    "soft hyphens": lambda text: re.sub(r"(?<=[аеіиaeio])(?=\w)", "\u00ad", text),
    "stray joiners": lambda text: re.sub(r"(?<=[аеіиaeio])(?=\w)", "\u200d", text),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text),
    "many blank lines": lambda text: re.sub(r"\n+", "\n \n\t\n", text),
    "indented lines": lambda text: re.sub(r"^", "\t  ", text, flags=re.MULTILINE),
    "spaces at the ends": lambda text: re.sub(r"$", "  ", text, flags=re.MULTILINE),
    "control characters": lambda text: text.replace("\n", "\x00\n\x07"),
    "direction marks": lambda text: re.sub(r"^(?=.)", "\u202a\u200e", text, flags=re.MULTILINE),
}


GIVEN = {"captured_at": "2026-11-12T12:00:00+02:00", "timezone": "Europe/Kyiv", "outlet": None}


def fixture(name: str) -> str:
    return (PAGES / f"{name}.txt").read_bytes().decode()  # line ends as they are


def expected(name: str) -> dict[str, Any]:
    """`given` says what was told beside the text where it differs from GIVEN; `page` is what must come."""
    known: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    return known


def understood(name: str) -> Page:
    given = GIVEN | expected(name).get("given", {})
    capture = Capture(
        at=datetime.fromisoformat(str(given["captured_at"])), zone=zone_named(str(given["timezone"]))
    )
    return parse_page(fixture(name), outlet=given["outlet"], capture=capture)


def test_there_are_fixture_pages_in_all_four_languages() -> None:
    assert len(NAMES) >= 40
    counted = Counter(name.partition("_")[0] for name in NAMES)
    assert counted.keys() == {"ru", "uk", "en", "es"}
    assert min(counted.values()) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_page_gives_exactly_its_expected_parts(name: str) -> None:
    assert page_document(understood(name)) == expected(name)["page"]


@pytest.mark.parametrize("path", sorted((PAGES / "refused").glob("*.txt")), ids=lambda path: path.stem)
def test_a_page_without_an_article_is_refused(path: Path) -> None:
    with pytest.raises(NotAPage):
        parse_page(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("clipboard", CLIPBOARDS)
@pytest.mark.parametrize("name", NAMES)
def test_what_the_clipboard_does_to_a_page_changes_nothing(name: str, clipboard: str) -> None:
    text = fixture(name)
    assert parse_page(CLIPBOARDS[clipboard](text)) == parse_page(text)


GLUED = re.compile(r"\n+(?=\d+ (?:минут|час|хвилин|годин|дні|minutes|hours)|hace \d)")


@pytest.mark.parametrize("name", NAMES)
def test_a_time_glued_to_the_line_above_changes_nothing(name: str) -> None:
    text = fixture(name)
    assert parse_page(GLUED.sub("", text)) == parse_page(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_title_that_runs_on_behind_a_time_changes_nothing(name: str) -> None:
    text = fixture(name)
    assert parse_page(re.sub(r"(\d \w+ (?:назад|тому|ago))\n+", r"\1", text)) == parse_page(text)

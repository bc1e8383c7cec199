"""The page that documents the events says what the catalogue says."""

from pathlib import Path

from newsloom_schemas.events_page import page

PAGE = Path(__file__).parents[3] / "docs" / "events.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs` and commit docs/events.md"

"""A filter means the same for a page as for a stream: the feeds that an article must be in as well."""

import pytest

from feeds.filters import EVERYTHING, Filter
from newsloom_schemas.languages import is_language_tag


def test_an_open_filter_wants_everything() -> None:
    assert EVERYTHING.feed_ids == ()
    assert EVERYTHING.admits_source("meridian")
    assert EVERYTHING.admits_language("ru")


def test_a_filter_is_the_feeds_of_its_parts() -> None:
    wanted = Filter(source="meridian", language="en")
    assert wanted.feed_ids == ("source/meridian", "language/en")
    assert wanted.admits_source("meridian")
    assert not wanted.admits_source("meridian-2")
    assert not wanted.admits_language("ru")


@pytest.mark.parametrize("tag", ["en", "en-GB", "en-Latn-US"])
def test_regions_and_scripts_are_one_with_their_language(tag: str) -> None:
    assert Filter(language="en").admits_language(tag)


def test_a_line_end_makes_no_language_tag() -> None:
    assert not is_language_tag("en\n")

"""Dead letters read back: any record at all has a meaning, and a resolution closes its case for good."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsloom_runtime.letter_box import refusal
from newsloom_runtime.letters import Case, Letter, Place, Resolution, fold, original_of, read_record
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES

TOPICS = frozenset({ARTICLES_ENRICHED.name, ARTICLES_PUBLISHED.name, FEED_UPDATES.name, "editorial-inbox-x"})
NAMES = (
    *("dlq_topic", "dlq_partition", "dlq_offset", "dlq_timestamp", "dlq_attempts", "dlq_error"),
    *("dlq_resolution", "dlq_of", "dlq_value_null", "dlq_value_omitted", "original-ce_id", "other"),
)


def buried(offset: int, said: Mapping[str, str | None] = {}) -> RawRecord:
    """A record of a dead-letter topic; `said` adds headers, None leaves one out."""
    report = {
        "dlq_topic": ARTICLES_ENRICHED.name,
        "dlq_partition": "3",
        "dlq_offset": "7",
        "dlq_timestamp": "1762335000041",
        "dlq_service": "publish",
        "dlq_stage": "publisher",
        "dlq_error": "schema",
        "dlq_attempts": "1",
        **said,
    }
    headers = [(name, text.encode()) for name, text in report.items() if text is not None]
    headers += [("original-ce_id", b"first"), ("original-ce_id", b"second"), ("original-null", b"")]
    return RawRecord("publish-dlq", 1, offset, 1_762_335_009_000, b"key", b"{}", tuple(headers))


def resolved(offset: int, letter: int, outcome: Any = "discarded", **fields: Any) -> RawRecord:
    """A resolution of the letter at another offset of the same partition."""
    place = Place("publish-dlq", 1, letter)
    said = Resolution(place=place, of=place, outcome=outcome, by="ines", why="rubbish", at="now", **fields)
    return RawRecord("publish-dlq", 1, offset, 1_762_335_010_000, b"key", b"", said.headers)


def folded(*records: RawRecord) -> list[Case]:
    return fold(map(read_record, records))


def letter(said: Mapping[str, str | None] = {}) -> Letter:
    [case] = folded(buried(0, said))
    return case.letter


def test_a_letter_tells_where_it_came_from_and_how_people_name_it() -> None:
    read = letter()
    assert read.id == "publish:1:0"
    assert read.origin == Place("articles-enriched", 3, 7)
    assert (read.reason, read.stage, read.attempts, read.header("ce_id")) == (
        "schema",
        "publisher",
        1,
        "first",
    )


def test_the_original_record_comes_back_byte_for_byte() -> None:
    key, value, headers = original_of(buried(0))
    assert (key, value) == (b"key", b"{}")
    assert headers == (("ce_id", b"first"), ("ce_id", b"second"), ("null", b""))
    assert original_of(buried(0, {"dlq_value_null": "true"}))[1] is None


def test_a_resolution_closes_its_case_and_the_last_one_counts() -> None:
    [case, other] = folded(
        buried(0), buried(1, {"dlq_offset": "8"}), resolved(2, 0), resolved(3, 0, "replayed", to="t/0/9")
    )
    assert other.open
    assert case.resolution is not None
    assert (case.resolution.outcome, case.resolution.by, case.resolution.to) == ("replayed", "ines", "t/0/9")


def test_the_same_record_buried_twice_is_one_case_and_one_word_closes_it() -> None:
    [case] = folded(buried(0), buried(1), resolved(2, 1), buried(3))
    assert case.ids == ("publish:1:0", "publish:1:1", "publish:1:3")
    assert not case.open


@pytest.mark.parametrize(
    "changed", [{"dlq_timestamp": "5"}, {"dlq_offset": "8"}, {"dlq_stage": "proofreader"}]
)
def test_another_record_never_hides_behind_a_closed_case(changed: dict[str, str]) -> None:
    """A topic that was made anew counts from 0 again; another role fails by itself."""
    [closed, new] = folded(buried(0), resolved(1, 0), buried(2, changed))
    assert (closed.open, new.open) == (False, True)


def test_a_resolution_of_nothing_is_no_letter() -> None:
    assert folded(resolved(5, 4)) == []


def test_an_original_header_cannot_pass_for_a_resolution() -> None:
    [case] = folded(
        replace_headers(buried(0), ("original-dlq_resolution", b"discarded"), ("original-dlq_of", b"1:0"))
    )
    assert case.open


def replace_headers(raw: RawRecord, *more: tuple[str, bytes]) -> RawRecord:
    return raw._replace(headers=(*raw.headers, *more))


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.binary(max_size=30)), max_size=8),
    st.none() | st.binary(max_size=9),
    st.none() | st.binary(max_size=9),
    st.integers(-(2**63), 2**63 - 1),
)
@settings(max_examples=200, deadline=None)
def test_any_record_is_a_letter_or_a_resolution(
    headers: list[tuple[str, bytes | None]], key: bytes | None, value: bytes | None, timestamp_ms: int
) -> None:
    raw = RawRecord("publish-dlq", 0, 0, timestamp_ms, key, value, tuple(headers))
    read = read_record(raw)
    assert isinstance(read, Letter | Resolution)
    if isinstance(read, Letter):
        refusal(read, TOPICS)
        original_of(raw)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"dlq_topic": None}, "does not say which topic"),
        ({"dlq_offset": "minus one"}, "does not say which topic"),
        ({"dlq_topic": "__consumer_offsets"}, "no topic that takes events"),
        ({"dlq_topic": "publish-dlq"}, "no topic that takes events"),
        ({"dlq_topic": "articles-published"}, "proofreader heals"),
        ({"dlq_topic": "feed-updates"}, "proofreader heals"),
        ({"dlq_topic": "articles-submitted"}, "does not exist"),
        ({"dlq_topic": "editorial-inbox-gone"}, "does not exist"),
        ({"dlq_value_omitted": "too-large"}, "too large to keep"),
    ],
)
def test_what_must_not_or_cannot_be_replayed_is_refused(said: dict[str, str | None], words: str) -> None:
    reason = refusal(letter(said), TOPICS)
    assert reason is not None
    assert words in reason


@pytest.mark.parametrize("topic", ["articles-enriched", "editorial-inbox-x"])
def test_a_letter_from_an_input_that_exists_can_be_replayed(topic: str) -> None:
    assert refusal(letter({"dlq_topic": topic}), TOPICS) is None


def test_a_record_without_key_and_value_cannot_be_sent_again() -> None:
    assert refusal(replace(letter({"dlq_value_null": "true"}), key=None), TOPICS) is not None
    assert refusal(letter({"dlq_value_null": "true"}), TOPICS) is None

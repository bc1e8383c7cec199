"""The strict front of the contract: nothing is guessed, and every refusal names a field."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from ingest.strict_json import field_errors
from newsloom_schemas.submission import Submission, SubmittedAuthor

GOOD = {"external_id": "a", "revision": 1, "headline": "H", "body_text": "Text."}


def read(**fields: object) -> Submission:
    return Submission.model_validate_json(json.dumps(GOOD | fields))


@pytest.mark.parametrize("revision", [0, -1, 1.5, "7", True, None, 2**53, 2**63])
def test_a_revision_is_a_whole_number_in_range(revision: object) -> None:
    with pytest.raises(ValidationError):
        read(revision=revision)


def test_the_largest_revision_is_taken() -> None:
    assert read(revision=2**53 - 1).revision == 2**53 - 1


@pytest.mark.parametrize("field", ["$set", "__proto__", "constructor", "source", "article_id"])
def test_an_unknown_field_is_refused(field: str) -> None:
    with pytest.raises(ValidationError):
        read(**{field: "x"})


@pytest.mark.parametrize("field", ["external_id", "headline", "body_text"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_required_text_is_neither_null_nor_empty(field: str, value: str | None) -> None:
    with pytest.raises(ValidationError):
        read(**{field: value})


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-05T09:30:00",
        "2026-11-05",
        1_700_000_000,
        "1700000000",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-05:00",
        "2026-11-05T09:30:00+99:00",
        "2026-13-05T09:30:00Z",
    ],
)
def test_a_time_has_an_offset_and_exists(time: object) -> None:
    with pytest.raises(ValidationError):
        read(published_at=time)


def test_a_time_is_kept_in_utc_and_milliseconds() -> None:
    at = read(published_at="2026-11-05T11:30:00.123456+02:00").published_at
    assert at == datetime(2026, 11, 5, 9, 30, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "gopher://x.example",
        "https://user:secret@news.example/",
        "https://news.example/a\tb",
        "https://news.example/" + "x" * 3000,
        "https://",
        "//news.example/",
    ],
)
def test_an_address_is_a_plain_web_address(url: str) -> None:
    with pytest.raises(ValidationError):
        read(canonical_url=url)


@pytest.mark.parametrize("language", ["xx-invalid", "", "x" * 200, "Russian", "ru_RU", "zz"])
def test_a_language_is_a_known_tag(language: str) -> None:
    with pytest.raises(ValidationError):
        read(language=language)


@pytest.mark.parametrize("language", ["ru", "pt-BR", "zh-Hans", "sr-Latn-RS", "yue", "und"])
def test_known_language_tags_are_taken(language: str) -> None:
    assert read(language=language).language == language


@pytest.mark.parametrize("external_id", ["a\x00b", "a\nb", "\u202egnp", "x" * 600, "e\u0301", "a\u200bb"])
def test_an_external_id_is_printable_and_normal(external_id: str) -> None:
    with pytest.raises(ValidationError):
        read(external_id=external_id)


@pytest.mark.parametrize("external_id", ["urn:x:1", "https://a.example/b?c=d&e", "новость/1", "tag:a,2026:x"])
def test_real_guids_are_legal_ids(external_id: str) -> None:
    assert read(external_id=external_id).external_id == external_id


def test_the_body_comes_once() -> None:
    with pytest.raises(ValidationError):
        read(body_html="<p>x</p>")
    with pytest.raises(ValidationError):
        Submission.model_validate_json('{"external_id": "a", "revision": 1, "headline": "H"}')


@pytest.mark.parametrize(
    "raw",
    [
        b'{"external_id": "a", "revision": NaN, "headline": "H", "body_text": "T"}',
        b'{"external_id": "a", "revision": 1e400, "headline": "H", "body_text": "T"}',
        b'{"external_id": "\\ud800", "revision": 1, "headline": "H", "body_text": "T"}',
    ],
)
def test_what_json_must_not_hold_is_refused(raw: bytes) -> None:
    with pytest.raises(ValidationError):
        Submission.model_validate_json(raw)


def test_caps_hold() -> None:
    with pytest.raises(ValidationError):
        read(keywords=["k"] * 101)
    with pytest.raises(ValidationError):
        read(headline="x" * 501)


def test_an_author_is_a_name_or_a_description() -> None:
    described = {"name": "Bo Li", "role": "editor", "uri": "https://paper.example/bo"}
    assert read(authors=["Анна Ко", described]).authors == ("Анна Ко", SubmittedAuthor(**described))


@pytest.mark.parametrize(
    ("author", "where", "code"),
    [
        ("", "/authors/0", "too_short"),
        ("x" * 201, "/authors/0", "too_long"),
        (7, "/authors/0", "author_form"),
        (None, "/authors/0", "author_form"),
        (["Bo Li"], "/authors/0", "author_form"),
        ({}, "/authors/0/name", "missing"),
        ({"name": ""}, "/authors/0/name", "too_short"),
        ({"name": 7}, "/authors/0/name", "string_type"),
        ({"name": "Bo", "role": ""}, "/authors/0/role", "too_short"),
        ({"name": "Bo", "uri": "mailto:bo@paper.example"}, "/authors/0/uri", "value_error"),
        ({"name": "Bo", "email": "x"}, "/authors/0/email", "extra_forbidden"),
    ],
)
def test_what_is_wrong_with_an_author_is_told_where_it_stands(author: object, where: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(authors=[author])
    assert [(error.pointer, error.code) for error in field_errors(refused.value)] == [(where, code)]

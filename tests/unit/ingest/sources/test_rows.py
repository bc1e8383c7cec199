"""Lines and rows of a batch: the same strict submission as alone, kills among them."""

import json

import pytest

from ingest.refusal import Refused
from ingest.sources import Withdrawal
from ingest.sources.csv_rows import EXAMPLE, read_header, read_row
from ingest.sources.ndjson import EXAMPLE as LINES
from ingest.sources.ndjson import read_line
from newsloom_schemas.submission import Submission

HEADER = read_header(b"external_id,revision,headline,body_text,authors,keywords,images,earlier,action,reason")


def row(text: str) -> Submission | Withdrawal:
    deed = read_row(HEADER, text.encode())
    assert isinstance(deed, Submission | Withdrawal)
    return deed


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        row(text)
    return refused.value


def test_the_documented_examples_read() -> None:
    deeds = [read_line(line.encode()) for line in LINES.splitlines()]
    header, *rows = EXAMPLE.splitlines()
    tabled = [read_row(read_header(header.encode()), each.encode()) for each in rows]
    assert [type(each) for each in deeds] == [Submission, Submission, Withdrawal]
    assert [type(each) for each in tabled] == [Submission, Withdrawal]


def test_a_kill_line_is_strict_and_a_submission_may_speak_of_a_kill() -> None:
    assert read_line(b'{"kill": {"external_id": "a"}}') == Withdrawal(external_id="a")
    told = {"external_id": "a", "revision": 1, "headline": '"kill"', "body_text": 'to "kill" a bill'}
    assert isinstance(read_line(json.dumps(told).encode()), Submission)
    for odd in (b'{"kill": {}}', b'{"kill": {"external_id": "a"}, "revision": 1}', b'{"kill": 1}'):
        with pytest.raises(Refused) as refused:
            read_line(odd)
        assert refused.value.code == "invalid"
    with pytest.raises(Refused):
        read_line(b'{"kill": ' + b"[" * 100_000)


def test_a_row_is_the_submission_that_its_cells_spell() -> None:
    sent = row('a1,2,"Ferry, again","One.\nTwo ""words"".",Ole Brandt; Ines Falk,ferry;,,Before; ,,')
    assert sent == Submission(
        external_id="a1",
        revision=2,
        headline="Ferry, again",
        body_text='One.\nTwo "words".',
        authors=("Ole Brandt", "Ines Falk"),
        keywords=("ferry",),
        earlier=({"title": "Before"},),
    )


def test_a_row_may_withdraw_an_article() -> None:
    assert row("a1,,,,,,,,kill,legal order") == Withdrawal(external_id="a1", reason="legal order")
    assert refusal(",,,,,,,,kill,").errors[0].pointer == "/external_id"
    assert refusal("a1,,,,,,,,burn,").errors[0].pointer == "/action"


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        ("a1,two,H,B,,,,,,", "invalid", "/revision"),
        ("a1," + "9" * 5000 + ",H,B,,,,,,", "invalid", "/revision"),
        ("a1,1,H,B,,,no address,,,", "invalid", "/images/0/url"),
        ("a1,1,,B,,,,,,", "invalid", "/headline"),
        ("a1,1,H,B", "not-csv", None),
        ("a1;1;H;B;;;;;;", "not-csv", None),
        ('a1,1,"H"x,B,,,,,,', "not-csv", None),
        ('a1,1,"H,B,,,,,,', "not-csv", None),
    ],
)
def test_what_a_row_cannot_mean_is_refused_where_it_stands(text: str, code: str, pointer: str | None) -> None:
    refused = refusal(text)
    assert refused.code == code
    assert (refused.errors[0].pointer if refused.errors else None) == pointer


def test_the_first_row_names_known_fields_once_with_or_without_a_byte_order_mark() -> None:
    assert read_header(b"\xef\xbb\xbfexternal_id, revision") == ("external_id", "revision")
    for odd in (
        b"external_id,external_id",
        b"headline",
        b"external_id;revision",
        b"external_id,secret-column",
    ):
        with pytest.raises(Refused) as refused:
            read_header(odd)
        assert "secret" not in repr((refused.value.detail, refused.value.errors))
    with pytest.raises(Refused):
        read_row(HEADER, b"\xff\xfe,1")

"""Text and addresses made safe to print, whatever was stored."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats.clean import UNTITLED, headline, names, one_line, printable, shortened, uri

URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


@pytest.mark.parametrize("code", [0, 8, 0xB, 0x1F, 0x7F, 0x9F, 0xFDD0, 0xFFFE, 0xD800, 0x1FFFE, 0x10FFFF])
def test_what_xml_or_html_forbids_is_left_out(code: int) -> None:
    assert printable(f"a{chr(code)}b") == "ab"


def test_letters_of_any_script_and_line_ends_stay() -> None:
    assert printable("Ж\u00e9中\U0001f1fa\t\n \r\n\r\x85!") == "Ж\u00e9中\U0001f1fa\t\n \n\n\n!"


def test_a_headline_always_shows_something() -> None:
    assert headline(" \u200b\u202e") == UNTITLED
    assert headline(" The\u00a0bridge\n") == "The bridge"


def test_names_are_visible_and_each_stands_once() -> None:
    assert names(["Bo Li", " ", "Bo\u200b Li", "Анна"]) == ["Bo Li", "Анна"]


@pytest.mark.parametrize(
    ("line", "expected"), [("one two", "one two"), ("one two three", "one two…"), ("x" * 20, "xxxxxxxxx…")]
)
def test_a_line_is_cut_between_words_if_it_can_be(line: str, expected: str) -> None:
    assert shortened(line, 10) == expected


def test_piled_marks_are_cut_to_three() -> None:
    assert one_line("Z" + "\u0301" * 50) == "Z" + "\u0301" * 3


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://news.example/a?b=1#c", "https://news.example/a?b=1#c"),
        ("https://news.example/%D1%84%zz", "https://news.example/%D1%84%25zz"),
        ("https://пример.example/ф?q=[х]", "https://xn--e1afmkfd.example/%D1%84?q=%5B%D1%85%5D"),
        ('https://news.example:8080/a"<b>|^`', "https://news.example:8080/a%22%3Cb%3E%7C%5E%60"),
        ("http://[::1]/a", "http://[::1]/a"),
    ],
)
def test_addresses_are_written_as_rfc_3986_has_them(written: str, expected: str) -> None:
    assert uri(written) == expected


@given(st.text(max_size=50))
def test_any_path_becomes_a_valid_address_that_stays_as_it_is(path: str) -> None:
    address = f"https://news.example/{path.encode('utf-8', 'replace').decode()}"
    once = uri(address)
    assert URI_CHARACTERS.fullmatch(once)
    assert uri(once) == once
    assert urlsplit(once).hostname == "news.example"

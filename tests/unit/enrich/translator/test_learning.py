"""What editors give the memory: pairs from the command line, lines with a tab, and TMX."""

import pytest

from enrich.translator.keys import editors_key
from enrich.translator.learning import Lesson, Unlearnable, lessons_in, remembered
from tests.unit.enrich.translator.translating import EN_ES

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en-GB"><seg>Fish &amp; chips</seg></tuv><tuv xml:lang="es"><seg>Pescado</seg></tuv></tu>
<tu><tuv lang="EN"><seg>Bridge</seg></tuv><tuv lang="fr"><seg>Pont</seg></tuv></tu>
<tu><tuv xml:lang="es"><seg>Puente</seg></tuv><tuv xml:lang="en"><seg>Bridge</seg></tuv></tu>
</body></tmx>"""


def test_lines_with_a_tab_are_read_and_empty_ones_passed_over() -> None:
    lessons = lessons_in("a.tsv", '﻿Bridge\tPuente\n\nSo "is" it\tEs así\r\n'.encode(), EN_ES)
    assert lessons == [("Bridge", "Puente"), ('So "is" it', "Es así")]


def test_tmx_is_read_in_either_order_and_other_languages_are_passed_over() -> None:
    lessons = lessons_in("a.TMX", TMX.encode(), EN_ES)
    assert lessons == [("Fish &amp; chips", "Pescado"), ("Bridge", "Puente")]


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [(b"one\n", "line 1"), (b"a\tb\na\tb\tc\n", "line 2"), (b"\xff\t\xfe\n", "not UTF-8")],
)
def test_what_cannot_be_read_is_refused_with_its_place(raw: bytes, wrong: str) -> None:
    with pytest.raises(Unlearnable, match=wrong):
        lessons_in("a.tsv", raw, EN_ES)


def test_a_sentence_is_remembered_under_the_key_that_an_article_asks_with() -> None:
    taught = remembered(EN_ES, [Lesson("The <b>old</b> bridge.", "El puente <strong>viejo</strong>.")])
    assert taught == {editors_key(EN_ES, 'The <i id="1">old</i> bridge.'): 'El puente <i id="1">viejo</i>.'}


@pytest.mark.parametrize(
    "lesson", [Lesson("", "x"), Lesson("x", "12"), Lesson("<p>a</p><p>b</p>", "x"), Lesson("<b>a</b> c", "x")]
)
def test_what_is_no_sentence_or_loses_a_tag_is_not_learnt(lesson: Lesson) -> None:
    with pytest.raises(Unlearnable, match="pair 1"):
        remembered(EN_ES, [lesson])

"""Sentences end at their end marks, and not at the points of abbreviations, initials and numbers."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.linguistics.sentences import sentence_bounds


def sentences(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Dr. Amy Hale met Gov. Kim at 3.15 p.m. on Friday.", "They talked."]),
        ("en", ["The U.S. Senate voted.", "He left the U.S.", "It rained."]),
        ("en", ["“We won!” said J. R. Smith.", "“Really?”", "“Yes.”", "Nobody left."]),
        ("en", ["Prices rose 3.5 percent.", "No. 10 had no comment.", "She said no.", "Then she went."]),
        ("es", ["El Sr. Ruiz y la Dra. Gil viajan a EE.UU. esta semana.", "¿Volverán?", "¡Sí!"]),
        ("es", ["El art. 5 no cambia.", "«Así es.»", "La ministra calló."]),
        ("uk", ["Музей ім. Т. Шевченка на вул. Садовій відкрито.", "Це сталося 2020 р.", "Київ радів."]),
        ("uk", ["«Ми чекали!» — сказав Дж. Вокер.", "Дощ…", "Сніг."]),
        ("de", ["Am 3. Mai kam Dr. Weiß.", "Er blieb."]),
        ("pl", ["Ks. Nowak mieszka przy ul. Długiej.", "Ma 70 lat."]),
        ("ru", ["Работы начнутся в г. Хой.", "Там построят депо на 40 локомотивов."]),
        ("ru", ["По словам А. С. Иванова, это 5 млн руб. в год.", "Он прав."]),
    ],
)
def test_abbreviations_initials_and_numbers_end_no_sentence(language: str, expected: list[str]) -> None:
    text = " ".join(expected)
    assert sentences(text, language) == expected


@pytest.mark.parametrize("language", ["ru", "uk", "en", "es", "und", "fi"])
def test_a_line_break_ends_a_sentence_and_a_small_letter_begins_none(language: str) -> None:
    assert sentences("Headline\nOne! two\n\n  Three? Four ", language) == [
        "Headline",
        "One! two",
        "Three?",
        "Four",
    ]


@pytest.mark.parametrize("piece", [".", ". ", "?»", " ", "«", "А. ", ".\u2028", "a.b", "1.", "—"])
def test_time_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    started = time.process_time()
    for language in ("uk", "en", "es", "und"):
        list(sentence_bounds(text, language))
    assert time.process_time() - started < 2


@settings(max_examples=150)
@given(
    text=st.text(alphabet='aБ.!? \n«»”")12їÉ\U0001f33e\u2028', max_size=40),
    language=st.sampled_from(["ru", "uk", "en", "es", "de", "und"]),
)
def test_sentences_hold_every_character_that_is_no_space_once_and_in_order(text: str, language: str) -> None:
    bounds = list(sentence_bounds(text, language))
    assert all(start < end for start, end in bounds)
    assert all(before[1] <= after[0] for before, after in pairwise(bounds))
    assert "".join("".join(text[start:end].split()) for start, end in bounds) == "".join(text.split())

"""Folders of other people's labels: read as they are written, and judged by where a tag was found."""

from pathlib import Path

from newsloom_schemas.text import plain_text
from tests.evaluation.folders import LabelledText, conll, fact_ru_eval, judged, laid_out
from tests.unit.evaluation.labelled import quoted

TEXT = "Мост открыт\n\nАнна  Белова приехала. Потом Белова уехала в Осло.\n"


def _fact_ru_eval(folder: Path) -> LabelledText:
    start = TEXT.index("Анна")
    again, oslo = TEXT.rindex("Белова"), TEXT.index("Осло")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.spans").write_text(
        f"1 name {start} 4 11 1  # 11 Анна\n2 surname {start + 6} 6 12 1  # 12 Белова\n"
        f"3 surname {again} 6 13 1  # 13 Белова\n4 loc_name {oslo} 4 14 1  # 14 Осло\n",
        encoding="utf-8",
    )
    (folder / "a.objects").write_text(
        "21 Person 1 2 # Анна Белова\n22 Person 3 # Белова\n23 LocOrg 4 # Осло\n24 Project 4 # Осло\n",
        encoding="utf-8",
    )
    (folder / "a.coref").write_text("31 21 22\nlastname Белова\n\n32 23\nname Осло\n", encoding="utf-8")
    return next(fact_ru_eval(folder))


def test_fact_ru_eval_tells_which_mentions_are_one_person(tmp_path: Path) -> None:
    text = _fact_ru_eval(tmp_path)
    assert [(one.name, one.type, text.text[one.start : one.end]) for one in text.mentions] == [
        ("31", "PER", "Анна  Белова"),
        ("31", "PER", "Белова"),
        ("32", "LOC", "Осло"),
    ]


def test_a_text_is_laid_out_so_that_every_offset_finds_its_way_back(tmp_path: Path) -> None:
    text = _fact_ru_eval(tmp_path)
    laid = laid_out(text.text)
    assert laid is not None
    body = plain_text(laid.content.body_html)
    tag = quoted("Анна Белова", "body", body.index("Анна"), "Анна Белова")
    start, end = laid.span(tag.evidence[0])
    assert text.text[start:end] == "Анна  Белова"


def test_one_tag_stands_for_one_name_and_the_rest_is_missed_or_wrong(tmp_path: Path) -> None:
    text = _fact_ru_eval(tmp_path)
    laid = laid_out(text.text)
    assert laid is not None
    body = plain_text(laid.content.body_html)
    anna = quoted("Анна Белова", "body", body.index("Анна"), "Анна Белова")
    again = quoted("Белова", "body", body.rindex("Белова"), "Белова")
    counts = judged(text, laid, [anna, again], "PER")
    assert (counts.right, counts.wrong, counts.missed) == (1, 1, 0)
    assert judged(text, laid, [], "LOC").missed == 1


def test_conll_is_put_together_with_names_where_their_words_are(tmp_path: Path) -> None:
    words = "The O|Bank B-ORG|of I-ORG|Oslo I-ORG|, O|Anna B-PER|said O|. O||Bonn I-GPE|"
    lines = "-DOCSTART- O\n\n" + words.replace("|", "\n")
    (tmp_path / "a.conll").write_text(lines, encoding="utf-8")
    (text,) = conll(tmp_path, "en")
    assert text.text == "The Bank of Oslo, Anna said.\nBonn"
    assert [(one.type, text.text[one.start : one.end]) for one in text.mentions] == [
        ("ORG", "Bank of Oslo"),
        ("PER", "Anna"),
        ("LOC", "Bonn"),
    ]


def test_the_same_wording_in_a_conll_text_is_one_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("Oslo B-LOC\nand O\nOslo B-LOC\n", encoding="utf-8")
    (text,) = conll(tmp_path, "en")
    assert {one.name for one in text.mentions} == {"LOC oslo"}


def test_a_text_of_one_line_has_no_body_and_is_passed_over() -> None:
    assert laid_out("Only a headline") is None

"""A name has one skeleton in every alphabet."""

import pytest

from enrich.linguistics.skeleton import name_keys, skeleton


@pytest.mark.parametrize(
    ("bones", "spellings"),
    [
        ("ptn", ["Путин", "Путін", "Putin"]),
        ("zlnsk", ["Зеленский", "Зеленський", "Zelensky", "Zelenskyy", "Zelenski"]),
        ("sdkv", ["Садыков", "Садиков", "Sadykov"]),
        ("slz", ["Шольц", "Scholz"]),
        ("vsnhtn", ["Вашингтон", "Washington"]),
        ("vthd", ["Уайтхед", "Whitehead"]),
        ("vlm", ["Уильям", "William"]),
        ("mnl", ["Мануэль", "Manuel"]),
        ("hrznk", ["Гриценко", "Hrytsenko"]),
    ],
)
def test_spellings_of_one_name_meet(bones: str, spellings: list[str]) -> None:
    assert {skeleton(spelling) for spelling in spellings} == {bones}


def test_a_short_surname_counts_only_together_with_the_first_name() -> None:
    assert name_keys("Íñigo Larrea") == ("nh-lr",)
    assert name_keys("Larrea") == ()
    assert name_keys("Arman Sadykov") == ("sdkv", "rmn-sdkv")


def test_a_word_without_consonants_gives_no_key() -> None:
    assert name_keys("Ая Юо") == ()
    assert skeleton("") == ""

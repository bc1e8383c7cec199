"""Copies made by rule: each edit changes what it says, and leaves most of the words."""

from tests.evaluation.copies import EDITS, copied
from tests.evaluation.gold import GoldArticle
from tests.unit.evaluation.labelled import article

BODY = [
    [f"The harbour council discussed measure {number} for hours.", "Nobody objected."] for number in range(6)
]
OTHER = [["Scientists counted seabirds on several northern islands.", "Volunteers helped them."]] * 3
ARTICLES = tuple(
    article(f"a{number}", body=BODY if number % 2 == 0 else OTHER, headline=f"Headline {number}")
    for number in range(12)
)


def _texts(of: GoldArticle) -> list[str]:
    return [sentence for paragraph in of.body for sentence in paragraph]


def test_every_article_has_one_copy_and_every_edit_has_its_turn() -> None:
    made = list(copied(ARTICLES))
    assert [link.to for _, link in made] == [one.id for one in ARTICLES]
    assert {link.edit for _, link in made} == EDITS.keys()


def test_a_copy_differs_and_keeps_most_of_its_sentences_or_words() -> None:
    for copy, link in copied(ARTICLES):
        original = next(one for one in ARTICLES if one.id == link.to)
        assert copy.text != original.text
        before, after = set(original.text.split()), set(copy.text.split())
        assert len(before & after) >= len(before) / 2, link.edit


def test_a_cut_only_takes_away_and_an_insertion_only_adds() -> None:
    made = {link.edit: (copy, link.to) for copy, link in copied(ARTICLES)}
    by_id = {one.id: one for one in ARTICLES}
    cut, of = made["cut"]
    assert _texts(cut) == _texts(by_id[of])[: len(_texts(cut))]
    longer, of = made["inserted"]
    assert [one for one in _texts(longer) if one in _texts(by_id[of])] == _texts(by_id[of])


def test_the_same_articles_give_the_same_copies() -> None:
    assert list(copied(ARTICLES)) == list(copied(ARTICLES))

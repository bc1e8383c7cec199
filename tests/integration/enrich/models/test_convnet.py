"""Our forward pass, our words: the same answers as slovnet and razdel give, sooner."""

import random

import pytest

from bench.texts import read_corpus, submissions
from enrich.linguistics.convnet import GrammarTagger, NameTagger
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Grammar
from enrich.linguistics.words import word_bounds

ODD_CHARACTERS = [*"-., 5аБ!?«»_/…)('’%—:;\"№*Δ\n", "12", "кто", "yahoo", "С.-Петербург", " и ", "т.е."]


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Everything the Russian samples say, with other numbers."""
    from razdel import sentenize

    texts = [
        item["headline"] + "\n" + item["body_text"] for item in submissions(read_corpus(), 8, prefix="net")
    ]
    return [sentence.text for text in texts for sentence in sentenize(text)]


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_bounds(text)]


def cut_by_razdel(text: str) -> list[tuple[int, int]]:
    from razdel import tokenize

    return [(word.start, word.stop) for word in tokenize(text)]


def test_words_are_cut_as_razdel_cuts_them(sentences: list[str]) -> None:
    for text in sentences:
        assert list(word_bounds(text)) == cut_by_razdel(text)


def test_words_are_cut_as_razdel_cuts_them_whatever_the_marks() -> None:
    chance = random.Random(5)
    for _ in range(3_000):
        text = "".join(chance.choices(ODD_CHARACTERS, k=chance.randint(1, 12)))
        assert list(word_bounds(text)) == cut_by_razdel(text), text


def test_grammar_is_what_slovnet_says(models: Models, sentences: list[str]) -> None:
    lines = [words(text) for text in sentences]
    theirs = [token for markup in models.morph.map(lines) for token in markup.tokens]
    expected = [Grammar.of_universal(token.pos, token.feats) for token in theirs]
    assert GrammarTagger(models.morph).grammars(lines) == expected


def test_names_are_those_of_slovnet(models: Models, sentences: list[str]) -> None:
    text = " ".join(sentences[:60])
    bounds = cut_by_razdel(text)
    found = NameTagger(models.ner).names([text[start:end] for start, end in bounds])
    mine = [(name.type, bounds[name.first][0], bounds[name.stop - 1][1]) for name in found]
    assert mine == [(span.type, span.start, span.stop) for span in models.ner(text).spans]
    assert len(mine) > 20


def test_a_text_without_words_has_neither_grammar_nor_names(models: Models) -> None:
    assert GrammarTagger(models.morph).grammars([]) == []
    assert GrammarTagger(models.morph).grammars([[]]) == []
    assert NameTagger(models.ner).names([]) == []


def test_a_sentence_gets_the_same_grammar_alone_as_among_others(models: Models, sentences: list[str]) -> None:
    tagger = GrammarTagger(models.morph)
    lines = [words(text) for text in sentences[:20]]
    alone = [grammar for line in lines for grammar in tagger.grammars([line])]
    assert tagger.grammars(lines) == alone

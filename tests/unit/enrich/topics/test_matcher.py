"""Terms are found in every form they may take, and nowhere else."""

from enrich.linguistics.morphology import Grammar
from enrich.linguistics.tokens import Token
from enrich.topics.lexicon import Term
from enrich.topics.matcher import Matcher


def tokens(text: str, lemmas: dict[str, str] | None = None) -> list[Token]:
    """Words of sentences that end in a full stop."""
    found: list[Token] = []
    at = sentence = 0
    for word in text.split():
        bare = word.rstrip(".")
        lemma = (lemmas or {}).get(bare, bare.lower())
        found.append(Token(bare, at, at + len(bare), lemma, Grammar(pos="WORD"), sentence))
        at += len(word) + 1
        sentence += word.endswith(".")
    return found


def found(terms: str, text: str, language: str = "en", lemmas: dict[str, str] | None = None) -> list[str]:
    cues = [Term("t", tuple(term.split()), 3, "cue") for term in terms.split(",")]
    words = tokens(text, lemmas)
    hits = Matcher(cues, language).hits(words)
    return [" ".join(word.text for word in words[hit.first : hit.stop]) for hit in hits]


def test_a_root_stands_for_every_word_that_begins_so() -> None:
    assert found("санкц*", "Санкции и санкционный список. Секции", "ru") == ["Санкции", "санкционный"]


def test_a_plain_word_stands_for_its_forms() -> None:
    assert found("война", "О войне и войнах", "ru", {"войне": "война", "войнах": "война"}) == [
        "войне",
        "войнах",
    ]
    assert found("ferry", "Two ferries and a ferry") == ["ferries", "ferry"]
    assert found("elección", "Las elecciones", "es") == ["elecciones"]


def test_an_abbreviation_is_found_in_capitals_only() -> None:
    assert found("WHO", "the WHO asked who it was") == ["WHO"]


def test_a_phrase_is_found_in_its_order_and_within_one_sentence() -> None:
    assert found("prime minister", "Prime ministers met") == ["Prime ministers"]
    assert found("prime minister", "The minister, in her prime") == []
    assert found("prime minister", "It was prime. Minister Ay left") == []


def test_a_gap_allows_two_other_words_and_no_more() -> None:
    assert found("cut ~ rate", "They cut the base rate") == ["cut the base rate"]
    assert found("cut ~ rate", "They cut rate") == ["cut rate"]
    assert found("cut ~ rate", "They cut all of the rates") == []


def test_letters_that_are_written_in_two_ways_are_one() -> None:
    assert found("отчет", "отчёт", "ru") == ["отчёт"]
    assert found("здоров'*", "здоров’я", "uk") == ["здоров’я"]

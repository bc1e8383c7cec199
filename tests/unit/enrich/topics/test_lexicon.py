"""The shipped lexicon keeps to its own rules: a slip in its files would be a slip in every article."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files

import pytest

from enrich.topics.lexicon import GAP, LANGUAGES, Lexicon, LexiconInvalid, Term, _topics
from enrich.topics.vocabulary import Vocabulary

LEXICON = Lexicon.load()
VOCABULARY = Vocabulary.load(LEXICON.labels)
MIN_TOPICS = 100
_SHORTEST_ROOT = 3
_WORD = re.compile(r"[^\W_][\w'.&+-]*\*?", re.UNICODE)


def titles() -> Iterator[str]:
    for file in (files("enrich") / "data" / "subjects").iterdir():
        if file.name.endswith(".toml"):
            yield from tomllib.loads(file.read_text(encoding="utf-8"))


def test_every_title_is_a_topic_by_its_code_and_its_iptc_name() -> None:
    for title in titles():
        code, _, name = title.partition(" ")
        assert code in VOCABULARY, title
        assert VOCABULARY[code].labels["en"] == name


def test_a_hundred_topics_and_more_have_cues_in_all_four_languages() -> None:
    for language in LANGUAGES:
        cued = {term.topic for term in LEXICON.terms[language] if term.weight > 1}
        assert cued == LEXICON.covered, language
    assert len(LEXICON.covered) >= MIN_TOPICS


def test_the_broadest_topics_have_no_terms_because_they_say_nothing() -> None:
    assert [code for code in LEXICON.covered if VOCABULARY[code].level == 1] == []


def test_every_covered_topic_and_all_above_it_have_names_of_our_own_where_iptc_has_none() -> None:
    for code in LEXICON.covered:
        for above in (code, *VOCABULARY.ancestors(code)):
            assert LEXICON.labels[above].keys() >= {"ru", "uk"}, above


def test_labels_come_in_every_locale_that_iptc_has() -> None:
    labels = VOCABULARY["20000642"].labels
    locales = {"ar", "da", "de", "en", "es", "fr", "nb", "nn", "pt", "sv", "zh-Hans", "ru", "uk"}
    assert labels.keys() >= locales
    assert VOCABULARY["20000642"].label("ru") == "экономические санкции"
    assert VOCABULARY["20000642"].label("fi") == labels["en"]


def test_the_attribution_that_the_licence_asks_for_is_in_the_data() -> None:
    assert "IPTC" in VOCABULARY.attribution
    assert "CC BY 4.0" in VOCABULARY.attribution


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_term_is_listed_twice_or_against_itself(language: str) -> None:
    uses: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for term in LEXICON.terms[language]:
        uses[term.topic, term.text].append(f"{term.use} {term.weight:g}")
    for place, found in uses.items():
        # A word may be needed and speak for the topic as well; nothing else goes together.
        assert len(found) == 1 or (len(found) == 2 and "must 0" in found and found[0][:3] == "cue"), place


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_well_formed(language: str) -> None:
    for term in LEXICON.terms[language]:
        words = [word for word in term.words if word != GAP]
        assert words, term
        assert GAP not in (term.words[0], term.words[-1]), term
        for word in words:
            assert _WORD.fullmatch(word), term
            assert word == word.lower() or word.isupper(), f"{term}: small letters, or all capitals"
            assert not word.endswith("*") or len(word) > _SHORTEST_ROOT, f"{term}: the root is too short"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_topic_can_be_reached_by_cues_that_are_independent(language: str) -> None:
    by_topic: defaultdict[str, list[Term]] = defaultdict(list)
    for term in LEXICON.terms[language]:
        if term.use == "cue":
            by_topic[term.topic].append(term)
    for topic, terms in by_topic.items():
        assert any(one.is_independent_of(other) for one in terms for other in terms), topic


def test_two_terms_with_one_root_are_one_cue() -> None:
    ban, list_of_bans = (Term("t", words, 3, "cue") for words in (("санкци*",), ("санкционн*", "список")))
    embargo = Term("t", ("эмбарго",), 3, "cue")
    assert not Term("t", ("санкц*",), 3, "cue").is_independent_of(list_of_bans)
    assert ban.is_independent_of(embargo)


@pytest.mark.parametrize(
    "text",
    [
        '["20000642 economic sanction"]\nen.strongest = "embargo"',
        '["20000642 economic sanction"]\nxx.strong = "embargo"',
    ],
)
def test_a_slip_in_a_file_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(LexiconInvalid, match="economic sanction"):
        _topics("x.toml", text, ())


def test_a_topic_in_two_files_is_refused() -> None:
    with pytest.raises(LexiconInvalid, match="listed twice"):
        _topics("x.toml", '["20000642 economic sanction"]\nen.strong = "embargo"', {"20000642"})

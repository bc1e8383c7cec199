"""Topics are given when cues agree, narrow before broad, and never for a word in passing."""

from enrich.topics.lexicon import Term
from enrich.topics.matcher import Hit
from enrich.topics.scoring import MAX_TOPICS, Cue, Judge, counting
from enrich.topics.vocabulary import Vocabulary
from newsloom_schemas.enrichment import Evidence, TextPart

VOCABULARY = Vocabulary.load()
RELATIONS, DIPLOMACY, SANCTION = "20000638", "20000639", "20000642"
POLITICS, TRADE = "11000000", "20000373"
JUDGE = Judge(VOCABULARY, {RELATIONS, DIPLOMACY, SANCTION, POLITICS, TRADE})


def cue(word: str, sentence: int, weight: float = 3, part: TextPart = "body") -> Cue:
    start = sentence * 100 + len(word)
    place = Evidence(part=part, start=start, end=start + len(word), quote=word)
    return Cue(Term("t", (word,), weight, "cue"), sentence, place)


def given(cues: dict[str, list[Cue]], *declared: str, sentences: int = 4) -> list[str]:
    return [judged.code for judged in JUDGE.topics(cues, declared, sentences)]


def test_one_cue_is_not_enough_however_often_it_comes() -> None:
    assert given({SANCTION: [cue("sanction", sentence) for sentence in range(4)]}) == []


def test_two_independent_cues_give_the_topic() -> None:
    assert given({SANCTION: [cue("sanction", 0), cue("embargo", 1)]}) == [SANCTION]


def test_two_forms_of_one_word_are_one_cue() -> None:
    assert given({SANCTION: [cue("embargo", 0), cue("embargoes", 1), cue("embargoed", 2)]}) == []


def test_hints_alone_give_nothing() -> None:
    hints = [cue(word, at, weight=1) for at, word in enumerate(("bans", "assets", "exports", "imports") * 2)]
    assert given({SANCTION: hints}) == []


def test_without_a_strong_cue_three_clear_ones_must_agree() -> None:
    two = [cue("blacklist", 0, 2), cue("freeze", 1, 2), cue("freeze", 2, 2), cue("blacklist", 3, 2)]
    assert given({SANCTION: two}) == []
    assert given({SANCTION: [*two, cue("asset", 2, 2)]}) == [SANCTION]


def test_a_mention_in_passing_in_a_long_article_gives_nothing() -> None:
    passing = {SANCTION: [cue("sanction", 30), cue("embargo", 31)]}
    assert given(passing, sentences=40) == []


def test_the_headline_counts_double() -> None:
    body = [cue("sanction", 0), cue("embargo", 1)]
    assert given({SANCTION: body}, sentences=30) == []
    headline = [cue("sanction", 0, part="headline"), cue("embargo", 1)]
    assert given({SANCTION: headline}, sentences=30) == [SANCTION]


def test_what_is_too_little_for_each_narrow_topic_goes_to_the_broader_one() -> None:
    doubtful = {SANCTION: [cue("sanction", 0)], DIPLOMACY: [cue("envoy", 1)]}
    assert given(doubtful) == [RELATIONS]


def test_a_broader_topic_is_not_given_for_what_a_narrow_one_was_given_for() -> None:
    cues = [cue("sanction", 0), cue("embargo", 1)]
    assert given({SANCTION: cues, RELATIONS: cues}) == [SANCTION]


def test_a_broader_topic_with_cues_of_its_own_stands_beside_the_narrow_one() -> None:
    own = [cue("bilateral", 2), cue("ally", 3)]
    narrow = [cue("sanction", 0), cue("embargo", 1)]
    assert set(given({SANCTION: narrow, RELATIONS: own})) == {SANCTION, RELATIONS}


def test_a_topic_that_only_holds_the_vocabulary_together_is_never_given() -> None:
    container = "20000344"
    judge = Judge(VOCABULARY, {TRADE})
    assert judge.topics({container: [cue("economy", 0), cue("growth", 1)]}, (), 3) == ()


def test_the_source_s_word_is_one_cue() -> None:
    alone = {SANCTION: [cue("sanction", 0), cue("sanction", 2)]}
    assert given(alone) == []
    assert given(alone, POLITICS) == [SANCTION]
    assert given({}, POLITICS) == []


def test_there_are_never_more_than_five_and_the_surest_come_first() -> None:
    codes = ["20000153", "20000154", "20000155", "20000159", "20000152", "20000150", "20001202"]
    judge = Judge(VOCABULARY, set(codes))
    many = {code: [cue(f"a{at}bc", 0), cue(f"x{at}yz", 1)] for at, code in enumerate(codes)}
    many[codes[3]].append(cue("lava", 2))
    chosen = judge.topics(many, (), 3)
    assert len(chosen) == MAX_TOPICS
    assert chosen[0].code == codes[3]
    assert [item.points for item in chosen] == sorted((item.points for item in chosen), reverse=True)


def hit(words: str, use: str, first: int, stop: int, weight: float = 0) -> Hit:
    return Hit(Term("t", tuple(words.split()), weight, use), first, stop)  # type: ignore[arg-type] # a literal


def test_of_overlapping_terms_the_longest_counts() -> None:
    short, long = hit("war", "cue", 1, 2, 2), hit("civil war", "cue", 0, 2, 3)
    assert counting([short, long], ()) == {"t": [long]}


def test_a_mask_takes_its_words_away_and_leaves_the_others() -> None:
    masked, free = hit("war", "cue", 1, 2, 2), hit("war", "cue", 7, 8, 2)
    assert counting([masked, hit("price war", "mask", 0, 2), free], ()) == {"t": [free]}


def test_a_mask_as_long_as_a_cue_goes_before_it() -> None:
    """`рассказ*` is a cue, and «рассказал» is none."""
    assert counting([hit("рассказ*", "cue", 0, 1, 2), hit("рассказал*", "mask", 0, 1)], ()) == {}


def test_a_never_term_rules_the_topic_out() -> None:
    assert counting([hit("shooting", "cue", 0, 1, 3), hit("biathlon", "never", 5, 6)], ()) == {}


def test_a_topic_that_needs_a_term_is_nothing_without_it() -> None:
    cues = [hit("final", "cue", 0, 1, 2)]
    assert counting(cues, {"t"}) == {}
    assert counting([*cues, hit("goal", "must", 3, 4)], {"t"}) == {"t": cues}

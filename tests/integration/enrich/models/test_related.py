"""Related links: few, explained, across languages, and the same after every replay."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from enrich.index_keys import keys_of
from enrich.related import IndexedArticle, RelatedIndex
from newsloom_schemas.article import EarlierMention
from newsloom_schemas.enrichment import Tag
from newsloom_schemas.identity import article_id
from tests.unit.enrich.desk import Desk, article
from tests.unit.enrich.index.articles import NOON, indexed, key, query

STORIES = {
    "port-ru": (
        "ru",
        "Порт Вереск принял первое судно после ремонта",
        "Балкер «Стелла» доставил в Вереск 31 500 тонн кукурузы из Одессы. Мэр Тарас Гаврилов назвал "
        "день праздником: ремонт причалов обошелся в 64 млн евро.",
    ),
    "port-en": (
        "en",
        "First ship docks at Veresk after the quay repairs",
        "The bulk carrier Stella brought 31,500 tonnes of maize from Odesa. Mayor Taras Havrylov said the "
        "repairs, which cost €64 million, were worth it.",
    ),
    "port-es": (
        "es",
        "El primer barco atraca en Veresk tras las obras",
        "El granelero Stella trajo 31.500 toneladas de maíz desde Odesa. El alcalde Tarás Gavrílov recordó "
        "que las obras costaron 64 millones de euros.",
    ),
    "quake-ru": (
        "ru",
        "Землетрясение в Чили: в Ла-Серене ищут людей под завалами",
        "Толчок магнитудой 7,1 разрушил 46 домов. Глава службы спасения Марсела Оярсун прибыла в Кокимбо.",
    ),
    "quake-en": (
        "en",
        "Chile earthquake: search goes on in La Serena",
        "The magnitude 7.1 quake destroyed 46 houses. Marcela Oyarzun, who leads the rescuers, went to "
        "Coquimbo.",
    ),
    "quake-uk": (
        "uk",
        "Землетрус у Чилі: у Ла-Серені шукають людей",
        "Поштовх магнітудою 7,1 зруйнував 46 будинків. До Кокімбо прибула Марсела Оярсун.",
    ),
    "chess-ru": (
        "ru",
        "Арман Садыков стал чемпионом мира по шахматам",
        "Последнюю партию в Алматы Садыков выиграл у Ларреа на 60-м ходу и набрал 7,5 очка.",
    ),
    "chess-en": (
        "en",
        "Arman Sadykov wins the world chess title",
        "In Almaty Sadykov beat Íñigo Larrea on move 60 to reach 7.5 points.",
    ),
    "chess-uk": (
        "uk",
        "Арман Садиков виграв матч за шахову корону",
        "В Алмати Садиков переміг Ларреа на 60-му ході й набрав 7,5 очка.",
    ),
    "bread-en": ("en", "A bakery in Leeds sells bread by the metre", "Queues form at dawn, said Ann Bole."),
}

THREE = (key("ptn"), key("zlnsk"), key("kyiv", "place"))


def index_of(*articles: IndexedArticle) -> RelatedIndex:
    index = RelatedIndex()
    for item in articles:
        index.put(item)
    return index


@pytest.fixture(scope="module")
def newsroom(desk: Desk) -> dict[str, IndexedArticle]:
    """The ten articles with the keys that their analysis gives."""
    found = {}
    for name, (language, headline, body) in STORIES.items():
        analysis = desk.analyse(article(headline, body, language=language))
        found[name] = indexed(name, analysis.keys, language=language, headline=headline)
    return found


def linked(index: RelatedIndex, of: IndexedArticle) -> list[str]:
    asked = query("?", of.keys, article_id=of.article_id, language=of.language)
    names = {article_id("meridian", name): name for name in STORIES}
    return [names[link.article_id] for link in index.query(asked)]


def test_an_article_finds_its_own_story_in_every_language_and_nothing_else(
    newsroom: dict[str, IndexedArticle],
) -> None:
    index = index_of(*newsroom.values())
    for name, item in newsroom.items():
        story = name.split("-")[0]
        siblings = {other for other in STORIES if other.startswith(story) and other != name}
        assert set(linked(index, item)) == siblings, name


def test_reasons_name_what_is_shared_in_the_language_of_the_reader(
    newsroom: dict[str, IndexedArticle],
) -> None:
    index = index_of(newsroom["quake-en"])
    russian = newsroom["quake-ru"]
    asked = query("?", russian.keys, article_id=russian.article_id, source="kursor", language="ru")
    (link,) = index.query(asked)
    assert link.relation == "same-story"
    assert link.reasons[0].startswith("в обеих статьях: ")
    assert "Чили" in link.reasons[0]
    assert link.reasons[1] == "одни и те же числа: 46, 7,1"


def test_a_replay_in_any_order_with_repeats_gives_the_same_links(
    newsroom: dict[str, IndexedArticle],
) -> None:
    asked = query("?", newsroom["port-ru"].keys, language="ru")
    expected = index_of(*newsroom.values()).query(asked)
    for seed in range(5):
        shuffled = [*newsroom.values(), *newsroom.values()]
        random.Random(seed).shuffle(shuffled)
        assert index_of(*shuffled).query(asked) == expected


def test_an_article_is_never_related_to_itself() -> None:
    index = index_of(indexed("a", THREE), indexed("b", THREE))
    assert [link.article_id for link in index.query(query("a", THREE))] == [article_id("meridian", "b")]


def test_a_killed_article_never_comes_back() -> None:
    index = index_of(indexed("a", THREE))
    index.kill(article_id("meridian", "a"))
    index.put(indexed("a", THREE, document_version=9))
    assert index.query(query("b", THREE)) == ()
    assert len(index) == 0


def test_a_lower_document_version_is_ignored_and_a_higher_one_replaces() -> None:
    index = index_of(indexed("a", THREE, document_version=3))
    index.put(indexed("a", (), document_version=2))
    assert len(index.query(query("b", THREE))) == 1
    index.put(indexed("a", (), document_version=4))
    assert index.query(query("b", THREE)) == ()


def test_two_shared_terms_or_words_alone_are_no_relation() -> None:
    words = tuple(key(word, "lemma", 1) for word in ("wheat", "price", "harvest", "rain"))
    index = index_of(indexed("two", THREE[:2]), indexed("words", words))
    assert index.query(query("q", THREE[:2])) == ()
    assert index.query(query("q", words)) == ()
    assert len(index.query(query("q", (*words, key("ptn"))))) == 0
    assert len(index_of(indexed("both", (*words, key("ptn")))).query(query("q", (*words, key("ptn"))))) == 1


def test_a_term_that_many_articles_have_says_nothing() -> None:
    crowd = [indexed(f"crowd-{n}", THREE) for n in range(31)]
    index = index_of(*crowd)
    assert index.query(query("q", THREE)) == ()


def test_an_older_article_scores_lower_but_stays_findable() -> None:
    old = indexed("old", THREE, published_at=NOON - timedelta(days=365))
    index = index_of(indexed("new", THREE), old)
    new_link, old_link = index.query(query("q", THREE))
    assert new_link.article_id == article_id("meridian", "new")
    assert 0.4 * new_link.score < old_link.score < new_link.score


def test_an_embargoed_article_is_not_linked_before_its_time() -> None:
    index = index_of(indexed("a", THREE, embargo_until=NOON + timedelta(hours=1)))
    assert index.query(query("q", THREE)) == ()
    assert len(index.query(query("q", THREE, at=NOON + timedelta(hours=1)))) == 1


@pytest.mark.parametrize(
    ("mention", "score"),
    [
        (EarlierMention(title="x", external_id="earlier"), 1.0),
        (EarlierMention(title="x", url="https://news.example/earlier"), 1.0),
        (EarlierMention(title="x", url="http://www.news.example/earlier/?utm_source=letter"), 1.0),
        (
            EarlierMention(
                title="x", url=f"https://feeds.example/articles/{article_id('meridian', 'earlier')}"
            ),
            1.0,
        ),
        (EarlierMention(title="Нацбанк Молдовы снизил ставку сильнее, чем ожидали экономисты"), 0.9),
        (EarlierMention(title="Нацбанк Молдовы снизил ставку сильнее, чем ждали экономисты"), 0.7),
    ],
)
def test_an_explicit_mention_is_resolved_by_id_by_address_or_by_title(
    mention: EarlierMention, score: float
) -> None:
    earlier = indexed(
        "earlier",
        headline="Нацбанк Молдовы снизил ставку сильнее, чем ожидали экономисты",
        urls=("https://news.example/earlier",),
    )
    index = index_of(earlier, indexed("other", headline="Нацбанк Грузии снизил ставку"))
    (link,) = index.query(query("q", earlier=(mention,)))
    assert (link.article_id, link.relation) == (earlier.article_id, "earlier")
    assert link.score >= score


def test_a_mention_that_matches_nothing_gives_no_link() -> None:
    index = index_of(indexed("a", headline="Нацбанк Молдовы снизил ставку"))
    unknown = EarlierMention(title="Армянские школьники победили на олимпиаде по химии")
    assert index.query(query("q", earlier=(unknown,))) == ()


def test_a_mentioned_article_is_linked_once_as_earlier() -> None:
    index = index_of(indexed("a", THREE))
    (link,) = index.query(query("q", THREE, earlier=(EarlierMention(title="x", external_id="a"),)))
    assert link.relation == "earlier"


def test_removing_everything_leaves_an_empty_index() -> None:
    item = indexed("a", THREE, urls=("https://news.example/a",))
    index = index_of(item)
    index.put(replace(item, document_version=2, keys=()))
    index.kill(item.article_id)
    packed = index.packed()
    assert (len(index), len(packed.rows), len(packed.pool), len(packed.entries)) == (0, 0, 0, 0)
    assert index.rarity.is_empty()


def capitals(desk: Desk, language: str, *body: str) -> set[str]:
    reading = desk.reading(language, "Storm Over The Coast", *body)
    tags = (Tag(kind="person", label="Agata Brenner", confidence=0.9, basis="heuristic", method="x"),)
    return {key.label for key in keys_of(reading, tags) if key.kind == "capital"}


def test_a_word_with_a_capital_that_is_in_no_tag_is_a_key_all_the_same(desk: Desk) -> None:
    body = "The freighter Vostrelin ran aground on Thursday, said Agata Brenner of NASA. Nobody came."
    assert capitals(desk, "en", body) == {"Vostrelin"}
    assert capitals(desk, "ru", "Сухогруз Вострелин сел на мель. Груз плавает.") == {"Вострелин"}
    assert capitals(desk, "de", "Der Frachter Vostrelin lief auf Grund.") == set()

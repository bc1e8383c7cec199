"""Keyphrases read as an editor would write them."""

from tests.unit.enrich.desk import Desk, article, labels


def test_russian_phrases_are_nominative_and_agreed(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Подписан меморандум о зерновом коридоре",
            "О зерновом коридоре спорили полгода. Меморандум вводит страховые взносы.",
            "Страховых взносов боялись перевозчики, но от зернового коридора выиграют все.",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert "зерновой коридор" in phrases
    assert "страховые взносы" in phrases
    assert "меморандум" in phrases


def test_ukrainian_phrases_agree_although_the_dictionary_gives_no_odds(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Дніпровський супутник готують до старту",
            "Інженери перевіряють дніпровський супутник перед стартом. Лісові пожежі видно з орбіти.",
            "Стежити за лісовими пожежами стане легше.",
            language="uk",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert "дніпровський супутник" in phrases
    assert "лісові пожежі" in phrases


def test_english_verbs_are_no_keyphrases(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Port beats rivals as the grain convoy leaves",
            "The convoy sailed at dawn. A grain convoy of four ships leaves on the tide.",
            language="en",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert "grain convoy" in phrases
    assert {"beats", "leaves", "sailed"}.isdisjoint(phrases)


def test_names_are_left_to_the_entities_and_no_phrase_repeats_another(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Забастовка медсестер в Валенсии",
            "Забастовка медсестер в Валенсии идет пятый день. Медсестры Валенсии ждут переговоров.",
            "Переговоры о забастовке медсестер начнутся завтра.",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert not any("валенси" in phrase for phrase in phrases)
    words = [word for phrase in phrases for word in phrase.split()]
    assert len(words) == len(set(words))
    assert len(phrases) <= 8


def test_a_phrase_of_two_words_goes_before_its_noun_alone(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Власти вводят налог на хлеб",
            "Налог на хлеб заработает с января. Полиция применила слезоточивый газ.",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert "налог на хлеб" in phrases
    assert "слезоточивый газ" in phrases
    assert {"налог", "хлеб", "газ"}.isdisjoint(phrases)


def test_what_a_verb_did_and_what_a_name_ends_is_no_phrase(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Волонтеры разобрали заброшенную оранжерею",
            "Заброшенную оранжерею нашли у тренера сборной Анголы. Рядом стоял тренер сборной Анголы.",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert not any(phrase.startswith("забросивш") for phrase in phrases)
    assert "тренер сборной" not in phrases


def test_the_subjects_are_not_said_again(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "Eruption of the volcano empties the island",
            "The volcano threw ash over the villages. After the eruption the lava reached the sea.",
            "The ash cloud of the volcano closed the airport.",
            language="en",
        )
    )
    subjects = {label.lower() for label in labels(found.tags, "subject")}
    assert "volcanic eruption" in subjects
    assert subjects.isdisjoint(labels(found.tags, "keyphrase"))
    assert "eruption" not in labels(found.tags, "keyphrase")


def test_spanish_phrases_agree_and_are_no_sentences(desk: Desk) -> None:
    found = desk.analyse(
        article(
            "El comercio nocturno vuelve a la frontera",
            "El comercio nocturno vuelve tras dos años. La plaga de ratas preocupa a los vecinos.",
            "La pirotecnia deja huella. Los jurados destaca la prensa.",
            language="es",
        )
    )
    phrases = labels(found.tags, "keyphrase")
    assert "comercio nocturno" in phrases
    assert {"pirotecnia deja", "jurados destaca"}.isdisjoint(phrases)
    assert "plaga de ratas" in phrases
    assert not any("vuelve" in phrase or "preocupa" in phrase for phrase in phrases)

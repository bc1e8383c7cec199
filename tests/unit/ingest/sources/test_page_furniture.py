"""What stands around an article on its page is left out, and prose that only resembles it is not."""

import pytest

from ingest.sources.page import parse_page
from tests.unit.ingest.sources.pages.builder import BODY, page

HEADLINE = "Council votes for a new bridge over the ravine"


@pytest.mark.parametrize(
    "line",
    """Поделиться|Telegram|Подписывайтесь на наш канал в Telegram|Фото: Вера Полярная / AFP|12 комментариев
    Комментарии (3)|1 234 просмотра|Время чтения: 3 минуты|Реклама|Нашли ошибку? Выделите её мышью.
    Мы используем файлы cookie.  Принять все|Главная / Новости / Мир|Поділитися|Стежте за нами у Viber
    Фото: пресслужба порту|5 коментарів|Знайшли помилку? Напишіть нам.|Головна › Світ
    Share this article|Follow us on Bluesky|Photo: Ann Lee|3 comments|No comments|4 min read|Advertisement
    We use cookies. Accept all?|Home > World > Europe|Sign up for our morning letter|Continue reading
    Compartir|Síguenos en Telegram|Foto: Ana Lis|5 comentarios|Lectura de 3 min|Publicidad
    Usamos cookies propias. ¿Aceptas?|Inicio / Cultura|Suscríbete a nuestro boletín|Seguir leyendo""".replace(
        "\n", "|"
    ).split("|"),
)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_furniture_is_left_out_wherever_it_stands(line: str, place: int) -> None:
    lines = [HEADLINE, *BODY]
    lines.insert(place, line.strip())
    found = parse_page(page(*lines))
    assert (found.headline, found.paragraphs) == (HEADLINE, BODY)
    left = " ".join((found.section or "", *found.left_out))
    assert set(left.split()) == set(line.split())


@pytest.mark.parametrize(
    "line",
    [
        "Регулятор оштрафовал газету за файлы cookie без согласия читателей.",
        "Share prices of the ferry line fell by a tenth.",
        "Photo: nobody was hurt when the roof came down, the picture shows.",
        "Comments by the mayor were booed in the hall.",
        "The bakery sells cookies and accepts no cards, but nobody minds.",
        "Home > sweet > home was written on the door, and nobody knew who had done it in the night.",
        "Поделиться хлебом с соседями решили не все.",
        "Тема закрыта, сказал мэр.",
        "Реклама моста обошлась городу дороже моста.",
        "Темы разговора мэр не назвал.",
        "Compartir el pan es costumbre en el puerto.",
    ],
)
def test_prose_that_begins_like_furniture_stays(line: str) -> None:
    assert line in parse_page(page(HEADLINE, *BODY, line)).paragraphs


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("Теги: мост, Лисий овраг", ("мост", "Лисий овраг")),
        ("Теґи: міст; яр", ("міст", "яр")),
        ("Tags: bridge | ravine | bridge", ("bridge", "ravine")),
        ("Etiquetas: puente, barranco.", ("puente", "barranco")),
        ("#bridge #ravine", ("bridge", "ravine")),
    ],
)
def test_tags_are_the_keywords_of_the_article(line: str, tags: tuple[str, ...]) -> None:
    found = parse_page(page(HEADLINE, *BODY, line))
    assert (found.keywords, found.left_out, found.paragraphs) == (tags, (line,), BODY)


def test_the_way_to_a_page_names_its_section_where_nothing_else_does() -> None:
    found = parse_page(page("Home > World > Europe", HEADLINE, *BODY))
    assert (found.section, found.left_out) == ("Europe", ("Home > World >",))
    named = parse_page(page("Home > World > Europe", "Local", HEADLINE, *BODY))
    to_itself = parse_page(page(f"Home > Local > {HEADLINE}", HEADLINE, *BODY))
    assert (to_itself.section, to_itself.left_out) == (None, (f"Home > Local > {HEADLINE}",))
    assert (named.section, named.left_out) == ("Local", ("Home > World > Europe",))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Об этом сообщает Reuters со ссылкой на CNN.", ("Reuters", "CNN")),
        ("По данным Интерфакса, мост закроют.", ("Интерфакса",)),
        ("Про це пише Бі-бі-сі.", ("Бі-бі-сі",)),
        ("“We sail,” he told the Associated Press; Reuters had it first.", ("Associated Press", "Reuters")),
        ("Según la agencia EFE, el puente cerrará.", ("EFE",)),
        ("KAMENSK, Nov 12 (AFP) - The bridge opened.", ("AFP",)),
        ("Reuters moved its office to the harbour.", ()),
        ("The apa festival was announced on Monday.", ()),
        ("The media reported nothing, said the mayor.", ()),
    ],
)
def test_quoted_agencies_are_told_and_stay_in_the_body(line: str, names: tuple[str, ...]) -> None:
    found = parse_page(page(HEADLINE, *BODY, line))
    assert (found.attributions, found.paragraphs[-1]) == (names, line)


@pytest.mark.parametrize(
    ("stamp", "published", "updated"),
    [
        ("12 November 2026, 08:30", "12 November 2026, 08:30", None),
        ("Published: 12 November 2026 | Updated: 14:05", "Published: 12 November 2026", "Updated: 14:05"),
        ("By Ann Lee | 12 November 2026", "12 November 2026", None),
        ("2 hours ago", "2 hours ago", None),
    ],
)
def test_a_time_below_the_headline_is_the_articles_own(
    stamp: str, published: str | None, updated: str | None
) -> None:
    found = parse_page(page(HEADLINE, stamp, *BODY))
    assert (found.published and found.published.phrase) == published
    assert (found.updated and found.updated.phrase) == updated
    assert found.paragraphs == BODY


def test_a_bare_time_below_the_text_is_nobodys_unless_it_says_whose() -> None:
    assert parse_page(page(HEADLINE, *BODY, "12 November 2026")).published is None
    labelled = parse_page(page(HEADLINE, *BODY, "Published on 12 November 2026"))
    assert labelled.published is not None
    assert labelled.left_out == ()


@pytest.mark.parametrize("stamp", ["12 November 2026, 15:10 GMT", "12 November, 15:10"])
def test_the_time_of_a_live_report_is_none_of_its_entries(stamp: str) -> None:
    entries = ("14:05", "The wind is easing.", "09:10", "Both ferries are tied up.")
    found = parse_page(
        page(HEADLINE, "Both ferries stay in port.", f"By Ann Lee | {stamp}", BODY[0], *entries)
    )
    assert found.published is not None
    assert (found.published.phrase, found.paragraphs) == (stamp, (BODY[0], *entries))

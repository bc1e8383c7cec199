"""One rule of the copied-page parser after the other, on the smallest page that shows it."""

import pytest
from ingest.sources.page import EarlierHint, NotAPage, Teaser, parse_page

BODY = (
    "The council of Fox Ravine met for five hours on Monday and voted for the new bridge by a narrow margin.",
    "Nine members were in favour, eight against.",
    "Work begins in spring.",
)
MARGIN = ("Latest news", "Choir wins cup", "It was close.", "2 minutes ago", "Rain ahead", "3 hours ago")


def page(*lines: str) -> str:
    return "\n\n".join(lines)


def test_a_short_line_above_the_headline_is_the_section() -> None:
    found = parse_page(page("Local", "Council votes for a new bridge over the ravine", *BODY))
    assert (found.section, found.headline) == ("Local", "Council votes for a new bridge over the ravine")


def test_a_known_section_stands_above_a_headline_that_ends_in_a_full_stop() -> None:
    found = parse_page(page("Политика", "Совет выбрал мост.", "Совет голосовал пять часов подряд.", *BODY))
    assert (found.section, found.headline) == ("Политика", "Совет выбрал мост.")


def test_the_headline_repeated_below_itself_is_not_a_paragraph() -> None:
    found = parse_page(page("Local", "Council votes for a new bridge over the ravine", *BODY[:1], *BODY[1:]))
    again = parse_page(
        page("Local", *["Council votes for a new bridge over the ravine"] * 2, *BODY[:1], *BODY[1:])
    )
    assert again == found


@pytest.mark.parametrize(
    "repeated",
    [
        "Money was the sticking point, the mayor's “bridge fund” is empty",
        "Money was the sticking point,  the mayor’s «bridge fund» is empty…",
        "money was the sticking point, the mayor's bridge fund is empty...",
    ],
)
def test_the_lead_repeated_with_other_quotes_spaces_or_dots_leaves_the_body(repeated: str) -> None:
    lead = 'Money was the sticking point, the mayor\'s "bridge fund" is empty.'
    found = parse_page(page("Council votes for a new bridge", lead, BODY[0], repeated, *BODY[1:]))
    assert (found.lead, found.paragraphs) == (lead, BODY)


def test_a_paragraph_that_only_begins_like_the_lead_stays() -> None:
    lead = "Money was the sticking point."
    longer = "Money was the sticking point. The mayor's fund is empty and will stay so."
    assert longer in parse_page(page("Council votes for a new bridge", lead, BODY[0], longer)).paragraphs


def test_a_page_whose_body_is_only_its_repeated_lead_keeps_it_as_the_body() -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], BODY[0]))
    assert (found.lead, found.paragraphs) == (None, BODY[:1])


def test_a_byline_below_the_first_paragraph_makes_it_the_lead() -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], "By Ann Lee", *BODY[1:]))
    assert (found.lead, found.paragraphs, found.authors) == (BODY[0], BODY[1:], ("Ann Lee",))


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (("Автор материала:", "Анна Лис"), ("Анна Лис",)),
        (("Автор: Анна Лис",), ("Анна Лис",)),
        (("Авторы: Анна Лис, Пётр Ёж",), ("Анна Лис", "Пётр Ёж")),
        (("Авторы:", "Анна Лис и Пётр Ёж"), ("Анна Лис", "Пётр Ёж")),
        (("Автор: Анна Лис", "Автор: Пётр Ёж"), ("Анна Лис", "Пётр Ёж")),
        (("Автор: А. Лис, специально для газеты",), ("А. Лис",)),
        (("Автор:", "редакция сайта"), ("редакция сайта",)),
        (("Автор матеріалу:", "Ганна Лис", "Ігор О'Ніл"), ("Ганна Лис", "Ігор О'Ніл")),
        (("By Ann Lee",), ("Ann Lee",)),
        (("By Ann Lee and Joe de la Cruz in Kyiv",), ("Ann Lee", "Joe de la Cruz")),
        (("Reporting by Ann Lee; Editing by Joe Poe",), ("Ann Lee",)),
        (("Por Ana Lis y José Luis Gil",), ("Ana Lis", "José Luis Gil")),
        (("Autora: Ana Lis",), ("Ana Lis",)),
        (("By: ANN LEE",), ("ANN LEE",)),
    ],
)
def test_bylines_name_the_authors_and_leave_the_body(
    lines: tuple[str, ...], authors: tuple[str, ...]
) -> None:
    found = parse_page(page("Council votes for a new bridge", *BODY, *lines, *MARGIN))
    assert (found.authors, (found.lead, *found.paragraphs)) == (authors, (None, *BODY))


@pytest.mark.parametrize(
    "line",
    [
        "By land and sea they came to see the bridge",
        "By Monday the town had decided.",
        "Автор: «Я не хотел этого».",
        "Por primera vez en veinte años",
    ],
)
def test_a_line_that_only_begins_like_a_byline_stays_in_the_body(line: str) -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], BODY[1], line, BODY[2]))
    assert (line in found.paragraphs, found.authors) == (True, ())


def test_the_byline_of_a_teaser_is_not_an_author_of_the_article() -> None:
    margin = ("Latest news", "Choir wins cup", "By Joe Poe", "2 minutes ago")
    assert parse_page(page("Council votes for a new bridge", *BODY, *margin)).authors == ()


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("Ранее Маяк писал, что мост закроют.", ("мост закроют", "Маяк")),
        ("Ранее «Вечерний Маяк» сообщил о том, что мост закроют.", ("мост закроют", "Вечерний Маяк")),
        ("Ранее на сайте Маяка писали о закрытии моста.", ("о закрытии моста", "Маяка")),
        ("Напомним, ранее сообщалось, что мост закроют.", ("мост закроют", None)),
        ("Ранее мы рассказывали, как строили мост.", ("как строили мост", None)),
        ("Как мы писали ранее, мост закроют.", ("мост закроют", None)),
        ("Раніше Маяк повідомляв, що міст закриють.", ("міст закриють", "Маяк")),
        ("Нагадаємо, раніше ми писали про міст.", ("про міст", None)),
        ("Як раніше писав Маяк, міст закриють.", ("міст закриють", "Маяк")),
        ("Earlier, Beacon reported that the bridge would close.", ("the bridge would close", "Beacon")),
        ("As we reported earlier, the bridge would close.", ("the bridge would close", None)),
        ("The Beacon previously reported on the bridge.", ("on the bridge", "The Beacon")),
        ("As previously reported, the bridge will close.", ("the bridge will close", None)),
        ("Anteriormente, El Faro informó que el puente cerrará.", ("el puente cerrará", "El Faro")),
        ("Anteriormente, El Faro informó de que el puente cerrará.", ("el puente cerrará", "El Faro")),
        ("Como informamos anteriormente, el puente cerrará.", ("el puente cerrará", None)),
    ],
)
def test_a_line_on_what_the_outlet_wrote_earlier_becomes_a_hint(
    line: str, hint: tuple[str, str | None]
) -> None:
    found = parse_page(page("Council votes for a new bridge", *BODY, line, "By Ann Lee", *MARGIN))
    assert found.earlier == (EarlierHint(text=hint[0], outlet=hint[1]),)
    assert found.paragraphs == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Ранее в этом месяце CNN сообщило, что мост закроют.",
        "Ранее Reuters сообщал, что мост закроют.",
        "Ранее в этом месяце Маяк писал, что мост закроют.",
        "Ранее МИД сообщал, что мост закроют.",
        "Ранее Песков сообщил, что мост закроют.",
        "Ранее мост закрывали дважды.",
        "Как сообщил Маяк, мост закроют.",
        "Раніше цього тижня BBC повідомляло, що міст закриють.",
        "Earlier this month, Beacon reported that the bridge would close.",
        "Earlier, the Associated Press reported that the bridge would close.",
        "Earlier, police reported that the bridge would close.",
        "Earlier the bridge had closed twice.",
        "Anteriormente, la policía informó que el puente cerrará.",
        "Anteriormente, EFE informó que el puente cerrará.",
        "Según informó El Faro, el puente cerrará.",
    ],
)
def test_news_about_what_others_reported_earlier_stays_in_the_body(line: str) -> None:
    found = parse_page(page("Council votes for a new bridge", *BODY, line))
    assert (found.earlier, found.paragraphs[-1]) == ((), line)


def test_an_unknown_writer_counts_only_at_the_end_of_the_body() -> None:
    line = "Earlier, Beacon reported that the bridge would close."
    assert parse_page(page("Council votes for a new bridge", BODY[0], line, *BODY[1:])).earlier == ()


@pytest.mark.parametrize("outlet", ["Маяк", "mayak", "mayak.example", "«Маяк»"])
def test_the_outlets_own_name_counts_anywhere_and_in_any_script(outlet: str) -> None:
    line = "Ранее на этой неделе Маяк писал, что мост закроют."
    found = parse_page(page("Council votes for a new bridge", BODY[0], line, *BODY[1:]), outlet=outlet)
    assert found.earlier == (EarlierHint(text="мост закроют", outlet="Маяк"),)


def test_with_a_known_outlet_another_papers_report_stays_in_the_body() -> None:
    line = "Ранее Вестник писал, что мост закроют."
    assert parse_page(page("Council votes for a bridge", *BODY, line), outlet="Маяк").paragraphs[-1] == line


def test_an_outlet_known_only_by_an_id_in_other_letters_is_told_by_place() -> None:
    line = "Раніше «Дніпровський вісник» писав, що міст закриють."
    found = parse_page(page("Council votes for a bridge", *BODY, line), outlet="dnipro-visnyk")
    assert found.earlier == (EarlierHint(text="міст закриють", outlet="Дніпровський вісник"),)


def test_an_outlets_id_may_leave_out_the_accents_of_its_name() -> None:
    line = "Anteriormente, este mes, Crónica Sur informó que el puente cerrará."
    found = parse_page(page("Council votes for a bridge", *BODY, line), outlet="cronica-sur")
    assert found.earlier == (EarlierHint(text="el puente cerrará", outlet="Crónica Sur"),)


@pytest.mark.parametrize(
    "age",
    """2 минуты назад|21 минуту назад|час назад|1 ч. назад|15 мин назад|только что|вчера|вчера в 14:05
    сегодня, 9:30|12 ноября|12 ноября 2026, 14:05|5 хвилин тому|годину тому|15 хв. тому|щойно|вчора о 14:05
    2 minutes ago|an hour ago|5m ago|2 hrs ago|just now|yesterday at 2:05 pm|Nov 12, 2026|hace 5 minutos
    hace una hora|hace 2 h|ahora mismo|ayer a las 14:05|12 de noviembre de 2026|14:05|12.11.2026 14:05
    2026-11-12""".replace("\n", "|").split("|"),
)
def test_every_usual_form_of_time_ends_a_teaser(age: str) -> None:
    margin = ("Recent news", "Choir wins cup", "It was close.", age.strip())
    found = parse_page(page("Council votes for a new bridge", *BODY, *margin))
    assert found.teasers == (Teaser(title="Choir wins cup", text="It was close.", age=age.strip()),)
    assert found.paragraphs == BODY


@pytest.mark.parametrize(
    "line",
    [
        "The bridge closed 2 minutes ago",
        "Мост закрыли 20 минут назад",
        "He is the best player",
        "La plaza está abierta desde hace 5 minutos",
        "They will meet on 12 November 2026",
    ],
)
def test_prose_that_ends_in_a_time_stays_whole(line: str) -> None:
    assert line in parse_page(page("Council votes for a new bridge", *BODY, line, "It was dark.")).paragraphs


def test_times_alone_mark_the_margin_when_its_header_is_missing() -> None:
    found = parse_page(page("Council votes for a new bridge", *BODY, *MARGIN[1:]))
    assert [teaser.age for teaser in found.teasers] == ["2 minutes ago", "3 hours ago"]
    assert found.paragraphs == BODY


@pytest.mark.parametrize("margin", [MARGIN, MARGIN[1:]], ids=["with header", "without header"])
@pytest.mark.parametrize("stamp", [(), ("2 hours ago",), ("12 November 2026",)])
@pytest.mark.parametrize("byline", [(), ("By Ann Lee",)])
def test_a_margin_on_top_takes_nothing_of_the_article_below(
    margin: tuple[str, ...], stamp: tuple[str, ...], byline: tuple[str, ...]
) -> None:
    article = ("Local", "Council votes for a new bridge over the ravine", *stamp, *byline, *BODY)
    found = parse_page(page(*margin, *article))
    assert (found.section, found.headline) == article[:2]
    assert (found.paragraphs, len(found.teasers)) == (BODY, 2)


def test_a_margin_in_the_middle_is_cut_and_the_article_goes_on() -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], *MARGIN, *BODY[1:]))
    assert (found.paragraphs, len(found.teasers)) == (BODY, 2)


def test_a_margin_that_puts_the_time_first_is_read_in_that_order() -> None:
    margin = (
        "Latest news",
        "2 minutes ago",
        "Choir wins cup",
        "It was close.",
        "3 hours ago",
        "Rain",
        "Wet.",
    )
    found = parse_page(page("Council votes for a new bridge", *BODY, *margin))
    assert found.teasers == (
        Teaser(title="Choir wins cup", text="It was close.", age="2 minutes ago"),
        Teaser(title="Rain", text="Wet.", age="3 hours ago"),
    )


def test_a_header_of_teasers_may_be_the_section_of_an_article() -> None:
    found = parse_page(page("Latest news", "Council votes for a new bridge", "2 hours ago", *BODY))
    assert (found.section, found.headline) == ("Latest news", "Council votes for a new bridge")
    assert (found.paragraphs, found.teasers) == (BODY, ())


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        (page("Council votes for a new bridge", *BODY), "es", "en"),
        (page("Міст", "Рада вирішила, що міст через яр збудують навесні."), "ru", "uk"),
        (page("Pont", "Le pont sera construit."), "fr-FR", "fr"),
        (page("Bridge", "Closed."), "EN", "en"),
        (page("12345", "67890."), None, None),
    ],
)
def test_the_text_decides_the_language_and_the_hint_only_helps(
    text: str, hint: str | None, language: str | None
) -> None:
    assert parse_page(text, language_hint=hint).language == language


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "paste its headline"),
        (" \n\ufeff\u200b\n", "paste its headline"),
        (page(*MARGIN[:4]), "not only the teasers"),
        ("Council votes for a new bridge", "paste the whole article"),
        (page("Council votes for a new bridge", "By Ann Lee", "2 hours ago"), "paste the whole article"),
        (page("word " * 100, BODY[1]), "on a line of its own"),
    ],
)
def test_a_text_that_is_no_page_is_refused_with_what_to_do(text: str, reason: str) -> None:
    with pytest.raises(NotAPage, match=reason):
        parse_page(text)

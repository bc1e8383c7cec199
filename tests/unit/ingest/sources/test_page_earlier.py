"""Pointers to the outlet's own older articles are hints; news about what others reported is news."""

import pytest

from ingest.sources.page import EarlierHint, parse_page
from tests.unit.ingest.sources.pages.builder import BODY, MARGIN, page


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
    assert found.earlier == (EarlierHint(text=hint[0], outlet=hint[1], line=line),)
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
    assert found.earlier == (EarlierHint(text="мост закроют", outlet="Маяк", line=line),)


def test_with_a_known_outlet_another_papers_report_stays_in_the_body() -> None:
    line = "Ранее Вестник писал, что мост закроют."
    assert parse_page(page("Council votes for a bridge", *BODY, line), outlet="Маяк").paragraphs[-1] == line


def test_an_outlet_known_only_by_an_id_in_other_letters_is_told_by_place() -> None:
    line = "Раніше «Дніпровський вісник» писав, що міст закриють."
    found = parse_page(page("Council votes for a bridge", *BODY, line), outlet="dnipro-visnyk")
    assert found.earlier == (EarlierHint(text="міст закриють", outlet="Дніпровський вісник", line=line),)


def test_an_outlets_id_may_leave_out_the_accents_of_its_name() -> None:
    line = "Anteriormente, este mes, Crónica Sur informó que el puente cerrará."
    found = parse_page(page("Council votes for a bridge", *BODY, line), outlet="cronica-sur")
    assert found.earlier == (EarlierHint(text="el puente cerrará", outlet="Crónica Sur", line=line),)

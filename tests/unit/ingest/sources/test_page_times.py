"""What the times of pages mean: every form in four languages, as the interval in which the moment lies."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources.page.times import Capture, Interval, UnknownZone, read_time, zone_named
from ingest.sources.page.times.elapsed import LANGUAGES
from ingest.sources.page.times.words import Words

KYIV = zone_named("Europe/Kyiv")
THURSDAY = datetime(2026, 11, 12, 10, 0, 30, tzinfo=UTC)  # noon in Kyiv
CAPTURE = Capture(at=THURSDAY, zone=KYIV)


def when(phrase: str, capture: Capture = CAPTURE) -> Interval | None:
    reading = read_time(phrase)
    assert reading is not None, "the phrase is no time at all"
    return reading.at(capture)


def ago(**least: float) -> timedelta:
    return timedelta(**least)


def between(earliest: str, latest: str) -> Interval:
    """Two moments in UTC, written as 2026-11-12 10:00 with or without seconds."""
    moments = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (earliest, latest))
    return Interval(earliest=next(moments), latest=next(moments))


MINUTE, HALF, HOUR, DAY, WEEK = (
    ago(minutes=1),
    ago(minutes=30),
    ago(hours=1),
    ago(days=1),
    ago(weeks=1),
)


@pytest.mark.parametrize(
    ("phrases", "least", "most"),
    [
        ("2 минуты назад|2 мин. назад|две минуты назад|2 хвилини тому|2 хв. тому", 2 * MINUTE, 3 * MINUTE),
        (
            "2 minutes ago|2m ago|2 mins ago|two minutes ago|hace 2 minutos|hace dos minutos",
            2 * MINUTE,
            3 * MINUTE,
        ),
        ("59 minutes ago|59 минут назад", 59 * MINUTE, 60 * MINUTE),
        ("час назад|1 час назад|один час назад|1 ч назад|годину тому|1 год. тому", HOUR, 2 * HOUR),
        ("an hour ago|1 hour ago|1h ago|one hour ago|hace una hora|hace 1 h", HOUR, 2 * HOUR),
        ("полчаса назад|півгодини тому|half an hour ago|hace media hora", HALF, HOUR),
        ("полтора часа назад|an hour and a half ago|hace una hora y media", 3 * HALF, 4 * HALF),
        ("1 час 20 минут назад|1 h 20 min ago|1 година 20 хвилин тому", 80 * MINUTE, 81 * MINUTE),
        ("пару часов назад|a couple of hours ago|hace un par de horas", 2 * HOUR, 4 * HOUR),
        (
            "несколько минут назад|кілька хвилин тому|a few minutes ago|hace unos minutos",
            2 * MINUTE,
            10 * MINUTE,
        ),
        ("около 3 часов назад|about 3 hours ago|hace unas 3 horas", 2 * HOUR, 4 * HOUR),
        ("более часа назад|over an hour ago|hace más de una hora", HOUR, 2 * HOUR),
        ("almost 2 hours ago|hace casi 2 horas", HOUR, 2 * HOUR),
        ("только что|щойно|just now|ahora mismo|hace un momento|меньше минуты назад", 0 * MINUTE, MINUTE),
        ("2 дня назад|2 дні тому|2 days ago|2d ago|hace 2 días", 2 * DAY, 3 * DAY),
        ("неделю назад|тиждень тому|a week ago|hace una semana", WEEK, 2 * WEEK),
    ],
)
def test_an_age_was_cut_down_to_whole_units(phrases: str, least: timedelta, most: timedelta) -> None:
    """ "2 minutes" stands on a page from the second full minute until the third."""
    expected = Interval(earliest=THURSDAY - most, latest=THURSDAY - least)
    assert {phrase: when(phrase) for phrase in phrases.split("|")} == dict.fromkeys(
        phrases.split("|"), expected
    )


@pytest.mark.parametrize(
    ("phrases", "earliest", "latest"),
    [
        ("вчера|вчора|yesterday|ayer", "2026-11-10 22:00", "2026-11-11 22:00"),
        ("позавчера|the day before yesterday|anteayer", "2026-11-09 22:00", "2026-11-10 22:00"),
        ("сегодня|сьогодні|today|hoy", "2026-11-11 22:00", "2026-11-12 10:00:30"),
        (
            "вчера в 14:05|вчора о 14:05|yesterday at 2:05 pm|ayer a las 14:05|вчера, 14.05",
            "2026-11-11 12:05",
            "2026-11-11 12:06",
        ),
        ("yesterday 2 pm", "2026-11-11 12:00", "2026-11-11 13:00"),
        ("11:20|в 11:20|об 11:20|11:20 am|a las 11:20", "2026-11-12 09:20", "2026-11-12 09:21"),
        ("14:05|2:05 p.m.", "2026-11-11 12:05", "2026-11-11 12:06"),
        (
            "5 ноября|5 листопада|5 November|November 5|Nov. 5th|5 de noviembre|el 5 de noviembre",
            "2026-11-04 22:00",
            "2026-11-05 22:00",
        ),
        (
            "5 ноября 2026 г.|5 листопада 2026 року|Nov 5, 2026|5 de noviembre de 2026|"
            "05.11.2026|5/11/2026|05.11.26|2026-11-05|2026/11/05",
            "2026-11-04 22:00",
            "2026-11-05 22:00",
        ),
        (
            "5 ноября, 14:05|5 листопада о 14:05|5 November at 14:05|14:05, 5 ноября|"
            "5 de noviembre a las 14:05|5 Nov | 14:05",
            "2026-11-05 12:05",
            "2026-11-05 12:06",
        ),
        ("5 мая|5 травня|5 May|5 de mayo", "2026-05-04 21:00", "2026-05-05 21:00"),
        ("31 декабря|31 грудня|31 December|31 de diciembre", "2025-12-30 22:00", "2025-12-31 22:00"),
        ("29 февраля|29 de febrero", "2024-02-28 22:00", "2024-02-29 22:00"),
        (
            "понедельник|в понедельник|понеділок|Monday|on Monday|lunes|el lunes",
            "2026-11-08 22:00",
            "2026-11-09 22:00",
        ),
        ("четверг|Thursday|jueves", "2026-11-11 22:00", "2026-11-12 10:00:30"),
        ("четверг, 14:05|Thursday at 14:05", "2026-11-05 12:05", "2026-11-05 12:06"),
        (
            "Thu, 5 Nov 2026|четвер, 5 листопада|5 листопада 2026, четвер|5-11-2026|"
            "Jueves, 05/11/2026|First published on Thu 5 Nov 2026",
            "2026-11-04 22:00",
            "2026-11-05 22:00",
        ),
        ("пн, 14:05|Mon 14:05|lun. 14:05|понеділок о 14:05", "2026-11-09 12:05", "2026-11-09 12:06"),
        (
            "Чт, 5 нояб. 2026 г., 14:05|5 листопада 2026, четвер, 14:05",
            "2026-11-05 12:05",
            "2026-11-05 12:06",
        ),
        ("Thu, 5 Nov|четвер, 5 листопада", "2026-11-04 22:00", "2026-11-05 22:00"),
        (
            "12 Nov 2026 08:30 GMT|2026-11-12T10:30+02:00|12.11.2026 11:30 МСК|12 Nov 2026, 3:30 am EST",
            "2026-11-12 08:30",
            "2026-11-12 08:31",
        ),
        ("09:30 UTC|12:30 мск", "2026-11-12 09:30", "2026-11-12 09:31"),
        ("31.12.99", "1999-12-30 22:00", "1999-12-31 22:00"),
    ],
)
def test_a_time_by_the_calendar_is_the_last_that_fits(phrases: str, earliest: str, latest: str) -> None:
    separate = phrases.replace(" | ", "\0").split("|")
    readings = {phrase.replace("\0", " | "): when(phrase.replace("\0", " | ")) for phrase in separate}
    assert set(readings.values()) == {between(earliest, latest)}, readings


@pytest.mark.parametrize(
    ("local", "phrase", "earliest", "latest"),
    [
        ("2026-01-01 09:00", "31 декабря, 23:50", "2025-12-31 21:50", "2025-12-31 21:51"),
        ("2026-01-01 00:10", "23:50", "2025-12-31 21:50", "2025-12-31 21:51"),
        ("2026-01-01 00:10", "вчера", "2025-12-30 22:00", "2025-12-31 22:00"),
        ("2026-01-01 00:10", "1 January", "2025-12-31 22:00", "2025-12-31 22:10"),
        ("2026-03-31 12:00", "месяц назад", "2026-01-31 10:00", "2026-02-28 10:00"),
        ("2024-02-29 12:00", "год назад", "2022-02-28 10:00", "2023-02-28 10:00"),
        ("2026-03-30 12:00", "29 марта", "2026-03-28 22:00", "2026-03-29 21:00"),
        ("2026-10-26 12:00", "вчера", "2026-10-24 21:00", "2026-10-25 22:00"),
    ],
)
def test_years_months_and_clocks_turn_over_where_the_page_is_at_home(
    local: str, phrase: str, earliest: str, latest: str
) -> None:
    capture = Capture(at=datetime.fromisoformat(local).replace(tzinfo=KYIV), zone=KYIV)
    assert when(phrase, capture) == between(earliest, latest)


def test_a_time_that_the_clock_showed_twice_may_be_either() -> None:
    capture = Capture(at=datetime(2026, 10, 25, 12, tzinfo=KYIV), zone=KYIV)
    assert when("03:30", capture) == between("2026-10-25 00:30", "2026-10-25 01:31")


def test_a_time_that_the_clock_never_showed_may_be_either_side_of_the_jump() -> None:
    capture = Capture(at=datetime(2026, 3, 29, 12, tzinfo=KYIV), zone=KYIV)
    assert when("03:30", capture) == between("2026-03-29 00:30", "2026-03-29 01:31")


def test_figures_that_may_be_month_and_day_mean_both_where_that_is_usual() -> None:
    british, american = CAPTURE, Capture(at=THURSDAY, zone=KYIV, month_first=True)
    assert when("5/11/2026", british) == between("2026-11-04 22:00", "2026-11-05 22:00")
    assert when("5/11/2026", american) == between("2026-05-10 21:00", "2026-11-05 22:00")
    assert when("11/5/2026", american) == between("2026-05-10 21:00", "2026-11-05 22:00")
    assert when("12/31/2025", british) == between("2025-12-30 22:00", "2025-12-31 22:00")


@pytest.mark.parametrize(
    "phrase", ["13 ноября 2026", "31 февраля", "30/02/2026", "999999 years ago", "today, 23:00"]
)
def test_a_time_that_cannot_have_been_has_no_interval(phrase: str) -> None:
    assert when(phrase) is None


@pytest.mark.parametrize(
    "phrase",
    ["", "Sun", "сб", "player", "25:00", "14:60", "32 мая", "soon", "2 минуты", "ago", "в мае", "2026"],
)
def test_what_is_no_time_is_not_read(phrase: str) -> None:
    assert read_time(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "exact"),
    [
        ("Опубликовано: 12 ноября 2026, 09:15", "2026-11-12 07:15"),
        ("12 November 2026, 08:30 GMT", "2026-11-12 08:30"),
        ("Actualizado el 5 de mayo de 2030 a las 9:15", "2030-05-05 06:15"),
        ("12 ноября, 09:15", None),
        ("12 ноября 2026", None),
        ("12/11/2026 09:15", None),
        ("12.11.26 09:15", None),
        ("2 pm, 12 November 2026", None),
        ("25 октября 2026, 03:30", None),
        ("вчера в 14:05", None),
        ("2 минуты назад", None),
    ],
)
def test_only_a_date_with_its_year_and_a_clock_is_a_moment_without_a_capture(
    phrase: str, exact: str | None
) -> None:
    reading = read_time(phrase)
    moment = reading.exact(KYIV) if reading else None
    assert moment == (datetime.fromisoformat(exact).replace(tzinfo=UTC) if exact else None)


@pytest.mark.parametrize(
    ("phrase", "role"),
    [
        ("Обновлено: 14:05", "updated"),
        ("Published on 5 May 2026", "published"),
        ("Оновлено 5 травня", "updated"),
        ("14:05", None),
    ],
)
def test_a_label_says_what_the_time_is_of(phrase: str, role: str | None) -> None:
    reading = read_time(phrase)
    assert reading is not None
    assert reading.role == role


@pytest.mark.parametrize(
    "name", ["Europe/Atlantis", "", "../etc/passwd", "/etc/passwd", "Europe", "x" * 5000, "a\0b"]
)
def test_a_zone_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone, match="Europe/Kyiv"):
        zone_named(name)


def words_of(words: Words) -> set[str]:
    single = (words.ago, words.since, words.counts, words.whole, words.now, words.days, words.at, words.on)
    listed = (*words.units.values(), *words.months, *words.weekdays)
    return {word for group in single for word in group} | {word for line in listed for word in line.split()}


WORDS = sorted(set().union(*map(words_of, LANGUAGES)))
FIGURES = st.integers(0, 40).map(str) | st.sampled_from(
    ["14:05", "2026", "23:59", "2 pm", "01.02.2026", "3/4/2025", "29", "+02:00"]
)
PHRASES = st.lists(st.sampled_from(WORDS) | FIGURES, min_size=1, max_size=5).map(" ".join)
ZONES = st.sampled_from(
    "UTC Europe/Kyiv America/New_York Asia/Kathmandu Pacific/Apia America/Santiago Africa/Cairo".split()
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PHRASES, st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)), ZONES, st.booleans())
def test_an_interval_is_in_order_and_never_after_the_capture(
    phrase: str, at: datetime, zone: str, month_first: bool
) -> None:
    reading = read_time(phrase)
    if reading is not None:
        capture = Capture(at=at.replace(tzinfo=UTC), zone=zone_named(zone), month_first=month_first)
        interval = reading.at(capture)
        assert interval is None or interval.earliest <= interval.latest <= capture.moment


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    reading = read_time(text)
    assert reading is None or reading.at(CAPTURE) is None or reading.at(CAPTURE).earliest.year >= 1900  # type: ignore[union-attr]  # asked just before

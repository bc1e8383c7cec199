"""The times of a page ("2 minutes ago", "вчера в 14:05"): alone on a line, or glued to the end of one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TAIL = 60
_CLOCK = r"\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?"
_UNITS_BACK = (
    r"секунд[уы]?|сек\.?|минут[уы]?|мин\.?|час(?:а|ов)?|ч\.?|день|дня|дней|дн\.?|недел[юи]|недель"
    r"|месяц(?:а|ев)?|мес\.?|год(?:а)?|лет"
)
_UNITS_TOMU = (
    r"секунд[уи]?|сек\.?|хвилин[уи]?|хв\.?|годин[уи]?|год\.?|день|дні|днів|дн\.?|тиждень|тижні|тижнів"
    r"|місяць|місяці|місяців|рік|роки|років"
)
_UNITS_AGO = r"seconds?|secs?|s|minutes?|mins?|min\.|m|hours?|hrs?|hr\.|h|days?|d|weeks?|w|months?|years?|y"
_UNITS_HACE = r"segundos?|seg\.?|minutos?|min\.?|horas?|h|días?|dias?|semanas?|mes(?:es)?|años?"
_AGO = rf"\s?(?:(?:{_UNITS_BACK})\s?назад|(?:{_UNITS_TOMU})\s?тому|(?:{_UNITS_AGO})\s?ago)"
_NUMBERED = rf"(?:(?P<n>\d{{1,6}}){_AGO})"
_HACE = r"segundos?|seg\.?|minutos?|min\.?|horas?|h|días?|dias?|semanas?|mes(?:es)?|años?"
_NUMBERED = (
    rf"(?:(?P<n>\d{{1,6}})\s?(?:(?:{_UNITS_BACK})\s?назад|(?:{_UNITS_TOMU})\s?тому|(?:{_UNITS_AGO})\s?ago))"
)
_HACE = rf"hace\s(?:(?:unos|unas)\s)?(?:\d{{1,3}}|un|una)\s?(?:{_UNITS_HACE})"
_WORDED = (
    rf"(?:(?:одну|пару|несколько|полчаса|кілька|одну|півгодини)\s)?(?:{_UNITS_BACK})\sназад"
    rf"|(?:(?:одну|кілька|пів)\s)?(?:{_UNITS_TOMU})\sтому|полчаса назад|півгодини тому"
    rf"|(?:an?|one|a few|half an)\s(?:{_UNITS_AGO})\sago"
    r"|только что|щойно|just now|ahora mismo|hace (?:un momento|instantes|unos instantes|media hora)"
)
_DAY = (
    r"(?:позавчера|вчера|сегодня|позавчора|вчора|сьогодні|yesterday|today|anteayer|ayer|hoy)"
    rf"(?:,?\s(?:(?:в|о|об|у|at|a las?)\s)?{_CLOCK})?"
)
_MONTH = (
    r"(?:январ[ьяє]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|августа?|(?:сент|окт|но|дек)[аяо]?бр[ья]"
    r"|січ(?:ень|ня)|лют(?:ий|ого)|берез(?:ень|ня)|квіт(?:ень|ня)|трав(?:ень|ня)|черв(?:ень|ня)|лип(?:ень|ня)"
    r"|серп(?:ень|ня)|верес(?:ень|ня)|жовт(?:ень|ня)|листопада?|груд(?:ень|ня)"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    r"|sep?tiembre|octubre|noviembre|diciembre|ene|abr|ago|dic)\.?"
)
_DATE = (
    rf"(?:\d{{1,2}}(?:\sde)?\s{_MONTH}(?:,?\s(?:de\s|del\s)?\d{{4}}(?:\s(?:года|року|г\.|р\.))?)?"
    rf"|{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{4}}-\d\d-\d\d)"
    rf"(?:,?\s(?:(?:в|о|об|at|a las?|-|–|—|\|)\s)?{_CLOCK})?"
)
_LABEL = (
    r"(?:(?:published|updated|posted|опубликовано|обновлено|опубліковано|оновлено|publicado|actualizado)"
    r"(?:\son|\sel)?:?\s)?"
)
_ALONE = re.compile(
    rf"[·•|\-–—]?\s?{_LABEL}(?P<age>{_NUMBERED}|{_HACE}|{_WORDED}|{_DAY}|{_DATE}|{_CLOCK}(?:,?\s{_DATE})?)\.?",
    re.IGNORECASE,
)
# Glued means: the line break was lost, so no space stands before the time. A day's name is trusted only
# after punctuation or as a capital inside a word: "player" ends in the Spanish for yesterday.
_GLUED = re.compile(rf"(?<=\S)(?P<age>{_HACE})$", re.IGNORECASE)
_GLUED_DAY = re.compile(rf"(?:(?<=[.!?…»”\")])|(?<=[^\W\d_])(?=[A-ZА-ЯІ][a-zа-яі]))(?P<age>(?i:{_DAY}))$")
_GLUED_NUMBER = re.compile(rf"(?P<age>{_NUMBERED})$", re.IGNORECASE)
# The other lost break: "2 minutes agoNext title". Prose never goes on with a capital or a digit and no space.
_RUN_ON = re.compile(rf"(?i:\d{_AGO}|{_HACE})(?=[«“\"¿¡]|[^\W_a-zа-яёіїєґñáéíóú])")
_LATEST = {"с": 59, "s": 59, "м": 59, "m": 59, "х": 59, "ч": 23, "г": 23, "h": 23}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d$")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the page: its text without a time, and the time phrase when there is one."""

    text: str
    age: str | None = None

    @property
    def is_age(self) -> bool:
        """Nothing but a time."""
        return self.age is not None and not self.text


def read_lines(lines: Iterable[str]) -> tuple[Line, ...]:
    """Every line with its time set apart, and a new line wherever text runs on behind a time."""
    return tuple(read_line(part.strip()) for line in lines for part in _parted(line))


def _parted(line: str) -> Iterator[str]:
    start = 0
    for found in _RUN_ON.finditer(line):
        yield line[start : found.end()]
        start = found.end()
    yield line[start:]


def read_line(line: str) -> Line:
    """Separates a time that fills the line or is glued to its end; prose about times stays whole."""
    if len(line) <= _TAIL and (alone := _ALONE.fullmatch(line)):
        return Line(text="", age=alone["age"])
    head, tail = line[:-_TAIL], line[-_TAIL:]
    cut = _glued_number(tail)
    if cut is None and (found := _GLUED.search(tail) or _GLUED_DAY.search(tail)):
        cut = found.start("age")
    if cut is None or not (head + tail[:cut]).strip():
        return Line(text=line)
    return Line(text=(head + tail[:cut]).rstrip(), age=tail[cut:])


def _glued_number(tail: str) -> int | None:
    found = _GLUED_NUMBER.search(tail)
    if found is None:
        return None
    start, digits = found.start("n"), found["n"]
    unit = tail[found.end("n") :].lstrip()[:1].lower()
    limit = _LATEST.get(unit, 366)
    glued = start > 0 and not tail[start - 1].isspace()
    if int(digits) <= limit and not digits.startswith("0"):
        return start if glued else None
    return _split_digits(tail, start, digits, limit)


def _split_digits(tail: str, start: int, digits: str, limit: int) -> int | None:
    """ "GTA 614 minutes": no page says 614 minutes, so the 6 belongs to the title."""
    cuts = [
        start + taken
        for taken in range(1, len(digits))
        if digits[taken] != "0" and int(digits[taken:]) <= limit
    ]
    after_year = (cut for cut in cuts if _YEAR.search(tail[:cut]))
    return next(after_year, cuts[0] if cuts else None)

"""News agencies and media: when a text names them, they are nearly always its sources, not its subjects."""

import re
from typing import Final

# Canonical name, then other spellings. Cyrillic forms are nominative: look them up by lemma or as written.
_AGENCIES: Final = """
Reuters|Рейтер|Рейтерс|Ройтерс|Thomson Reuters
AFP|Agence France-Presse|Франс Пресс|Франс-Пресс
Associated Press|AP|Ассошиэйтед Пресс
CNN|Си-эн-эн
BBC|Би-би-си|Бі-бі-сі|BBC News
ТАСС|TASS|ТАРС
РИА Новости|RIA Novosti|РИА
Интерфакс|Interfax|Інтерфакс|Интерфакс-Украина|Інтерфакс-Україна
Укринформ|Укрінформ|Ukrinform
УНИАН|УНІАН|UNIAN
Суспильне|Суспільне|Suspilne
EFE|Agencia EFE|ЭФЭ
dpa|DPA
ANSA
Bloomberg|Блумберг
Al Jazeera|Аль-Джазира|Аль-Джазіра
Xinhua|Синьхуа|Сіньхуа
Kyodo|Киодо
Anadolu|Анадолу
Europa Press
Deutsche Welle|Немецкая волна|Німецька хвиля
Euronews|Евроньюс
France 24
The Guardian|Guardian
The New York Times|New York Times
The Washington Post|Washington Post
The Wall Street Journal|Wall Street Journal|WSJ
Financial Times|The Financial Times
The Times
The Economist
Politico
Axios
Sky News
Fox News
NBC News|NBC
CBS News|CBS
ABC News
Le Monde
Der Spiegel|Spiegel
Bild
El País
El Mundo
La Vanguardia
Corriere della Sera
La Repubblica
IRNA
Радио Свобода|Радіо Свобода|Radio Free Europe
Медуза|Meduza
Коммерсантъ|Коммерсант
Ведомости
"""
# A medium's generic noun right before or around the name: «агентство X», "la agencia X", "X news agency".
MEDIA_NOUNS: Final = frozenset(
    """
    агентство газета издание телеканал журнал портал радиостанция еженедельник информагентство
    агенція агентство видання газета телеканал часопис інформагентство
    agency newspaper broadcaster newswire magazine agencia diario periódico cadena revista
    """.split()
)
# Verbs that Russian news uses of media rather than of people and offices.
CITING_VERBS: Final = frozenset(
    "цитировать передавать писать процитировать цитувати передавати писати".split()
)
# Spellings that belong to one language: with a letter Russian lacks, or without Cyrillic ones.
_UKRAINIAN = re.compile(r"(?=.*[іїєґ])")
_LATIN = re.compile(r"[A-Za-z]")
_SPACES = re.compile(r"\s+")


def canonical_agency(name: str, language: str) -> str | None:
    """The agency's usual name in a language, for any of its spellings; None when it is none that we know."""
    row = AGENCIES.get(normal(name))
    if row is None or language == "ru":
        return row[0] if row is not None else None
    script = _UKRAINIAN if language == "uk" else _LATIN
    return next((spelling for spelling in row if script.match(spelling)), row[0])


def normal(name: str) -> str:
    """A name as a look-up key: case-folded, quotes dropped, spaces single."""
    return _SPACES.sub(" ", name.strip(" \"'«»“”„")).casefold()


def _table() -> dict[str, tuple[str, ...]]:
    rows = (tuple(line.split("|")) for line in _AGENCIES.strip().splitlines())
    return {normal(name): row for row in rows for name in row}


AGENCIES: Final = _table()

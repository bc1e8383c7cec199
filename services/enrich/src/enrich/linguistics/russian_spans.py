"""Where names stand in a Russian text: the tagger's spans in whole tokens, and what it passed over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from enrich.article_text import JoinedText
from enrich.linguistics.convnet import NameTagger
from enrich.linguistics.models import Models
from enrich.linguistics.tokens import Token

_ACRONYM: Final = 5
# Written like the name of an organisation, but none: an editor tags neither.
_NO_NAMES: Final = frozenset(
    "СМИ ЖЖ ВВП ДТП ЧП ЖКХ АЭС ГЭС ТЭЦ НПЗ ЕГЭ НДС МРОТ ИИ БПЛА МКАД ТЭК ТНК ПВО".split()
)
# What stands before the name of a ship, a prize or a work of art.
_THINGS: Final = frozenset(
    """
    шаттл корабль станция телескоп ракета ракета-носитель спутник судно яхта крейсер фрегат танкер паром
    ледокол теплоход сухогруз подлодка баржа траулер лайнер катер самолет вертолет беспилотник фильм сериал
    мультфильм роман книга повесть спектакль опера балет песня альбом сингл премия конкурс турнир чемпионат
    кубок закон игра выставка шоу картина симфония поезд автомобиль модель программа операция ураган тайфун
    шторм
    """.split()
)
_MODEL: Final = re.compile(r"[^\W\d]+-\d+\w*")
# Ministries in short: the model takes some of them for people.
_MINISTRY: Final = re.compile(
    r"Мин(?:обр|здрав|фин|юст|эк|энерго|транс|цифр|культ|сельхоз|оборон|строй|труд|спорт|природ|пром|восток|торг)"
)
_RELATIVE: Final = ("ское", "ская", "ские", "ского", "ской", "ских", "скую", "скому", "скими")


@dataclass(frozen=True, slots=True)
class Span:
    """A name found by the model, with the tokens it covers: `tokens[first:stop]`."""

    type: str
    first: int
    stop: int

    def covers(self, at: int) -> bool:
        return self.first <= at < self.stop


class RussianSpans:
    """Names by the neural tagger."""

    def __init__(self, models: Models) -> None:
        self._models = models

    @cached_property
    def _names(self) -> NameTagger:
        return NameTagger(self._models.ner)

    def find(self, joined: JoinedText, tokens: Sequence[Token]) -> list[Span]:
        """Spans in order of the text; a surname found once is found everywhere."""
        if not tokens:
            return []
        found = list(self._found(joined, tokens))
        return sorted([*found, *_repeated(found, tokens)], key=lambda span: span.first)

    def _found(self, joined: JoinedText, tokens: Sequence[Token]) -> Iterator[Span]:
        """Names as the model finds them, in whole tokens, without what follows in brackets."""
        for span in self._names.names([token.text for token in tokens]):
            first = span.first
            stop = next((at for at in range(first, span.stop) if tokens[at].text == "("), span.stop)
            if (
                stop == first
                or _is_adjective(tokens[first:stop])
                or _is_thing(span.type, tokens, first, stop)
            ):
                continue
            for begin, end in _people(span.type, tokens, first, stop):
                if joined.part(tokens[begin].start, tokens[end - 1].end) is not None:
                    yield Span("ORG" if _MINISTRY.match(tokens[begin].text) else span.type, begin, end)


def is_quoted(tokens: Sequence[Token], first: int, stop: int) -> bool:
    """True when the tokens `first:stop` fill a pair of quotation marks."""
    return first > 0 and stop < len(tokens) and (tokens[first - 1].text, tokens[stop].text) == ("«", "»")


def is_acronym(token: Token) -> bool:
    return token.text.isupper() and 1 < len(token.text) <= _ACRONYM


def _people(type_: str, tokens: Sequence[Token], first: int, stop: int) -> Iterator[tuple[int, int]]:
    """People whom the model melts into one name, such as «Овечкин, Федоров», each on their own."""
    begin = first + (type_ == "PER" and stop - first > 2 and tokens[first].lemma in _THINGS)
    for at in range(first, stop):
        if type_ == "PER" and tokens[at].text in (",", "и"):
            if at > begin:
                yield begin, at
            begin = at + 1
    if stop > begin:
        yield begin, stop


def _repeated(spans: Sequence[Span], tokens: Sequence[Token]) -> Iterator[Span]:
    """Surnames that the model found in one place of the article and passed over in another."""
    covered = {at for span in spans for at in range(span.first, span.stop)}
    surnames = {tokens[span.stop - 1].lemma for span in spans if span.type == "PER"}
    for at, token in enumerate(tokens):
        if at not in covered and token.pos == "PROPN" and token.capitalised and token.lemma in surnames:
            yield Span("PER", at, at + 1)


def _is_adjective(tokens: Sequence[Token]) -> bool:
    """«Украинско-испанский» or «Кипрское» at the start of a sentence is no name, «Южный» is."""
    word = tokens[0]
    return (
        len(tokens) == 1 and word.pos == "ADJ" and ("-" in word.text or word.text.lower().endswith(_RELATIVE))
    )


def _is_thing(type_: str, tokens: Sequence[Token], first: int, stop: int) -> bool:
    """True for generic acronyms, for ships, films, prizes and halls, «шаттл "Индевор"», and models."""
    if type_ == "PER" and stop - first > 1 and is_quoted(tokens, first, stop):
        return True
    if type_ != "ORG":
        return False
    before = [token for token in tokens[max(0, first - 2) : first] if token.pos != "PUNCT"]
    called = bool(before) and before[-1].lemma in _THINGS
    lone = tokens[first].text if stop - first == 1 else ""
    return called or lone in _NO_NAMES or _MODEL.fullmatch(lone) is not None

"""Offices of state that Russian names by a common noun: «правительство Китая», «российский МИД».

A tagger trained on capital letters passes them over, although an editor tags them like any ministry.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.linguistics.aliases import AliasPack, Entry
from enrich.linguistics.labels import nominative_name
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Token

# An office when a country, region or city follows in the genitive, or its adjective stands before.
_HEADS: Final = frozenset(
    """
    правительство парламент министерство администрация мэрия посольство консульство генконсульство сенат
    минобороны минфин минздрав минюст минэнерго минэкономразвития мид мвд мчс минкультуры минобрнауки
    генпрокуратура прокуратура кабмин генштаб нацбанк центробанк госдепартамент минторг минсельхоз горсовет
    """.split()
)
# These say by what follows what they are for, so they are names without a country too.
_WITH_SUBJECT: Final = frozenset({"министерство", "департамент"})
_MAX_SUBJECT: Final = 6


@dataclass(frozen=True, slots=True)
class Office:
    """Tokens `first:stop` name an office, whose `label` is in the nominative."""

    first: int
    stop: int
    label: str


class Offices:
    """Finds offices; the country of an adjective comes from the alias pack."""

    def __init__(self, morphology: Morphology, aliases: AliasPack) -> None:
        self._morphology = morphology
        self._aliases = aliases

    def find(self, tokens: Sequence[Token], places: Mapping[int, int]) -> Iterator[Office]:
        """Offices in tokens; `places` maps the first token of each place found to the one after its last."""
        for at, token in enumerate(tokens):
            if token.lemma in _HEADS or token.lemma in _WITH_SUBJECT:
                office = self._office(tokens, at, places)
                if office is not None:
                    yield office

    def _office(self, tokens: Sequence[Token], at: int, places: Mapping[int, int]) -> Office | None:
        subject = _subject_end(tokens, at, places) if tokens[at].lemma in _WITH_SUBJECT else at + 1
        stop = _place_end(tokens, subject, places)
        country = self._adjective_of_country(tokens, at)
        if stop is not None:
            return Office(at, stop, self._label(tokens[at:stop]))
        if country is not None:
            label = f"{self._label(tokens[at:subject])} {self._genitive(country.label('ru'))}"
            return Office(at - 1, subject, label)
        if subject > at + 1 and tokens[at].capitalised:
            return Office(at, subject, self._label(tokens[at:subject]))
        return None

    def _adjective_of_country(self, tokens: Sequence[Token], at: int) -> Entry | None:
        if at == 0 or tokens[at - 1].pos != "ADJ":
            return None
        return self._aliases.demonym(tokens[at - 1].lemma, "ru")

    def _label(self, tokens: Sequence[Token]) -> str:
        label = nominative_name(tokens, self._morphology, "ru")
        return label[:1].upper() + label[1:]

    def _genitive(self, name: str) -> str:
        return " ".join(self._morphology.genitive(word, "ru") or word for word in name.split())


def _place_end(tokens: Sequence[Token], at: int, places: Mapping[int, int]) -> int | None:
    """The end of the place in the genitive that starts at a token; acronyms have no case to see."""
    stop = places.get(at)
    if stop is None or tokens[at].start != tokens[at - 1].end + 1:
        return None
    return stop if tokens[at].text.isupper() or tokens[at].grammar.case in ("gent", "accs", "") else None


def _subject_end(tokens: Sequence[Token], at: int, places: Mapping[int, int]) -> int:
    """The end of what a ministry is for: «иностранных дел», «энергетики и угольной промышленности»."""
    end = stop = at + 1
    while stop < min(at + 1 + _MAX_SUBJECT, len(tokens)) and stop not in places:
        token = tokens[stop]
        joins = token.text in ("и", "по") or (token.pos in ("ADJ", "NOUN") and token.grammar.case == "gent")
        if not joins or token.capitalised:
            break
        stop += 1
        # It ends with a noun: neither «и» nor a lone adjective closes a name.
        end = stop if token.pos == "NOUN" else end
    return end

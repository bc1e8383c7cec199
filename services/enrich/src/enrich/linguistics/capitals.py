"""Runs of capitalised words: where names can be when there is no model to find them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.linguistics.cues import CONNECTORS, INSTITUTION_LINKS, ORGANISATION_WORDS, PLACE_WORDS
from enrich.linguistics.gazetteer import fold
from enrich.linguistics.tokens import Token

# From this share of capitals on, a headline is in title case and its capitals mean nothing.
TITLE_CASE: Final = 0.6
_FUNCTION: Final = frozenset({"STOP", "ADP", "CCONJ", "PART", "ADV", "PRON", "VERB", "X"})
_OPENING_MARKS: Final = "«“\"':—–-¿¡("
# A run that fills the quotation marks is a name and not the start of somebody's words.
_QUOTED: Final = frozenset({("«", "»"), ("“", "”"), ("„", "“"), ('"', '"')})
_MAX_LISTED_WORDS: Final = 3
_MAX_LINKS: Final = 2
# No name is as long; beyond it a row of capitals is cut, so that a page of them costs no more than prose.
_MAX_WORDS: Final = 40


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words in a row; `opens` when it stands where any word would have a capital."""

    tokens: tuple[Token, ...]
    first: int
    opens: bool

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    @property
    def last(self) -> int:
        """Index of the last token among the article's tokens."""
        return self.first + len(self.tokens) - 1

    @property
    def has_organisation_word(self) -> bool:
        return any(
            fold(word) in ORGANISATION_WORDS for token in self.tokens for word in (token.lemma, token.text)
        )

    def piece(self, start: int, stop: int) -> "Run":
        return Run(self.tokens[start:stop], self.first + start, self.opens and start == 0)


def capitalised_runs(tokens: Sequence[Token], language: str) -> Iterator[Run]:
    """Capitalised words one space apart, with small words such as `de` between them."""
    at, connectors = 0, CONNECTORS.get(language, frozenset())
    while at < len(tokens):
        if not _is_capital_word(tokens[at]):
            at += 1
            continue
        stop = at + 1
        while stop < min(at + _MAX_WORDS, len(tokens)):
            linked = _after_links(tokens, at, stop, language, connectors)
            if linked >= len(tokens) or not _joins(tokens, stop, linked):
                break
            stop = linked + 1
        quoted = at > 0 and stop < len(tokens) and (tokens[at - 1].text, tokens[stop].text) in _QUOTED
        yield Run(tuple(tokens[at:stop]), at, not quoted and _opens_sentence(tokens, at))
        at = stop


def _after_links(
    tokens: Sequence[Token], at: int, stop: int, language: str, connectors: frozenset[str]
) -> int:
    """Where a run from `at` may go on behind small words: «de la», and «para la» in an institution's name."""
    links = connectors
    if any(fold(token.text) in ORGANISATION_WORDS for token in tokens[at:stop]):
        links = links | INSTITUTION_LINKS.get(language, frozenset())
    linked = stop
    while linked < min(stop + _MAX_LINKS, len(tokens)) and tokens[linked].text in links:
        linked += 1
    # «Gobierno y Junta» are two institutions.
    names_another = linked < len(tokens) and fold(tokens[linked].text) in ORGANISATION_WORDS
    return stop if names_another and tokens[stop].text in ("y", "e") else linked


def split_at_listed(run: Run, is_listed: Callable[[Run], bool]) -> Iterator[Run]:
    """Pieces of a run around the listed names in it: a country beside a person is not part of her name.

    A run that names an organisation stays whole: «National Bank of Moldova».
    """
    # «Lake Malawi» and «Port Sudan» are one place each.
    begins_with_place = fold(run.tokens[0].text) in PLACE_WORDS
    if len(run.tokens) == 1 or run.has_organisation_word or begins_with_place or is_listed(run):
        yield run
        return
    for start in range(len(run.tokens)):
        for stop in range(min(start + _MAX_LISTED_WORDS, len(run.tokens)), start, -1):
            if run.tokens[start].capitalised and is_listed(run.piece(start, stop)):
                yield from _trimmed_ends(run.piece(0, start))
                yield run.piece(start, stop)
                yield from _rest(run, stop, is_listed)
                return
    yield from _trimmed_ends(run)


def split_at_person(run: Run, begins_person: Callable[[Run], bool]) -> Iterator[Run]:
    """«Callum Drever of Heriot-Watt University» is a person and a university."""
    for at in range(1, len(run.tokens) - 1):
        if run.tokens[at].text == "of":
            left, right = run.piece(0, at), run.piece(at + 1, len(run.tokens))
            member = len(left.tokens) > 1 and right.has_organisation_word and not left.has_organisation_word
            if right.tokens[0].capitalised and (member or begins_person(left) or begins_person(right)):
                yield left
                yield from split_at_person(right, begins_person)
                return
    yield run


def _rest(run: Run, start: int, is_listed: Callable[[Run], bool]) -> Iterator[Run]:
    rest = _trimmed_ends(run.piece(start, len(run.tokens)))
    return (piece for run in rest for piece in split_at_listed(run, is_listed))


def listed_pieces(run: Run, is_listed: Callable[[Run], bool]) -> Iterator[Run]:
    """Only the listed names inside a run, the longest first: what can be told of a headline in title case."""
    start = 0
    while start < len(run.tokens):
        stops = range(min(start + _MAX_LISTED_WORDS, len(run.tokens)), start, -1)
        stop = next((stop for stop in stops if is_listed(run.piece(start, stop))), None)
        if stop is not None:
            yield run.piece(start, stop)
        start = stop or start + 1


def is_title_case(tokens: Sequence[Token], headline_end: int) -> bool:
    words = [token for token in tokens if token.end <= headline_end and token.pos == "WORD"]
    return len(words) > 3 and sum(token.capitalised for token in words) >= TITLE_CASE * len(words)


def is_function(token: Token) -> bool:
    """True for a small word, which names nothing by itself."""
    return token.pos in _FUNCTION


def _trimmed_ends(run: Run) -> Iterator[Run]:
    """The run without small words left over at its ends."""
    start, stop = 0, len(run.tokens)
    while start < stop and not run.tokens[start].capitalised:
        start += 1
    while stop > start and not run.tokens[stop - 1].capitalised:
        stop -= 1
    if start < stop:
        yield run.piece(start, stop)


def _joins(tokens: Sequence[Token], stop: int, last: int) -> bool:
    one_space = all(tokens[at].start == tokens[at - 1].end + 1 for at in range(stop, last + 1))
    return one_space and _is_capital_word(tokens[last])


def _is_capital_word(token: Token) -> bool:
    return token.capitalised and token.text[0].isalpha()


def _opens_sentence(tokens: Sequence[Token], at: int) -> bool:
    """True at the start of a sentence or quotation, and after a colon or a dash."""
    return at == 0 or tokens[at - 1].sentence != tokens[at].sentence or tokens[at - 1].text in _OPENING_MARKS

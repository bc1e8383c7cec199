"""Names as a reader expects them in a tag: in the nominative, whatever case the text has them in."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from enrich.linguistics import persons
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Token

_LEGAL_FORMS: Final = frozenset("АО ООО ПАО ЗАО ОАО НПО ГК УК ФГУП МУП ГУП ТОВ ПрАТ АТ ПАТ КП ДП".split())
_QUOTES: Final = (("«", "»"), ("“", "”"), ("„", "“"))


def nominative_person(
    tokens: Sequence[Token], morphology: Morphology, language: str, seen: Collection[str] = ()
) -> str:
    """A person's name; `seen` are the words, folded, of all names of the article."""
    return _rebuilt(tokens, persons.nominative_person(tokens, morphology, language, seen))


def without_legal_form(tokens: Sequence[Token]) -> Sequence[Token]:
    """«Балтмостстрой» of АО «Балтмостстрой»: an editor tags the name."""
    rest = tokens[1:]
    return rest if rest and tokens[0].text in _LEGAL_FORMS and rest[0].text == "«" else tokens


def nominative_name(tokens: Sequence[Token], morphology: Morphology, language: str) -> str:
    """A place's or organisation's name: what agrees with its head is inflected, what follows stays.

    «Национального банка Молдовы» becomes «Национальный банк Молдовы».
    """
    nouns = (at for at, token in enumerate(tokens) if token.pos in ("NOUN", "PROPN"))
    # A town may be called by an adjective alone: Южный.
    head = next(nouns, 0 if len(tokens) == 1 else None)
    if len(tokens) == 1 and (certain := morphology.surely_oblique(tokens[0].text, language)) is not None:
        return certain
    if head is None or tokens[head].grammar.case in ("", "nomn"):
        return _rebuilt(tokens, (token.text for token in tokens))
    noun = tokens[head].grammar
    words = [token.text for token in tokens]
    words[head] = _nominative(tokens[head], morphology, language)
    for at in range(head):
        if tokens[at].pos == "ADJ":
            modifier = morphology.modifier_nominative(tokens[at].text, noun, language)
            words[at] = modifier or words[at]
    return _rebuilt(tokens, words)


def _nominative(token: Token, morphology: Morphology, language: str) -> str:
    word = token.text
    if not word[0].isalpha() or word[0].isascii() or (word.isupper() and len(word) > 1):
        return word
    if token.grammar.case in ("", "nomn"):
        return word
    return morphology.nominative(word, token.grammar, language) or word


def _rebuilt(tokens: Sequence[Token], words: Iterable[str]) -> str:
    """The words with the spaces that stood between the tokens."""
    pieces: list[str] = []
    end = tokens[0].start
    for token, word in zip(tokens, words, strict=True):
        pieces.append(" " if token.start > end else "")
        pieces.append(word)
        end = token.end
    return _unquoted("".join(pieces))


def _unquoted(name: str) -> str:
    """Without the quotation marks around all of it, or those that lost their other half."""
    name = name.strip()
    for opening, closing in _QUOTES:
        inside = name.removeprefix(opening).removesuffix(closing)
        if opening not in inside and closing not in inside:
            name = inside
        elif name.count(opening) != name.count(closing):
            name = name.replace(opening, "").replace(closing, "")
    return name.strip(" \"'")

"""Noun phrases of languages without a tagger here: between a determiner and the word that must end them."""

import re
from collections.abc import Iterator, Sequence, Set
from typing import Final

from enrich.linguistics.tokens import Token
from enrich.phrases.phrase import Phrase
from enrich.phrases.weak_words import weak_words
from enrich.reading import Reading

MAX_WORDS: Final = 3
# Endings that nouns and adjectives do not have; the price of having no tagger for these languages.
_NOT_NOMINAL: Final = {
    "en": re.compile(r"(ly|ed|ing|[^s]es|est|less|ful|ous)$"),
    "es": re.compile(r"(mente|ando|iendo|aron|ieron|aban|ían|ará|erá|irá|arán|erán|irán|[aei]r|ó|aba|ía)$"),
    "fr": re.compile(r"(ment|aient|èrent|ait|er|ir)$"),
    "de": re.compile(r"(lich|te|ten|end)$"),
}
# Before a noun, or before the adjective of one, but hardly ever before a verb.
_DETERMINERS: Final = {
    "en": frozenset(
        """a an the this that these those its his her their our your my some any no each every first last
        next new of in on at for from with by about under over between into after before against during
        without""".split()
    ),
    "es": frozenset(
        """el la los las un una unos unas este esta estos estas su sus al del de en con por para sin sobre
        tras entre contra según cada otro otra primer primera segunda tercera nuevo nueva""".split()
    ),
    "fr": frozenset(
        "le la les l un une des du de d au aux ce cette ces son sa ses leur leurs en par sur".split()
    ),
    "de": frozenset("der die das den dem des ein eine einen einem einer im am zum zur vom mit von".split()),
}
# After these a phrase goes on; every other stop word ends it.
_LINKS: Final = {"es": frozenset({"de", "del"}), "fr": frozenset({"de", "du", "d"})}


# What can only follow a noun: the verb that it is the subject of.
_AFTER_NOUNS: Final = {
    "en": frozenset("of is are was were has have had will would could can may must should".split()),
    "es": frozenset("es son fue fueron ha han está están será serán era eran había".split()),
    "fr": frozenset("est sont fut a ont sera seront était étaient avait".split()),
}
_ENGLISH_NOUN: Final = re.compile(r"(tion|sion|ment|ity|ness|ship|ism|ance|ence|ure|age|ist|ology)s?$")
_ENGLISH_ADJECTIVE: Final = re.compile(r"(al|ic|ary|ive|ous|able|ible|ful|less|ent|ant|ish|ern|ular|en)$")
_ENGLISH_PAST: Final = frozenset(
    """rose split hung lost won said told met began fell kept left made paid put ran sat saw sent set sold
    spoke stood took went came cut drew flew gave grew held hit knew led let read shook shot shut spent spread
    stuck thought threw understood wore wrote broke brought built chose easy able ready likely
    twice struck driven sets makes takes says keeps""".split()
)
# An adjective after its noun, where a verb could stand as well.
_ADJECTIVE_ENDING: Final = re.compile(
    r"(?:ic[oa]|íd[oa]|mad[oa]|iv[oa]|os[oa]|an[oa]|in[oa]|ari[oa]|ori[oa]|rn[oa]|er[oa]|eñ[oa]|al|il|ar|ble|"
    r"[aeou]nte|ense|rave|breve|leve|bre|oj[oa]|ur[oa]|ot[oa]|iz[oa]|és|esa|dor[a]?)(?:s|es)?$"
)
_NUMERALS: Final = frozenset(
    """dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta
    cincuenta sesenta setenta ochenta noventa cien cuatrocientos mil millón frente
    durante mediante two three four five six seven eight nine ten eleven
    twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
    seventy eighty ninety hundred thousand""".split()
)


def plain_phrases(reading: Reading) -> Iterator[Phrase]:
    """Runs of one to three telling words; in Romance languages `de` may link two of them.

    A place counts when a determiner opens it and a stop word or a mark closes it: what stands between is
    seldom a verb. (In Romance languages agreement tells as well where a phrase ends.) In the headline, where
    determiners are saved, only what also has such a place counts.
    """
    tokens, language = reading.tokens, reading.language
    headline = len(reading.article.headline)
    body = [*_runs(tokens, language, opened=True)]
    heads = {phrase.key[0] for phrase in body if len(phrase.key) == 1}
    body = [phrase for phrase in body if _is_nominal(phrase, tokens, heads, language)]
    proven = {phrase.key for phrase in body}
    for phrase in _runs(tokens, language, opened=False):
        if phrase.start < headline and phrase.key in proven:
            yield phrase
    yield from (phrase for phrase in body if phrase.start >= headline)


def _is_nominal(phrase: Phrase, tokens: Sequence[Token], heads: Set[str], language: str) -> bool:
    """Whether the last word is no verb: it is a noun elsewhere, looks like one, or has its verb after it."""
    if len(phrase.tokens) == 1:
        return True
    if language in _LINKS:
        return _is_romance(phrase, _LINKS[language])
    last = phrase.tokens[-1]
    after = next((token for token in tokens if token.start >= phrase.end), None)
    follows = after is not None and after.text.lower() in _AFTER_NOUNS.get(language, frozenset())
    return last.lemma in heads or follows or (language == "en" and _is_english(phrase))


def _is_english(phrase: Phrase) -> bool:
    """A verb would have an -s after a singular noun, and none after a plural."""
    first, last = phrase.tokens[0].text, phrase.tokens[-1].text
    if _ENGLISH_NOUN.search(last) or _ENGLISH_ADJECTIVE.search(first):
        return last not in _ENGLISH_PAST
    ends_in_s = (last.endswith("s") and not last.endswith("ss")) or first.endswith("s")
    return not ends_in_s and last not in _ENGLISH_PAST


def _is_romance(phrase: Phrase, links: frozenset[str]) -> bool:
    """A noun with another after a link, or with an adjective that agrees in number."""
    texts = [token.text for token in phrase.tokens]
    if any(text in links for text in texts):
        return texts[-2] in links and texts[0] not in weak_words("es")
    agrees = len({text.endswith("s") for text in texts}) == 1
    return agrees and all(_ADJECTIVE_ENDING.search(text) for text in texts[1:])


def _runs(tokens: Sequence[Token], language: str, *, opened: bool) -> Iterator[Phrase]:
    links = _LINKS.get(language, frozenset())
    determiners = _DETERMINERS.get(language)
    for first in range(len(tokens)):
        if opened and determiners is not None and not _is_opened(tokens, first, determiners):
            continue
        for stop in range(first + 1, min(first + MAX_WORDS, len(tokens)) + 1):
            run = tokens[first:stop]
            if not _continues(run, links):
                break
            if _is_phrase(run, language) and (_is_closed(tokens, stop) or (links and len(run) > 1)):
                yield Phrase.of(*run)


def _is_opened(tokens: Sequence[Token], first: int, determiners: frozenset[str]) -> bool:
    before, token = tokens[first - 1], tokens[first]
    adjacent = first > 0 and before.sentence == token.sentence and token.start == before.end + 1
    return adjacent and before.text.lower() in determiners


def _is_closed(tokens: Sequence[Token], stop: int) -> bool:
    """A possessive does not close a phrase: "the teachers' union"."""
    if stop == len(tokens):
        return True
    after = tokens[stop]
    gap = after.start - tokens[stop - 1].end
    return after.pos in ("STOP", "PUNCT") and gap <= 1 and not (gap == 0 and after.text in "'’")


def _continues(run: Sequence[Token], links: frozenset[str]) -> bool:
    token = run[-1]
    joined = len(run) == 1 or (token.start == run[-2].end + 1 and token.sentence == run[-2].sentence)
    telling = token.pos == "WORD" and not token.capitalised
    return joined and (telling or (len(run) == 2 and token.text in links))


def _is_phrase(run: Sequence[Token], language: str) -> bool:
    ending, weak = _NOT_NOMINAL.get(language), weak_words(language)
    outer = (run[0], run[-1])
    if any(token.pos != "WORD" or len(token.text) < 3 or token.text in _NUMERALS for token in outer):
        return False
    # «carved doors» is a phrase, "doors carved" is none.
    if ending and (ending.search(run[-1].text) or (language != "en" and ending.search(run[0].text))):
        return False
    return any(token.text.lower() not in weak for token in outer)

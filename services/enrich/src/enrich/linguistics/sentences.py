"""Where sentences begin and end: razdel for Russian, elsewhere end marks and what they do not end."""

import re
from collections.abc import Iterator
from typing import Final

Bounds = tuple[int, int]
_OPENING: Final = "«„“\"'‘’(\\[¿¡—–\\-"
_CLOSING: Final = "»“”\"'’)\\]"
# An end mark with what closes behind it, white space, and what may open the next sentence.
_BREAK: Final = re.compile(
    # Nothing is tried twice: a text of marks alone must not take the square of its length.
    rf"(?<![.!?…])(?P<mark>[.!?…]++)(?P<closing>[{_CLOSING}]*+)(?P<gap>\s++)"
    rf"(?=[{_OPENING}\s]*+(?P<next>\w))"
)
_LAST_WORD: Final = re.compile(r"(?:[^\W_]+[.'’-])*[^\W_]+$")
_FIRST_WORD: Final = re.compile(r"[^\W_]+")
_LETTER_DOTS: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")  # U.S, EE.UU without its last point
_LONGEST_WORD: Final = 24

# Before a name or number: no sentence ends there.
_NEVER: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        """mr mrs ms mx dr prof gen lt col sgt capt cmdr adm maj sen rep gov pres hon rev fr st mt ft
        vs messrs supt det insp ald cllr approx est e.g i.e cf al""".split()
    ),
    "es": frozenset(
        """sr sra srta sres dr dra d dña prof gral cnel lic ing arq mons av avda c ej vs aprox""".split()
    ),
    "uk": frozenset(
        """ім м вул просп пров бул пл буд кв оф корп с смт о р-н п акад проф доц д-р ген полк напр див
        т.зв св тов зав заст нар кн нач с.-г""".split()
    ),
    "de": frozenset("dr prof hr fr hrn str nr z.b d.h bzw ca st vgl geb gest evtl inkl".split()),
    "fr": frozenset("m mm mme mlle dr pr st ste p.ex env av bd cf".split()),
    "pl": frozenset("dr prof ks inż mgr gen płk ul al pl im św tzw np m.in woj hab doc".split()),
}
# Before a number: no sentence ends there.
_BEFORE_NUMBER: Final = frozenset(
    "no nos núm nº nr n fig vol ed art arts abs bd p pp pág págs cap tel ст рис табл гр п пп № ч".split()
)
# Before another sentence or before a name: what follows must decide.
_SOMETIMES: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        """u.s u.k u.n e.u u.s.a d.c p.m a.m inc corp ltd co bros jr sr ph.d etc jan feb mar apr jun
        jul aug sep sept oct nov dec""".split()
    ),
    "es": frozenset("ee.uu ff.aa etc s.a s.l a.m p.m jr cía ud uds".split()),
}
# Words that open sentences and hardly ever stand inside a name.
_OPENERS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        """the a an this that these those he she it its they their we our i you his her there here but
        and or so in on at for from with by after before when while if as since although however
        meanwhile also both officials police critics analysts what who why how no not some many most
        more two three""".split()
    ),
    "es": frozenset(
        """el la los las un una unos unas este esta estos estas ese esa esos esas su sus él ella ellos
        ellas en por para con sin según pero y o si no cuando como desde tras además también sin se
        lo le al a de""".split()
    ),
}
# «3. Mai», «5. miejsce»: a number with a point counts something.
_ORDINAL_POINT: Final = frozenset({"de", "pl", "fi", "cs", "da", "nb", "no", "hu"})


def sentence_bounds(text: str, language: str) -> Iterator[Bounds]:
    """Start and end of each sentence, without the white space around it; a line break ends one everywhere."""
    if language == "ru":
        yield from _by_razdel(text)
        return
    at = 0
    for line in text.split("\n"):
        yield from _in_line(line, at, language)
        at += len(line) + 1


def _by_razdel(text: str) -> Iterator[Bounds]:
    from razdel import sentenize

    at = 0
    for line in text.split("\n"):
        for sentence in sentenize(line):
            yield from _trimmed(line, sentence.start, sentence.stop, at)
        at += len(line) + 1


def _in_line(line: str, offset: int, language: str) -> Iterator[Bounds]:
    start = 0
    for found in _BREAK.finditer(line):
        if _ends(line, found, language):
            yield from _trimmed(line, start, found.end("closing"), offset)
            start = found.end("gap")
    yield from _trimmed(line, start, len(line), offset)


def _trimmed(line: str, start: int, end: int, offset: int) -> Iterator[Bounds]:
    text = line[start:end]
    if text.strip():
        first = start + len(text) - len(text.lstrip())
        yield offset + first, offset + start + len(text.rstrip())


def _ends(line: str, found: re.Match[str], language: str) -> bool:
    """Whether a sentence ends with this mark."""
    if found["next"].islower():
        return False
    if found["mark"] != "." or found["closing"]:
        return True
    word = _LAST_WORD.search(line, max(0, found.start() - _LONGEST_WORD), found.start())
    if word is None:
        return True
    following = _FIRST_WORD.match(line, found.start("next"))
    return _may_follow(word.group(), following.group() if following else "", language)


def _may_follow(word: str, following: str, language: str) -> bool:
    """Whether a sentence that ends with this word and a point may be followed by one that begins so."""
    low = word.lower()
    if low in _NEVER.get(language, frozenset()) or _is_initial(word):
        return False
    if following[:1].isdigit() and low in _BEFORE_NUMBER:
        return False
    if word.isdigit():
        return not (language in _ORDINAL_POINT and len(word) <= 2)
    if low in _SOMETIMES.get(language, frozenset()) or _LETTER_DOTS.fullmatch(word):
        return following.lower() in _OPENERS.get(language, frozenset())
    return True


def _is_initial(word: str) -> bool:
    """«J. Smith», «Дж. Байден»."""
    return (len(word) == 1 and word.isupper()) or word in ("Дж", "Ю", "Я", "Є")

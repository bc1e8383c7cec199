"""Words around and inside names that tell what they name, where no trained model can."""

from typing import Final

CONNECTORS: Final = {
    "en": frozenset({"of", "the", "de", "del", "la", "von", "van", "bin", "al"}),
    "es": frozenset({"de", "del", "la", "las", "los", "el", "y"}) - {"y"},
    "fr": frozenset({"de", "du", "des", "la", "d"}),
    "pl": frozenset(),
    "uk": frozenset({"де", "ван", "фон"}),
}
ORGANISATION_WORDS: Final = frozenset(
    """
    academy agency airlines alliance army association assembly bank bureau centre center club college
    commission committee company confederation congress corporation council court department federation
    forum foundation fund group hospital inc institute league ltd ministry office parliament party police
    senate society treasury union university agencia asociación asamblea ayuntamiento banco bolsa cámara
    centro colegio comisión comité compañía confederación congreso consejo consejería cooperativa corte
    federación fondo fundación gobierno grupo instituto junta liga ministerio observatorio parlamento
    partido policía sindicato tribunal unión universidad агентство академія асоціація банк бюро видавництво
    департамент інститут клуб комісія комітет компанія конгрес корпорація лікарня міністерство нацбанк
    організація палата парламент партія поліція профспілка рада союз спілка суд товариство університет уряд
    федерація фонд центр
    """.split()
)
SPEECH_WORDS: Final = frozenset(
    """
    said says told added tweeted argued warned explained insisted admitted wrote dijo afirmó explicó declaró
    aseguró señaló añadió lamentó advirtió sostuvo recordó comentó admitió resumió сказав сказала заявив
    заявила повідомив повідомила пояснив пояснила додав додала зазначив зазначила каже запевнив запевнила
    пояснює застерігає наголосив наголосила розповів розповіла
    """.split()
)
# Forms of address and office that come before a name and are no part of it.
TITLES: Final = frozenset(
    """
    mr mrs ms dr sir lord lady president prime minister chancellor governor mayor captain coach professor
    presidente presidenta ministro ministra alcalde alcaldesa don doña doctor doctora
    """.split()
)
_DEMONYM_ENDINGS: Final = {
    "en": ("ian", "ians", "ean", "eans", "ish", "ese", "ans"),
    "es": (),
    "uk": ("ський", "ська", "ське", "ські", "цький", "цька", "цьке", "цькі"),
}
_DEMONYMS: Final = frozenset(
    "german germans french dutch greek swiss czech thai iraqi israeli turk turks".split()
)


def is_demonym(word: str, language: str) -> bool:
    """True for a lone word such as Chilean or Spanish: it points at a country but names nobody."""
    low = word.lower()
    return low in _DEMONYMS or low.endswith(_DEMONYM_ENDINGS.get(language, ("\0",)) or ("\0",))

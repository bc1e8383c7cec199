"""When an adjective names its country: «иранские власти» do, «английская соль» does not."""

from collections.abc import Sequence
from typing import Final

from enrich.linguistics.names import Mention
from enrich.reading import Reading

# Lemmas, stems in English and Spanish: who acts or is governed in a country's name.
_STATE: Final = frozenset(
    """
    власть правительство президент премьер премьер-министр министр министерство мид парламент сенат депутат
    посол посольство дипломат армия военный войско военнослужащий солдат генерал полиция полицейский
    спецслужба разведка сторона граница территория гражданин гражданка столица делегация лидер чиновник
    экономика суд прокуратура беспилотник ракета авиация флот город область регион провинция берег порт
    компания банк концерн корпорация влада уряд прем'єр прем'єр-міністр міністр міністерство мзс депутат
    дипломат армія військовий військо солдат поліція розвідка кордон територія громадянин столиця делегація
    лідер економіка місто регіон компанія author presid govern minist prime parliament senat ambassador
    embassi diplomat armi militari troop soldier general polic border territori citizen capit deleg leader
    offici economi court forc citi compani bank gobiern president ministr parlament senador embaj embajador
    diplomat ejercit militar soldad policí fronter territori ciudadan capital deleg lider econom tribunal
    ciud empres banc autor primer
    """.split()
)
MIN_ALONE: Final = 2


def is_named(group: Sequence[Mention], reading: Reading) -> bool:
    """False for a country that only an adjective points to, in passing and not in the sense of its state."""
    if not all(mention.adjective for mention in group):
        return True
    if len(group) >= MIN_ALONE:
        return True
    mention = group[0]
    evidence = reading.joined.evidence(mention.start, mention.end)
    in_headline = evidence is not None and evidence.part == "headline"
    return in_headline or _next_lemma(mention, reading) in _STATE


def _next_lemma(mention: Mention, reading: Reading) -> str:
    after = (token for token in reading.tokens if token.start >= mention.end)
    return next((token.lemma for token in after), "")

"""A starter pack of world organisations: one id for their names in several languages."""

from typing import Final

from enrich.linguistics.agencies import normal

# Wikidata id | Russian | Ukrainian | English | Spanish; further names after a semicolon.
_ORGANISATIONS: Final = """
Q458|Евросоюз;ЕС;Европейский союз|Євросоюз;ЄС;Європейський Союз|European Union;EU|Unión Europea;UE
Q1065|ООН;Организация Объединенных Наций;Организация Объединённых Наций|ООН;Організація Об'єднаних Націй|\
United Nations;UN;U.N.|Naciones Unidas;ONU
Q7184|НАТО;Североатлантический альянс|НАТО|NATO|OTAN
Q7804|МВФ;Международный валютный фонд|МВФ;Міжнародний валютний фонд|\
International Monetary Fund;IMF|Fondo Monetario Internacional;FMI
Q41984|МАГАТЭ|МАГАТЕ|International Atomic Energy Agency;IAEA|OIEA
Q7817|ВОЗ;Всемирная организация здравоохранения|ВООЗ|World Health Organization;WHO|\
Organización Mundial de la Salud;OMS
Q7164|Всемирный банк|Світовий банк|World Bank|Banco Mundial
Q7795|ОПЕК|ОПЕК|OPEC|OPEP
Q81299|ОБСЕ|ОБСЄ|OSCE|OSCE
Q8901|ЕЦБ;Европейский центральный банк|ЄЦБ|European Central Bank;ECB|Banco Central Europeo;BCE
Q253414|ФИФА|ФІФА|FIFA|FIFA
Q35572|УЕФА|УЄФА|UEFA|UEFA
Q8880|Европейская комиссия;Еврокомиссия|Єврокомісія;Європейська комісія|European Commission|Comisión Europea
"""
_LANGUAGES: Final = ("ru", "uk", "en", "es")
# Russian NER takes these for places although they act as offices of state.
OFFICES: Final = {"кремль": "Кремль", "белый дом": "Белый дом", "пентагон": "Пентагон", "госдеп": "Госдеп"}


def organisation(name: str, language: str) -> tuple[str, str] | None:
    """Id and label, in the language when the pack has it, of an organisation by any of its names."""
    row = BY_NAME.get((language, normal(name))) or BY_NAME.get(("en", normal(name)))
    if row is None:
        return None
    wikidata, labels = row
    return f"wikidata:{wikidata}", labels.get(language, labels["en"])


def _table() -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    table: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}
    for line in _ORGANISATIONS.strip().splitlines():
        wikidata, *columns = line.split("|")
        names = [column.split(";") for column in columns]
        labels = {language: forms[0] for language, forms in zip(_LANGUAGES, names, strict=True)}
        for language, forms in zip(_LANGUAGES, names, strict=True):
            table.update({(language, normal(form)): (wikidata, labels) for form in forms})
    return table


BY_NAME: Final = _table()

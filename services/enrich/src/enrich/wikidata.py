"""Makes an alias pack of a Wikidata export: `python -m enrich.wikidata --languages ru,uk < export > pack`.

The export has one entity a line in Wikidata's JSON, as in its dumps and their filtered extracts; the brackets
and commas of a dump are passed over. What a thing is follows from its "instance of"; entities of kinds that
newsroom tags do not have are left out and counted. Places that have one get their ISO or GeoNames id, so that
they are the same place as the gazetteer's.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from enrich.linguistics.aliases import AliasLine, AliasType

_INSTANCE_OF, _ISO, _GEONAMES = "P31", "P297", "P1566"
_MAX_ALIASES: Final = 20
# Of an "instance of": the kinds that tags know. A class below them is named by --type.
_PEOPLE: Final = frozenset({"Q5"})
_MEDIA: Final = frozenset({"Q11032", "Q192283", "Q1002697", "Q1110794", "Q1616075", "Q1153191"})
_ORGANISATIONS: Final = _MEDIA | frozenset(
    """
    Q43229 Q4830453 Q6881511 Q783794 Q891723 Q484652 Q245065 Q7278 Q476028 Q12973014 Q3918 Q875538 Q327333
    Q192350 Q11204 Q35749 Q41487 Q163740 Q22687 Q33506 Q16917
    """.split()
)
_PLACES: Final = frozenset(
    """
    Q515 Q1549591 Q6256 Q3624078 Q486972 Q3957 Q532 Q4022 Q8502 Q23397 Q23442 Q165 Q10864048 Q35657 Q82794
    """.split()
)


class NotAnExport(ValueError):
    """A line is no entity of Wikidata's JSON; the message names the line."""


def alias_lines(
    lines: Iterable[str], languages: Sequence[str], type_: AliasType | None, left_out: Counter[str]
) -> Iterator[AliasLine]:
    """Pack lines for the entities of an export. `type_` is that of entities whose class is not known here."""
    for number, line in enumerate(lines, 1):
        text = line.strip().rstrip(",")
        if text in ("", "[", "]"):
            continue
        entity = _entity(text, number)
        known = _type(entity) or type_
        labels = _labels(entity, languages)
        if known is None or not labels:
            left_out["of another kind" if labels else "without a label in these languages"] += 1
            continue
        yield AliasLine(
            id=_id(entity, known),
            type=known,
            media=known == "organisation" and not _classes(entity).isdisjoint(_MEDIA),
            labels=labels,
            aliases=_aliases(entity, languages),
        )


def _entity(text: str, number: int) -> Mapping[str, Any]:
    try:
        entity = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotAnExport(f"line {number} is not JSON ({error}); give one entity a line") from error
    if not isinstance(entity, dict) or not isinstance(entity.get("id"), str):
        raise NotAnExport(f"line {number} is no Wikidata entity: it has no id")
    return entity


def _type(entity: Mapping[str, Any]) -> AliasType | None:
    classes = _classes(entity)
    if classes & _PEOPLE:
        return "person"
    if classes & _ORGANISATIONS:
        return "organisation"
    return "place" if classes & _PLACES else None


def _id(entity: Mapping[str, Any], type_: AliasType) -> str:
    iso, geonames = (next(iter(_values(entity, claim)), None) for claim in (_ISO, _GEONAMES))
    if type_ == "place" and isinstance(iso, str):
        return f"iso3166:{iso}"
    if type_ == "place" and isinstance(geonames, str):
        return f"geonames:{geonames}"
    return f"wikidata:{entity['id']}"


def _classes(entity: Mapping[str, Any]) -> frozenset[str]:
    values = _values(entity, _INSTANCE_OF)
    return frozenset(value["id"] for value in values if isinstance(value, dict) and "id" in value)


def _values(entity: Mapping[str, Any], claim: str) -> Iterator[Any]:
    for statement in entity.get("claims", {}).get(claim, ()):
        value = statement.get("mainsnak", {}).get("datavalue", {}).get("value")
        if value is not None:
            yield value


def _labels(entity: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    labels = entity.get("labels", {})
    return {language: labels[language]["value"] for language in languages if language in labels}


def _aliases(entity: Mapping[str, Any], languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    aliases = entity.get("aliases", {})
    found = {
        language: tuple(alias["value"] for alias in aliases[language])[:_MAX_ALIASES]
        for language in languages
        if language in aliases
    }
    return {language: names for language, names in found.items() if names}


def main() -> None:
    parser = argparse.ArgumentParser(prog="enrich.wikidata", description="an alias pack of a Wikidata export")
    parser.add_argument(
        "--languages", default="ru,uk,en,es", help="labels and aliases to keep, comma between"
    )
    parser.add_argument(
        "--type", choices=("person", "organisation", "place"), help="what entities of unknown classes are"
    )
    arguments = parser.parse_args()
    left_out: Counter[str] = Counter()
    written = 0
    try:
        for line in alias_lines(sys.stdin, arguments.languages.split(","), arguments.type, left_out):
            sys.stdout.write(line.model_dump_json(exclude_defaults=True) + "\n")
            written += 1
    except NotAnExport as error:
        sys.exit(f"enrich.wikidata: {error}")
    counted = (f"{written} written", *(f"{count} {why}" for why, count in left_out.items()))
    sys.stderr.write(", ".join(counted) + "\n")


if __name__ == "__main__":
    main()

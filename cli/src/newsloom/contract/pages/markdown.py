"""docs/events.md: the contract as a page that GitHub shows."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from newsloom.contract.pages.reference import (
    Family,
    Field,
    Reference,
    Shape,
    Version,
    kept,
    promises,
    reference,
    richest,
)
from newsloom.contract.pages.wording import Part
from newsloom_schemas.asyncapi import Published
from newsloom_schemas.asyncapi.messages import headers
from newsloom_schemas.asyncapi.rules import RULES
from newsloom_schemas.catalog import TOPICS
from newsloom_schemas.readers import Reader, readers_of

HEAD = """\
# Topics and events

<!-- Made by `make docs` from the catalogue and the models (newsloom_schemas); change it there. -->

The contract that other teams build on. The same in other forms: [asyncapi.json](asyncapi.json) for tools,
[catalogue.html](catalogue.html) as one page to search and to hand on (it needs no network), JSON Schemas and
examples in [released](../shared/schemas/src/newsloom_schemas/released). `newsloom schemas export DIR` writes
all of it into a folder.
"""


def page(published: Sequence[Published]) -> str:
    """The whole page."""
    contract = reference(published)
    sections = (
        [HEAD],
        _rules(richest(published)),
        _topics(contract),
        _events(contract),
        _types(contract.shapes),
    )
    return "\n".join(line for section in sections for line in section)


def _rules(any_event: Published) -> Iterator[str]:
    for name, text in RULES.items():
        yield f"## {name}\n\n{text}\n"
        if name == "A record":
            yield from _envelope(any_event)
    yield from _promises()


def _promises() -> Iterator[str]:
    """What does not happen to a released version."""
    yield "<details><summary>What does not happen to a released version: refused by name</summary>\n"
    yield "| rule | it would hurt | because |"
    yield "|---|---|---|"
    for rule in promises():
        yield f"| `{rule.name}` | {rule.hurts} | {_cell(rule.why)} |"
    yield "\n</details>\n"


def _envelope(published: Published) -> Iterator[str]:
    yield "| header | what stands in it |"
    yield "|---|---|"
    schema = headers(published)
    for name, of in schema["properties"].items():
        absent = "" if name in schema["required"] else "<br>*may be absent*"
        yield f"| `{name}`{absent} | {_cell(of['description'])} |"
    yield ""


def _topics(contract: Reference) -> Iterator[str]:
    yield "## Topics\n"
    yield from _flow()
    yield "| topic | key | events | written by | read by | kept | partitions |"
    yield "|---|---|---|---|---|---|---|"
    for topic in TOPICS:
        cells = (
            f"**`{topic.name}`**<br>{topic.summary}",
            f"`{topic.key}`" if topic.events else topic.key,
            "<br>".join(_to_event(family) for family in contract.carried(topic)) or "as they were",
            "<br>".join(topic.written_by),
            "<br>".join(dict.fromkeys(_reader(reader) for reader in readers_of(topic.name))),
            kept(topic),
            str(topic.partitions),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _flow() -> Iterator[str]:
    """A picture of the way of an article; dead letters are left out, every service has them."""
    yield "```mermaid\nflowchart LR"
    for topic in (topic for topic in TOPICS if topic.events):
        node = topic.name.replace("-", "_")
        yield f'  {node}[/"{topic.name}"/]'
        for writer in topic.written_by:
            yield f"  {_box(writer)} --> {node}"
        for name in dict.fromkeys(reader.name for reader in readers_of(topic.name)):
            yield f"  {node} --> {_box(name)}"
    yield "```\n"


def _box(name: str) -> str:
    return f'{re.sub("[^a-z]", "_", name)}(["{name}"])'


def _reader(reader: Reader) -> str:
    return f"{reader.name} (group `{reader.group}`)" if reader.group else reader.name


def _to_event(family: Family) -> str:
    return f"[{family.title}](#{slug(family.title)})"


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _events(contract: Reference) -> Iterator[str]:
    yield "## Events\n"
    yield "Fields without a note are required. Types of newsloom's own lead to [their fields](#types)."
    for family in contract.families:
        yield from _event(family)


def _event(family: Family) -> Iterator[str]:
    newest = family.versions[0]
    yield f"\n### {family.title}\n"
    yield f"`{newest.published.event.EVENT_TYPE}`\n"
    yield f"{newest.description}\n"
    yield f"On {_list(f'`{topic.name}`' for topic in family.topics)}. Schema `{newest.urn}`.\n"
    yield from _fields(newest.fields)
    yield from _first_example(newest)
    if len(family.versions) > 1:
        yield from _versions(family)


def _fields(fields: Iterable[Field]) -> Iterator[str]:
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    for field in fields:
        optional = "" if field.required else "<br>*optional*"
        told = "; ".join([_type(field.parts), *map(_cell, field.rules)])
        yield f"| `{field.name}`{optional} | {told} | {_meaning(field)} |"


def _type(parts: Iterable[Part]) -> str:
    return "".join(f"[{part.text}](#{slug(part.text)})" if part.shape else part.text for part in parts)


def _meaning(field: Field) -> str:
    told = [_cell(field.description)]
    if field.default is not None:
        told.append(f"Absent means `{field.default}`.")
    if field.example is not None:
        told.append(f"Such as `{_cell(field.example)}`.")
    return "<br>".join(filter(None, told))


def _cell(text: str) -> str:
    """Text that does not end its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _first_example(version: Version) -> Iterator[str]:
    for title, record in list(version.published.examples.items())[:1]:
        yield f"\n<details><summary>A record: {title}</summary>\n"
        yield f"Key `{record['key']}`\n\n```json\n{_json(record['headers'])}\n```\n"
        yield f"```json\n{_json(record['value'])}\n```\n"
        yield "</details>"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _versions(family: Family) -> Iterator[str]:
    for version, older in zip(family.versions, family.versions[1:], strict=False):
        yield f"\n**From version {older.number} to {version.number}.** {older.upcast or ''}\n"
        yield f"| field | version {older.number} | version {version.number} |"
        yield "|---|---|---|"
        for change in version.changes:
            yield f"| `{change.path}` | {_cell(change.before or '–')} | {_cell(change.after or '–')} |"
        kind = older.published.event.EVENT_TYPE
        yield f"\n`{kind}`: old producers and old records keep working. {older.fate}"


def _types(shapes: Iterable[Shape]) -> Iterator[str]:
    yield "\n## Types\n"
    for shape in shapes:
        yield f"### {shape.name}\n\n{shape.description}\n"
        yield from _fields(shape.fields)
        yield f"\nIn {_list(f'`{name}`' for name in shape.used_by)}.\n"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)

"""From names to the things they mean: groups of mentions that the alias pack knows get its id and label."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from enrich.linguistics.aliases import AliasPack, Entry
from enrich.linguistics.names import Mention

Group = Sequence[Mention]


def resolved(groups: Iterable[Group], aliases: AliasPack, language: str) -> list[list[Mention]]:
    """Groups with ids where the pack knows them; groups that turn out to be one thing become one.

    A bare surname of somebody well known is resolved here, after it had its chance to join a longer name of
    the same article: «Путин» is Владимир Путин unless the article has another bearer.
    """
    found: dict[str, list[Mention]] = {}
    result: list[list[Mention]] = []
    for group in groups:
        entry = _entry(group[0], aliases, language)
        named = list(group) if entry is None else _as(entry, language, group)
        known = found.setdefault(f"{named[0].role} {named[0].id}", named) if named[0].id else named
        if known is named:
            result.append(named)
        else:
            known.extend(named)
    return result


def _entry(mention: Mention, aliases: AliasPack, language: str) -> Entry | None:
    if mention.id is not None or mention.kind not in ("person", "entity"):
        return None
    words = mention.words
    names = (mention.label, " ".join((words[0], words[-1]))) if len(words) > 2 else (mention.label,)
    entries = (aliases.find(name, language) for name in names)
    return next((entry for entry in entries if entry is not None and entry.type == "person"), None)


def _as(entry: Entry, language: str, group: Group) -> list[Mention]:
    """The group as that person: a surname becomes the full name, a full one stays as it is spelled."""
    own = group[0].label
    label = own if len(group[0].words) > 1 else entry.label(language)
    return [replace(mention, kind="person", id=entry.id, label=label) for mention in group]

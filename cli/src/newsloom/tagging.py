"""An editor's word on the tags of an article: what it is, what it becomes, and that it arrived."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom.client import Client

Tag = Mapping[str, Any]
_SENT = ("kind", "label", "id", "role")
LOOK_EVERY_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Word:
    """The whole of what the editor has said; `edit` is the number of the last edit, 0 for none."""

    edit: int = 0
    pinned: tuple[Tag, ...] = ()
    added: tuple[Tag, ...] = ()
    removed: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Word":
        """The word that is stored, from the operator's record."""
        said = record.get("editor_tags") or {}
        return cls(
            edit=record.get("edit_of_tags") or 0,
            pinned=tuple(map(_sent, said.get("pinned", ()))),
            added=tuple(map(_sent, said.get("added", ()))),
            removed=tuple(said.get("removed", ())),
        )

    @property
    def own(self) -> tuple[Tag, ...]:
        return (*self.pinned, *self.added)

    def pin(self, names: Sequence[str], shown: Sequence[Tag]) -> "Word":
        """Tags that are shown, kept whatever comes. CommandError for a name that is not shown."""
        cleared = self.forget(names)
        return cleared.but(pinned=(*cleared.pinned, *(_sent(_named(name, shown)) for name in names)))

    def add(self, tag: Tag) -> "Word":
        """One more tag, instead of one of the same name that the editor had put on."""
        cleared = self.forget([tag["label"]])
        return cleared.but(added=(*cleared.added, _sent(tag)))

    def remove(self, names: Sequence[str]) -> "Word":
        """Tags off, whether the machine put them on, or will."""
        cleared = self.forget(names)
        return cleared.but(removed=(*cleared.removed, *names))

    def forget(self, names: Sequence[str]) -> "Word":
        """Nothing said about these tags any more: the machine decides again."""
        gone = {name.casefold() for name in names}
        return self.but(
            pinned=tuple(tag for tag in self.pinned if gone.isdisjoint(_names(tag))),
            added=tuple(tag for tag in self.added if gone.isdisjoint(_names(tag))),
            removed=tuple(name for name in self.removed if name.casefold() not in gone),
        )

    def but(self, **changes: Any) -> "Word":
        return Word(**{**vars(self), **changes})

    def request(self, editor: str | None) -> dict[str, Any]:
        """The body of the next edit."""
        said = {"pinned": self.pinned, "added": self.added, "removed": self.removed}
        named = {"editor": editor} if editor else {}
        return {"edit": self.edit + 1, **{name: list(of) for name, of in said.items()}, **named}


def _names(tag: Tag) -> set[str]:
    return {name.casefold() for name in (tag["label"], tag.get("id")) if name}


def _sent(tag: Tag) -> Tag:
    """The part of a tag that an editor says; the rest follows from who he is."""
    return {name: tag[name] for name in _SENT if tag.get(name)}


def _named(name: str, shown: Sequence[Tag]) -> Tag:
    found = next((tag for tag in shown if name.casefold() in _names(tag)), None)
    if found is None:
        raise CommandError(
            f"the article has no tag {name!r} to pin",
            fix="copy a label or an id from `newsloom tags show`, or use `newsloom tags add`",
            code=Exit.USAGE,
        )
    return found


async def say(
    client: "Client",
    record: Mapping[str, Any],
    word: Word,
    *,
    editor: str | None,
    within_s: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Mapping[str, Any]:
    """Hand in the word as the next edit and wait until it is stored; the record then.

    Raises CommandError: another editor was faster with the same number, or it was not stored in time.
    """
    request = word.request(editor)
    event_id = await client.edit_tags(record["source"], record["external_id"], request)
    deadline = clock() + within_s
    while clock() < deadline:
        stored = await client.record(record["article_id"])
        if stored is not None and (stored.get("edit_of_tags") or 0) >= request["edit"]:
            if any(entry["event_id"] == event_id for entry in stored["history"]):
                return stored
            raise CommandError(
                "another editor changed the tags meanwhile, and this edit was not taken",
                fix="look at `newsloom tags show` and say it again",
            )
        await pause(LOOK_EVERY_S)
    raise CommandError(
        f"the edit was accepted, but is not stored after {within_s:g} s",
        fix="see `newsloom status`; it will be stored when publish has come to it",
        code=Exit.TIMED_OUT,
    )

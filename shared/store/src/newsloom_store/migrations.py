"""Documents of older schema versions, brought up step by step: when they are read, and in the background.

A step is a pure function from a document of one version, as MongoDB keeps it, to the next. Reading applies
the steps, so services of both versions may run side by side while the background pass rewrites what is
stored. Rewriting says nothing new about an article: its `document_version` stays.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from newsloom_store.errors import NewerDocument, UnreadableDocument

Raw = dict[str, Any]
Step = Callable[[Raw], Raw]

SCHEMA_VERSION = "schema_version"


def upcast(raw: Raw) -> Raw:
    """The document in the newest version; one that names no version is left as it is.

    Raises NewerDocument for one that is newer, UnreadableDocument when a step meets something else than its
    version.
    """
    if _version_of(raw) > NEWEST:
        raise NewerDocument(
            f"the stored document {raw.get('_id')} has schema version {_version_of(raw)}, which comes from a "
            f"newer newsloom: this one knows {NEWEST}; upgrade it"
        )
    while (step := STEPS.get(_version_of(raw))) is not None:
        try:
            raw = step(raw)
        except (KeyError, TypeError, AttributeError):
            raise UnreadableDocument(
                f"the stored document {raw.get('_id')} is not what its schema version "
                f"{_version_of(raw)} says: it was edited by hand; restore it"
            ) from None
    return raw


def is_outdated(raw: Raw) -> bool:
    """Whether there is a step for it."""
    return _version_of(raw) in STEPS


def _version_of(raw: Raw) -> int:
    version = raw.get(SCHEMA_VERSION)
    return version if isinstance(version, int) else 0


def _v1_to_v2(raw: Raw) -> Raw:
    """Version 2 says itself whether an article is withheld; version 1 left it in no feed and told nobody.

    Of an article that had been public before, the log still holds the older body: `untold_since` has it
    told that it is withheld.
    """
    newer = {**raw, SCHEMA_VERSION: 2}
    publication = raw.get("publication")
    if publication is None or raw.get("tombstone") is not None or raw.get("feeds"):
        return newer
    until = publication["content"].get("embargo_until")
    if until is None:
        return newer
    newer["withheld_until"] = until
    if publication["content"].get("published_at") is None:
        shown = max(publication["accepted_at"], until)
        newer["publication"] = {**publication, "published_at": shown}
    if raw.get("feeds_ever"):
        newer["untold_since"] = publication["accepted_at"]
    return newer


def _v2_to_v3(raw: Raw) -> Raw:
    """Version 3 has structured authors; of those in version 2 the name is known."""
    newer = {**raw, SCHEMA_VERSION: 3}
    publication = raw.get("publication")
    if publication is not None and "authors" in publication["content"]:
        authors = [{"name": name} for name in publication["content"]["authors"]]
        newer["publication"] = {**publication, "content": {**publication["content"], "authors": authors}}
    return newer


STEPS: Mapping[int, Step] = MappingProxyType({1: _v1_to_v2, 2: _v2_to_v3})
NEWEST = max(STEPS) + 1

"""Which version of ninjs a document is, and what it says."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.source_profile import NinjsHabits
from ingest.sources.dialect import Said
from ingest.sources.ninjs import v1, v3
from ingest.sources.ninjs.deeds import said_of
from ingest.sources.ninjs.item import Item
from ingest.strict_json import parse_strict, refuse_fields

_Model = TypeVar("_Model", bound=BaseModel)
_LISTS = frozenset({"headlines", "bodies", "descriptions", "subjects"})


class _Standard(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    version: str | None = Field(default=None, max_length=20)


class _Mark(BaseModel):
    """What tells the versions apart. Few senders name the standard; all show it by their names."""

    model_config = ConfigDict(strict=True, extra="allow", hide_input_in_errors=True)

    standard: _Standard | None = None

    @property
    def is_v1(self) -> bool:
        told = self.standard.version if self.standard else None
        return told.startswith("1") if told else not self._has(_LISTS)

    @property
    def is_v2(self) -> bool:
        told = self.standard.version if self.standard else None
        return told.startswith("2") if told else self._has({"versioncreated", "pubstatus", "infosources"})

    def _has(self, members: Any) -> bool:
        return not members.isdisjoint(self.model_extra or ())


def read_item(raw: bytes) -> Item:
    """The news object. Raises Refused."""
    mark = parse_strict(_Mark, raw)
    if mark.is_v1:
        return v1.item_of(_parsed(v1.ItemV1, raw))
    return v3.item_of(_parsed(v3.ItemV2 if mark.is_v2 else v3.ItemV3, raw))


def _parsed(model: type[_Model], raw: bytes) -> _Model:
    """The document once more, of which it is known that it is one."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise refuse_fields(error) from None


def read_said(raw: bytes, habits: NinjsHabits) -> tuple[Said, ...]:
    """What a document of any version says, part by part. Raises Refused."""
    return tuple(said_of(read_item(raw), habits))

"""What every value and every event on the wire has in common."""

from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler

from newsloom_schemas.types import EventId

_MANY = frozenset({"tuple", "list", "dict"})


def _fail_fast(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") in _MANY:
            part["fail_fast"] = True
        for inner in part.values():
            _fail_fast(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            _fail_fast(inner)


class Value(BaseModel):
    """An immutable value. Unknown fields are ignored, so that an old reader survives a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        """One bad item is enough: four megabytes of `{}` for tags would be gigabytes of errors."""
        schema = handler(source)
        _fail_fast(schema)
        return schema


Version = TypeVar("Version", bound="Event")


class Event(Value):
    """A fact that has happened, named in the past tense.

    `EVENT_TYPE` is the CloudEvents type; it carries the major version, as the class name does.
    `event_id` is deterministic: the same fact always has the same id, so a repeat can be recognised.
    """

    EVENT_TYPE: ClassVar[str]
    NAME: ClassVar[str]
    """The type without its version, such as `article.submitted`."""
    VERSION: ClassVar[int]

    event_id: EventId

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "EVENT_TYPE" in cls.__dict__:
            name, _, version = cls.EVENT_TYPE.rpartition(".v")
            cls.NAME, cls.VERSION = name.removeprefix("newsloom."), int(version)

    def upcast(self) -> "Event":
        """The same fact in the next version of its kind. The newest one is itself."""
        return self

    def _in_version(self, version: type[Version], **changes: Any) -> Version:
        """The same fields as another version of the event; nothing is validated again."""
        return cast(Version, version.model_construct(**{**self.__dict__, **changes}))

    @property
    def record_key(self) -> str:
        """The Kafka key: records of one key stay in order."""
        raise NotImplementedError

    @property
    def subject(self) -> str:
        """What the event is about (CloudEvents `subject`): the id of the article."""
        raise NotImplementedError

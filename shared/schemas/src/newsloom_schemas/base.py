"""What every value and every event on the wire has in common."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from newsloom_schemas.types import EventId


class Value(BaseModel):
    """An immutable value. Unknown fields are ignored, so that an old reader survives a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, hide_input_in_errors=True)


class Event(Value):
    """A fact that has happened, named in the past tense.

    `EVENT_TYPE` is the CloudEvents type; it carries the major version, as the class name does.
    `event_id` is deterministic: the same fact always has the same id, so a repeat can be recognised.
    """

    EVENT_TYPE: ClassVar[str]

    event_id: EventId

    @property
    def record_key(self) -> str:
        """The Kafka key: records of one key stay in order."""
        raise NotImplementedError

    @property
    def subject(self) -> str:
        """What the event is about (CloudEvents `subject`): the id of the article."""
        raise NotImplementedError

"""Settings from files: `X_FILE` names the file that holds the value of `X`, as secrets are mounted."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

SUFFIX = "_FILE"
MOST_BYTES = 1024 * 1024


class ValuesInFiles(PydanticBaseSettingsSource):
    """Reads the files of every setting of a class. A setting whose own name ends in `_FILE` is left alone."""

    def __init__(self, settings: type[BaseSettings], environment: Mapping[str, str] | None = None) -> None:
        super().__init__(settings)
        self._environment = os.environ if environment is None else environment

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One setting's value, or None. Raises ValueError, which names the variable and never the content."""
        return _value(variable_of(self.settings_cls, field, field_name), self._environment), field_name, False

    def __call__(self) -> dict[str, Any]:
        own = {variable_of(self.settings_cls, field, name) for name, field in self._fields()}
        found: dict[str, Any] = {}
        for name, field in self._fields():
            variable = variable_of(self.settings_cls, field, name)
            if variable + SUFFIX in own:
                continue
            value = _value(variable, self._environment)
            if value is not None:
                found[name] = value
        return found

    def _fields(self) -> Iterator[tuple[str, FieldInfo]]:
        yield from self.settings_cls.model_fields.items()


def variable_of(settings: type[BaseSettings], field: FieldInfo, name: str) -> str:
    """The variable that this setting is read from."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices | AliasPath):
        raise TypeError(f"{name} must be read from one variable")
    return alias or f"{settings.model_config.get('env_prefix', '')}{name}".upper()


def _value(variable: str, environment: Mapping[str, str]) -> str | None:
    path = environment.get(variable + SUFFIX, "")
    if not path:
        return None
    if environment.get(variable):
        raise ValueError(f"set either {variable} or {variable}{SUFFIX}, not both")
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"correct {variable}{SUFFIX}: {path} cannot be read ({type(error).__name__})"
        ) from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"correct {variable}{SUFFIX}: {path} is longer than {MOST_BYTES} bytes")
    return text

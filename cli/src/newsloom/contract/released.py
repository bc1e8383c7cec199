"""The frozen contract, shipped in newsloom_schemas: `released/<name>/v<N>.json` and examples beside it."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from newsloom.contract.versions import EventVersion

Schema = dict[str, Any]


@dataclass(frozen=True)
class Released:
    """The folder of frozen versions. Reading it needs no model: it is what strangers were given."""

    root: Path

    def path(self, version: EventVersion) -> Path:
        """Where the snapshot of a version lies."""
        return self.root / version.name / f"v{version.version}.json"

    def schema(self, version: EventVersion) -> Schema | None:
        """The frozen JSON Schema of a version; None when it was not released."""
        path = self.path(version)
        return json.loads(path.read_bytes()) if path.is_file() else None

    def examples(self, version: EventVersion) -> dict[str, Any]:
        """The examples of a version by the name of their file: whole records, in the files' order."""
        folder = self.path(version).with_suffix("") / "examples"
        return {path.name: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def shipped() -> Released:
    """The frozen versions of the newsloom_schemas that is installed."""
    return Released(Path(str(files("newsloom_schemas"))) / "released")

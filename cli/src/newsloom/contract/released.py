"""The frozen contract, shipped in newsloom_schemas: `released/<name>/v<N>.json` and examples beside it.

`released/index.json` is written by `newsloom schemas freeze` alone. What it lists is released, with the
digest that it was released with: so an edited snapshot or example shows itself.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from newsloom.contract.versions import EventVersion

Schema = dict[str, Any]


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopicFacts(_Listed):
    """What others rely on of a topic; `events` are names without version.

    `since` is the version of the package that first carried it; "" when it is not frozen.
    """

    key: str
    events: tuple[str, ...]
    partitions: int
    compacted: bool
    retention_ms: int
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    since: str = ""


class FrozenVersion(_Listed):
    """`since` is the version of the package that first carried it; the rest are digests."""

    since: str
    schema_digest: str
    examples: dict[str, str]


class Index(_Listed):
    """Everything that is released. Versions are written as in `article.submitted@v1`."""

    versions: dict[str, FrozenVersion] = {}
    topics: dict[str, TopicFacts] = {}

    def frozen(self) -> dict[EventVersion, FrozenVersion]:
        return {EventVersion.parse(text): frozen for text, frozen in self.versions.items()}


@dataclass(frozen=True)
class Released:
    """The folder of frozen versions. Reading it needs no model: it is what strangers were given."""

    root: Path

    @property
    def index_path(self) -> Path:
        return self.root / "index.json"

    def index(self) -> Index:
        """What is released; nothing when there is no index yet."""
        path = self.index_path
        return Index.model_validate_json(path.read_bytes()) if path.is_file() else Index()

    def path(self, version: EventVersion) -> Path:
        """Where the snapshot of a version lies."""
        return self.root / version.name / f"v{version.version}.json"

    def schema(self, version: EventVersion) -> Schema | None:
        """The frozen JSON Schema of a version; None when there is none."""
        path = self.path(version)
        return json.loads(path.read_bytes()) if path.is_file() else None

    def examples(self, version: EventVersion) -> dict[str, Any]:
        """The examples of a version by the name of their file: whole records, in the files' order."""
        folder = self.path(version).with_suffix("") / "examples"
        return {path.name: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}

    def files(self) -> tuple[str, ...]:
        """Every file, by its path in the folder."""
        return tuple(
            sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())
        )


def shipped() -> Released:
    """The frozen versions of the newsloom_schemas that is installed."""
    return Released(Path(str(files("newsloom_schemas"))) / "released")


def digest(value: Any) -> str:
    """The digest of a JSON value: the same for the same value, however it is indented."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

"""Where the local stack keeps its things: the `.newsloom` folder of the checkout, or NEWSLOOM_HOME."""

import contextlib
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsloom_runtime.whole_files import write_whole


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folder of one stack. Two stacks never share one; everything of a stack lies inside it."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def stack_file(self) -> Path:
        return self.root / "stack.json"

    @property
    def dev_key_file(self) -> Path:
        return self.root / "dev.key"

    @property
    def canary_key_file(self) -> Path:
        return self.root / "canary.key"

    @property
    def keys_file(self) -> Path:
        return self.root / "keys.json"

    @property
    def sources_file(self) -> Path:
        """The registered sources. Nobody writes it but its user, and it need not be there."""
        return self.root / "sources.toml"

    def log_file(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def prepare(self) -> None:
        """Create the folders, readable by their owner only: the logs and data may hold unpublished news."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.data, self.logs, self.run):
            folder.mkdir(exist_ok=True, mode=0o700)

    def stack_id(self) -> str:
        """The random mark that every process of this stack carries in its environment."""
        path = self.run / "id"
        with contextlib.suppress(FileNotFoundError):
            if text := path.read_text().strip():
                return text
        write_whole(path, secrets.token_hex(16))
        return path.read_text().strip()


def find_home(environment: Mapping[str, str], cwd: Path) -> Home:
    """NEWSLOOM_HOME when set, else `.newsloom` of the checkout around `cwd`, else of `cwd` itself."""
    if chosen := environment.get("NEWSLOOM_HOME"):
        return Home(root=Path(chosen).expanduser().absolute())
    for folder in (cwd, *cwd.parents):
        if (folder / "docker-compose.yml").is_file() or _is_workspace(folder / "pyproject.toml"):
            return Home(root=folder / ".newsloom")
    return Home(root=cwd / ".newsloom")


def _is_workspace(pyproject: Path) -> bool:
    try:
        tables = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return "workspace" in tables.get("tool", {}).get("uv", {})

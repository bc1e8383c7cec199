"""The user of a job, from MONGO_USERNAME and MONGO_PASSWORD or the file that MONGO_PASSWORD_FILE names."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def credentials(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the driver is to be told, apart from the address; nothing without a name. May raise OSError."""
    variables = os.environ if environment is None else environment
    username = variables.get("MONGO_USERNAME", "")
    if not username:
        return {}
    path = variables.get("MONGO_PASSWORD_FILE", "")
    password = Path(path).read_text(encoding="utf-8").strip() if path else variables.get("MONGO_PASSWORD", "")
    return {"username": username, "password": password}

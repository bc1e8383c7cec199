"""Writes the dashboards that Grafana imports (`make docs`)."""

import sys
from pathlib import Path

from deploy.grafana.source.files import files


def main(folder: Path) -> None:
    """Write each dashboard into the folder."""
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

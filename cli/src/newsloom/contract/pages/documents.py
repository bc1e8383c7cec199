"""The documents about events as texts; as a program it writes those of the repository (`make docs`)."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from newsloom.contract.pages import html, markdown
from newsloom.contract.pages.source import here, published
from newsloom_schemas.asyncapi import Deployment, Published, document

IN_REPOSITORY = html.Places(
    schemas="../shared/schemas/src/newsloom_schemas/released/", asyncapi="asyncapi.json"
)


def docs() -> Mapping[str, str]:
    """The generated files of the folder `docs`, by name."""
    versions, deployment = published(), here()
    return {
        "events.md": markdown.page(versions),
        "asyncapi.json": asyncapi(versions, deployment),
        "catalogue.html": html.page(versions, IN_REPOSITORY, version=deployment.version),
    }


def asyncapi(versions: tuple[Published, ...], deployment: Deployment) -> str:
    """The AsyncAPI document as text."""
    return json.dumps(document(versions, deployment), ensure_ascii=False, indent=2) + "\n"


def main(folder: Path) -> None:
    """Write the generated files of the folder `docs`."""
    for name, text in docs().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

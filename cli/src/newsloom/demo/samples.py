"""The samples as deliveries, story by story, in the order in which the stories were told."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsloom.deliveries import Delivery, from_file
from newsloom.errors import CommandError, Exit

NO_TIME = datetime.max.replace(tzinfo=UTC)  # pages carry no time; each of them follows a story's reports


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One file of the samples. `headline` is for people who watch."""

    path: str
    story: str
    headline: str
    published_at: datetime
    revision: int
    delivery: Delivery


def read_stories(folder: Path) -> list[list[Sample]]:
    """The samples of each story in the order of their publication. CommandError when they are damaged."""
    try:
        stories = json.loads((folder / "stories.json").read_text(encoding="utf-8"))
        return [
            sorted(
                (_sample(folder, name, entry["path"]) for entry in files),
                key=lambda sample: (sample.published_at, sample.revision),
            )
            for name, files in stories.items()
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"the samples in {folder} are damaged: {error}",
            fix="restore the folder, for example with `git checkout samples`",
            code=Exit.USAGE,
        ) from error


def _sample(folder: Path, story: str, path: str) -> Sample:
    file = folder / path
    delivery = from_file(file, source=file.parent.name, asked="auto")
    if delivery.form == "page":
        return Sample(
            path=path,
            story=story,
            headline=first_long_line(delivery.body.decode()),
            published_at=NO_TIME,
            revision=int(delivery.options["revision"]),
            delivery=delivery,
        )
    body = json.loads(delivery.body)
    return Sample(
        path=path,
        story=story,
        headline=body["headline"],
        published_at=datetime.fromisoformat(body["published_at"]) if "published_at" in body else NO_TIME,
        revision=body["revision"],
        delivery=delivery,
    )


def first_long_line(text: str) -> str:
    """A page's headline as far as the demo needs it: the first line that is more than a section's name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if len(line.split()) >= 4), lines[0] if lines else "")

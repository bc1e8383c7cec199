"""Whoever built on a schema that was once published reads what is written today: git remembers them all."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from newsloom_schemas import EVENTS, examples
from newsloom_schemas.codec import dump

ROOT = Path(__file__).parents[2]
RELEASED = "shared/schemas/src/newsloom_schemas/released"


def git(*arguments: str, said: bytes = b"") -> bytes:
    """What git answers; skips where there is no history to look into, as in an unpacked archive."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, input=said, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        pytest.skip(f"the history cannot be read here: {failure}")
    return done.stdout


def published() -> Iterator[tuple[str, str]]:
    """Each text that any released schema ever had: the type of the event, and the id of the blob."""
    changes = git("log", "--raw", "--no-abbrev", "--format=", "--", f"{RELEASED}/*/v*.json").decode()
    for change in sorted(set(changes.splitlines())):
        told, _, path = change.partition("\t")
        name, file = path.removeprefix(f"{RELEASED}/").split("/", 1)
        if "/" not in file and set(blob := told.split()[3]) != {"0"}:
            yield f"newsloom.{name}.{file.removesuffix('.json')}", blob


def texts(blobs: list[str]) -> Mapping[str, bytes]:
    """The contents of blobs, asked for at once."""
    answer = git("cat-file", "--batch", said="\n".join(blobs).encode() + b"\n")
    found: dict[str, bytes] = {}
    while answer:
        head, _, rest = answer.partition(b"\n")
        blob, _, size = head.decode().split()
        found[blob], answer = rest[: int(size)], rest[int(size) + 1 :]
    return found


def test_what_we_write_today_fits_every_schema_that_its_version_was_ever_published_with() -> None:
    ever = sorted(set(published()))
    content = texts([blob for _, blob in ever])
    for event_type, blob in ever:
        judge = Draft202012Validator(json.loads(content[blob]))
        for example in examples(event_type):
            written = dump(EVENTS[event_type].model_validate_json(example.record.value))
            assert judge.is_valid(json.loads(written)), (event_type, blob, example.name)


def test_the_history_knows_every_released_version() -> None:
    """Or the test above looks at nothing. A version that is not committed yet is not released."""
    committed = git("ls-tree", "-r", "--name-only", "HEAD", RELEASED).decode().splitlines()
    versions = [path for path in committed if Path(path).name.startswith("v")]
    assert {event_type for event_type, _ in published()} >= {
        f"newsloom.{Path(path).parent.name}.{Path(path).stem}" for path in versions
    }
    assert versions

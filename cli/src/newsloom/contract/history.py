"""The contract at a revision of git: what was frozen then; before the first freeze, what its models said."""

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from newsloom.contract import old_models
from newsloom.contract.released import Released, TopicFacts
from newsloom.contract.state import Contract, frozen_contract
from newsloom.contract.versions import EventVersion
from newsloom.errors import CommandError, Exit

SECONDS = 60


def contract_at(released: Released, revision: str) -> Contract:
    """The contract as a revision of the checkout around `released` has it.

    CommandError without git, outside a checkout, for an unknown revision, and for one without a contract.
    """
    package = released.root.parent
    commit = _commit(package, revision)
    with TemporaryDirectory(prefix="newsloom-contract-") as place:
        _unpack(package, commit, revision, Path(place))
        then = Released(Path(place) / package.name / released.root.name)
        return frozen_contract(then) if then.index_path.is_file() else _of_models(Path(place), revision)


def _commit(package: Path, revision: str) -> str:
    if _git(package, "rev-parse", "--git-dir").returncode != 0:
        raise CommandError(
            f"{package} is in no git checkout", fix="run it in a checkout of newsloom", code=Exit.USAGE
        )
    found = _git(package, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        raise CommandError(
            f"git knows no revision {revision}",
            fix="name a commit, branch or tag, such as HEAD~1; fetch it first in a shallow clone",
            code=Exit.USAGE,
        )
    return found.stdout.decode().strip()


def _unpack(package: Path, commit: str, revision: str, place: Path) -> None:
    packed = _git(package.parent, "archive", "--format=tar", commit, package.name)
    if packed.returncode != 0:
        raise _no_contract(revision)
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(place, filter="data")


def _of_models(place: Path, revision: str) -> Contract:
    """Asked of a process of its own: this one has today's models."""
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    asked = subprocess.run(
        [sys.executable, "-P", old_models.__file__, str(place)],
        capture_output=True,
        env=environment,
        check=False,
        timeout=SECONDS,
    )
    if asked.returncode != 0:
        raise _no_contract(revision)
    told = json.loads(asked.stdout)
    versions = {EventVersion.of_type(event_type): schema for event_type, schema in told["schemas"].items()}
    return Contract(
        frozen=False,
        schemas={version: schema for version, schema in versions.items() if version},
        examples={},
        topics={name: TopicFacts.model_validate(facts) for name, facts in told["topics"].items()},
    )


def _no_contract(revision: str) -> CommandError:
    return CommandError(
        f"{revision} has no event contract that can be read",
        fix="choose a later revision: git log --oneline -- shared/schemas",
        code=Exit.USAGE,
    )


def _git(folder: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, check=False, timeout=SECONDS
        )
    except FileNotFoundError as error:
        raise CommandError(
            "git is not installed", fix="install git; only diff needs it", code=Exit.USAGE
        ) from error

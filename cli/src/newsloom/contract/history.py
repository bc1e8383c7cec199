"""The frozen contract at a revision of git."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from newsloom.contract.released import Released
from newsloom.errors import CommandError, Exit

GIT_SECONDS = 60


@contextmanager
def at_revision(released: Released, revision: str) -> Iterator[Released]:
    """The folder of frozen versions as a revision has it, in a place of its own while the block runs.

    CommandError without git, outside a checkout, for an unknown revision, and for one without the folder.
    """
    package = released.root.parent
    commit = _commit(package, revision)
    with TemporaryDirectory(prefix="newsloom-released-") as place:
        packed = _git(package, "archive", "--format=tar", commit, released.root.name)
        if packed.returncode != 0:
            raise CommandError(
                f"no contract was frozen yet at {revision}",
                fix=f"choose a revision since the first freeze: git log --oneline -- {released.root}",
                code=Exit.USAGE,
            )
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(place, filter="data")
        yield Released(Path(place) / released.root.name)


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


def _git(folder: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, check=False, timeout=GIT_SECONDS
        )
    except FileNotFoundError as error:
        raise CommandError(
            "git is not installed", fix="install git; only diff needs it", code=Exit.USAGE
        ) from error

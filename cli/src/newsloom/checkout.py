"""The checkout that the command runs in: the place of the samples and of the benchmarks."""

from pathlib import Path

from newsloom.errors import CommandError, Exit


def find_in_checkout(name: str, *, mark: str, start: Path) -> Path:
    """The folder `name` of the checkout around `start`, else of the one this command was installed from.

    `mark` is a file that the right folder holds. CommandError when there is none.
    """
    installed_from = Path(__file__).resolve().parents[3]
    for folder in (start, *start.parents, installed_from):
        if (folder / name / mark).is_file():
            return folder / name
    raise CommandError(
        f"no folder `{name}` with {mark} was found around {start}",
        fix="run the command inside a checkout of newsloom",
        code=Exit.USAGE,
    )

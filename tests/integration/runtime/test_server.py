"""What a process takes of the system before it serves."""

import subprocess
import sys

SCRIPT = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {hard}))
from newsloom_runtime.server import raise_open_files
raise_open_files(4_000)
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def limits_after(hard: int) -> list[int]:
    """The soft and the hard limit of a process that was started with 64 open files."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(hard=hard)], capture_output=True, text=True, check=True
    )
    return [int(word) for word in done.stdout.split()]


def test_a_process_takes_the_open_files_it_wants() -> None:
    assert limits_after(hard=4_096) == [4_000, 4_096]


def test_a_process_takes_no_more_than_it_may() -> None:
    assert limits_after(hard=512) == [512, 512]

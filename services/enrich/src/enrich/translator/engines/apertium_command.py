"""Apertium as the command of its Debian packages: one process for many sentences."""

import asyncio
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from enrich.translator.engines.marks import without_marks
from enrich.translator.languages import iso_639_3
from enrich.translator.ports import BadAnswer, EngineAway, Pair, PairNotServed, Rendered
from enrich.translator.sentence import Keep

MODES: Final = Path("/usr/share/apertium/modes")
MAX_ANSWER_BYTES: Final = 1024 * 1024
_MODEL_FILE: Final = re.compile(r"'([^']+)'")
# Passes through as a tag does, ends a sentence, and tells where the next answer begins.
_BETWEEN: Final = '<p id="newsloom"/>'


class ApertiumCommand:
    """`apertium -f html eng-spa`. A pair that is packaged broken exits with 0 and says nothing."""

    name: Final = "apertium"
    keep: Final = Keep("<apertium-notrans>", "</apertium-notrans>")
    has_markup: Final = True
    leaves_the_house: Final = False

    def __init__(self, *, timeout: float, command: str = "apertium", modes: Path = MODES) -> None:
        self._timeout = timeout
        self._command = command
        self._modes = modes

    def supposed(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        """What is installed: nothing has to answer for that."""
        if shutil.which(self._command) is None:
            return frozenset()
        return frozenset(pair for pair in wanted if self._mode_file(pair).is_file())

    async def served(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        return await asyncio.to_thread(self.supposed, frozenset(wanted))

    async def version(self, pair: Pair) -> str:
        """A digest of the pair's model files: their package's version is not told by the command."""
        return await asyncio.to_thread(self._fingerprint, pair)

    async def close(self) -> None:
        """It keeps nothing open."""

    async def translate(self, pair: Pair, sentences: Sequence[str]) -> Sequence[Rendered]:
        if not self._mode_file(pair).is_file():
            raise PairNotServed(f"apertium has no {_mode(pair)}: install apertium-{_mode(pair)}")
        answer = await self._run(_mode(pair), _BETWEEN.join(sentences))
        if not answer.strip():
            return [Rendered(html="") for _ in sentences]
        answers = answer.split(_BETWEEN)
        if len(answers) != len(sentences):
            raise BadAnswer("its answer has another number of sentences")
        return [without_marks(*both) for both in zip(sentences, answers, strict=True)]

    async def _run(self, mode: str, text: str) -> str:
        with tempfile.TemporaryFile() as given:
            given.write(text.encode())
            given.seek(0)
            process = await asyncio.to_thread(self._started, mode, given)
            reading = asyncio.create_task(asyncio.to_thread(_answer_of, process))
            try:
                async with asyncio.timeout(self._timeout):
                    return _decoded(*await asyncio.shield(reading))
            except TimeoutError:
                raise EngineAway(f"no whole answer within {self._timeout:g} s", hung=True) from None
            finally:
                await _ended(process, reading)

    def _started(self, mode: str, given: IO[bytes]) -> subprocess.Popen[bytes]:
        """With a file and a pipe of the system's: the script opens /dev/stdin and /dev/stdout by name, which
        the event loop's own subprocesses do not allow, because uvloop gives them sockets."""
        try:
            return subprocess.Popen(  # noqa: S603 - the command is a setting, the mode one of our codes
                [self._command, "-f", "html", mode],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise EngineAway(f"the command does not start ({type(error).__name__})") from None

    def _mode_file(self, pair: Pair) -> Path:
        return self._modes / f"{_mode(pair)}.mode"

    def _fingerprint(self, pair: Pair) -> str:
        digest = hashlib.sha256()
        try:
            for name in _MODEL_FILE.findall(self._mode_file(pair).read_text()):
                status = Path(name).stat()
                digest.update(f"{name} {status.st_size} {int(status.st_mtime)}\n".encode())
        except OSError:
            return "unknown"
        return digest.hexdigest()[:8]


def _mode(pair: Pair) -> str:
    return f"{iso_639_3(pair.source)}-{iso_639_3(pair.target)}"


def _answer_of(process: subprocess.Popen[bytes]) -> tuple[bytes, int]:
    """What the command writes, no more than an answer may have, and its exit code. Ends when it is killed."""
    assert process.stdout is not None  # noqa: S101 - opened as a pipe
    with process.stdout:
        raw = process.stdout.read(MAX_ANSWER_BYTES + 1)
    if len(raw) > MAX_ANSWER_BYTES:
        _kill(process)
    return raw, process.wait()


async def _ended(process: subprocess.Popen[bytes], reading: asyncio.Task[tuple[bytes, int]]) -> None:
    """Nothing of it is left, nor the thread that reads from it."""
    if not reading.done():
        _kill(process)
    await asyncio.wait({reading})


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The command is a shell script with a pipeline: when it has to go, then the whole of it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _decoded(raw: bytes, code: int) -> str:
    if len(raw) > MAX_ANSWER_BYTES:
        raise BadAnswer(f"its answer is larger than {MAX_ANSWER_BYTES} bytes")
    if code:
        raise EngineAway(f"the command ends with {code}")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise BadAnswer("its answer is not UTF-8") from None

"""Firefox's on-device models through fxtranslate: compiled, in this process, without a network.

Models come from a folder in which each pair has a folder of its own, as `fxtranslate models add` leaves them.
A pair without a model of its own goes through English.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any, Final

from enrich.translator.ports import BadAnswer, EngineAway, Pair, PairNotServed, Rendered
from enrich.translator.sentence import NOTHING

PIVOT: Final = "en"
INSTALL: Final = "install fxtranslate, for example by `pip install enrich[firefox]`"


class EngineFailed(Exception):
    """The compiled engine gave up; the message is its own."""


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what the engine raises into EngineFailed: a panic of compiled code is no ordinary exception."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        raise EngineFailed(str(error)[:200]) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise EngineFailed("it panicked") from None


@dataclass(frozen=True, slots=True)
class _Model:
    """The steps of one pair, one or two translators, and a digest of their files."""

    steps: tuple[Any, ...]
    version: str

    def translate_all(self, texts: Sequence[str]) -> list[str]:
        with failures_told():
            return [self._translate(text) for text in texts]

    def _translate(self, text: str) -> str:
        for step in self.steps:
            text = step.translate(text)
        return text


class Firefox:
    """Loads a model when a pair is first asked for, and keeps it. One sentence at a time on one thread."""

    name: Final = "firefox"
    keep: Final = NOTHING
    has_markup: Final = False
    leaves_the_house: Final = False

    def __init__(self, models: Path | None, *, timeout: float, download: bool = False) -> None:
        """`models` is the folder; None is the one where fxtranslate itself keeps them."""
        self._folder = models or _usual_folder()
        self._timeout = timeout
        self._download = download
        self._models: dict[Pair, _Model] = {}
        self._turn = asyncio.Lock()

    def supposed(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        """What lies on the disk; with downloads allowed, everything until it is tried."""
        if not _installed():
            return frozenset()
        return frozenset(pair for pair in wanted if self._download or self._steps(pair))

    async def served(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        return await asyncio.to_thread(self.supposed, frozenset(wanted))

    async def version(self, pair: Pair) -> str:
        return (await self._model(pair)).version

    async def close(self) -> None:
        """It keeps nothing open."""

    async def translate(self, pair: Pair, sentences: Sequence[str]) -> Sequence[Rendered]:
        model = await self._model(pair)
        texts = [unescape(sentence) for sentence in sentences]
        try:
            async with asyncio.timeout(self._timeout), self._turn:
                answers = await asyncio.to_thread(model.translate_all, texts)
        except TimeoutError:
            raise EngineAway(f"no whole answer within {self._timeout:g} s", hung=True) from None
        except EngineFailed as error:
            raise BadAnswer(f"its model fails ({error})") from None
        return [Rendered(html=escape(answer, quote=False)) for answer in answers]

    async def _model(self, pair: Pair) -> _Model:
        async with self._turn:
            if pair not in self._models:
                self._models[pair] = await asyncio.to_thread(self._load, pair)
            return self._models[pair]

    def _load(self, pair: Pair) -> _Model:
        if not _installed():
            raise PairNotServed(INSTALL)
        steps = self._steps(pair)
        if steps:
            return _joined([_from_files(self._folder / f"{step.source}-{step.target}") for step in steps])
        if not self._download:
            raise PairNotServed(
                f"model not available: {pair.source}-{pair.target} is not in {self._folder};"
                f" add it with `fxtranslate models add {pair.source} {pair.target}`"
            )
        return _downloaded(pair, self._folder)

    def _steps(self, pair: Pair) -> tuple[Pair, ...]:
        """The pair itself, or the two halves through English; nothing when files are missing."""
        if self._has(pair):
            return (pair,)
        halves = (Pair(pair.source, PIVOT), Pair(PIVOT, pair.target))
        return halves if PIVOT not in pair and all(map(self._has, halves)) else ()

    def _has(self, pair: Pair) -> bool:
        folder = self._folder / f"{pair.source}-{pair.target}"
        return any(folder.glob("model*")) and any(folder.glob("*vocab*"))


def _installed() -> bool:
    try:
        import fxtranslate  # noqa: F401 - whether it is there is the question
    except ImportError:
        return False
    return True


def _usual_folder() -> Path:
    if not _installed():
        return Path()
    from fxtranslate import Cache

    return Path(Cache().root)


def _joined(models: Sequence[_Model]) -> _Model:
    steps = tuple(step for model in models for step in model.steps)
    return _Model(steps, "+".join(model.version for model in models))


def _from_files(folder: Path) -> _Model:
    """Raises PairNotServed for files that are no model: cut off, or of another format."""
    from fxtranslate import Translator

    model, lexicon = _file(folder, "model*"), _file(folder, "lex*")
    source, target = _file(folder, "srcvocab*", "vocab*"), _file(folder, "trgvocab*", "vocab*")
    if model is None or source is None or target is None:
        raise PairNotServed(f"model not available: {folder} lacks the model or its vocabulary")
    try:
        with failures_told():
            translator = Translator(model, source, target, lexicon)
    except EngineFailed as error:
        raise PairNotServed(f"model not available: {folder} holds no usable model ({error})") from None
    return _Model((translator,), hashlib.sha256(model).hexdigest()[:8])


def _file(folder: Path, *patterns: str) -> bytes | None:
    found = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    path = next(found, None)
    return path.read_bytes() if path is not None else None


def _downloaded(pair: Pair, folder: Path) -> _Model:
    from fxtranslate import Translator

    try:
        with failures_told():
            translator = Translator.load(pair.source, pair.target, str(folder))
    except EngineFailed as error:
        raise PairNotServed(
            f"model not available: {pair.source}-{pair.target} could not be had ({error})"
        ) from None
    return _Model((translator,), "downloaded")

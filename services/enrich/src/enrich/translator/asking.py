"""Sentences translated: by an editor's word, from the memory, else by the first engine that can."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from enrich.translator.board import Board
from enrich.translator.checks import checked, fault
from enrich.translator.keys import EDITOR, editors_key, sentence_key
from enrich.translator.languages import foreign
from enrich.translator.placing import bare, enclosing, placed, spans
from enrich.translator.ports import (
    BadAnswer,
    Engine,
    EngineAway,
    Entry,
    Memory,
    Meter,
    Pair,
    PairNotServed,
    Remembered,
    plain,
)
from enrich.translator.sentence import BrokenMarkup, Sentence, parse

MAX_SENTENCE_CHARS: Final = 3_000
CHUNK_CHARS: Final = 4_000
CHUNK_SENTENCES: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A sentence in the other language and where it comes from; `engine` may be `editor`."""

    sentence: Sentence
    engine: str
    version: str
    unknown_words: int = 0


@dataclass(slots=True)
class Asked:
    """Answers by the HTML of their sentence, and what went wrong on the way.

    `away` tells that an engine could not be asked and may be later, `bad` that one answered nonsense.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    away: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    withheld: bool = False
    article_id: str = ""

    def missing(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        unique = {sentence.to_html(): sentence for sentence in sentences}
        return [sentence for html, sentence in unique.items() if html not in self.answers]


class Asker:
    """Asks memory and engines. `at_once` bounds the requests that one process has under way."""

    def __init__(self, board: Board, memory: Memory, meter: Meter, *, at_once: int) -> None:
        self._board = board
        self._memory = memory
        self._meter = meter
        self._lanes = asyncio.Semaphore(at_once)

    async def translate(
        self, pair: Pair, sentences: Sequence[Sentence], *, article_id: str, inside_only: bool = False
    ) -> Asked:
        """Whatever can be had now. With `inside_only` no text leaves the house."""
        asked = Asked(article_id=article_id)
        await self._recall_editor(pair, asked.missing(sentences), asked)
        engines = self._board.engines(pair, inside_only=inside_only)
        asked.withheld = inside_only and len(engines) < len(self._board.engines(pair))
        for engine in engines:
            if missing := asked.missing(sentences):
                await self._recall(engine, pair, missing, asked)
        self._meter.sentences("memory", len(asked.answers))
        for engine in engines:
            if missing := [each for each in asked.missing(sentences) if len(each.text) <= MAX_SENTENCE_CHARS]:
                await self._ask(engine, pair, missing, asked)
        return asked

    # --- the memory ---

    async def _recall_editor(self, pair: Pair, missing: Sequence[Sentence], asked: Asked) -> None:
        """An editor's words win. Given for the plain text, they serve the sentence with tags too."""
        exact = {editors_key(pair, each.to_html()): each for each in missing}
        bared = {editors_key(pair, bare(each).to_html()): each for each in missing if each.tags}
        found = await self._memory.recall([*exact, *bared])
        for key, remembered in found.items():
            source = exact.get(key) or bared[key]
            given = _read(remembered)
            if given is not None and source.to_html() not in asked.answers:
                sentence = given if key in exact else enclosing(source, given.text)
                asked.answers[source.to_html()] = Answer(sentence=sentence, engine=EDITOR, version="")
        self._meter.sentences(EDITOR, len(asked.answers))

    async def _recall(self, engine: Engine, pair: Pair, missing: Sequence[Sentence], asked: Asked) -> None:
        version = await self._board.version(engine, pair)
        if version is None:
            return
        keys = {sentence_key(pair, engine.name, version, each.to_html()): each for each in missing}
        found = await self._memory.recall(list(keys))
        await self._memory.use(list(found), article_id=asked.article_id)
        for key, remembered in found.items():
            sentence = _read(remembered)
            # Which names are protected may have changed since.
            if sentence is not None and fault(keys[key], sentence) is None:
                asked.answers[keys[key].to_html()] = Answer(
                    sentence=sentence,
                    engine=engine.name,
                    version=version,
                    unknown_words=remembered.unknown_words,
                )

    # --- the engines ---

    async def _ask(self, engine: Engine, pair: Pair, missing: Sequence[Sentence], asked: Asked) -> None:
        chunks = _chunks(missing)
        await asyncio.gather(*(self._chunk(engine, pair, chunk, asked) for chunk in chunks))

    async def _chunk(self, engine: Engine, pair: Pair, chunk: Sequence[Sentence], asked: Asked) -> None:
        """Some sentences; remembered at once, so that an attempt that is cut short was not for nothing."""
        try:
            async with self._lanes:
                if off := self._board.off(engine, pair):
                    raise EngineAway(off)
                began = perf_counter()
                fresh = await self._answers(engine, pair, chunk, asked)
                self._meter.engine_took(engine.name, perf_counter() - began)
            if wrong := _foreign(pair, fresh, chunk):
                raise BadAnswer(wrong)
        except (EngineAway, BadAnswer) as error:
            self._fail(engine, pair, error, asked)
        except PairNotServed as error:
            self._board.broken(engine, pair, str(error))
            asked.bad.append(f"{engine.name}: {error}")
        else:
            self._board.succeeded(engine, pair)
            await self._take(engine, pair, fresh, asked)

    async def _take(
        self, engine: Engine, pair: Pair, fresh: Mapping[str, tuple[Sentence, int]], asked: Asked
    ) -> None:
        version = await self._board.version(engine, pair)
        if version is None or not fresh:
            return
        for html, (sentence, unknown) in fresh.items():
            asked.answers[html] = Answer(
                sentence=sentence, engine=engine.name, version=version, unknown_words=unknown
            )
        self._meter.sentences("engine", len(fresh))
        await self._keep(engine, pair, version, fresh, asked.article_id)

    async def _answers(
        self, engine: Engine, pair: Pair, chunk: Sequence[Sentence], asked: Asked
    ) -> dict[str, tuple[Sentence, int]]:
        marked = [each for each in chunk if engine.has_markup or not each.tags]
        found: dict[str, tuple[Sentence, int]] = {}
        rest = [each for each in chunk if each.tags and not engine.has_markup]
        rendered = (
            await engine.translate(pair, [each.to_html(engine.keep) for each in marked]) if marked else ()
        )
        if len(marked) > 1 and not any(each.html.strip() for each in rendered):
            raise BadAnswer("the answer is empty")
        for source, each in zip(marked, rendered, strict=True):
            sentence = checked(source, each.html, engine.keep)
            if isinstance(sentence, Sentence):
                found[source.to_html()] = sentence, each.unknown_words
            elif source.tags:
                rest.append(source)
            else:
                asked.faults.append(f"{engine.name}: {sentence}")
        for source in rest:
            found |= await self._without_tags(engine, pair, source, asked)
        return found

    async def _without_tags(
        self, engine: Engine, pair: Pair, source: Sentence, asked: Asked
    ) -> dict[str, tuple[Sentence, int]]:
        """The plain sentence and the words inside its tags translated, and the tags put around these."""
        inside = spans(source)
        if inside is None:
            asked.faults.append(f"{engine.name}: tags stand inside each other")
            return {}
        whole = bare(source).to_html()
        words = [each.to_html() for each in inside.values()]
        first, *others = await engine.translate(pair, [whole, *words])
        try:
            texts = {tag: parse(each.html).text for tag, each in zip(inside, others, strict=True)}
            sentence = placed(parse(first.html), texts)
        except BrokenMarkup:
            sentence = None
        wrong = "an inline tag found no place" if sentence is None else fault(source, sentence)
        if sentence is None or wrong is not None:
            asked.faults.append(f"{engine.name}: {wrong}")
            return {}
        return {source.to_html(): (sentence, first.unknown_words)}

    def _fail(self, engine: Engine, pair: Pair, error: EngineAway | BadAnswer, asked: Asked) -> None:
        away = isinstance(error, EngineAway)
        if self._board.off(engine, pair) is None:
            self._board.failed(engine, pair, error)
            self._meter.engine_failed(engine.name, "away" if away else "bad_answer")
        (asked.away if away else asked.bad).append(f"{engine.name}: {error}")

    async def _keep(
        self,
        engine: Engine,
        pair: Pair,
        version: str,
        fresh: Mapping[str, tuple[Sentence, int]],
        article_id: str,
    ) -> None:
        entries = {
            sentence_key(pair, engine.name, version, html): Entry(
                html=sentence.to_html(), unknown_words=unknown
            )
            for html, (sentence, unknown) in fresh.items()
        }
        await self._memory.keep(entries, engine=f"{engine.name} {pair} {version}", article_id=article_id)


def _read(remembered: Remembered) -> Sentence | None:
    try:
        return parse(remembered.html)
    except BrokenMarkup:
        return None


def _foreign(
    pair: Pair, fresh: Mapping[str, tuple[Sentence, int]], missing: Sequence[Sentence]
) -> str | None:
    if not fresh:
        return None
    originals = plain(each for each in missing if each.to_html() in fresh)
    return foreign(originals, plain(sentence for sentence, _ in fresh.values()), *pair)


def _chunks(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    chunk, size = list[Sentence](), 0
    for sentence in sentences:
        length = len(sentence.text)
        if chunk and (size + length > CHUNK_CHARS or len(chunk) >= CHUNK_SENTENCES):
            yield chunk
            chunk, size = [], 0
        chunk.append(sentence)
        size += length
    if chunk:
        yield chunk

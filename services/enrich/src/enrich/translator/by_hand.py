"""The translator by hand: try an engine, see what engines can, teach the memory. `newsloom translate`."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from enrich.settings import Settings
from enrich.translator.asking import Asked, Asker
from enrich.translator.board import Board
from enrich.translator.engines.registry import engines_of
from enrich.translator.keys import editors_key
from enrich.translator.learning import Lesson, Unlearnable, lessons_in, remembered
from enrich.translator.lookout import Trials
from enrich.translator.markup import Cut, cut, cut_line
from enrich.translator.ports import Engine, Pair, Remembered
from enrich.translator.protection import protected
from enrich.translator.sentence import Sentence
from newsloom_store import MongoTranslations, StoreError

OK, NOT_TRANSLATED, USAGE, NOT_RUNNING = 0, 1, 2, 3


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 done, 1 not (wholly) translated, 2 wrong usage, 3 MongoDB cannot be reached."""
    options = _options(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the result
    try:
        return asyncio.run(_run(options))
    except Unlearnable as error:
        _say(f"error: {error}")
        return USAGE
    except ValidationError as error:
        _say("error: " + "; ".join(each["msg"] for each in error.errors(include_input=False)))
        return USAGE
    except StoreError as error:
        _say(f"error: {error}")
        return NOT_RUNNING


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="newsloom translate")
    parser.add_argument("text", nargs="?", help="the text; - reads it from stdin")
    parser.add_argument("--from", dest="source", default="en")
    parser.add_argument("--to", dest="target", default="es")
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--html", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--engines", action="store_true")
    parser.add_argument("--remember", nargs=2)
    parser.add_argument("--forget")
    parser.add_argument("--learn", type=Path)
    return parser.parse_args(arguments)


async def _run(options: argparse.Namespace) -> int:
    settings = Settings(translate_engines=tuple(options.engine)) if options.engine else Settings()
    pair = Pair(options.source, options.target)
    if options.remember:
        return await _teach(settings, remembered(pair, [Lesson(*options.remember)]))
    if options.learn:
        lessons = lessons_in(options.learn.name, options.learn.read_bytes(), pair)
        return await _teach(settings, remembered(pair, lessons))
    if options.forget:
        return await _unteach(settings, pair, options.forget)
    engines = engines_of(settings)
    try:
        if options.engines:
            return await _show_engines(settings, engines, as_json=options.json)
        return await _translate(settings, engines, pair, options)
    finally:
        await asyncio.gather(*(engine.close() for engine in engines))


async def _teach(settings: Settings, entries: Mapping[str, str]) -> int:
    async with _store(settings) as store:
        await store.ensure_indexes()
        await store.sentences.teach(entries, by="editor")
    _say(f"{len(entries)} sentence(s) remembered in an editor's words")
    return OK


async def _unteach(settings: Settings, pair: Pair, text: str) -> int:
    keys = [editors_key(pair, sentence.to_html()) for sentence in cut(text, "und").sentences]
    async with _store(settings) as store:
        forgotten = await store.sentences.unteach(keys)
    _say(f"{forgotten} sentence(s) forgotten")
    return OK if forgotten else NOT_TRANSLATED


def _store(settings: Settings) -> Any:
    return MongoTranslations.connected(
        settings.mongo, database=settings.mongo_database, driver=settings.mongo_driver
    )


async def _show_engines(settings: Settings, engines: Sequence[Engine], *, as_json: bool) -> int:
    wanted = [Pair(s, t) for s in settings.languages for t in settings.translate_to if s != t]
    board = Board(engines, wanted, clock=time.monotonic, order=settings.order)
    await Trials(board, engines, seconds=time.monotonic).look()
    report = board.report()
    if as_json:
        lines = [{"engine": name, "pair": str(pair), "state": said} for name, pair, said in report]
        sys.stdout.write(json.dumps(lines, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{name:14}  {pair!s:8}  {said}\n" for name, pair, said in report)
    if not report:
        _say("no engine serves any pair: install apertium, add a model, or set an engine's address")
    return OK if any(said == "works" for _, _, said in report) else NOT_TRANSLATED


async def _translate(
    settings: Settings, engines: Sequence[Engine], pair: Pair, options: argparse.Namespace
) -> int:
    text = sys.stdin.read() if options.text in (None, "-") else options.text
    whole = cut(text, pair.source) if options.html else cut_line(text, pair.source)
    board = Board(engines, [pair], clock=time.monotonic)
    sentences = [protected(sentence, tuple(options.name)) for sentence in whole.sentences]
    asker = Asker(board, NoMemory(), NoMeter(), at_once=settings.translate_at_once)
    started = time.monotonic()
    asked = await asker.translate(pair, sentences, article_id="")
    seconds = time.monotonic() - started
    if not board.engines(pair) and not asked.answers:
        _say(f"error: {board.why_not(pair)}")
        return NOT_TRANSLATED
    _show(whole, sentences, asked, seconds, options)
    return OK if not asked.missing(sentences) else NOT_TRANSLATED


def _show(
    whole: Cut, sentences: Sequence[Sentence], asked: Asked, seconds: float, options: argparse.Namespace
) -> None:
    answers = [asked.answers.get(each.to_html()) for each in sentences]
    rendered = whole.render(
        [answer.sentence if answer else each for answer, each in zip(answers, sentences, strict=True)]
    )
    text = rendered if options.html else unescape(rendered)
    made = sorted({f"{answer.engine} {answer.version}" for answer in answers if answer})
    unknown = sum(answer.unknown_words for answer in answers if answer)
    missing = sum(answer is None for answer in answers)
    problems = [*asked.away, *asked.bad, *asked.faults]
    if options.json:
        document = {
            "text": text, "engines": made, "seconds": round(seconds, 3), "sentences": len(sentences),
            "not_translated": missing, "unknown_words": unknown, "problems": problems,
        }  # fmt: skip
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    sys.stdout.write(text + "\n")
    _say(
        f"{', '.join(made) or 'no engine'}; {len(sentences)} sentence(s) in {seconds:.2f} s,"
        f" {missing} left in the original, {unknown} unknown word(s)"
    )
    for problem in dict.fromkeys(problems):
        _say(f"  {problem}")


class NoMemory:
    """Trying an engine asks the engine."""

    async def recall(self, keys: Sequence[str]) -> Mapping[str, Remembered]:
        return {}

    async def keep(self, sentences: Mapping[str, Remembered], *, engine: str, article_id: str) -> None: ...

    async def use(self, keys: Sequence[str], *, article_id: str) -> None: ...


class NoMeter:
    """Nothing is counted."""

    def translation(self, status: str) -> None: ...

    def sentences(self, origin: str, count: int) -> None: ...

    def engine_failed(self, engine: str, kind: str) -> None: ...

    def engine_took(self, engine: str, seconds: float) -> None: ...


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")

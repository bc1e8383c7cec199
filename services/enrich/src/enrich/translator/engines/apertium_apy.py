"""Apertium over HTTP: a running apertium-apy."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from enrich.translator.engines.http import HttpAsker
from enrich.translator.engines.marks import without_marks
from enrich.translator.languages import iso_639_3
from enrich.translator.ports import BadAnswer, Pair, Rendered
from enrich.translator.sentence import Keep

# Pairs of its distribution that work; others are tried only when the service lists them.
KNOWN_TO_WORK: Final = frozenset(
    Pair(*pair.split("-")) for pair in ("en-es", "es-en", "es-ca", "fr-ca", "fr-es", "en-ca")
)
AT_ONCE: Final = 4


class ApertiumApy:
    """One request a sentence, a few at a time."""

    name: Final = "apertium"
    keep: Final = Keep("<apertium-notrans>", "</apertium-notrans>")
    has_markup: Final = True
    leaves_the_house: Final = False

    def __init__(self, asker: HttpAsker) -> None:
        self._asker = asker
        self._lanes = asyncio.Semaphore(AT_ONCE)

    def supposed(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        """Those known to work; when none of them is wanted, it has to be asked about all."""
        return (frozenset(wanted) & KNOWN_TO_WORK) or frozenset(wanted)

    async def served(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        listed = _data(await self._asker.get("/listPairs"))
        if not isinstance(listed, list):
            raise BadAnswer("its list of pairs is none")
        known = {
            (item.get("sourceLanguage"), item.get("targetLanguage"))
            for item in listed
            if isinstance(item, dict)
        }
        return frozenset(pair for pair in wanted if _codes(pair) in known)

    async def version(self, pair: Pair) -> str:
        """The service does not tell versions."""
        return "apy"

    async def close(self) -> None:
        await self._asker.close()

    async def translate(self, pair: Pair, sentences: Sequence[str]) -> Sequence[Rendered]:
        return await asyncio.gather(*(self._one(pair, sentence) for sentence in sentences))

    async def _one(self, pair: Pair, sentence: str) -> Rendered:
        form = {"langpair": "|".join(_codes(pair)), "q": sentence, "format": "html", "markUnknown": "yes"}
        async with self._lanes:
            answer = _data(await self._asker.post("/translate", data=form))
        text = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            raise BadAnswer("its answer holds no translation")
        return without_marks(sentence, text)


def _codes(pair: Pair) -> tuple[str, str]:
    return iso_639_3(pair.source), iso_639_3(pair.target)


def _data(answer: Any) -> Any:
    if not isinstance(answer, dict) or answer.get("responseStatus") != 200:
        raise BadAnswer("it reports an error inside its answer")
    return answer.get("responseData")

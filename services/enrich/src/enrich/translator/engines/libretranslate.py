"""LibreTranslate over HTTP."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from enrich.translator.engines.http import HttpAsker
from enrich.translator.ports import BadAnswer, Pair, PairNotServed, Rendered
from enrich.translator.sentence import Keep


class LibreTranslate:
    """One request for many sentences. `key` is sent when the service wants one."""

    name: Final = "libretranslate"
    keep: Final = Keep('<span translate="no">', "</span>")
    has_markup: Final = True
    leaves_the_house: Final = False

    def __init__(self, asker: HttpAsker, *, key: str = "") -> None:
        self._asker = asker
        self._key = {"api_key": key} if key else {}

    def supposed(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        return frozenset(wanted)

    async def served(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        listed = await self._asker.get("/languages")
        if not isinstance(listed, list):
            raise BadAnswer("its list of languages is none")
        targets = {item.get("code"): _targets(item) for item in listed if isinstance(item, dict)}
        return frozenset(pair for pair in wanted if pair.target in targets.get(pair.source, ()))

    async def version(self, pair: Pair) -> str:
        """From its own description of itself; `unknown` when it has none."""
        try:
            described = await self._asker.get("/spec")
        except (BadAnswer, PairNotServed):
            return "unknown"
        info = described.get("info") if isinstance(described, dict) else None
        version = info.get("version") if isinstance(info, dict) else None
        return str(version)[:40] if version else "unknown"

    async def close(self) -> None:
        await self._asker.close()

    async def translate(self, pair: Pair, sentences: Sequence[str]) -> Sequence[Rendered]:
        body = {"q": list(sentences), "source": pair.source, "target": pair.target, "format": "html"}
        answer = await self._asker.post("/translate", json=body | self._key)
        texts = answer.get("translatedText") if isinstance(answer, dict) else None
        if isinstance(answer, dict) and "error" in answer:
            raise BadAnswer("it reports an error inside its answer")
        if not isinstance(texts, list) or len(texts) != len(sentences):
            raise BadAnswer("its answer has another number of sentences")
        if not all(isinstance(text, str) for text in texts):
            raise BadAnswer("its answer holds no translation")
        return [Rendered(html=text) for text in texts]


def _targets(item: dict[str, Any]) -> frozenset[str]:
    targets = item.get("targets")
    return frozenset(targets) if isinstance(targets, list) else frozenset()

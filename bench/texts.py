"""Articles to measure with: Russian, of a real article's length, made of the samples' own sentences."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.system import ROOT
from newsloom_schemas.text import plain_text

SOURCE = "bench"
CHARS = 3_400  # the median of a news site's articles
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[«А-ЯЁ])")
_NUMBER = re.compile(r"\d+")
_FIRST = datetime(2026, 11, 1, tzinfo=UTC)
SECTIONS = ("Мир", "Экономика", "Общество", "Спорт")


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Sentences and headlines to make articles of."""

    headlines: tuple[str, ...]
    sentences: tuple[str, ...]


def read_corpus(folder: Path = ROOT / "samples" / "articles" / "kursor") -> Corpus:
    """The Russian samples, taken apart into sentences."""
    bodies = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    texts = [body.get("body_text") or plain_text(body["body_html"]) for body in bodies]
    paragraphs = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    sentences = [sentence for paragraph in paragraphs for sentence in _SENTENCE_END.split(paragraph)]
    return Corpus(headlines=tuple(body["headline"] for body in bodies), sentences=tuple(sentences))


def read_labelled(folder: Path = ROOT / "tests" / "gold" / "articles" / "ru") -> Corpus:
    """The Russian articles of the evaluation, of all desks: more words than the samples have."""
    articles = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    sentences = [sentence for article in articles for paragraph in article["body"] for sentence in paragraph]
    return Corpus(headlines=tuple(article["headline"] for article in articles), sentences=tuple(sentences))


def everything_russian() -> Corpus:
    """Samples and labelled articles together."""
    first, second = read_corpus(), read_labelled()
    return Corpus(
        headlines=(*first.headlines, *second.headlines), sentences=(*first.sentences, *second.sentences)
    )


def submissions(corpus: Corpus, count: int, *, prefix: str, chars: int = CHARS) -> Iterator[dict[str, Any]]:
    """So many different submissions, the same in every run; each is newer than the one before."""
    chance = random.Random(prefix)
    for number in range(count):
        yield {
            "external_id": f"{prefix}-{number:06d}",
            "revision": 1,
            "headline": _varied(chance.choice(corpus.headlines), chance),
            "lead": _varied(chance.choice(corpus.sentences), chance),
            "body_text": _body(corpus.sentences, chance, chars),
            "language": "ru",
            "section": chance.choice(SECTIONS),
            "published_at": (_FIRST + timedelta(seconds=number)).isoformat(),
        }


def _body(sentences: Sequence[str], chance: random.Random, chars: int) -> str:
    paragraphs: list[str] = []
    length = 0
    while length < chars:
        paragraph = " ".join(_varied(chance.choice(sentences), chance) for _ in range(3))
        paragraphs.append(paragraph)
        length += len(paragraph)
    return "\n\n".join(paragraphs)


def _varied(text: str, chance: random.Random) -> str:
    """Other numbers in the same words, so that no two articles are alike."""
    return _NUMBER.sub(lambda found: str(chance.randrange(1, 10 ** min(len(found[0]), 4) + 1)), text)

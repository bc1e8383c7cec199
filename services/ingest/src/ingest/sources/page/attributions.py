"""The agencies and papers that a text quotes. They stay in it: what they reported is the story."""

import re
from collections.abc import Iterable

from ingest.sources.page.phrases import AGENCIES, UNNAMED_MEDIA

_SHORTEST_WORD = 4  # "ap" and "efe" are names only in capitals; "reuters" begins with one
_CASE_ENDING = "(?:ом|ам|ах|ем|у|а|е|ы|и|і)?"
# Beside such a word a name is a source; without one it may be the subject of the story.
_REPORTING = re.compile(
    r"\b(?:сообщ|цитир|пиш[еу]|написал|переда[ёеюлв]|рассказ|заяв|утвержд|отмеча|ссылк|ссыла|данны|информац|интервью|агентств"
    r"|повідом|цит|пише|написал|переда|розпов|заяв|стверд|зазнач|посилан|дани[мх]|інформ|інтерв|агентс|розмов"
    r"|said|says|told|report|according|citing|cited|quot|wrote|writes|announc|interview|confirm|news agency"
    r"|dij|inform|según|contó|cit|declar|asegur|report|public|explic|entrevist|agencia)",
    re.IGNORECASE,
)


def find_attributions(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """The quoted sources in the order in which they first appear, each as it is written there."""
    found: dict[str, str] = {}
    for paragraph in paragraphs:
        reporting = _REPORTING.search(paragraph) is not None
        for name in _NAMES.finditer(paragraph):
            if _is_written_as_name(name[0]) and (reporting or _in_brackets(name)):
                found.setdefault(name["name"].casefold(), name[0])
    return tuple(found.values())


def _in_brackets(name: re.Match[str]) -> bool:
    """ "KYIV, Nov 12 (AFP)": the dateline alone says whose copy it is."""
    start, end = name.span()
    return name.string[max(start - 1, 0) : start] == "(" and name.string[end : end + 1] == ")"


def _is_written_as_name(word: str) -> bool:
    return word.isupper() or (len(word) >= _SHORTEST_WORD and word[0].isupper())


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    name = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<![\w.-])(?P<name>{name}){_CASE_ENDING}(?![\w-]|\.\w)", re.IGNORECASE)


_NAMES = _pattern(AGENCIES - UNNAMED_MEDIA)

"""Reading how a line opens ("Earlier, X reported that ..."): who, which verb, where the rest begins."""

import re
from dataclasses import dataclass

_MOST_WORDS = 16
_OF_THAT = re.compile(r"^(?:о том|об этом|про те|про це),?\s(?:что|що)\s", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENERS = _words("напомним нагадаємо как як as como según вспомним recordamos recall")
_ADVERBS = _words(
    "ранее раніше earlier previously before already anteriormente previamente antes ya уже вже прежде"
)
_TRUE_ADVERBS = _ADVERBS - _words("уже вже already ya before antes") | _words("antes before")
_HELPERS = _words("было be been has had have was were it ha había se и")
_LASTING = _words(
    """писал писала писало писали сообщал сообщала сообщало сообщали рассказывал рассказывала рассказывали
    информировал информировала информировали публиковал публиковала публиковали
    писав писала писало писали повідомляв повідомляла повідомляло повідомляли розповідав розповідала
    розповідали інформував інформувала інформували публікував публікувала публікували
    reported wrote published covered informó publicó contó escribió reportó informaba"""
)
_ONCE = _words(
    """написал написала написали сообщил сообщила сообщило сообщили рассказал рассказала рассказали
    написав написала написали повідомив повідомила повідомило повідомили розповів розповіла розповіли
    written"""
)
_PLURAL = _words("informamos publicamos contamos escribimos reportamos informábamos explicamos")
_PASSIVE = _words("сообщалось писалось повідомлялось повідомлялося писалося informado publicado")
_THAT = _words("что що that que")
_ABOUT = _words("о об про on about how как як sobre де где")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who is said to have written what. `lasting` verbs (писал) are how outlets speak of themselves."""

    subject: tuple[str, ...]
    adverb: bool
    opener: bool
    lasting: bool
    impersonal: bool
    first_person: bool
    text: str


def read_claim(line: str) -> Claim | None:
    """The claim that opens a line; None when the line does not begin with one."""
    reading = _Reading()
    for number, found in enumerate(_TOKEN.finditer(line[:400])):
        start = reading.step(found)
        if start is not None:
            return reading.claim(_OF_THAT.sub("", line[start:].strip(), count=1))
        if number >= _MOST_WORDS or reading.broken:
            break
    return None


class _Reading:
    """Word by word: openers, adverbs and verbs are known, whatever else comes is the subject."""

    def __init__(self) -> None:
        self.broken = False
        self._subject: list[str] = []
        self._seen: set[str] = set()
        self._verb: str | None = None
        self._comma_at: int | None = None

    def step(self, found: re.Match[str]) -> int | None:
        """Takes one word; the place where what was written begins, once it is known."""
        word = found[0]
        bare = word.strip(",.:;").casefold()
        if self._verb is not None and (start := self._link(found, bare)) is not None:
            return start
        self.broken = word[-1] in ".!?…;" and len(bare) > 2
        self._classify(word, bare)
        if self._verb is None:
            return None
        if word[-1] == ":":
            return found.end()
        self._comma_at = found.end() if word[-1] == "," else None
        return None

    def _link(self, found: re.Match[str], bare: str) -> int | None:
        if bare in _THAT:
            return found.end()
        if bare in _ABOUT:
            return found.start()
        if bare in ("de",) or bare in _ADVERBS:
            return None
        return self._comma_at

    def _classify(self, word: str, bare: str) -> None:
        if bare in _OPENERS and not self._subject:
            self._seen.add("opener")
        elif bare in _ADVERBS:
            self._seen |= {"adverb"} if bare in _TRUE_ADVERBS else set()
        elif self._verb is None and bare in _LASTING | _ONCE | _PLURAL | _PASSIVE:
            self._verb = bare
        elif bare not in _HELPERS and bare != "de":
            self._subject.append(word.rstrip(",:;"))

    def claim(self, text: str) -> Claim:
        verb = self._verb or ""
        return Claim(
            subject=tuple(self._subject),
            adverb="adverb" in self._seen,
            opener="opener" in self._seen,
            lasting=verb in _LASTING | _PLURAL,
            impersonal=verb in _PASSIVE or not self._subject,
            first_person=verb in _PLURAL,
            text=text,
        )

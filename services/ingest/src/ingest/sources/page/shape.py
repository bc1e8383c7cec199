"""Telling titles, sentences and repetitions apart by their form alone, whatever the language."""

import re

TITLE_CHARS = 200
SECTION_CHARS = 40
SECTION_WORDS = 5

_CLOSERS = "\"'»”“’)]› "
_QUOTES = re.compile("[\"'«»„“”‘’‹›`]")
_DASHES = re.compile("[‐‑‒–—−]")
_SENTENCE_BREAK = re.compile(r"[.!?…][»”\"')]*\s+(?=[«“\"'(¿¡]*[^\W\d_a-zа-яіїєґ])")
_DATELINE = re.compile(r"^[^\W\d_a-zа-яіїєґ][^.!?]{0,60}?(?:\([^)]{2,30}\)\s*)?\s[—–-]{1,2}\s")


def _ending(line: str) -> str:
    return line[-TITLE_CHARS:].rstrip(_CLOSERS)[-1:]


def is_title(line: str) -> bool:
    """Short and not closed like a sentence; a question or an exclamation may be a title."""
    return len(line) <= TITLE_CHARS and _ending(line) not in (".", "…", ",", ":", ";")


def may_be_headline(line: str) -> bool:
    """A title, or one that trails off: headlines like to end in an ellipsis."""
    return is_title(line) or (len(line) <= TITLE_CHARS and (_ending(line) == "…" or "..." in line[-6:]))


def is_sentence(line: str) -> bool:
    """Prose: too long for a title, or closed like a sentence."""
    return not is_title(line)


def is_section_size(line: str) -> bool:
    """Short enough to be the name of a section rather than a headline."""
    return (
        len(line) <= SECTION_CHARS and len(line.split()) <= SECTION_WORDS and _ending(line) not in ("?", "!")
    )


def sentence_count(line: str) -> int:
    """How many sentences a paragraph has, roughly; an abbreviation before a name may count as an end."""
    return 1 + len(_SENTENCE_BREAK.findall(line))


def has_dateline(line: str) -> bool:
    """Begins "KYIV, Nov 12 (Reuters) - ": news copy starts here, so it is not a stand-first."""
    found = _DATELINE.match(line[:120])
    return found is not None and found[0].split(",")[0].split("(")[0].strip(" —–-").isupper()


def sameness(line: str) -> str:
    """Equal for two copies of one sentence that differ in quotes, dashes, case, spaces or final dots."""
    bare = _DASHES.sub("-", _QUOTES.sub("", line))
    return " ".join(bare.casefold().split()).rstrip(".… ")

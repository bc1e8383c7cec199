"""What an answer must keep of its sentence; whatever does not is not published."""

from typing import Final

from enrich.translator.sentence import BrokenMarkup, Keep, Sentence, parse

# The longest that a translation gets beside its original; beyond it an engine is repeating itself.
LONGER: Final = 4
LONGER_BY: Final = 60
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def checked(source: Sentence, answer: str, keep: Keep) -> Sentence | str:
    """The translated sentence, or why it cannot stand for its original."""
    try:
        translated = parse(answer, keep)
    except BrokenMarkup as broken:
        return f"the markup is broken: {broken}"
    return fault(source, translated) or translated


def fault(source: Sentence, translated: Sentence) -> str | None:
    """What a translation has lost of its original, None when nothing."""
    text = translated.text
    if source.has_words and not translated.has_words:
        return "the answer is empty"
    if sorted(translated.tags) != sorted(source.tags):
        return "an inline tag was lost or invented"
    if any(source.within(tag).strip() and not translated.within(tag).strip() for tag in source.tags):
        return "an inline tag lost its text"
    if translated.digits != source.digits:
        return "the digits are not those of the original"
    if any(text.count(name) < source.fixed.count(name) for name in source.fixed):
        return "a protected name was changed"
    if len(text) > LONGER * len(source.text) + LONGER_BY:
        return "the answer is far too long"
    if _REPLACEMENT in text and _REPLACEMENT not in source.text:
        return "the answer holds broken characters"
    return None

"""Whatever the clipboard added is taken away here, so that every later rule sees plain lines."""

import re
import unicodedata

# Soft hyphen, zero-width marks, direction marks and overrides, word joiner, BOM; lone surrogates
# cannot be stored and control characters are never text.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc]"
    "|[\ud800-\udfff]"
    "|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
# A zero-width joiner holds emoji together, but inside a word it is only a leftover.
_JOINER_AT_A_LETTER = re.compile(r"(?<=\w)\u200d|\u200d(?=\w)|^\u200d+", re.MULTILINE)
_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
# Normalising the whole text would be quadratic on a flood of combining marks: compose letter by letter.
_DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}")


def clean_lines(text: str) -> tuple[str, ...]:
    """The lines that carry text, composed (NFC for letters), with single plain spaces."""
    visible = _JOINER_AT_A_LETTER.sub("", _INVISIBLE.sub("", text))
    composed = _DECOMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), visible)
    lines = (" ".join(line.split()) for line in _LINE_END.split(composed))
    return tuple(line for line in lines if line)

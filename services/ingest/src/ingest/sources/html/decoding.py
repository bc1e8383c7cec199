"""From the bytes of a saved page to text, by what the page itself says of its encoding."""

import codecs
import re
from typing import Final

from ingest.refusal import Refused

_LOOKED_AT: Final = 4096  # bytes; browsers look at 1,024 and saved pages have a comment before
_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# By Python's own names. Encodings in which `<` can hide are not among them.
_TAKEN: Final = frozenset(
    """
    utf-8 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u cp866 mac-cyrillic
    iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-7 iso8859-9 iso8859-10 iso8859-13 iso8859-15
    gbk gb18030 big5 euc_jp shift_jis euc_kr
    """.split()
)
_AS_BROWSERS_DO: Final = {"iso8859-1": "cp1252", "ascii": "cp1252"}


def decode_page(raw: bytes) -> str:
    """The page as text. Raises Refused: `empty-body`, `not-utf8`."""
    if not raw.strip():
        raise Refused("empty-body", "send the saved page in the body of the request")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decoded(raw[len(mark) :], encoding)
    # A script that read the file as text has sent UTF-8, whatever the page says. Text in an older
    # encoding is never valid UTF-8 by chance, once it has a few letters outside ASCII.
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _decoded(raw, _declared(raw))


def _declared(raw: bytes) -> str:
    found = _DECLARED.search(raw[:_LOOKED_AT])
    if found is None:
        raise Refused(
            "not-utf8", 'save the page as UTF-8, or let it name its encoding: <meta charset="windows-1251">'
        )
    try:
        name = codecs.lookup(found[1].decode()).name
    except LookupError:
        raise Refused("not-utf8", "save the page as UTF-8: the encoding that it names is not known") from None
    encoding = _AS_BROWSERS_DO.get(name, name)
    if encoding not in _TAKEN:
        raise Refused("not-utf8", "save the page as UTF-8: the encoding that it names is not taken")
    return encoding


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(
            "not-utf8", "save the page as UTF-8: its bytes are not in the encoding it names"
        ) from None

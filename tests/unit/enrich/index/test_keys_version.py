"""An index on disk is only used with the keys that it was made of."""

from enrich.index.postings import term_hash
from enrich.index.wording import wording_of
from enrich.index_keys import KEYS_VERSION
from enrich.linguistics.skeleton import name_keys
from tests.unit.enrich.index.test_numbers import values

NAMES = ("Владимир Зеленский", "Whitehead", "Íñigo Larrea", "Міністерство освіти", "Дж. Уильямс", "Ñuble")
TEXT = "Балкер доставил в порт 31 500 тонн кукурузы, а ремонт причалов обошелся городу в 64 млн евро. " * 2
# When this test fails, raise KEYS_VERSION and put the new number in: old files are then read no more.
MADE_BY = {"6": 5266488739007333378}


def test_other_keys_need_another_version() -> None:
    wording = wording_of(TEXT)
    keys = (*map(name_keys, NAMES), *values(TEXT), wording and wording.bins.hex())
    assert {KEYS_VERSION: term_hash(repr(keys))} == MADE_BY

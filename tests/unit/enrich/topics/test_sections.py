"""A newsroom's own sections are taken at their word; a file that cannot be used says what to mend."""

from pathlib import Path

import pytest

from enrich.topics.sections import SectionMap, SectionMapInvalid
from enrich.topics.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load()
SOCCER, SPORT = "20001065", "15000000"


def load(folder: Path, text: str) -> SectionMap:
    file = folder / "sections.toml"
    file.write_text(text, encoding="utf-8")
    return SectionMap.load(VOCABULARY, file)


def test_the_shipped_map_is_a_cue_for_every_source() -> None:
    declared = SectionMap.load(VOCABULARY).declared("kursor", ("  СПОРТ ", "Иное"))
    assert declared.likely == {SPORT}
    assert declared.certain == frozenset()


def test_a_source_s_own_line_is_certain_and_for_that_source_only(tmp_path: Path) -> None:
    sections = load(tmp_path, '[kursor]\n"Поле" = "medtop:20001065"\n')
    assert sections.declared("kursor", ("поле",)).certain == {SOCCER}
    assert sections.declared("meridian", ("поле",)).any == frozenset()


def test_an_own_file_adds_to_the_shipped_map(tmp_path: Path) -> None:
    sections = load(tmp_path, '["*"]\n"the pitch" = "20001065"\n')
    assert sections.declared("meridian", ("The Pitch", "sport")).likely == {SOCCER, SPORT}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[kursor]\n"Поле" = "medtop:99999999"\n', "no IPTC Media Topic"),
        ('[kursor\n"Поле" = 1', "not TOML"),
        ('"Поле" = "medtop:20001065"\n', "no table"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_mend(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SectionMapInvalid, match=says):
        load(tmp_path, text)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SectionMapInvalid, match="check the path"):
        SectionMap.load(VOCABULARY, tmp_path / "none.toml")

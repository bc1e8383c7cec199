"""The file of registered sources, as the jobs that make topics read it."""

from pathlib import Path

import pytest

from newsloom_runtime.sources_file import SourcesUnusable, inboxes

SECRET = "a-secret-that-nobody-may-see"


def test_each_source_with_an_inbox_has_a_topic_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("[harbour]\ninbox = true\n[river]\ninbox = false\n[hill]\n[dale.ghost]\nsecrets = []\n")
    [topic] = inboxes(file)
    assert (topic.name, topic.partitions, topic.retention_ms) == (
        "editorial-inbox-harbour",
        8,
        30 * 24 * 3_600_000,
    )


def test_no_file_registers_nothing(tmp_path: Path) -> None:
    assert inboxes(None) == inboxes(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    "text",
    [
        f"[Harbour]\nsecret = '{SECRET}'",
        f"harbour = '{SECRET}'",
        f"[harbour\nsecret = '{SECRET}'",
        "[a]\n[a]",
    ],
)
def test_what_cannot_be_used_names_the_fix_and_no_secret(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(text)
    with pytest.raises(SourcesUnusable, match="write") as caught:
        inboxes(file)
    assert SECRET not in str(caught.value)


def test_the_canary_s_source_is_nobody_s_to_register(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("[harbour]\ninbox = true\n[canary]\ninbox = true\n")
    with pytest.raises(SourcesUnusable, match="remove the table"):
        inboxes(file)

"""`newsloom reindex`: the words it is asked with, and the names it shares with enrich."""

import pytest
from typer.testing import CliRunner

from enrich import consumer
from enrich.archive import lane as in_enrich
from enrich.translator import consumer as translator
from newsloom.errors import CommandError, Exit
from newsloom.lanes import LANES
from newsloom.main import build_app
from newsloom.reindex import lane
from newsloom.reindex.running import Saying


def test_the_lanes_have_the_groups_of_enrich() -> None:
    assert lane.GROUP == in_enrich.GROUP
    assert {each.name: each.group for each in LANES} == {
        "live": consumer.GROUP,
        "archive": in_enrich.GROUP,
        "translations": translator.GROUP,
    }


@pytest.mark.parametrize(
    "arguments", [[], ["--since", "7d"], ["--run", "1", "--since", "yesterday", "--kafka", "127.0.0.1:1"]]
)
def test_what_does_not_say_enough_is_wrong_usage(arguments: list[str]) -> None:
    result = CliRunner().invoke(build_app(), ["reindex", *arguments])
    assert isinstance(result.exception, CommandError)
    assert result.exception.code == Exit.USAGE


def test_progress_tells_how_far_it_is_and_always_that_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    saying = Saying(every_s=1000)
    saying.gone_over(1, 10)
    saying.gone_over(10, 10)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("enriched 10 of 10 articles")

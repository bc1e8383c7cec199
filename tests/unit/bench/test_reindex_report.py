"""The measurement of live articles beside a reindex fails when it must."""

from collections.abc import Sequence

from bench.latency import Shot
from bench.reindex import Phase, report


def phase(times: Sequence[float | None], archive: int = 100) -> Phase:
    shots = [Shot(accepted_ms=1.0, visible_ms=time) for time in times]
    return Phase(shots=shots, archive=archive, seconds=10.0)


QUICK = phase([100.0] * 50)


def test_the_two_halves_without_are_one_figure_and_p99_is_compared() -> None:
    told = report([QUICK, phase([200.0] * 50)], phase([300.0] * 100))
    assert (told["milliseconds_without"]["articles"], told["milliseconds_without"]["p99"]) == (100, 200.0)
    assert (told["p99_ratio"], told["archive_articles_per_s"], told["ok"]) == (1.5, 10.0, True)


def test_a_lane_that_stood_still_proves_nothing() -> None:
    assert report([QUICK], phase([100.0] * 50, archive=0))["ok"] is False


def test_a_slow_or_lost_live_article_fails_the_run() -> None:
    assert report([QUICK], phase([501.0] * 50))["ok"] is False
    assert report([QUICK], phase([*[100.0] * 49, None]))["ok"] is False

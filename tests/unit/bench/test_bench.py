"""The measurements measure what they say: the same texts each run, honest quantiles, honest clocks."""

import json
from itertools import islice

import pytest

from bench.backlog import backlog
from bench.enrich import Drained
from bench.enrich import report as enrich_report
from bench.latency import Shot, quantile, report
from bench.machine import read_machine
from bench.texts import read_corpus, submissions
from newsloom_schemas.codec import dump
from newsloom_schemas.submission import Submission


def test_the_texts_are_valid_all_different_and_the_same_in_every_run() -> None:
    first = list(submissions(read_corpus(), 20, prefix="x"))
    assert first == list(submissions(read_corpus(), 20, prefix="x"))
    assert len({text["body_text"] for text in first}) == 20
    for text in first:
        Submission.model_validate_json(json.dumps(text))


def test_the_texts_are_as_long_as_an_article_and_each_newer_than_the_one_before() -> None:
    texts = list(submissions(read_corpus(), 20, prefix="x"))
    assert all(3_400 <= len(text["body_text"]) <= 4_500 for text in texts)
    times = [text["published_at"] for text in texts]
    assert times == sorted(times)


def test_a_backlog_record_is_as_large_as_an_event_of_an_article() -> None:
    sizes = [len(dump(event)) for event in islice(backlog(50), 50)]
    assert 4_000 < sum(sizes) / len(sizes) < 5_500


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)]
)
def test_a_quantile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert quantile([float(number) for number in range(1, 101)], share) == value


def test_an_article_that_was_never_seen_fails_the_run_however_fast_the_others_were() -> None:
    quick = [Shot(accepted_ms=1.0, visible_ms=5.0)] * 99
    assert report(quick, "off")["ok"] is True
    lost = report([*quick, Shot(accepted_ms=1.0, visible_ms=None)], "off")
    assert (lost["ok"], lost["never_seen"]) == (False, 1)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, True),
        ({"slow": 400.0}, False),
        ({"rate": 14.9}, False),
        ({"one_rate": 20.0}, False),
        ({"memory": 800}, False),
    ],
)
def test_language_work_is_judged_by_time_rate_ratio_and_memory(changed: dict[str, float], kept: bool) -> None:
    given = {"slow": 90.0, "rate": 26.0, "one_rate": 14.0, "memory": 420} | changed
    one = Drained(workers=1, articles_per_s=given["one_rate"], cpu_ms=50.0, memory_mb=400)
    two = Drained(workers=2, articles_per_s=given["rate"], cpu_ms=55.0, memory_mb=int(given["memory"]))
    assert enrich_report([50.0] * 9 + [given["slow"]], one, two, {"alone": 1})["ok"] is kept


def test_the_calibration_says_something() -> None:
    assert read_machine().sha256_per_s > 1_000

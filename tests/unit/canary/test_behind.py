"""Lag from offsets alone: exact in records, in seconds never more than there is."""

from canary.behind import SAMPLES, Behind, Ends, Lag
from canary.group_lag import groups_of_the_catalogue
from newsloom_schemas.catalog import INBOX_PREFIX

PLACE = ("articles", 0)
OTHER = ("articles", 1)


def behind() -> Behind:
    return Behind({"enrich": ("articles",)}, inbox_group="ingest-inbox", inbox=INBOX_PREFIX)


def lag(of: Behind, end: int, committed: int | None, now: float) -> Lag:
    at = {} if committed is None else {"enrich": {PLACE: committed}}
    return of.look({PLACE: (0, end)}, at, now)["enrich", "articles"]


def test_a_group_that_has_settled_everything_is_not_behind() -> None:
    assert lag(behind(), 10, 10, 0) == Lag()


def test_the_oldest_record_ages_from_the_look_that_saw_it_first() -> None:
    subject = behind()
    assert lag(subject, 10, 10, 0) == Lag()
    assert lag(subject, 12, 10, 5) == Lag(records=2, seconds=0)
    assert lag(subject, 20, 10, 10) == Lag(records=10, seconds=5)
    assert lag(subject, 20, 11, 20) == Lag(records=9, seconds=15)
    assert lag(subject, 20, 12, 25) == Lag(records=8, seconds=15)  # the next one came at 10
    assert lag(subject, 20, 20, 30) == Lag()


def test_after_a_start_nothing_is_older_than_the_start() -> None:
    subject = behind()
    assert lag(subject, 10, 3, 100) == Lag(records=7, seconds=0)
    assert lag(subject, 10, 3, 160) == Lag(records=7, seconds=60)


def test_a_group_without_a_commit_is_at_the_beginning_of_what_is_kept() -> None:
    found = behind().look({PLACE: (4, 10), OTHER: (0, 5)}, {"enrich": {OTHER: 5}}, 0)
    assert found["enrich", "articles"] == Lag(records=6)


def test_a_commit_below_what_is_kept_or_above_the_end_counts_no_record_that_is_not_there() -> None:
    assert behind().look({PLACE: (8, 10)}, {"enrich": {PLACE: 2}}, 0)["enrich", "articles"].records == 2
    assert lag(behind(), 10, 12, 0) == Lag()


def test_a_topic_made_anew_forgets_what_was_seen_of_the_old_one() -> None:
    subject = behind()
    lag(subject, 50, 10, 0)
    assert lag(subject, 3, 0, 60) == Lag(records=3, seconds=0)


def test_partitions_add_up_in_records_and_the_oldest_counts_in_seconds() -> None:
    subject = behind()
    subject.look({PLACE: (0, 5), OTHER: (0, 1)}, {"enrich": {OTHER: 1}}, 0)
    found = subject.look({PLACE: (0, 5), OTHER: (0, 4)}, {"enrich": {OTHER: 1}}, 30)
    assert found["enrich", "articles"] == Lag(records=8, seconds=30)


def test_every_group_of_the_catalogue_is_told_from_the_first_look_on() -> None:
    reads = groups_of_the_catalogue()
    assert {group for group, topics in reads.items() if topics} == {
        "enrich",
        "enrich-archive",
        "enrich-translator",
        "publish",
        "publish-proofreader",
    }
    found = Behind(reads, inbox_group="ingest-inbox", inbox=INBOX_PREFIX).look({}, {}, 0)
    assert found == dict.fromkeys(
        [
            *((group, topic) for group, topics in reads.items() for topic in topics),
            ("ingest-inbox", "editorial-inbox"),
        ],
        Lag(),
    )


def test_inboxes_count_together_once_their_group_has_come_to_them() -> None:
    """An inbox whose source was never registered is read by nobody; that is no lag of ours."""
    spans = {(f"editorial-inbox-{source}", 0): (0, 4) for source in ("harbour", "river", "nobody")}
    committed = {"ingest-inbox": {("editorial-inbox-harbour", 0): 1, ("editorial-inbox-river", 0): 2}}
    assert behind().look(spans, committed, 0)["ingest-inbox", "editorial-inbox"] == Lag(records=5)


def test_memory_is_bounded_and_an_age_is_still_never_too_high() -> None:
    """Every look of two days brings a record, and the group stands still."""
    ends = Ends()
    for second in range(0, 2 * 86_400, 5):
        ends.see(second // 5 + 1, float(second))
        assert len(ends.samples) <= SAMPLES
    now = 2 * 86_400.0
    for offset in range(0, 2 * 86_400 // 5, 97):
        assert ends.age(offset, now) <= now - offset * 5
    assert ends.age(0, now) == now  # of the oldest, which counts, nothing is lost
    assert ends.age(2 * 86_400 // 5 - 1, now) == 5
    assert ends.age(2 * 86_400 // 5, now) == 0


def test_what_every_group_has_settled_is_forgotten() -> None:
    subject = behind()
    for second in range(0, 600, 5):
        lag(subject, second + 1, second + 1, float(second))
    assert len(subject._ends[PLACE].samples) == 1

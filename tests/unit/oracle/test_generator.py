"""The load is the same for the same seed, and has everything in it that the checks are there for."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

import pytest

from ingest.accept import submitted
from ingest.refusal import Refused
from ingest.sources import Delivery
from ingest.sources.json_submission import read_json
from newsloom_schemas.catalog import EVENTS
from newsloom_schemas.codec import decode_record
from newsloom_schemas.envelope import UndecodableEvent
from tests.oracle.collectors_http import markers_in
from tests.oracle.generator import Generator, Operation, embargo_end, marker, submission, tags
from tests.oracle.generator_bad import BAD_REQUESTS, POISON_FORMS, poison
from tests.oracle.generator_load import identity_of, result_of
from tests.oracle.generator_old import EVENT_TYPE, event_id_of, old_submission
from tests.unit.publish.builders import FixedClock

MANY = 4_000


@cache
def operations(seed: int = 1, number: int = MANY) -> tuple[Operation, ...]:
    return tuple(islice(Generator(seed=seed, prefix="oracle-unit").stream(), number))


def test_the_same_seed_gives_the_same_load() -> None:
    assert operations(3, 500) == operations.__wrapped__(3, 500)
    assert operations(3, 500) != operations(4, 500)


def test_the_load_has_every_kind_of_thing_in_it() -> None:
    load = operations()
    kinds = Counter(each.kind for each in load)
    assert set(kinds) == {"submit", "kill", "tags", "bad", "poison"}
    assert kinds["bad"] > MANY / 200
    assert kinds["poison"] > MANY / 200
    assert any(each.embargo_s for each in load)
    assert any(each.variant for each in load)
    assert any(each.impatient for each in load)
    assert max(Counter((o.source, o.external_id) for o in load if o.kind == "submit").values()) > 20
    assert max(Counter(map(identity_of, load)).values()) > 1, "clients repeat themselves"


def test_an_old_producer_says_some_of_it_and_some_of_that_is_said_through_ingest_too() -> None:
    old = {identity_of(each) for each in operations() if each.old}
    assert len(old) > MANY / 20
    assert any(identity_of(each) in old for each in operations() if not each.old)
    assert any(each.revision > 1 for each in operations() if each.old)


async def test_what_an_old_producer_writes_is_what_ingest_makes_of_the_same_submission() -> None:
    now = datetime(2026, 11, 5, 9, 30, 0, 123_000, tzinfo=UTC)
    for each in (each for each in operations(number=400) if each.old):
        embargo = embargo_end(each, now)
        body = json.dumps(submission(each, embargo)).encode()
        (sent,) = read_json(Delivery(body=body))
        made = await submitted(sent, source=each.source, dialect="json", clock=FixedClock(now))
        record = old_submission(each, embargo, now)
        assert decode_record(record.key, record.value, record.headers) == made
        assert event_id_of(record) == made.event_id
        assert EVENTS[EVENT_TYPE].model_validate_json(record.value).VERSION == 1


def test_revisions_and_kills_come_in_every_order() -> None:
    seen: dict[tuple[str, str], list[Operation]] = {}
    for each in operations():
        if each.kind in ("submit", "kill"):
            seen.setdefault((each.source, each.external_id), []).append(each)
    assert any(each[0].kind == "kill" for each in seen.values()), "a kill before the first revision"
    assert any("kill" in [o.kind for o in each[:-1]] for each in seen.values()), "a revision after the kill"
    revisions = ([o.revision for o in each if o.kind == "submit"] for each in seen.values())
    assert any(numbers != sorted(numbers) for numbers in revisions)


def test_every_text_has_a_marker_of_its_own() -> None:
    texts = {
        identity_of(each): each.marker for each in operations() if each.kind in ("submit", "tags", "bad")
    }
    assert len(set(texts.values())) == len(texts)


def test_a_good_submission_is_taken_and_its_marker_stays_visible() -> None:
    for each in operations(number=200):
        if each.kind != "submit":
            continue
        body = json.dumps(submission(each, None)).encode()
        (taken,) = read_json(Delivery(body=body))
        assert markers_in(taken.headline.encode()) == {each.marker}
        assert taken.revision == each.revision


# What is wrong with the others is their header.
BAD_BODIES = sorted(form for form, bad in BAD_REQUESTS.items() if bad.with_key and 415 not in bad.answers)


@pytest.mark.parametrize("form", BAD_BODIES)
def test_a_bad_request_is_no_submission(form: str) -> None:
    bad = BAD_REQUESTS[form]
    operation = Operation(number=1, kind="bad", source="s", external_id="x", revision=1, marker=marker("x"))
    with pytest.raises(Refused):
        read_json(Delivery(body=bad.body(submission(operation, None))))


@pytest.mark.parametrize("form", sorted(set(POISON_FORMS) - {"wrong-topic"}))
def test_a_poison_record_is_no_event(form: str) -> None:
    record = poison(form, "salt")
    with pytest.raises(UndecodableEvent):
        decode_record(record.key, record.value, record.headers)


def test_an_embargo_ends_at_a_moment_that_the_contract_can_keep() -> None:
    held = Operation(number=1, kind="submit", source="s", external_id="x", embargo_s=2.00049)
    end = embargo_end(held, datetime(2026, 11, 5, 12, 0, 0, 123_456, tzinfo=UTC))
    assert end is not None
    assert end.microsecond % 1000 == 0
    assert end - datetime(2026, 11, 5, 12, 0, 2, tzinfo=UTC) < timedelta(milliseconds=124)
    assert embargo_end(Operation(number=1, kind="submit", source="s"), end) is None


def test_every_edit_names_a_topic() -> None:
    edit = Operation(number=1, kind="tags", source="s", external_id="x", revision=2, marker=marker("x"))
    assert tags(edit)["edit"] == 2
    assert tags(edit)["added"][0]["id"] == "oracle:2"


@pytest.mark.parametrize(
    ("status", "result"),
    [(202, "ok"), (422, "rejected"), (413, "rejected"), (503, "unknown"), (500, "unknown"), (429, "unknown")],
)
def test_what_an_answer_says_of_the_effect(status: int, result: str) -> None:
    assert result_of(status) == result

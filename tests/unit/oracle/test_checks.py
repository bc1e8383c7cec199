"""Every check finds the bad dump that it is there for, and says where it is wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsloom_runtime.records import RawRecord
from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
)
from newsloom_schemas.codec import decode_record
from newsloom_schemas.document import StoredArticleV3
from tests.oracle.checks import smallest
from tests.oracle.checks_facts import Facts
from tests.oracle.checks_outcomes import outcomes
from tests.oracle.collectors import Dump
from tests.oracle.collectors_http import Gone
from tests.oracle.collectors_log import CommitSnapshot
from tests.oracle.collectors_store import Documents
from tests.oracle.generator import Operation, marker
from tests.oracle.record import Asked
from tests.unit.oracle.world import SOURCE, START, World, found, kinds, lived, sighting, without

DOOMED = identity.article_id(SOURCE, "doomed")
CORRECTED = identity.article_id(SOURCE, "corrected")


def with_document(dump: Dump, document: StoredArticleV3) -> Dump:
    models = {**dump.stored, document.article_id: document}
    return replace(dump, documents=Documents(models=models, raw=dump.documents.raw))


def with_topic(dump: Dump, topic: str, records: tuple[RawRecord, ...]) -> Dump:
    return replace(dump, topics={**dump.topics, topic: records})


def test_a_run_that_went_well_has_no_violation() -> None:
    assert found(lived().dump()) == []


def test_every_event_is_counted_in_one_outcome() -> None:
    facts = Facts(lived().dump())
    counted = outcomes(facts)
    assert counted["published"] == 7
    assert counted["killed"] == 5
    assert counted["replayed"] == 1
    assert sum(counted.values()) - counted["dead-lettered"] == len(facts.all) == 17


def test_i1_an_accepted_article_that_no_document_holds_is_lost() -> None:
    dump = lived().dump()
    plain = identity.article_id(SOURCE, "plain")
    models = {key: document for key, document in dump.stored.items() if key != plain}
    violations = found(replace(dump, documents=Documents(models=models, raw={})))
    assert any(each.check == "I1" and "lost" in each.what and plain in each.witness for each in violations)


def test_i1_an_acceptance_without_a_record_was_false() -> None:
    dump = lived().dump()
    records = without(dump.topics[ARTICLES_SUBMITTED.name], lambda record: record.offset == 0)
    wrong = found(with_topic(dump, ARTICLES_SUBMITTED.name, records))
    assert any("no such event lies in articles-submitted" in each.what for each in wrong)


def test_i1_an_unknown_request_may_have_happened_or_not() -> None:
    world = lived()
    world.asked[0].answers[:] = [(world.now.timestamp(), "unknown", 503)]
    assert found(world.dump()) == []
    never = Operation(number=99, kind="submit", source=SOURCE, external_id="never", revision=1, marker="mk0")
    world.asked.append(Asked(operation=never, answers=[(0.0, "unknown", None)]))
    assert found(world.dump()) == []


def test_i1_an_unknown_request_that_happened_must_be_whole() -> None:
    world = lived()
    world.asked[0].answers[:] = [(world.now.timestamp(), "unknown", 503)]
    dump = world.dump()
    article_id = world.asked[0].article_id
    models = {key: document for key, document in dump.stored.items() if key != article_id}
    assert "I1" in kinds(replace(dump, documents=Documents(models=models, raw={})))


def test_i1_a_good_event_among_the_dead_letters_is_misdirected() -> None:
    world = lived()
    world.dead_letter(world.topics[ARTICLES_ENRICHED.name][0], "bug")
    wrong = found(world.dump())
    assert any("misdirected" in each.what for each in wrong)
    assert any("published and dead-lettered" in each.what for each in wrong)


def test_i1_a_conflict_must_be_a_dead_letter() -> None:
    world = lived()
    world.submit("plain", 1, variant=1)
    assert "I1" in kinds(world.dump())
    world.dead_letter(world.topics[ARTICLES_ENRICHED.name][-1], "conflict")
    assert found(world.dump()) == []
    assert outcomes(Facts(world.dump()))["conflict"] == 1


def test_i1_a_document_that_nobody_asked_for() -> None:
    world = lived()
    world.asked = [asked for asked in world.asked if asked.operation.external_id != "plain"]
    assert any("nobody asked for" in each.what for each in found(world.dump()))


def test_i1_a_poison_record_must_be_kept_whole() -> None:
    dump = lived().dump()
    assert any("no dead letter" in e.what for e in found(with_topic(dump, "publish-dlq", ())))
    changed = tuple(record._replace(value=b"repaired") for record in dump.topics["publish-dlq"])
    assert any("bytes were changed" in each.what for each in found(with_topic(dump, "publish-dlq", changed)))


def test_bad_input_must_be_refused_as_the_contract_says() -> None:
    world = lived()
    bad = Operation(number=99, kind="bad", source=SOURCE, form="no-key", marker=marker("bad"))
    world.asked.append(Asked(operation=bad, answers=[(0.0, "rejected", 401)]))
    assert found(world.dump()) == []
    world.asked[-1].answers.append((0.0, "ok", 202))
    assert "bad-input" in kinds(world.dump())


def test_i2_two_states_under_one_version() -> None:
    world = lived()
    published = world.documents[CORRECTED]
    assert published.publication is not None
    other = published.publication.model_copy(update={"language": "ru"})
    world.tell(published.model_copy(update={"publication": other}))
    wrong = [each for each in found(world.dump()) if each.check == "I2"]
    assert any("articles-published" in each.what and CORRECTED in each.witness for each in wrong)
    assert any("of all" in each.what and CORRECTED in each.witness for each in wrong)


def test_i2_a_state_told_again_may_leave_out_what_only_its_first_telling_says() -> None:
    world = lived()
    _, update = world.dump().updates[-1]
    world.append(FEED_UPDATES.name, update.model_copy(update={"accepted_at": START, "source_class": "wire"}))
    assert "I2" not in kinds(world.dump())


def test_i2_a_revision_in_the_history_twice() -> None:
    dump = lived().dump()
    stored = dump.stored[CORRECTED]
    again = stored.history[-1].model_copy(update={"document_version": stored.document_version + 1})
    twice = stored.model_copy(update={"history": (*stored.history, again)})
    assert any("applied twice" in each.what for each in found(with_document(dump, twice)))


def test_i3_a_later_version_with_an_older_revision() -> None:
    world = lived()
    stored = world.documents[CORRECTED]
    assert stored.publication is not None
    older = stored.publication.model_copy(update={"revision": 2})
    fallen = stored.model_copy(update={"publication": older, "document_version": stored.document_version + 1})
    world.documents[CORRECTED] = fallen
    world.tell(fallen)
    assert any("a later version holds an older state" in each.what for each in found(world.dump()))


def test_i3_a_killed_article_that_came_back() -> None:
    world = lived()
    back = world.documents[DOOMED].model_copy(update={"tombstone": None, "document_version": 9})
    dump = with_document(world.dump(), back)
    assert any("not killed in the store" in each.what for each in found(dump))


def test_i3_a_version_that_only_readers_know() -> None:
    world = lived()
    ahead = world.documents[CORRECTED].model_copy(update={"document_version": 50})
    world.tell(ahead)
    assert any("the store does not have" in each.what for each in found(world.dump()))


def test_i4_a_lost_update_leaves_a_reader_with_something_else() -> None:
    dump = lived().dump()
    records = dump.topics[FEED_UPDATES.name]
    last = max(record.offset for record in records if record.key == b"section/sport")
    wrong = found(with_topic(dump, FEED_UPDATES.name, without(records, lambda r: r.offset == last)))
    assert any(each.check == "I4" and "section/sport" in each.witness for each in wrong)


def test_i4_a_live_stream_that_missed_a_frame() -> None:
    world = lived()
    world.frames.pop()
    assert any("live stream of all" in each.what for each in found(world.dump()))


def test_i4_a_page_that_leaves_an_article_out_or_lists_it_twice() -> None:
    feed = f"source/{SOURCE}"
    shown = tuple(key for key, stored in lived().documents.items() if feed in stored.feeds)
    assert found(lived().dump(pages={feed: shown})) == []
    for wrong in (shown[1:], (*shown, shown[0]), (*shown, DOOMED)):
        assert any("the pages of a feed" in each.what for each in found(lived().dump(pages={feed: wrong})))


def test_i4_a_reset_although_the_log_is_whole() -> None:
    assert any("reset" in each.what for each in found(lived().dump(resets=1)))


def test_i4_a_record_that_was_seen_and_is_gone() -> None:
    wrong = found(lived().dump(seen_live={(FEED_UPDATES.name, 0, 10_000): 1.0}))
    assert any("gone from the log" in each.what for each in wrong)


def test_i4_a_zombie_has_the_last_word_in_the_compacted_topic() -> None:
    world = lived()
    first = world.topics[ARTICLES_PUBLISHED.name][1]
    world._append_raw(ARTICLES_PUBLISHED.name, first.key, first.value, first.headers)
    wrong = found(world.dump())
    assert any("is not the stored state" in each.what and CORRECTED in each.witness for each in wrong)


def test_i4_an_article_that_was_never_told() -> None:
    dump = lived().dump()
    plain = identity.article_id(SOURCE, "plain").encode()
    records = without(dump.topics[ARTICLES_PUBLISHED.name], lambda record: record.key == plain)
    assert any("never told" in e.what for e in found(with_topic(dump, ARTICLES_PUBLISHED.name, records)))


def test_i5_the_text_of_a_killed_article_in_an_answer() -> None:
    world = lived()
    word, later = marker("unit", "doomed", 1, 0), world.now + timedelta(seconds=1)
    assert "I5" in kinds(world.dump(sightings=(sighting(word, at=START, asked=later),)))
    assert "I5" not in kinds(world.dump(sightings=(sighting(word, at=START, asked=START),)))


@pytest.mark.parametrize(("seconds", "bad"), [(4, False), (6, True)])
def test_i5_what_is_pushed_has_five_seconds(seconds: int, bad: bool) -> None:
    world = lived()
    later = world.now + timedelta(seconds=seconds)
    world.gone[DOOMED] = Gone(since=world.now.timestamp())
    seen = sighting(marker("unit", "doomed", 1, 0), surface="sse", at=START, asked=later)
    # That the answer itself came this late is another check's business, off in a run with a fault.
    dump = world.dump(sightings=(seen,), healed_at=world.now.timestamp())
    assert ("I5" in kinds(dump)) is bad


def test_i5_a_text_that_the_database_kept() -> None:
    dump = lived().dump()
    raw = {**dump.documents.raw, DOOMED: marker("unit", "doomed", "tags", 1).encode()}
    wrong = found(replace(dump, documents=Documents(models=dump.stored, raw=raw)))
    assert any("the database holds" in each.what and DOOMED in each.witness for each in wrong)


def test_i5_a_feed_that_lists_what_is_gone() -> None:
    gone = Gone(since=START.timestamp(), wrong=("/v1/feeds/all.json still names it",))
    wrong = found(lived().dump(gone={DOOMED: gone, identity.article_id(SOURCE, "unborn"): gone}))
    assert any("still names it" in each.what for each in wrong)


def test_i5_a_killed_article_as_the_last_record_of_a_feed() -> None:
    world = lived()
    shown = next(r for r in world.topics[FEED_UPDATES.name] if DOOMED.encode() in (r.value or b""))
    world._append_raw(FEED_UPDATES.name, shown.key, shown.value, shown.headers)
    assert any("last record of a feed" in each.what for each in found(world.dump()))


def test_i5_a_kill_that_was_never_told() -> None:
    dump = lived().dump()
    unborn = identity.article_id(SOURCE, "unborn")
    records = without(dump.topics[ARTICLES_PUBLISHED.name], lambda record: record.key == unborn.encode())
    wrong = found(with_topic(dump, ARTICLES_PUBLISHED.name, records))
    assert any("a kill was never told" in each.what and unborn in each.witness for each in wrong)


def test_i6_a_commit_before_the_outcome() -> None:
    world = lived()
    whole = world.snapshot()
    early = CommitSnapshot(committed=whole.committed, ends={**whole.ends, (ARTICLES_PUBLISHED.name, 0): 1})
    wrong = found(world.dump(commits=(early, whole)))
    assert any(each.check == "I6" and "publish had committed" in each.what for each in wrong)
    lagging = CommitSnapshot(committed=whole.committed, ends={**whole.ends, (ARTICLES_ENRICHED.name, 0): 1})
    assert any("enrich had committed" in each.what for each in found(world.dump(commits=(lagging,))))


def test_i7_a_record_behind_poison_that_waits_longer_than_others() -> None:
    dump = lived().dump()
    wrong = found(_slow_behind_poison(dump, seconds=7))
    assert any(each.check == "I7" for each in wrong)
    assert not any(each.check == "I7" for each in found(_slow_behind_poison(dump, seconds=3)))


def _slow_behind_poison(dump: Dump, seconds: int) -> Dump:
    """What lies before the poison moves to another partition; what lies behind it is told later."""
    poisoned = dump.ledger.poisoned[0]
    enriched = tuple(
        record._replace(partition=int(record.offset < poisoned.offset))
        for record in dump.topics[ARTICLES_ENRICHED.name]
    )
    held = identity.article_id(SOURCE, "held").encode()
    published = tuple(
        record._replace(timestamp_ms=record.timestamp_ms + 1000 * seconds - 3000)
        if record.key == held
        else record
        for record in dump.topics[ARTICLES_PUBLISHED.name]
    )
    topics = {**dump.topics, ARTICLES_ENRICHED.name: enriched, ARTICLES_PUBLISHED.name: published}
    return replace(dump, topics=topics)


def test_i8_a_document_that_is_not_the_highest_revision() -> None:
    world = World()
    world.submit("late", 2)
    world.submit("late", 1)
    stored = world.documents[identity.article_id(SOURCE, "late")]
    assert stored.publication is not None
    held = stored.publication.model_copy(update={"revision": 1})
    wrong = found(with_document(world.dump(), stored.model_copy(update={"publication": held})))
    assert any(each.check == "I8" and "not the highest revision" in each.what for each in wrong)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"editor_tags": None}, "not the latest edit"),
        ({"feeds": ("all",)}, "not in the feeds"),
        ({"withheld_until": START, "feeds": ()}, "still under embargo"),
    ],
)
def test_i8_a_document_that_is_not_what_was_asked(change: dict[str, object], what: str) -> None:
    dump = lived().dump()
    edited = dump.stored[identity.article_id(SOURCE, "edited")].model_copy(update=change)
    assert any(what in each.what for each in found(with_document(dump, edited)) if each.check == "I8")


def test_i8_an_answer_that_does_not_fit() -> None:
    assert any("feeds answers 200" in each.what for each in found(lived().dump(statuses={DOOMED: 200})))


def test_the_embargo_broken_by_an_answer_and_by_a_topic() -> None:
    world = lived()
    word = marker("unit", "held", 1, 0)
    assert "embargo" in kinds(world.dump(sightings=(sighting(word, at=START),)))
    world.append(ARTICLES_PUBLISHED.name, _early(world))
    wrong = [each for each in found(world.dump()) if each.check == "embargo"]
    assert any("articles-published/0/" in each.witness for each in wrong)


def _early(world: World) -> Event:
    """The published state of the held article, and the clock before its time."""
    held = identity.article_id(SOURCE, "held").encode()
    record = [r for r in world.topics[ARTICLES_PUBLISHED.name] if r.key == held][-1]
    world.now = START
    return decode_record(record.key, record.value, record.headers)


def test_a_log_with_a_text_in_it() -> None:
    seen = sighting(marker("unit", "plain", 1, 0), surface="log", at=START)
    assert any("a log holds a text" in each.what for each in found(lived().dump(sightings=(seen,))))


def test_a_refused_text_that_is_shown() -> None:
    world = lived()
    word = marker("bad")
    bad = Operation(number=99, kind="bad", source=SOURCE, form="no-key", marker=word)
    world.asked.append(Asked(operation=bad, answers=[(0.0, "rejected", 401)]))
    wrong = found(world.dump(sightings=(sighting(word, at=START),)))
    assert any("never accepted" in each.what for each in wrong)


def test_a_text_in_another_article_s_document() -> None:
    dump = lived().dump()
    raw = {**dump.documents.raw, CORRECTED: marker("unit", "plain", 1, 0).encode()}
    wrong = found(replace(dump, documents=Documents(models=dump.stored, raw=raw)))
    assert any("not its own" in each.what for each in wrong)


def test_a_text_in_another_collection() -> None:
    dump = lived().dump()
    elsewhere = {"queue": marker("unit", "plain", 1, 0).encode()}
    wrong = found(replace(dump, documents=replace(dump.documents, elsewhere=elsewhere)))
    assert any("a collection holds a text" in each.what for each in wrong)


def test_a_takedown_that_takes_too_long() -> None:
    world = lived()
    late = Gone(since=world.gone[DOOMED].since + 6)
    assert "takedown" in kinds(world.dump(gone={**world.gone, DOOMED: late}))
    assert "takedown" in kinds(world.dump(gone={}))
    assert "takedown" not in kinds(world.dump(gone={}, healed_at=world.now.timestamp()))


def test_an_embargo_that_is_lifted_too_late() -> None:
    world = lived()
    held = identity.article_id(SOURCE, "held").encode()
    late = tuple(
        record._replace(timestamp_ms=record.timestamp_ms + 6000) if record.key == held else record
        for record in world.topics[ARTICLES_PUBLISHED.name]
    )
    wrong = found(with_topic(world.dump(), ARTICLES_PUBLISHED.name, late))
    assert any("lifted later" in each.what for each in wrong)


def test_the_witness_shown_is_the_smallest_of_its_kind() -> None:
    world = lived()
    dump = replace(world.dump(), documents=Documents(models={}, raw={}))
    shown = smallest(found(dump))
    assert len({(each.check, each.what) for each in shown}) == len(shown)
    all_lost = [each for each in found(dump) if each.what == shown[0].what]
    assert len(all_lost) > 1
    assert shown[0].witness == min(all_lost, key=lambda each: (len(each.witness), each.witness)).witness

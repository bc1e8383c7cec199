"""The translator's promises: asked once, nothing invented, tried again while that helps, given up visibly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from enrich.translator.keys import editors_key
from enrich.translator.lookout import Trials
from enrich.translator.ports import BadAnswer, EngineAway, Pair, PairNotServed, Parked
from newsloom_schemas.catalog import ARTICLES_ENRICHED
from newsloom_schemas.codec import dump
from newsloom_schemas.enrichment import Translation
from tests.factories import MOMENT, authors, killed, of_version_1
from tests.unit.enrich.translator.translating import (
    EN_ES,
    Desk,
    ScriptedEngine,
    requested,
    word_by_word,
)


def paragraphs(*sentences: str) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


LONG = [f"The bridge of the old harbour was number {n} in the city." for n in range(38)]


def raising(error: Exception):  # type: ignore[no-untyped-def] # raises whatever it is asked
    def answer(_sentence: str) -> str:
        raise error

    return answer


def only(desk: Desk) -> Translation:
    (event,) = desk.told
    return event.translation


async def test_an_article_is_translated_whole_and_marked_as_made_by_its_engine() -> None:
    desk = Desk(ScriptedEngine())
    request = requested(body_html="<p>The <b>old</b> bridge.</p>\n<ul><li>On the harbour</li></ul>")
    await desk.requests([request])
    ((topic, event),) = desk.publisher.batches[0]
    assert topic == ARTICLES_ENRICHED
    assert event.article_id == request.article_id  # type: ignore[attr-defined]
    made = only(desk)
    assert (made.status, made.engine, made.version) == ("published", "scripted", "1")
    assert made.body_html == "<p>el <b> viejo </b> bridge.</p>\n<ul><li>sobre el puerto</li></ul>"
    assert made.translated_at == MOMENT
    assert made.quality is not None
    assert (made.quality.sentences, made.quality.kept) == (4, 0)
    assert desk.waiting.jobs == {}


async def test_what_an_engine_that_needs_an_editor_makes_is_a_draft_and_other_pairs_are_not() -> None:
    unread = Desk(ScriptedEngine(), drafts={("scripted", EN_ES)})
    await unread.requests([requested()])
    made = only(unread)
    assert (made.status, made.reason) == (
        "draft",
        "what scripted makes of en->es is for an editor to read first",
    )
    trusted = Desk(ScriptedEngine(), drafts={("scripted", Pair("es", "en")), ("other", EN_ES)})
    await trusted.requests([requested()])
    assert only(trusted).status == "published"


async def test_correcting_one_of_forty_sentences_asks_the_engine_for_exactly_one() -> None:
    engine = ScriptedEngine()
    desk = Desk(engine)
    await desk.requests([requested(body_html=paragraphs(*LONG))])
    assert len(engine.asked) == 40
    engine.asked.clear()
    corrected = [*LONG[:17], "The bridge of the old harbour was closed again.", *LONG[18:]]
    await desk.requests([requested(revision=2, body_html=paragraphs(*corrected))])
    assert engine.asked == [corrected[17]]
    assert [event.revision for event in desk.told] == [1, 2]


async def test_another_model_is_asked_for_everything_again() -> None:
    engine = ScriptedEngine()
    await (desk := Desk(engine)).requests([requested()])
    engine.model = "2"
    again = Desk(engine)
    again.memory.sentences |= desk.memory.sentences
    engine.asked.clear()
    await again.requests([requested()])
    assert len(engine.asked) == 3


async def test_the_same_request_repeated_gives_the_same_event() -> None:
    desk = Desk(ScriptedEngine())
    for _ in range(2):
        await desk.requests([requested()])
        desk.clock.pass_(60)
    first, second = desk.told
    assert first.event_id == second.event_id


async def test_an_editors_words_win_over_memory_and_engine_and_change_the_event() -> None:
    desk = Desk(ScriptedEngine())
    await desk.requests([requested(headline="Harbour bridge reopens")])
    await desk.memory.teach({editors_key(EN_ES, "Harbour bridge reopens"): "Reabre el puente"}, by="editor")
    await desk.requests([requested(headline="Harbour bridge reopens")])
    first, second = (event.translation for event in desk.told)
    assert second.headline == "Reabre el puente"
    assert second.quality is not None
    assert second.quality.edited == 1
    assert desk.told[0].event_id != desk.told[1].event_id
    assert first.headline != second.headline


async def test_an_editors_plain_words_serve_a_sentence_with_tags_and_none_of_them_is_lost() -> None:
    desk = Desk(ScriptedEngine())
    await desk.memory.teach({editors_key(EN_ES, "The old bridge."): "El viejo puente."}, by="editor")
    await desk.requests([requested(body_html='<p>The <a href="https://x.example/">old</a> bridge.</p>')])
    assert only(desk).body_html == '<p><a href="https://x.example/">El viejo puente.</a></p>'


async def test_when_no_engine_answers_nothing_is_told_and_it_is_tried_again_until_one_does() -> None:
    engine = ScriptedEngine(answer=raising(EngineAway("it cannot be reached")))
    desk = Desk(engine)
    await desk.requests([requested()])
    assert (desk.told, len(desk.waiting.jobs)) == ([], 1)
    engine.answer = word_by_word
    desk.clock.pass_(2)
    assert await desk.requests.retry() == 1
    assert only(desk).status == "published"
    assert desk.waiting.jobs == {}


async def test_what_waits_since_authors_were_names_is_translated_all_the_same() -> None:
    engine = ScriptedEngine(answer=raising(EngineAway("it cannot be reached")))
    desk = Desk(engine)
    request = requested(authors=authors("Anna Reingold"))
    await desk.requests([request])
    ((job_id, job),) = desk.waiting.jobs.items()
    desk.waiting.jobs[job_id] = replace(job, request=dump(of_version_1(request)))
    engine.answer = word_by_word
    desk.clock.pass_(2)
    assert await desk.requests.retry() == 1
    assert only(desk).status == "published"
    assert desk.waiting.jobs == {}


async def test_the_pause_between_attempts_grows_and_has_a_limit() -> None:
    desk = Desk(ScriptedEngine(answer=raising(EngineAway("away"))), give_up_after=1e6)
    await desk.requests([requested()])
    pauses = []
    for _ in range(12):
        (job,) = desk.waiting.jobs.values()
        pause = job.due - desk.clock.now()
        pauses.append(pause)
        desk.clock.pass_(pause.total_seconds())
        await desk.requests.retry()
    assert pauses[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert pauses[-1] == timedelta(minutes=5)


async def test_after_its_time_an_absent_engine_is_given_up_visibly() -> None:
    desk = Desk(ScriptedEngine(answer=raising(EngineAway("it answers 503"))), give_up_after=10)
    await desk.requests([requested()])
    desk.clock.pass_(10)
    await desk.requests.retry()
    made = only(desk)
    assert (made.status, made.body_html) == ("unavailable", None)
    assert made.reason is not None
    assert made.reason.startswith("given up after 10 s: scripted: ")
    assert desk.meter.told == ["unavailable"]
    assert desk.waiting.jobs == {}


async def test_nonsense_is_tried_three_times_and_then_fails_with_the_reason() -> None:
    desk = Desk(ScriptedEngine(answer=raising(BadAnswer("its answer is not JSON"))))
    await desk.requests([requested()])
    for _ in range(2):
        desk.clock.pass_(70)
        await desk.requests.retry()
    made = only(desk)
    assert (made.status, made.headline, made.body_html) == ("failed", None, None)
    assert made.reason == "given up after 3 attempts: scripted: its answer is not JSON"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: "", "the answer is empty"),
        (lambda html: html, "the answer is the original"),
        (lambda _: "Новый мост открыли в четверг", "the answer is not in the script of es"),
        (lambda html: word_by_word(html) + " 7", "the digits are not those of the original"),
        (lambda html: f"<html>{word_by_word(html)}</html>", "it holds markup of its own"),
    ],
    ids=["empty", "echo", "script", "digits", "html"],
)
async def test_an_answer_that_is_no_translation_is_never_published(answer, reason: str) -> None:  # type: ignore[no-untyped-def]
    desk = Desk(ScriptedEngine(answer=answer))
    await desk.requests([requested()])
    for _ in range(2):
        desk.clock.pass_(70)
        await desk.requests.retry()
    made = only(desk)
    assert (made.status, made.body_html) == ("failed", None)
    assert made.reason is not None
    assert reason in made.reason
    assert desk.memory.sentences == {}


async def test_a_sentence_that_loses_a_digit_stays_in_the_original_and_makes_a_draft() -> None:
    def answer(html: str) -> str:
        return word_by_word(html).replace("41", "42")

    desk = Desk(ScriptedEngine(answer=answer))
    await desk.requests([requested(body_html=paragraphs(*LONG[:6], "The bridge is 41 years old."))])
    made = only(desk)
    assert made.status == "draft"
    assert (made.body_html or "").endswith("<p>The bridge is 41 years old.</p>")
    assert made.reason is not None
    assert made.reason.startswith("1 of 9 sentences are left in the original (scripted: the digits")


async def test_the_next_engine_does_what_the_first_could_not() -> None:
    first = ScriptedEngine(name="first", answer=raising(EngineAway("away")))
    second = ScriptedEngine(name="second")
    desk = Desk(first, second)
    await desk.requests([requested()])
    assert (only(desk).status, only(desk).engine) == ("published", "second")


async def test_a_pair_can_have_an_order_of_its_own() -> None:
    first, second = ScriptedEngine(name="first"), ScriptedEngine(name="second")
    desk = Desk(first, second, order={EN_ES: ("second",)})
    await desk.requests([requested()])
    assert only(desk).engine == "second"
    assert first.asked == []


async def test_names_are_marked_for_the_engine_and_changed_ones_are_not_accepted() -> None:
    def answer(html: str) -> str:
        return word_by_word(html).replace("Bridges", "Puentes")

    desk = Desk(ScriptedEngine(answer=answer))
    story = requested(
        headline="The old bridge", lead=None, body_html=paragraphs(*LONG[:4], "Ann Bridges said that."),
        names=("Ann Bridges", "Bridges"),
    )  # fmt: skip
    await desk.requests([story])
    made = only(desk)
    assert made.status == "draft"
    assert (made.body_html or "").endswith("<p>Ann Bridges said that.</p>")


async def test_a_switched_off_engine_is_not_asked_and_its_return_wakes_what_waits() -> None:
    engine = ScriptedEngine(answer=raising(EngineAway("no whole answer within 8 s", hung=True)))
    desk = Desk(engine, give_up_after=1e6)
    await desk.requests([requested("a")])
    asked = len(engine.asked)
    await desk.requests([requested("b"), requested("c")])
    assert len(engine.asked) == asked, "switched off after one answer that hung"
    trials = Trials(desk.board, [engine], seconds=desk.clock.monotonic)

    async def wake(pair: Pair) -> None:
        await desk.waiting.hasten(str(pair), desk.clock.now())

    trials.on_working = wake
    engine.answer = word_by_word
    desk.clock.pass_(6)
    await trials.look()
    while await desk.requests.retry():
        pass
    assert [event.translation.status for event in desk.told] == ["published"] * 3


async def test_a_later_revision_drops_the_attempts_of_an_earlier_one() -> None:
    desk = Desk(ScriptedEngine(answer=raising(EngineAway("away"))))
    await desk.requests([requested("a", 1), requested("b", 1)])
    await desk.requests([requested("a", 2)])
    assert sorted(job.revision for job in desk.waiting.jobs.values()) == [1, 2]


async def test_a_kill_ends_what_waits_of_its_article_and_what_comes_with_it() -> None:
    engine = ScriptedEngine(answer=raising(EngineAway("away")))
    desk = Desk(engine)
    await desk.requests([requested("doomed"), requested("other")])
    engine.asked.clear()
    await desk.requests([requested("doomed", 2), killed("doomed")])
    assert engine.asked == []
    assert [job.article_id for job in desk.waiting.jobs.values()] == [requested("other").article_id]


async def test_an_article_killed_before_or_during_the_work_is_neither_told_nor_kept() -> None:
    desk = Desk(ScriptedEngine())
    doomed, other = requested("doomed"), requested("other", headline="The harbour of two years")

    def killing(html: str) -> str:
        desk.tombs.dead.add(doomed.article_id)
        return word_by_word(html)

    engine = ScriptedEngine(answer=killing)
    desk = Desk(engine)
    await desk.requests([doomed, other])
    assert [event.article_id for event in desk.told] == [other.article_id]
    kept = {html for each in desk.memory.sentences.values() for html in [each.html]}
    assert word_by_word(other.content.headline) in kept
    assert word_by_word(doomed.content.headline) not in kept
    engine.asked.clear()
    await desk.requests([doomed])
    assert engine.asked == []


async def test_a_kill_between_the_last_look_and_the_waiting_list_leaves_nothing_there() -> None:
    desk = Desk(ScriptedEngine(answer=raising(EngineAway("away"))))
    doomed = requested("doomed")
    park = desk.waiting.park

    async def killed_just_before(job: Parked) -> None:
        desk.tombs.dead.add(doomed.article_id)
        await desk.tombs.forget([doomed.article_id])
        await park(job)

    desk.waiting.park = killed_just_before  # type: ignore[method-assign]
    await desk.requests([doomed])
    assert (desk.waiting.jobs, desk.told) == ({}, [])


async def test_an_article_under_embargo_is_not_sent_out_of_the_house_before_its_time() -> None:
    engine = ScriptedEngine(leaves_the_house=True)
    desk = Desk(engine, give_up_after=10)
    until = MOMENT + timedelta(hours=2)
    await desk.requests([requested(embargo_until=until)])
    assert engine.asked == []
    (job,) = desk.waiting.jobs.values()
    assert (job.due, job.held) == (until, True)
    await desk.waiting.hasten("en->es", desk.clock.now())
    assert await desk.requests.retry() == 0
    desk.clock.pass_(7200)
    await desk.requests.retry()
    assert only(desk).status == "published"


async def test_a_pair_that_no_engine_serves_is_unavailable_at_once_with_the_reason() -> None:
    desk = Desk(ScriptedEngine(), candidates=[EN_ES, Pair("en", "ru")])
    await desk.requests([requested(targets=("ru",))])
    assert (only(desk).status, only(desk).reason) == ("unavailable", "no engine for en->ru")
    gone = Desk(ScriptedEngine(answer=raising(PairNotServed("install apertium-eng-spa"))))
    await gone.requests([requested()])
    gone.clock.pass_(5)
    await gone.requests.retry()
    assert only(gone).status == "unavailable"
    assert "install apertium-eng-spa" in (only(gone).reason or "")


async def test_a_translation_too_large_for_a_record_is_told_without_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("enrich.translator.requests.MAX_EVENT_BYTES", 20_000)
    long = [f"The bridge {number} of the harbour {'ñ' * 200}." for number in range(60)]
    desk = Desk(ScriptedEngine())
    await desk.requests([requested(body_html=paragraphs(*long))])
    assert (only(desk).status, only(desk).body_html) == ("failed", None)
    assert "too large for the log" in (only(desk).reason or "")


async def test_an_article_beyond_the_size_is_not_translated_and_says_so() -> None:
    desk = Desk(ScriptedEngine(), max_chars=100)
    await desk.requests([requested(body_html=paragraphs("x" * 200))])
    assert only(desk).status == "unavailable"
    assert "more than 100 are not translated" in (only(desk).reason or "")

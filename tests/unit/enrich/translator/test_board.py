"""What is known of engines and pairs: asked while unknown, out when broken, off when failing."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from enrich.translator.lookout import Trials
from enrich.translator.metrics import TranslatorMetrics
from enrich.translator.ports import BadAnswer, EngineAway, Pair, PairNotServed
from tests.unit.enrich.translator.translating import EN_ES, Desk, ScriptedEngine, word_by_word

TRIED = "new bridge over the river"


def failing(error: Exception):  # type: ignore[no-untyped-def] # raises whatever it is asked
    def answer(_sentence: str) -> str:
        raise error

    return answer


def trials(desk: Desk, *engines: ScriptedEngine) -> Trials:
    return Trials(desk.board, engines, seconds=desk.clock.monotonic)


async def test_a_pair_can_be_asked_for_before_its_engine_has_answered() -> None:
    engine = ScriptedEngine(answer=failing(EngineAway("away")))
    desk = Desk(engine)
    assert EN_ES in desk.board
    await trials(desk, engine).look()
    assert EN_ES in desk.board, "it may come back"


@pytest.mark.parametrize(
    "answer", ["", "The new bridge over the river was opened on Thursday.", "Новый мост"]
)
async def test_a_pair_that_answers_its_trial_wrongly_is_taken_out_with_the_reason(answer: str) -> None:
    engine = ScriptedEngine(answer=lambda _: answer)
    desk = Desk(engine)
    await trials(desk, engine).look()
    assert EN_ES not in desk.board
    assert desk.board.why_not(EN_ES).startswith("no engine for en->es; scripted: the answer")


async def test_a_broken_pair_is_tried_again_after_ten_minutes() -> None:
    engine = ScriptedEngine(answer=failing(PairNotServed("not installed")))
    desk = Desk(engine)
    looking = trials(desk, engine)
    await looking.look()
    engine.answer = word_by_word
    desk.clock.pass_(300)
    await looking.look()
    assert EN_ES not in desk.board
    desk.clock.pass_(301)
    await looking.look()
    assert desk.board.report() == [("scripted", EN_ES, "works")]


async def test_what_works_is_not_tried_again_and_again() -> None:
    engine = ScriptedEngine()
    desk = Desk(engine)
    looking = trials(desk, engine)
    for _ in range(20):
        await looking.look()
        desk.clock.pass_(1)
    assert sum(TRIED in sentence for sentence in engine.asked) == 1


@pytest.mark.parametrize(
    ("error", "failures"),
    [(EngineAway("503"), 3), (EngineAway("slow", hung=True), 1), (BadAnswer("html"), 3)],
)
async def test_three_failures_or_one_that_hangs_switch_a_pair_off(error: EngineAway, failures: int) -> None:
    engine = ScriptedEngine(pairs=frozenset({EN_ES, Pair("ru", "en")}))
    desk = Desk(engine, candidates=[EN_ES, Pair("ru", "en")])
    for _ in range(failures - 1):
        desk.board.failed(engine, EN_ES, error)
    assert desk.board.off(engine, EN_ES) is None
    desk.board.failed(engine, EN_ES, error)
    assert "switched off for a while" in (desk.board.off(engine, EN_ES) or "")
    assert desk.board.open_breakers() == [("scripted", EN_ES)]
    assert desk.board.off(engine, Pair("ru", "en")) is None, "each pair has a breaker of its own"


async def test_while_it_is_off_nobody_asks_and_then_a_trial_does() -> None:
    engine = ScriptedEngine()
    desk = Desk(engine)
    looking = trials(desk, engine)
    await looking.look()
    desk.board.failed(engine, EN_ES, EngineAway("slow", hung=True))
    engine.asked.clear()
    await looking.look()
    assert engine.asked == []
    desk.clock.pass_(6)
    await looking.look()
    assert len(engine.asked) == 1
    assert desk.board.off(engine, EN_ES) is None


async def test_an_engine_that_stays_away_is_shown_as_switched_off_until_it_works_again() -> None:
    """Or nobody would ever hear of it: each pause ends, and a trial has to fail before the next begins."""
    engine = ScriptedEngine()
    desk = Desk(engine)
    looking = trials(desk, engine)
    await looking.look()
    desk.board.failed(engine, EN_ES, EngineAway("slow", hung=True))
    desk.clock.pass_(6)
    assert desk.board.off(engine, EN_ES) is None, "it may be tried"
    assert desk.board.open_breakers() == [("scripted", EN_ES)]
    await looking.look()
    assert desk.board.open_breakers() == []


async def test_a_pair_that_is_taken_out_is_no_longer_switched_off() -> None:
    engine = ScriptedEngine()
    desk = Desk(engine)
    desk.board.failed(engine, EN_ES, EngineAway("slow", hung=True))
    desk.board.broken(engine, EN_ES, "it answers in another language")
    assert desk.board.open_breakers() == []


async def test_an_engine_says_what_it_serves_and_the_rest_is_taken_out() -> None:
    ru_en = Pair("ru", "en")
    engine = ScriptedEngine(pairs=frozenset({EN_ES, ru_en}))
    desk = Desk(engine, candidates=[EN_ES, ru_en])
    engine.pairs = frozenset({EN_ES})
    await desk.board.discover(engine)
    assert (EN_ES in desk.board, ru_en in desk.board) == (True, False)
    assert ("en", "uk") not in desk.board


def test_counters_have_closed_labels() -> None:
    registry = CollectorRegistry()
    metrics = TranslatorMetrics(registry)
    metrics.translation("published")
    metrics.sentences("memory", 3)
    metrics.sentences("engine", 0)
    metrics.engine_failed("apertium", "away")
    shown = generate_latest(registry).decode()
    assert 'newsloom_translations_total{status="published"} 1.0' in shown
    assert 'newsloom_translation_sentences_total{origin="memory"} 3.0' in shown
    assert 'newsloom_translation_sentences_total{origin="engine"} 0.0' in shown
    assert 'newsloom_translation_failures_total{engine="apertium",kind="away"} 1.0' in shown

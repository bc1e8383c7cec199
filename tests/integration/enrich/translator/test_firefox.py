"""Firefox's engine: the real library, up to a model that is not there or is none."""

from pathlib import Path

import pytest

from enrich.translator.engines.firefox import Firefox
from enrich.translator.ports import Pair, PairNotServed
from tests.unit.enrich.translator.translating import EN_ES, Desk, requested

fxtranslate = pytest.importorskip("fxtranslate", reason="fxtranslate is not installed")


def add_model(folder: Path, pair: str, model: bytes) -> None:
    files = folder / pair
    files.mkdir(parents=True)
    short = pair.replace("-", "")
    (files / f"model.{short}.intgemm.alphas.bin").write_bytes(model)
    (files / f"vocab.{short}.spm").write_bytes(b"no vocabulary either")


async def test_without_a_model_nothing_is_served_and_it_says_what_to_do(tmp_path: Path) -> None:
    engine = Firefox(tmp_path, timeout=5)
    assert engine.supposed([EN_ES]) == frozenset()
    with pytest.raises(
        PairNotServed, match=r"model not available: en-es is not in .*fxtranslate models add en es"
    ):
        await engine.translate(EN_ES, ["The bridge."])


@pytest.mark.parametrize("model", [b"", b"x" * 100, b"\x00" * 5000], ids=["empty", "text", "zeros"])
async def test_a_malformed_model_is_found_out_by_the_trial_and_never_asked_again(
    tmp_path: Path, model: bytes
) -> None:
    add_model(tmp_path, "en-es", model)
    engine = Firefox(tmp_path, timeout=30)
    assert engine.supposed([EN_ES]) == {EN_ES}
    desk = Desk(engine)
    assert not await desk.board.try_out(engine, EN_ES)
    ((name, pair, said),) = desk.board.report()
    assert (name, pair) == ("firefox", EN_ES)
    assert said.startswith(f"broken: model not available: {tmp_path / 'en-es'} holds no usable model (")
    await desk.requests([requested()])
    (event,) = desk.told
    assert event.translation.status == "unavailable"
    assert "model not available" in (event.translation.reason or "")


def test_a_pair_without_a_model_of_its_own_goes_through_english(tmp_path: Path) -> None:
    add_model(tmp_path, "ru-en", b"x")
    add_model(tmp_path, "en-es", b"x")
    engine = Firefox(tmp_path, timeout=5)
    wanted = [Pair("ru", "es"), Pair("ru", "en"), EN_ES, Pair("es", "ru"), Pair("en", "ru")]
    assert engine.supposed(wanted) == {Pair("ru", "es"), Pair("ru", "en"), EN_ES}


async def test_a_model_that_cannot_be_downloaded_is_not_available(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A closed port: the model service is not to be asked by tests.
    monkeypatch.setenv("FXTRANSLATE_RECORDS_URL", "http://127.0.0.1:9/records")
    engine = Firefox(tmp_path, timeout=30, download=True)
    with pytest.raises(PairNotServed, match="model not available: en-es could not be had"):
        await engine.version(EN_ES)

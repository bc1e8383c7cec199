"""The share of one text that stands in another, estimated: right enough to tell copies from look-alikes."""

import random
import re
from collections.abc import Sequence

import numpy as np
import pytest

from enrich.index.wording import containment, wording_of

WORDS = tuple(f"word{number}" for number in range(4_000))


def text(seed: int, words: int = 400) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def estimate(one: Sequence[str], other: Sequence[str]) -> float:
    mine, theirs = wording_of(" ".join(one)), wording_of(" ".join(other))
    assert mine is not None
    assert theirs is not None
    bins = np.frombuffer(theirs.bins, dtype=np.uint8)[None, :]
    return float(containment(mine, bins, np.array([theirs.shingles]))[0])


def exact(one: Sequence[str], other: Sequence[str]) -> float:
    mine, theirs = ({tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (one, other))
    return len(mine & theirs) / min(len(mine), len(theirs))


@pytest.mark.parametrize("share", [0.03, 0.08, 0.15, 0.3])
def test_replaced_words_are_estimated_to_a_few_hundredths(share: float) -> None:
    off = []
    for seed in range(40):
        chance = random.Random(seed)
        one = text(seed)
        other = [chance.choice(WORDS) if chance.random() < share else word for word in one]
        off.append(estimate(one, other) - exact(one, other))
    assert abs(float(np.mean(off))) < 0.02
    assert float(np.std(off)) < 0.06


def test_a_text_of_which_much_was_cut_is_still_wholly_in_the_other() -> None:
    assert min(estimate(text(seed), text(seed)[:120]) for seed in range(40)) > 0.7


def test_strangers_share_nothing() -> None:
    assert max(estimate(text(seed), text(seed + 1000)) for seed in range(200)) < 0.2


def test_typography_case_and_yo_do_not_count() -> None:
    plain = "Еще вчера он говорил, что порт - это надежда города. " * 2 + " ".join(text(1))
    typed = (
        re.sub(" - ", " — ", plain)
        .replace("Еще", "ЕЩЁ")
        .replace("порт", "«порт»")
        .replace(" го", " го\u00ad")
    )
    assert wording_of(plain) == wording_of(typed)


def test_a_line_has_no_wording_and_a_book_is_not_compared_with_a_paragraph() -> None:
    assert wording_of("Too short to be copied by anybody at all.") is None
    assert estimate(text(1, 2_000), text(1, 2_000)[:100]) == 0.0

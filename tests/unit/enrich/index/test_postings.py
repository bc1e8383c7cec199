"""Postings hold what a dictionary of lists would hold, in however many runs it lies."""

import random
from collections import defaultdict

import numpy as np

from enrich.index.postings import Postings, term_hash

TERMS = [term_hash(f"term {number}") for number in range(40)]


def filled(seed: int) -> tuple[Postings, dict[int, set[int]]]:
    """Postings in several runs, the long ones first, with something fresh left; and what they hold."""
    chance = random.Random(seed)
    postings, model = Postings(), defaultdict[int, set[int]](set)
    slot = 0
    for length in (400, 90, 20, 4, 2):
        for _ in range(length):
            chosen = set(chance.choices(TERMS, k=3))
            postings.add(chosen, slot)
            for term in chosen:
                model[term].add(slot)
            slot += 1
        if length > 2:
            postings.tidy()
    return postings, model


def held(postings: Postings) -> dict[int, list[int]]:
    return {
        term: sorted(slots.tolist())
        for term, slots in zip(TERMS, postings.slots_of_each(TERMS), strict=True)
        if len(slots)
    }


def test_every_run_and_what_is_fresh_is_read() -> None:
    for seed in range(20):
        postings, model = filled(seed)
        assert len(postings._state.runs) > 2
        assert held(postings) == {term: sorted(slots) for term, slots in model.items()}


def test_runs_stay_few_however_often_it_is_tidied() -> None:
    postings = Postings()
    for slot in range(300):
        postings.add(TERMS[:3], slot)
        postings.tidy()
    assert len(postings._state.runs) <= 6


def test_a_purge_drops_dead_slots_alone() -> None:
    postings, model = filled(1)
    dead = np.zeros(600, dtype=np.bool_)
    dead[::3] = True
    postings.purge(dead)
    assert held(postings) == {
        term: sorted(slot for slot in slots if slot % 3) for term, slots in model.items()
    }


def test_renumbered_entries_are_in_order_and_make_the_same_postings() -> None:
    postings, model = filled(2)
    numbers = np.arange(600) - 100
    run = postings.renumbered(numbers)
    assert (np.diff(run.entries().astype(np.int64)) > 0).all()
    expected = {term: sorted(slot - 100 for slot in slots if slot >= 100) for term, slots in model.items()}
    assert held(Postings(run)) == {term: slots for term, slots in expected.items() if slots}


def test_a_term_that_nobody_has_is_found_nowhere() -> None:
    assert [len(slots) for slots in filled(3)[0].slots_of_each([0, 2**64 - 1])] == [0, 0]
    assert len(Postings().slots(TERMS[0])) == 0

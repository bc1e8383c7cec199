"""What the index answers follows from what it was told, never from when or how often."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.index.library import Packed
from enrich.index.snapshot import Snapshot, read_snapshot, write_snapshot
from enrich.related import RelatedIndex
from newsloom_schemas.enrichment import RelatedLink
from newsloom_schemas.identity import article_id
from tests.unit.enrich.index.articles import NOON, indexed, keys, query

NAMES = ("port", "quake", "chess", "bread", "vote", "fire")
TERMS = ("ptn", "zlnsk", "kv", "brn", "stl", "hvr", "tkn", "vrsk")
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Told:
    """One thing the index is told of an article."""

    what: str
    name: str
    version: int = 1
    terms: tuple[str, ...] = ()

    def tell(self, index: RelatedIndex) -> None:
        if self.what == "killed":
            index.kill(article_id("meridian", self.name))
        elif self.what == "withheld":
            index.withhold(article_id("meridian", self.name), self.version)
        else:
            index.put(
                indexed(
                    self.name,
                    keys(*self.terms),
                    document_version=self.version,
                    headline=f"harbour news about {self.name} and {' '.join(self.terms)}",
                    published_at=NOON - timedelta(hours=len(self.terms)),
                )
            )


@st.composite
def stories(draw: st.DrawFn) -> list[Told]:
    """Every state that some articles go through: each version is told in one way only."""
    told = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True)):
        for version in range(1, draw(st.integers(1, 4)) + 1):
            terms = draw(st.lists(st.sampled_from(TERMS), min_size=3, max_size=6, unique=True))
            what = draw(st.sampled_from(["published", "published", "withheld"]))
            told.append(Told(what, name, version, tuple(terms)))
        if draw(st.integers(0, 4)) == 0:
            told.append(Told("killed", name))
    return told


def answers(index: RelatedIndex) -> list[tuple[RelatedLink, ...]]:
    """What the index says to a set of questions, one of them about an article that it holds."""
    asked = [TERMS[:4], TERMS[2:7], TERMS[4:], TERMS]
    return [index.query(query(name, keys(*terms))) for name in ("new", "port") for terms in asked]


def state(index: RelatedIndex) -> tuple[object, ...]:
    packed = index.packed()
    rows = sorted((row["id_high"], row["id_low"], row["version"], row["mark"]) for row in packed.rows)
    return len(index), rows, len(packed.entries), sorted(packed.pool), packed.killed, packed.withheld


def told_all(told: Sequence[Told], *, tidy_every: int = 0) -> RelatedIndex:
    index = RelatedIndex()
    for at, item in enumerate(told, start=1):
        item.tell(index)
        if tidy_every and at % tidy_every == 0:
            index.tidy()
    return index


@QUICK
@given(st.data())
def test_any_order_and_any_repeats_give_the_same_links(data: st.DataObject) -> None:
    told = data.draw(stories())
    repeats = data.draw(st.lists(st.sampled_from(told), max_size=5))
    shuffled = data.draw(st.permutations([*told, *repeats]))
    tidy_every = data.draw(st.integers(0, 3))
    one, other = told_all(told), told_all(shuffled, tidy_every=tidy_every)
    assert answers(other) == answers(one)
    assert state(other) == state(one)


@QUICK
@given(stories())
def test_removal_leaves_nothing_behind(told: list[Told]) -> None:
    index = told_all(told, tidy_every=2)
    for name in NAMES:
        index.kill(article_id("meridian", name))
    assert (len(index), index.rarity.is_empty()) == (0, True)
    assert not index.articles.rows["live"].any()
    assert not any(index.articles.rows[column].any() for column in ("bins", "id_low", "mark"))
    packed = index.packed()
    assert (len(packed.rows), len(packed.pool), len(packed.entries)) == (0, 0, 0)
    assert all(not links for links in answers(index))


@QUICK
@given(st.data())
def test_a_start_from_a_snapshot_gives_exactly_what_a_full_read_gives(data: st.DataObject) -> None:
    told = data.draw(stories())
    at = data.draw(st.integers(0, len(told)))
    loaded = RelatedIndex(through_disk(told_all(told[:at])))
    for item in told[at:]:
        item.tell(loaded)
    full = told_all(told)
    assert answers(loaded) == answers(full)
    assert state(loaded) == state(full)


def through_disk(index: RelatedIndex) -> Packed:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        write_snapshot(path, Snapshot(log="log", offsets={0: 1}, packed=index.packed()))
        return read_snapshot(path).packed


def test_slots_of_dead_articles_are_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrich.index.library.PURGE_FROM", 1)
    index = RelatedIndex()
    for version in range(1, 200):
        index.put(indexed("a", keys(*TERMS[version % 5 :]), document_version=version))
        index.tidy()
    assert len(index) == 1
    assert len(index.articles.rows) <= 3
    assert [link.article_id for link in index.query(query("q", keys(*TERMS)))] == [
        article_id("meridian", "a")
    ]


def test_equal_candidates_are_chosen_by_their_ids_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("enrich.index.rarity.COMMON_FROM", 1_000)
    told = [Told("published", f"twin-{number}", 1, TERMS[:4]) for number in range(150)]
    forwards, backwards = told_all(told), told_all(told[::-1], tidy_every=40)
    assert answers(backwards) == answers(forwards)
    assert len(answers(forwards)[0]) == 6


def test_what_is_killed_while_a_thread_works_is_hidden_at_once_and_gone_afterwards() -> None:
    index = told_all([Told("published", name, 1, TERMS[:4]) for name in NAMES])
    index.freeze()
    index.kill(article_id("meridian", "port"))
    assert (
        len(index),
        any(link.article_id == article_id("meridian", "port") for link in answers(index)[0]),
    ) == (
        len(NAMES) - 1,
        False,
    )
    assert len(index.packed().rows) == len(NAMES) - 1
    index.tidy()
    index.thaw()
    assert state(index) == state(told_all([Told("published", n, 1, TERMS[:4]) for n in NAMES[1:]] + KILLED))


KILLED = [Told("killed", "port")]


def test_rows_that_move_while_a_thread_works_keep_who_was_killed_hidden() -> None:
    index = told_all([Told("published", "port", 1, TERMS[:4])])
    index.freeze()
    before = index.articles._rows.copy()
    index.kill(article_id("meridian", "port"))
    index.articles._rows = before  # as a growth does that began to copy before the kill
    index.thaw()
    assert all(not links for links in answers(index))
    assert index.rarity.is_empty()

"""`newsloom tags`: an editor's word is the whole of it each time, and nobody's word is lost in silence."""

import json
from typing import Any

import httpx2
import pytest

from newsloom.client import Client
from newsloom.errors import CommandError, Exit
from newsloom.tagging import Word, say
from tests import factories

ARTICLE = factories.submitted("story-1").article_id
IRAN = {"kind": "place", "label": "Iran", "id": "iso3166:IR", "role": "subject", "basis": "measured"}
BAY = {"kind": "place", "label": "Bay", "role": "subject"}
PINNED_IRAN = {"kind": "place", "label": "Iran", "id": "iso3166:IR", "role": "subject"}


def test_a_pin_carries_the_tag_by_label_or_id_and_nothing_the_machine_measured() -> None:
    assert Word().pin(["iso3166:ir"], [BAY, IRAN]).pinned == (PINNED_IRAN,)
    assert Word(removed=("IRAN",)).pin(["Iran"], [IRAN]) == Word(pinned=(PINNED_IRAN,))


def test_what_is_not_shown_cannot_be_pinned() -> None:
    with pytest.raises(CommandError, match="no tag 'Tehran'") as refusal:
        Word().pin(["Tehran"], [IRAN])
    assert refusal.value.code == Exit.USAGE


def test_a_removal_takes_back_what_the_editor_had_put_on_and_keeps_the_machine_from_it() -> None:
    word = Word(edit=3, pinned=(PINNED_IRAN,), added=(BAY,)).remove(["Bay", "Iran"])
    assert word == Word(edit=3, removed=("Bay", "Iran"))


def test_forgetting_leaves_it_to_the_machine_again() -> None:
    assert Word(pinned=(PINNED_IRAN,), removed=("Bay", "X")).forget(["iran", "bay"]) == Word(removed=("X",))


def test_a_tag_added_twice_is_there_once() -> None:
    assert Word(added=(BAY,)).add({**BAY, "kind": "organisation"}).added == (
        {"kind": "organisation", "label": "Bay", "role": "subject"},
    )


def test_the_next_edit_says_everything() -> None:
    word = Word(edit=2, added=(BAY,), removed=("X",))
    assert word.request("Ines") == {
        "edit": 3,
        "pinned": [],
        "added": [BAY],
        "removed": ["X"],
        "editor": "Ines",
    }


def test_the_word_that_is_stored_is_read_back() -> None:
    stored = {"edit_of_tags": 4, "editor_tags": {"edit": 4, "pinned": [IRAN], "removed": ["X"]}}
    assert Word.of(stored) == Word(edit=4, pinned=(PINNED_IRAN,), removed=("X",))
    assert Word.of({}) == Word()


class Desk:
    """Ingest and publish as an editor's tool meets them; `stored_as` is the event that publish stores."""

    def __init__(self, stored_as: str | None) -> None:
        self.stored_as = stored_as
        self.sent: list[dict[str, Any]] = []
        self.now = 0.0

    def client(self) -> Client:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        return Client(http=http, ingest="http://ingest.test", publish="http://publish.test", key="k")

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "PUT":
            self.sent.append(json.loads(request.content))
            return httpx2.Response(202, json={"event_id": "ours"})
        stored = self.stored_as if self.now > 0.5 else None
        history = [{"event_id": stored}] if stored else []
        return httpx2.Response(200, json=self.record(edit_of_tags=1 if stored else 0, history=history))

    def record(self, **fields: Any) -> dict[str, Any]:
        return {"article_id": ARTICLE, "source": "meridian", "external_id": "story-1", **fields}

    async def pause(self, seconds: float) -> None:
        self.now += seconds

    async def say(self, word: Word) -> Any:
        return await say(
            self.client(),
            self.record(),
            word,
            editor=None,
            within_s=5,
            clock=lambda: self.now,
            pause=self.pause,
        )


async def test_an_edit_is_done_when_it_is_stored() -> None:
    desk = Desk("ours")
    assert (await desk.say(Word().remove(["Bay"])))["edit_of_tags"] == 1
    assert desk.sent == [{"edit": 1, "pinned": [], "added": [], "removed": ["Bay"]}]


@pytest.mark.parametrize(
    ("stored_as", "words", "code"),
    [("theirs", "another editor", Exit.REFUSED), (None, "not stored after 5 s", Exit.TIMED_OUT)],
)
async def test_an_edit_that_was_not_taken_is_no_success(
    stored_as: str | None, words: str, code: Exit
) -> None:
    with pytest.raises(CommandError, match=words) as refusal:
        await Desk(stored_as).say(Word().remove(["Bay"]))
    assert refusal.value.code == code

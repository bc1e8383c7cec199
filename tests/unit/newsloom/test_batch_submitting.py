"""A file of many: each line gets its final verdict once, whatever happens to the answers on the way."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import httpx2
import pytest

from newsloom.batch_submitting import TRIES_WITHOUT_PROGRESS, BatchOutcome, Voice, submit_batch
from newsloom.client import Client, Refused
from newsloom.deliveries import Batch
from newsloom.errors import Exit
from newsloom.submitting import Patience

Answer = Callable[[list[str]], httpx2.Response]
LINES = [f'{{"n": {number}}}' for number in range(1, 7)]


def verdict(line: int, status: int = 202) -> dict[str, Any]:
    if status != 202:
        return {"line": line, "status": status, "problem": {"title": "Refused", "detail": "mend it"}}
    return {
        "line": line,
        "status": 202,
        "article_id": "a",
        "event_id": f"e-{line}",
        "revision": 1,
        "url": f"http://feeds.test/{line}",
        "status_url": f"/v1/submissions/e-{line}",
    }


def stream(*said: dict[str, Any]) -> httpx2.Response:
    return httpx2.Response(200, text="".join(f"{json.dumps(each)}\n" for each in said))


def all_of(sent: list[str]) -> httpx2.Response:
    return stream(*(verdict(line) for line in range(1, len(sent) + 1)), {"summary": {}})


@dataclass
class Ingest:
    """Answers one request after the other, the last answer for good."""

    answers: list[Answer]
    sent: list[list[str]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    async def take(
        self, *, form: str = "ndjson", lines: list[str] = LINES, wait: bool = False
    ) -> BatchOutcome:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        def opened() -> BinaryIO:
            return io.BytesIO("".join(f"{line}\n" for line in lines).encode())

        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        client = Client(http=http, ingest="http://ingest.test", key="nl_test", pause=pause)
        voice = Voice(say=self.said.append, address=self.addresses.append, sent=lambda _size: None)
        batch = Batch(label="a", source="meridian", form=form, open=opened)
        patience = Patience(seconds=0, pause=pause) if wait else None
        return await submit_batch(client, batch, patience, voice)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            state = "published" if request.url.path.endswith("e-1") else "rejected"
            return httpx2.Response(200, json={"state": state, "detail": "told"})
        self.sent.append(request.content.decode().splitlines())
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(self.sent[-1])


async def test_a_file_that_is_taken_at_once_is_sent_once() -> None:
    ingest = Ingest([all_of])
    outcome = await ingest.take()
    assert (outcome.state, outcome.accepted, outcome.refused, outcome.code) == ("accepted", 6, 0, Exit.OK)
    assert (len(ingest.sent), len(ingest.addresses)) == (1, 6)


async def test_a_refused_line_is_told_with_its_number_and_makes_the_whole_refused() -> None:
    ingest = Ingest([lambda _sent: stream(verdict(1), verdict(3, 422), {"summary": {}})])
    outcome = await ingest.take()
    assert (outcome.state, outcome.accepted, outcome.refused, outcome.code) == ("refused", 1, 1, Exit.REFUSED)
    assert ingest.said == ["line 3 refused: Refused: mend it"]


async def test_lines_that_kafka_did_not_confirm_are_sent_again_from_the_first_of_them() -> None:
    ingest = Ingest([lambda _sent: stream(verdict(1), verdict(2, 503), verdict(3), {"summary": {}}), all_of])
    outcome = await ingest.take()
    assert [sent[0] for sent in ingest.sent] == [LINES[0], LINES[1]]
    assert (outcome.accepted, outcome.state) == (6, "accepted")


async def test_an_answer_that_was_cut_is_gone_on_from() -> None:
    ingest = Ingest([lambda _sent: stream(verdict(1), verdict(2)), all_of])
    outcome = await ingest.take()
    assert ingest.sent[1] == LINES[2:]
    assert outcome.accepted == 6


async def test_a_table_goes_on_with_its_header_and_counts_no_row_twice() -> None:
    rows = ["external_id", *LINES]

    def rest(sent: list[str]) -> httpx2.Response:
        return stream(*(verdict(line) for line in range(2, len(sent) + 1)), {"summary": {}})

    ingest = Ingest([lambda _sent: stream(verdict(2), verdict(3)), rest])
    outcome = await ingest.take(form="csv", lines=rows)
    # The last row that was settled comes again: where it ends is known only to who reads the table.
    assert ingest.sent[1] == ["external_id", *rows[2:]]
    assert outcome.accepted == 6


async def test_who_is_busy_is_asked_again_and_given_up_when_nothing_moves() -> None:
    ingest = Ingest([lambda _sent: httpx2.Response(503, headers={"Retry-After": "2"})])
    outcome = await ingest.take()
    assert (outcome.state, outcome.next_line, outcome.code) == ("failed", 1, Exit.NOT_RUNNING)
    assert ingest.pauses == [2.0] * TRIES_WITHOUT_PROGRESS


async def test_a_file_that_cannot_be_taken_at_all_is_refused() -> None:
    problem = {"title": "No valid key", "detail": "send a valid key"}
    with pytest.raises(Refused, match="No valid key"):
        await Ingest([lambda _sent: httpx2.Response(401, json=problem)]).take()


async def test_waiting_tells_which_end_the_articles_came_to() -> None:
    ingest = Ingest([lambda _sent: stream(verdict(1), verdict(2), {"summary": {}})])
    outcome = await ingest.take(wait=True)
    assert outcome.ends == {"published": 1, "conflict": 1}
    assert outcome.code == Exit.REFUSED
    assert ingest.said == ["line 2 conflict: told"]


def results(status: int, *verdicts: dict[str, Any]) -> Answer:
    told = [{**each, "item": each["line"]} for each in verdicts]
    return lambda _sent: httpx2.Response(status, json={"results": told})


async def test_a_feed_is_sent_whole_and_each_item_has_its_verdict() -> None:
    ingest = Ingest([results(207, verdict(1), verdict(2, 422))])
    outcome = await ingest.take(form="feed", lines=["<rss>", "</rss>"], wait=True)
    assert (ingest.sent, ingest.addresses) == ([["<rss>", "</rss>"]], ["http://feeds.test/1"])
    assert (outcome.accepted, outcome.refused, outcome.code) == (1, 1, Exit.REFUSED)
    assert outcome.ends == {"published": 1}
    assert ingest.said == ["item 2 refused: Refused: mend it"]


async def test_a_feed_is_sent_again_while_ingest_is_busy() -> None:
    busy = httpx2.Response(503, headers={"retry-after": "1"}, json={"title": "Busy", "detail": "again"})
    ingest = Ingest([lambda _sent: busy, results(202, verdict(1))])
    outcome = await ingest.take(form="feed")
    assert (outcome.state, len(ingest.sent), len(ingest.pauses)) == ("accepted", 2, 1)


@pytest.mark.parametrize("status", [401, 413, 422, 503])
async def test_a_document_that_is_no_feed_is_refused(status: int) -> None:
    problem = {"title": "The document is not a feed", "detail": "send a feed", "status": status}
    ingest = Ingest([lambda _sent: httpx2.Response(status, json=problem)])
    with pytest.raises(Refused):
        await ingest.take(form="feed")

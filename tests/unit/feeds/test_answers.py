"""Answers: made only when they are needed, and not where live readers would have to wait for them."""

import threading

import pytest
from starlette.requests import Request

from feeds.answers import Answer, answer, entity_tag


def asked(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw})


async def test_a_body_is_made_off_the_event_loop() -> None:
    makers = []

    def body() -> bytes:
        makers.append(threading.current_thread())
        return b"{}"

    what = Answer(etag=entity_tag("x", ()), changed=None, media_type="application/json", body=body)
    response = await answer(asked(), what)
    assert response.body == b"{}"
    assert threading.current_thread() not in makers


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*", '"other" , {} ,'])
async def test_a_reader_that_has_the_state_costs_no_body(known: str) -> None:
    def body() -> bytes:
        raise AssertionError("made in vain")

    etag = entity_tag("x", [("a", 1)])
    what = Answer(etag=etag, changed=None, media_type="application/json", body=body)
    response = await answer(asked(if_none_match=known.format(etag.removeprefix("W/"))), what)
    assert response.status_code == 304


def test_a_tag_is_of_the_form_and_of_every_version_in_its_order() -> None:
    tags = {
        entity_tag(form, documents)
        for form in ("json", "atom")
        for documents in ([("a", 1)], [("a", 2)], [("a", 1), ("b", 1)], [("b", 1), ("a", 1)], [])
    }
    assert len(tags) == 10

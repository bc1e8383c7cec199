"""What may go wrong with a schema registry, in words to act on; and nothing partial goes unnoticed."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from newsloom.contract.registry import SchemaRegistry, connected
from newsloom.contract.registry_export import Entry, entries, push
from newsloom.contract.released import Released, shipped
from newsloom.contract.versions import EventVersion, known_events
from newsloom.errors import CommandError, Exit
from tests.unit.newsloom.fake_registry import FakeRegistry

Answering = Callable[[httpx2.Request], httpx2.Response]


def registry(answering: Answering) -> SchemaRegistry:
    http = httpx2.Client(base_url="http://registry", transport=httpx2.MockTransport(answering))
    return SchemaRegistry(http, pause=lambda _: None)


def entry(subject: str) -> Entry:
    return Entry(subject=subject, text=json.dumps({"type": "object", "properties": {}}))


def says(status: int, told: object) -> Answering:
    return lambda _: httpx2.Response(status, json=told)


def unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    ("answering", "code", "words"),
    [
        (unreachable, Exit.NOT_RUNNING, "does not answer"),
        (says(401, {"error_code": 401, "message": "no"}), Exit.NOT_RUNNING, "NEWSLOOM_REGISTRY_AUTH"),
        (says(403, {}), Exit.NOT_RUNNING, "does not let us in"),
        (says(200, {"hello": "world"}), Exit.NOT_RUNNING, "no schema registry"),
        (lambda _: httpx2.Response(200, text="<html>"), Exit.NOT_RUNNING, "no schema registry"),
        (lambda _: httpx2.Response(404, text="<html>"), Exit.NOT_RUNNING, "HTTP 404"),
        (says(302, {}), Exit.NOT_RUNNING, "HTTP 302"),
        (says(500, {"error_code": 50001, "message": "x" * 9_000}), Exit.NOT_RUNNING, "50001 xxx"),
        (says(200, ["AVRO"]), Exit.REFUSED, "AVRO and no JSON Schemas"),
    ],
)
def test_what_is_no_usable_registry_is_told_with_the_way_out(
    answering: Answering, code: Exit, words: str
) -> None:
    with pytest.raises(CommandError, match=words) as raised:
        push(registry(answering), [entry("a")])
    assert raised.value.code == code
    assert raised.value.fix
    assert len(str(raised.value)) < 600


def test_a_page_that_is_not_there_is_not_taken_for_a_subject_that_is_not_there() -> None:
    """A 404 of a web server in between, in place of the registry's own: nothing may be thought missing."""
    fake = FakeRegistry()

    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(404, text="nothing here") if request.method == "POST" else fake.answer(request)

    with pytest.raises(CommandError, match="HTTP 404"):
        push(registry(answering), [entry("a")])
    assert fake.subjects == {}


def test_a_registry_that_fails_half_way_is_told_with_how_far_it_came_and_running_it_again_ends_it() -> None:
    fake, wanted = FakeRegistry(), [entry(name) for name in "abc"]

    def failing(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/subjects/c/versions":
            return httpx2.Response(503, json={"error_code": 50301, "message": "no master"})
        return fake.answer(request)

    with pytest.raises(CommandError, match=r"2 of 3 missing schemas were registered, then at c: .*no master"):
        push(registry(failing), wanted)
    assert [step.outcome for step in push(registry(fake.answer), wanted)] == [
        "present",
        "present",
        "registered",
    ]


def test_a_registry_that_is_choosing_its_leader_is_asked_again() -> None:
    fake, busy = FakeRegistry(), iter([503, 500])

    def electing(request: httpx2.Request) -> httpx2.Response:
        status = next(busy, None)
        return httpx2.Response(status, json={"error_code": 50003}) if status else fake.answer(request)

    assert [step.outcome for step in push(registry(electing), [entry("a")])] == ["registered"]


def test_a_registry_that_takes_a_schema_and_forgets_it_is_found_out() -> None:
    fake = FakeRegistry()

    def forgetting(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/versions") and request.method == "POST":
            return httpx2.Response(200, json={"id": 7})
        return fake.answer(request)

    with pytest.raises(CommandError, match="does not have it"):
        push(registry(forgetting), [entry("a")])


def test_a_subject_has_its_level_before_its_first_version() -> None:
    fake = FakeRegistry()
    push(registry(fake.answer), [entry("a")])
    assert fake.asked.index(("PUT", "/config/a")) < fake.asked.index(("POST", "/subjects/a/versions"))


@pytest.mark.parametrize("url", ["registry:8081", "ftp://registry", "https://", "http://bob:secret@registry"])
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(CommandError) as raised:
        connected(url, credential=None)
    assert raised.value.code == Exit.USAGE
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("credential", "sent"),
    [(None, None), ("bob:pässword", "Basic Ym9iOnDDpHNzd29yZA=="), ("Bearer abc", "Bearer abc")],
)
def test_a_credential_goes_into_the_header_that_its_kind_has(
    credential: str | None, sent: str | None
) -> None:
    with connected("http://registry/apis/ccompat/v7/", credential=credential).http as http:
        assert http.headers.get("authorization") == sent
        assert http.build_request("GET", "/subjects").url == "http://registry/apis/ccompat/v7/subjects"


def test_a_credential_of_no_kind_is_refused() -> None:
    with pytest.raises(CommandError, match="NEWSLOOM_REGISTRY_AUTH"):
        connected("http://registry", credential="abc")


def test_every_released_version_is_pushed_under_the_type_of_its_events_older_ones_first() -> None:
    pushed = entries(known_events(), shipped())
    assert [each.subject for each in pushed] == [version.event_type for version in sorted(known_events())]
    for each in pushed:
        schema = json.loads(each.text)
        assert schema["$comment"].startswith("urn:newsloom:schema:")
        assert "$id" not in schema


def test_what_is_not_frozen_is_not_pushed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="freeze"):
        entries([EventVersion("article.killed", 1)], Released(tmp_path))

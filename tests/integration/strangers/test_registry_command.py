"""`newsloom schemas export --registry` as an operator runs it, over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx2

from newsloom_schemas.catalog import EVENTS
from tests.unit.newsloom.fake_registry import FakeRegistry

PASSWORD = "bob:secret"


@contextmanager
def serving(registry: FakeRegistry) -> Iterator[str]:
    """The address of a web server in front of the fake, which lets in bob alone."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("authorization") != "Basic Ym9iOnNlY3JldA==":
                answer = httpx2.Response(401, json={"error_code": 401, "message": "Unauthorized"})
            else:
                answer = registry.answer(
                    httpx2.Request(self.command, f"http://fake{self.path}", content=body)
                )
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 -- so does http.server find them

        def log_message(self, *_: object) -> None:
            """Nobody reads a log of requests here."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def export(*arguments: str, credential: str | None = PASSWORD) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "NEWSLOOM_REGISTRY_AUTH"}
    if credential:
        environment["NEWSLOOM_REGISTRY_AUTH"] = credential
    command = (sys.executable, "-m", "newsloom.main", "schemas", "export", *arguments)
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def test_the_command_pushes_what_is_released_and_nothing_when_it_is_run_again() -> None:
    registry = FakeRegistry()
    with serving(registry) as url:
        dry = export("--registry", url, "--dry-run")
        assert (dry.returncode, registry.subjects) == (0, {}), dry.stderr
        assert f"{len(EVENTS)} of {len(EVENTS)} schemas would be registered" in dry.stderr
        first = export("--registry", url, "--json")
        assert first.returncode == 0, first.stderr
        assert {row["subject"]: row["schema"] for row in json.loads(first.stdout)} == dict.fromkeys(
            EVENTS, "registered"
        )
        again = export("--registry", url)
        assert (again.returncode, again.stderr) == (0, f"0 registered, {len(EVENTS)} were there already\n")
    assert {subject: len(versions) for subject, versions in registry.subjects.items()} == dict.fromkeys(
        EVENTS, 1
    )


def test_the_command_without_its_credential_says_where_it_belongs() -> None:
    with serving(FakeRegistry()) as url:
        refused = export("--registry", url, credential=None)
    assert refused.returncode == 3
    assert "NEWSLOOM_REGISTRY_AUTH" in refused.stderr

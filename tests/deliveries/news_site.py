"""A newsroom's own site on a loopback port: what newsloom reads back, feeds, and ways to misbehave."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Page:
    """What an address answers. Without `etag` one is made of the body; empty means none."""

    body: bytes
    media_type: str = "application/json; charset=utf-8"
    status: int = 200
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"' if self.etag is None else self.etag


@dataclass
class NewsSite:
    """A running site. `pages` may change at any time; `asked` lists path and headers of each request."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def times(self, path: str) -> int:
        return sum(asked == path for asked, _ in list(self.asked))


@contextmanager
def news_site(pages: Mapping[str, Page] | None = None) -> Iterator[NewsSite]:
    """Serve until the block ends. A path is looked up with its query first, then without."""
    server = _Server(("127.0.0.1", 0), _Handler)
    site = NewsSite(port=server.server_address[1], pages=dict(pages or {}))
    server.site = site  # type: ignore[attr-defined]  # the library hands the server to each handler
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # bursts of connections wait instead of being reset

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no failure of the site."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site: NewsSite = self.server.site  # type: ignore[attr-defined]
        bare = self.path.partition("?")[0]
        site.asked.append((bare, {name.lower(): value for name, value in self.headers.items()}))
        page = site.pages.get(self.path) or site.pages.get(bare) or Page(body=b"{}", status=404)
        if page.tag and self.headers.get("if-none-match") == page.tag:
            self._answer(304, {"ETag": page.tag, **page.headers}, b"")
            return
        tag = {"ETag": page.tag} if page.tag and page.status == 200 else {}
        self._answer(page.status, {"Content-Type": page.media_type, **tag, **page.headers}, page.body)

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `asked` instead."""

"""Serves a service's HTTP side and ends it so that nobody who is served by it notices."""

import asyncio
import gc
import resource
import signal
import sys
from contextlib import suppress

import structlog
import uvicorn
from starlette.applications import Starlette

from newsloom_runtime.bounded_http import BoundedHttpProtocol
from newsloom_runtime.logs import configure_logs
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.stopping import Stopping

GRACE_S = 10  # for open requests; as long as ingest waits for a body
TICK_S = 0.1  # the server's own
STARTUP_FAILED = 3  # the server's own exit code
_CLOSE = (b"connection", b"close")
OPEN_FILES = 65_536
# A batch makes tens of thousands of objects that live for milliseconds. With the usual thresholds the
# collector looks at them again and again, which costs a third of a busy service's time.
GC_THRESHOLDS = (50_000, 20, 50)


class LeavingServer(uvicorn.Server):
    """Asked to stop, it goes on for a while: readiness is off, and every answer ends its connection.

    So clients and load balancers come back on new connections, which are led elsewhere, and no request
    meets a closed door. Who asks twice does not want to wait.
    """

    def __init__(self, config: uvicorn.Config, stopping: Stopping, *, delay_s: float) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._delay_s = delay_s

    async def main_loop(self) -> None:
        """Until it is over."""
        await super().main_loop()
        self._stopping.begin()
        await self._serve_on()
        self._stopping.end()

    async def _serve_on(self) -> None:
        now = asyncio.get_running_loop().time
        until = now() + self._delay_s
        self.config.encoded_headers.append(_CLOSE)
        for connection in self.server_state.connections:
            if isinstance(connection, BoundedHttpProtocol):
                connection.end_after_answer()
        while now() < until and len(self._captured_signals) < 2:
            await self.on_tick(0)  # every answer takes its headers from here
            await asyncio.sleep(TICK_S)


def serve(app: Starlette, settings: ServiceSettings, *, service: str) -> None:
    """Run until SIGTERM or SIGINT: connections end first, then the app's lifespan drains its work.

    The app is one that a chassis has equipped.
    """
    configure_logs(service, settings.log_level)
    _tune_collector()
    raise_open_files()
    _end_well_on_sigterm()
    structlog.get_logger().info("starting", address=f"http://{settings.host}:{settings.port}")
    server = LeavingServer(_config(app, settings), app.state.stopping, delay_s=settings.shutdown_delay_s)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILED)


def _config(app: Starlette, settings: ServiceSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # one line a request costs as much as the request
        log_config=None,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=GRACE_S,
        http=BoundedHttpProtocol,
    )


def _end_well_on_sigterm() -> None:
    """A stop that was asked for is a success: the server repeats the signal after it has stopped, to us."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))


def raise_open_files(wanted: int = OPEN_FILES) -> None:
    """Take what the system allows of open files: each connection is one, and shells start us with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _tune_collector() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)

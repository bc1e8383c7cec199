"""Serves a service's HTTP side and ends it gracefully."""

import gc
import resource
import signal
import sys

import structlog
import uvicorn
from starlette.types import ASGIApp

from newsloom_runtime.bounded_http import BoundedHttpProtocol
from newsloom_runtime.logs import configure_logs
from newsloom_runtime.settings import ServiceSettings

GRACE_S = 5
OPEN_FILES = 65_536
# A batch makes tens of thousands of objects that live for milliseconds. With the usual thresholds the
# collector looks at them again and again, which costs a third of a busy service's time.
GC_THRESHOLDS = (50_000, 20, 50)


def serve(app: ASGIApp, settings: ServiceSettings, *, service: str) -> None:
    """Run until SIGTERM or SIGINT: connections end first, then the app's lifespan drains its work."""
    configure_logs(service, settings.log_level)
    _tune_collector()
    raise_open_files()
    _end_well_on_sigterm()
    structlog.get_logger().info("starting", address=f"http://{settings.host}:{settings.port}")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # one line a request costs as much as the request
        log_config=None,
        server_header=False,
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

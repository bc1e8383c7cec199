"""The feeds service as a process, on a test's own topic: `python -m tests.e2e.live.serving TOPIC`."""

import sys
from dataclasses import replace

from feeds.app import SERVICE, build
from feeds.settings import Settings
from newsloom_runtime.server import serve
from newsloom_schemas.catalog import FEED_UPDATES

if __name__ == "__main__":
    settings = Settings()
    serve(build(settings, updates=replace(FEED_UPDATES, name=sys.argv[1])), settings, service=SERVICE)

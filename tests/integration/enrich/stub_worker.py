"""A worker process that does what the headline of each article says; it loads no models."""

import os
import sys
import time

from enrich.frames import Analyse, Broken, Ready, pack, read
from tests.unit.enrich.fakes import analysis


def main() -> None:
    if os.environ.get("STUB_WORKER") == "never starts":
        sys.exit(3)
    send(Ready(rss_mb=1))
    while (request := read(sys.stdin.buffer)) is not None:
        send(obey(request))


def obey(request: object) -> object:
    if not isinstance(request, Analyse):
        return ()
    match request.content.headline:
        case "die":
            os._exit(9)
        case "hang":
            time.sleep(600)
        case "raise":
            return Broken(error="KeyError")
    return analysis(
        language=request.content.language or "und",
        seconds={"pid": float(os.getpid())},
        interrupted=request.content.headline == "overrun",
        raised=request.content.headline == "fail inside",
    )


def send(value: object) -> None:
    sys.stdout.buffer.write(pack(value))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

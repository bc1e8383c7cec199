"""A worker process that does what the headline of each article says; it loads no models."""

import os
import sys
import time

from enrich.frames import Analyse, Broken, Ready, Running, pack, read
from tests.unit.enrich.fakes import analysis


def main() -> None:
    alone = "--without-installed" in sys.argv
    match os.environ.get("STUB_WORKER"):
        case "never starts":
            sys.exit(3)
        case "starts alone" if not alone:
            sys.exit(3)
    send(Ready(rss_mb=1, left_out=("the enricher tickers is left out",) if alone else ()))
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
        case "die in slovnet" if "slovnet" not in request.off:
            send(Running(enricher="slovnet"))
            os._exit(9)
        case "hang in slovnet" if "slovnet" not in request.off:
            send(Running(enricher="slovnet"))
            time.sleep(600)
    faults = {"slovnet": "KeyError"} if request.content.headline == "fail in slovnet" else {}
    return analysis(
        language=request.content.language or "und",
        seconds={
            "pid": float(os.getpid()),
            "threads": float(os.environ["OMP_NUM_THREADS"]),
            **dict.fromkeys({"slovnet"} - request.off.keys(), 0.01),
        },
        faults={name: reason for name, reason in faults.items() if name not in request.off},
        interrupted=request.content.headline == "overrun",
        raised=request.content.headline == "fail inside",
    )


def send(value: object) -> None:
    sys.stdout.buffer.write(pack(value))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

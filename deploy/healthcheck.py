"""Asks the service of this container whether it is ready; the slim image has neither curl nor wget."""

import os
import sys
from http.client import HTTPConnection, HTTPException

ANSWER_S = 8  # a busy machine is slow, not ill


def main() -> int:
    """0 when /readyz answers 200; else 1, with the reasons it gave, which `docker inspect` then shows."""
    port = int(os.environ[f"{os.environ['SERVICE'].upper()}_PORT"])
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read(4000).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        sys.stdout.write(f"nothing answers on port {port}: {error}\n")
        return 1
    finally:
        connection.close()
    sys.stdout.write(text + "\n")
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())

"""Run as a script by a Python that has httplint: what it says of the HTTP answers on standard input.

In: a JSON list of whole answers in base64. Out: a list of {"status": ..., "notes": ["level NAME summary"]}.
"""

import base64
import json
import sys
from typing import Any


def judged(answer: bytes) -> dict[str, Any]:
    """The status of one answer, and every note on it."""
    from httplint import HttpResponseLinter

    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    version, code, phrase = first.split(b" ", 2)
    lint = HttpResponseLinter()
    lint.process_response_topline(version, code, phrase)
    lint.process_headers([tuple(line.split(b":", 1)) for line in lines])
    lint.feed_content(body)
    lint.finish_content(True)
    notes = [f"{note.level.value} {type(note).__name__} {note.summary}" for note in lint.notes]
    return {"status": int(code), "notes": notes}


if __name__ == "__main__":
    json.dump([judged(base64.b64decode(answer)) for answer in json.load(sys.stdin)], sys.stdout)

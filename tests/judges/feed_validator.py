"""Run as a script with the W3C feed validator on its path: what it says of the feeds on standard input.

In: a JSON list of {"body": base64, "content_type": ..., "address": ...}. Out: a list of messages for each.
"""

import base64
import io
import json
import sys
from typing import Any


def judged(feed: dict[str, str]) -> list[str]:
    """All messages of one feed, each with its level and place."""
    import feedvalidator

    body = io.BytesIO(base64.b64decode(feed["body"]))
    result = feedvalidator.validateStream(body, contentType=feed["content_type"], base=feed["address"])
    return [_message(event) for event in result["loggedEvents"]]


def _message(event: Any) -> str:
    from feedvalidator import logging
    from feedvalidator.i18n import en

    levels = (("error", logging.Error), ("warning", logging.Warning), ("info", logging.Info))
    level = next((name for name, kind in levels if isinstance(event, kind)), "valid")
    text = en.messages.get(event.__class__, event.__class__.__name__)
    told = {name: str(value)[:120] for name, value in event.params.items() if name != "backupline"}
    return f"{level} {event.__class__.__name__}: {text % _Blank(told)} {told}"


class _Blank(dict[str, str]):
    """A message may speak of something the event does not tell."""

    def __missing__(self, _name: str) -> str:
        return ""


if __name__ == "__main__":
    json.dump([judged(feed) for feed in json.load(sys.stdin)], sys.stdout)

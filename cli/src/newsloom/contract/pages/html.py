"""docs/catalogue.html: the contract as one page that needs nothing beside it, not even a network."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from newsloom.contract.pages.reference import kept, promises, reference, richest
from newsloom_schemas.asyncapi import Published
from newsloom_schemas.asyncapi.channels import tag
from newsloom_schemas.asyncapi.messages import headers
from newsloom_schemas.asyncapi.rules import RULES
from newsloom_schemas.catalog import TOPICS
from newsloom_schemas.readers import readers_of

_CODE = re.compile(r"`([^`]*)`")


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the page's neighbours are, seen from the page: the folder of schemas, the AsyncAPI document."""

    schemas: str
    asyncapi: str


def page(published: Sequence[Published], places: Places, *, version: str) -> str:
    """The whole page. `version` is that of the contract package."""
    values = {
        "contract": reference(published),
        "envelope": headers(richest(published)),
        "places": places,
        "promises": promises(),
        "rules": RULES,
        "topics": TOPICS,
        "version": version,
    }
    return _environment().get_template("catalogue.html").render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("newsloom.contract.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style, script = (_part(environment, name) for name in ("catalogue.css", "catalogue.js"))
    environment.globals |= {
        "style": Markup(style),  # noqa: S704  our own file
        "script": Markup(script),  # noqa: S704  our own file
        "policy": _policy(style, script),
        "kept": kept,
        "readers_of": readers_of,
        "tag": tag,
    }
    environment.filters |= {"prose": _prose, "json": _json}
    return environment


def _part(environment: Environment, name: str) -> str:
    return environment.get_template(name).render()


def _policy(style: str, script: str) -> str:
    """What the page may do: its own style and its own script, and load nothing."""
    return f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _prose(text: str) -> Markup:
    """Words in which backticks mark what a machine reads."""
    escaped = str(escape(" ".join(text.split())))
    return Markup(_CODE.sub(r"<code>\1</code>", escaped))  # noqa: S704  escaped above


def _json(value: Any) -> str:
    """A JSON document, indented; the page's script gives it its colours."""
    return json.dumps(value, ensure_ascii=False, indent=2)

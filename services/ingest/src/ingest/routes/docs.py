"""/docs as one small page of its own: nothing is loaded from anywhere, so it works behind any wall."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{border-top:1px solid #ccc;padding-top:1rem}code,pre{background:#f4f4f4;border-radius:3px}
pre{padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere}
td{vertical-align:top;padding:.1rem .75rem .1rem 0}
a{color:#0b4f8a}.contents td:first-child{white-space:nowrap}
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}code,pre{background:#262626}
a{color:#8ab8ff}}
"""
_MARKED = re.compile(r"`([^`]+)`")
_SECURITY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


async def docs(request: Request) -> HTMLResponse:
    """The page, made from the OpenAPI document of the application."""
    return HTMLResponse(render(request.app.openapi()), headers=_SECURITY)


def render(document: Mapping[str, Any]) -> str:
    """An OpenAPI document for people."""
    operations = [
        _operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    title = escape(document["info"]["title"])
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style>"
        f"<main><h1>{title}</h1><p>{_prose(document['info'].get('description', ''))}</p>"
        '<p>For machines: <a href="/openapi.json">/openapi.json</a>. Every refusal: <a href="/problems">'
        "/problems</a>.</p>" + _contents(document) + "".join(operations) + "</main></html>"
    )


def _contents(document: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><td><a href="#{escape(operation["operationId"])}">'
        f"<code>{method.upper()} {escape(path)}</code></a>"
        f"<td>{_prose(operation['summary'])}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return f"<table class=contents>{rows}</table>"


def _prose(text: str) -> str:
    """Text whose words in backticks are code."""
    return _MARKED.sub(r"<code>\1</code>", escape(text))


def _refusals(text: str) -> str:
    """The same, where the words are codes of problems that have a page each."""
    return _MARKED.sub(r'<a href="/problems/\1"><code>\1</code></a>', escape(text))


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    return (
        f'<h2 id="{escape(operation["operationId"])}"><code>{method.upper()} {escape(path)}</code></h2>'
        f"<p><b>{_prose(operation['summary'])}.</b> {_prose(operation.get('description', ''))}</p>"
        + _parameters(operation)
        + _examples(method, path, operation)
        + _answers(operation)
    )


def _parameters(operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(_shown(each))}</code><td>{_prose(each['description'])}"
        for each in operation.get("parameters", ())
    )
    return f"<table>{rows}</table>" if rows else ""


def _shown(parameter: Mapping[str, Any]) -> str:
    name = str(parameter["name"])
    return {"query": f"?{name}=", "header": f"{name}:", "path": f"{{{name}}}"}[parameter["in"]]


def _examples(method: str, path: str, operation: Mapping[str, Any]) -> str:
    keyed = {"key": []} in operation.get("security", ())
    first = f"{method.upper()} {path}\n" + ("Authorization: Bearer KEY\n" if keyed else "")
    return "".join(
        _example(f"{first}Content-Type: {media_type}", content)
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if "example" in content
    )


def _example(head: str, content: Mapping[str, Any]) -> str:
    example = content["example"]
    text = example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
    return f"<pre>{escape(head)}\n\n{escape(text)}</pre>"


def _answers(operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><b>{status}</b><td>{(_refusals if int(status) >= 400 else _prose)(answer['description'])}"
        for status, answer in sorted(operation["responses"].items())
    )
    return f"<table>{rows}</table>"

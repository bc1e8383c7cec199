"""/docs as one small page of its own: nothing is loaded from anywhere, so it works behind any wall."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{border-top:1px solid #ccc;padding-top:1rem}code,pre{background:#f4f4f4;border-radius:3px}
pre{padding:.75rem;overflow:auto}td{vertical-align:top;padding:.1rem .75rem .1rem 0}
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}code,pre{background:#262626}}
"""
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
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1><p>{escape(document['info'].get('description', ''))}</p>"
        '<p>For machines: <a href="/openapi.json">/openapi.json</a>.</p>' + "".join(operations) + "</html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p><b>{escape(operation['summary'])}.</b> {escape(operation.get('description', ''))}</p>"
        + _parameters(operation)
        + _examples(method, path, operation)
        + _answers(operation)
    )


def _parameters(operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(_shown(each))}</code><td>{escape(each['description'])}"
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
        f"<tr><td><b>{status}</b><td>{escape(answer['description'])}"
        for status, answer in sorted(operation["responses"].items())
    )
    return f"<table>{rows}</table>"
